"""Logarithm of softmax."""

from typing import TYPE_CHECKING, Literal

from netspec.activations import Activation

if TYPE_CHECKING:
    from torch import nn


class LogSoftmax(Activation):
    """log(e^x / Σ e^x) over the features: the last axis of N×F and N×T×F, axis 1 of images and volumes. DL4J has none."""

    type: Literal["logsoftmax"] = "logsoftmax"

    def build(self) -> "nn.Module":
        """Torch's log_softmax, over the axis that the rank tells."""
        from netspec.modules.logsoftmax import LogSoftmax as Module

        return Module()
