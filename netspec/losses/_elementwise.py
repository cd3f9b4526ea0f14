"""What losses share that are a sum of one term for each output."""

from typing import TYPE_CHECKING, ClassVar

from netspec.activations import Activation
from netspec.component import unset
from netspec.errors import Refused
from netspec.losses import Loss, Weights
from netspec.words import plural

if TYPE_CHECKING:
    from torch import Tensor

    from netspec.losses import LossFunction


class WeightedLoss(Loss):
    """A loss whose outputs may have weights."""

    weights: Weights = unset()
    """A factor above 0 for each output's (or class's) part of the loss, as a list; without it all count alike."""

    def check(self, outputs: int) -> None:
        """One weight an output."""
        if self.weights and len(self.weights) != self.labels_for(outputs):
            raise Refused("weights", f"must have {plural(outputs, 'item')}, one for each output", got=len(self.weights))


class ElementwiseLoss(WeightedLoss):
    """Σ w·term(o, y) over the outputs, the steps and the positions."""

    mean: ClassVar[bool] = False
    """True when the sum over the outputs is divided by their number."""

    def terms(self, output: "Tensor", labels: "Tensor") -> "Tensor":
        """The term of every output, of the same shape."""
        raise NotImplementedError

    def build(self, activation: Activation) -> "LossFunction":
        """The sum of the terms after the activation."""
        from netspec.modules.elementwise import Elementwise

        return Elementwise(activation.build(), self.terms, self.weights, self.mean)
