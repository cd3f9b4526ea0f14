"""Writing a model file whole or not at all."""

import os
from pathlib import Path

from netspec.errors import RunError
from netspec.interop.dl4j.bridge import Imported
from netspec.interop.dl4j.exporting import write_model
from netspec.interop.dl4j.memory import Memory
from netspec.model import Model


def save(model: Model, path: str | Path, *, memory: Memory | None = None) -> None:
    """Write a model that DL4J 1.0.0-M2.1 loads, predicts with and trains on: configuration, parameters, updater state.

    Raises: DataError for what DL4J cannot say; RunError when the disk refuses.
    """
    target, known = Path(path), model.memory if isinstance(model, Imported) else Memory()
    part = target.with_name(f".{target.name}.{os.getpid()}.part")
    try:
        write_model(model, memory if memory is not None else known, part)
        part.replace(target)
    except OSError as error:
        raise RunError(f"{target} cannot be written: {error.strerror}") from error
    finally:
        part.unlink(missing_ok=True)
