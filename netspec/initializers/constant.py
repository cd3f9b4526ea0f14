"""One number everywhere."""

from typing import TYPE_CHECKING, Literal

from netspec.initializers import Fans, Initializer

if TYPE_CHECKING:
    from torch import Generator, Tensor


class Constant(Initializer):
    """The same number in every place; a bare number means this."""

    type: Literal["constant"] = "constant"
    by_chance = False

    value: float
    """The number."""

    def fill(self, tensor: "Tensor", fans: Fans, generator: "Generator") -> None:
        """Fill the whole tensor, in place."""
        tensor.fill_(self.value)
