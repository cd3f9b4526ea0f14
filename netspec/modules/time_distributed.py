"""A layer for vectors or images, step by step."""

from torch import Tensor, nn


class TimeDistributed(nn.Module):
    """Steps of these sizes as rows of one batch. Shape: N×T×F → N×T×n_out."""

    def __init__(self, layer: nn.Module, sizes: tuple[int, ...], activation: nn.Module | None = None) -> None:
        super().__init__()
        self.layer, self.sizes, self.activation = layer, sizes, activation

    def forward(self, input: Tensor) -> Tensor:
        """All steps at once."""
        rows: Tensor = self.layer(input.reshape(-1, *self.sizes))
        result = rows if self.activation is None else self.activation(rows)
        return result.reshape(*input.shape[:2], -1)
