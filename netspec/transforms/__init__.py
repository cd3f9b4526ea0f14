"""Transforms: what is done to features before the network sees them.

A normalisation is affine, feature by feature or channel by channel (x·factor + offset), and learned from the training
examples alone, so a batch is prepared by one multiplication on the training device. An augmentation draws another variant
of each training image in every epoch; it comes first, on images as they are stored, and keeps their shape and type.
"""

from typing import TYPE_CHECKING, ClassVar, NamedTuple

from netspec.component import Component
from netspec.errors import Refused
from netspec.rows import Rows
from netspec.shapes import Convolutional, Shape

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy import ndarray
    from torch import Generator, Tensor

    Augment = Callable[[Tensor, Generator], Tensor]


class Affine(NamedTuple):
    """x·factor + offset; both broadcast against one example (images: C×1×1)."""

    factor: "ndarray"
    offset: "ndarray"


class Transform(Component):
    """Something done to features on their way to the network."""

    family: ClassVar[str] = "transforms"
    noun: ClassVar[str] = "transform"


class Normalization(Transform):
    """A scaling of features, fitted on the training examples."""

    noun: ClassVar[str] = "normalisation"

    def of_stored(self) -> "Normalization":
        """The same, its numbers said of the values as they are stored."""
        return self

    def fit(self, features: Rows, value_range: tuple[float, float] | None) -> Affine:
        """Learn the scaling from training features (N × example sizes); `value_range` is known for images."""
        raise NotImplementedError


class Augmentation(Transform):
    """A random change of each training image."""

    noun: ClassVar[str] = "augmentation"

    batched: ClassVar[bool] = False
    """Whether it works on a whole batch; where one does not, images stream, and the processes that read them apply it."""

    takes_bytes: ClassVar[bool] = False
    """Whether it must know what black and white are, which is so for images of bytes."""

    channels: ClassVar[tuple[int, ...]] = ()
    """How many channels an image may have; any number where nothing is said."""

    def check(self, shape: Shape) -> None:
        """Refuse what it cannot work on. Raises: Refused."""
        if not isinstance(shape, Convolutional):
            raise Refused("", f"must be left out: {self.type} works on images, and the data hold {shape.kind}")
        if self.channels and shape.channels not in self.channels:
            wanted = " or ".join(map(str, self.channels))
            raise Refused("", f"must be left out: {self.type} works on images of {wanted} channels, and the data have {shape.channels}")

    def build(self, shape: Convolutional) -> "Augment":
        """The change as a function of a batch N×C×H×W of such images and a generator on the CPU; it draws from that one alone."""
        raise NotImplementedError
