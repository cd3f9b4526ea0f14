"""Turned images."""

from typing import TYPE_CHECKING, Literal

from netspec.shapes import Convolutional
from netspec.transforms import Augmentation
from netspec.transforms._image_by_image import Angles, Interpolation

if TYPE_CHECKING:
    from netspec.transforms import Augment


class RandomRotation(Augmentation):
    """Turned about the centre by an angle of a range. torchvision's RandomRotation, DL4J's RotateImageTransform."""

    type: Literal["random_rotation"] = "random_rotation"
    batched = True

    degrees: Angles
    """Angles to draw from, counterclockwise: 15 for −15 to 15, or [low, high]."""

    interpolation: Interpolation = "nearest"
    """How values between pixels are found."""

    fill: float = 0.0
    """Value of what comes in from outside, as images are stored (bytes: 0 to 255)."""

    def build(self, shape: Convolutional) -> "Augment":
        """A change that only turns; there, angles go clockwise."""
        from netspec.modules.random_affine import RandomAffine as Module

        low, high = self.degrees
        return Module((-high, -low), (0.0, 0.0), (1.0, 1.0), (0.0, 0.0), self.interpolation, self.fill)
