"""Xavier (Glorot) uniform."""

from typing import TYPE_CHECKING, Literal

from netspec.initializers import Fans, Initializer

if TYPE_CHECKING:
    from torch import Generator, Tensor


class XavierUniform(Initializer):
    """U(−a, a) with a = √(6 / (fan_in + fan_out)). Source: Glorot & Bengio, AISTATS 2010; DL4J's XAVIER_UNIFORM."""

    type: Literal["xavier_uniform"] = "xavier_uniform"

    def fill(self, tensor: "Tensor", fans: Fans, generator: "Generator") -> None:
        """Draw the whole tensor anew, in place."""
        bound = (6 / (fans.into + fans.out)) ** 0.5
        tensor.uniform_(-bound, bound, generator=generator)
