"""Kullback-Leibler divergence."""

from typing import TYPE_CHECKING, Literal

from netspec.losses._elementwise import ElementwiseLoss

if TYPE_CHECKING:
    from torch import Tensor


class KlDivergence(ElementwiseLoss):
    """Σ y·log(y / o), with y and o clipped to [1e-5, 1]; between distributions, or between probabilities one by one. DL4J's LossKLD."""

    type: Literal["kl_divergence"] = "kl_divergence"
    activation = "softmax"

    def terms(self, output: "Tensor", labels: "Tensor") -> "Tensor":
        """y·log(y / o) of the clipped values."""
        wanted = labels.clamp(1e-5, 1)
        return wanted * (wanted / output.clamp(1e-5, 1)).log()
