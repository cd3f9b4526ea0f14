"""Each image moved by up to a padding."""

from dataclasses import dataclass

import torch
from torch import Generator, Tensor
from torch.nn.functional import pad


@dataclass(frozen=True)
class RandomCrop:
    """A window of the image's own size in the image with a border. Shape: N×C×H×W → the same."""

    padding: tuple[int, int]
    """Rows above and below, columns left and right."""

    fill: float

    def __call__(self, images: Tensor, generator: Generator) -> Tensor:
        """A new batch, gathered at once."""
        count, channels, height, width = images.shape
        down, across = self.padding
        bordered = pad(images, (across, across, down, down), value=self.fill)
        rows = self._from(down, count, generator, images.device)[:, None] + torch.arange(height, device=images.device)
        columns = self._from(across, count, generator, images.device)[:, None] + torch.arange(width, device=images.device)
        which = torch.arange(count, device=images.device)[:, None, None, None]
        channel = torch.arange(channels, device=images.device)[:, None, None]
        return bordered[which, channel, rows[:, None, :, None], columns[:, None, None, :]]

    def _from(self, border: int, count: int, generator: Generator, device: torch.device) -> Tensor:
        return torch.randint(2 * border + 1, (count,), generator=generator).to(device)
