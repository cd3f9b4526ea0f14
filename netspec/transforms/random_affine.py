"""Turned, moved, resized and slanted images."""

from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field

from netspec.component import unset
from netspec.fields import Fraction, several
from netspec.shapes import Convolutional
from netspec.transforms._image_by_image import Angles, ImageByImage, Interpolation, PositiveRange


class RandomAffine(ImageByImage):
    """Turned, moved, resized and slanted by draws of their own, about the centre. torchvision's RandomAffine."""

    type: Literal["random_affine"] = "random_affine"

    degrees: Angles = (0.0, 0.0)
    """Angles to draw from: 15 for −15 to 15, or [low, high]."""

    translate: Annotated[tuple[Fraction, ...], BeforeValidator(several), Field(min_length=1, max_length=2)] = unset()
    """Largest move as a share of the image: a number, or one for width and one for height."""

    scale: PositiveRange = unset()
    """Smallest and largest factor of its size."""

    shear: Angles = unset()
    """Angles that it is slanted by along its width: 10 for −10 to 10, or [low, high]."""

    interpolation: Interpolation = "nearest"
    """How values between pixels are found."""

    fill: float = 0.0
    """Value of what comes in from outside, as images are stored (bytes: 0 to 255)."""

    def made(self, v2: Any, shape: Convolutional) -> Any:
        """torchvision's."""
        moves = self.translate * 2 if self.translate and len(self.translate) == 1 else self.translate
        mode = v2.InterpolationMode(self.interpolation)
        return v2.RandomAffine(self.degrees, translate=moves, scale=self.scale, shear=self.shear, interpolation=mode, fill=self.fill)
