"""Transposed convolution over sequences, and of an exact multiple of the input's size."""

from typing import Any

import torch
from torch import Tensor, nn

from netspec.modules.grids import OverSteps
from netspec.modules.masks import MaskRule, through
from netspec.windows import Window


class _Cut(nn.Module):
    """Before a transposed convolution: of its output the first `scale` × size cells of each axis, where it has a scale."""

    scale: tuple[int, ...] | None = None

    def forward(self, input: Tensor) -> Tensor:
        """N×C×… → N×K×…."""
        result: Tensor = super().forward(input)
        for axis, (size, scale) in enumerate(zip(input.shape[2:], self.scale or (), strict=False), 2):
            result = result.narrow(axis, 0, size * scale)
        return result


class SequenceDeconv(OverSteps, _Cut, nn.ConvTranspose1d):  # type: ignore[misc]  # torch's takes an output size as well
    """ConvTranspose1d over N×T×C. Shape: N×T×C → N×T'×K."""


class CutDeconv2d(_Cut, nn.ConvTranspose2d):  # type: ignore[misc]  # likewise
    """ConvTranspose2d, cut. Shape: N×C×H×W → N×K×(H·s)×(W·s)."""


class CutDeconv3d(_Cut, nn.ConvTranspose3d):  # type: ignore[misc]  # likewise
    """ConvTranspose3d, cut. Shape: N×C×D×H×W → N×K×(D·s)×(H·s)×(W·s)."""


def deconvolution(window: Window, sizes: tuple[int, int], *, bias: bool) -> nn.Module:
    """torch's own where its padding is enough. `sizes` are channels in and out.

    Mode same: of k − s cells too many the smaller half is cut in front, the rest behind; s − k too few are added behind, with the bias alone in them.
    """
    plain, cut = {1: (SequenceDeconv, SequenceDeconv), 2: (nn.ConvTranspose2d, CutDeconv2d), 3: (nn.ConvTranspose3d, CutDeconv3d)}[len(window.kernel)]
    settings: dict[str, Any] = {"stride": window.stride, "dilation": window.dilation, "bias": bias}
    if window.mode != "same":
        return plain(*sizes, window.kernel, padding=window.padding, **settings)  # type: ignore[arg-type]  # tuples of as many numbers as there are axes
    beyond = [covered - step for covered, step in zip(window.covered, window.stride, strict=True)]
    settings |= {"padding": tuple(max(0, cells) // 2 for cells in beyond), "output_padding": tuple(max(0, -cells) for cells in beyond)}
    module = cut(*sizes, window.kernel, **settings)  # type: ignore[arg-type]  # likewise
    module.scale = window.stride  # type: ignore[assignment]  # the class says what it is; the checker sees any module
    return module


def spread(window: Window) -> MaskRule:
    """What a transposed convolution makes of a mask: 0 where it spreads masked cells and no others."""
    module = deconvolution(window, (1, 1), bias=False).requires_grad_(requires_grad=False)
    nn.init.ones_(module.get_parameter("weight"))

    def moved(mask: Tensor) -> Tensor:
        module.to(mask.device, mask.dtype)
        counted, there = module(mask), module(torch.ones_like(mask))
        found: Tensor = ((counted > 0) | (there == 0)).to(mask.dtype)
        return found

    return through(moved)
