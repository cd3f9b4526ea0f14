"""Weight noises: what disturbs a layer's weights in each forward pass of training."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, ClassVar

from netspec.component import Component
from netspec.fields import Role
from netspec.initializers import Distribution, Fans

if TYPE_CHECKING:
    from torch import Tensor, nn


class WeightNoise(Component):
    """Noise on weights, drawn anew for each training batch; the gradient is that at the noisy weights and moves the clean ones."""

    family: ClassVar[str] = "weight_noises"
    noun: ClassVar[str] = "weight noise"

    apply_to_biases: bool = False
    """Whether biases are disturbed as well."""

    def disturbs(self, role: Role) -> bool:
        """Whether parameters of this role are disturbed; gains never are."""
        return role in ("weight", "recurrent") or (role == "bias" and self.apply_to_biases)

    @property
    def constant(self) -> bool:
        """True when the noise is the same at every step."""
        return True

    def at(self, iteration: int, epoch: int) -> dict[str, float]:
        """What the module's attributes are at this iteration (over the whole training) of this epoch."""
        return {}

    def build(self, fans: Fans) -> "nn.Module":
        """A module that gives a parameter with these fans its noise from torch's generators, at iteration 0."""
        raise NotImplementedError

    def made_of(self, fans: Fans) -> Distribution | None:
        """The numbers that `apply` takes, one for each weight; None where only the module of `build` can draw them."""
        return None

    def apply(self, weight: "Tensor", drawn: "Tensor", now: Mapping[str, float]) -> "Tensor":
        """The weight disturbed by numbers drawn elsewhere; `now` is what `at` says of this step."""
        raise NotImplementedError
