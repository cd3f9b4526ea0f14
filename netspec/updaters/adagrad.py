"""AdaGrad."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, Literal

from netspec.fields import Positive
from netspec.updaters import RatedUpdater

if TYPE_CHECKING:
    from torch.optim import Optimizer


class AdaGrad(RatedUpdater):
    """h ← h + g²; w ← w − learning_rate·g/(√h + epsilon); h starts at 1e-6. Source: Duchi, Hazan & Singer, JMLR 2011; DL4J's AdaGrad."""

    type: Literal["adagrad"] = "adagrad"
    must_say = ("learning_rate",)

    epsilon: Positive = 1e-6
    """Added to √h, above 0."""

    def build(self, groups: "Iterable[dict[str, Any]]") -> "Optimizer":
        """Torch's Adagrad with DL4J's first history, which is 1e-6 whatever the epsilon."""
        from netspec.optim.eager import Adagrad
        from netspec.optim.strides import guarded

        return guarded(Adagrad(groups, eps=self.epsilon, initial_accumulator_value=1e-6, fused=True))
