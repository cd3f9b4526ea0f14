"""Scaling to a range, against scikit-learn's MinMaxScaler and by hand."""

import numpy as np
import pytest
from pydantic import ValidationError
from sklearn.preprocessing import MinMaxScaler

from netspec.transforms import Transform

RNG = np.random.default_rng(7)


def scaled(features, value_range=None, **fields):
    affine = Transform.parse({"type": "scale", **fields}).fit(features, value_range)
    return features * affine.factor + affine.offset


@pytest.mark.parametrize(("low", "high"), [(0.0, 1.0), (-1.0, 1.0), (2.0, 10.0)])
def test_features_are_scaled_one_by_one_as_scikit_learn_does(low, high):
    features = RNG.normal([1, -50, 1e4], [1, 9, 1e3], (500, 3)).astype(np.float32)
    expected = MinMaxScaler((low, high)).fit_transform(features.astype(np.float64))
    assert scaled(features, low=low, high=high) == pytest.approx(expected, abs=1e-9)


def test_a_known_range_counts_more_than_the_values_seen():
    images = np.array([[[[0, 51], [102, 204]]]], np.uint8)
    assert scaled(images, (0.0, 255.0)).ravel().tolist() == pytest.approx([0, 0.2, 0.4, 0.8])
    assert scaled(images, (0.0, 255.0), low=-1.0, high=1.0).ravel().tolist() == pytest.approx([-1, -0.6, -0.2, 0.6])


def test_images_without_a_known_range_are_scaled_channel_by_channel():
    images = np.stack([np.array([[0, 5], [10, 20]]), np.array([[100, 100], [200, 300]])])[None].astype(np.float32)
    assert scaled(images)[0, 0].ravel().tolist() == pytest.approx([0, 0.25, 0.5, 1])
    assert scaled(images)[0, 1].ravel().tolist() == pytest.approx([0, 0, 0.5, 1])


def test_sequences_are_scaled_feature_by_feature_over_all_steps():
    sequences = np.array([[[0, 10], [2, 30]], [[4, 20], [1, 50]]], np.float32)
    assert scaled(sequences)[:, :, 0].tolist() == [[0, 0.5], [1, 0.25]]
    assert scaled(sequences)[:, :, 1].tolist() == pytest.approx(np.array([[0, 0.5], [0.25, 1]]))


def test_a_constant_feature_becomes_low():
    features = np.array([[3, 1], [3, 2]], np.float32)
    assert scaled(features, low=-1.0)[:, 0].tolist() == [-1, -1]


@pytest.mark.parametrize("shape", [(4, 3), (4, 5, 3), (4, 3, 2, 2), (4, 3, 2, 2, 2)])
@pytest.mark.parametrize("value_range", [None, (0.0, 255.0)])
@pytest.mark.parametrize("tag", ["scale", "standardize"])
def test_it_broadcasts_against_one_example_without_growing_it(tag, shape, value_range):
    features = RNG.integers(0, 255, shape).astype(np.uint8)
    affine = Transform.parse(tag).fit(features, value_range)
    assert (features[0] * affine.factor + affine.offset).shape == shape[1:]


@pytest.mark.parametrize(("low", "high"), [(1.0, 1.0), (2.0, 1.0)])
def test_low_must_be_below_high(low, high):
    with pytest.raises(ValidationError, match=f"must be less than high, which is {high:g}") as refusal:
        Transform.parse({"type": "scale", "low": low, "high": high})
    assert refusal.value.errors()[0]["loc"] == ("low",)


def test_infinity_is_no_bound():
    with pytest.raises(ValidationError, match="finite"):
        Transform.parse({"type": "scale", "high": float("inf")})
