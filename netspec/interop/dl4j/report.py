"""What an import did: the era and how it was told, what was converted, what was left out, which of DL4J's mistakes apply."""

from dataclasses import dataclass, field
from typing import Literal

from netspec.interop.dl4j.eras import Era
from netspec.interop.dl4j.mistakes import MISTAKES

Kind = Literal["read", "converted", "left out", "mistake", "warning"]


@dataclass(frozen=True)
class Note:
    """One thing to know of an import."""

    kind: Kind
    text: str
    place: str = ""
    """Layer, vertex or entry that it is about; empty for the network."""

    mistake: str = ""
    """ID of DL4J's mistake, where it is about one."""

    def __str__(self) -> str:
        identity = f" [{self.mistake}]" if self.mistake else ""
        return f"{self.place + ': ' if self.place else ''}{self.text}{identity}"


@dataclass
class Report:
    """Everything that was noted, in order."""

    era: Era
    told_by: str
    notes: list[Note] = field(default_factory=list)

    def note(self, kind: Kind, text: str, place: str = "") -> None:
        """Note something, once."""
        self._add(Note(kind, text, place))

    def mistake(self, identity: str, place: str = "", detail: str = "") -> None:
        """Note that one of DL4J's mistakes applies."""
        text = MISTAKES[identity]
        self._add(Note("mistake", f"{text}: {detail}" if detail else text, place, identity))

    def _add(self, note: Note) -> None:
        if note not in self.notes:
            self.notes.append(note)

    def text(self) -> str:
        """The report as plain text."""
        lines = [f"DL4J {self.era} (told by {self.told_by})"]
        for kind, title in _TITLES.items():
            found = [str(note) for note in self.notes if note.kind == kind]
            lines += ["", f"{title}:", *(f"  - {line}" for line in found)] if found else []
        return "\n".join(lines) + "\n"


_TITLES: dict[Kind, str] = {
    "read": "Read",
    "converted": "Converted",
    "left out": "Left out",
    "mistake": "Where DL4J is mistaken or odd",
    "warning": "To look at",
}
