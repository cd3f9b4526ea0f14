"""AMSGrad."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, Literal

from netspec.fields import Positive
from netspec.updaters._moments import MomentsUpdater

if TYPE_CHECKING:
    from torch.optim import Optimizer


class AmsGrad(MomentsUpdater):
    """m, v as in Adam; v̂ ← max(v̂, v); w ← w − learning_rate·√(1−β₂ᵗ)/(1−β₁ᵗ)·m/(√v̂ + epsilon). Source: Reddi, Kale & Kumar, ICLR 2018; DL4J's AMSGrad."""

    type: Literal["amsgrad"] = "amsgrad"

    epsilon: Positive = 1e-8
    """Added to √v̂ as it is (torch adds it to √v̂ corrected for its bias), above 0."""

    def build(self, groups: "Iterable[dict[str, Any]]") -> "Optimizer":
        """Torch's Adam with its maximum and DL4J's epsilon."""
        from netspec.optim.adam import Adam as Rule
        from netspec.optim.strides import guarded

        return guarded(Rule(groups, betas=(self.beta1, self.beta2), epsilon=self.epsilon, amsgrad=True))
