"""Turned, moved, resized and slanted images."""

from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import BeforeValidator, Field

from netspec.fields import Fraction, several
from netspec.shapes import Convolutional
from netspec.transforms import Augmentation
from netspec.transforms._image_by_image import Angles, Interpolation, PositiveRange

if TYPE_CHECKING:
    from netspec.transforms import Augment


class RandomAffine(Augmentation):
    """Turned, moved, resized and slanted by draws of their own, about the centre. torchvision's RandomAffine."""

    type: Literal["random_affine"] = "random_affine"
    batched = True

    degrees: Angles = (0.0, 0.0)
    """Angles to draw from, clockwise as in torchvision: 15 for −15 to 15, or [low, high]."""

    translate: Annotated[tuple[Fraction, ...], BeforeValidator(several), Field(min_length=1, max_length=2)] = (0.0,)
    """Largest move as a share of the image: a number, or one for width and one for height."""

    scale: PositiveRange = (1.0, 1.0)
    """Smallest and largest factor of its size."""

    shear: Angles = (0.0, 0.0)
    """Angles that it is slanted by along its width: 10 for −10 to 10, or [low, high]."""

    interpolation: Interpolation = "nearest"
    """How values between pixels are found."""

    fill: float = 0.0
    """Value of what comes in from outside, as images are stored (bytes: 0 to 255)."""

    def build(self, shape: Convolutional) -> "Augment":
        """All images of a batch at once."""
        from netspec.modules.random_affine import RandomAffine as Module

        across, down = self.translate * 2 if len(self.translate) == 1 else self.translate
        return Module(self.degrees, (across, down), self.scale, self.shear, self.interpolation, self.fill)
