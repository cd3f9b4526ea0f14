"""Several changes, drawn."""

from typing import Annotated, Any, Literal

from pydantic import Field

from netspec.fields import Size
from netspec.shapes import Convolutional
from netspec.transforms._image_by_image import ImageByImage, Interpolation


class RandAugment(ImageByImage):
    """Some of fourteen changes of place and colour, one after another. torchvision's RandAugment. Source: Cubuk et al., arXiv 1909.13719."""

    type: Literal["rand_augment"] = "rand_augment"
    takes_bytes = True
    channels = (1, 3)

    changes: Size = 2
    """How many."""

    magnitude: Annotated[int, Field(ge=0, le=30)] = 9
    """How strong each is, from 0 to 30."""

    interpolation: Interpolation = "nearest"
    """How values between pixels are found."""

    def made(self, v2: Any, shape: Convolutional) -> Any:
        """torchvision's."""
        return v2.RandAugment(self.changes, self.magnitude, interpolation=v2.InterpolationMode(self.interpolation))
