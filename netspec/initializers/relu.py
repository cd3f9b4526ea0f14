"""He normal, for rectified linear units."""

from typing import Literal

from netspec.initializers import Distribution, Fans, Initializer


class Relu(Initializer):
    """N(0, 2 / fan_in), the second being the variance. Source: He et al., ICCV 2015; DL4J's RELU."""

    type: Literal["relu"] = "relu"

    def distribution(self, fans: Fans) -> Distribution:
        """N(0, 2 / fan_in)."""
        return Distribution("normal", 0, (2 / fans.into) ** 0.5)
