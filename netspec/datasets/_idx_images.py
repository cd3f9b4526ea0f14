"""What MNIST and the sets made in its image share: four IDX files, found under the data root or downloaded."""

from pathlib import Path
from typing import ClassVar

from netspec.datasets import DataSet, Description, Examples, Loaded, Places, Unavailable
from netspec.datasets._published import Published
from netspec.errors import DataError
from netspec.shapes import Convolutional


class IdxImages(DataSet):
    """Gray images with a class each, in torchvision's layout `<root>/<folder>/raw/` or directly in the root, packed or not."""

    folder: ClassVar[str]
    """Folder of the set under the data root."""

    mirrors: ClassVar[tuple[str, ...]]
    """Addresses of the folder that holds the files, each ending in a slash."""

    files: ClassVar[tuple[Published, Published, Published, Published]]
    """Training images and labels, test images and labels."""

    class_names: ClassVar[tuple[str, ...]]

    normalized_by = "scale"

    def describe(self, places: Places) -> Description:
        """One channel; all of it is known beforehand."""
        (train, height, width), (test, *_) = self.files[0].sizes, self.files[2].sizes
        return Description(Convolutional(1, height, width), classes=len(self.class_names), train=train, test=test)

    def load(self, places: Places) -> Loaded:
        """The images as uint8, N×1×H×W."""
        paths = [self._path(file, places) for file in self.files]
        train = self._examples(paths[0], paths[1], self.files[0], self.files[1])
        test = self._examples(paths[2], paths[3], self.files[2], self.files[3])
        return Loaded(train, test, self.class_names, (0.0, 255.0))

    def _path(self, file: Published, places: Places) -> Path:
        found = next((path for path in self._candidates(file, places.root) if path.is_file()), None)
        return found or self._download(file, places)

    def _candidates(self, file: Published, root: Path) -> list[Path]:
        """Directly in the root only what a hash can tell from the files of the other sets, which are called the same."""
        own, packed = root / self.folder / "raw", f"{file.name}.gz"
        return [own / file.name, own / packed, *([root / file.name] if file.md5 else []), root / packed]

    def _download(self, file: Published, places: Places) -> Path:
        from netspec.datasets._download import fetch  # it drags in TLS and HTTP, which `validate` has no use for

        target = places.root / self.folder / "raw" / f"{file.name}.gz"
        if not places.download:
            raise Unavailable(
                f"{self.type}: {file.name} is not in {places.root}, and downloading is off",
                help=f"put {file.name}.gz into {target.parent}, name the folder that has it with --data-dir, or allow downloading",
            )
        fetch(target, [f"{mirror}{target.name}" for mirror in self.mirrors], file.packed_md5)
        return target

    def _examples(self, images: Path, labels: Path, image_file: Published, label_file: Published) -> Examples:
        import numpy as np

        from netspec.datasets._idx import read_idx

        pixels, classes = read_idx(images, image_file), read_idx(labels, label_file)
        if classes.max() >= len(self.class_names):
            raise DataError(f"{labels}: labels must be at most {len(self.class_names) - 1}, got {classes.max()}", help=f"delete {labels} to download it again")
        return Examples(pixels[:, np.newaxis], classes.astype(np.int64))
