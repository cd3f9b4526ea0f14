"""Uniform, scaled by both fans."""

from typing import Literal

from netspec.initializers import Distribution, Fans
from netspec.initializers._scaled import Scaled


class VarScalingUniformFanAvg(Scaled):
    """U(−a, a) with a = √(3·scale / (½·(fan_in + fan_out))). Keras's VarianceScaling; DL4J's is `dl4j_var_scaling_uniform_fan_avg`."""

    type: Literal["var_scaling_uniform_fan_avg"] = "var_scaling_uniform_fan_avg"

    def distribution(self, fans: Fans) -> Distribution:
        """U(−a, a)."""
        bound = (3 * self.scale / ((fans.into + fans.out) / 2)) ** 0.5
        return Distribution("uniform", -bound, bound)
