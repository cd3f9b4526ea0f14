"""The whole state of a training as a checkpoint, and back."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

import torch
from torch import Tensor

from netspec.errors import DataError
from netspec.train.checkpoint import Checkpoint
from netspec.train.finite import check_weights
from netspec.train.history import Epoch, History
from netspec.train.nested import put_together, take_apart
from netspec.train.progress import Best, Clock, Losses, Pretrained, Progress
from netspec.train.trainer import Trainer


def capture(trainer: Trainer, progress: Progress, about: Mapping[str, Any]) -> Checkpoint:
    """Everything needed to go on; `about` says what the training depends on beside its state.

    Raises: Diverged rather than keep what is not finite, or came from a loss that is not.
    """
    progress.losses.look(trainer)
    check_weights(trainer, progress.losses.count)
    optimizer: dict[str, Tensor] = {}
    plain = take_apart(trainer.optimizer.state_dict(), optimizer)
    losses = progress.losses
    seconds = {"training": progress.clock.elapsed, "epoch": losses.clock.elapsed}
    state = {
        "about": dict(about),
        "position": {"epoch": trainer.epoch, "iteration": trainer.iteration, "batch": losses.count, "total": losses.total, "examples": losses.examples},
        "seconds": seconds,
        "loss_scale": trainer.loss_scale.state(),
        "optimizer": plain,
        "history": [asdict(record) for record in progress.history.epochs],
        "pretraining": asdict(progress.pretrained) | {"layer": trainer.layer, "history": [asdict(record) for record in progress.history.pretraining]},
        "best": {"value": progress.best.value, "epoch": progress.best.epoch},
    }
    tensors: dict[str, Mapping[str, Tensor]] = {"model": trainer.weights(), "optimizer": optimizer, "random": random_state(trainer)}
    tensors |= {"best": progress.best.weights} if progress.best.weights else {}
    tensors |= {"average": trainer.average.tensors} if trainer.average and trainer.average.tensors else {}
    before = progress.pretrained
    return Checkpoint(before.steps + trainer.iteration, before.epochs + trainer.epoch, state, tensors)


def restore(trainer: Trainer, checkpoint: Checkpoint) -> Progress:
    """Put a captured state back; the progress to go on with. Raises: DataError when it is the state of another network."""
    try:
        trainer.network.load_state_dict(dict(checkpoint.tensors["model"]))
        trainer.optimizer.load_state_dict(put_together(checkpoint.state["optimizer"], dict(checkpoint.tensors["optimizer"])))
    except (KeyError, RuntimeError, ValueError) as error:
        raise DataError(f"the checkpoint {checkpoint.name} must be of this network and updater: {error}") from error
    state, tensors = checkpoint.state, checkpoint.tensors
    trainer.loss_scale.restore(state["loss_scale"])
    if trainer.average:
        trainer.average.restore(dict(tensors.get("average", {})), trainer.network)
    position, best, seconds = state["position"], state["best"], state["seconds"]
    trainer.epoch, trainer.iteration = position["epoch"], position["iteration"]
    losses = Losses(position["total"], position["examples"], position["batch"], clock=Clock(seconds["epoch"]))
    before = checkpoint.pretraining
    history = History([Epoch(**record) for record in state["history"]], [Epoch(**record) for record in before.get("history", ())])
    pretrained = Pretrained(*(before.get(name, 0) for name in ("layers", "epochs", "steps")))
    kept = Best(best["value"] if "value" in best else best["loss"], best["epoch"], tensors.get("best", {}))
    return Progress(history, losses, kept, tensors["random"], Clock(seconds["training"]), pretrained)


def random_state(trainer: Trainer) -> dict[str, Tensor]:
    """Torch's global generators, which noise draws from, and the streams that the source of random numbers has of its own."""
    cuda = torch.cuda.get_rng_state_all() if torch.cuda.is_available() else []
    return {"cpu": torch.get_rng_state()} | {f"cuda.{number}": state for number, state in enumerate(cuda)} | trainer.chance.state()


def set_random_state(trainer: Trainer, states: Mapping[str, Tensor]) -> None:
    """Put them back to where they were."""
    trainer.chance.set_state(states)
    torch.set_rng_state(states["cpu"])
    for number in range(torch.cuda.device_count() if torch.cuda.is_available() else 0):
        if f"cuda.{number}" in states:
            torch.cuda.set_rng_state(states[f"cuda.{number}"], number)
