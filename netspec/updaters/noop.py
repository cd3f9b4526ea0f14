"""The gradient itself as the step."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, Literal

from netspec.updaters import Updater

if TYPE_CHECKING:
    from torch.optim import Optimizer


class NoOp(Updater):
    """w ← w − g, the gradient as it is. DL4J's NoOp."""

    type: Literal["noop"] = "noop"

    def build(self, groups: "Iterable[dict[str, Any]]") -> "Optimizer":
        """Torch's SGD at rate 1."""
        from netspec.optim.eager import SGD
        from netspec.optim.strides import guarded

        return guarded(SGD(groups, lr=1.0, fused=True))
