"""Other light and other colours."""

from typing import Annotated, Any, Literal

from pydantic import Field

from netspec.fields import NotNegative
from netspec.shapes import Convolutional
from netspec.transforms._image_by_image import ImageByImage


class ColorJitter(ImageByImage):
    """Brightness, contrast, saturation and hue changed by draws of their own, in an order that is drawn too. torchvision's ColorJitter.

    Of a gray image only brightness and contrast change.
    """

    type: Literal["color_jitter"] = "color_jitter"
    takes_bytes = True
    channels = (1, 3)

    brightness: NotNegative = 0.0
    """Factors are drawn from 1 − brightness (at least 0) to 1 + brightness."""

    contrast: NotNegative = 0.0
    """Factors are drawn from 1 − contrast (at least 0) to 1 + contrast."""

    saturation: NotNegative = 0.0
    """Factors are drawn from 1 − saturation (at least 0) to 1 + saturation."""

    hue: Annotated[float, Field(ge=0, le=0.5)] = 0.0
    """Moves are drawn from −hue to hue, 1 being once around the circle of colours."""

    def made(self, v2: Any, shape: Convolutional) -> Any:
        """torchvision's."""
        return v2.ColorJitter(self.brightness, self.contrast, self.saturation, self.hue)
