"""Arrays saved by NumPy.

Features are laid out as everywhere in netspec: N×F, sequences N×T×F, images N×C×H×W, volumes N×C×D×H×W. Labels of whole
numbers (N) are classes, labels of floating point numbers (N or N×K) are values to come close to.
"""

from typing import Literal, Self

from pydantic import model_validator

from netspec.component import refuse, unset
from netspec.datasets import DataSet, Description, Loaded, Places, read
from netspec.datasets._files import existing_file
from netspec.datasets._labelled import Labelled, check_alike, class_count
from netspec.datasets._npy import ArrayFile, keys, member

_PARTS = (("features", "labels"), ("test_features", "test_labels"))


class Arrays(DataSet):
    """Features and labels in `.npy` files, or in one `.npz`."""

    type: Literal["arrays"] = "arrays"

    path: str = unset()
    """A `.npz` with arrays called features and labels, and for the test test_features and test_labels; instead of the four files below."""

    features: str = unset()
    """A `.npy` file, relative to the spec's folder: one example a row."""

    labels: str = unset()
    """A `.npy` file: class indices from 0 (N whole numbers) or values (N or N×K floating point numbers)."""

    test_features: str = unset()
    """A `.npy` file of features for the test."""

    test_labels: str = unset()
    """A `.npy` file of labels for the test."""

    @model_validator(mode="after")
    def _whole(self) -> Self:
        train, test = ([name for name in names if getattr(self, name)] for names in _PARTS)
        if self.path and (train or test):
            raise refuse("must not be said beside path", at=([*train, *test][0],), help="either one .npz, or a .npy file for each array")
        if not self.path and len(train) < 2:
            raise refuse("must say features and labels, or the path of a .npz", kind="component")
        if len(test) == 1:
            raise refuse("must say test_features and test_labels together", kind="component")
        return self

    def describe(self, places: Places) -> Description:
        """Read the headers only."""
        train, *test = self._parts(places)
        kind = train.kind()
        for part in test:
            check_alike(part, train)
        return Description(kind.shape, targets=kind.targets, train=kind.count, test=test[0].kind().count if test else None)

    def open(self, places: Places) -> Loaded:
        """The labels, and features that stay in their files where those are `.npy`; images of uint8 are taken to range from 0 to 255."""
        described, files = self.describe(places), self._parts(places)
        parts = [part.read() for part in files]
        classes = class_count(parts, files[0]) if described.targets is None else 0
        is_image = parts[0].features.dtype == "uint8" and len(described.shape.dims) > 2
        names = tuple(str(index) for index in range(classes))
        return Loaded(parts[0], parts[1] if parts[1:] else None, names, (0.0, 255.0) if is_image else None)

    def load(self, places: Places) -> Loaded:
        """Everything, read."""
        return read(self.open(places))

    def _parts(self, places: Places) -> list[Labelled]:
        """The training part, and the test part where there is one."""
        if self.path:
            path = existing_file(self.path, places)
            wanted = [names for names in _PARTS if names == _PARTS[0] or not keys(path).isdisjoint(names)]
            return [Labelled(member(path, names[0]), member(path, names[1])) for names in wanted]
        said = [[getattr(self, name) for name in names] for names in _PARTS]
        return [Labelled(*(ArrayFile(existing_file(name, places)) for name in names)) for names in said if names[0]]
