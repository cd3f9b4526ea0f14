"""A network that is to tell what comes next must not see it: the layers that look ahead say so."""

from math import inf

from netspec.datasets import Description
from netspec.errors import dotted
from netspec.plan import Node, Plan
from netspec.resolve.findings import Findings
from netspec.shapes import Recurrent

HELP = "what looks back only: a recurrent layer in one direction, causal: true, mode: causal"


def check_foresight(plan: Plan, description: Description, findings: Findings) -> None:
    """Warn of each layer that looks ahead, where an output then sees steps after its own. Delays make up for it."""
    if not description.tells_next:
        return
    reach = dict.fromkeys(plan.inputs, 0.0)
    for node in plan.nodes:
        reach[node.name] = max(reach[name] for name in node.inputs) + _foresight(node)
    seeing = _behind(plan, {name for name in plan.scored if reach[name] > 0})
    ahead = [node for node in plan.nodes if node.name in seeing and _foresight(node) > 0]
    for path in dict.fromkeys(node.path or () for node in ahead):  # copies of a layer stand at one place
        findings.warn(path, f"{dotted(path)} sees the steps it is to tell: each label is what comes next", HELP)


def _foresight(node: Node) -> float:
    """What makes something else of a sequence has seen all of it."""
    if not any(isinstance(shape, Recurrent) for shape in node.shapes):
        return 0
    return node.layer.foresight(*node.shapes) if isinstance(node.output, Recurrent) else inf


def _behind(plan: Plan, names: set[str]) -> set[str]:
    """These nodes and all that they depend on."""
    found = set(names)
    for node in reversed(plan.nodes):
        found |= {*node.inputs} if node.name in found else set()
    return found
