"""Going through a sequence step by step: what the recurrent layers share.

A masked step leaves the state as it is (`reset`: makes it 0) and its output is 0, so that padding at either end changes nothing, as with
torch's packed sequences, and a hole is as if its steps were not there, as Keras has it.
"""

import warnings
from collections.abc import Callable
from typing import ClassVar

import torch
from torch import Tensor, nn
from torch.nn.functional import linear

from netspec.modules.state import State, Stateful

warnings.filterwarnings("ignore", "RNN module weights are not part of single contiguous chunk")  # cuDNN packs them at each call


class Recurrence(Stateful):
    """States from steps; the first array of a state is the output. Shape: N×T×F → N×T×n_out.

    Parameters: weight (of the input), recurrent_weight (of the state before), bias; their first axis is made of one block of n_out for each gate.
    """

    arrays: ClassVar[int] = 1
    """Arrays N×n_out that a state is made of."""

    def __init__(self, features: int, n_out: int, *, gates: int = 1, more: int = 0, resets: bool = False) -> None:
        super().__init__()
        self.n_out, self.resets = n_out, resets
        self.weight = nn.Parameter(torch.zeros(gates * n_out, features))
        self.recurrent_weight = nn.Parameter(torch.zeros(gates * n_out + more, n_out))
        self.bias = nn.Parameter(torch.zeros(gates * n_out))

    def forward(self, input: Tensor, mask: Tensor | None = None) -> Tensor:
        """All outputs."""
        start = self.carried(input) or self.start(input)
        if self.fused and mask is not None and not self.resets and not self.carries:
            return without_holes(lambda steps: self._as_it_is(steps, start)[0], input, mask)
        output, state = self._as_it_is(input, start) if self.fused and mask is None else self.walk(input, start, mask)
        self.keep(*state)
        return output

    @property
    def fused(self) -> bool:
        """Whether torch has a kernel for the whole sequence."""
        return False

    def kernel(self, input: Tensor, state: State) -> tuple[Tensor, State]:
        """torch's kernel: all outputs, and the state after the last step."""
        raise NotImplementedError

    @torch.compiler.disable  # type: ignore[untyped-decorator]  # torch does not annotate it
    def _as_it_is(self, input: Tensor, state: State) -> tuple[Tensor, State]:
        """The kernel, which torch.compile leaves alone in torch's own LSTM too."""
        return self.kernel(input, state)

    def start(self, input: Tensor) -> State:
        """The state before the first step: zeros."""
        return (input.new_zeros(len(input), self.n_out),) * self.arrays

    def project(self, input: Tensor) -> Tensor:
        """What the input adds to the gates, for all steps at once. Shape: N×T×F → N×T×(gates·n_out)."""
        return linear(input, self.weight, self.bias)

    def step(self, projected: Tensor, state: State) -> State:
        """The state after one step."""
        raise NotImplementedError

    def walk(self, input: Tensor, state: State, mask: Tensor | None) -> tuple[Tensor, State]:
        """One step after another: all outputs, and the state after the last step."""
        steps = self.project(input).unbind(1)
        counts = [None] * len(steps) if mask is None else list((mask != 0).unsqueeze(-1).unbind(1))
        outputs = []
        for projected, counted in zip(steps, counts, strict=True):
            state, output = self._after(self.step(projected, state), state, counted)
            outputs.append(output)
        return torch.stack(outputs, 1), state

    def _after(self, new: State, before: State, counts: Tensor | None) -> tuple[State, Tensor]:
        """The state after a step, and its output, for examples in which the step counts and others."""
        if counts is None:
            return new, new[0]
        state = tuple(torch.where(counts, array, 0.0 if self.resets else old) for array, old in zip(new, before, strict=True))
        return state, torch.where(counts, new[0], 0.0)

    def extra_repr(self) -> str:
        """The sizes, for `print(module)`."""
        return f"{self.weight.shape[1]}, {self.n_out}" + (", resets=True" if self.resets else "")


def without_holes(run: Callable[[Tensor], Tensor], input: Tensor, mask: Tensor) -> Tensor:
    """What `run` makes of each example's unmasked steps, put in front of the others, where they were; 0 at the others."""
    counts = mask != 0
    order = torch.argsort((~counts).to(torch.uint8), dim=1, stable=True)
    output = run(_picked(input, order))
    return _picked(output, torch.argsort(order, dim=1)) * counts.unsqueeze(-1).to(output.dtype)


def _picked(steps: Tensor, order: Tensor) -> Tensor:
    return steps.gather(1, order.unsqueeze(-1).expand(-1, -1, steps.shape[2]))
