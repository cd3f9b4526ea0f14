"""Data sets: where examples come from.

A data set first describes itself without being read (shape, classes, how many examples), so that `validate`
can compare it with the network; it is read when a run starts. Reading gives numpy arrays as they were
stored; splitting, resizing and normalising are the same for all sets and happen in `netspec.train.data`.
"""

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Literal, NamedTuple

from pydantic import AfterValidator, BeforeValidator, Field

from netspec.component import Component, Frozen, refuse, unset
from netspec.errors import DataError
from netspec.fields import LARGEST, Fraction
from netspec.named import Named, each, every
from netspec.rows import Rows, held
from netspec.shapes import Shape
from netspec.transforms import Augmentation, Normalization

if TYPE_CHECKING:
    from numpy import ndarray


class Description(NamedTuple):
    """What a data set is, known without reading its examples."""

    shape: Named[Shape]
    """One example's features, as stored (before `resize`). Of several inputs, each by name."""

    classes: Named[int | None] = None
    """How many classes the labels have; None when labels are values or when only the data can tell. Of several outputs, by name."""

    targets: Named[int | None] = None
    """How many values a label has, for regression. Of several outputs, by name."""

    train: int | None = None
    """Examples to train on, before any split; None when only the data can tell."""

    test: int | None = None
    """Examples of the set's own test part; None when it has none (a part of the training examples is then split off)."""

    per_step: Named[bool] = False
    """Whether every step of a sequence has a label of its own. Of several outputs, by name."""

    tells_next: bool = False
    """Whether the label of a step is what the next step holds, so that no step may look ahead."""

    indices: Named[int | None] = None
    """How many indices there are, from 0, where features are indices; None where they are none, or when only the data can tell. Of several inputs, by name."""


@dataclass(frozen=True)
class Examples:
    """Features and labels of one part, row by row."""

    features: Named[Rows]
    """N × the shape's sizes, in the dtype they are stored in (images: uint8); an array, or rows still to be read. Of several inputs, each by name."""

    labels: "Named[ndarray]"
    """Class indices (N, int64) or values (N×K, float32); N×T and N×T×K where every step of a sequence has its own. Of several outputs, each by name."""

    mask: "Named[ndarray] | None" = None
    """1 for each step that is there and 0 for padding (N×T); None where all are there. Of several inputs, of some by name."""

    label_mask: "Named[ndarray] | None" = None
    """What each label counts, from 0 (N, N×T …); None where all count, or those whose steps do. Of several outputs, of some by name."""

    def __len__(self) -> int:
        return len(every(self.labels)[0])


class Loaded(NamedTuple):
    """A data set, read."""

    train: Examples
    test: Examples | None
    class_names: Named[tuple[str, ...]] = ()
    """What the classes are called, by index; empty for values. Of several outputs, by name."""

    value_range: Named[tuple[float, float] | None] = None
    """Smallest and largest value a feature can have, where that is known (images: 0 and 255). Of several inputs, by name."""

    vocabulary: tuple[str, ...] = ()
    """The tokens of texts, by index."""


class Places(NamedTuple):
    """Where data may be looked for, and whether the network may be used."""

    said: Path | None
    """The data root that somebody named: `--data-dir`, else NETSPEC_DATA."""

    base: Path
    """Folder that paths in the spec are relative to: the spec file's own."""

    download: bool = True
    start: Path | None = None
    """Where a run keeps the weights that it began with, in place of those that its spec takes over; None: it has none of its own yet."""

    @property
    def root(self) -> Path:
        """The data root: the one that was named, else the user's cache folder, which is only looked up when data are read."""
        if self.said is not None:
            return self.said
        from platformdirs import user_cache_path

        return user_cache_path("netspec", appauthor=False) / "data"


def read(loaded: Loaded) -> Loaded:
    """The same set with all its examples in memory."""
    train, test = (part and replace(part, features=each(held, part.features)) for part in (loaded.train, loaded.test))
    return loaded._replace(train=train or loaded.train, test=test)


class Unavailable(DataError):
    """A data set cannot be had here; `otherwise` names what to use then."""


class Split(Frozen):
    """Shares of the training examples that are set aside, drawn by the seed, each class in proportion."""

    validation: Fraction = 0.0
    """Share of the training examples kept for the validation score after each epoch."""

    test: Fraction = unset()
    """Share kept for the final evaluation; only for a set without a test part of its own (then 0.2 unless said)."""


def _image_size(text: str) -> str:
    height, _, width = text.partition("x")
    if not (height.isdigit() and width.isdigit() and 0 < int(height) <= LARGEST and 0 < int(width) <= LARGEST):
        raise refuse("must be height x width, like 28x28", got=text)
    return text


ImageSize = Annotated[str, AfterValidator(_image_size)]


def _listed(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else (value,) if isinstance(value, str | dict | Augmentation) else value


class DataSet(Component):
    """A source of examples, with what is done to all of them before training."""

    family: ClassVar[str] = "datasets"
    noun: ClassVar[str] = "data set"

    normalized_by: ClassVar[str | None] = None
    """Tag of the `normalize` this set has when nothing is said; None: features are taken as they are."""

    otherwise: "DataSet" = unset()
    """Data set to use instead when this one cannot be had; the substitution is said loudly wherever results are shown."""

    normalize: Normalization = unset()
    """How features are scaled: `scale` (to [0, 1] or another range) or `standardize` (mean 0, deviation 1)."""

    augment: Annotated[tuple[Augmentation, ...], BeforeValidator(_listed), Field(min_length=1)] = unset()
    """Random changes of each training image, one after another, new in every epoch: a word, a mapping with `type`, or a list of them."""

    resize: ImageSize = unset()
    """Height and width that images are resized to, like 28x28."""

    split: Split = unset()
    """Shares of the training examples set aside for validation and test."""

    resident: bool | Literal["auto"] = "auto"
    """Whether all examples are held in the memory of the training device; auto: where they fill at most half of it. Else they stream from where they are."""

    workers: Annotated[int, Field(ge=0, le=256)] = 2
    """Processes that read examples ahead where they stream; 0 reads them in the training process."""

    def describe(self, places: Places) -> Description:
        """What this set is, without reading its examples.

        Raises: Refused when a field cannot be right; DataError when a file it names is not what it must be.
        """
        raise NotImplementedError

    def open(self, places: Places) -> Loaded:
        """The set with examples that may still be unread, where it need not be read to be had.

        Raises: as `load`.
        """
        return self.load(places)

    def load(self, places: Places) -> Loaded:
        """Read the set.

        Raises: Unavailable when it cannot be had; DataError when a file is not what it must be.
        """
        raise NotImplementedError
