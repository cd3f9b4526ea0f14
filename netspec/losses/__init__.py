"""Losses: what training makes small.

A loss function gets the *pre-activation* of an output layer and the labels, so that the stable fused form
can be used where there is one. It returns one number an example, summed over the outputs (and over steps
or positions); the score is their mean over the minibatch, as in DL4J.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING, ClassVar, Literal

from netspec.activations import Activation
from netspec.component import Component

if TYPE_CHECKING:
    from torch import Tensor

    LossFunction = Callable[[Tensor, Tensor], Tensor]
    """(pre-activation N×K, labels N×K or class indices N) → loss of each example, N."""


class Loss(Component):
    """A loss over the outputs of one output or loss layer."""

    family: ClassVar[str] = "losses"
    noun: ClassVar[str] = "loss"

    activation: ClassVar[str] = "identity"
    """The activation an output layer with this loss has when it says none."""

    of: ClassVar[Literal["classes", "probabilities", "values"]] = "values"
    """What the outputs are: one probability distribution over classes, independent probabilities, or plain values."""

    takes_indices: ClassVar[bool] = False
    """True when labels may be class indices; otherwise they are made one-hot first."""

    def build(self, activation: Activation) -> "LossFunction":
        """The loss after `activation`, as a function of pre-activation and labels."""
        raise NotImplementedError

    def build_mean(self, activation: Activation) -> "LossFunction":
        """Its mean over the examples, a scalar; a loss for which torch has that in one kernel says so here."""
        by_example = self.build(activation)
        return lambda preactivation, labels: by_example(preactivation, labels).mean()
