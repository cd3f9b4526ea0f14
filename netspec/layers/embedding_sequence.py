"""A vector for each index of a sequence."""

from typing import TYPE_CHECKING, Literal

from netspec.errors import Refused
from netspec.layers import Inferred
from netspec.layers._table import Table
from netspec.shapes import FeedForward, Recurrent

if TYPE_CHECKING:
    from torch import nn


class EmbeddingSequence(Table):
    """activation(row xₜ of W + b), xₜ an index from 0. Shape: T×1, or T indices in a row → T×n_out. DL4J's EmbeddingSequenceLayer."""

    type: Literal["embedding_sequence"] = "embedding_sequence"
    takes = (Recurrent, FeedForward)

    def infer(self, *inputs: Recurrent | FeedForward) -> Inferred:
        """T×1 → T×n_out."""
        shape = inputs[0]
        if isinstance(shape, FeedForward):
            return Inferred(Recurrent(self.n_out, shape.size), self.table())
        if shape.size != 1:
            raise Refused("", f"must have one index a step as input, got {shape.size}")
        return Inferred(Recurrent(self.n_out, shape.length), self.table())

    def build(self, *inputs: Recurrent | FeedForward) -> "nn.Module":
        """netspec's."""
        from netspec.modules.embedding import EmbeddingSequence as Module

        return Module(self.vocabulary, self.n_out, bias=self.has_bias)
