"""Mean absolute error, by example."""

from collections.abc import Callable

from torch import Tensor
from torch.nn.functional import l1_loss

from netspec.modules.axes import alike, by_example, feature_axis


def after(activation: Callable[[Tensor], Tensor], preactivation: Tensor, labels: Tensor) -> Tensor:
    """Σ |y − o| / n_out with o = activation(z), summed over steps and positions."""
    output = activation(preactivation)
    errors = l1_loss(output, alike(labels, output), reduction="none")
    return by_example(errors.mean(feature_axis(output)))
