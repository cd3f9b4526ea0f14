"""What sets of texts share: how texts become tokens, and tokens features."""

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Literal, Self

from pydantic import model_validator

from netspec.component import refuse, unset
from netspec.datasets import DataSet, Places
from netspec.datasets._files import existing_file
from netspec.datasets._one_hot import OneHot
from netspec.datasets._padding import padded
from netspec.datasets._vocabulary import Tokenizer, Vocabulary
from netspec.errors import DataError
from netspec.fields import Size
from netspec.rows import Rows
from netspec.shapes import Recurrent

if TYPE_CHECKING:
    from numpy import ndarray


class Texts(DataSet):
    """Base of sets of texts. Tokens are indices of a vocabulary, which the training texts make unless one is named."""

    by: Literal["character", "word"]
    """What a token is: a character, or a word or sign, spaces being none."""

    length: Size
    """Tokens in an example; shorter ones are padded at their end and masked."""

    encoding: Literal["one_hot", "index"] = "one_hot"
    """What a token is for the network: a vector of 0 and a single 1, or its index, for embedding_sequence."""

    lower: bool = False
    """Whether capital letters are read as small ones."""

    most: Size = unset()
    """The most different tokens that are learned, the most frequent ones; all others are <unknown>. Every token when nothing is said."""

    vocabulary: str = unset()
    """A JSON file with the list of tokens, <unknown> first, like vocabulary.json in a run folder; learned from the training texts when nothing is said."""

    @model_validator(mode="after")
    def _learned(self) -> Self:
        if self.vocabulary and self.most:
            raise refuse("must be left out beside a vocabulary: nothing is learned", at=("most",), got=self.most)
        if self.normalize:
            raise refuse("must be left out: tokens are no quantities", at=("normalize",), got=self.normalize.type)
        return self

    def encode(self, texts: Sequence[str], places: Places) -> "tuple[ndarray, ndarray | None]":
        """Texts as features for `predict`, and their mask: cut or padded to `length`, with the vocabulary of the training.

        Raises: DataError when a text has no tokens, or the vocabulary cannot be had.
        """
        vocabulary, tokenizer = self.known(places), self.tokenizer
        codes = [vocabulary.codes(tokenizer.tokens(text)[: self.length]) for text in texts]
        if any(not len(found) for found in codes):
            raise DataError("a text must have at least one token")
        indices, mask = padded(codes, self.length)
        return self.features(indices, vocabulary)[:], mask

    @property
    def tokenizer(self) -> Tokenizer:
        """How texts are cut."""
        return Tokenizer(self.by, self.lower)

    def known(self, places: Places) -> Vocabulary:
        """The vocabulary: of the file that is named, else learned from the training texts. Raises: Unavailable, DataError."""
        if self.vocabulary:
            return Vocabulary.read(existing_file(self.vocabulary, places))
        return Vocabulary.learned(self.training_tokens(places), self.most)

    def training_tokens(self, places: Places) -> Iterable[str]:
        """Every token of the training texts."""
        raise NotImplementedError

    def features(self, indices: "ndarray", vocabulary: Vocabulary) -> Rows:
        """Indices N×T as features: N×T×V, or N×T×1."""
        return OneHot(indices, len(vocabulary)) if self.encoding == "one_hot" else indices[..., None]

    def indices(self, vocabulary: Vocabulary) -> int | None:
        """How many there are, where tokens are indices for the network."""
        return len(vocabulary) if self.encoding == "index" else None

    def shape(self, vocabulary: Vocabulary) -> Recurrent:
        """Of an example."""
        return Recurrent(len(vocabulary) if self.encoding == "one_hot" else 1, self.length)
