"""Labels as yes and no, one for each output."""

import torch
from torch import Tensor

from netspec.errors import DataError, RunError


class Truths:
    """Makes yes and no of labels, and remembers what cannot be: numbers that are neither, and predictions that are no numbers."""

    def __init__(self) -> None:
        self.odd: Tensor | None = None
        self.bad: Tensor | None = None

    def of(self, labels: Tensor, predictions: Tensor, kept: Tensor) -> Tensor:
        """Whether each label is yes, N×K: class indices as yes for their class (of one output: for 1), numbers where they are above ½.

        Raises: DataError when labels have another number of columns.
        """
        true, odd = _truth(labels, predictions), (_odd(labels).reshape(len(labels), -1) & kept).any()
        bad = (predictions.isnan() & kept).any()
        self.odd = odd if self.odd is None else self.odd | odd
        self.bad = bad if self.bad is None else self.bad | bad
        return true

    def check(self, *, numbers: bool = True) -> None:
        """Raises: RunError where nothing was counted, or a prediction was no number; DataError where a label was neither yes nor no."""
        if self.odd is None or self.bad is None:
            raise RunError("there are no examples to evaluate")
        if bool(self.odd):
            raise DataError("labels must be 0 or 1, no or yes, got others", help="for numbers, say evaluation: regression")
        if numbers and bool(self.bad):
            raise RunError("predictions must be numbers, got NaN", help="lower the learning rate")


def _truth(labels: Tensor, predictions: Tensor) -> Tensor:
    outputs = predictions.shape[1]
    if labels.dim() == 1:
        return (labels > 0.5).unsqueeze(1) if outputs == 1 else labels.unsqueeze(1) == torch.arange(outputs, device=labels.device)
    if labels.shape[1] != outputs:
        raise DataError(f"labels must have {outputs} columns, one for each output, got {labels.shape[1]}")
    return labels > 0.5


def _odd(labels: Tensor) -> Tensor:
    """Numbers outside 0 to 1; -1 is a no too, as for hinge losses."""
    if not labels.is_floating_point():
        return torch.zeros_like(labels, dtype=torch.bool)
    return ((labels < 0) & (labels != -1)) | (labels > 1) | labels.isnan()
