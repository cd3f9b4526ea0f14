"""One training step, and how many were done."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, NamedTuple, Self

import torch
from torch import Tensor
from torch.optim import Optimizer

from netspec.construct import Scorer
from netspec.generators import Chance
from netspec.modules.state import carrying
from netspec.named import Named
from netspec.network import Network, Output
from netspec.optim.update_pass import announce, penalty
from netspec.plan import Plan
from netspec.seeds import stream
from netspec.train.averaging import Average
from netspec.train.direct import Direct
from netspec.train.loss_scale import LossScale
from netspec.train.truncated import Windows
from netspec.training_order import TrainingOrder
from netspec.updating import Schedules, build_optimizer

Masks = Named[Tensor] | None
Batch = tuple[Any, ...]
"""Features, labels and, where there are any, mask and label mask."""


class Update(NamedTuple):
    """What one update is made from."""

    pieces: Sequence[Batch]
    """Each is differentiated by itself."""

    examples: int
    """How many the gradient is a mean over."""


@dataclass
class Trainer:
    """Everything one step needs."""

    network: Network
    optimizer: Optimizer
    schedules: Schedules
    scorer: Scorer
    chance: Chance
    iteration: int = 0
    """Updates done, over all epochs."""

    epoch: int = 0
    """Epochs done."""

    compile: str | None = None
    """How torch compiles forward pass and loss; None: not at all."""

    loss_scale: LossScale = field(default_factory=LossScale)
    order: TrainingOrder = field(default_factory=TrainingOrder)
    windows: Windows | None = None
    """How sequences are cut, each window being an update; None: not at all."""

    average: Average | None = None
    """Of the weights, where the network is evaluated and saved with that."""

    direct: Direct | None = None
    """Finds gradients without autograd; None where the network is not made for that."""

    layer: str = ""
    """The one layer that it pre-trains; empty for the whole network."""

    @classmethod
    def of(cls, plan: Plan, network: Network, scorer: Scorer, chance: Chance) -> Self | None:
        """What trains a plan's network as its `train` says; None where no layer has an updater."""
        settings, (optimizer, schedules) = plan.train, build_optimizer(plan, network)
        if optimizer is None:
            return None
        scale = LossScale.of(settings.autocast if settings else None, next(network.parameters()).device)
        compile_, average = settings.compile if settings else None, Average(settings.ema) if settings and settings.ema else None
        windows, direct = Windows.of(plan), Direct.of(plan, network, scorer)
        parts = network, optimizer, schedules, scorer, chance
        return cls(*parts, compile=compile_, loss_scale=scale, order=plan.order, windows=windows, average=average, direct=direct)

    def ready(self) -> None:
        """The network in training mode, with its own weights."""
        if self.average:
            self.average.hide(self.network)
        if self.direct:
            self.direct.ready()
        self.network.train()

    def show_average(self) -> None:
        """Let the network have the average of its weights, where one is kept."""
        if self.average:
            self.average.show(self.network)

    def showing_average(self) -> AbstractContextManager[None]:
        """The same for a while."""
        return self.average.shown(self.network) if self.average else nullcontext()

    def forget_average(self) -> None:
        """Begin a new average: the weights have become others."""
        self.average = Average(self.average.decay) if self.average else None

    def weights(self) -> dict[str, Tensor]:
        """Parameters and buffers as training moves them, whatever the network shows."""
        return {**self.network.state_dict(), **(self.average.aside if self.average else {})}

    def noise_seed(self, seed: int) -> int:
        """The stream of an epoch's noise."""
        return stream(seed, "dropout", self.epoch)

    @property
    def place(self) -> str:
        """Where training stands, in words."""
        return f"in epoch {self.epoch + 1}" + (f" of pre-training {self.layer}" if self.layer else "")

    def step(self, features: Named[Tensor], labels: Named[Tensor], mask: Masks = None, label_mask: Masks = None) -> Tensor:
        """What a batch is for: an update, or several one after the other; the data loss before the last, on the device."""
        self.up_to_last(features, labels, mask, label_mask)
        return self.one_update(features, labels, mask, label_mask)

    def scored_step(self, batch: Batch) -> float:
        """What a batch is trained on for, alone; the score before its last update."""
        self.ready()
        self.up_to_last(*batch)
        added = self.penalty_of_next()
        loss = float(self.one_update(*batch))
        self.show_average()
        return self.order.score(loss, added, examples_in(batch[1]))

    def up_to_last(self, *batch: Any) -> None:
        """All updates of a batch but the last."""
        for _ in range(self.order.iterations - 1):
            self.one_update(*batch)

    def one_update(self, features: Named[Tensor], labels: Named[Tensor], mask: Masks = None, label_mask: Masks = None) -> Tensor:
        """One update; the data loss before it, on the device. Of windows, an update for each, and the sum of their losses."""
        if self.windows:
            return torch.stack([loss for update in self.updates([(features, labels, mask, label_mask)]) for loss in self._updated(update)]).sum()
        examples = examples_in(labels)
        self.begin(examples)
        loss = self.loss(features, labels, mask, label_mask)
        self.differentiate(loss, examples, examples)
        self.update()
        return loss.detach()

    def step_over(self, batches: Sequence[Batch]) -> list[Tensor]:
        """What several batches are for, as if they were one; the data loss of each before the last update, on the device."""
        for _ in range(self.order.iterations - 1):
            self._one_update_over(batches)
        return self._one_update_over(batches)

    def _one_update_over(self, batches: Sequence[Batch]) -> list[Tensor]:
        return [loss for update in self.updates(batches) for loss in self._updated(update)]

    def updates(self, batches: Sequence[Batch]) -> Iterator[Update]:
        """What each update is made from: all the batches, or one window of each batch after another, with states carried from window to window."""
        if self.windows is None:
            yield Update(batches, sum(examples_in(batch[1]) for batch in batches))
            return
        for batch in batches:
            with carrying(self.network):
                yield from (Update(pieces, examples_in(batch[1])) for pieces in self.windows.cut(*batch))

    def _updated(self, update: Update) -> list[Tensor]:
        self.begin(update.examples)
        losses = []
        for piece in update.pieces:
            loss = self.loss(*piece)
            self.differentiate(loss, examples_in(piece[1]), update.examples)
            losses.append(loss.detach())
        self.update()
        return losses

    def begin(self, examples: int) -> None:
        """Before the first batch of an update over so many examples: the numbers of this iteration, and no gradients."""
        self.schedules.set(self.iteration, self.epoch)
        announce(self.optimizer, self.order, examples)
        self.optimizer.zero_grad(set_to_none=True)

    def differentiate(self, loss: Tensor, part: int, whole: int) -> None:
        """Gradients of a batch that is `part` of the `whole` examples."""
        weight = self.order.weight(part, whole)
        if self.direct and self.direct.made(loss):
            self.direct.differentiate(weight)
            return
        self.loss_scale.backward(loss if weight == 1 else loss * weight)

    def update(self) -> None:
        """After the last batch: the optimizer's step."""
        self.loss_scale.step(self.optimizer)
        self.iteration += 1
        if self.average:
            self.average.update(self.optimizer, self.iteration)

    @cached_property
    def loss(self) -> Callable[..., Tensor]:
        """The mean data loss of a batch: features, labels, mask, label mask."""
        return torch.compile(self._loss, mode=self.compile) if self.compile else self._loss

    def _loss(self, features: Named[Tensor], labels: Named[Tensor], mask: Masks = None, label_mask: Masks = None) -> Tensor:
        if self.direct and isinstance(features, Tensor) and isinstance(labels, Tensor) and self.direct.takes(labels, mask):
            return self.direct.loss(features, labels, label_mask)
        return loss_of(self.network, self.scorer, features, labels, mask, label_mask)

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

    def score(self, loss: float, examples: float) -> float:
        """The score of a batch of so many examples from its mean loss, regularisation included."""
        return self.order.score(loss, self.penalty(), examples)


def loss_of(network: Network, scorer: Scorer, features: Named[Tensor], labels: Named[Tensor], mask: Masks = None, label_mask: Masks = None) -> Tensor:
    """The mean data loss of a batch."""
    output, masks = predicted(network, features, labels, mask, label_mask)
    return scorer(output, labels, masks)


def predicted(network: Network, features: Named[Tensor], labels: Named[Tensor], mask: Masks = None, label_mask: Masks = None) -> tuple[Output, Masks]:
    """What a batch gives, and the masks of its losses: what is said, else what has come through the network."""
    if mask is None:
        return network(features), label_mask
    output, arrived = network.propagate(features, mask)
    return output, label_mask if isinstance(label_mask, Tensor) else {**arrived, **(label_mask or {})}


def examples_in(labels: Named[Tensor]) -> int:
    """How many examples a batch of labels is for; of several outputs the first counts, as in DL4J."""
    first = labels if isinstance(labels, Tensor) else next(iter(labels.values()))
    return first.shape[0]
