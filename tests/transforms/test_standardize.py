"""Scaling to mean 0 and deviation 1, against scikit-learn's StandardScaler and by hand."""

import tracemalloc

import numpy as np
import pytest
from pydantic import ValidationError
from sklearn.preprocessing import StandardScaler

from netspec.errors import DataError
from netspec.transforms import Transform

RNG = np.random.default_rng(11)
CIFAR = ([0.5, 0.25, 0.2], [0.5, 0.125, 0.1])


def standardized(features, value_range=None, **fields):
    affine = Transform.parse({"type": "standardize", **fields}).fit(features, value_range)
    return features * affine.factor + affine.offset


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_flat_features_are_standardized_one_by_one_as_scikit_learn_does(dtype):
    features = RNG.normal([1, -50, 1e6], [1, 9, 0.5], (5000, 3)).astype(dtype)
    expected = StandardScaler().fit_transform(features.astype(np.float64))
    assert standardized(features) == pytest.approx(expected, abs=1e-8)


def test_images_are_standardized_channel_by_channel():
    images = RNG.integers(0, 255, (50, 3, 6, 7)).astype(np.uint8)
    columns = np.moveaxis(images, 1, -1).reshape(-1, 3).astype(np.float64)
    expected = np.moveaxis(StandardScaler().fit_transform(columns).reshape(50, 6, 7, 3), -1, 1)
    assert standardized(images, (0.0, 255.0)) == pytest.approx(expected, abs=1e-10)


def test_sequences_are_standardized_feature_by_feature_over_all_steps():
    sequences = RNG.normal(5, 3, (20, 7, 2))
    expected = StandardScaler().fit_transform(sequences.reshape(-1, 2)).reshape(20, 7, 2)
    assert standardized(sequences) == pytest.approx(expected, abs=1e-12)


def test_more_examples_than_are_looked_at_together_are_all_counted(monkeypatch):
    monkeypatch.setattr("netspec.rows.PIECE", 100)
    features = RNG.normal(2, 3, (1001, 3))
    assert standardized(features) == pytest.approx(StandardScaler().fit_transform(features), abs=1e-12)


def test_by_hand():
    assert standardized(np.array([[1.0], [3.0], [5.0], [7.0]])).ravel() == pytest.approx([-3 / 5**0.5, -1 / 5**0.5, 1 / 5**0.5, 3 / 5**0.5])


@pytest.mark.parametrize("constant", [0.0, 0.1, 1e6, -3.7])
def test_a_constant_feature_becomes_0_and_is_not_blown_up(constant):
    features = np.column_stack([np.full(999, constant), np.arange(999)]).astype(np.float32)
    affine = Transform.parse("standardize").fit(features, None)
    assert affine.factor[0] == 1
    assert standardized(features)[:, 0] == pytest.approx(np.zeros(999), abs=1e-9)


def test_mean_and_std_are_meant_after_bytes_are_mapped_to_0_1_as_in_torchvision():
    images = np.array([[[[0, 255]]]], np.uint8)
    expected = [(0 - 0.1307) / 0.3081, (1 - 0.1307) / 0.3081]
    assert standardized(images, (0.0, 255.0), mean=0.1307, std=0.3081).ravel() == pytest.approx(expected)


def test_mean_and_std_may_be_said_for_each_channel():
    images = np.full((1, 3, 1, 1), 255, np.uint8)
    assert standardized(images, (0.0, 255.0), mean=CIFAR[0], std=CIFAR[1]).ravel() == pytest.approx([1, 6, 8])


def test_mean_and_std_without_a_known_range_are_in_units_of_the_features():
    assert standardized(np.array([[10.0, 20.0]]), mean=[5, 10], std=[5, 2]).ravel().tolist() == [1, 5]


def test_fitting_images_takes_little_memory_beside_them():
    images = RNG.integers(0, 255, (20_000, 1, 28, 28), np.uint8)
    tracemalloc.start()
    try:
        Transform.parse("standardize").fit(images, (0.0, 255.0))
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 64e6  # as float64 they would be 125 MB, twice that for their squares


def test_as_many_as_channels_must_be_said():
    with pytest.raises(DataError, match=r"^normalize\.std must be one number or 2, one for each feature or channel of the data, got 3$"):
        standardized(np.zeros((1, 2, 4, 4), np.uint8), (0.0, 255.0), mean=0.5, std=[1, 2, 3])


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"mean": 0.5}, "must say mean and std together, or neither"),
        ({"std": 0.5}, "must say mean and std together, or neither"),
        ({"mean": 0.5, "std": 0}, "greater than 0"),
        ({"mean": 0.5, "std": [1, -1]}, "greater than 0"),
        ({"mean": [], "std": []}, "at least 1 item"),
        ({"mean": "0.5", "std": 1}, "valid tuple"),
        ({"mean": True, "std": 1}, "valid tuple"),
    ],
)
def test_fields_that_cannot_be_right_are_refused(fields, message):
    with pytest.raises(ValidationError, match=message):
        Transform.parse({"type": "standardize", **fields})
