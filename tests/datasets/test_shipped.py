"""The data sets that are part of the package, against scikit-learn's copies."""

from importlib.resources import files
from pathlib import Path

import numpy as np
import pytest
from sklearn.datasets import load_digits, load_iris

from netspec.datasets import DataSet, Places

NOWHERE = Places(Path("nowhere"), Path("nowhere"), download=False)


def test_digits_are_scikit_learns_stretched_to_bytes():
    theirs = load_digits()

    ours = DataSet.parse("digits").load(NOWHERE)

    assert np.array_equal(ours.train.features[:, 0], np.round(theirs.images * 255 / 16))
    assert np.array_equal(ours.train.labels, theirs.target)
    assert (ours.train.features.dtype, ours.train.labels.dtype) == (np.uint8, np.int64)
    assert ours.class_names == tuple(str(name) for name in theirs.target_names)
    assert ours.value_range == (0, 255)


def test_iris_is_scikit_learns():
    theirs = load_iris()

    ours = DataSet.parse("iris").load(NOWHERE)

    assert np.array_equal(ours.train.features, theirs.data.astype(np.float32))
    assert np.array_equal(ours.train.labels, theirs.target)
    assert (ours.train.features.dtype, ours.train.labels.dtype) == (np.float32, np.int64)
    assert ours.class_names == tuple(theirs.target_names)
    assert ours.value_range is None


@pytest.mark.parametrize("tag", ["digits", "iris"])
def test_the_description_is_what_is_read(tag):
    data = DataSet.parse(tag)
    described, loaded = data.describe(NOWHERE), data.load(NOWHERE)
    assert loaded.train.features.shape == (described.train, *described.shape.dims)
    assert described.classes == len(loaded.class_names) == len(set(loaded.train.labels.tolist()))
    assert described.test is loaded.test is None


@pytest.mark.parametrize("credit", ["Alpaydin", "10.24432/C50P49", "Fisher", "10.24432/C56C76", "CC BY 4.0"])
def test_the_authors_are_credited_beside_the_data(credit):
    assert credit in files("netspec.datasets").joinpath("files", "CREDITS.md").read_text("utf-8")
