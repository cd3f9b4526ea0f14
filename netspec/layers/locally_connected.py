"""Convolution without shared weights."""

from typing import Literal

from netspec.layers._locally_connected import LocallyConnectedLayer


class LocallyConnected(LocallyConnectedLayer):
    """activation(W_q · patch_q + b) at each place q: a convolution whose weights differ from place to place.

    Shape: C×H×W → n_out×H'×W'; T×C → T'×n_out, T known; H' as in `conv`. W is places × (C·kernel) × n_out. DL4J's LocallyConnected1D,
    and LocallyConnected2D where its image has one row or column.
    """

    type: Literal["locally_connected"] = "locally_connected"
