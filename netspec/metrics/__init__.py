"""What a network is worth, in numbers: confusion matrices and sums of errors, and what follows from them.

Results are frozen and hold counts or sums only; every figure is derived when it is asked for, so that no two
figures can disagree. numpy, no torch: the training loop counts on its device and hands the matrix over.
A figure that is not defined (0/0) is NaN here and null in JSON.
"""

import math
from typing import Literal

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float64]

Averaging = Literal["macro", "micro"]
"""macro: the mean of the classes' figures. micro: the figure of the classes' summed counts."""


def ratio(above: npt.ArrayLike, below: npt.ArrayLike) -> Array:
    """Elementwise quotient; NaN where the divisor is 0.

    >>> ratio([1, 1], [4, 0])
    array([0.25,  nan])
    """
    divisor = np.asarray(below, dtype=np.float64)
    quotient: Array = np.divide(above, divisor, out=np.full(divisor.shape, np.nan), where=divisor != 0)
    return quotient


def plain(figure: float) -> float | None:
    """A figure as JSON has it: null where it is not a finite number."""
    return float(figure) if math.isfinite(figure) else None
