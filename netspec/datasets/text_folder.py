"""Documents in folders named after their classes."""

from collections.abc import Iterable
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from netspec.datasets import Description, Examples, Loaded, Places, read
from netspec.datasets._class_folders import ClassFolders, parts_of
from netspec.datasets._files import existing_folder
from netspec.datasets._padding import padded
from netspec.datasets._text_files import read_text
from netspec.datasets._texts import Texts
from netspec.datasets._vocabulary import Vocabulary
from netspec.errors import DataError

if TYPE_CHECKING:
    from numpy import ndarray


class TextFolder(Texts):
    """Text files in `<path>/train/<class>/` and `<path>/test/<class>/`, or just `<path>/<class>/`: an example and a label each."""

    type: Literal["text_folder"] = "text_folder"

    path: str
    """The folder, relative to the spec's; classes are its folders in the order of their names."""

    keep: Literal["start", "end"] = "start"
    """Which tokens of a text longer than `length` are kept: the first or the last."""

    def describe(self, places: Places) -> Description:
        """List the folders; read the training texts, unless the vocabulary is named."""
        (train, *test), vocabulary = self._parts(places), self.known(places)
        shape, indices, of_test = self.shape(vocabulary), self.indices(vocabulary), len(test[0].files) if test else None
        return Description(shape, classes=len(train.classes), train=len(train.files), test=of_test, indices=indices)

    def open(self, places: Places) -> Loaded:
        """The texts as indices; vectors are made when they are asked for."""
        parts, vocabulary = self._parts(places), self.known(places)
        train, *test = (self._examples(part, vocabulary) for part in parts)
        return Loaded(train, test[0] if test else None, parts[0].classes, vocabulary=vocabulary.tokens)

    def load(self, places: Places) -> Loaded:
        """Everything, in memory."""
        return read(self.open(places))

    def training_tokens(self, places: Places) -> Iterable[str]:
        """Of all training files."""
        return chain.from_iterable(map(self._tokens, self._parts(places)[0].files))

    def _parts(self, places: Places) -> list[ClassFolders]:
        return parts_of(existing_folder(self.path, places), "text")

    def _tokens(self, path: Path) -> list[str]:
        tokens = self.tokenizer.tokens(read_text(path))
        if not tokens:
            raise DataError(f"{path}: must hold at least one word, got only spaces")
        return tokens

    def _examples(self, part: ClassFolders, vocabulary: Vocabulary) -> Examples:
        import numpy as np

        indices, mask = padded([self._cut(vocabulary.codes(self._tokens(path))) for path in part.files], self.length)
        return Examples(self.features(indices, vocabulary), np.array(part.labels, np.int64), mask)

    def _cut(self, codes: "ndarray") -> "ndarray":
        return codes[: self.length] if self.keep == "start" else codes[-self.length :]
