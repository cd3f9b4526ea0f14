"""The Spec: what a person wrote, typed and frozen, with nothing filled in.

Network-wide settings stand at the top level, as in DL4J's builder; layers inherit what they do not set. Whether a
field was said is in `model_fields_set`; filling in is the resolver's work.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Annotated, Any, Literal, TypeGuard

from pydantic import Field, PlainSerializer, PlainValidator, PrivateAttr, TypeAdapter, ValidationError

from netspec.activations import Activation
from netspec.blocks import Layers
from netspec.component import Frozen, refuse, unset
from netspec.constraints import Constraints
from netspec.datasets import DataSet
from netspec.dropouts import Dropout
from netspec.errors import Path, Position, Problem, SpecError
from netspec.fields import LARGEST, Name, Names, Seed, Size
from netspec.flat_words import lift, said_at
from netspec.gradient_normalizations import GradientNormalization
from netspec.initializers import Initializer
from netspec.metrics import Metric, Metrics
from netspec.randoms import Random
from netspec.schedules import Coefficient
from netspec.shapes import Recurrent, Shape, parse_shape
from netspec.source import Source
from netspec.training import Training
from netspec.training_order import OrderName
from netspec.transfer import TransferOf
from netspec.transforms import Normalization
from netspec.truncation import Truncation
from netspec.updaters import Updater
from netspec.weight_decay import WeightDecay
from netspec.weight_noises import WeightNoise

DataType = Literal["float32", "float64", "float16", "bfloat16"]


def _one_shape(value: object, at: tuple[str, ...]) -> Shape:
    if isinstance(value, Shape):
        return value
    if _is_size(value):
        value = str(value)
    if isinstance(value, Mapping):
        return _sequence(value, at)
    shape = parse_shape(value) if isinstance(value, str) else None
    if isinstance(shape, Recurrent):
        first, second = shape.dims
        help_ = f"an image of one channel is 1x{value}, a sequence {{type: recurrent, size: {second}, length: {first}}}"
        raise refuse("must have 1, 3 or 4 sizes", at=at, got=value, help=help_)
    if shape is None:
        raise refuse("must be sizes like 784 or 1x28x28", at=at, got=value, help="channels x height x width, without the batch")
    return shape


def _sequence(value: Mapping[str, Any], at: tuple[str, ...]) -> Shape:
    size, length = value.get("size"), value.get("length")
    if value.get("type") == "recurrent" and set(value) <= {"type", "size", "length"} and _is_size(size) and (length is None or _is_size(length)):
        return Recurrent(size, length)
    raise refuse("must be {type: recurrent, size: …, length: …}", at=at, got=value, help="size: features of one step; length: steps, may be left out")


def _is_size(value: object) -> TypeGuard[int]:
    return isinstance(value, int) and not isinstance(value, bool) and 0 < value <= LARGEST


def _inputs(value: Any) -> dict[str, Shape]:
    if isinstance(value, Mapping) and not value:
        raise refuse("must name at least one input", got=value, help="for example input: 784, or input: {left: 4, right: 3}")
    if isinstance(value, Mapping) and "type" not in value:
        return {name: _one_shape(item, (name,)) for name, item in value.items()}
    return {"input": _one_shape(value, ())}


Inputs = Annotated[dict[str, Shape], PlainValidator(_inputs), PlainSerializer(lambda shapes: {name: _written(shape) for name, shape in shapes.items()})]
"""Shapes of the network's inputs by name; a single unnamed one is called `input`."""


def _evaluation(value: Any) -> Any:
    if isinstance(value, Mapping) and not value:
        raise refuse("must name at least one output", got=value, help="for example evaluation: roc, or evaluation: {left: roc, right: regression}")
    by_name = isinstance(value, Mapping) and "type" not in value
    return _evaluations(dict[Name, Metrics] if by_name else Metrics).validate_python(value)


@cache
def _evaluations(kind: Any) -> TypeAdapter[Any]:
    return TypeAdapter(kind)


def _dumped(value: tuple[Metric, ...] | dict[str, tuple[Metric, ...]]) -> object:
    if isinstance(value, dict):
        return {name: _dumped(metrics) for name, metrics in value.items()}
    return [metric.model_dump(mode="json", exclude_none=True) for metric in value] if value else None


Evaluations = Annotated[tuple[Metric, ...] | dict[str, tuple[Metric, ...]], PlainValidator(_evaluation), PlainSerializer(_dumped)]
"""A metric or a list of them; or, for several outputs, a map from their names."""


def _written(shape: Shape) -> object:
    if isinstance(shape, Recurrent):
        return {"type": "recurrent", "size": shape.size} | ({} if shape.length is None else {"length": shape.length})
    return str(shape)


@dataclass(frozen=True)
class Written:
    """Where a Spec was written; equal to any other, since it is no part of what the spec says."""

    source: Source = field(default_factory=lambda: Source({}), compare=False)
    moved: Mapping[Path, Path] = field(default_factory=dict, compare=False)


