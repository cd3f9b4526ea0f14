"""From rows of predictions and labels to a confusion matrix, counted as DL4J counts.

A row's class is its largest entry (of equals the first); a single column is compared with the threshold, and so is the
second of two columns when a threshold is given. Labels need not be one-hot.
"""

import numpy as np
import numpy.typing as npt

from netspec.errors import DataError, RunError
from netspec.words import plural

Confusion = tuple[tuple[int, ...], ...]
Values = npt.NDArray[np.generic]
Indices = npt.NDArray[np.int64]


def count(predictions: npt.ArrayLike, labels: npt.ArrayLike, classes: int, threshold: float | None = None) -> Confusion:
    """How often each class was taken for each: rows actual, columns predicted.

    Either may be class indices (N whole numbers) or rows (N×K, K at most `classes`; N or N×1 for two classes).

    Raises: RunError when a prediction is NaN; DataError when the rows are not what they must be.

    >>> count([[0.9, 0.1], [0.5, 0.5]], [0, 1], classes=2)
    ((1, 0), (1, 0))
    """
    guessed, actual = _checked(predictions, labels)
    rows, columns = _indices(actual, classes, None, "labels"), _indices(guessed, classes, threshold, "predictions")
    matrix = np.bincount(rows * classes + columns, minlength=classes * classes).reshape(classes, classes)
    return tuple(tuple(row) for row in matrix.tolist())


def count_top(predictions: npt.ArrayLike, labels: npt.ArrayLike, n: int) -> int:
    """Examples with fewer than n classes likelier than their own.

    >>> count_top([[0.5, 0.3, 0.2], [0.5, 0.3, 0.2]], [1, 2], n=2)
    1
    """
    guessed, actual = _checked(predictions, labels)
    if guessed.ndim != 2 or guessed.shape[1] < 2:
        raise DataError(f"predictions must be N×K to count the {n} likeliest, got {_shape(guessed)}")
    likely = guessed.astype(np.float64)
    own = likely[np.arange(len(guessed)), _indices(actual, guessed.shape[1], None, "labels")]
    return int(((likely > own[:, None]).sum(axis=1) < n).sum())


def _checked(predictions: npt.ArrayLike, labels: npt.ArrayLike) -> tuple[Values, Values]:
    """Both as arrays of equally many rows without NaN."""
    guessed, actual = np.asarray(predictions), np.asarray(labels)
    if bad := _rows_with_nan(guessed):
        raise RunError(f"predictions must be numbers, got NaN in {bad} of {plural(len(guessed), 'row')}", help="lower the learning rate")
    if bad := _rows_with_nan(actual):
        raise DataError(f"labels must be numbers, got NaN in {bad} of {plural(len(actual), 'row')}")
    if len(guessed) != len(actual):
        raise DataError(f"labels must be as many as predictions, {len(guessed)}, got {len(actual)}")
    return guessed, actual


def _rows_with_nan(values: Values) -> int:
    return int(np.isnan(values).any(axis=tuple(range(1, values.ndim))).sum()) if values.dtype.kind == "f" else 0


def _shape(values: Values) -> str:
    return "×".join(map(str, values.shape)) or "a single value"


def _indices(values: Values, classes: int, threshold: float | None, what: str) -> Indices:
    """The class of each row, checked."""
    if values.ndim == 2 and values.shape[1] == 1:
        values = values[:, 0]
    if values.ndim == 2:
        found = _of_rows(values, classes, threshold, what)
    elif values.ndim == 1:
        found = _of_column(values, classes, threshold, what)
    else:
        raise DataError(f"{what} must be N or N×{classes}, got {_shape(values)}")
    if found.size and not 0 <= found.min() <= found.max() < classes:
        raise DataError(f"{what} must be classes from 0 to {classes - 1}, got {found.min() if found.min() < 0 else found.max()}")
    return found


def _of_rows(values: Values, classes: int, threshold: float | None, what: str) -> Indices:
    if not 1 < values.shape[1] <= classes:
        raise DataError(f"{what} must have at most {classes} columns, one for each class, got {values.shape[1]}")
    if threshold is not None and classes == 2:
        return (values[:, 1].astype(np.float64) > threshold).astype(np.int64)
    return np.asarray(values.argmax(axis=1), dtype=np.int64)


def _of_column(values: Values, classes: int, threshold: float | None, what: str) -> Indices:
    if values.dtype.kind in "biu":
        return values.astype(np.int64)
    numbers = values.astype(np.float64)
    if classes == 2:
        return (numbers > (0.5 if threshold is None else threshold)).astype(np.int64)
    if not (numbers == np.round(numbers)).all():
        raise DataError(f"{what} must be whole numbers where there is one column and {classes} classes, got {numbers[numbers != np.round(numbers)][0]:g}")
    return numbers.astype(np.int64)
