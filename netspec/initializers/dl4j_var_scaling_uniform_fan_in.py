"""Uniform, scaled by the fan-in as DL4J does."""

from typing import Literal

from netspec.initializers import Distribution, Fans
from netspec.initializers._scaled import ScaledBound


class Dl4jVarScalingUniformFanIn(ScaledBound):
    """U(−a, a) with a = 3·scale / √fan_in: DL4J's VAR_SCALING_UNIFORM_FAN_IN, where scale multiplies the bound."""

    type: Literal["dl4j_var_scaling_uniform_fan_in"] = "dl4j_var_scaling_uniform_fan_in"

    def distribution(self, fans: Fans) -> Distribution:
        """U(−a, a)."""
        bound = 3 * self.scale / fans.into**0.5
        return Distribution("uniform", -bound, bound)
