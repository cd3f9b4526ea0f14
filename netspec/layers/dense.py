"""Fully connected layer."""

from typing import Literal

from netspec.layers import ActivatedLayer
from netspec.layers._linear import Linear


class Dense(ActivatedLayer, Linear):
    """activation(W·x + b). Shape: F → n_out; a sequence step by step. DL4J's DenseLayer."""

    type: Literal["dense"] = "dense"
