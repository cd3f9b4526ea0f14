"""Truncated normal, scaled by the fan-in."""

from typing import Literal

from netspec.initializers import Distribution, Fans
from netspec.initializers._truncated import ScaledTruncated


class VarScalingNormalFanIn(ScaledTruncated):
    """N(0, scale / fan_in) within two deviations of 0, the second number being the variance before the tails are cut off.

    DL4J's VAR_SCALING_NORMAL_FAN_IN. Keras makes up for the lost tails.
    """

    type: Literal["var_scaling_normal_fan_in"] = "var_scaling_normal_fan_in"

    def distribution(self, fans: Fans) -> Distribution:
        """The truncated normal one."""
        return Distribution("truncated_normal", 0, (self.scale / fans.into) ** 0.5)
