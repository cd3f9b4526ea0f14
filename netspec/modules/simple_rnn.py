"""The plain recurrent layer."""

import torch
from torch import Tensor, nn
from torch.nn.functional import layer_norm, linear

from netspec.modules.recurrence import Recurrence
from netspec.modules.state import State


class SimpleRnn(Recurrence):
    """A state h. Shape: N×T×F → N×T×n_out."""

    def __init__(self, features: int, n_out: int, activation: nn.Module, *, resets: bool = False) -> None:
        super().__init__(features, n_out, resets=resets)
        self.activation = activation

    @property
    def fused(self) -> bool:
        """With the activations that torch's RNN has."""
        return type(self.activation) in (nn.Tanh, nn.ReLU)

    def kernel(self, input: Tensor, state: State) -> tuple[Tensor, State]:
        """torch's, whose second bias is 0."""
        run = torch.rnn_tanh if isinstance(self.activation, nn.Tanh) else torch.rnn_relu
        weights = [self.weight, self.recurrent_weight, self.bias, torch.zeros_like(self.bias)]
        output, hidden = run(input, state[0].unsqueeze(0), weights, True, 1, 0.0, self.training, False, True)
        return output, (hidden.squeeze(0),)

    def step(self, projected: Tensor, state: State) -> State:
        """The state after one step."""
        hidden: Tensor = self.activation(projected + linear(state[0], self.recurrent_weight))
        return (hidden,)


class NormalizedRnn(SimpleRnn):
    """Both products normalised over the units, each with a gain of its own: gain holds that of W·x, then that of R·h."""

    def __init__(self, features: int, n_out: int, activation: nn.Module, *, gain: float = 1.0, resets: bool = False) -> None:
        super().__init__(features, n_out, activation, resets=resets)
        self.gain = nn.Parameter(torch.full((2 * n_out,), gain))

    @property
    def fused(self) -> bool:
        """torch has none."""
        return False

    def project(self, input: Tensor) -> Tensor:
        """The normalised product, and the bias."""
        return layer_norm(linear(input, self.weight), (self.n_out,), self.gain[: self.n_out], self.bias)

    def step(self, projected: Tensor, state: State) -> State:
        """The state after one step."""
        product = layer_norm(linear(state[0], self.recurrent_weight), (self.n_out,), self.gain[self.n_out :])
        hidden: Tensor = self.activation(projected + product)
        return (hidden,)
