"""Images seen from the side."""

from typing import Any, Literal

from netspec.fields import Share
from netspec.shapes import Convolutional
from netspec.transforms._image_by_image import ImageByImage, Interpolation


class RandomPerspective(ImageByImage):
    """The four corners moved inward, each by a draw of its own. torchvision's RandomPerspective, DL4J's WarpImageTransform."""

    type: Literal["random_perspective"] = "random_perspective"

    distortion: Share = 0.5
    """Largest move of a corner, as a share of half the image."""

    p: Share = 0.5
    """Probability that an image is changed."""

    interpolation: Interpolation = "bilinear"
    """How values between pixels are found."""

    fill: float = 0.0
    """Value of what comes in from outside, as images are stored (bytes: 0 to 255)."""

    def made(self, v2: Any, shape: Convolutional) -> Any:
        """torchvision's."""
        return v2.RandomPerspective(self.distortion, self.p, interpolation=v2.InterpolationMode(self.interpolation), fill=self.fill)
