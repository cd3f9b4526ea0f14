"""Augmentations that are torchvision's own, and the types that their fields share."""

from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import AfterValidator, BeforeValidator, Field

from netspec.component import refuse
from netspec.shapes import Convolutional
from netspec.transforms import Augmentation

if TYPE_CHECKING:
    from netspec.transforms import Augment

Interpolation = Literal["nearest", "bilinear"]


class ImageByImage(Augmentation):
    """A transform of torchvision, applied to one image after the other."""

    def build(self, shape: Convolutional) -> "Augment":
        """torchvision's, drawing from the generator that it is given."""
        from netspec.modules.each_image import EachImage
        from netspec.modules.vision import vision

        return EachImage(self.made(vision(), shape))

    def made(self, v2: Any, shape: Convolutional) -> Any:
        """The transform for images of a shape; `v2` is `torchvision.transforms.v2`."""
        raise NotImplementedError


def _rising(bounds: tuple[float, float]) -> tuple[float, float]:
    if bounds[0] > bounds[1]:
        raise refuse("must be a smaller number and a larger one", got=list(bounds))
    return bounds


def _pair(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value


def _around_zero(value: Any) -> Any:
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return (-abs(value), abs(value)) if is_number else _pair(value)


_Positive = Annotated[float, Field(gt=0)]
_Share = Annotated[float, Field(gt=0, le=1)]

PositiveRange = Annotated[tuple[_Positive, _Positive], BeforeValidator(_pair), AfterValidator(_rising)]
"""A smallest and a largest value above 0, [low, high]."""

Shares = Annotated[tuple[_Share, _Share], BeforeValidator(_pair), AfterValidator(_rising)]
"""A smallest and a largest share of the whole, above 0 and at most 1."""

Angles = Annotated[tuple[float, float], BeforeValidator(_around_zero), AfterValidator(_rising)]
"""Degrees: `15` for −15 to 15, or [low, high]."""
