"""Fully connected layer whose loss draws the features of a class together."""

from typing import TYPE_CHECKING, Literal

from netspec.errors import Refused
from netspec.fields import NotNegative, Positive
from netspec.layers import Inferred
from netspec.layers._linear import Linear
from netspec.losses import LossFunction
from netspec.scored import WithLoss
from netspec.shapes import FeedForward, Recurrent

if TYPE_CHECKING:
    from torch import nn


class CenterLossOutput(WithLoss, Linear):
    """loss(activation(W·x + b), y) + ½·center_weight·|x − c_y|², c_y being the centre of class y, 0 at first.

    After each training batch c −= alpha·Σ(c − x)/(n + 1), over its n examples of the class. Shape: F → n_out.
    Source: Wen et al., ECCV 2016; DL4J's CenterLossOutputLayer.
    """

    type: Literal["center_loss_output"] = "center_loss_output"
    takes = (FeedForward,)
    takes_features = True

    alpha: Positive = 0.05
    """How fast centres follow the features, above 0, usually below 1."""

    center_weight: NotNegative = 2e-4
    """Weight of the distances from the centres beside the loss: λ."""

    def infer(self, *inputs: FeedForward | Recurrent) -> Inferred:
        """F → n_out, a class each. Raises: Refused for one output, which is no class of several."""
        if self.n_out == 1:
            raise Refused("n_out", "must be 2 or more, one output for each class", got=1)
        return super().infer(*inputs)

    def build(self, *inputs: FeedForward | Recurrent) -> "nn.Module":
        """netspec's: torch's Linear with the centres."""
        from netspec.modules.center_loss_output import CenterLossOutput as Module

        return Module(inputs[0].size, self.n_out, bias=self.has_bias)

    def build_score(self, module: "nn.Module") -> LossFunction:
        """With the centres of `module`."""
        from netspec.modules.center_loss_output import CenterLoss
        from netspec.modules.center_loss_output import CenterLossOutput as Module

        if not isinstance(module, Module):
            raise TypeError(type(module).__name__)
        return CenterLoss(super().build_score(module), module, self.alpha, self.center_weight)
