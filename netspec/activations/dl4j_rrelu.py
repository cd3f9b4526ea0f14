"""DL4J's randomized leaky rectified linear unit."""

from typing import TYPE_CHECKING, Literal

from netspec.activations._slopes import DrawnSlopes

if TYPE_CHECKING:
    from torch import nn


class Dl4jRrelu(DrawnSlopes):
    """As `rrelu` while training; in test mode max(x, (lower + upper)/2), which is what DL4J's RReLU predicts."""

    type: Literal["dl4j_rrelu"] = "dl4j_rrelu"

    def build(self) -> "nn.Module":
        """Torch's RReLU while training, the maximum in test mode."""
        from netspec.modules.dl4j_rrelu import Dl4jRrelu as Module

        return Module(self.lower, self.upper)
