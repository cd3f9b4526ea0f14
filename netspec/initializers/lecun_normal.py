"""LeCun normal."""

from typing import Literal

from netspec.initializers import Distribution, Fans, Initializer


class LecunNormal(Initializer):
    """N(0, 1 / fan_in), the second being the variance. Source: LeCun et al., 1998; DL4J's LECUN_NORMAL, XAVIER_FAN_IN and NORMAL."""

    type: Literal["lecun_normal"] = "lecun_normal"
    alias = "xavier_fan_in"

    def distribution(self, fans: Fans) -> Distribution:
        """N(0, 1 / fan_in)."""
        return Distribution("normal", 0, fans.into**-0.5)
