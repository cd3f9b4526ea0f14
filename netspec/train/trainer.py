"""One training step, and how many were done."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import torch
from torch import Tensor
from torch.optim import Optimizer

from netspec.construct import Schedules, Scorer
from netspec.network import Network
from netspec.optim.update_pass import penalty
from netspec.train.loss_scale import LossScale


@dataclass
class Trainer:
    """Everything one step needs."""

    network: Network
    optimizer: Optimizer
    schedules: Schedules
    scorer: Scorer
    iteration: int = 0
    """Updates done, over all epochs."""

    epoch: int = 0
    """Epochs done."""

    compile: str | None = None
    """How torch compiles forward pass and loss; None: not at all."""

    loss_scale: LossScale = field(default_factory=LossScale)

    def step(self, features: Tensor, labels: Tensor) -> Tensor:
        """One update; the data loss before it, on the device."""
        self._begin()
        loss = self.loss(features, labels)
        self.loss_scale.backward(loss)
        self._update()
        return loss.detach()

    def step_over(self, batches: Sequence[tuple[Tensor, Tensor]]) -> list[Tensor]:
        """One update from several batches as if they were one; the data loss of each before it, on the device."""
        self._begin()
        examples = sum(len(labels) for _, labels in batches)
        losses = []
        for features, labels in batches:
            loss = self.loss(features, labels)
            self.loss_scale.backward(loss * (len(labels) / examples))
            losses.append(loss.detach())
        self._update()
        return losses

    def _begin(self) -> None:
        self.schedules.set(self.iteration, self.epoch)
        self.optimizer.zero_grad(set_to_none=True)

    def _update(self) -> None:
        self.loss_scale.step(self.optimizer)
        self.iteration += 1

    @cached_property
    def loss(self) -> Callable[[Tensor, Tensor], Tensor]:
        """The mean data loss of a batch."""
        return torch.compile(self._loss, mode=self.compile) if self.compile else self._loss

    def _loss(self, features: Tensor, labels: Tensor) -> Tensor:
        return self.scorer(self.network(features), labels)

    @property
    def learning_rate(self) -> float | None:
        """The first group's rate."""
        rate = self.optimizer.param_groups[0].get("lr")
        return None if rate is None else float(rate)

    @property
    def largest_gradient(self) -> float:
        """The largest absolute value among all gradients of the last step."""
        gradients = [parameter.grad for parameter in self.network.parameters() if parameter.grad is not None]
        return max((float(gradient.abs().max()) for gradient in gradients), default=0.0)

    def penalty(self) -> float:
        """What regularisation adds to the score, with the coefficients of the last step."""
        return float(penalty(self.optimizer.param_groups))

    def penalty_of_next(self) -> float:
        """What regularisation adds to the score of the next step, with the coefficients that it will have."""
        self.schedules.set(self.iteration, self.epoch)
        return self.penalty()
