"""Zero everywhere."""

from typing import TYPE_CHECKING, Literal

from netspec.initializers import Fans, Initializer

if TYPE_CHECKING:
    from torch import Generator, Tensor


class Zero(Initializer):
    """0 in every place. DL4J's ZERO."""

    type: Literal["zero"] = "zero"
    by_chance = False

    def fill(self, tensor: "Tensor", fans: Fans, generator: "Generator") -> None:
        """Fill the whole tensor, in place."""
        tensor.zero_()
