"""Long short-term memory."""

from typing import ClassVar

import torch
from torch import Tensor, nn
from torch.nn.functional import linear

from netspec.modules.recurrence import Recurrence
from netspec.modules.state import State


class Lstm(Recurrence):
    """A state h and a cell c. Shape: N×T×F → N×T×n_out. Blocks of its arrays, as in torch's LSTM: input gate, forget gate, cell, output gate."""

    arrays: ClassVar[int] = 2

    def __init__(self, features: int, n_out: int, activation: nn.Module, gate_activation: nn.Module, *, resets: bool = False) -> None:
        super().__init__(features, n_out, gates=4, resets=resets)
        self.activation, self.gate_activation = activation, gate_activation

    @property
    def fused(self) -> bool:
        """With the usual activations."""
        return isinstance(self.activation, nn.Tanh) and isinstance(self.gate_activation, nn.Sigmoid)

    def kernel(self, input: Tensor, state: State) -> tuple[Tensor, State]:
        """torch's, whose second bias is 0."""
        start = [array.unsqueeze(0) for array in state]
        weights = [self.weight, self.recurrent_weight, self.bias, torch.zeros_like(self.bias)]
        output, hidden, cell = torch.lstm(input, start, weights, True, 1, 0.0, self.training, False, True)
        return output, (hidden.squeeze(0), cell.squeeze(0))

    def step(self, projected: Tensor, state: State) -> State:
        """The state after one step."""
        hidden, cell = state
        into, forget, new, out = (projected + linear(hidden, self.recurrent_weight)).chunk(4, 1)
        cell = self.gate_activation(forget) * cell + self.gate_activation(into) * self.activation(new)
        return self.gate_activation(out) * self.activation(cell), cell
