"""Fully connected layer with a loss."""

from typing import Literal

from netspec.layers import ScoredLayer
from netspec.layers._linear import Linear
from netspec.shapes import FeedForward


class Output(ScoredLayer, Linear):
    """loss(activation(W·x + b), labels). Shape: F → n_out. DL4J's OutputLayer."""

    type: Literal["output"] = "output"
    takes = (FeedForward,)
