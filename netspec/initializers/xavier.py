"""Xavier (Glorot) normal."""

from typing import TYPE_CHECKING, Literal

from netspec.initializers import Fans, Initializer

if TYPE_CHECKING:
    from torch import Generator, Tensor


class Xavier(Initializer):
    """N(0, 2 / (fan_in + fan_out)), the second being the variance. Source: Glorot & Bengio, AISTATS 2010; DL4J's XAVIER."""

    type: Literal["xavier"] = "xavier"

    def fill(self, tensor: "Tensor", fans: Fans, generator: "Generator") -> None:
        """Draw the whole tensor anew, in place."""
        tensor.normal_(0, (2 / (fans.into + fans.out)) ** 0.5, generator=generator)
