"""Mirrored images: left and right change places."""

from typing import Literal

from netspec.transforms._flip import Flip


class RandomHorizontalFlip(Flip):
    """Mirrors an image with a probability: left and right change places. torchvision's RandomHorizontalFlip, DL4J's FlipImageTransform(1)."""

    type: Literal["random_horizontal_flip"] = "random_horizontal_flip"
    axis = 3
