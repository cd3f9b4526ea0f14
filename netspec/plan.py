"""The Plan: what a spec means. Every value filled, every shape known, nodes in topological order.

Each value remembers who set it. Nothing after the resolver asks whether something was said.
"""

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field
from fractions import Fraction
from math import prod
from typing import Literal, NamedTuple

from netspec.blocks import Block
from netspec.component import Component
from netspec.datasets import DataSet
from netspec.errors import Path, Position, Problem
from netspec.layers import Layer, Parameter
from netspec.metrics import Metric, Output
from netspec.randoms import Random
from netspec.scored import ScoredLayer
from netspec.shapes import Shape
from netspec.spec import DataType, Spec
from netspec.training import Training
from netspec.training_order import OrderName, TrainingOrder
from netspec.transfer import Transfer
from netspec.truncation import Truncation
from netspec.updaters import Updater

BYTES: Mapping[DataType, int] = {"float32": 4, "float64": 8, "float16": 2, "bfloat16": 2}


class Origin(NamedTuple):
    """Who set a value."""

    kind: Literal["said", "override", "inherited", "inferred", "default"]
    position: Position | None = None
    note: str = ""

    def __str__(self) -> str:
        place = str(self.position) if self.position else ""
        words = {"said": place or "said", "override": place, "inherited": f"network-wide{', ' + place if place else ''}"}
        return words.get(self.kind, f"{self.kind}{', ' + self.note if self.note else ''}")


class Within(NamedTuple):
    """A place in a block."""

    name: str
    """The block's full name."""

    label: str
    """Which of its lists, where it has several."""

    path: Path
    """Where the block stands in the spec."""

    @property
    def prefix(self) -> str:
        """What the full names of the layers in it begin with."""
        return f"{self.name}-{self.label}-" if self.label else f"{self.name}-"


@dataclass(frozen=True)
class Node:
    """One layer at its place in the network."""

    name: str
    layer: Layer
    """The layer with every inheritable value filled in."""

    inputs: tuple[str, ...]
    """Names of the nodes or network inputs whose output it takes."""

    shapes: tuple[Shape, ...]
    """Shapes of these inputs, one example each."""

    output: Shape
    """Shape of one example's output."""

    parameters: Mapping[str, Parameter]
    path: Path | None
    """Where the layer stands in the spec; None for one that the resolver inserted."""

    note: str = ""
    """Why the resolver inserted it."""

    rows: Fraction = Fraction(1)
    """Rows of its output for each example of the batch."""

    blocks: tuple[Within, ...] = ()
    """The blocks around it, the outermost first."""

    def settings(self, without: tuple[str, ...] = ()) -> dict[str, object]:
        """What its layer says, as plain values; the layers of a block are nodes of their own."""
        inside = self.layer.holders() if isinstance(self.layer, Block) else ()
        return settings_of(self.layer, without=(*without, *inside))

    @property
    def size(self) -> int:
        """How many trainable numbers it has."""
        return sum(prod(parameter.shape) for parameter in self.parameters.values())


class Evaluated(NamedTuple):
    """What is found out about an output."""

    output: Output
    """What it predicts."""

    metrics: tuple[Metric, ...]


@dataclass(frozen=True)
class Execution:
    """How the network is computed where that is faster and the function stays the same."""

    channels_last: bool = False
    """Whether images lie in memory pixel by pixel instead of channel by channel; their sizes are told as ever."""

    features_first: tuple[str, ...] = ()
    """Nodes that are computed with the features of a small batch first in memory, in training on a CPU."""

    direct: bool = False
    """Whether the gradients of small batches are computed straight from their formulas, without autograd, in training on a CPU."""

    postponed: Mapping[str, str] = field(default_factory=dict)
    """Nodes whose activation is applied after another node: behind max pooling there are fewer values."""


