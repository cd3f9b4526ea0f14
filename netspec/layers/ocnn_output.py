"""One-class network: what belongs to the one class that there are examples of."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import Field

from netspec.activations import Activation
from netspec.component import Inherit, unset
from netspec.fields import Size
from netspec.initializers import Fans
from netspec.layers import Inferred, Parameter, WeightedLayer
from netspec.losses import Loss, LossFunction
from netspec.scored import ScoredLayer
from netspec.shapes import FeedForward

if TYPE_CHECKING:
    from torch import nn


class OneClassLoss(Loss):
    """It looks at no labels: there is one class, and all examples are of it."""


class OcnnOutput(ScoredLayer, WeightedLayer):
    """activation(x·Vᵀ)·w, high for what is like the examples: it belongs to them from r on. Its score is (½|w|² + ½|V|² + mean(max(0, r − output))/nu − r)/N.

    Labels are not looked at. r has a gradient, and becomes the output below which a share of nu lies whenever `window_size` new ones were seen.
    Shape: F → 1. Source: Chalapathy et al., 2018; DL4J's OCNNOutputLayer, which divides by the N examples of a batch, as here, and sets r once an epoch.
    """

    type: Literal["ocnn_output"] = "ocnn_output"
    takes = (FeedForward,)

    hidden_size: Size
    """Units before the output."""

    activation: Annotated[Activation, Inherit(from_network=False)] = unset()
    """Function of these units; sigmoid when nothing is said."""

    nu: Annotated[float, Field(gt=0, le=1)] = 0.04
    """Share of the examples that may be taken for others, above 0, at most 1."""

    window_size: Size = 10000
    """Outputs from which r is set anew."""

    initial_r: float = 0.1
    """r at the start."""

    @property
    def loss(self) -> Loss:
        """One without labels."""
        return OneClassLoss(type="one_class")

    def defaults(self) -> Mapping[str, object]:
        """The field's."""
        return {**super().defaults(), "activation": "sigmoid"}

    def infer(self, *inputs: FeedForward) -> Inferred:
        """F → 1."""
        size, hidden = inputs[0].size, self.hidden_size
        weights = {"weight": Parameter((hidden,), fans=Fans(1, hidden)), "hidden_weight": Parameter((hidden, size), fans=Fans(size, hidden))}
        return Inferred(FeedForward(1), weights | {"r": Parameter((), "gain")})

    def build(self, *inputs: FeedForward) -> "nn.Module":
        """netspec's."""
        from netspec.modules.ocnn_output import OcnnOutput as Module

        return Module(inputs[0].size, self.hidden_size, self.activation.build(), initial_r=self.initial_r, window=self.window_size)

    def build_prediction(self) -> "nn.Module":
        """The output itself."""
        from torch import nn

        return nn.Identity()

    def build_score(self, module: "nn.Module") -> LossFunction:
        """With the weights of `module`."""
        from netspec.modules.ocnn_output import OcnnOutput as Module
        from netspec.modules.ocnn_output import OneClass

        if not isinstance(module, Module):
            raise TypeError(type(module).__name__)
        return OneClass(module, self.nu)
