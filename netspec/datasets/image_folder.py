"""Images in folders named after their classes, as torchvision's ImageFolder has them."""

from pathlib import Path
from typing import Literal

from netspec.datasets import DataSet, Description, Examples, Loaded, Places, read
from netspec.datasets._class_folders import parts_of
from netspec.datasets._files import existing_folder
from netspec.datasets._image import images, read_image
from netspec.datasets._image_files import ImageFiles
from netspec.shapes import Convolutional


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
        train, *test = parts_of(existing_folder(self.path, places))
        shape = self._shape(train.files[0])
        return Description(shape, classes=len(train.classes), train=len(train.files), test=len(test[0].files) if test else None)

    def open(self, places: Places) -> Loaded:
        """The files, unread; each becomes uint8, upright, of the described shape."""
        import numpy as np

        train, *test = parts_of(existing_folder(self.path, places))
        dims = self._dims(train.files[0])
        parts = [Examples(ImageFiles(part.files, dims, self._mode, self._size), np.array(part.labels, np.int64)) for part in (train, *test)]
        return Loaded(parts[0], parts[1] if test else None, train.classes, (0.0, 255.0))

    def load(self, places: Places) -> Loaded:
        """Every image, read."""
        return read(self.open(places))

    def _shape(self, first: Path) -> Convolutional:
        return Convolutional(*self._dims(first))

    def _dims(self, first: Path) -> tuple[int, ...]:
        with images():
            return read_image(first, self._mode, self._size).shape

    @property
    def _mode(self) -> str:
        return "RGB" if self.color == "rgb" else "L"

    @property
    def _size(self) -> tuple[int, int] | None:
        height, width = map(int, self.resize.split("x")) if self.resize else (0, 0)
        return (height, width) if self.resize else None
