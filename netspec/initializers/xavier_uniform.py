"""Xavier (Glorot) uniform."""

from typing import Literal

from netspec.initializers import Distribution, Fans, Initializer


class XavierUniform(Initializer):
    """U(−a, a) with a = √(6 / (fan_in + fan_out)). Source: Glorot & Bengio, AISTATS 2010; DL4J's XAVIER_UNIFORM."""

    type: Literal["xavier_uniform"] = "xavier_uniform"

    def distribution(self, fans: Fans) -> Distribution:
        """U(−a, a)."""
        bound = (6 / (fans.into + fans.out)) ** 0.5
        return Distribution("uniform", -bound, bound)
