"""IDX files, the format of MNIST: a magic number, sizes, then bytes. Read strictly: damaged data must never train a network."""

import gzip
import hashlib
import zlib
from io import BytesIO
from math import prod
from pathlib import Path
from typing import TYPE_CHECKING

from netspec.datasets._files import reading
from netspec.datasets._published import Published
from netspec.errors import DataError

if TYPE_CHECKING:
    from numpy import ndarray


def read_idx(path: Path, published: Published) -> "ndarray":
    """The array of uint8 in a file that must be the published one.

    Raises: DataError saying what was expected and what was found.
    """
    import numpy as np

    with reading(path):
        stored = path.read_bytes()
    content = _unpacked(path, stored, published) if path.suffix == ".gz" else stored
    _check_structure(path, content, published)
    if published.md5:
        _check_md5(path, content, published.md5)
    elif content is not stored:
        _check_md5(path, stored, published.packed_md5)
    return np.frombuffer(content, np.uint8, offset=len(published.header)).reshape(published.sizes).copy()  # a buffer of bytes is read-only


def _unpacked(path: Path, stored: bytes, published: Published) -> bytes:
    limit = len(published.header) + prod(published.sizes) + 1
    try:
        with gzip.GzipFile(fileobj=BytesIO(stored)) as file:
            return file.read(limit)
    except EOFError as error:
        raise _damaged(path, "the compressed data end too early") from error
    except (gzip.BadGzipFile, zlib.error) as error:
        raise _damaged(path, f"must be a whole gzip file: {error}") from error


def _check_structure(path: Path, content: bytes, published: Published) -> None:
    header, found = published.header, content[: len(published.header)]
    if found[:4] != header[:4]:
        raise _damaged(path, f"must begin with the magic number 0x{header[:4].hex()}, got {_hex(found[:4])}")
    if found != header:
        raise _damaged(path, f"must hold {_sizes(header)} values by its header, got {_sizes(found)}")
    expected = len(header) + prod(published.sizes)
    if len(content) != expected:
        more = "more" if len(content) > expected else f"{len(content):,}"
        raise _damaged(path, f"must be {expected:,} bytes long unpacked, got {more}")


def _hex(found: bytes) -> str:
    return f"0x{found.hex()}" if found else "an empty file"


def _sizes(header: bytes) -> str:
    return " x ".join(str(int.from_bytes(header[at : at + 4], "big")) for at in range(4, len(header), 4)) or "nothing"


def _check_md5(path: Path, content: bytes, md5: str) -> None:
    found = hashlib.md5(content, usedforsecurity=False).hexdigest()
    if found != md5:
        raise _damaged(path, f"must be the published file with MD5 {md5}, got {found}")


def _damaged(path: Path, rule: str) -> DataError:
    return DataError(f"{path}: {rule}", help=f"delete {path} to download it again")
