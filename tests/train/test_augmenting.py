"""Augmentation in training: the same wherever it runs, of training examples alone, and never the same twice."""

import json
from pathlib import Path

import numpy as np
import pytest
import torch

from netspec import build
from netspec.datasets import Places
from netspec.train.batches import Resident
from netspec.train.streaming import Streaming

BATCHED = [{"type": "random_crop", "padding": 2}, "random_horizontal_flip", {"type": "random_affine", "degrees": 9}, "random_erasing"]
ONE_BY_ONE = [*BATCHED, {"type": "random_perspective", "p": 0.8}]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """50 images as bytes and as real numbers."""
    generator = np.random.default_rng(3)
    np.save(tmp_path / "bytes.npy", generator.integers(0, 256, (50, 1, 6, 5), np.uint8))
    np.save(tmp_path / "reals.npy", generator.normal(3, 2, (50, 1, 6, 5)))
    np.save(tmp_path / "y.npy", np.arange(50) % 3)
    return tmp_path


def model_of(folder: Path, augment=BATCHED, features="bytes.npy", seed=4, **fields):
    data = {"type": "arrays", "features": features, "labels": "y.npy", "normalize": "standardize", "split": {"validation": 0.2}, "augment": augment, **fields}
    layers = [{"type": "flatten"}, {"type": "output", "n_out": 3, "loss": "negative_log_likelihood", "dropout": 0.2}]
    spec = {"seed": seed, "updater": "adam", "layers": layers, "data": data, "train": {"batch_size": 8, "epochs": 2}}
    return build(spec, places=Places(folder, folder, download=False), device="cpu")


def epochs(batches, count=2):
    return [features for epoch in range(count) for features, *_ in batches.epoch(epoch)]


@pytest.mark.parametrize("features", ["bytes.npy", "reals.npy"])
@pytest.mark.parametrize("workers", [0, 2])
def test_streaming_gives_the_batches_of_the_resident_set(folder, features, workers):
    resident, streaming = (model_of(folder, features=features, resident=where, workers=workers)._own_batches(8) for where in (True, False))

    assert isinstance(resident, Resident)
    assert isinstance(streaming, Streaming)
    assert all(torch.equal(one, other) for one, other in zip(epochs(resident), epochs(streaming), strict=True))


def test_images_that_are_changed_one_by_one_stream_and_the_number_of_readers_changes_nothing(folder):
    alone, helped = (model_of(folder, ONE_BY_ONE, workers=workers)._own_batches(8) for workers in (0, 2))

    assert isinstance(alone, Streaming)
    assert all(torch.equal(one, other) for one, other in zip(epochs(alone), epochs(helped), strict=True))


@pytest.mark.parametrize("augment", [BATCHED, ONE_BY_ONE], ids=["batched", "one by one"])
def test_an_epoch_goes_on_in_its_middle(folder, augment):
    batches = model_of(folder, augment)._own_batches(8)
    whole, rest = [[features for features, *_ in batches.epoch(1, start)] for start in (0, 2)]

    assert all(torch.equal(one, other) for one, other in zip(whole[2:], rest, strict=True))


def test_every_epoch_and_every_seed_sees_other_variants(folder):
    batches = model_of(folder, augment=[{"type": "random_crop", "padding": 2}])._own_batches(32)
    first, same, second = (torch.cat([features for features, *_ in batches.epoch(epoch)])[torch.argsort(batches.order(epoch, 32))] for epoch in (0, 0, 1))
    other = model_of(folder, augment=[{"type": "random_crop", "padding": 2}], seed=5)._own_batches(32)

    assert torch.equal(first, same)
    assert not torch.equal(first, second)
    assert not torch.equal(next(other.epoch(0))[0], next(batches.epoch(0))[0])


def test_an_augmented_batch_is_scaled_after_it_is_changed(folder):
    """A border of 255 is what the scaling makes of 255, not of 0."""
    said = [{"type": "random_crop", "padding": 4, "fill": 255}]
    batches = model_of(folder, said, normalize="scale")._own_batches(40)

    assert float(next(batches.epoch(0))[0].max()) == pytest.approx(1)
    assert (next(batches.epoch(0))[0].flatten(1) == 1).any(1).float().mean() > 0.9


@pytest.mark.parametrize("part", ["validation", "test"])
def test_only_training_examples_are_changed(folder, part):
    model = model_of(folder)
    prepared = model.data()
    batch = next(model._feeding.part(prepared, getattr(prepared, part), 100).epoch(0))[0]
    stored = getattr(prepared, part).features

    torch.testing.assert_close(batch, prepared.scaling.to(torch.device("cpu"), torch.float32)(stored, torch.float32))


def test_examples_from_python_are_augmented_as_those_of_the_set(folder):
    generator = np.random.default_rng(1)
    features, labels = generator.integers(0, 256, (20, 1, 6, 5), np.uint8), np.arange(20) % 3
    model = model_of(folder)

    training, scoring = model._given((features, labels), 20, training=True), model._given((features, labels), 20)

    order = training.order(0, 20)
    assert not torch.equal(next(training.epoch(0))[0][torch.argsort(order)], next(scoring.epoch(0))[0])


def test_a_training_with_augmentation_ends_the_same_twice_and_otherwise_than_one_without(folder):
    def weights(**said):
        model = model_of(folder, **said)
        history = model.fit()
        return json.dumps([record.loss for record in history.epochs]), torch.cat([value.flatten() for value in model.module.state_dict().values()])

    (losses, one), (again, same), (_, other) = weights(), weights(resident=False), weights(augment=["random_vertical_flip"])

    assert losses == again
    assert torch.equal(one, same)
    assert not torch.equal(one, other)
