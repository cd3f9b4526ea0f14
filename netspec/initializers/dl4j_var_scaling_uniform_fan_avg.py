"""Uniform, scaled by both fans as DL4J does."""

from typing import Literal

from netspec.initializers import Distribution, Fans
from netspec.initializers._scaled import ScaledBound


class Dl4jVarScalingUniformFanAvg(ScaledBound):
    """U(−a, a) with a = 3·scale / √(½·(fan_in + fan_out)): DL4J's VAR_SCALING_UNIFORM_FAN_AVG, where scale multiplies the bound."""

    type: Literal["dl4j_var_scaling_uniform_fan_avg"] = "dl4j_var_scaling_uniform_fan_avg"

    def distribution(self, fans: Fans) -> Distribution:
        """U(−a, a)."""
        bound = 3 * self.scale / ((fans.into + fans.out) / 2) ** 0.5
        return Distribution("uniform", -bound, bound)
