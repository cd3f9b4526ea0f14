"""DL4J itself, one process for many questions."""

import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

import numpy as np

RUNTIME = Path(__file__).resolve().parents[2] / ".." / "shared" / "dl4j" / "runtime" / "oracle"


def available() -> bool:
    return RUNTIME.is_file() and shutil.which("java") is not None


class Oracle:
    """Asks DL4J 1.0.0-M2.1 to load a model file, predict, and train."""

    def __init__(self) -> None:
        environment = {**os.environ, "OMP_NUM_THREADS": "1"}
        self.process = subprocess.Popen([str(RUNTIME)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, env=environment)

    def close(self) -> None:
        self.process.stdin.close()
        self.process.stdout.close()
        self.process.wait(timeout=30)

    def ask(self, model: Path, batches: list[tuple[list[np.ndarray | None], ...]], folder: Path, *, steps: int) -> dict[str, Any]:
        """What DL4J does: `output<batch>_<k>`, `params_after`, `updater_state_after` and what its answer says.

        A batch is its inputs, its labels and, where there are any, its input masks and label masks.
        """
        folder.mkdir(parents=True, exist_ok=True)
        kinds = ("inputs", "labels", "input_masks", "label_masks")
        described = [
            {kind: _saved(folder, f"{kind}{number}", arrays) for kind, arrays in zip(kinds, batch, strict=False)} for number, batch in enumerate(batches)
        ]
        out = folder / "answer"
        shutil.rmtree(out, ignore_errors=True)
        out.mkdir()
        answer = self.request(zip=str(model), batches=described, steps=steps, out=str(out))
        return answer | {path.stem: np.load(path) for path in out.glob("*.npy")}

    def request(self, **fields: Any) -> dict[str, Any]:
        """The answer to a request as ../shared/dl4j/runtime/README.md describes them."""
        self.process.stdin.write(json.dumps(fields) + "\n")
        self.process.stdin.flush()
        answer = json.loads(self.process.stdout.readline())
        assert answer["ok"], answer
        return answer


def _saved(folder: Path, name: str, arrays: list[np.ndarray | None]) -> list[str | None] | None:
    """Paths of the arrays; None for one that is not there, and for all where none is."""
    paths = [None if array is None else str(folder / f"{name}_{number}.npy") for number, array in enumerate(arrays)]
    for path, array in zip(paths, arrays, strict=True):
        if path is not None:
            np.save(path, np.ascontiguousarray(array))
    return paths if any(paths) or name.startswith(("inputs", "labels")) else None
