"""Plain stochastic gradient descent."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, Literal

from netspec.updaters import Updater

if TYPE_CHECKING:
    from torch.optim import Optimizer


class Sgd(Updater):
    """w ← w − learning_rate·g. DL4J's Sgd."""

    type: Literal["sgd"] = "sgd"
    must_say = ("learning_rate",)

    def build(self, groups: "Iterable[dict[str, Any]]") -> "Optimizer":
        """Torch's SGD without momentum."""
        from torch.optim import SGD

        from netspec.optim.strides import guarded

        return guarded(SGD(groups, fused=True))
