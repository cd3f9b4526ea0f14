"""Uniform, scaled by the fan-in."""

from typing import Literal

from netspec.initializers import Distribution, Fans
from netspec.initializers._scaled import Scaled


class VarScalingUniformFanIn(Scaled):
    """U(−a, a) with a = √(3·scale / fan_in), whose variance is scale / fan_in. Keras's VarianceScaling; DL4J's is `dl4j_var_scaling_uniform_fan_in`."""

    type: Literal["var_scaling_uniform_fan_in"] = "var_scaling_uniform_fan_in"

    def distribution(self, fans: Fans) -> Distribution:
        """U(−a, a)."""
        bound = (3 * self.scale / fans.into) ** 0.5
        return Distribution("uniform", -bound, bound)
