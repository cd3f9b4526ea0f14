"""Adam with Nesterov momentum."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, Literal

from netspec.fields import Positive
from netspec.updaters._moments import MomentsUpdater

if TYPE_CHECKING:
    from torch.optim import Optimizer


class Nadam(MomentsUpdater):
    """m, v as in Adam; w ← w − learning_rate·(β₁m + (1−β₁)g)/(1−β₁ᵗ)/(√v + epsilon), v as it is.

    Source: Dozat, ICLR workshop 2016; DL4J's Nadam (torch's corrects v).
    """

    type: Literal["nadam"] = "nadam"

    epsilon: Positive = 1e-8
    """Added to √v, above 0."""

    def build(self, groups: "Iterable[dict[str, Any]]") -> "Optimizer":
        """DL4J's rule."""
        from netspec.optim.nadam import Nadam as Rule

        return Rule(groups, betas=(self.beta1, self.beta2), epsilon=self.epsilon)
