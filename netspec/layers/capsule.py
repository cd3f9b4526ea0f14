"""Capsules from capsules."""

from math import inf
from typing import TYPE_CHECKING, Literal

from netspec.errors import Refused
from netspec.fields import Size
from netspec.initializers import Fans
from netspec.layers import Inferred, Parameter, WeightedLayer
from netspec.shapes import Recurrent

if TYPE_CHECKING:
    from torch import nn

    from netspec.modules.masks import MaskRule


class Capsule(WeightedLayer):
    """squash(Σ_i c_ij·W_ij·x_i + b_j), where c_i = softmax over j of the agreements a_ij, 0 at first, which grow by W_ij·x_i · v_j in each routing.

    Shape: I×F, I known → capsules×capsule_size; capsules are the steps of a sequence here, masked ones are 0.
    Source: Sabour et al., NeurIPS 2017; DL4J's CapsuleLayer.
    """

    type: Literal["capsule"] = "capsule"
    takes = (Recurrent,)
    zeroes_masked = "input"

    capsules: Size
    """Capsules this layer produces."""

    capsule_size: Size
    """Values of each of them."""

    routings: Size = 3
    """How often the agreements are taken into account, the first time being equal for all."""

    has_bias: bool = False
    """Whether b is there."""

    def infer(self, *inputs: Recurrent) -> Inferred:
        """I×F → capsules×capsule_size."""
        number, size = inputs[0].length, inputs[0].size
        if number is None:
            raise Refused("", "must have a known number of capsules as input", got=inputs[0], help="there are weights for each of them")
        fans = Fans(number * size, self.capsules * self.capsule_size)
        weight = Parameter((number, self.capsules * self.capsule_size, size), fans=fans)
        bias = {"bias": Parameter((self.capsules, self.capsule_size), "bias", fans)} if self.has_bias else {}
        return Inferred(Recurrent(self.capsule_size, self.capsules), {"weight": weight, **bias})

    def foresight(self, *inputs: Recurrent) -> float:
        """All capsules."""
        return inf

    def build(self, *inputs: Recurrent) -> "nn.Module":
        """netspec's."""
        from netspec.modules.capsule import Capsules

        shape = self.infer(inputs[0]).parameters["weight"].shape
        return Capsules(shape, self.capsules, self.routings, bias=self.has_bias)

    def build_mask(self, *inputs: Recurrent) -> "MaskRule":
        """Every capsule counts."""
        from netspec.modules.masks import ended

        return ended
