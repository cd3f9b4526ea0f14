"""A loss in place of a distribution."""

from functools import partial
from typing import TYPE_CHECKING, Literal

from pydantic import Field

from netspec.activations import Activation
from netspec.errors import Refused
from netspec.losses import Loss
from netspec.reconstructions import Reconstruction

if TYPE_CHECKING:
    from torch import Tensor


class LossReconstruction(Reconstruction):
    """A loss of the reconstruction activation(a) where −log p would stand: an error and no probability. DL4J's LossFunctionWrapper."""

    type: Literal["loss"] = "loss"

    loss: Loss
    """What compares the reconstruction with the values."""

    activation: Activation = Field(default_factory=partial(Activation.parse, "identity"))
    """Function from the decoder's numbers to the reconstruction; identity when nothing is said."""

    def check(self, size: int) -> None:
        """The loss compares each value with one of its own, and takes what the activation gives."""
        self.loss.check(size)
        if self.loss.labels_for(size) != size:
            raise Refused("loss", "must compare each value with one of its own", got=self.loss.type, help="for example mse")
        if self.loss.of != "values" and not self.activation.probabilities:
            raise Refused("activation", f"must give probabilities for the loss {self.loss.type}", got=self.activation.type, help="use activation: sigmoid")

    def negative_log_probability(self, preactivation: "Tensor", values: "Tensor") -> "Tensor":
        """The loss of each example."""
        flat = self.loss.build(self.activation)(preactivation.flatten(0, -2), values.expand(*preactivation.shape[:-1], -1).flatten(0, -2))
        return flat.reshape(preactivation.shape[:-1])

    def mean(self, preactivation: "Tensor") -> "Tensor":
        """The reconstruction itself."""
        found: Tensor = self.activation.build()(preactivation)
        return found

    def draw(self, preactivation: "Tensor") -> "Tensor":
        """As the mean: there is no distribution to draw from."""
        return self.mean(preactivation)
