"""Uniform, scaled by the fan-out."""

from typing import Literal

from netspec.initializers import Distribution, Fans
from netspec.initializers._scaled import Scaled


class VarScalingUniformFanOut(Scaled):
    """U(−a, a) with a = √(3·scale / fan_out), whose variance is scale / fan_out. Keras's VarianceScaling; DL4J's is `dl4j_var_scaling_uniform_fan_out`."""

    type: Literal["var_scaling_uniform_fan_out"] = "var_scaling_uniform_fan_out"

    def distribution(self, fans: Fans) -> Distribution:
        """U(−a, a)."""
        bound = (3 * self.scale / fans.out) ** 0.5
        return Distribution("uniform", -bound, bound)
