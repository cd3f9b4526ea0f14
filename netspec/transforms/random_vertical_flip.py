"""Mirrored images: top and bottom change places."""

from typing import Literal

from netspec.transforms._flip import Flip


class RandomVerticalFlip(Flip):
    """Mirrors an image with a probability: top and bottom change places. torchvision's RandomVerticalFlip, DL4J's FlipImageTransform(0)."""

    type: Literal["random_vertical_flip"] = "random_vertical_flip"
    axis = 2
