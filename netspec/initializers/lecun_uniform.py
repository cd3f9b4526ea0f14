"""LeCun uniform."""

from typing import Literal

from netspec.initializers import Distribution, Fans, Initializer


class LecunUniform(Initializer):
    """U(−a, a) with a = √(3 / fan_in), whose variance is 1 / fan_in. Source: LeCun et al., 1998. DL4J's LECUN_UNIFORM is `dl4j_lecun_uniform`."""

    type: Literal["lecun_uniform"] = "lecun_uniform"

    def distribution(self, fans: Fans) -> Distribution:
        """U(−a, a)."""
        bound = (3 / fans.into) ** 0.5
        return Distribution("uniform", -bound, bound)
