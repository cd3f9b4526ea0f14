"""The identity."""

from typing import TYPE_CHECKING, Literal

from netspec.errors import Refused
from netspec.initializers import Fans, Initializer

if TYPE_CHECKING:
    from torch import Generator, Tensor


class Identity(Initializer):
    """scale·I: what comes in goes out, through square matrices and through convolutions with as many filters as channels and odd kernels. DL4J's IDENTITY."""

    type: Literal["identity"] = "identity"
    by_chance = False

    scale: float = 1.0
    """Number on the diagonal."""

    def check(self, shape: tuple[int, ...]) -> None:
        """As many outputs as inputs, and a middle of the kernel."""
        if len(shape) < 2 or shape[0] != shape[1]:
            raise Refused("", f"must be of another kind for {'x'.join(map(str, shape))}: the identity has as many outputs as inputs")
        if any(size % 2 == 0 for size in shape[2:]):
            raise Refused("", f"must be of another kind for {'x'.join(map(str, shape))}: a kernel of even size has no middle")

    def fill(self, tensor: "Tensor", fans: Fans, generator: "Generator") -> None:
        """Draw the whole tensor anew, in place."""
        tensor.zero_()
        centre = tuple(size // 2 for size in tensor.shape[2:])
        for index in range(len(tensor)):
            tensor[(index, index, *centre)] = self.scale
