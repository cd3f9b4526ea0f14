"""Downloads: a file is either whole and verified under its name, or not there at all.

One process downloads and the others wait (a lock file in the same folder); what arrives goes to a `.part` and is
renamed when its length and hash are right; every failure goes on to the next mirror.
"""

import hashlib
import logging
import time
from collections.abc import Sequence
from http.client import HTTPException, HTTPResponse
from pathlib import Path
from typing import BinaryIO
from urllib.error import HTTPError, URLError
from urllib.request import urlopen

from netspec.datasets import Unavailable

TIMEOUT_S = 10.0
"""Seconds without an answer, or at a crawl, after which a mirror is given up."""

SLOWEST = 1000
"""Bytes per second below which a mirror counts as silent."""

LARGEST = 1 << 30
"""Bytes; no published file is larger."""


class _MirrorError(Exception):
    """What a mirror sent is not the file."""


def fetch(target: Path, urls: Sequence[str], md5: str, timeout_s: float = TIMEOUT_S) -> None:
    """Put a file in its place, from the first URL that gives it.

    Raises: Unavailable naming every URL tried and what each one said.
    """
    from filelock import FileLock

    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with FileLock(target.parent / ".lock"):
            if not target.exists():
                _fetch_from_any(target, urls, md5, timeout_s)
    except OSError as error:
        raise Unavailable(f"{target.parent}: cannot be written to: {error.strerror or error}", help="name another folder with --data-dir") from error


def _fetch_from_any(target: Path, urls: Sequence[str], md5: str, timeout_s: float) -> None:
    tried = []
    for url in urls:
        try:
            return _fetch_from(url, target, md5, timeout_s)
        except (OSError, HTTPException, _MirrorError) as error:
            tried.append(f"{url} ({_reason(error)})")
    raise Unavailable(
        f"{target.name} cannot be downloaded; tried {', '.join(tried)}",
        help=f"put the file into {target.parent} by hand, or name the folder that has it with --data-dir",
    )


def _fetch_from(url: str, target: Path, md5: str, timeout_s: float) -> None:
    part = target.with_name(f"{target.name}.part")
    logging.getLogger(__name__).info("downloading %s", url)
    try:
        with urlopen(url, timeout=timeout_s) as response, part.open("wb") as file:  # noqa: S310  # mirrors are constants of the data sets, all http(s)
            found = _copy(response, file, timeout_s)
        if found != md5:
            raise _MirrorError(f"sent something else than the published file: MD5 {found} instead of {md5}")
        part.replace(target)
    finally:
        part.unlink(missing_ok=True)


def _copy(response: HTTPResponse, file: BinaryIO, timeout_s: float) -> str:
    """Write all that comes, and return its MD5."""
    digest, received, begun = hashlib.md5(usedforsecurity=False), 0, time.monotonic()
    while piece := response.read1(1 << 16):
        received += file.write(piece)
        digest.update(piece)
        elapsed = time.monotonic() - begun
        if elapsed > timeout_s and received < SLOWEST * elapsed:
            raise _MirrorError(f"sent only {received:,} bytes in {elapsed:.0f} s")
        if received > LARGEST:
            raise _MirrorError(f"sent more than {LARGEST:,} bytes")
    announced = response.headers.get("Content-Length", "")
    if announced.isdigit() and received != int(announced):
        raise _MirrorError(f"sent {received:,} of {int(announced):,} bytes")
    return digest.hexdigest()


def _reason(error: Exception) -> str:
    if isinstance(error, HTTPError):
        error.close()
        return f"HTTP {error.code}"
    if isinstance(error, URLError):
        return str(error.reason)
    return str(error) or type(error).__name__
