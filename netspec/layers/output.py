"""Fully connected layer with a loss."""

from typing import Literal

from netspec.layers._linear import Linear
from netspec.scored import WithLoss


class Output(WithLoss, Linear):
    """loss(activation(W·x + b), labels), a sequence step by step. Shape: F → n_out; T×F → T×n_out. DL4J's OutputLayer, RnnOutputLayer."""

    type: Literal["output"] = "output"

    @property
    def may_lie_features_first(self) -> bool:
        """As torch's Linear."""
        return True
