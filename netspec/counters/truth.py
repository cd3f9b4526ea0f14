"""Labels as yes and no, one for each output."""

import torch
from torch import Tensor

from netspec.errors import DataError


def truth(labels: Tensor, predictions: Tensor) -> Tensor:
    """Whether each label is yes, N×K: class indices as yes for their class (of one output: for 1), numbers where they are above ½.

    Raises: DataError when labels have another number of columns.
    """
    outputs = predictions.shape[1]
    if labels.dim() == 1:
        return (labels > 0.5).unsqueeze(1) if outputs == 1 else labels.unsqueeze(1) == torch.arange(outputs, device=labels.device)
    if labels.shape[1] != outputs:
        raise DataError(f"labels must have {outputs} columns, one for each output, got {labels.shape[1]}")
    return labels > 0.5
