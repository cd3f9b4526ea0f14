"""Poisson loss, for counts."""

from typing import TYPE_CHECKING, Literal

from netspec.losses._elementwise import ElementwiseLoss

if TYPE_CHECKING:
    from torch import Tensor


class Poisson(ElementwiseLoss):
    """Σ o − y·log o: the negative log likelihood of counts y at rates o, which must be above 0, up to a constant. DL4J's LossPoisson."""

    type: Literal["poisson"] = "poisson"
    activation = "softplus"

    def terms(self, output: "Tensor", labels: "Tensor") -> "Tensor":
        """o − y·log o."""
        return output - labels * output.log()
