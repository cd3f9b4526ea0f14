"""CIFAR-10."""

from collections.abc import Sequence
from pathlib import Path
from typing import ClassVar, Literal, NamedTuple

from netspec.datasets import DataSet, Description, Examples, Loaded, Places, Unavailable
from netspec.datasets._batches import Batch, from_archive, from_file, from_pickle
from netspec.errors import DataError
from netspec.shapes import Convolutional


class Part(NamedTuple):
    """A batch as published: its name (`.bin` in the binary version), how many images it holds, the MD5 of the pickled version."""

    name: str
    examples: int
    md5: str


class Cifar10(DataSet):
    """60,000 colour images of 32×32 in ten classes; 10,000 of them for the test. Source: Krizhevsky, "Learning multiple layers of features", 2009.

    The data root holds `cifar-10-batches-py` (torchvision's layout), `cifar-10-batches-bin` or `cifar-10-binary.tar.gz`, which is downloaded.
    """

    type: Literal["cifar10"] = "cifar10"
    normalized_by = "scale"

    mirrors: ClassVar[tuple[str, ...]] = ("https://www.cs.toronto.edu/~kriz/", "https://cave.cs.toronto.edu/kriz/")
    """Addresses of the folder that holds the archive, each ending in a slash."""

    archive: ClassVar[tuple[str, str]] = ("cifar-10-binary.tar.gz", "c32a1d4ab5d03f1284b67883e8d87530")
    """Its name and MD5."""

    image: ClassVar[Convolutional] = Convolutional(3, 32, 32)
    train: ClassVar[tuple[Part, ...]] = (
        Part("data_batch_1", 10000, "c99cafc152244af753f735de768cd75f"),
        Part("data_batch_2", 10000, "d4bba439e000b95fd0a9bffe97cbabec"),
        Part("data_batch_3", 10000, "54ebc095f3ab1f0389bbae665268c751"),
        Part("data_batch_4", 10000, "634d18415352ddfa80567beed471001a"),
        Part("data_batch_5", 10000, "482c414d41f54cd18b22e5b47cb7c3cb"),
    )
    test: ClassVar[tuple[Part, ...]] = (Part("test_batch", 10000, "40351d587109b95175f43aff81a1287e"),)
    class_names: ClassVar[tuple[str, ...]] = ("airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck")

    def describe(self, places: Places) -> Description:
        """Three channels; all of it is known beforehand."""
        train, test = (sum(part.examples for part in parts) for parts in (self.train, self.test))
        return Description(self.image, classes=len(self.class_names), train=train, test=test)

    def load(self, places: Places) -> Loaded:
        """The images as uint8, N×3×32×32."""
        found = self._batches(places)
        return Loaded(self._examples(self.train, found), self._examples(self.test, found), self.class_names, (0.0, 255.0))

    def _batches(self, places: Places) -> dict[str, Batch]:
        """Batches by name, from whichever form is there."""
        binary, pickled, packed = (places.root / name for name in ("cifar-10-batches-bin", "cifar-10-batches-py", self.archive[0]))
        parts = (*self.train, *self.test)
        if all((binary / f"{part.name}.bin").is_file() for part in parts):
            return {part.name: from_file(binary / f"{part.name}.bin", part.examples, self.image.size) for part in parts}
        if all((pickled / part.name).is_file() for part in parts):
            return {part.name: from_pickle(pickled / part.name, part.examples, self.image.size, part.md5) for part in parts}
        if not packed.is_file():
            self._download(packed, places)
        return self._unpacked(packed, parts)

    def _unpacked(self, packed: Path, parts: Sequence[Part]) -> dict[str, Batch]:
        found = from_archive(packed, {f"{part.name}.bin": part.examples for part in parts}, self.image.size, self.archive[1])
        if missing := [part.name for part in parts if f"{part.name}.bin" not in found]:
            raise DataError(f"{packed}: must hold {missing[0]}.bin")
        return {part.name: found[f"{part.name}.bin"] for part in parts}

    def _download(self, target: Path, places: Places) -> None:
        from netspec.datasets._download import fetch  # it drags in TLS and HTTP, which `validate` has no use for

        if not places.download:
            raise Unavailable(
                f"{self.type}: neither cifar-10-batches-py nor {target.name} is in {places.root}, and downloading is off",
                help=f"put {target.name} into {target.parent}, name the folder that has it with --data-dir, or allow downloading",
            )
        fetch(target, [f"{mirror}{target.name}" for mirror in self.mirrors], self.archive[1])

    def _examples(self, parts: Sequence[Part], found: dict[str, Batch]) -> Examples:
        import numpy as np

        labels = np.concatenate([found[part.name].labels for part in parts]).astype(np.int64)
        if labels.max() >= len(self.class_names):
            raise DataError(f"{self.type}: classes must be at most {len(self.class_names) - 1}, got {labels.max()}")
        pixels = np.concatenate([found[part.name].pixels for part in parts])
        return Examples(pixels.reshape(len(pixels), *self.image.dims), labels)
