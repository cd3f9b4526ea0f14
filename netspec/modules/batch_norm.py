"""Batch normalisation whose running variance is the population's, as DL4J keeps it."""

import torch
from torch import Tensor, nn
from torch.nn.functional import batch_norm

from netspec.errors import DataError
from netspec.modules.masks import Mask


class BatchNorm(nn.Module):
    """Normalises the features of N×F or N×T×F, the channels of N×C×H×W or N×C×D×H×W.

    torch keeps the unbiased variance; DL4J the population's, n/(n−1) smaller. The arithmetic of the batch is torch's own
    kernel, run with statistics of one step (momentum 1), from which the running ones are then moved by `decay`.
    """

    running_mean: Tensor
    running_var: Tensor

    def __init__(self, features: int, *, decay: float, epsilon: float, gamma: float, beta: float, locked: bool) -> None:
        super().__init__()
        self.decay, self.epsilon = decay, epsilon
        weight, bias = torch.full((features,), gamma), torch.full((features,), beta)
        if locked:
            self.register_buffer("weight", weight)
            self.register_buffer("bias", bias)
        else:
            self.weight, self.bias = nn.Parameter(weight), nn.Parameter(bias)
        self.register_buffer("running_mean", torch.zeros(features))
        self.register_buffer("running_var", torch.ones(features))

    def forward(self, input: Tensor, mask: Mask = None) -> Tensor:
        """The same shape, normalised; masked steps and examples are 0, and have no part in the statistics."""
        if mask is not None and mask.dim() == 2:
            return self._masked(input, mask != 0)
        return self._normalised(input.transpose(1, 2)).transpose(1, 2) if input.dim() == 3 else self._normalised(input)

    def _masked(self, input: Tensor, there: Tensor) -> Tensor:
        if self.training and int(there.sum()) < 2:
            raise DataError(f"a batch must have at least 2 steps or examples that count, to normalise by, got {int(there.sum())}")
        rows = there if input.dim() == 3 else there[:, 0]
        result = torch.zeros_like(input)
        result[rows] = self._normalised(input[rows])
        return result

    def _normalised(self, input: Tensor) -> Tensor:
        """Along axis 1, as torch has it."""
        if not self.training:
            return batch_norm(input, self.running_mean, self.running_var, self.weight, self.bias, False, 0.0, self.epsilon)
        count = input.numel() // input.shape[1]
        mean, variance = torch.zeros_like(self.running_mean), torch.ones_like(self.running_var)
        output = batch_norm(input, mean, variance, self.weight, self.bias, True, 1.0, self.epsilon)
        self.running_mean.lerp_(mean, 1 - self.decay)
        self.running_var.lerp_(variance * ((count - 1) / count), 1 - self.decay)
        return output

    def extra_repr(self) -> str:
        """The settings, for `print(module)`."""
        return f"{len(self.running_mean)}, decay={self.decay}, epsilon={self.epsilon}"
