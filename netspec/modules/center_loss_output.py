"""Class centres, and the loss that draws features towards them."""

from dataclasses import dataclass

import torch
from torch import Tensor, nn

from netspec.losses import LossFunction
from netspec.modules.axes import masked, one_hot


class CenterLossOutput(nn.Linear):
    """torch's Linear, with a centre for each class: `centers` is classes×F, no parameter, since its steps are not gradients."""

    centers: Tensor

    def __init__(self, features: int, classes: int, *, bias: bool) -> None:
        super().__init__(features, classes, bias=bias)
        self.register_buffer("centers", torch.zeros(classes, features))

    @torch.no_grad()
    def move(self, features: Tensor, shares: Tensor, alpha: float) -> None:
        """c −= alpha·Σ(c − x)/(n + 1) over the n examples of its class. Shape: features N×F, shares of the classes N×classes."""
        counts = shares.sum(0).unsqueeze(1)
        self.centers -= alpha * (counts * self.centers - shares.T @ features) / (counts + 1)


@dataclass(frozen=True)
class CenterLoss:
    """loss + ½·weight·|x − c|², a mean over the examples; in training the centres move, after they were used."""

    loss: LossFunction
    module: CenterLossOutput
    alpha: float
    weight: float

    def __call__(self, preactivation: Tensor, labels: Tensor, mask: Tensor | None = None, features: Tensor | None = None) -> Tensor:
        """The mean loss; `features` is what the layer is given."""
        if features is None:
            raise TypeError("centres are compared with features")
        given, shares = features.to(preactivation.dtype), one_hot(labels, preactivation)
        distances = (given - shares @ self.module.centers).square().sum(1, keepdim=True)
        score = self.loss(preactivation, labels, mask) + 0.5 * self.weight * masked(distances, mask).mean()
        if self.module.training:
            self.module.move(given, masked(shares, mask), self.alpha)
        return score
