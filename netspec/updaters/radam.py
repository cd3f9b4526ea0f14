"""Rectified Adam."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, Literal

from netspec.fields import Positive
from netspec.updaters._moments import MomentsUpdater

if TYPE_CHECKING:
    from torch.optim import Optimizer


class RAdam(MomentsUpdater):
    """m, v as in Adam; w ← w − learning_rate·m̂·r·√(1−β₂ᵗ)/(√v + epsilon), r growing with t.

    In the first steps, while v says too little, w ← w − learning_rate·m̂. Source: Liu et al., ICLR 2020; torch's RAdam. DL4J has none.
    """

    type: Literal["radam"] = "radam"

    epsilon: Positive = 1e-8
    """Added to √v, above 0."""

    def build(self, groups: "Iterable[dict[str, Any]]") -> "Optimizer":
        """Torch's RAdam."""
        from netspec.optim.eager import RAdam as Rule

        return Rule(groups, betas=(self.beta1, self.beta2), eps=self.epsilon, foreach=True)
