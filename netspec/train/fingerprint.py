"""A chain of hashes over a training: what each epoch left, and that it came after the one before."""

from collections.abc import Iterator
from hashlib import sha256
from typing import Any

import torch
from torch import Tensor

from netspec.train.history import History
from netspec.train.trainer import Trainer


def fingerprint(trainer: Trainer, seed: int, history: History) -> str:
    """SHA-256, in hexadecimal, over the fingerprint before, seed, position, weights, the optimizer's state and the weights' average."""
    before = history.records[-1].fingerprint if history.records else ""
    digest = sha256(f"{before}/{seed}/{trainer.epoch}/{trainer.iteration}".encode())
    average = sorted(trainer.average.tensors.items()) if trainer.average else []
    for value in (*trainer.weights().values(), *tensors_in(trainer.optimizer.state_dict()), *(value for _, value in average)):
        digest.update(value.detach().cpu().contiguous().reshape(-1).view(torch.uint8).numpy().data)
    return digest.hexdigest()


def tensors_in(value: Any) -> Iterator[Tensor]:
    """The tensors of an optimizer's state dictionary, in its own order."""
    if isinstance(value, Tensor):
        yield value
    elif isinstance(value, dict | list):
        for item in value.values() if isinstance(value, dict) else value:
            yield from tensors_in(item)
