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
    root, said_by = _root(data_dir)
    if root.exists() and not root.is_dir():
        raise UsageError(f"{said_by} must be a folder, got {root}")
    return Places(root, base, download and not _offline())


def _root(data_dir: Path | None) -> tuple[Path, str]:
    if data_dir is not None:
        return data_dir.expanduser().absolute(), "--data-dir"
    if said := os.environ.get("NETSPEC_DATA"):
        return Path(said).expanduser().absolute(), "NETSPEC_DATA"
    from platformdirs import user_cache_path

    return user_cache_path("netspec", appauthor=False) / "data", "the user's cache folder"


def _offline() -> bool:
    said = os.environ.get("NETSPEC_OFFLINE", "").strip().lower()
    if said not in {"", "0", "no", "false", "off", "1", "yes", "true", "on"}:
        raise UsageError(f"NETSPEC_OFFLINE must be 1 or 0, got {said}")
    return said in {"1", "yes", "true", "on"}
