"""He uniform, for rectified linear units."""

from typing import Literal

from netspec.initializers import Distribution, Fans, Initializer


class ReluUniform(Initializer):
    """U(−a, a) with a = √(6 / fan_in). Source: He et al., ICCV 2015; DL4J's RELU_UNIFORM."""

    type: Literal["relu_uniform"] = "relu_uniform"

    def distribution(self, fans: Fans) -> Distribution:
        """U(−a, a)."""
        bound = (6 / fans.into) ** 0.5
        return Distribution("uniform", -bound, bound)
