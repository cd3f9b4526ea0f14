"""Metrics: what evaluation finds out about an output. DL4J's evaluation classes, as words."""

from collections.abc import Mapping
from functools import cache
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Literal, NamedTuple

from pydantic import BeforeValidator, Field, PlainValidator, TypeAdapter

from netspec.component import Component, unset
from netspec.errors import Refused

if TYPE_CHECKING:
    from netspec.counters import Counter

Better = Literal["larger", "smaller"]


class Output(NamedTuple):
    """What an output predicts, as far as a metric must know."""

    outputs: int
    """Values for an example, a step or a position."""

    labels: Literal["classes", "values"]
    """What the labels say: the one class that an example is of, or a number for each output (of yes or no, 1 or 0)."""

    probabilities: bool
    """Whether what is predicted lies in [0, 1]."""

    exclusive: bool
    """Whether an example is of one class: the outputs are a distribution, or scores of which the largest counts."""

    boundary: float = 0.5
    """What divides two classes on a single output."""

    @property
    def classes(self) -> int:
        """How many classes there are, where labels are classes; a single output divides two."""
        return max(self.outputs, 2)

    @property
    def things(self) -> int:
        """How many have a name: the classes, or the outputs."""
        return self.classes if self.labels == "classes" else self.outputs


def _listed(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value


class Metric(Component):
    """Something that is found out about one output, from predictions and labels."""

    family: ClassVar[str] = "metrics"
    noun: ClassVar[str] = "metric"

    figures: ClassVar[Mapping[str, Better]]
    """The figures it gives, the one that says most first, and whether larger or smaller is better."""

    takes_truths: ClassVar[bool] = False
    """Whether labels that are numbers must say yes and no, 1 and 0."""

    @property
    def offers(self) -> Mapping[str, Better]:
        """The figures that it gives with these settings."""
        return self.figures

    names: Annotated[tuple[str, ...], BeforeValidator(_listed), Field(min_length=1)] = unset()
    """What the classes or outputs are called, where the data do not say; for the output's other metrics too."""

    def check(self, output: Output) -> None:
        """Refuse an output that this cannot judge. Raises: Refused."""

    def build(self, output: Output, names: tuple[str, ...]) -> "Counter":
        """What counts it; `names` are what the classes or outputs are called, or none."""
        raise NotImplementedError

    def check_names(self, output: Output) -> None:
        """As many names as there are things to name. Raises: Refused."""
        if self.names and len(self.names) != output.things:
            raise Refused("names", f"must be {output.things}, as there are to name", got=len(self.names))

    @staticmethod
    def names_of_outputs(output: Output, names: tuple[str, ...]) -> tuple[str, ...]:
        """What each output is called; a single one that divides two classes is called as the second."""
        return names[-output.outputs :] if len(names) == output.things else ()


def _metrics(value: Any) -> Any:
    return _adapter().validate_python(tuple(value)) if isinstance(value, list | tuple) else (Metric.parse(value),)


@cache
def _adapter() -> TypeAdapter[tuple[Metric, ...]]:
    return TypeAdapter(Annotated[tuple[Metric, ...], Field(min_length=1)])


Metrics = Annotated[tuple[Metric, ...], PlainValidator(_metrics)]
"""One metric, or a list of them."""


def usual(output: Output, of: Literal["classes", "probabilities", "values"]) -> Metric:
    """The metric where nothing is said; `of` is what the loss takes the outputs for."""
    if output.labels == "classes" or output.exclusive or (of == "probabilities" and output.outputs == 1):
        return Metric.parse("classification")
    return Metric.parse("binary" if of == "probabilities" else "regression")
