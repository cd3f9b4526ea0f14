"""Glorot uniform for sigmoids."""

from typing import Literal

from netspec.initializers import Distribution, Fans, Initializer


class SigmoidUniform(Initializer):
    """U(−a, a) with a = 4·√(6 / (fan_in + fan_out)). Source: Glorot & Bengio, AISTATS 2010; DL4J's SIGMOID_UNIFORM."""

    type: Literal["sigmoid_uniform"] = "sigmoid_uniform"

    def distribution(self, fans: Fans) -> Distribution:
        """U(−a, a)."""
        bound = 4 * (6 / (fans.into + fans.out)) ** 0.5
        return Distribution("uniform", -bound, bound)
