"""A fully connected layer that normalises its products."""

import torch
from torch import Tensor, nn
from torch.nn.functional import linear


class NormalizedLinear(nn.Linear):
    """gain·(W·x − mean)/deviation + b, mean and (population) deviation over the units, as DL4J has it: without an epsilon. Shape: …×F → …×n_out."""

    def __init__(self, features: int, n_out: int, *, bias: bool) -> None:
        super().__init__(features, n_out, bias=bias)
        self.gain = nn.Parameter(torch.ones(n_out))

    def forward(self, input: Tensor) -> Tensor:
        """Pre-activations."""
        variance, mean = torch.var_mean(product := linear(input, self.weight), -1, correction=0, keepdim=True)
        deviation = torch.where(variance > 0, variance, 1.0).sqrt()  # equal products are 0 without a gradient, not 0/0
        normalized = self.gain * (product - mean) / deviation
        return normalized if self.bias is None else normalized + self.bias
