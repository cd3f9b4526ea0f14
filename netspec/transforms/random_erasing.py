"""Images with a hole."""

from typing import Any, Literal

from netspec.fields import Share
from netspec.shapes import Convolutional
from netspec.transforms._image_by_image import ImageByImage, PositiveRange, Shares


class RandomErasing(ImageByImage):
    """A rectangle anywhere in the image takes one value. torchvision's RandomErasing. Source: Zhong et al., arXiv 1708.04896."""

    type: Literal["random_erasing"] = "random_erasing"

    p: Share = 0.5
    """Probability that an image gets a hole."""

    scale: Shares = (0.02, 0.33)
    """Smallest and largest share of the image's area."""

    ratio: PositiveRange = (0.3, 3.3)
    """Smallest and largest height of the hole, as a multiple of its width."""

    value: float = 0.0
    """Value of the hole, as images are stored (bytes: 0 to 255)."""

    def made(self, v2: Any, shape: Convolutional) -> Any:
        """torchvision's."""
        return v2.RandomErasing(self.p, scale=self.scale, ratio=self.ratio, value=self.value)
