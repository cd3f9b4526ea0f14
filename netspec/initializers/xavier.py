"""Xavier (Glorot) normal."""

from typing import Literal

from netspec.initializers import Distribution, Fans, Initializer


class Xavier(Initializer):
    """N(0, 2 / (fan_in + fan_out)), the second being the variance. Source: Glorot & Bengio, AISTATS 2010; DL4J's XAVIER."""

    type: Literal["xavier"] = "xavier"

    def distribution(self, fans: Fans) -> Distribution:
        """N(0, 2 / (fan_in + fan_out))."""
        return Distribution("normal", 0, (2 / (fans.into + fans.out)) ** 0.5)
