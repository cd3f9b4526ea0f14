"""Locally connected as DL4J computes it over images."""

from typing import Literal

from netspec.layers._locally_connected import LocallyConnectedLayer
from netspec.shapes import Convolutional


class Dl4jLocallyConnected(LocallyConnectedLayer):
    """`locally_connected` with places mixed up: result q, counted row by row, is W_q · the q-th patch counted column by column.

    Shape: C×H×W → n_out×H'×W'. For imported networks: DL4J's LocallyConnected2D.
    """

    type: Literal["dl4j_locally_connected"] = "dl4j_locally_connected"
    takes = (Convolutional,)
    by_columns = True
