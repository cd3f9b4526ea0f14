"""Each image with a hole of its own, all in one call."""

from dataclasses import dataclass
from math import log

import torch
from torch import Generator, Tensor

TRIES = 10
"""Holes are drawn so often until one fits, as in torchvision; an image that none fits stays whole."""


@dataclass(frozen=True)
class RandomErasing:
    """A rectangle takes one value. Shape: N×C×H×W → the same."""

    p: float
    scale: tuple[float, float]
    ratio: tuple[float, float]
    value: float

    def __call__(self, images: Tensor, generator: Generator) -> Tensor:
        """A new batch."""
        count, (height, width) = len(images), images.shape[-2:]
        tall, wide, fits = self._sizes(count, height, width, generator)
        erased = fits & (torch.rand(count, generator=generator) < self.p)
        top, left = (_place(side - size, generator) for side, size in ((height, tall), (width, wide)))
        rows, columns = (_inside(start, size, side) for start, size, side in ((top, tall, height), (left, wide, width)))
        hole = (erased[:, None, None] & rows[:, :, None] & columns[:, None, :])[:, None].to(images.device)
        return images.masked_fill(hole, self.value)

    def _sizes(self, count: int, height: int, width: int, generator: Generator) -> tuple[Tensor, Tensor, Tensor]:
        """Height and width of the first hole that fits into each image, and whether one does."""
        area = _between(*self.scale, torch.rand(count, TRIES, generator=generator)) * (height * width)
        ratio = _between(log(self.ratio[0]), log(self.ratio[1]), torch.rand(count, TRIES, generator=generator)).exp()
        tall, wide = (area * ratio).sqrt().round().long(), (area / ratio).sqrt().round().long()
        fits = (tall < height) & (wide < width)
        first = fits.int().argmax(1, keepdim=True)
        return tall.gather(1, first)[:, 0], wide.gather(1, first)[:, 0], fits.any(1)


def _between(low: float, high: float, share: Tensor) -> Tensor:
    return low + (high - low) * share


def _place(room: Tensor, generator: Generator) -> Tensor:
    """From 0 to the room there is, each as likely."""
    return (torch.rand(len(room), generator=generator, dtype=torch.float64) * (room + 1)).long()


def _inside(start: Tensor, size: Tensor, side: int) -> Tensor:
    """N×side."""
    places = torch.arange(side)
    return (places >= start[:, None]) & (places < (start + size)[:, None])
