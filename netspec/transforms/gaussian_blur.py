"""Blurred images."""

from typing import Any, Literal

from netspec.errors import Refused
from netspec.fields import Size
from netspec.shapes import Convolutional, Shape
from netspec.transforms._image_by_image import ImageByImage, PositiveRange


class GaussianBlur(ImageByImage):
    """Convolved with a Gaussian whose width is drawn. torchvision's GaussianBlur, DL4J's BlurImageTransform."""

    type: Literal["gaussian_blur"] = "gaussian_blur"

    kernel: Size
    """Pixels along each side of the window; an odd number."""

    sigma: PositiveRange = (0.1, 2.0)
    """Smallest and largest standard deviation, in pixels."""

    def check(self, shape: Shape) -> None:
        """The window has a middle, and the border it reflects is in the image."""
        super().check(shape)
        if self.kernel % 2 == 0:
            raise Refused("kernel", "must be odd", got=self.kernel)
        if isinstance(shape, Convolutional) and self.kernel // 2 >= min(shape.height, shape.width):
            raise Refused("kernel", f"must be less than twice the image, which is {shape.height}x{shape.width}", got=self.kernel)

    def made(self, v2: Any, shape: Convolutional) -> Any:
        """torchvision's."""
        return v2.GaussianBlur(self.kernel, self.sigma)
