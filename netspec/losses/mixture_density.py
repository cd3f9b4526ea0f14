"""Mixture density: an output that is a whole distribution."""

from functools import partial
from typing import TYPE_CHECKING, Literal

from netspec.activations import Activation
from netspec.errors import Refused
from netspec.fields import Size
from netspec.losses import Loss

if TYPE_CHECKING:
    from torch import Tensor

    from netspec.losses import LossFunction


class MixtureDensity(Loss):
    """−log Σ α·N(y; μ, σ²) over the mixtures: the outputs are their K weights (before softmax), K deviations (before exp) and K·W means.

    Source: Bishop, 1994; DL4J's LossMixtureDensity.
    """

    type: Literal["mixture_density"] = "mixture_density"

    mixtures: Size
    """Normal distributions in the mixture, K."""

    label_width: Size
    """Values of a label, W."""

    def check(self, outputs: int) -> None:
        """K·(2 + W) outputs."""
        needed = self.mixtures * (2 + self.label_width)
        if outputs != needed:
            raise Refused("", f"must be of {needed} outputs, mixtures·(2 + label_width)", got=outputs, help=f"set n_out: {needed}")

    def labels_for(self, outputs: int) -> int:
        """W."""
        return self.label_width

    def expected(self, output: "Tensor") -> "Tensor":
        """The mean of the distribution, N×W."""
        from netspec.modules.mixture_density import mean

        return mean(self.mixtures, output)

    def build(self, activation: Activation) -> "LossFunction":
        """The formula, after the activation."""
        from netspec.modules.mixture_density import after

        return partial(after, activation.build(), self.mixtures)
