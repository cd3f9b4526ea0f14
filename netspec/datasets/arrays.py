"""Arrays saved by NumPy.

Features are laid out as everywhere in netspec: N×F, sequences N×T×F, images N×C×H×W, volumes N×C×D×H×W. Labels of whole
numbers (N) are classes, labels of floating point numbers (N or N×K) are values to come close to. Sequences may have a label for each step:
classes N×T, values N×T×K. A mask holds 1 for each step that is there and 0 for padding, a label mask what each label counts.
"""

from collections.abc import Mapping
from typing import Annotated, Any, Literal, Self

from pydantic import PlainValidator, model_validator

from netspec.component import refuse, unset
from netspec.datasets import DataSet, Description, Examples, Loaded, Places, read
from netspec.datasets._files import existing_file
from netspec.datasets._labelled import Labelled, check_alike, class_count
from netspec.datasets._npy import ArrayFile, keys, member
from netspec.named import Named, each, each_there, every

_PARTS = (("features", "labels"), ("test_features", "test_labels"))
_MASKS = (("mask", "label_mask"), ("test_mask", "test_label_mask"))


def _files(value: Any) -> Any:
    if isinstance(value, Mapping) and value:
        for name, file in value.items():
            if not isinstance(file, str):
                raise refuse("must be the name of a .npy file", at=(name,), got=file)
        return dict(value)
    if not isinstance(value, str):
        raise refuse("must be a .npy file, or a mapping from the names of inputs or outputs to files", got=value)
    return value


Files = Annotated[str | dict[str, str], PlainValidator(_files)]
"""A file, or several by name."""


class Arrays(DataSet):
    """Features and labels in `.npy` files, or in one `.npz`."""

    type: Literal["arrays"] = "arrays"

    path: str = unset()
    """A `.npz` with arrays called features and labels, and for the test test_features and test_labels, and masks called as below; instead of these files."""

    features: Files = unset()
    """A `.npy` file, relative to the spec's folder: one example a row. Of several inputs, a file for each by name: {left: a.npy, right: b.npy}."""

    labels: Files = unset()
    """A `.npy` file: class indices from 0 (N whole numbers; N×T for the steps of sequences) or values (N or N×K floating point numbers; N×T×K).
    Of several outputs, a file for each by name."""

    mask: Files = unset()
    """A `.npy` file of 0 for padding and 1 for the rest: N×T for sequences, N for vectors. Of several inputs, a file for some by name."""

    label_mask: Files = unset()
    """A `.npy` file of what each label counts, from 0: N, or N×T where steps have labels, or the labels' own shape. Of several outputs, for some by name."""

    test_features: Files = unset()
    """A `.npy` file of features for the test, or a file for each input by name."""

    test_labels: Files = unset()
    """A `.npy` file of labels for the test, or a file for each output by name."""

    test_mask: Files = unset()
    """A `.npy` file of the mask of the test's features, or files by name."""

    test_label_mask: Files = unset()
    """A `.npy` file of the mask of the test's labels, or files by name."""

    @model_validator(mode="after")
    def _whole(self) -> Self:
        train, test = ([name for name in names if getattr(self, name)] for names in _PARTS)
        masks, test_masks = ([name for name in names if getattr(self, name)] for names in _MASKS)
        if self.path and (said := [*train, *test, *masks, *test_masks]):
            raise refuse("must not be said beside path", at=(said[0],), help="either one .npz, or a .npy file for each array")
        if not self.path and len(train) < 2:
            raise refuse("must say features and labels, or the path of a .npz", kind="untyped", help="for example features: x.npy, labels: y.npy")
        if len(test) == 1:
            raise refuse("must say test_features and test_labels together", kind="untyped", help="for example test_features: x.npy, test_labels: y.npy")
        if test_masks and not test:
            raise refuse("must stand beside test_features and test_labels", at=(test_masks[0],))
        return self

    def describe(self, places: Places) -> Description:
        """Read the headers only."""
        train, *test = self._parts(places)
        kind = train.kind()
        for part in test:
            check_alike(part, train)
        return Description(kind.shape, None, kind.targets, kind.count, test[0].kind().count if test else None, kind.per_step)

    def open(self, places: Places) -> Loaded:
        """The labels, and features that stay in their files where those are `.npy`; images of uint8 are taken to range from 0 to 255."""
        described, files = self.describe(places), self._parts(places)
        parts = [part.read() for part in files]
        ranges = each(lambda rows: (0.0, 255.0) if rows.dtype == "uint8" and len(rows.shape) > 3 else None, parts[0].features)
        return Loaded(parts[0], parts[1] if parts[1:] else None, self._class_names(described.targets, files[0], parts), ranges)

    def _class_names(self, targets: Named[int | None], train: Labelled, parts: list[Examples]) -> Named[tuple[str, ...]]:
        """Class indices as words, for each output whose labels are classes."""
        labels = zip(*(every(part.labels) for part in parts), strict=True)
        found = [
            () if values else tuple(str(index) for index in range(class_count(list(its), file)))
            for values, file, its in zip(every(targets), every(train.labels), labels, strict=True)
        ]
        return dict(zip(targets, found, strict=True)) if isinstance(targets, Mapping) else found[0]

    def load(self, places: Places) -> Loaded:
        """Everything, read."""
        return read(self.open(places))

    def _parts(self, places: Places) -> list[Labelled]:
        """The training part, and the test part where there is one."""
        if self.path:
            path = existing_file(self.path, places)
            there = keys(path)
            wanted = [(*names, *masks) for names, masks in zip(_PARTS, _MASKS, strict=True) if names == _PARTS[0] or not there.isdisjoint(names)]
            return [Labelled(*(member(path, name) if name in there or at < 2 else None for at, name in enumerate(names))) for names in wanted]  # type: ignore[arg-type]  # the first two are there
        said = [[getattr(self, name) for name in (*names, *masks)] for names, masks in zip(_PARTS, _MASKS, strict=True)]
        return [Labelled(*(each_there(lambda name: ArrayFile(existing_file(name, places)), files) for files in part)) for part in said if part[0]]  # type: ignore[arg-type]  # likewise
