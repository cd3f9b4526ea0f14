"""Augmentation of training batches: a pure function of seed, epoch and batch, wherever it runs."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import torch
from torch import Tensor

from netspec.datasets import DataSet
from netspec.errors import DataError
from netspec.plan import Plan
from netspec.seeds import stream
from netspec.shapes import Convolutional

if TYPE_CHECKING:
    from netspec.transforms import Augment


@dataclass(frozen=True)
class Augmenting:
    """Augmentations one after another, on features as they are stored."""

    data: DataSet
    """Whose they are."""

    changes: "tuple[Augment, ...]"
    seed: int
    """The spec's."""

    def __call__(self, images: Tensor, epoch: int, batch: int) -> Tensor:
        """The batch of that number in that epoch, changed. Shape: N×C×H×W → the same. Raises: DataError as `check_type`."""
        check_type(self.data, images.dtype)
        generator = torch.Generator().manual_seed(stream(self.seed, "augmentation", epoch, batch))
        for change in self.changes:
            images = change(images, generator)
        return images


def augmenting_of(plan: Plan) -> Augmenting | None:
    """What a plan's data set says. Raises: UsageError when torchvision is needed and cannot be had."""
    shape = next(iter(plan.inputs.values()))
    if plan.data is None or not plan.data.augment or not isinstance(shape, Convolutional):
        return None
    return Augmenting(plan.data, tuple(augmentation.build(shape) for augmentation in plan.data.augment), plan.seed)


def check_type(data: DataSet, type_: torch.dtype) -> None:
    """Raises: DataError for features that are no bytes where an augmentation must know what black and white are."""
    for number, augmentation in enumerate(data.augment or ()):
        if augmentation.takes_bytes and type_ != torch.uint8:
            found = str(type_).removeprefix("torch.")
            rule = f"must be left out: {augmentation.type} takes pixels of 0 to 255, and the features are {found}"
            raise DataError(f"data.augment.{number} {rule}", help="store images as uint8")
