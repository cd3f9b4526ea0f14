"""What locally connected layers share: a window whose weights differ from place to place."""

from math import prod
from typing import TYPE_CHECKING, ClassVar

from netspec.errors import Refused
from netspec.layers import Inferred, Parameter
from netspec.layers._convolutions import Convolution, Filtering, fans
from netspec.shapes import Convolutional, Recurrent, Shape

if TYPE_CHECKING:
    from torch import nn


class LocallyConnectedLayer(Convolution, Filtering):
    """A convolution with weights of its own at each place."""

    takes: ClassVar[tuple[type[Shape], ...]] = (Convolutional, Recurrent)

    by_columns: ClassVar[bool] = False
    """Whether patches are counted column by column, results row by row."""

    def infer(self, *inputs: Convolutional | Recurrent) -> Inferred:
        """C×H×W → n_out×H'×W'."""
        grid, window = inputs[0], self.window(inputs[0])
        sides = window.slide(grid)
        if None in sides:
            raise Refused("", "must have a sequence of known length as input", got=grid, help="there are weights for each place")
        places, found = prod(side for side in sides if side), fans(window, grid.channels, self.n_out)
        weight = Parameter((places, grid.channels * prod(window.kernel), self.n_out), fans=found)
        return Inferred(grid.with_sides(self.n_out, sides), {"weight": weight, **self.bias(self.n_out, found)})

    def build(self, *inputs: Convolutional | Recurrent) -> "nn.Module":
        """netspec's."""
        from netspec.modules.locally_connected import LocallyConnected

        shape = self.infer(inputs[0]).parameters["weight"].shape
        return LocallyConnected(self.window(inputs[0]), shape, bias=self.has_bias, by_columns=self.by_columns)
