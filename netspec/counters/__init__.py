"""Counters: what evaluation adds up, batch by batch, on the training device. No batch is waited for: numbers leave the device in `result`."""

from typing import Protocol

from torch import Tensor

from netspec.evaluation import Evaluation


class Counter(Protocol):
    """Adds up one metric over one output."""

    def add(self, predictions: Tensor, labels: Tensor, mask: Tensor | None = None) -> None:
        """One more batch.

        Predictions are N×K, or with steps or positions (N×T×K, N×K×H×W …), each of which then counts as an example. Labels are class
        indices (the axis of the features is missing) or have the predictions' shape. What a mask has as 0 is not counted: a mask
        of examples (N or N×1), of steps or positions, or of the labels' shape.
        """
        ...

    def result(self) -> Evaluation:
        """What was counted. Raises: RunError, DataError when it was nothing that can be counted."""
        ...
