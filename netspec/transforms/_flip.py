"""What mirrors images."""

from typing import TYPE_CHECKING, ClassVar

from netspec.fields import Share
from netspec.shapes import Convolutional
from netspec.transforms import Augmentation

if TYPE_CHECKING:
    from netspec.transforms import Augment


class Flip(Augmentation):
    """Base of those that mirror along an axis."""

    batched = True

    axis: ClassVar[int]
    """Of N×C×H×W."""

    p: Share = 0.5
    """Probability that an image is mirrored."""

    def build(self, shape: Convolutional) -> "Augment":
        """A choice for each image between it and its mirror image."""
        from netspec.modules.random_flip import RandomFlip

        return RandomFlip(self.p, self.axis)
