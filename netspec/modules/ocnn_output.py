"""One-class network: how far from the origin an example comes, and from where on it is one of the class."""

from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn.functional import linear

from netspec.modules.axes import masked


class OcnnOutput(nn.Module):
    """activation(x·Vᵀ)·w. Shape: N×F → N×1; `hidden_weight` V is hidden×F, `weight` w hidden, `r` a number.

    `window` holds outputs seen in training, `seen` how many of them are new since r was last set by them.
    """

    window: Tensor
    seen: Tensor

    def __init__(self, features: int, hidden: int, activation: nn.Module, *, initial_r: float, window: int) -> None:
        super().__init__()
        self.activation = activation
        self.weight, self.hidden_weight = nn.Parameter(torch.zeros(hidden)), nn.Parameter(torch.zeros(hidden, features))
        self.r = nn.Parameter(torch.tensor(initial_r))
        self.register_buffer("window", torch.zeros(window))
        self.register_buffer("seen", torch.zeros((), dtype=torch.long))

    def forward(self, input: Tensor) -> Tensor:
        """N×F → N×1."""
        hidden: Tensor = self.activation(linear(input, self.hidden_weight))
        return (hidden @ self.weight).unsqueeze(1)

    @torch.no_grad()
    def look_back(self, outputs: Tensor, nu: float) -> None:
        """Take in a batch of outputs; when the window is full, r becomes the one below which the share `nu` of them lie."""
        size, latest = len(self.window), outputs.flatten()
        self.window.copy_(torch.cat([self.window, latest.to(self.window.dtype)])[-size:])
        self.seen += len(latest)
        full = self.seen >= size
        self.r.copy_(torch.where(full, torch.quantile(self.window.float(), nu).to(self.r.dtype), self.r))
        self.seen.masked_fill_(full, 0)


@dataclass(frozen=True)
class OneClass:
    """(½|w|² + ½|V|² + mean(max(0, r − output))/nu − r)/N over N examples; in training the window is moved, after r was used."""

    module: OcnnOutput
    nu: float

    def __call__(self, preactivation: Tensor, labels: Tensor, mask: Tensor | None = None) -> Tensor:
        """The score; labels are not looked at."""
        module = self.module
        short = masked((module.r - preactivation).relu(), mask).mean()
        sizes = module.weight.square().sum() + module.hidden_weight.square().sum()
        score = (0.5 * sizes + short / self.nu - module.r) / len(preactivation)
        if module.training:
            module.look_back(preactivation, self.nu)
        return score
