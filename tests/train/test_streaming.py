"""Examples that stream are the examples that lie in memory."""

import multiprocessing
import os
import pickle
import signal
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from netspec import build
from netspec.datasets import Places
from netspec.errors import DataError, RunError
from netspec.rows import Selected, held, pieces
from netspec.train.data import prepare
from netspec.train.streaming import Streaming

TRAIN = {"batch_size": 8, "epochs": 2}
LAYERS = [{"type": "flatten"}, {"type": "output", "n_out": 3, "loss": "negative_log_likelihood", "dropout": 0.2}]
IMAGES = {"type": "image_folder", "path": "images", "resize": "5x4"}
ARRAYS = {"type": "arrays", "features": "x.npy", "labels": "y.npy", "normalize": "standardize"}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """42 images of three classes in folders, and 50 rows in .npy files."""
    generator = np.random.default_rng(3)
    for label in "abc":
        (tmp_path / "images" / label).mkdir(parents=True)
        for number in range(14):
            Image.fromarray(generator.integers(0, 256, (6, 7, 3), np.uint8)).save(tmp_path / "images" / label / f"{number}.png")
    np.save(tmp_path / "x.npy", generator.normal(3, 2, (50, 6)))
    np.save(tmp_path / "y.npy", np.arange(50) % 3)
    return tmp_path


def model_of(folder: Path, data, **fields):
    layers = LAYERS if data is IMAGES else LAYERS[1:]
    spec = {"seed": 4, "updater": "adam", "layers": layers, "data": {**data, "split": {"validation": 0.2}, **fields}, "train": TRAIN}
    return build(spec, places=Places(folder, folder, download=False))


def same(one: torch.Tensor | None, other: torch.Tensor | None) -> bool:
    return one is other is None or torch.equal(one, other)


@pytest.mark.parametrize("data", [IMAGES, ARRAYS], ids=["images", "arrays"])
@pytest.mark.parametrize("workers", [0, 2])
def test_streaming_gives_the_batches_of_the_resident_set(folder, data, workers):
    resident, streaming = (model_of(folder, data, resident=where, workers=workers)._own_batches(8) for where in (True, False))

    assert isinstance(streaming, Streaming)
    for epoch in range(2):
        pairs = list(zip(resident.epoch(epoch), streaming.epoch(epoch), strict=True))
        assert len(pairs) == len(resident) == len(streaming)
        assert all(same(one, other) for pair in pairs for one, other in zip(*pair, strict=True))


@pytest.mark.parametrize("data", [IMAGES, ARRAYS], ids=["images", "arrays"])
@pytest.mark.parametrize("workers", [0, 2])
def test_a_streamed_training_ends_in_the_weights_of_a_resident_one(folder, data, workers):
    """Dropout is on: reading ahead must not draw from its stream."""
    models = [model_of(folder, data, resident=where, workers=workers) for where in (True, False)]
    losses = [[record.validation_loss for record in model.fit().epochs] for model in models]

    assert losses[0] == losses[1]
    assert all(torch.equal(one, other) for one, other in zip(*(model.module.parameters() for model in models), strict=True))
    assert models[0].evaluate().loss == models[1].evaluate().loss
    assert models[0].data().digest == models[1].data().digest


@pytest.mark.parametrize("start", ["spawn", "forkserver"])
def test_readers_that_inherit_nothing_give_the_same_batches(folder, start):
    """F25: what a reader needs can be sent to it, as systems without fork do, and newer Pythons by default."""
    before = multiprocessing.get_start_method()
    alone, helped = (model_of(folder, IMAGES, resident=False, workers=workers)._own_batches(8) for workers in (0, 2))
    multiprocessing.set_start_method(start, force=True)
    try:
        pairs = list(zip(alone.epoch(0), helped.epoch(0), strict=True))
    finally:
        multiprocessing.set_start_method(before, force=True)

    assert len(pairs) == len(alone)
    assert all(same(one, other) for pair in pairs for one, other in zip(*pair, strict=True))


def test_an_epoch_goes_on_in_its_middle(folder):
    batches = model_of(folder, ARRAYS, resident=False, workers=2)._own_batches(8)
    whole, rest = [list(batches.epoch(1, start)) for start in (0, 2)]

    assert [batch.features.tolist() for batch in whole[2:]] == [batch.features.tolist() for batch in rest]


def test_auto_holds_what_fills_at_most_half_of_the_memory(folder, monkeypatch):
    plan = model_of(folder, ARRAYS).plan
    needed = 50 * 6 * 8
    found = []
    for memory in (2 * needed, 2 * needed - 1):
        monkeypatch.setattr("netspec.train.data.memory", lambda device, memory=memory: memory)
        found.append(prepare(plan, Places(folder, folder, download=False)).resident)

    assert found == [True, False]


@pytest.mark.parametrize("workers", [0, 2])
def test_a_damaged_image_is_named_as_if_it_were_read_at_once(folder, workers):
    batches = model_of(folder, IMAGES, resident=False, workers=workers)._own_batches(8)
    (folder / "images" / "b" / "3.png").write_bytes(b"no image")
    with pytest.raises(DataError, match=r"b/3\.png: must be a"):
        [list(batches.epoch(epoch)) for epoch in range(9)]


class Deadly:
    """Rows whose reader is killed."""

    shape, dtype = (20, 2), np.dtype(np.float32)

    def __len__(self):
        return 20

    def __getitem__(self, rows):
        os.kill(os.getpid(), signal.SIGKILL)


def test_a_killed_reader_is_told_with_what_to_do(folder):
    batches = model_of(folder, ARRAYS, resident=False, workers=1)._own_batches(8)
    object.__setattr__(batches.part, "features", Deadly())
    with pytest.raises(RunError, match="a process that reads data was killed") as refusal:
        list(batches.epoch(0))
    assert "workers: 0" in refusal.value.help


def test_rows_of_a_file_can_be_sent_to_another_process(folder):
    rows = model_of(folder, ARRAYS, resident=False).data().train.features
    before = rows[np.array([3, 1])]
    again = pickle.loads(pickle.dumps(rows))

    assert np.array_equal(again[np.array([3, 1])], before)


def test_pieces_are_all_rows_in_order(monkeypatch):
    monkeypatch.setattr("netspec.rows.PIECE", 7)
    whole = np.arange(30).reshape(10, 3)
    rows = Selected(whole, np.array([9, 0, 4, 5, 6]))

    assert np.array_equal(np.concatenate(list(pieces(rows))), whole[[9, 0, 4, 5, 6]])
    assert np.array_equal(held(rows), whole[[9, 0, 4, 5, 6]])
    assert (len(rows), rows.shape, rows.dtype) == (5, (5, 3), whole.dtype)
