"""Each image mirrored, or not."""

from dataclasses import dataclass

import torch
from torch import Generator, Tensor


@dataclass(frozen=True)
class RandomFlip:
    """Mirrored along an axis with a probability. Shape: N×C×H×W → the same."""

    p: float
    axis: int

    def __call__(self, images: Tensor, generator: Generator) -> Tensor:
        """A new batch."""
        chosen = (torch.rand(len(images), generator=generator) < self.p).to(images.device)
        return torch.where(chosen[:, None, None, None], images.flip(self.axis), images)
