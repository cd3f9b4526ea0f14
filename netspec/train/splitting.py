"""Setting examples aside for validation and test: drawn by the seed, each class (of the first output that has some) in proportion where an example has one."""

from collections.abc import Callable, Mapping
from operator import itemgetter

import numpy as np
import torch

from netspec.datasets import Examples, Loaded, Split
from netspec.errors import DataError
from netspec.named import each, each_there
from netspec.rows import selected
from netspec.seeds import stream

DEFAULT_TEST = 0.2
"""Share set aside for the final evaluation where a set has no test part and the spec says nothing."""


def split(loaded: Loaded, shares: Split, seed: int) -> tuple[Examples, Examples | None, Examples]:
    """Training, validation and test examples. Raises: DataError when a part would be empty."""
    train, test = loaded.train, loaded.test
    classes = _classes(loaded)
    if test is None:
        share = shares.test if "test" in shares.model_fields_set else DEFAULT_TEST
        train, test = _divided(train, share, classes, seed, 0, "test")
    if not shares.validation:
        return train, None, test
    train, validation = _divided(train, shares.validation, classes, seed, 1, "validation")
    return train, validation, test


def _classes(loaded: Loaded) -> Callable[[Examples], np.ndarray] | None:
    """The class of each example; None where it has none, or more than one."""
    labels, names = loaded.train.labels, loaded.class_names
    if not isinstance(labels, Mapping) or not isinstance(names, Mapping):
        single = not isinstance(labels, Mapping) and bool(names) and labels.ndim == 1
        return (lambda examples: np.asarray(examples.labels)) if single else None
    first = next((name for name, its in labels.items() if names[name] and its.ndim == 1), None)
    return None if first is None else lambda examples: np.asarray(examples.labels[first])


def _divided(examples: Examples, share: float, classes: Callable[[Examples], np.ndarray] | None, seed: int, draw: int, part: str) -> tuple[Examples, Examples]:
    generator = torch.Generator().manual_seed(stream(seed, "split", draw))
    groups = _by_class(classes(examples)) if classes else [np.arange(len(examples))]
    chosen = [rows[torch.randperm(len(rows), generator=generator).numpy()[:count]] for rows, count in zip(groups, _counts(groups, share), strict=True)]
    aside = np.sort(np.concatenate(chosen))
    rest = np.setdiff1d(np.arange(len(examples)), aside)
    if not len(aside) or not len(rest):
        raise DataError(f"data.split.{part} must leave examples in both parts: {share:g} of {len(examples)} is {len(aside)}, leaving {len(rest)}")
    return _taken(examples, rest), _taken(examples, aside)


def _by_class(labels: np.ndarray) -> list[np.ndarray]:
    return [np.flatnonzero(labels == label) for label in np.unique(labels)]


def _counts(groups: list[np.ndarray], share: float) -> list[int]:
    """Whole counts by largest remainder, so that their sum is the share of the whole."""
    exact = [len(rows) * share for rows in groups]
    counts = [int(number) for number in exact]
    missing = round(sum(exact)) - sum(counts)
    by_remainder = sorted(range(len(groups)), key=lambda index: counts[index] - exact[index])
    for index in by_remainder[:missing]:
        counts[index] += 1
    return counts


def _taken(examples: Examples, rows: np.ndarray) -> Examples:
    masks = (each_there(itemgetter(rows), mask) for mask in (examples.mask, examples.label_mask))
    return Examples(each(lambda features: selected(features, rows), examples.features), each(lambda labels: labels[rows], examples.labels), *masks)
