"""Images in folders named after their classes, as torchvision's ImageFolder has them."""

from pathlib import Path
from typing import TYPE_CHECKING, Literal

from netspec.datasets import DataSet, Description, Examples, Loaded, Places, Unavailable
from netspec.datasets._class_folders import ClassFolders, parts_of
from netspec.datasets._files import placed
from netspec.datasets._image import images, read_image
from netspec.errors import DataError
from netspec.shapes import Convolutional

if TYPE_CHECKING:
    from numpy import ndarray


class ImageFolder(DataSet):
    """Images in `<path>/train/<class>/` and `<path>/test/<class>/`, or just `<path>/<class>/`; all of one size, or resized to one."""

    type: Literal["image_folder"] = "image_folder"
    normalized_by = "scale"

    path: str
    """The folder, relative to the spec's; classes are its folders in the order of their names."""

    color: Literal["rgb", "gray"] = "rgb"
    """What every image is converted to: three channels or one."""

    def describe(self, places: Places) -> Description:
        """List the folders and open one image."""
        train, *test = parts_of(self._root(places))
        shape = self._shape(train.files[0])
        return Description(shape, classes=len(train.classes), train=len(train.files), test=len(test[0].files) if test else None)

    def load(self, places: Places) -> Loaded:
        """Every image as uint8, upright, of the described shape."""
        train, *test = parts_of(self._root(places))
        shape = self._shape(train.files[0])
        return Loaded(self._examples(train, shape), self._examples(test[0], shape) if test else None, train.classes, (0.0, 255.0))

    def _root(self, places: Places) -> Path:
        root = placed(self.path, places)
        if root.is_file():
            raise DataError(f"{root}: must be a folder, not a file")
        if not root.is_dir():
            raise Unavailable(f"{root}: no such folder", help=f"paths in a spec are relative to its folder, {places.base}")
        return root

    def _shape(self, first: Path) -> Convolutional:
        with images():
            return Convolutional(*self._read(first).shape)

    def _read(self, path: Path) -> "ndarray":
        height, width = map(int, self.resize.split("x")) if self.resize else (0, 0)
        return read_image(path, "RGB" if self.color == "rgb" else "L", (height, width) if self.resize else None)

    def _examples(self, part: ClassFolders, shape: Convolutional) -> Examples:
        from concurrent.futures import ThreadPoolExecutor

        import numpy as np

        pixels = np.empty((len(part.files), shape.channels, shape.height, shape.width), np.uint8)

        def fill(row: int) -> None:
            image = self._read(part.files[row])
            if image.shape != shape.dims:
                size = f"{shape.height}x{shape.width}"
                raise DataError(
                    f"{part.files[row]}: must be {size} like the first image, got {image.shape[1]}x{image.shape[2]}",
                    help=f"resize: {size} makes all images one size",
                )
            pixels[row] = image

        with images(), ThreadPoolExecutor() as pool:
            list(pool.map(fill, range(len(part.files))))
        return Examples(pixels, np.array(part.labels, np.int64))
