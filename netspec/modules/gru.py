"""Gated recurrent unit."""

import torch
from torch import Tensor, nn
from torch.nn.functional import linear

from netspec.modules.recurrence import Recurrence
from netspec.modules.state import State


class Gru(Recurrence):
    """A state h. Shape: N×T×F → N×T×n_out. Blocks of its arrays, as in torch's GRU: reset gate, update gate, candidate."""

    def __init__(self, features: int, n_out: int, activation: nn.Module, gate_activation: nn.Module, *, resets: bool = False) -> None:
        super().__init__(features, n_out, gates=3, resets=resets)
        self.recurrent_bias = nn.Parameter(torch.zeros(n_out))
        self.activation, self.gate_activation = activation, gate_activation

    @property
    def fused(self) -> bool:
        """With the usual activations."""
        return isinstance(self.activation, nn.Tanh) and isinstance(self.gate_activation, nn.Sigmoid)

    def kernel(self, input: Tensor, state: State) -> tuple[Tensor, State]:
        """torch's, whose second bias is that of the candidate alone."""
        second = torch.cat((self.recurrent_bias.new_zeros(2 * self.n_out), self.recurrent_bias))
        weights = [self.weight, self.recurrent_weight, self.bias, second]
        output, hidden = torch.gru(input, state[0].unsqueeze(0), weights, True, 1, 0.0, self.training, False, True)
        return output, (hidden.squeeze(0),)

    def step(self, projected: Tensor, state: State) -> State:
        """The state after one step."""
        hidden = state[0]
        seen = linear(hidden, self.recurrent_weight)
        gates = self.gate_activation(projected[:, : 2 * self.n_out] + seen[:, : 2 * self.n_out])
        reset, update = gates.chunk(2, 1)
        candidate = self.activation(projected[:, 2 * self.n_out :] + reset * (seen[:, 2 * self.n_out :] + self.recurrent_bias))
        return (candidate + update * (hidden - candidate),)
