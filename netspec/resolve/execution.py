"""What is computed otherwise than the spec says it, because it is the same function and faster.

Convolutions run on images that lie channels last, and an activation that never falls is applied after the max
pooling that follows it: max(f(a), f(b)) = f(max(a, b)), on a quarter of the values. Fully connected layers at the end
of a network compute with the features of a small batch first in memory; where they are all of it that has weights,
their gradients are computed without autograd. `explain` shows all of it.
"""

from collections import Counter
from dataclasses import replace
from itertools import dropwhile, takewhile
from math import prod

from netspec.layers import WeightedLayer
from netspec.plan import Execution, Node, Plan
from netspec.scored import ScoredLayer
from netspec.shapes import Convolutional, FeedForward

LARGE = 2**16
"""Weights of a layer from which on products take longer than getting them ready."""


def execution(plan: Plan) -> Plan:
    """The plan with what is done for speed."""
    first = _features_first(plan)
    return replace(plan, execution=Execution(_channels_last(plan), first, _direct(plan, first), _postponed(plan)))


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


def _features_first(plan: Plan) -> tuple[str, ...]:
    """The fully connected layers of a chain's end, where one of them is large enough to gain by it."""
    end = list(takewhile(_flat, reversed(plan.nodes))) if _is_chain(plan) else []
    layers = [node for node in end if node.layer.may_lie_features_first]
    large = any(prod(node.parameters["weight"].shape) >= LARGE for node in layers)
    return tuple(node.name for node in reversed(layers)) if large else ()


def _is_chain(plan: Plan) -> bool:
    before = [*plan.inputs][-1:] + [node.name for node in plan.nodes]
    return len(plan.outputs) == 1 and all(node.inputs == (name,) for name, node in zip(before, plan.nodes, strict=False))


def _flat(node: Node) -> bool:
    """Whether a node gives a vector, which it need not be told the layout of."""
    weighted = node.layer.weighted
    plain = node.layer.may_lie_features_first and weighted is not None and not weighted.weight_noise
    return isinstance(node.output, FeedForward) and (plain or not node.parameters)


def _direct(plan: Plan, first: tuple[str, ...]) -> bool:
    """Where the layers that lie features first are all that has weights, with nothing between them but functions that there are formulas for."""
    behind = list(dropwhile(lambda node: node.name not in first, plan.nodes))
    others_learn = any(node.parameters for node in plan.nodes if node.name not in first)
    as_written = plan.train is None or not any((plan.train.autocast, plan.train.compile))
    return bool(first) and as_written and not others_learn and all(node.name in first and _has_formula(node) for node in behind)


def _has_formula(node: Node) -> bool:
    activation = None if isinstance(node.layer, ScoredLayer) else node.layer.after
    return node.layer.noise is None and not node.layer.frozen and (activation is None or activation.slope_by_result)


def _postponed(plan: Plan) -> dict[str, str]:
    uses = Counter(name for node in plan.nodes for name in node.inputs)
    before = {node.name: node for node in plan.nodes if uses[node.name] == 1 and node.name not in plan.outputs}
    return {node.inputs[0]: node.name for node in plan.nodes if node.layer.takes_largest and _may_wait(before.get(node.inputs[0]), node)}


def _may_wait(first: Node | None, pooling: Node) -> bool:
    activation = first.layer.after if first else None
    zeroes = first is not None and first.layer.zeroes_masked == "both"  # a 0 that no activation may come behind
    return activation is not None and activation.keeps_order and pooling.layer.noise is None and not zeroes
