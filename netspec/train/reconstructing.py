"""How well layers that learn from their input alone give it back."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import torch

from netspec.construct import Scorer
from netspec.network import Network
from netspec.plan import Plan
from netspec.train.batches import Batches
from netspec.train.evaluate import Measures, Scored, evaluate, means
from netspec.train.loop import Validation
from netspec.train.trainer import Trainer, examples_in


@torch.inference_mode()
def reconstructions(network: Network, layers: Sequence[str], batches: Batches, poll: Callable[[], None] | None = None) -> dict[str, float]:
    """The mean reconstruction loss of each layer over all examples, in test mode; `poll` is called after each batch and may raise.

    Raises: RunError where there are no examples.
    """
    network.eval()
    losses, examples = [], []
    for batch in batches.epoch(0):
        entering = [network.entering(layer, batch.features, batch.mask) for layer in layers]
        parts = [network.get_submodule(layer).reconstruction_loss(given) for layer, given in zip(layers, entering, strict=True)]  # type: ignore[operator]  # what a layer that pretrains has
        losses.append(torch.stack(parts))
        examples.append(examples_in(batch.labels))
        if poll:
            poll()
    return dict(zip(layers, means(losses, examples), strict=True))


def judge(plan: Plan, network: Network, scorer: Scorer, batches: Batches, measures: Measures, poll: Callable[[], None] | None = None) -> Scored:
    """What `evaluate` finds out, and how well pre-trained layers give their input back; where no layer has a loss, that is all, and its sum the loss.

    Raises: RunError, DataError.
    """
    layers = [node.name for node in plan.learning_alone] if plan.pretrains else []
    back = reconstructions(network, layers, batches, poll) if layers else {}
    if scorer.outputs:
        return replace(evaluate(network, scorer, batches, measures, poll), reconstructions=back)
    return Scored(sum(back.values()), {}, back)


@dataclass
class Reconstruction(Validation):
    """Examples that the one layer which is pre-trained gives back after each of its epochs."""

    def look(self, trainer: Trainer, poll: Callable[[], None]) -> Scored:
        """The reconstruction loss stands for the loss."""
        return Scored(reconstructions(trainer.network, [trainer.layer], self.batches, poll)[trainer.layer], {})
