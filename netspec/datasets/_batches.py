"""CIFAR's batches, in each form they are published in. Pickled ones are read without running what they name."""

import hashlib
import io
import pickle
import tarfile
import zlib
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from netspec.datasets._files import reading
from netspec.errors import DataError

if TYPE_CHECKING:
    from numpy import ndarray

_HARMLESS = {
    ("numpy.core.multiarray", "_reconstruct"),
    ("numpy._core.multiarray", "_reconstruct"),
    ("numpy", "ndarray"),
    ("numpy", "dtype"),
}
"""What a pickled array names; nothing else is looked up, so that a file can only be read."""


class Batch(NamedTuple):
    """Images and classes as published."""

    pixels: "ndarray"
    """N×(channels·height·width) bytes, plane by plane."""

    labels: "ndarray"
    """N bytes."""


class _Reader(pickle.Unpickler):
    """Arrays, lists, texts and numbers only."""

    def find_class(self, module_name: str, global_name: str, /) -> Any:
        """Raises: UnpicklingError for anything but what arrays are made of."""
        if (module_name, global_name) not in _HARMLESS:
            raise pickle.UnpicklingError(f"it names {module_name}.{global_name}")
        return super().find_class(module_name, global_name)


def from_bytes(path: str, content: bytes, examples: int, values: int) -> Batch:
    """A batch of the binary version: for each image a byte for its class, then its values. Raises: DataError."""
    import numpy as np

    expected = examples * (1 + values)
    if len(content) != expected:
        raise DataError(f"{path}: must be {expected:,} bytes long, got {len(content):,}")
    rows = np.frombuffer(content, np.uint8).reshape(examples, 1 + values)
    return Batch(rows[:, 1:], rows[:, 0])


def from_file(path: Path, examples: int, values: int) -> Batch:
    """A file of the binary version. Raises: DataError."""
    with reading(path):
        return from_bytes(str(path), path.read_bytes(), examples, values)


def from_pickle(path: Path, examples: int, values: int, md5: str) -> Batch:
    """A file of the version for Python, which must be the published one. Raises: DataError."""
    import numpy as np

    with reading(path):
        content = path.read_bytes()
    _check_md5(path, content, md5)
    try:
        said = _Reader(io.BytesIO(content), encoding="latin1").load()
        pixels, labels = np.asarray(said["data"], np.uint8), np.asarray(said["labels"], np.uint8)
    except (pickle.UnpicklingError, EOFError, LookupError, TypeError, ValueError) as error:
        raise DataError(f"{path}: must hold `data` and `labels` and nothing that runs: {error}") from error
    if pixels.shape != (examples, values) or labels.shape != (examples,):
        raise DataError(f"{path}: must hold {examples:,} images of {values:,} values, got {pixels.shape} and {labels.shape}")
    return Batch(pixels, labels)


def from_archive(path: Path, names: dict[str, int], values: int, md5: str) -> dict[str, Batch]:
    """Files of the binary version by name, with as many examples, from the published archive; nothing is unpacked. Raises: DataError."""
    with reading(path):
        _check_md5(path, path.read_bytes(), md5)
        try:
            with tarfile.open(path, "r:gz") as archive:
                found = {Path(member.name).name: archive.extractfile(member) for member in archive if Path(member.name).name in names and member.isfile()}
                return {name: from_bytes(f"{path}: {name}", file.read(), names[name], values) for name, file in found.items() if file}
        except (tarfile.TarError, EOFError, zlib.error) as error:
            raise DataError(f"{path}: must be a whole archive: {error}", help=f"delete {path} to download it again") from error


def _check_md5(path: Path, content: bytes, md5: str) -> None:
    found = hashlib.md5(content, usedforsecurity=False).hexdigest()
    if found != md5:
        raise DataError(f"{path}: must be the published file with MD5 {md5}, got {found}", help=f"delete {path} to download it again")
