"""torchvision's transforms on a batch, each image with draws of its own."""

from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Generator, Tensor


@dataclass(frozen=True)
class EachImage:
    """One image after the other. Shape: N×C×H×W → the same.

    torchvision draws from torch's generator of the CPU: it is lent a seed, and what was there is given back. (torch.manual_seed
    would begin the generators of GPUs anew too, which noise draws from.)
    """

    transform: Callable[[Tensor], Tensor]

    def __call__(self, images: Tensor, generator: Generator) -> Tensor:
        """A new batch."""
        seed = int(torch.randint(2**62, (), generator=generator))
        with torch.random.fork_rng(devices=()):
            torch.default_generator.manual_seed(seed)
            return torch.stack([self.transform(image) for image in images])
