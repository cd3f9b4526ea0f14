"""What must be finite, and what is said where it is not: epoch, batch, rate, largest gradient."""

from math import isfinite, isnan

import torch
from torch import Tensor

from netspec.errors import Diverged
from netspec.train.fingerprint import tensors_in
from netspec.train.history import Epoch
from netspec.train.trainer import Trainer

_HELP = "use a smaller learning_rate, or look for NaN in the data"


def diverged(what: str, value: Tensor, batch: int, trainer: Trainer, note: str = "") -> Diverged:
    """The error for a value that is not finite any more after a batch (from 1) of the trainer's epoch."""
    kind = "NaN" if bool(torch.isnan(value).any()) else "infinite"
    rate = f" at learning_rate {trainer.learning_rate:g}" if trainer.learning_rate else ""
    gradient = f"the largest gradient is now {trainer.largest_gradient:.4g}"
    told = "; ".join(filter(None, (f"{what} became {kind} in epoch {trainer.epoch + 1}, batch {batch}{rate}", note, gradient)))
    return Diverged(told, help=_HELP)


def check_weights(trainer: Trainer, batch: int) -> None:
    """Look at every weight, buffer and number of the optimizer: an update may go wrong after a finite loss. Raises: Diverged."""
    for what, state in (("the weights", trainer.network.state_dict()), ("the updater's state", trainer.optimizer.state_dict())):
        for tensor in tensors_in(state):
            if tensor.is_floating_point() and not bool(torch.isfinite(tensor).all()):
                raise diverged(what, tensor, batch, trainer)


def check_record(record: Epoch) -> None:
    """Nothing that is not finite enters the history. Raises: Diverged."""
    for name, value in record.as_dict().items():
        if isinstance(value, float) and not isfinite(value):
            kind = "NaN" if isnan(value) else "infinite"
            raise Diverged(f"the {name.replace('_', ' ')} became {kind} in epoch {record.epoch}", help=_HELP)
