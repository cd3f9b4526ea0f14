"""What is computed otherwise than the spec says it, because it is the same function and faster.

Convolutions run on images that lie channels last, and an activation that never falls is applied after the max
pooling that follows it: max(f(a), f(b)) = f(max(a, b)), on a quarter of the values. `explain` shows both.
"""

from collections import Counter
from dataclasses import replace

from netspec.layers import WeightedLayer
from netspec.plan import Execution, Node, Plan
from netspec.shapes import Convolutional


def execution(plan: Plan) -> Plan:
    """The plan with what is done for speed."""
    return replace(plan, execution=Execution(_channels_last(plan), _postponed(plan)))


def _channels_last(plan: Plan) -> bool:
    """Where a layer with a weight for each pixel of a window works on images, in a format that has fast kernels for it.

    torch lays out all weights of a network in this way or none, and has no such way for volumes.
    """
    if any(len(parameter.shape) == 5 for node in plan.nodes for parameter in node.parameters.values()):
        return False
    windows = any(isinstance(node.output, Convolutional) and _has_windows(node) for node in plan.nodes)
    return windows and plan.data_type != "float64"


def _has_windows(node: Node) -> bool:
    return isinstance(node.layer, WeightedLayer) and any(len(parameter.shape) == 4 for parameter in node.parameters.values())


def _postponed(plan: Plan) -> dict[str, str]:
    uses = Counter(name for node in plan.nodes for name in node.inputs)
    before = {node.name: node for node in plan.nodes if uses[node.name] == 1 and node.name not in plan.outputs}
    return {node.inputs[0]: node.name for node in plan.nodes if node.layer.takes_largest and _may_wait(before.get(node.inputs[0]), node)}


def _may_wait(first: Node | None, pooling: Node) -> bool:
    activation = first.layer.after if first else None
    zeroes = first is not None and first.layer.zeroes_masked == "both"  # a 0 that no activation may come behind
    return activation is not None and activation.keeps_order and pooling.layer.noise is None and not zeroes
