"""Where data sets are looked for: the data root, and whether the network may be used.

The root is `--data-dir`, else the environment variable NETSPEC_DATA, else the user's cache folder, so that several
projects share one copy. NETSPEC_OFFLINE=1 forbids every download.
"""

import os
from pathlib import Path

from netspec.datasets import Places
from netspec.errors import UsageError


def data_places(data_dir: Path | None, base: Path, download: bool = True) -> Places:
    """The places of one run; `base` is the folder of the spec, which its own paths are relative to.

    Raises: UsageError when the root is something else than a folder, or NETSPEC_OFFLINE is not a yes or no.
    """
    if data_dir is not None:
        return Places(_folder(data_dir, "--data-dir"), base, download and not _offline())
    said = os.environ.get("NETSPEC_DATA")
    return Places(_folder(Path(said), "NETSPEC_DATA") if said else None, base, download and not _offline())


def _folder(said: Path, by: str) -> Path:
    root = said.expanduser().absolute()
    if root.exists() and not root.is_dir():
        raise UsageError(f"{by} must be a folder, got {root}")
    return root


def _offline() -> bool:
    said = os.environ.get("NETSPEC_OFFLINE", "").strip().lower()
    if said not in {"", "0", "no", "false", "off", "1", "yes", "true", "on"}:
        raise UsageError(f"NETSPEC_OFFLINE must be 1 or 0, got {said}")
    return said in {"1", "yes", "true", "on"}
