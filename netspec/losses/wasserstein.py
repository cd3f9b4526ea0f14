"""Wasserstein loss, for critics."""

from typing import TYPE_CHECKING, Literal

from netspec.losses._elementwise import ElementwiseLoss

if TYPE_CHECKING:
    from torch import Tensor


class Wasserstein(ElementwiseLoss):
    """Σ y·o / n_out, with labels −1 and 1 for made and real examples, or the other way round. Source: Arjovsky et al., ICML 2017; DL4J's LossWasserstein."""

    type: Literal["wasserstein"] = "wasserstein"
    wrong = -1.0
    mean = True

    def terms(self, output: "Tensor", labels: "Tensor") -> "Tensor":
        """y·o."""
        return labels * output
