"""Losses: what training makes small.

A loss function gets the *pre-activation* of an output layer and the labels, so that the stable fused form
can be used where there is one. It returns one number an example, summed over the outputs (and over steps
or positions); the score is their mean over the minibatch, as in DL4J. A mask multiplies the terms before they
are summed: what is masked counts nothing, but stays in the number of examples that the mean divides by.
"""

from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Literal, Protocol

from pydantic import BeforeValidator, Field

from netspec.activations import Activation
from netspec.component import Component
from netspec.errors import Refused
from netspec.fields import Positive

if TYPE_CHECKING:
    from torch import Tensor


class LossFunction(Protocol):
    """(pre-activation N×K, labels N×K or class indices N, mask N, N×1 or N×K) → loss of each example, N, or their mean.

    A mask lacks the axis of the features, or has it: with size 1 for whole examples, steps or positions, with K for outputs.
    """

    def __call__(self, preactivation: "Tensor", labels: "Tensor", mask: "Tensor | None" = None) -> "Tensor":
        """The loss of each example."""


class SlopedLoss(Protocol):
    """(pre-activation N×K, class indices N) → mean loss, and its derivative N×K with respect to the pre-activation."""

    def __call__(self, preactivation: "Tensor", labels: "Tensor") -> "tuple[Tensor, Tensor]":
        """Both."""


def _listed(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value


Weights = Annotated[tuple[Positive, ...], BeforeValidator(_listed), Field(min_length=1)]
"""A factor above 0 for each output."""


class Loss(Component):
    """A loss over the outputs of one output or loss layer."""

    family: ClassVar[str] = "losses"
    noun: ClassVar[str] = "loss"

    activation: ClassVar[str] = "identity"
    """The activation an output layer with this loss has when it says none."""

    of: ClassVar[Literal["classes", "probabilities", "values"]] = "values"
    """What the outputs are: one probability distribution over classes, independent probabilities, or plain values."""

    takes_distribution: ClassVar[bool] = False
    """True when a loss on probabilities can as well take a distribution over the outputs."""

    takes_indices: ClassVar[bool] = False
    """True when labels may be class indices; otherwise they are made one-hot first."""

    wrong: ClassVar[float] = 0.0
    """The label of a wrong class, where class indices are made one-hot; that of the right one is 1."""

    def check(self, outputs: int) -> None:
        """Raise Refused when it cannot score this many outputs."""

    def misfit(self, activation: Activation, outputs: int) -> Refused | None:
        """Why it should not be computed of this activation: a loss on probabilities needs one that gives some. DL4J's rules."""
        if activation.distribution and outputs == 1:
            rule = f"must not be {activation.type} over a single output: it is always 1"
            return Refused("activation", rule, help="use sigmoid with loss xent, or one output a class")
        if self.of == "classes" and not activation.distribution:
            rule, word = f"must be a distribution over classes for the loss {self.type}", "softmax"
        elif self.of == "probabilities" and activation.distribution and not self.takes_distribution:
            rule, word = f"must give each output its own probability for the loss {self.type}", "sigmoid"
        elif self.of == "probabilities" and not activation.probabilities:
            rule, word = f"must give probabilities for the loss {self.type}", "sigmoid"
        else:
            return None
        return Refused("activation", rule, got=activation.type, help=f"use activation: {word}")

    def labels_for(self, outputs: int) -> int:
        """How many label values belong to this many outputs."""
        return outputs

    def expected(self, output: "Tensor") -> "Tensor":
        """The labels that an (activated) output predicts: itself, unless it holds something else."""
        return output

    def build(self, activation: Activation) -> "LossFunction":
        """The loss after `activation`, as a function of pre-activation and labels."""
        raise NotImplementedError

    def build_mean(self, activation: Activation) -> "LossFunction":
        """Its mean over the examples, a scalar; a loss for which torch has that in one kernel says so here."""
        by_example = self.build(activation)
        return lambda preactivation, labels, mask=None: by_example(preactivation, labels, mask).mean()

    def build_sloped(self, activation: Activation) -> "SlopedLoss | None":
        """Its mean together with the derivative, of class indices; None where autograd is to find the derivative."""
        return None
