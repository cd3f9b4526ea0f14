"""What a file of DL4J's says that a spec has no word for."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from netspec.interop.dl4j.drafting import Draft
from netspec.interop.dl4j.foreign import Foreign
from netspec.interop.dl4j.formats import CHANNELS_LAST, FLATTENED
from netspec.interop.dl4j.pieces import OLD_LAYOUT
from netspec.interop.dl4j.said import Said
from netspec.plan import Plan


@dataclass(frozen=True)
class Memory:
    """What a file said that a spec has no word for, kept so that an export says it again."""

    kind: str = "list"
    names: Mapping[str, str] = field(default_factory=dict)
    """DL4J's names of the nodes and inputs."""

    order: tuple[str, ...] = ()
    """Nodes in the order of the parameter vector; that of the plan when empty."""

    facts: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    """By layer: how its numbers are stored."""

    rows: tuple[str, ...] = ()
    """Inputs that DL4J is given as rows of pixels, and netspec as images."""

    declared: tuple[str, ...] = ()
    """Nodes in the order in which the file names them."""

    channels_last: tuple[str, ...] = ()
    """Inputs and outputs whose channels are last in DL4J."""

    normalizer: str = ""
    """The bytes of normalizer.bin, in base 64."""

    @property
    def lasting(self) -> Mapping[str, Mapping[str, Any]]:
        """Facts that hold in the form of M2.1 too: an epsilon inside a variance and an older layout are none of them."""
        return {node: {key: value for key, value in facts.items() if key not in ("shift", OLD_LAYOUT)} for node, facts in self.facts.items()}


def memory_of(network: Foreign, drafts: list[Draft], names: dict[str, str], plan: Plan) -> Memory:
    """What an export of this network has to say as the file did."""
    nodes = {node.path[1]: node.name for node in plan.nodes if node.path and isinstance(node.path[1], int)}
    order = tuple(nodes[index] for index in sorted(nodes, key=lambda index: drafts[index].rank))
    facts = {nodes[index]: one.facts for index, one in enumerate(drafts) if one.facts}
    called = {nodes[index]: one.vertex.name for index, one in enumerate(drafts) if one.vertex}
    inputs = {names[name]: name for name in network.inputs}
    rows = {names[vertex.inputs[0]] for vertex in network.vertices if vertex.preprocessor and is_rows(vertex.preprocessor, vertex.inputs[0], network)}
    declared = tuple(nodes[index] for index in sorted(nodes))
    return Memory(network.kind, inputs | called, order, facts, tuple(sorted(rows)), declared, _channels_last(plan, facts))


def _channels_last(plan: Plan, facts: Mapping[str, Mapping[str, Any]]) -> tuple[str, ...]:
    """All inputs where any layer has its channels last, as DL4J has one format in a network; outputs that say so themselves."""
    told = {name for name, known in facts.items() if CHANNELS_LAST in known or FLATTENED in known}
    return tuple(name for name in plan.inputs if told) + tuple(name for name in plan.outputs if CHANNELS_LAST in facts.get(name, {}))


def is_rows(said: Said, name: str, network: Foreign) -> bool:
    """Whether DL4J is given rows of pixels at this input."""
    return said.simple == "FeedForwardToCnnPreProcessor" and name in network.inputs
