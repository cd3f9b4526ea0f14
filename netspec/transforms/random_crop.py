"""Images moved by some pixels."""

from typing import TYPE_CHECKING, Literal

from netspec.errors import Refused
from netspec.fields import Sizes, per_axis
from netspec.shapes import Convolutional, Shape
from netspec.transforms import Augmentation

if TYPE_CHECKING:
    from netspec.transforms import Augment


class RandomCrop(Augmentation):
    """A window of the image's own size, anywhere in the image with a border around it: moves it by up to `padding` pixels.

    torchvision's RandomCrop(size, padding) with the size that images have. Source: He, Zhang, Ren & Sun, arXiv 1512.03385, section 4.2.
    """

    type: Literal["random_crop"] = "random_crop"
    batched = True

    padding: Sizes
    """Pixels of the border: a number, or one for height and one for width."""

    fill: float = 0.0
    """Value of the border, as images are stored (bytes: 0 to 255)."""

    def check(self, shape: Shape) -> None:
        """An image has two axes."""
        super().check(shape)
        if per_axis(self.padding, 2) is None:
            raise Refused("padding", "must be one number, or one for height and one for width", got=list(self.padding))

    def build(self, shape: Convolutional) -> "Augment":
        """All windows of a batch, gathered at once."""
        from netspec.modules.random_crop import RandomCrop

        down, across = per_axis(self.padding, 2) or (0, 0)
        return RandomCrop((down, across), self.fill)
