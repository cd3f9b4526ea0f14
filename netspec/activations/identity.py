"""The function that changes nothing."""

from typing import TYPE_CHECKING, Literal

from netspec.activations import Activation

if TYPE_CHECKING:
    from torch import nn


class Identity(Activation):
    """x. DL4J's IDENTITY."""

    type: Literal["identity"] = "identity"
    increasing = True

    @property
    def slope_by_result(self) -> bool:
        """It is 1."""
        return True

    def build(self) -> "nn.Module":
        """Torch's Identity."""
        from torch import nn

        return nn.Identity()
