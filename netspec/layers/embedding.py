"""A vector for each index."""

from typing import TYPE_CHECKING, Literal

from netspec.errors import Refused
from netspec.layers import Inferred
from netspec.layers._table import Table
from netspec.shapes import FeedForward

if TYPE_CHECKING:
    from torch import nn


class Embedding(Table):
    """activation(row x of W + b), x an index from 0. Shape: 1 → n_out. DL4J's EmbeddingLayer."""

    type: Literal["embedding"] = "embedding"
    takes = (FeedForward,)

    def infer(self, *inputs: FeedForward) -> Inferred:
        """1 → n_out."""
        if inputs[0].size != 1:
            raise Refused("", f"must have one index as input, got {inputs[0]}", help="embedding_sequence takes several")
        return Inferred(FeedForward(self.n_out), self.table())

    def build(self, *inputs: FeedForward) -> "nn.Module":
        """netspec's."""
        from netspec.modules.embedding import Embedding as Module

        return Module(self.vocabulary, self.n_out, bias=self.has_bias)
