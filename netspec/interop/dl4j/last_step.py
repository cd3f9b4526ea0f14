"""LastTimeStep(layer) ⇄ a recurrent layer and `last_time_step` behind it: one layer there, two here.

Inside the wrapper DL4J's LSTM looks at masks, and outside it does not; so only a layer that looks at them is wrapped by an export.
"""

from collections import Counter
from collections.abc import Collection, Mapping
from typing import Any

from netspec.interop.dl4j.wrapper import NONE
from netspec.plan import Node, Plan

JAVA = "org.deeplearning4j.nn.conf.layers.recurrent.LastTimeStep"
_INSIDE = ("lstm", "graves_lstm", "graves_bidirectional_lstm", "simple_rnn", "bidirectional", "mask_zero")


def pairs(plan: Plan, named: Collection[str]) -> dict[str, Node]:
    """By the name of a recurrent layer, the node of its last step; `named` are nodes that are vertices of their own there."""
    uses = Counter(name for node in plan.nodes for name in node.inputs)
    found = {node.inputs[0]: node for node in plan.nodes if node.layer.type == "last_time_step" and node.layer.obeys_masks}
    alone = [node for node in plan.nodes if node.name in found and uses[node.name] == 1 and node.name not in (*plan.outputs, *named)]
    return {node.name: found[node.name] for node in alone if node.layer.type in _INSIDE and node.layer.weighted and node.layer.weighted.obeys_masks}


def wrapped_last(written: Mapping[str, Any]) -> dict[str, Any]:
    """DL4J's object for both."""
    return {"@class": JAVA, **NONE, "layerName": written["layerName"], "underlying": written}
