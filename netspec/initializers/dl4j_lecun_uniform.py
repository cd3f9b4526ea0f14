"""LeCun uniform as DL4J computes it."""

from typing import Literal

from netspec.initializers import Distribution, Fans, Initializer


class Dl4jLecunUniform(Initializer):
    """U(−a, a) with a = 3 / √fan_in: DL4J's LECUN_UNIFORM, √3 times as wide as `lecun_uniform`."""

    type: Literal["dl4j_lecun_uniform"] = "dl4j_lecun_uniform"

    def distribution(self, fans: Fans) -> Distribution:
        """U(−a, a)."""
        bound = 3 * fans.into**-0.5
        return Distribution("uniform", -bound, bound)
