"""What `resume`, `run --resume` and `verify` share: an earlier run's model, with the meaning, data and device it had."""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from netspec.datasets import Places
    from netspec.model import Model
    from netspec.plan import Plan
    from netspec.train.record import Record
    from netspec.train.run_folder import RunFolder


@dataclass(frozen=True)
class Reopened:
    """An earlier run, ready to be trained again or further."""

    model: "Model"
    plan_text: str
    """What its plan.yaml must say."""

    differences: list[str]
    """Why nothing computed here will be bit-identical; none when it will be."""


def reopen(folder: "RunFolder", record: "Record", epochs: int, data_dir: Path | None) -> Reopened:
    """The run's model.

    Raises: SpecError, DataError when its spec or its data are not what they were.
    """
    from netspec.cli.training import say_stand_in
    from netspec.errors import DataError
    from netspec.model import Model
    from netspec.places import data_places
    from netspec.train.earlier import check_spec
    from netspec.train.machine import differences
    from netspec.train.run_folder import plan_text

    places = data_places(data_dir or record.places.root, record.places.base)
    places = places._replace(start=folder.start if folder.start.is_file() else None)
    plan = _plan(folder, places)
    meaning = check_spec(folder, record, plan)
    longer = plan if plan.train and plan.train.epochs == epochs else _plan(folder, places, epochs)
    model = Model(longer, device=_device(record), places=places)
    if model.data().digest != record.data.sha256:
        raise DataError(f"the data of {model.data().name} are not those that {folder.path} was trained on", help="give the old data back, or start a new run")
    say_stand_in(model)
    return Reopened(model, plan_text(plan), meaning + differences(record.model_dump(), model.depends_on()))


def _plan(folder: "RunFolder", places: "Places", epochs: int | None = None) -> "Plan":
    from netspec.read import load
    from netspec.resolve import resolve

    path, settings = folder.path / "spec.yaml", [f"train.epochs={epochs}"] if epochs else []
    spec = load(path, settings=settings)
    if "name" not in spec.model_fields_set and (name := folder.plan_name):  # that of the file it was, which is called spec.yaml here
        spec = load(path, settings=[*settings, f"name={name}"])
    return resolve(spec, places)


def _device(record: "Record") -> str | None:
    """The device that the run was on, where it is there."""
    from netspec.train.device import available

    was = str(record.machine.get("device", "cpu"))
    return was if any(name.startswith(was) for name in available()) else None
