"""Uniform, scaled by the fan-out as DL4J does."""

from typing import Literal

from netspec.initializers import Distribution, Fans
from netspec.initializers._scaled import ScaledBound


class Dl4jVarScalingUniformFanOut(ScaledBound):
    """U(−a, a) with a = 3·scale / √fan_out: DL4J's VAR_SCALING_UNIFORM_FAN_OUT, where scale multiplies the bound."""

    type: Literal["dl4j_var_scaling_uniform_fan_out"] = "dl4j_var_scaling_uniform_fan_out"

    def distribution(self, fans: Fans) -> Distribution:
        """U(−a, a)."""
        bound = 3 * self.scale / fans.out**0.5
        return Distribution("uniform", -bound, bound)
