"""He uniform, for rectified linear units."""

from typing import TYPE_CHECKING, Literal

from netspec.initializers import Fans, Initializer

if TYPE_CHECKING:
    from torch import Generator, Tensor


class ReluUniform(Initializer):
    """U(−a, a) with a = √(6 / fan_in). Source: He et al., ICCV 2015; DL4J's RELU_UNIFORM."""

    type: Literal["relu_uniform"] = "relu_uniform"

    def fill(self, tensor: "Tensor", fans: Fans, generator: "Generator") -> None:
        """Draw the whole tensor anew, in place."""
        bound = (6 / fans.into) ** 0.5
        tensor.uniform_(-bound, bound, generator=generator)
