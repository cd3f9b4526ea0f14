"""FrozenLayer and FrozenLayerWithBackprop ⇄ `frozen: true`: wrappers around any layer.

Behind the first nothing before it trains; the second lets the error through, yet its updater still moves the weights. So what trains before a frozen
layer decides which an export writes, the second around a layer whose updater does nothing.
"""

from collections.abc import Mapping
from typing import Any

from netspec.interop.dl4j.older import modern_object
from netspec.interop.dl4j.said import Said
from netspec.plan import Node, Plan

FROZEN, WITH_BACKPROP = "FrozenLayer", "FrozenLayerWithBackprop"
_PACKAGE = "org.deeplearning4j.nn.conf.layers.misc."
_INSIDE = {FROZEN: "layer", WITH_BACKPROP: "underlying"}
_WITHIN = ("underlying", "fwd", "bwd")
"""Where wrappers of other kinds hold a layer."""

_OWN = ("constraints", "gradientNormalization", "gradientNormalizationThreshold", "idropout", "layerName")
_STILL: Mapping[str, Any] = {
    "iupdater": {"@class": "org.nd4j.linalg.learning.config.NoOp"},
    "biasUpdater": None,
    "regularization": [],
    "regularizationBias": [],
    "constraints": None,
    "idropout": None,
    "weightNoise": None,
}
"""What DL4J would move a frozen layer by, or change the error by that goes through it; netspec does nothing of it."""


def thawed(said: Said) -> tuple[dict[str, Any], str]:
    """The layer's own values, out of its wrapper, and the wrapper's name; empty where there is none. Raises: DataError."""
    values, wrapper = dict(said.values), ""
    while "@class" in values and (name := str(values["@class"]).rsplit(".", 1)[-1]) in _INSIDE:
        inside = Said.of(values.get(_INSIDE[name]), f"{said.place}: {_INSIDE[name]}")
        values, wrapper = {"layerName": values.get("layerName")} | modern_object("layers", inside.values), name
    return values, wrapper


def wrapped(node: Node, plan: Plan, written: Mapping[str, Any]) -> Mapping[str, Any]:
    """DL4J's object for a layer, in the wrapper that it needs."""
    if not node.layer.frozen:
        return written
    own = {"constraints": None, "gradientNormalization": "None", "gradientNormalizationThreshold": 1.0, "idropout": None}
    wrapper = WITH_BACKPROP if trains_before(node, plan) else FROZEN
    inside = _still(written) if wrapper == WITH_BACKPROP else written
    return {"@class": _PACKAGE + wrapper} | {key: inside.get(key, own.get(key)) for key in _OWN} | {_INSIDE[wrapper]: inside}


def _still(written: Mapping[str, Any]) -> dict[str, Any]:
    """A layer's object that nothing moves, and those of the layers inside it."""
    inner = {key: _still(written[key]) for key in _WITHIN if isinstance(written.get(key), Mapping)}
    return {**written, **{key: value for key, value in _STILL.items() if key in written}, **inner}


def trains_before(node: Node, plan: Plan) -> bool:
    """Whether training moves anything that the node's input comes through."""
    before = [plan.node(name) for name in node.inputs if name not in plan.inputs]
    return any((bool(one.layer.weighted and one.parameters) and not one.layer.frozen) or trains_before(one, plan) for one in before)
