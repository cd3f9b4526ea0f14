"""Parts of images, resized."""

from typing import Any, Literal

from netspec.shapes import Convolutional
from netspec.transforms._image_by_image import ImageByImage, Interpolation, PositiveRange, Shares


class RandomResizedCrop(ImageByImage):
    """A part of the image, resized to the whole. torchvision's RandomResizedCrop. Source: Szegedy et al., arXiv 1409.4842, section 6."""

    type: Literal["random_resized_crop"] = "random_resized_crop"

    scale: Shares = (0.08, 1.0)
    """Smallest and largest share of the image's area."""

    ratio: PositiveRange = (0.75, 4 / 3)
    """Smallest and largest width of the part, as a multiple of its height."""

    interpolation: Interpolation = "bilinear"
    """How values between pixels are found."""

    def made(self, v2: Any, shape: Convolutional) -> Any:
        """torchvision's, to the size that images have."""
        mode = v2.InterpolationMode(self.interpolation)
        return v2.RandomResizedCrop((shape.height, shape.width), scale=self.scale, ratio=self.ratio, interpolation=mode, antialias=True)