class Spec(Frozen):
    """A network and its training job, as written."""

    name: Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$")] = unset()
    """What the job is called; the run folder begins with it. Letters, digits, `_`, `-`, `.`, at most 64."""

    seed: Seed = unset()
    """Seed of every random draw: initial weights, order, splits, dropout."""

    random: Random = unset()
    """What the seed means: `netspec` (torch's generators), or `dl4j` for the weights, masks and order that DL4J draws from it."""

    data_type: DataType = unset()
    """Number format of weights and activations."""

    activation: Activation = unset()
    """Activation of every layer that does not say its own; output and loss layers never take it."""

    weight_init: Initializer = unset()
    """Distribution of the initial weights of every layer that does not say its own."""

    bias_init: Initializer = unset()
    """Initial biases of every layer that does not say its own: a number or a distribution."""

    updater: Updater = unset()
    """Rule that turns gradients into steps: a word, with its settings beside it, or a mapping."""

    bias_updater: Updater = unset()
    """Updater of all biases, where it differs from that of the weights; of gains too, where that one moves matrices only (muon)."""

    l1: Coefficient = unset()
    """L1 coefficient of weights: l1·|w| is added to the score."""

    l2: Coefficient = unset()
    """L2 coefficient of weights: ½·l2·w² is added to the score, l2·w to the gradient before the updater."""

    weight_decay: WeightDecay = unset()
    """Decoupled decay of weights, times the learning rate."""

    l1_bias: Coefficient = unset()
    """L1 coefficient of biases."""

    l2_bias: Coefficient = unset()
    """L2 coefficient of biases."""

    weight_decay_bias: WeightDecay = unset()
    """Decoupled decay of biases."""

    gradient_normalization: GradientNormalization = unset()
    """Rescaling or clipping of each layer's gradients before the updater: a word, or {type: clip_l2_per_layer, threshold: 0.5}."""

    constraints: Constraints = unset()
    """What the weights of each layer are brought back to after each update; a layer's own replace them all."""

    dropout: Dropout = unset()
    """Dropout on the input of every layer with weights but the first."""

    weight_noise: WeightNoise = unset()
    """Noise on the weights of every layer while training."""

    minibatch: bool = unset()
    """Whether a batch counts as the mean of its examples; false: as their sum, in score and gradient, as in DL4J's miniBatch(false)."""

    tbptt: Truncation = unset()
    """Truncated back-propagation: sequences are trained on in windows, {forward: 20}, with the state carried from one to the next."""

    minimize: bool = unset()
    """Whether training makes the loss small; false: large, as for a score or a reward. What regularisation adds is kept small in both."""

    iterations: Size = unset()
    """Updates made on each batch, one after the other, 1 when nothing is said: DL4J's iterations(n), of releases up to 0.9.1."""

    training_order: OrderName = unset()
    """When a step divides by the batch and adds l1 and l2: modern, or as DL4J did in 1.0.0-beta3 or before (legacy)."""

    input: Inputs = unset()
    """Shape of one example where there is no `data`: 784, 1x28x28, {type: recurrent, size: 8}, or a map from input names to shapes."""

    layers: Layers
    """The network, a list of layers; each takes the one before unless it says `input`."""

    transfer: TransferOf = unset()
    """Weights to begin with that were learned elsewhere: a run folder or a file, or {weights: …, freeze_up_to: …, new: …}."""

    outputs: Names = unset()
    """Names of the layers that are outputs; all output and loss layers when nothing is said."""

    data: DataSet = unset()
    """Where examples come from."""

    normalize: Normalization = unset()
    """How features of `data` are scaled where it does not say so itself, with numbers of the values as stored: what was learned from other examples.

    Arrays given from Python to a network without `data` are taken as they are.
    """

    train: Training = unset()
    """How to train."""

    evaluation: Evaluations = unset()
    """What evaluation finds out: a metric, a list of them, or a map from names of outputs; what fits the loss and the labels when nothing is said."""

    _source: Written = PrivateAttr(default_factory=Written)

    @property
    def source(self) -> Source:
        """Where each value was written."""
        return self._source.source

    def at(self, path: Path) -> Any:
        """The value at a path, as the spec says it. Raises: LookupError, AttributeError."""
        value: Any = self
        for step in path:
            value = getattr(value, step) if isinstance(step, str) else value[step]
        return value

    def where(self, path: Path, *, key: bool = False) -> Position | None:
        """Where the value at a path stands, if the spec came from a text."""
        return self.source.position(self.said_at(path), key=key)

    def said_at(self, path: Path) -> Path:
        """The path a value was written at: words beside a bare updater belong to it but stand beside it."""
        return self.source.as_written(said_at(path, self._source.moved))


def _holds(path: Path, unread: frozenset[Path]) -> bool:
    return any(other[: len(path)] == path for other in unread)


def parse(source: Source) -> Spec:
    """Read the meaning of a Source.

    Raises: SpecError with every problem of the file, those of the reading included.
    """
    lifted = lift(source)
    problems: list[Problem] = [*source.problems, *lifted.problems]
    try:
        spec = Spec.model_validate(lifted.values)
    except ValidationError as error:
        from netspec.refusals import problems_of  # a good spec has no use for it

        found = problems_of(error, Spec, lifted, source)
        known = source.damaged | {problem.path for problem in problems}
        problems += [problem for problem in found if problem.path not in known and not _holds(problem.path, source.unread)]
        raise SpecError(problems) from None
    if problems:
        raise SpecError(problems)
    spec._source = Written(source, lifted.moved)
    return spec
