"""MNIST as arrays, read from its IDX files without any of the programs that are timed."""

import gzip
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from peers.job import Job


@dataclass(frozen=True)
class Images:
    """Bytes N×28×28 and classes N, to train on and to test on."""

    train: np.ndarray
    train_classes: np.ndarray
    test: np.ndarray
    test_classes: np.ndarray


def read(folder: Path, examples: int) -> Images:
    """So many training images (the first, or all of them again and again) and the test images. Raises: FileNotFoundError."""
    train, classes = _idx(folder, "train-images-idx3-ubyte", 16), _idx(folder, "train-labels-idx1-ubyte", 8)
    rows = np.arange(examples) % len(classes)
    test, test_classes = _idx(folder, "t10k-images-idx3-ubyte", 16), _idx(folder, "t10k-labels-idx1-ubyte", 8)
    return Images(train.reshape(-1, 28, 28)[rows], classes[rows].astype(np.int64), test.reshape(-1, 28, 28), test_classes.astype(np.int64))


def _idx(folder: Path, name: str, header: int) -> np.ndarray:
    plain = folder / "MNIST" / "raw" / name
    content = plain.read_bytes() if plain.is_file() else gzip.decompress(plain.with_name(f"{name}.gz").read_bytes())
    return np.frombuffer(content, dtype=np.uint8, offset=header)


def scaled(job: Job, images: np.ndarray) -> np.ndarray:
    """As float32: 0 … 1, standardised where the job says so. Shape: N×28×28 → N×28×28."""
    return ((images.astype(np.float32) / np.float32(255)) - np.float32(job.mean)) / np.float32(job.std)
