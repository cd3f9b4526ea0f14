"""`lock.json`: what a run's result depends on beside its spec, as written down when it began."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from netspec.datasets import Places
from netspec.errors import DataError
from netspec.train.data import Prepared


class DataRecord(BaseModel):
    """The data that was trained on."""

    name: str
    sha256: str
    instead_of: str | None
    why: str | None
    train: int
    validation: int
    test: int


class PlacesRecord(BaseModel):
    """Where data were looked for."""

    root: Path
    base: Path


class Record(BaseModel):
    """Everything in `lock.json`."""

    model_config = ConfigDict(frozen=True)

    overrides: tuple[str, ...]
    epochs: int = Field(ge=0)
    """Epochs asked for, in all; `resume --epochs` raises it."""

    spec_sha256: str
    plan_sha256: str
    """Of the files spec.yaml and plan.yaml, as written."""

    data: DataRecord
    places: PlacesRecord
    seed: int
    machine: dict[str, str | int]
    versions: dict[str, str]


def data_record(prepared: Prepared) -> DataRecord:
    """What is written down of data."""
    validation = len(prepared.validation) if prepared.validation else 0
    about = {"name": prepared.name, "sha256": prepared.digest, "instead_of": prepared.instead_of, "why": prepared.why or None}
    return DataRecord(**about, train=len(prepared.train), validation=validation, test=len(prepared.test))


def places_record(places: Places) -> PlacesRecord:
    """Where data are looked for, from wherever a later command is typed."""
    return PlacesRecord(root=places.root, base=places.base.absolute())


def read_record(path: Path, values: Any) -> Record:
    """The record in a file's values. Raises: DataError with the first thing that is wrong."""
    try:
        return Record.model_validate(values)
    except ValidationError as error:
        first: Mapping[str, Any] = error.errors()[0]
        where = ".".join(map(str, first["loc"])) or "its content"
        raise DataError(f"{path} is damaged: {where}: {first['msg'].lower()}", help=HELP) from None


HELP = "a run without it cannot be gone on with; start a new one from its spec.yaml"
