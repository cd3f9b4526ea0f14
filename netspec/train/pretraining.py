"""Layer-wise pre-training: a layer that can learn from its input alone does so, the layers below it computing as in prediction.

It is training like any other, of one layer with an optimizer of its own; labels are not looked at.
"""

from dataclasses import dataclass, replace

import torch
from torch import Tensor

from netspec.construct import Scorer
from netspec.errors import UsageError
from netspec.generators import Chance
from netspec.named import Named
from netspec.network import Network
from netspec.plan import Plan
from netspec.seeds import stream
from netspec.train.batches import Batches
from netspec.train.checkpoint import Checkpoint
from netspec.train.history import History
from netspec.train.loop import Fit
from netspec.train.progress import Best, Pretrained, Progress
from netspec.train.reconstructing import Reconstruction
from netspec.train.state import restore
from netspec.train.stopping import Stopping
from netspec.train.trainer import Masks, Trainer
from netspec.updating import build_optimizer
from netspec.words import listed


@dataclass
class LayerTrainer(Trainer):
    """Trains one layer. The validation examples tell how well it gives its input back."""

    number: int = 0
    """Which of the pre-trained layers it is, from 0."""

    def ready(self) -> None:
        """The network in test mode: nothing below disturbs what the layer is given."""
        self.network.eval()

    def noise_seed(self, seed: int) -> int:
        """A stream for each epoch of each layer."""
        return stream(seed, "pretraining", self.number, self.epoch)

    def _loss(self, features: Named[Tensor], labels: Named[Tensor], mask: Masks = None, label_mask: Masks = None) -> Tensor:
        with torch.no_grad():
            entering = self.network.entering(self.layer, features, mask)
        found: Tensor = self.network.get_submodule(self.layer).pretraining_loss(entering)  # type: ignore[operator]  # what a layer that pretrains has
        return found


@dataclass
class Pretrainer:
    """Pre-trains the layers of one network, one after the other."""

    plan: Plan
    network: Network
    chance: Chance
    whole: Trainer | None = None
    """What trains the whole network."""

    going_on: LayerTrainer | None = None
    """The trainer that a checkpoint was restored into."""

    def run(self, whole: Fit) -> None:
        """Where the plan asks for it, train each layer that has not been, on the batches that the whole network will be trained on.

        Raises: Diverged, Interrupted, UsageError.
        """
        if self.plan.train and self.plan.train.pretrain:
            self._each(whole, self.plan.train.pretrain)

    def _each(self, whole: Fit, epochs: int) -> None:
        """Until time is over."""
        progress, given = whole.progress, whole.validation
        stopping = Stopping.of_pretraining(self.plan) if given else Stopping(max_seconds=whole.stopping.max_seconds)
        watched = given and Reconstruction(given.batches, given.measures, stopping.looks, given.every)
        for node in self.plan.learning_alone[progress.pretrained.layers :]:
            trainer = self._trainer(node.name)
            replace(whole, trainer=trainer, epochs=epochs, validation=watched, stopping=stopping, accumulate=1).run()
            if progress.history.ended and stopping.late(progress.clock.elapsed):
                return
            done, self.going_on = progress.pretrained, None
            progress.pretrained = Pretrained(done.layers + 1, done.epochs + trainer.epoch, done.steps + trainer.iteration)
            progress.best, progress.history.best, progress.history.ended = Best(), None, None

    def again(self, batches: Batches, epochs: int, progress: Progress) -> History:
        """Train each layer, whatever was trained before, on batches whose labels are not looked at. Raises: Diverged, UsageError."""
        layers = self.plan.learning_alone
        if not layers:
            raise UsageError("the network has no layer that learns from its input alone", help="autoencoder and variational_autoencoder do")
        if self.whole:
            self.whole.forget_average()
        before = len(progress.history.pretraining)
        progress.pretrained = replace(progress.pretrained, layers=0)
        self._each(Fit(self.at_start(layers[0].name), batches, self.plan.seed, epochs, progress=progress), epochs)
        return History(pretraining=progress.history.pretraining[before:])

    def _trainer(self, layer: str) -> LayerTrainer:
        return self.going_on or self.at_start(layer)

    def at_start(self, layer: str) -> LayerTrainer:
        """What trains a layer, at its beginning. Raises: UsageError for a layer that cannot learn from its input alone."""
        numbers = {node.name: number for number, node in enumerate(self.plan.learning_alone)}
        if layer not in numbers:
            raise UsageError(f"{layer} must be a layer that learns from its input alone; these are {listed(numbers, 'and') or 'none'}")
        optimizer, schedules = build_optimizer(self.plan, self.network, alone=layer)
        if optimizer is None:
            raise UsageError(f"{layer} has no updater to learn with", help="add for example `updater: adam`")
        parts = self.network, optimizer, schedules, Scorer({}), self.chance
        return LayerTrainer(*parts, order=self.plan.order, layer=layer, number=numbers[layer])

    def restore(self, checkpoint: Checkpoint) -> Progress | None:
        """Go back to the middle of pre-training; None where the checkpoint is of the time after it. Raises: DataError."""
        layer = checkpoint.pretraining.get("layer")
        self.going_on = self.at_start(layer) if layer else None
        return restore(self.going_on, checkpoint) if self.going_on else None
