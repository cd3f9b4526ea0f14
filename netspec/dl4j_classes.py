"""DL4J's classes and what they are here: a table, which tests hold against the importer and against DL4J itself."""

import csv
from functools import cache
from pathlib import Path
from typing import NamedTuple

_REFUSED = "refused: "


class Foreign(NamedTuple):
    """A class of DL4J's."""

    kind: str
    """What it is: layers, updaters …"""

    name: str
    """Its name without the package."""

    word: str
    """The word that means the same; empty where none does."""

    note: str
    """What is to be said besides, or instead."""

    @property
    def reason(self) -> str:
        """Why it is refused; empty where it is spoken."""
        return self.note.removeprefix(_REFUSED) if self.note.startswith(_REFUSED) else ""


@cache
def classes() -> tuple[Foreign, ...]:
    """All of them, by kind and name."""
    with Path(__file__).with_suffix(".csv").open(encoding="utf-8", newline="") as file:
        return tuple(Foreign(**row) for row in csv.DictReader(file))


def class_called(name: str) -> Foreign | None:
    """The class of this name, with its package or without."""
    return next((found for found in classes() if found.name == name.rsplit(".", 1)[-1]), None)
