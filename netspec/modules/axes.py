"""Where the features of a batch lie, and how losses are added up by example: what softmax and the losses share."""

from torch import Tensor

from netspec.errors import DataError


def feature_axis(batch: Tensor) -> int:
    """Axis of the features: the last of N×F and N×T×F, axis 1 of images and volumes (rank 4 and 5).

    >>> import torch
    >>> feature_axis(torch.zeros(2, 5, 3)), feature_axis(torch.zeros(2, 3, 8, 8))
    (-1, 1)
    """
    return 1 if batch.dim() >= 4 else -1


def by_example(terms: Tensor) -> Tensor:
    """Sum over all axes but the first: N×… → N."""
    return terms if terms.dim() == 1 else terms.flatten(1).sum(1)


def alike(labels: Tensor, output: Tensor) -> Tensor:
    """Labels in the output's data type.

    Raises: DataError when the shapes differ, where torch would silently broadcast them.
    """
    if labels.shape != output.shape:
        raise DataError(f"labels must have the shape of the output, {_sizes(output)}, got {_sizes(labels)}")
    return labels.to(output.dtype)


def _sizes(tensor: Tensor) -> str:
    return "×".join(map(str, tensor.shape))
