"""How long capsules are."""

from typing import TYPE_CHECKING, Literal

from netspec.errors import Refused
from netspec.layers import Inferred, NoisyLayer
from netspec.shapes import FeedForward, Recurrent

if TYPE_CHECKING:
    from torch import nn

    from netspec.modules.masks import MaskRule


class CapsuleStrength(NoisyLayer):
    """√Σx² of each capsule: how sure it is. Shape: capsules×F → capsules, their number known. DL4J's CapsuleStrengthLayer."""

    type: Literal["capsule_strength"] = "capsule_strength"
    takes = (Recurrent,)
    zeroes_masked = "input"

    def infer(self, *inputs: Recurrent) -> Inferred:
        """capsules×F → capsules."""
        if inputs[0].length is None:
            raise Refused("", "must have a known number of capsules as input", got=inputs[0])
        return Inferred(FeedForward(inputs[0].length))

    def build(self, *inputs: Recurrent) -> "nn.Module":
        """netspec's."""
        from netspec.modules.capsule_strength import CapsuleStrength as Module

        return Module()

    def build_mask(self, *inputs: Recurrent) -> "MaskRule":
        """What comes out has none."""
        from netspec.modules.masks import ended

        return ended
