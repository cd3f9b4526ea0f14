"""A layer for vectors, step by step."""

from torch import Tensor, nn


class TimeDistributed(nn.Module):
    """Steps as rows of one batch. Shape: N×T×F → N×T×n_out."""

    def __init__(self, layer: nn.Module) -> None:
        super().__init__()
        self.layer = layer

    def forward(self, input: Tensor) -> Tensor:
        """All steps at once."""
        rows: Tensor = self.layer(input.flatten(0, 1))
        return rows.reshape(*input.shape[:2], -1)
