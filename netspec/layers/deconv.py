"""Transposed convolution."""

from typing import TYPE_CHECKING, Literal

from netspec.errors import Refused
from netspec.layers import Inferred, Parameter
from netspec.layers._convolutions import Convolution, Filtering, fans
from netspec.shapes import Grid
from netspec.windows import Window

if TYPE_CHECKING:
    from torch import nn

    from netspec.modules.masks import MaskRule


class Deconv(Convolution, Filtering):
    """activation(Wᵀ ⋆ x + b): each cell of the input is spread over a window of the output, as the gradient of `conv` is.

    Shape: C×H×W → n_out×H'×W', H' = stride·(H − 1) + kernel − 2·padding; stride·H in mode same, cut in front by half of what is too much.
    DL4J's Deconvolution2D, Deconvolution3D.
    """

    type: Literal["deconv"] = "deconv"

    def window(self, grid: Grid) -> Window:
        """The window. Raises: Refused."""
        if self.mode == "causal":
            raise Refused("mode", "must be strict, truncate or same: a transposed convolution has no past", got=self.mode)
        return super().window(grid)

    def infer(self, *inputs: Grid) -> Inferred:
        """C×H×W → n_out×H'×W'."""
        grid, window = inputs[0], self.window(inputs[0])
        sides = tuple(None if size is None else self._side(window, axis, size, grid.axes[axis]) for axis, size in enumerate(grid.sides))
        found = fans(window, grid.channels, self.n_out)
        weight = Parameter((grid.channels, self.n_out, *window.kernel), fans=found)
        return Inferred(grid.with_sides(self.n_out, sides), {"weight": weight, **self.bias(self.n_out, found)})

    def _side(self, window: Window, axis: int, size: int, name: str) -> int:
        stride, covered, padding = window.stride[axis], window.covered[axis], window.padding[axis]
        if self.mode == "same":
            return stride * size
        found = stride * (size - 1) + covered - 2 * padding
        if found < 1:
            help_ = f"{stride}·({size} − 1) + {covered} − 2·{padding} leaves no {name}"
            raise Refused("padding", f"must be at most {(stride * (size - 1) + covered - 1) // 2}", got=padding, help=help_)
        return found

    def foresight(self, *inputs: Grid) -> float:
        """As many steps as those that are cut in front are spread over."""
        window = self.window(inputs[0])
        cut = max(0, window.covered[0] - window.stride[0]) // 2 if self.mode == "same" else window.padding[0]
        return -(-cut // window.stride[0])

    def build(self, *inputs: Grid) -> "nn.Module":
        """torch's transposed convolution; over sequences and in mode same netspec's, which lays out before and cuts behind it."""
        from netspec.modules.deconv import deconvolution

        return deconvolution(self.window(inputs[0]), (inputs[0].channels, self.n_out), bias=self.has_bias)

    def build_mask(self, *inputs: Grid) -> "MaskRule":
        """A step or position counts unless all that is spread over it is masked."""
        from netspec.modules.deconv import spread

        return spread(self.window(inputs[0]))
