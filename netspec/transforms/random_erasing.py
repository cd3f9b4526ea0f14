"""Images with a hole."""

from typing import TYPE_CHECKING, Literal

from netspec.fields import Share
from netspec.shapes import Convolutional
from netspec.transforms import Augmentation
from netspec.transforms._image_by_image import PositiveRange, Shares

if TYPE_CHECKING:
    from netspec.transforms import Augment


class RandomErasing(Augmentation):
    """A rectangle anywhere in the image takes one value. torchvision's RandomErasing. Source: Zhong et al., arXiv 1708.04896."""

    type: Literal["random_erasing"] = "random_erasing"
    batched = True

    p: Share = 0.5
    """Probability that an image gets a hole."""

    scale: Shares = (0.02, 0.33)
    """Smallest and largest share of the image's area."""

    ratio: PositiveRange = (0.3, 3.3)
    """Smallest and largest height of the hole, as a multiple of its width."""

    value: float = 0.0
    """Value of the hole, as images are stored (bytes: 0 to 255)."""

    def build(self, shape: Convolutional) -> "Augment":
        """All images of a batch at once."""
        from netspec.modules.random_erasing import RandomErasing as Module

        return Module(self.p, self.scale, self.ratio, self.value)
