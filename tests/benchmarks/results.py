"""Measurements, kept in a JSON file as each is made, so that measuring can be done in pieces."""

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from hashlib import sha256
from pathlib import Path
from statistics import median

from measure import Run
from tables import ROOT


@dataclass(frozen=True)
class Pair:
    """netspec and another program at the same training, an epoch each in turns, or one after the other."""

    what: str
    """`epochs`; `whole` job; `busy` neighbour, where the other program is netspec again, beside it; or a growth's name."""

    spec: str
    peer: str
    round: int
    changes: list[str]
    """Fields of the job that are not the spec's."""

    netspec: Run
    other: Run
    code: str
    """Which netspec it was."""

    machine: str

    @property
    def key(self) -> tuple[object, ...]:
        """What may be there only once."""
        return (self.what, self.spec, self.peer, self.round, tuple(self.changes), self.code)

    @property
    def ratio(self) -> float | None:
        """How many times netspec's time the other took, the median over epochs side by side; None where either has none."""
        if self.what == "whole":
            return None if self.netspec.note or self.other.note else self.other.wall / self.netspec.wall
        ratios = [theirs / ours for ours, theirs in zip(self.netspec.later, self.other.later, strict=False)]
        return median(ratios) if ratios else None


def code_of_netspec() -> str:
    """SHA-256 over netspec's sources and the specs: a measurement counts for the code it was made of."""
    digest = sha256()
    for path in sorted([*(ROOT / "netspec").rglob("*.py"), *(ROOT / "specs").glob("*.yaml")]):
        digest.update(path.relative_to(ROOT).as_posix().encode() + path.read_bytes())
    return digest.hexdigest()[:16]


def read(path: Path) -> list[Pair]:
    """What was measured before."""
    if not path.is_file():
        return []
    kept = json.loads(path.read_text(encoding="utf-8"))
    return [Pair(**{**values, "netspec": Run(**values["netspec"]), "other": Run(**values["other"])}) for values in kept]


def write(path: Path, pairs: Iterable[Pair]) -> None:
    """Keep everything, whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_suffix(".part")
    part.write_text(json.dumps([asdict(pair) for pair in pairs], indent=1) + "\n", encoding="utf-8")
    part.replace(path)
