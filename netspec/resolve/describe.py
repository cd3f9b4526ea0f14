"""What the network is fed: the data set's own description, or the spec's `input`."""

from collections.abc import Mapping
from typing import NamedTuple

from netspec.datasets import DataSet, Description, Places
from netspec.errors import DataError, Refused
from netspec.named import Named
from netspec.plan import Origin
from netspec.resolve.findings import Findings
from netspec.shapes import Convolutional, Shape
from netspec.spec import Spec
from netspec.words import listed


class Described(NamedTuple):
    """Shapes of the network's inputs (None when they cannot be known), and what the data set says of itself."""

    inputs: Mapping[str, Shape] | None
    description: Description | None


def describe(spec: Spec, findings: Findings) -> Described:
    """Find the shapes of the inputs, and compare `input` with `data` where both are said."""
    said = spec.input if "input" in spec.model_fields_set else None
    if "data" not in spec.model_fields_set:
        if said is None:
            findings.refuse((), "a spec must say `input`, or `data` that knows its own shape", help="for example input: 784, or data: {type: mnist}")
        return Described(said, None)
    description = _description(spec.data, findings.places, findings)
    if description is None:
        return Described(said, None)
    found = description.shape if isinstance(description.shape, Mapping) else {"input": description.shape}
    if said is None:
        findings.origins[("input",)] = Origin("inferred", spec.where(("data",)), f"from data {spec.data.type}")
        return Described(found, description)
    if isinstance(description.shape, Mapping):
        _check_inputs(said, description.shape, findings)
    elif list(said.values()) != [description.shape]:
        findings.refuse(("input",), f"must be {description.shape}, the shape of {spec.data.type}, or be left out, got {', '.join(map(str, said.values()))}")
    return Described(said, description)


def _check_inputs(said: Mapping[str, Shape], found: Mapping[str, Shape], findings: Findings) -> None:
    """The spec's inputs are those of the data, of the same shapes."""
    if set(said) != set(found):
        findings.refuse(("input",), f"must name the inputs of the data, {listed(found, 'and')}, or be left out, got {listed(said, 'and')}")
    for name in (name for name in said if name in found and said[name] != found[name]):
        findings.refuse(("input", name), f"must be {found[name]}, the shape of the data, got {said[name]}")


def _description(data: DataSet, places: Places, findings: Findings) -> Description | None:
    try:
        found = data.describe(places)
    except Refused as refusal:
        findings.refused(("data",), refusal)
        return None
    except DataError as error:
        findings.refuse(("data", *_field_named(data, str(error))), f"must be readable: {error}", help=error.help)
        return None
    return found._replace(shape=_resized(data, found.shape, findings))


def _field_named(data: DataSet, message: str) -> tuple[str, ...]:
    """The field whose file the message is about: the one before its colon, where it names several."""
    files = [
        (said, (field, *path))
        for field in data.model_fields_set - {"type"}
        for path, said in _leaves(getattr(data, field))
        if isinstance(said, str) and said in message
    ]
    return max(files, key=lambda named: (f"{named[0]}:" in message, len(named[0])), default=("", ()))[1]


def _leaves(value: object) -> list[tuple[tuple[str, ...], object]]:
    """A value, or each of a mapping's with its name."""
    return [((str(name),), item) for name, item in value.items()] if isinstance(value, Mapping) else [((), value)]


def _resized(data: DataSet, shape: Named[Shape], findings: Findings) -> Named[Shape]:
    if "resize" not in data.model_fields_set:
        return shape
    if not isinstance(shape, Convolutional):
        holds = "several inputs" if isinstance(shape, Mapping) else f"{shape.kind}, no images"
        findings.refuse(("data", "resize"), f"must be left out: {data.type} holds {holds}", key=True)
        return shape
    height, _, width = data.resize.partition("x")
    return Convolutional(shape.channels, int(height), int(width))
