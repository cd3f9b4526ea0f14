"""Several optimizers as one, for a network whose layers have different updaters."""

from collections.abc import Callable, Sequence
from typing import Any, overload

from torch.optim import Optimizer

from netspec.optim.eager import Eager


class Combined(Eager):
    """Steps each of its optimizers in turn; its parameter groups are theirs, so a changed rate reaches them."""

    def __init__(self, optimizers: Sequence[Optimizer]) -> None:
        self.optimizers = tuple(optimizers)
        super().__init__([group for optimizer in optimizers for group in optimizer.param_groups], {})

    @overload
    def step(self, closure: None = None) -> None: ...
    @overload
    def step(self, closure: Callable[[], float]) -> float: ...
    def step(self, closure: Callable[[], float] | None = None) -> float | None:
        """One step of every optimizer; a closure is evaluated once, before them."""
        loss = closure() if closure else None
        for optimizer in self.optimizers:
            optimizer.step()
        return loss

    def state_dict(self) -> dict[str, Any]:
        """The states of all optimizers, in order."""
        return {"optimizers": [optimizer.state_dict() for optimizer in self.optimizers]}

    def load_state_dict(self, state_dict: dict[str, Any]) -> None:
        """Restore what `state_dict` gave."""
        for optimizer, state in zip(self.optimizers, state_dict["optimizers"], strict=True):
            optimizer.load_state_dict(state)
        self.param_groups = [group for optimizer in self.optimizers for group in optimizer.param_groups]
