"""What output layers share whose loss the spec names."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated, Any, Literal, Self

from netspec.activations import Activation
from netspec.component import Inherit, unset
from netspec.errors import Refused, UsageError
from netspec.layers import ScoredLayer
from netspec.losses import Loss, LossFunction

if TYPE_CHECKING:
    from torch import nn


class WithLoss(ScoredLayer):
    """A layer that ends the network in a loss which the spec names; its activation is applied by `predict` only.

    It never takes the network's `activation`; what it does not say follows from the loss.
    """

    loss: Loss
    """What training makes small: `negative_log_likelihood` for classes, `xent` for yes/no, `mse` for values."""

    activation: Annotated[Activation, Inherit(from_network=False)] = unset()
    """Function from this layer's result to its prediction; it follows from the loss when nothing is said."""

    any_activation: bool = False
    """Whether an activation that the loss is not made for is taken all the same, as in −Σ y·log o of sigmoids: DL4J's validateOutputLayerConfig(false)."""

    class_weights: Literal["balanced"] = unset()
    """Weights of the loss by class, from the training labels: examples / (classes × those of the class); none when nothing is said."""

    def defaults(self) -> Mapping[str, object]:
        """The activation its loss is made for."""
        return {**super().defaults(), "activation": self.loss.activation}

    def because(self, name: str) -> str:
        """The loss decides the activation."""
        return f"follows from the loss {self.loss.type}" if name == "activation" else super().because(name)

    @property
    def predicts_by(self) -> Activation:
        """The field."""
        return self.activation

    def build_prediction(self) -> "nn.Module":
        """The activation."""
        return self.activation.build()

    @property
    def balances(self) -> bool:
        """Until its loss has weights."""
        return self.class_weights == "balanced" and getattr(self.loss, "weights", None) is None

    def with_class_weights(self, weights: tuple[float, ...]) -> Self:
        """The loss with these weights."""
        return self.model_copy(update={"loss": self.loss.model_copy(update={"weights": weights})})

    def build_score(self, module: "nn.Module") -> "LossFunction":
        """The loss after the activation; one that waits for the training labels cannot score yet."""
        return _unbalanced if self.balances else self.loss.build_mean(self.activation)

    def misfit(self, outputs: int) -> Refused | None:
        """DL4J's rules for output layers, unless any activation will do; class weights are those of a loss of classes."""
        if self.class_weights and getattr(self.loss, "weights", None) is not None:
            return Refused("class_weights", "must be left out: the loss has `weights`")
        if self.class_weights and (self.loss.of != "classes" or "weights" not in type(self.loss).model_fields):
            return Refused("class_weights", f"must be left out: {self.loss.type} weighs no classes", help="negative_log_likelihood does")
        return None if self.any_activation else self.loss.misfit(self.activation, outputs)


def _unbalanced(*_: Any, **__: Any) -> Any:
    raise UsageError("class_weights: balanced follows from training labels, and there were none yet", help="fit first, or say weights: [...] in the loss")
