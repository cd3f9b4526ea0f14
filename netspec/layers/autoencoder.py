"""A layer that can learn to give its own input back."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated, Literal

from netspec.component import Inherit, unset
from netspec.errors import Refused
from netspec.fields import Fraction, NotNegative, Size
from netspec.initializers import Fans
from netspec.layers import ActivatedLayer, Inferred, Parameter
from netspec.losses import Loss
from netspec.shapes import FeedForward

if TYPE_CHECKING:
    from torch import nn


class Autoencoder(ActivatedLayer):
    """activation(W·x + b). Pre-training makes small the loss between x and activation(Wᵀ·h + c), h of an x with some values put to 0.

    Shape: F → n_out. Source: Vincent et al., ICML 2008; DL4J's AutoEncoder.
    """

    type: Literal["autoencoder"] = "autoencoder"
    takes = (FeedForward,)
    pretrains = True
    of_pretraining = ("corruption", "sparsity", "sparsity_weight", "visible_bias_init", "loss")

    n_out: Size
    """Units this layer produces."""

    corruption: Fraction = 0.3
    """Probability with which pre-training puts a value of the input to 0, in [0, 1)."""

    sparsity: Fraction = 0.0
    """Mean activation that pre-training draws each unit towards, in [0, 1); 0: none. The penalty is Σ KL(sparsity ‖ mean of the batch)."""

    sparsity_weight: NotNegative = 1.0
    """Factor of that penalty."""

    visible_bias_init: float = 0.0
    """Initial c, the bias of the reconstruction; only pre-training moves it."""

    loss: Annotated[Loss, Inherit(from_network=False)] = unset()
    """What compares the reconstruction with the input; mse when nothing is said."""

    def defaults(self) -> Mapping[str, object]:
        """The squared error of the reconstruction."""
        return {**super().defaults(), "loss": "mse"}

    def infer(self, *inputs: FeedForward) -> Inferred:
        """F → n_out."""
        size = inputs[0].size
        fans = Fans(size, self.n_out)
        parameters = {"weight": Parameter((self.n_out, size), fans=fans), "bias": Parameter((self.n_out,), "bias", fans)}
        return Inferred(FeedForward(self.n_out), parameters | {"visible_bias": Parameter((size,), "gain", pretrained=True)})

    def check_pretraining(self, *inputs: FeedForward) -> None:
        """The loss compares each value with one of its own, and takes what the activation gives."""
        size = inputs[0].size
        self.loss.check(size)
        if self.loss.labels_for(size) != size:
            raise Refused("loss", "must compare each value with one of its own", got=self.loss.type, help="for example mse")
        if self.loss.of != "values" and not self.activation.probabilities:
            rule = f"must be one of values: the activation {self.activation.type} gives no probabilities"
            raise Refused("loss", rule, got=self.loss.type, help="for example mse, or activation: sigmoid")
        if self.sparsity and not self.activation.probabilities:
            rule = f"must be left out: {self.activation.type} gives values that are no shares of 1"
            raise Refused("sparsity", rule, got=self.sparsity, help="use activation: sigmoid")

    def build(self, *inputs: FeedForward) -> "nn.Module":
        """netspec's module of this name."""
        from netspec.modules.autoencoder import Autoencoder as Module
        from netspec.modules.autoencoder import Learning

        learning = Learning(self.loss.build_mean(self.activation), self.corruption, self.sparsity, self.sparsity_weight)
        return Module(inputs[0].size, self.n_out, self.activation.build(), self.visible_bias_init, learning)
