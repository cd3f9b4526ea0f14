"""One of many changes, drawn."""

from typing import Any, Literal

from netspec.shapes import Convolutional
from netspec.transforms._image_by_image import ImageByImage, Interpolation


class TrivialAugmentWide(ImageByImage):
    """One of fourteen changes of place and colour with a strength of any size. torchvision's. Source: Müller & Hutter, arXiv 2103.10158."""

    type: Literal["trivial_augment_wide"] = "trivial_augment_wide"
    takes_bytes = True
    channels = (1, 3)

    interpolation: Interpolation = "nearest"
    """How values between pixels are found."""

    def made(self, v2: Any, shape: Convolutional) -> Any:
        """torchvision's."""
        return v2.TrivialAugmentWide(interpolation=v2.InterpolationMode(self.interpolation))
