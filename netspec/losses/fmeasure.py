"""F-measure as a loss."""

from functools import partial
from typing import TYPE_CHECKING, Literal

from netspec.activations import Activation
from netspec.errors import Refused
from netspec.fields import Positive
from netspec.losses import Loss

if TYPE_CHECKING:
    from netspec.losses import LossFunction


class FMeasure(Loss):
    """1 − (1 + beta²)·Σ y·o / (beta²·Σ y + Σ o) over the whole minibatch; of two outputs the second counts.

    Source: Pastor-Pellicer et al., IWANN 2013; DL4J's LossFMeasure.
    """

    type: Literal["fmeasure"] = "fmeasure"
    activation = "sigmoid"
    of = "probabilities"
    takes_distribution = True

    beta: Positive = 1.0
    """How much more recall counts than precision, above 0."""

    def check(self, outputs: int) -> None:
        """One output, or two of which the second is the positive class."""
        if outputs > 2:
            raise Refused("", "must be of one output, or of two", got=outputs, help="for more classes use negative_log_likelihood")

    def build(self, activation: Activation) -> "LossFunction":
        """The formula, after the activation."""
        from netspec.modules.fmeasure import after

        return partial(after, activation.build(), self.beta**2)
