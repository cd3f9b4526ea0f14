"""What an import leaves: a new folder with the spec, the weights, the state of training and the report.

    NAME/   spec.yaml  weights.safetensors  checkpoints/step-…  report.txt  dl4j.json

`dl4j.json` holds what the file said that a spec has no word for (names that netspec does not allow, how numbers were stored), so that an
export says it again.
"""

import json
from dataclasses import asdict
from pathlib import Path

from netspec.errors import RunError, UsageError
from netspec.interop.dl4j.bridge import Imported
from netspec.interop.dl4j.importing import Import
from netspec.train.checkpoint import write_checkpoint
from netspec.train.state import capture
from netspec.train.weights import replace_file

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
    memory = {"era": imported.report.era.release, "told_by": imported.report.told_by, **asdict(imported.memory)}
    replace_file(folder / MEMORY, (json.dumps(memory, indent=2) + "\n").encode())


def _write_state(model: Imported, folder: Path) -> None:
    """A checkpoint, where there is something to go on from."""
    trainer = model.trainer
    if trainer is not None and (trainer.iteration or trainer.optimizer.state_dict().get("state")):
        write_checkpoint(folder / "checkpoints", capture(trainer, model.progress, model.depends_on()), keep=1)