@dataclass(frozen=True)
class Plan:
    """A resolved spec."""

    spec: Spec
    name: str
    seed: int
    random: Random
    """What the seed means."""

    data_type: DataType
    inputs: Mapping[str, Shape]
    nodes: tuple[Node, ...]
    """In an order in which every node comes after its inputs."""

    outputs: tuple[str, ...]
    """Names of the output nodes, in file order."""

    updater: Updater | None
    """The network's updater, its rate filled in; a layer's own stands on the layer."""

    data: DataSet | None
    train: Training | None
    evaluation: Mapping[str, Evaluated] = field(default_factory=dict)
    """By the names of the outputs that have a loss."""

    transfer: Transfer | None = None
    training_order: OrderName = "modern"
    minibatch: bool = True
    minimize: bool = True
    iterations: int = 1
    tbptt: Truncation | None = None
    """How sequences are cut into windows to train on."""

    origins: Mapping[Path, Origin] = field(default_factory=dict)
    execution: Execution = Execution()
    warnings: tuple[Problem, ...] = ()

    def node(self, name: str) -> Node:
        """The node of this name. Raises: KeyError."""
        found = next((node for node in self.nodes if node.name == name), None)
        if found is None:
            raise KeyError(name)
        return found

    def choosing(self, name: str) -> tuple[Node, ...]:
        """The nodes to which the values of a network input are indices."""
        return tuple(node for node in self.nodes if node.layer.takes_indices and name in node.inputs)

    @property
    def scored(self) -> tuple[str, ...]:
        """Names of the outputs that have a loss, in file order."""
        scored = {node.name for node in self.nodes if isinstance(node.layer, ScoredLayer)}
        return tuple(name for name in self.outputs if name in scored)

    @property
    def learning_alone(self) -> tuple[Node, ...]:
        """The layers that pre-training trains, from the bottom up: each comes after those that it takes."""
        return tuple(node for node in self.nodes if node.layer.pretrains and not node.layer.frozen)

    @property
    def pretrains(self) -> bool:
        """Whether training begins with these."""
        return self.train is not None and bool(self.train.pretrain)

    @property
    def order(self) -> TrainingOrder:
        """What a training step does in which order."""
        return TrainingOrder(self.training_order, self.minibatch, self.minimize, self.iterations)

    def each_parameter(self) -> Iterator[tuple[Node, str, Parameter]]:
        """Every parameter of every node, with its name there."""
        for node in self.nodes:
            for name, parameter in node.parameters.items():
                yield node, name, parameter

    @property
    def parameters(self) -> int:
        """How many trainable numbers the network has."""
        return sum(node.size for node in self.nodes)

    def as_dict(self) -> dict[str, object]:
        """Plain values for JSON and YAML: every setting with its value, every node with its shapes."""
        return {
            "name": self.name,
            "seed": self.seed,
            "random": _short(settings_of(self.random)),
            "data_type": self.data_type,
            "training_order": self.training_order,
            "minibatch": self.minibatch,
            **({"tbptt": {"forward": self.tbptt.forward, "backward": self.tbptt.reach}} if self.tbptt else {}),
            "minimize": self.minimize,
            "iterations": self.iterations,
            "inputs": {name: str(shape) for name, shape in self.inputs.items()},
            "layers": [_node_as_dict(node) for node in self.nodes],
            "outputs": list(self.outputs),
            "execution": asdict(self.execution),
            "parameters": self.parameters,
            **({"transfer": self.transfer.model_dump(mode="json", exclude_none=True)} if self.transfer else {}),
            "data": settings_of(self.data) if self.data else None,
            "train": self.train.model_dump(mode="json", exclude_none=True) if self.train else None,
            "evaluation": {name: [_short(settings_of(metric)) for metric in evaluated.metrics] for name, evaluated in self.evaluation.items()},
        }


def _node_as_dict(node: Node) -> dict[str, object]:
    about = {"name": node.name, "inputs": list(node.inputs), "output": str(node.output), "parameters": node.size}
    return about | ({"inserted": node.note} if node.note else {}) | node.settings(without=("name", "input"))


def settings_of(component: Component, without: tuple[str, ...] = ()) -> dict[str, object]:
    """A component's settings as plain values, without those that are not set."""
    values = component.model_dump(mode="json", exclude_none=True)
    return {name: _short(value) for name, value in values.items() if name not in without}


def _short(value: object) -> object:
    """A component that is only its tag becomes a bare word, a fixed schedule its number, `[3]` becomes 3."""
    if isinstance(value, dict):
        if set(value) == {"type"}:
            return value["type"]
        if set(value) == {"type", "value"} and value["type"] in ("fixed", "constant"):
            return value["value"]
        return {name: _short(item) for name, item in value.items() if item is not None}
    if isinstance(value, list | tuple):
        return _short(value[0]) if len(value) == 1 and not isinstance(value[0], list | tuple) else [_short(item) for item in value]
    return value
