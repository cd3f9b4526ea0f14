"""Truncated normal, scaled by both fans."""

from typing import Literal

from netspec.initializers import Distribution, Fans
from netspec.initializers._truncated import ScaledTruncated


class VarScalingNormalFanAvg(ScaledTruncated):
    """N(0, scale / (½·(fan_in + fan_out))) within two deviations of 0, the second number being the variance before the tails are cut off.

    DL4J's VAR_SCALING_NORMAL_FAN_AVG. Keras makes up for the lost tails.
    """

    type: Literal["var_scaling_normal_fan_avg"] = "var_scaling_normal_fan_avg"

    def distribution(self, fans: Fans) -> Distribution:
        """The truncated normal one."""
        return Distribution("truncated_normal", 0, (self.scale / ((fans.into + fans.out) / 2)) ** 0.5)
