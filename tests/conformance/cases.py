"""The recorded cases: a zip a group, a folder a case, a verdict for each level. Read in place."""

import io
import json
import os
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import numpy as np

SHARED = Path(__file__).resolve().parents[2] / ".." / "shared" / "dl4j" / "conformance"
FOLDER = Path(os.environ.get("NETSPEC_DL4J_CASES", SHARED))


@cache
def archive(group: str) -> ZipFile:
    return ZipFile(FOLDER / f"{group}.zip")


@cache
def entries(group: str) -> frozenset[str]:
    return frozenset(archive(group).namelist())


@cache
def verdicts() -> dict[str, dict[str, Any]]:
    return json.loads((FOLDER / "cases.json").read_text(encoding="utf-8")) if FOLDER.is_dir() else {}


def networks() -> list[str]:
    """Every case with a network in it, as group/name."""
    return [f"{group}/{name}" for group, cases in verdicts().items() for name in cases if f"{name}/before.zip" in entries(group)]


@dataclass(frozen=True)
class Case:
    """One recorded network."""

    group: str
    name: str

    @classmethod
    def of(cls, path: str) -> "Case":
        return cls(*path.split("/", 1))

    @property
    def verdict(self) -> dict[str, Any]:
        return verdicts()[self.group][self.name]["verdict"]

    @property
    def about(self) -> dict[str, Any]:
        return json.loads(self.read("case.json"))

    def read(self, entry: str) -> bytes:
        return archive(self.group).read(f"{self.name}/{entry}")

    def has(self, array: str) -> bool:
        return f"{self.name}/{array}.npy" in entries(self.group)

    def array(self, name: str) -> np.ndarray:
        return np.load(io.BytesIO(self.read(f"{name}.npy")))

    def level(self, name: str) -> "Level":
        return Level(name, self.verdict.get(name, {"absent": True}), self.verdict.get("tolerance", {}).get(name))


@dataclass(frozen=True)
class Level:
    """What a right implementation must do at one level."""

    name: str
    said: Any
    stated: float | None

    @property
    def compared(self) -> bool:
        return self.said == "match" or "only" in self.said

    @property
    def refused(self) -> bool:
        return isinstance(self.said, dict) and "refused" in self.said and "only" not in self.said

    @property
    def only(self) -> str:
        return self.said.get("only", "") if isinstance(self.said, dict) else ""

    def tolerance(self, data_type: str) -> float:
        return self.stated or (1e-5 if data_type == "float32" else {"steps": 1e-8}.get(self.name, 1e-9))
