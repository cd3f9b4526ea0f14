"""MNIST and Fashion-MNIST: what they say of themselves, and MNIST's own files."""

import shutil
from pathlib import Path

import numpy as np
import pytest

from netspec.datasets import DataSet, Description, Loaded, Places
from netspec.errors import DataError
from netspec.shapes import Convolutional

NAMES = ("train-images-idx3-ubyte", "train-labels-idx1-ubyte", "t10k-images-idx3-ubyte", "t10k-labels-idx1-ubyte")


@pytest.fixture(scope="module")
def mnist(shared: Path) -> Loaded:
    return DataSet.parse("mnist").load(Places(shared / "data", Path(), download=False))


@pytest.mark.parametrize("tag", ["mnist", "fashion_mnist"])
def test_it_is_described_without_any_file(tag, tmp_path):
    described = DataSet.parse(tag).describe(Places(tmp_path, tmp_path, download=False))
    assert described == Description(Convolutional(1, 28, 28), classes=10, train=60000, test=10000)


def test_the_digits_are_as_frequent_as_published(mnist):
    counts = [5923, 6742, 5958, 6131, 5842, 5421, 5918, 6265, 5851, 5949]  # LeCun et al. 1998
    assert np.bincount(mnist.train.labels).tolist() == counts


def test_the_pixels_have_the_published_mean(mnist):
    pixels = mnist.train.features.reshape(-1) / np.float32(255)
    assert pixels.mean(dtype=np.float64) == pytest.approx(0.1307, abs=5e-5)  # as in every PyTorch example


@pytest.mark.parametrize(("part", "name"), [("train", "train"), ("test", "t10k")])
def test_every_byte_behind_the_header_is_there_in_order(shared, mnist, part, name):
    ours, raw = getattr(mnist, part), shared / "data/MNIST/raw"
    assert ours.features.tobytes() == (raw / f"{name}-images-idx3-ubyte").read_bytes()[16:]
    assert ours.labels.tolist() == list((raw / f"{name}-labels-idx1-ubyte").read_bytes()[8:])


def test_mnist_is_not_taken_for_fashion_mnist(shared, tmp_path):
    for name in NAMES:
        (tmp_path / name).symlink_to((shared / "data/MNIST/raw" / name).resolve())

    with pytest.raises(DataError, match="is not in"):
        DataSet.parse("fashion_mnist").load(Places(tmp_path, tmp_path, download=False))


def test_one_changed_pixel_is_noticed(shared, tmp_path):
    shutil.copytree(shared / "data/MNIST", tmp_path / "MNIST", copy_function=shutil.copyfile)
    with (tmp_path / "MNIST/raw" / NAMES[2]).open("r+b") as file:
        file.seek(5000)
        old = file.read(1)
        file.seek(5000)
        file.write(bytes([old[0] ^ 1]))

    with pytest.raises(DataError, match=r"t10k-images-idx3-ubyte: must be the published file with MD5 2646ac647ad5339dbf082846283269ea, got "):
        DataSet.parse("mnist").load(Places(tmp_path, tmp_path, download=False))
