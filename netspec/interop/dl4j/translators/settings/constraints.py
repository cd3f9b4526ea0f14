"""What weights are brought back to after each update: `constraints`, a list that is taken literally.

A norm goes over `dimensions` of DL4J's array: [nIn, nOut] of a dense layer, which is torch's [nOut, nIn]; those of a convolution are alike.
"""

from typing import Any

from netspec.interop.dl4j.said import Said
from netspec.interop.dl4j.setting import Setting
from netspec.interop.dl4j.translator import Reading, read_object, write_object
from netspec.layers import Layer, WeightedLayer

_USUAL = {True: [1, 2, 3], False: [0]}
"""Dimensions of one filter, of one unit."""


class ConstraintSetting(Setting):
    """Empty or null for none."""

    order = 70

    @classmethod
    def read(cls, said: Said, reading: Reading) -> dict[str, Any]:
        """`constraints`, where there are any."""
        found = [_read(item, "kernelSize" in said, reading) for item in said.inners("constraints")]
        constraints = [one for one in found if one is not None]
        return {"constraints": constraints} if constraints else {}

    @classmethod
    def write(cls, layer: Layer) -> dict[str, Any]:
        """Null for none."""
        found = layer.constraints if isinstance(layer, WeightedLayer) else None
        return {"constraints": [_write(one, hasattr(layer, "kernel")) for one in found] if found else None}


def _read(said: Said, filters: bool, reading: Reading) -> Any:
    names, dimensions = said.raw("params"), said.raw("dimensions")
    found = read_object("constraints", said, reading)
    if found is None:
        return None
    kinds = {name == "b" for name in names or ()} if isinstance(names, list) else set()
    if kinds == {True}:
        return found | {"apply_to": "biases"}
    held = {"apply_to": "all"} if len(kinds) == 2 else {}
    if not isinstance(dimensions, list) or dimensions == _USUAL[filters]:
        return found | held
    axes = dimensions if filters else sorted(1 - axis for axis in said.sizes("dimensions")) if dimensions else []
    return found | held | {"dimensions": axes}


def _write(constraint: Any, filters: bool) -> dict[str, Any]:
    names = {"weights": ["W"], "biases": ["b"], "all": ["W", "b"]}[constraint.apply_to]
    written = write_object("constraints", constraint) | {"params": names}
    if "dimensions" not in type(constraint).model_fields:
        return written | {"dimensions": None}
    axes = constraint.dimensions
    if axes is None or constraint.apply_to == "biases":
        return written | {"dimensions": [0] if constraint.apply_to == "biases" else _USUAL[filters]}
    return written | {"dimensions": list(axes) if filters else sorted(1 - axis for axis in axes)}
