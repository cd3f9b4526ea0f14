"""Layers that end a network: what training makes small, and what is predicted.

A layer whose loss the spec names is a `WithLoss`; one that has a loss of its own is a `ScoredLayer`, and says how its score is worked out.
"""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Literal, Self

from netspec.activations import Activation
from netspec.component import Inherit, unset
from netspec.errors import Refused, UsageError
from netspec.fields import Positive
from netspec.layers import MaskedLayer
from netspec.losses import Loss, LossFunction

if TYPE_CHECKING:
    from torch import nn

    from netspec.modules.masks import MaskRule


class ScoredLayer(MaskedLayer):
    """A layer that ends the network: training makes its score small, and what it predicts is worked out by `predict` only.

    Steps that are masked where they arrive here have no part in the loss, unless labels come with a mask of their own.
    """

    zeroes_masked = "input"

    takes_features: ClassVar[bool] = False
    """True where the score depends on what the layer is given too."""

    loss_weight: Positive = 1.0
    """Factor of this loss in the score of a network with several outputs."""

    @property
    def balances(self) -> bool:
        """Whether its loss weighs classes by how often the training examples have them."""
        return False

    def with_class_weights(self, weights: tuple[float, ...]) -> Self:
        """The same with these weights, once the training examples are known."""
        raise NotImplementedError

    if TYPE_CHECKING:

        @property
        def loss(self) -> Loss:
            """What its labels are, and what its score is made of: a field, or what follows from others."""

    @property
    def predicts_by(self) -> Activation | None:
        """The activation that makes the prediction of its result, where one does."""
        return None

    def build_prediction(self) -> "nn.Module":
        """From the layer's result to its prediction."""
        raise NotImplementedError

    def build_score(self, module: "nn.Module") -> "LossFunction":
        """The mean loss of a batch; with `takes_features` its fourth argument is the layer's input. `module` is the one that `build` gave."""
        raise NotImplementedError

    def misfit(self, outputs: int) -> Refused | None:
        """Why its loss is not made for its activation over this many outputs, if so."""
        return None

    def build_mask(self, *inputs: Any) -> "MaskRule":
        """The mask that arrives is the one of the loss."""
        from netspec.modules.masks import ended

        return super().build_mask(*inputs) if self.obeys_masks else ended


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
    """Weights of the loss by class, from the training labels: examples / (classes × those of the class); none when nothing is said.
    Numbers of your own stand in the loss: loss: {type: …, weights: […]}."""

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
