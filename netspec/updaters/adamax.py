"""AdaMax."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, Literal

from netspec.fields import Fraction
from netspec.updaters._moments import MomentsUpdater

if TYPE_CHECKING:
    from torch.optim import Optimizer


class AdaMax(MomentsUpdater):
    """m as in Adam; u ← max(β₂u, |g|); w ← w − learning_rate/(1−β₁ᵗ)·m/u.

    Source: Kingma & Ba, ICLR 2015, section 7; DL4J's AdaMax, whose epsilon has no effect.
    """

    type: Literal["adamax"] = "adamax"

    beta2: Fraction = 0.999
    """Share of the largest gradient so far that each step keeps, in [0, 1)."""

    def build(self, groups: "Iterable[dict[str, Any]]") -> "Optimizer":
        """Torch's Adamax with DL4J's constant beside u."""
        from netspec.optim.eager import Adamax

        return Adamax(groups, betas=(self.beta1, self.beta2), eps=1e-32, foreach=True)
