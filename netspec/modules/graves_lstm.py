"""Long short-term memory whose gates see the cell."""

from typing import ClassVar

from torch import Tensor, nn
from torch.nn.functional import linear

from netspec.modules.recurrence import Recurrence
from netspec.modules.state import State


class GravesLstm(Recurrence):
    """A state h and a cell c. Shape: N×T×F → N×T×n_out.

    Blocks of its arrays, as in DL4J: cell, forget gate, output gate, input gate; the last three rows of recurrent_weight are the
    peepholes of forget, output and input gate.
    """

    arrays: ClassVar[int] = 2

    def __init__(self, features: int, n_out: int, activation: nn.Module, gate_activation: nn.Module, *, resets: bool = False) -> None:
        super().__init__(features, n_out, gates=4, more=3, resets=resets)
        self.activation, self.gate_activation = activation, gate_activation

    def step(self, projected: Tensor, state: State) -> State:
        """The state after one step: the output gate sees the new cell, the others the one before."""
        hidden, cell = state
        see_forget, see_out, see_into = self.recurrent_weight[4 * self.n_out :]
        new, forget, out, into = (projected + linear(hidden, self.recurrent_weight[: 4 * self.n_out])).chunk(4, 1)
        kept = self.gate_activation(forget + see_forget * cell) * cell
        cell = kept + self.gate_activation(into + see_into * cell) * self.activation(new)
        return self.gate_activation(out + see_out * cell) * self.activation(cell), cell
