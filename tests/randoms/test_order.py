"""The order of the examples, against MnistDataSetIterator on the real MNIST."""

import json
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import numpy as np
import pytest

from netspec import build
from netspec.datasets import DataSet, Examples, Places
from netspec.generators._java import JavaRandom
from netspec.generators.dl4j import Shuffles

SPEC = {"random": "dl4j", "seed": 5, "input": 1, "layers": [{"type": "output", "n_out": 1, "loss": "mse"}]}


@pytest.fixture(scope="module")
def mnist(shared: Path) -> dict[str, Examples]:
    loaded = DataSet.parse("mnist").load(Places(shared / "data", Path(), download=False))
    assert loaded.test is not None
    return {"train": loaded.train, "test": loaded.test}


def recorded(shared: Path, case: str) -> list[dict[str, Any]]:
    with ZipFile(shared / "dl4j" / "conformance" / "data_order.zip") as archive:
        if f"{case}/case.json" not in archive.namelist():
            pytest.skip("the case is not here")
        return json.loads(archive.read(f"{case}/case.json"))["epochs"]


def check(epoch: dict[str, Any], examples: Examples, order: list[int], size: int) -> None:
    for index, said in enumerate(epoch["first_batches"]):
        chosen = np.array(order[index * size : (index + 1) * size])
        assert examples.labels[chosen].tolist() == said["labels"]
        assert examples.features[chosen].sum((1, 2, 3), dtype=np.int64).tolist() == said["sum_of_255_times_pixels"]


def test_every_epochs_batches_are_those_of_dl4js_iterator(shared, mnist):
    shuffles = Shuffles(123)
    for number, epoch in enumerate(recorded(shared, "mnist_train_seed_123_batch_64")):
        check(epoch, mnist["train"], shuffles.order(number, 60000), 64)


def test_of_fewer_examples_all_are_shuffled_once_and_only_they_afterwards(shared, mnist):
    random, order = JavaRandom(6), list(range(10000))
    for epoch in recorded(shared, "mnist_test_batch_10_of_25_shuffle_seed_6"):
        random.shuffle(order)
        order = order[:25]
        check(epoch, mnist["test"], order, 10)


def test_a_training_sees_the_examples_in_that_order():
    features = np.arange(25, dtype=np.float32).reshape(-1, 1)
    model, seen = build(SPEC, device="cpu"), list[float]()
    batches = model._given((features, features), 10, training=True)
    for epoch in range(3):
        seen += [float(value) for values, *_ in batches.epoch(epoch) for value in values]
    shuffles = Shuffles(5)

    assert seen == [float(row) for epoch in range(3) for row in shuffles.order(epoch, 25)]


def test_the_order_may_have_a_seed_of_its_own():
    own, other = (build(SPEC | changes, device="cpu")._chance for changes in ({"random": {"type": "dl4j", "order_seed": 9}}, {"seed": 9}))

    assert own.order(1, 25).tolist() == other.order(1, 25).tolist() == Shuffles(9).order(1, 25)
    assert own.numbers.root == 5
