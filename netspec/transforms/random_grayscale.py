"""Images without their colours."""

from typing import Any, Literal

from netspec.fields import Share
from netspec.shapes import Convolutional
from netspec.transforms._image_by_image import ImageByImage


class RandomGrayscale(ImageByImage):
    """Three equal channels, the weighted mean of red, green and blue, with a probability. torchvision's RandomGrayscale."""

    type: Literal["random_grayscale"] = "random_grayscale"
    channels = (3,)

    p: Share = 0.1
    """Probability that an image loses its colours."""

    def made(self, v2: Any, shape: Convolutional) -> Any:
        """torchvision's."""
        return v2.RandomGrayscale(self.p)
