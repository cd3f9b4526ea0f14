"""Mean absolute percentage error."""

from typing import TYPE_CHECKING, Literal

from netspec.losses._elementwise import ElementwiseLoss

if TYPE_CHECKING:
    from torch import Tensor


class Mape(ElementwiseLoss):
    """Σ 100·|(y − o) / y| / n_out; a label of 0 makes it infinite. DL4J's LossMAPE."""

    type: Literal["mape"] = "mape"
    mean = True

    def terms(self, output: "Tensor", labels: "Tensor") -> "Tensor":
        """100·|(y − o) / y|."""
        return 100 * ((labels - output) / labels).abs()
