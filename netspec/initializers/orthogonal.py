"""An orthogonal matrix."""

from typing import TYPE_CHECKING, Literal

from netspec.errors import Refused
from netspec.fields import Positive
from netspec.initializers import Fans, Initializer

if TYPE_CHECKING:
    from torch import Generator, Tensor


class Orthogonal(Initializer):
    """gain times a matrix with orthogonal rows or columns, whichever are fewer; a convolution's filters are its rows.

    Source: Saxe, McClelland & Ganguli, ICLR 2014; DL4J's OrthogonalDistribution.
    """

    type: Literal["orthogonal"] = "orthogonal"

    gain: Positive = 1.0
    """Length of the rows or columns, above 0."""

    def check(self, shape: tuple[int, ...]) -> None:
        """A matrix at least."""
        if len(shape) < 2:
            raise Refused("", "must be of another kind for a vector, which has no rows and columns")

    def fill(self, tensor: "Tensor", fans: Fans, generator: "Generator") -> None:
        """Draw the whole tensor anew, in place."""
        import torch
        from torch.nn.init import orthogonal_

        drawn = torch.empty_like(tensor, dtype=torch.float64, memory_format=torch.contiguous_format)
        tensor.copy_(orthogonal_(drawn, self.gain, generator))
