"""Each image turned, moved, resized and slanted by draws of its own, all in one call.

torchvision changes a batch by one draw, or one image after another; matrices and the border are as there.
"""

from dataclasses import dataclass

import torch
from torch import Generator, Tensor
from torch.nn.functional import affine_grid, grid_sample, pad

Range = tuple[float, float]


@dataclass(frozen=True)
class RandomAffine:
    """About the centre. Shape: N×C×H×W → the same."""

    degrees: Range
    """Clockwise."""

    translate: Range
    """Largest moves, as shares of width and height; in whole pixels."""

    scale: Range
    shear: Range
    """Degrees, along the width."""

    mode: str
    fill: float

    def __call__(self, images: Tensor, generator: Generator) -> Tensor:
        """A new batch."""
        values = images if images.is_floating_point() else images.float()
        theta = self._matrices(len(images), images.shape[-2:], generator).to(values.device, values.dtype)
        grid = affine_grid(theta, list(images.shape), align_corners=False)
        moved = grid_sample(pad(values, (0, 0, 0, 0, 0, 1), value=1.0), grid, mode=self.mode, align_corners=False)
        filled = self._filled(moved[:, :-1], moved[:, -1:])
        return filled if images.is_floating_point() else filled.round_().to(images.dtype)

    def _filled(self, values: Tensor, inside: Tensor) -> Tensor:
        """With the border where what was outside of the image came in."""
        if self.mode == "nearest":
            return torch.where(inside < 0.5, self.fill, values)
        return (values - self.fill) * inside + self.fill

    def _matrices(self, count: int, size: tuple[int, ...], generator: Generator) -> Tensor:
        """From places of the result to places of the image, both from −1 to 1, N×2×3."""
        angle, slant = (torch.deg2rad(_uniform(bounds, count, generator)) for bounds in (self.degrees, self.shear))
        scale = _uniform(self.scale, count, generator)
        right, down = (_uniform((-share * side, share * side), count, generator).round() for share, side in zip(self.translate, size[::-1], strict=True))
        cosine, sine, tangent = angle.cos(), angle.sin(), slant.tan()
        across = torch.stack([cosine - sine * tangent, cosine * tangent + sine]) / scale
        along = torch.stack([-sine, cosine]) / scale
        height, width = size
        rows = [
            torch.stack([across[0], across[1] * height / width, -(across[0] * right + across[1] * down) * 2 / width]),
            torch.stack([along[0] * width / height, along[1], -(along[0] * right + along[1] * down) * 2 / height]),
        ]
        return torch.stack(rows).permute(2, 0, 1)


def _uniform(bounds: Range, count: int, generator: Generator) -> Tensor:
    low, high = bounds
    return low + (high - low) * torch.rand(count, generator=generator, dtype=torch.float64)
