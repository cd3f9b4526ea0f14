"""The `transfer:` block: a network that begins with weights that were learned elsewhere."""

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

from pydantic import BeforeValidator, Field

from netspec.component import Frozen, unset
from netspec.datasets import Places
from netspec.errors import DataError
from netspec.fields import Names

WEIGHTS = "weights.safetensors"
_LONGEST_HEADER = 100_000_000
_LENGTH = 8
"""Bytes that say how long the header is."""


class Transfer(Frozen):
    """What is taken over: each layer's weights, by its name."""

    weights: Annotated[str, Field(min_length=1)]
    """A run folder, a folder that `netspec import` made, or a safetensors file; relative to the spec's folder, else to where netspec was started."""

    freeze_up_to: Names = unset()
    """The layer, or layers, up to which training leaves everything as it is: these and all that come before them, unless a layer says frozen: false."""

    new: Names = unset()
    """Layers whose weights are drawn anew, whatever the source has for them: those that it lacks, or has with other sizes."""


def _written_short(value: Any) -> Any:
    return {"weights": value} if isinstance(value, str) else value


TransferOf = Annotated[Transfer, BeforeValidator(_written_short)]
"""A mapping, or the path alone."""


def weights_file(transfer: Transfer, places: Places) -> Path:
    """The file that the weights are in. Raises: DataError when there is none."""
    if places.start is not None:
        return places.start
    said = Path(transfer.weights).expanduser()
    found = next((path for path in (places.base / said, said) if path.exists()), None)
    if found is None:
        raise DataError(f"must be a run folder or a safetensors file: there is no {said}")
    if found.is_file() and found.name == "latest":  # where links are not to be had
        found = found.parent / found.read_text(encoding="utf-8", errors="replace").strip()
    if found.is_dir() and not (found / WEIGHTS).is_file():
        raise DataError(f"must hold weights: {found} has no {WEIGHTS}", help=f"if it is a run that was stopped: netspec resume {found}")
    return found / WEIGHTS if found.is_dir() else found


def stored_shapes(path: Path) -> dict[str, tuple[int, ...]]:
    """Names and shapes of the arrays in a safetensors file, from its header. Raises: DataError when it is no such file."""
    import json  # a spec without this block has no use for it

    try:
        with path.open("rb") as stream:
            length = int.from_bytes(stream.read(_LENGTH), "little")
            header = json.loads(stream.read(length)) if 0 < length <= _LONGEST_HEADER else None
        return {name: _shape(about) for name, about in header.items() if name != "__metadata__"}  # type: ignore[union-attr]  # or AttributeError
    except OSError as error:
        raise DataError(f"must be readable: {path}: {error.strerror}") from error
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise DataError(f"must be a safetensors file, and {path} is none") from error


def _shape(about: Mapping[str, Any]) -> tuple[int, ...]:
    return tuple(int(size) for size in about["shape"])
