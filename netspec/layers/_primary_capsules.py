"""What primary capsules share: a convolution whose channels are the values of vectors."""

from typing import TYPE_CHECKING, ClassVar

from netspec.errors import Refused
from netspec.fields import Fraction, Size
from netspec.layers import Inferred, Parameter
from netspec.layers._convolutions import Sliding, fans
from netspec.shapes import Convolutional, Grid, Recurrent, Shape

if TYPE_CHECKING:
    from torch import nn

    from netspec.modules.masks import MaskRule


class PrimaryCapsulesLayer(Sliding):
    """A window with weights, whose results are taken together as vectors."""

    takes: ClassVar[tuple[type[Shape], ...]] = (Convolutional,)

    as_it_lies: ClassVar[bool] = False
    """Whether a capsule is made of neighbouring places instead of the channels of one place."""

    capsule_size: Size
    """Values of a capsule."""

    channels: Size = 32
    """Capsules at each place."""

    use_relu: bool = False
    """Whether what is below 0 becomes 0, or `leak` times itself, before the capsules are squashed."""

    leak: Fraction = 0.0
    """Slope below 0 with `use_relu`, in [0, 1)."""

    def infer(self, *inputs: Convolutional) -> Inferred:
        """C×H×W → capsules×capsule_size."""
        if self.leak and not self.use_relu:
            raise Refused("leak", "must stand beside use_relu: true", got=self.leak)
        grid, window = inputs[0], self.window(inputs[0])
        rows, columns = (side or 0 for side in window.slide(grid))
        values = self.channels * self.capsule_size
        found = fans(window, grid.channels, values)
        weight = Parameter((values, grid.channels, *window.kernel), fans=found)
        return Inferred(Recurrent(self.capsule_size, self.channels * rows * columns), {"weight": weight, **self.bias(values, found)})

    def build(self, *inputs: Convolutional) -> "nn.Module":
        """netspec's."""
        from netspec.modules.primary_capsules import PrimaryCapsules

        shape = self.infer(inputs[0]).parameters["weight"].shape
        slope = self.leak if self.use_relu else None
        return PrimaryCapsules(self.window(inputs[0]), shape, self.capsule_size, bias=self.has_bias, slope=slope, as_it_lies=self.as_it_lies)

    def build_mask(self, *inputs: Grid) -> "MaskRule":
        """Capsules have none."""
        from netspec.modules.masks import ended

        return ended
