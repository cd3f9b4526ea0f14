"""The same values in another shape."""

from collections.abc import Sequence
from typing import Literal

from torch import Tensor, nn


class Reshape(nn.Module):
    """The values of each example in the order c or f. Shape: N×… → N×dims; `features_first` counts N×T×F as N×F×T."""

    def __init__(self, dims: Sequence[int], order: Literal["c", "f"], *, features_first: bool) -> None:
        super().__init__()
        self.dims, self.order, self.features_first = tuple(dims), order, features_first

    def forward(self, input: Tensor) -> Tensor:
        """The new shape."""
        values = self._counted(input).flatten(1)
        return self._counted(values.reshape(len(input), *self._sizes()))

    def _sizes(self) -> tuple[int, ...]:
        return self.dims[::-1] if self._reverses(len(self.dims)) else self.dims

    def _counted(self, array: Tensor) -> Tensor:
        """Axes of an example in the order in which its values are counted, the last fastest; its own inverse."""
        axes = range(array.dim() - 1, 0, -1) if self._reverses(array.dim() - 1) else range(1, array.dim())
        return array.permute(0, *axes)

    def _reverses(self, axes: int) -> bool:
        """Whether values are counted with the first axis fastest: two turns of a sequence undo one another."""
        return (self.order == "f") != (self.features_first and axes == 2)

    def extra_repr(self) -> str:
        """The settings, for `print(module)`."""
        return f"{'x'.join(map(str, self.dims))}, order={self.order}"
