"""One image file as an array of uint8, whatever its format, depth and orientation."""

import struct
import warnings
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from netspec.errors import DataError
from netspec.words import listed

if TYPE_CHECKING:
    from numpy import ndarray
    from PIL.Image import Image

FORMATS = ("PNG", "JPEG", "GIF", "BMP", "TIFF", "WEBP", "PPM", "JPEG2000")
"""Formats that are read. Pillow knows more, among them PostScript, which it would have another program run."""

_DAMAGES = (
    OSError,
    ValueError,
    SyntaxError,
    EOFError,
    TypeError,
    IndexError,
    KeyError,
    OverflowError,
    NotImplementedError,
    MemoryError,
    struct.error,
    zlib.error,
)
"""What Pillow's readers raise on damaged files; MemoryError, for an image of legal size does not fill the memory."""


@contextmanager
def images() -> Iterator[None]:
    """While images are read: those too large for Pillow (89 million pixels) are refused, its other warnings are not shown."""
    from PIL.Image import DecompressionBombWarning

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        warnings.simplefilter("error", DecompressionBombWarning)
        yield


def read_image(path: Path, mode: str, size: tuple[int, int] | None) -> "ndarray":
    """C×H×W, of `mode` RGB or L; resized to (height, width), bilinear with antialiasing, unless that is None.

    Raises: DataError when it is no image, or a damaged or too large one.
    """
    import numpy as np
    from PIL import Image, ImageOps

    try:
        with Image.open(path, formats=FORMATS) as file:
            image = _converted(ImageOps.exif_transpose(file), mode)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise DataError(f"{path}: must be an image of at most {Image.MAX_IMAGE_PIXELS:,} pixels", help="store it smaller") from error
    except _DAMAGES as error:
        raise DataError(
            f"{path}: must be a whole image: {str(error) or type(error).__name__}", help=f"a class folder holds images only: {listed(FORMATS)}"
        ) from error
    if size and size != (image.height, image.width):
        image = image.resize((size[1], size[0]), Image.Resampling.BILINEAR)
    pixels = np.asarray(image, np.uint8)
    return pixels[np.newaxis] if mode == "L" else pixels.transpose(2, 0, 1)


def _converted(image: "Image", mode: str) -> "Image":
    """Transparency is dropped, as torchvision drops it."""
    if image.mode == "F":
        raise ValueError("its pixels are floating point numbers, which have no known range")
    if image.mode.startswith("I"):
        image = _to_8_bits(image)
    if image.mode in {"P", "PA"}:
        image = image.convert("RGBA")  # straight to RGB, Pillow warns where the palette is transparent
    return image.convert(mode)


def _to_8_bits(image: "Image") -> "Image":
    """16 bits to 8: 65535 becomes 255; Pillow alone would cut off at 255."""
    import numpy as np
    from PIL import Image

    deep = np.asarray(image)
    if deep.min() < 0 or deep.max() > 65535:
        raise ValueError("its pixels have more than 16 bits")
    return Image.fromarray(np.rint(deep / 257).astype(np.uint8))
