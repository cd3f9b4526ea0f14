"""What an import leaves: a new folder with the spec, the weights, the state of training and the report.

    NAME/   spec.yaml  weights.safetensors  checkpoints/step-…  report.txt  dl4j.json

`dl4j.json` holds what the file said that a spec has no word for (names that netspec does not allow, how numbers were stored), so that an
export says it again.
"""

import json
from dataclasses import asdict, fields
from pathlib import Path
from typing import Any

from netspec.errors import DataError, RunError, UsageError
from netspec.interop.dl4j.bridge import Imported
from netspec.interop.dl4j.importing import Import
from netspec.interop.dl4j.memory import Memory
from netspec.model import Model, build
from netspec.places import data_places
from netspec.read import load
from netspec.resolve import resolve
from netspec.train.checkpoint import newest
from netspec.train.durable import replace_file
from netspec.train.run_folder import RunFolder
from netspec.train.saving import write_checkpoint
from netspec.train.state import capture

MEMORY = "dl4j.json"


def new_folder(path: Path) -> Path:
    """A folder that is there and empty. Raises: UsageError when it holds something; RunError when it cannot be made."""
    try:
        path.mkdir(parents=True, exist_ok=True)
        if any(path.iterdir()):
            raise UsageError(f"{path} is not empty; nothing is overwritten", help="choose another with -o")
    except OSError as error:
        raise RunError(f"{path} cannot be made: {error.strerror}") from error
    return path


def write_import(imported: Import, model: Imported, folder: Path) -> None:
    """Write everything. Raises: RunError when the disk refuses."""
    replace_file(folder / "spec.yaml", imported.text.encode())
    if imported.file.is_model:
        model.save(folder / "weights.safetensors")
        _write_state(model, folder)
    replace_file(folder / "report.txt", imported.report.text().encode())
    memory = {"era": imported.report.era.release, "told_by": imported.report.told_by, **asdict(model.memory)}
    replace_file(folder / MEMORY, (json.dumps(memory, indent=2) + "\n").encode())


def _write_state(model: Imported, folder: Path) -> None:
    """A checkpoint, where there is something to go on from."""
    trainer = model.trainer
    if trainer is not None and (trainer.iteration or trainer.optimizer.state_dict().get("state")):
        write_checkpoint(folder / "checkpoints", capture(trainer, model.progress, model.depends_on()), keep=1)


def read_run(folder: Path) -> tuple[Model, Memory]:
    """The model of a run folder, its weights and the state of its training, and what an import remembered.

    Raises: UsageError when it is no such folder; DataError when what it holds is damaged.
    """
    model, folder = _built(folder)
    found, _ = newest(folder / "checkpoints")
    if found is not None:
        model.restore(found)
    if (folder / "weights.safetensors").is_file():
        model.load(folder / "weights.safetensors")
    return model, _memory(folder / MEMORY)


def _built(folder: Path) -> tuple[Model, Path]:
    """The network of a run, its data looked for where the run found them, or of an import; and the folder that `latest` means."""
    if (folder / MEMORY).is_file() and (folder / "spec.yaml").is_file():
        return build(folder / "spec.yaml"), folder
    run = RunFolder.existing(folder)
    places = run.record().places
    found = data_places(places.root, places.base)
    return Model(resolve(load(run.path / "spec.yaml"), found), places=found), run.path


def _memory(path: Path) -> Memory:
    """What an import remembered; nothing for a run of netspec's own. Raises: DataError."""
    if not path.is_file():
        return Memory()
    try:
        values = json.loads(path.read_text(encoding="utf-8"))
        told: dict[str, Any] = {field.name: _tuple(values[field.name]) for field in fields(Memory)}
        return Memory(**told)
    except (ValueError, KeyError, TypeError) as error:
        raise DataError(f"{path} must be what `netspec import` wrote: {error}") from error


def _tuple(value: object) -> object:
    return tuple(value) if isinstance(value, list) else value
