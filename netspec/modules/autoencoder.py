"""A fully connected layer that can be trained to give its input back through its own weights."""

from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn.functional import linear


@dataclass(frozen=True)
class Learning:
    """What pre-training makes small."""

    loss: Callable[[Tensor, Tensor], Tensor]
    """(pre-activation of the reconstruction, input) → mean over the examples."""

    corruption: float = 0.0
    """Probability with which a value of the input is put to 0."""

    sparsity: float = 0.0
    """Mean activation that each unit is drawn towards; 0: none."""

    sparsity_weight: float = 1.0


class Autoencoder(nn.Linear):
    """W·x + b; the reconstruction's pre-activation is Wᵀ·h + c. Shape: N×F → N×n_out."""

    def __init__(self, features: int, n_out: int, activation: nn.Module, visible_bias: float, learning: Learning) -> None:
        super().__init__(features, n_out)
        self.visible_bias = nn.Parameter(torch.full((features,), visible_bias))
        self.activation, self.learning = activation, learning

    def encode(self, input: Tensor) -> Tensor:
        """The hidden values."""
        encoded: Tensor = self.activation(self(input))
        return encoded

    def reconstruct(self, input: Tensor) -> Tensor:
        """What it gives back of an input."""
        found: Tensor = self.activation(self._decode(self.encode(input)))
        return found

    def _decode(self, hidden: Tensor) -> Tensor:
        return linear(hidden, self.weight.T, self.visible_bias)

    def pretraining_loss(self, input: Tensor) -> Tensor:
        """The mean loss of a batch's reconstruction from a corrupted input, and the penalty of units that are on too often or too rarely."""
        said = self.learning
        hidden = self.encode(input * (torch.rand_like(input) >= said.corruption) if said.corruption else input)
        loss = said.loss(self._decode(hidden), input)
        return loss + said.sparsity_weight * _divergence(said.sparsity, hidden.mean(0)) if said.sparsity else loss

    def reconstruction_loss(self, input: Tensor) -> Tensor:
        """The mean loss of a batch's reconstruction, nothing corrupted."""
        return self.learning.loss(self._decode(self.encode(input)), input)


def _divergence(target: float, mean: Tensor) -> Tensor:
    """Σ KL(target ‖ mean) over the units, kept finite where one is always on or off."""
    share = mean.clamp(torch.finfo(mean.dtype).eps, 1 - torch.finfo(mean.dtype).eps)
    return (target * (target / share).log() + (1 - target) * ((1 - target) / (1 - share)).log()).sum()
