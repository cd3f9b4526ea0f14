"""Sum of absolute errors."""

from typing import TYPE_CHECKING, Literal

from netspec.losses._elementwise import ElementwiseLoss

if TYPE_CHECKING:
    from torch import Tensor


class L1(ElementwiseLoss):
    """Σ |y − o|: `mae` without its division by n_out. DL4J's LossL1."""

    type: Literal["l1"] = "l1"

    def terms(self, output: "Tensor", labels: "Tensor") -> "Tensor":
        """|y − o|."""
        return (labels - output).abs()
