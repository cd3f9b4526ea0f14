"""Two layers over one sequence: from its start and from its end."""

from collections.abc import Callable, Mapping

import torch
from torch import Tensor, nn

from netspec.errors import UsageError
from netspec.modules.state import Stateful

COMBINED: Mapping[str, Callable[[Tensor, Tensor], Tensor]] = {
    "concat": lambda one, other: torch.cat((one, other), -1),
    "add": torch.add,
    "mul": torch.mul,
    "average": lambda one, other: (one + other) / 2,
}


class Bidirectional(Stateful):
    """Both results, combined step by step; of whole sequences only. Shape: N×T×F → N×T×n_out, or N×T×2·n_out."""

    def __init__(self, ahead: nn.Module, back: nn.Module, mode: str) -> None:
        super().__init__()
        self.ahead, self.back, self.mode = ahead, back, mode

    def forward(self, input: Tensor, mask: Tensor | None = None) -> Tensor:
        """The sequence as a whole is turned round for the second layer, its padding too, and so is what that makes of it."""
        if mask is None:
            return COMBINED[self.mode](self.ahead(input), self.back(input.flip(1)).flip(1))
        return COMBINED[self.mode](self.ahead(input, mask=mask), self.back(input.flip(1), mask=mask.flip(1)).flip(1))

    def set_carrying(self, carries: bool) -> None:
        """There is no state to go on with: the second layer begins at the end. Raises: UsageError."""
        if carries:
            raise UsageError("a bidirectional layer needs whole sequences: it cannot go on where a window ended", help="give it the sequence in one piece")

    def extra_repr(self) -> str:
        """The settings, for `print(module)`."""
        return f"mode={self.mode}"
