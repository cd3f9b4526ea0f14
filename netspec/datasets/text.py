"""A text to go on writing: what comes next is the label of every token."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Literal

from netspec.component import unset
from netspec.datasets import Description, Examples, Loaded, Places, read
from netspec.datasets._files import existing_file
from netspec.datasets._padding import padded
from netspec.datasets._text_files import read_text
from netspec.datasets._texts import Texts
from netspec.datasets._vocabulary import Vocabulary
from netspec.errors import DataError

if TYPE_CHECKING:
    from numpy import ndarray


class Text(Texts):
    """A text file cut into pieces of `length` tokens; each token's label is the token after it."""

    type: Literal["text"] = "text"

    path: str
    """The file, relative to the spec's folder; text in UTF-8."""

    test_path: str = unset()
    """A second file, for the test."""

    def describe(self, places: Places) -> Description:
        """Read the text once, unless the vocabulary is named."""
        vocabulary = self.known(places)
        existing_file(self.path, places)
        test = self._pieces(places) if self.test_path else None
        return Description(self.shape(vocabulary), classes=len(vocabulary), test=test, per_step=True, tells_next=True, indices=self.indices(vocabulary))

    def open(self, places: Places) -> Loaded:
        """The pieces as indices; vectors are made when they are asked for."""
        vocabulary = self.known(places)
        train, test = (self._examples(self._tokens(path, places), vocabulary) if path else None for path in (self.path, self.test_path))
        if train is None:
            raise AssertionError("path is always said")
        return Loaded(train, test, vocabulary.names, vocabulary=vocabulary.tokens)

    def load(self, places: Places) -> Loaded:
        """Everything, in memory."""
        return read(self.open(places))

    def training_tokens(self, places: Places) -> Iterable[str]:
        """Of the file."""
        return self._tokens(self.path, places)

    def _tokens(self, said: str, places: Places) -> list[str]:
        path = existing_file(said, places)
        tokens = self.tokenizer.tokens(read_text(path))
        if len(tokens) < 2:
            raise DataError(f"{path}: must hold at least two tokens, one to come after the other, got {len(tokens)}")
        return tokens

    def _pieces(self, places: Places) -> int:
        """Examples in the test file."""
        return -(-(len(self._tokens(self.test_path, places)) - 1) // self.length)

    def _examples(self, tokens: list[str], vocabulary: Vocabulary) -> Examples:
        codes = vocabulary.codes(tokens)
        before, mask = self._cut(codes[:-1])
        after, _ = self._cut(codes[1:])
        return Examples(self.features(before, vocabulary), after, mask, mask)

    def _cut(self, codes: "ndarray") -> "tuple[ndarray, ndarray | None]":
        """In pieces, the last one padded."""
        starts = range(0, len(codes), self.length)
        return padded([codes[start : start + self.length] for start in starts], self.length)
