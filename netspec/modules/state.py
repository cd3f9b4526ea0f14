"""State that goes from one window of a sequence to the next: truncated back-propagation, and prediction step by step.

A recurrent module derives from `Stateful`: it starts from `self.carried(input)`, which is None where every sequence starts afresh, and tells
its last state by `self.keep(…)`. Nothing is kept outside of `carrying(network)`.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from torch import Tensor, nn

from netspec.errors import DataError

State = tuple[Tensor, ...]


class Stateful(nn.Module):
    """A module over steps, with a state after the last of them: one or more tensors, batch first."""

    _carries = False
    _state: State | None = None

    @property
    def carries(self) -> bool:
        """Whether the state after the last step is kept."""
        return self._carries

    def carried(self, input: Tensor) -> State | None:
        """The state to start from; None for that of a sequence's start.

        Raises: DataError when it belongs to another number of sequences.
        """
        if self._state is not None and len(self._state[0]) != len(input):
            raise DataError(f"a window must go on with the {len(self._state[0])} sequences of the window before it, got {len(input)}")
        return self._state

    def keep(self, *state: Tensor) -> None:
        """The state after the last step, for the window to come; no error goes back through it."""
        if self._carries:
            self._state = tuple(part.detach() for part in state)

    def set_carrying(self, carries: bool) -> None:
        """Whether states are kept from now on; none is there yet."""
        self._carries, self._state = carries, None


def carries(network: nn.Module) -> bool:
    """Whether states are kept now, by any module."""
    return any(isinstance(module, Stateful) and module._carries for module in network.modules())


@contextmanager
def carrying(network: nn.Module) -> Iterator[None]:
    """While this lasts, each call of the network goes on where the call before it ended."""
    try:
        _set(network, carries=True)
        yield
    finally:
        _set(network, carries=False)


def _set(network: nn.Module, *, carries: bool) -> None:
    for module in network.modules():
        if isinstance(module, Stateful):
            module.set_carrying(carries)
