"""Turned images."""

from typing import Any, Literal

from netspec.shapes import Convolutional
from netspec.transforms._image_by_image import Angles, ImageByImage, Interpolation


class RandomRotation(ImageByImage):
    """Turned about the centre by an angle of a range. torchvision's RandomRotation, DL4J's RotateImageTransform."""

    type: Literal["random_rotation"] = "random_rotation"

    degrees: Angles
    """Angles to draw from, counterclockwise: 15 for −15 to 15, or [low, high]."""

    interpolation: Interpolation = "nearest"
    """How values between pixels are found."""

    fill: float = 0.0
    """Value of what comes in from outside, as images are stored (bytes: 0 to 255)."""

    def made(self, v2: Any, shape: Convolutional) -> Any:
        """torchvision's."""
        return v2.RandomRotation(self.degrees, interpolation=v2.InterpolationMode(self.interpolation), fill=self.fill)
