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
        found = [_read(item, "kernelSize" in said, "weightInitFnRecurrent" in said.values, reading) for item in said.inners("constraints")]
        constraints = [one for one in found if one is not None]
        return {"constraints": constraints} if constraints else {}

    @classmethod
    def write(cls, layer: Layer) -> dict[str, Any]:
        """Null for none."""
        found = layer.constraints if isinstance(layer, WeightedLayer) else None
        return {"constraints": [_write(one, hasattr(layer, "kernel")) for one in found] if found else None}


def _held(names: list[str], recurrent: bool) -> dict[str, str]:
    """What is constrained, from DL4J's names: b, bF and bB, RW, RWF and RWB, others."""
    kinds = {"biases" if name[0] == "b" else "recurrent_weights" if name.startswith("RW") else "input_weights" for name in names if name}
    if kinds in ({"biases"}, {"recurrent_weights"}):
        return {"apply_to": kinds.pop()}
    if "biases" in kinds:
        return {"apply_to": "all"}
    return {"apply_to": "input_weights"} if recurrent and kinds == {"input_weights"} else {}


def _read(said: Said, filters: bool, recurrent: bool, reading: Reading) -> Any:
    names, dimensions = said.raw("params"), said.raw("dimensions")
    found = read_object("constraints", said, reading)
    if found is None:
        return None
    held = _held([str(name) for name in names] if isinstance(names, list) else [], recurrent)
    if held == {"apply_to": "biases"}:
        return found | held
    if not isinstance(dimensions, list) or dimensions == _USUAL[filters]:
        return found | held
    axes = dimensions if filters else sorted(1 - axis for axis in said.sizes("dimensions")) if dimensions else []
    return found | held | {"dimensions": axes}


def _write(constraint: Any, filters: bool) -> dict[str, Any]:
    names = {"biases": ["b"], "all": ["W", "b"]}.get(constraint.apply_to, ["W"])
    written = write_object("constraints", constraint) | {"params": names}
    if "dimensions" not in type(constraint).model_fields:
        return written | {"dimensions": None}
    axes = constraint.dimensions
    if axes is None or constraint.apply_to == "biases":
        return written | {"dimensions": [0] if constraint.apply_to == "biases" else _USUAL[filters]}
    return written | {"dimensions": list(axes) if filters else sorted(1 - axis for axis in axes)}
