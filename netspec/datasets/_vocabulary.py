"""Tokens as numbers: texts cut into characters or words, each with an index; whatever is not among them has the index 0."""

import json
import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from netspec.datasets._text_files import read_text
from netspec.errors import DataError
from netspec.words import shown

if TYPE_CHECKING:
    from numpy import ndarray

UNKNOWN = "<unknown>"
"""The token of index 0."""

_UNSEEN = {" ": "space", "\n": "newline", "\t": "tab"}

_WORD = re.compile(r"\w+(?:['’]\w+)*|[^\w\s]")
"""A word, an apostrophe between letters included, or a sign that is neither letter, digit nor space."""


@dataclass(frozen=True)
class Tokenizer:
    """How texts are cut into tokens."""

    by: str
    lower: bool

    def tokens(self, text: str) -> list[str]:
        """In order; between words, spaces and ends of lines are none.

        >>> Tokenizer("word", True).tokens("Don't go, Hal.")
        ["don't", 'go', ',', 'hal', '.']
        """
        text = text.lower() if self.lower else text
        return list(text) if self.by == "character" else _WORD.findall(text)


@dataclass(frozen=True)
class Vocabulary:
    """The tokens that have an index, in its order, `<unknown>` first."""

    tokens: tuple[str, ...]

    @classmethod
    def learned(cls, tokens: Iterable[str], most: int | None) -> "Vocabulary":
        """Sorted; of more than `most` different ones the most frequent, which of equally frequent ones are those first in order."""
        counts = Counter(tokens)
        kept = sorted(counts, key=lambda token: (-counts[token], token))[:most]
        return cls((UNKNOWN, *sorted(kept)))

    @classmethod
    def read(cls, path: Path) -> "Vocabulary":
        """From a JSON file: a list of texts, as a run folder's vocabulary.json is one. Raises: DataError."""
        try:
            values = json.loads(read_text(path))
        except (ValueError, RecursionError) as error:
            raise DataError(f"{path}: must be a list of tokens in JSON: {error}") from error
        if not isinstance(values, list) or not all(isinstance(value, str) for value in values) or len(values) < 2:
            raise DataError(f"{path}: must be a list of tokens in JSON, at least two")
        if values[0] != UNKNOWN:
            raise DataError(f"{path}: must begin with {UNKNOWN}, the token for all others, got {shown(values[0])}")
        if double := next((token for token, count in Counter(values).items() if count > 1), None):
            raise DataError(f"{path}: must name each token once, got {shown(double)} twice")
        return cls(tuple(values))

    @property
    def names(self) -> tuple[str, ...]:
        """What tokens are called where they are shown; what cannot be seen by a word."""
        return tuple(_UNSEEN.get(token, token) for token in self.tokens)

    def __len__(self) -> int:
        return len(self.tokens)

    def codes(self, tokens: Iterable[str]) -> "ndarray":
        """Each token's index (T, int64)."""
        import numpy as np

        return np.array([self._index.get(token, 0) for token in tokens], np.int64)

    @cached_property
    def _index(self) -> dict[str, int]:
        return {token: index for index, token in enumerate(self.tokens)}
