"""Activations: element-wise functions (and softmax) between layers."""

from typing import TYPE_CHECKING, ClassVar

from netspec.component import Component

if TYPE_CHECKING:
    from torch import nn


class Activation(Component):
    """A function from pre-activation to activation, of the same shape."""

    family: ClassVar[str] = "activations"
    noun: ClassVar[str] = "activation"

    probabilities: ClassVar[bool] = False
    """True when every value lies in [0, 1], so that a loss on probabilities can take it."""

    distribution: ClassVar[bool] = False
    """True when the values of one example are a probability distribution over its outputs."""

    increasing: ClassVar[bool] = False
    """True when the function never falls with its usual settings."""

    @property
    def keeps_order(self) -> bool:
        """Whether it never falls with these settings, so that max pooling may come before it."""
        return self.increasing

    @property
    def slope_by_result(self) -> bool:
        """Whether torch has a kernel that finds its derivative from its result alone."""
        return False

    def build(self) -> "nn.Module":
        """The function as torch has it; it keeps no parameters."""
        raise NotImplementedError
