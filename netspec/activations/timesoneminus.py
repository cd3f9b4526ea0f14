"""A parabola."""

from typing import TYPE_CHECKING, Literal

from netspec.activations import Activation

if TYPE_CHECKING:
    from torch import nn


class TimesOneMinus(Activation):
    """x·(1 − x). DL4J's `timesoneminus` of 0.5 and 0.6."""

    type: Literal["timesoneminus"] = "timesoneminus"

    def build(self) -> "nn.Module":
        """The formula."""
        from netspec.modules.timesoneminus import TimesOneMinus as Module

        return Module()
