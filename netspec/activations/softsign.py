"""A sigmoid with polynomial tails."""

from typing import TYPE_CHECKING, Literal

from netspec.activations import Activation

if TYPE_CHECKING:
    from torch import nn


class SoftSign(Activation):
    """x / (1 + |x|), in (−1, 1). Source: Bergstra et al., 2009; DL4J's SOFTSIGN."""

    type: Literal["softsign"] = "softsign"
    increasing = True

    def build(self) -> "nn.Module":
        """Torch's Softsign."""
        from torch import nn

        return nn.Softsign()
