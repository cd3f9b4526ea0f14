"""Capsules from capsules, by routing."""

import torch
from torch import Tensor, nn

from netspec.modules.squash import squash


class Capsules(nn.Module):
    """Shape: N×I×F → N×capsules×size; `weight` is I×(capsules·size)×F, `bias` capsules×size."""

    bias: Tensor | None

    def __init__(self, shape: tuple[int, ...], capsules: int, routings: int, *, bias: bool) -> None:
        super().__init__()
        self.capsules, self.routings = capsules, routings
        self.weight = nn.Parameter(torch.zeros(shape))
        self.register_parameter("bias", nn.Parameter(torch.zeros(capsules, shape[1] // capsules)) if bias else None)

    def forward(self, input: Tensor) -> Tensor:
        """N×I×F → N×capsules×size."""
        predictions = torch.einsum("nif,iuf->niu", input, self.weight).reshape(*input.shape[:2], self.capsules, -1)
        agreement = predictions.new_zeros(predictions.shape[:3])
        result = self._routed(predictions, agreement)
        for _ in range(self.routings - 1):
            agreement = agreement + torch.einsum("nics,ncs->nic", predictions, result)
            result = self._routed(predictions, agreement)
        return result

    def _routed(self, predictions: Tensor, agreement: Tensor) -> Tensor:
        """Predictions of all input capsules, each giving more to those that agree with it."""
        together = torch.einsum("nic,nics->ncs", agreement.softmax(2), predictions)
        return squash(together if self.bias is None else together + self.bias)

    def extra_repr(self) -> str:
        """The settings, for `print(module)`."""
        return f"{tuple(self.weight.shape)}, capsules={self.capsules}, routings={self.routings}"
