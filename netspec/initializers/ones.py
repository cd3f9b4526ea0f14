"""One everywhere."""

from typing import TYPE_CHECKING, Literal

from netspec.initializers import Fans, Initializer

if TYPE_CHECKING:
    from torch import Generator, Tensor


class Ones(Initializer):
    """1 in every place. DL4J's ONES."""

    type: Literal["ones"] = "ones"
    by_chance = False

    def fill(self, tensor: "Tensor", fans: Fans, generator: "Generator") -> None:
        """Draw the whole tensor anew, in place."""
        tensor.fill_(1)
