"""One class for each example: the confusion matrix, and what follows from it."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Annotated, Literal, Self

from pydantic import BeforeValidator, Field, model_validator

from netspec.component import refuse, unset
from netspec.errors import Refused
from netspec.fields import Positive, Size
from netspec.metrics import Better, Metric, Output, _listed

if TYPE_CHECKING:
    from netspec.counters import Counter


class ClassificationMetric(Metric):
    """Accuracy, precision, recall, F1 and the confusion matrix: an example is taken for the class of its largest output. DL4J's Evaluation."""

    type: Literal["classification"] = "classification"
    figures = MappingProxyType(
        {
            "accuracy": "larger",
            "precision": "larger",
            "recall": "larger",
            "f1": "larger",
            "g_measure": "larger",
            "matthews_correlation": "larger",
            "false_positive_rate": "smaller",
            "false_negative_rate": "smaller",
            "false_alarm_rate": "smaller",
        }
    )

    top_n: Size = 1
    """Also how often the right class was among so many likeliest."""

    threshold: float = unset()
    """Of two classes, the second is meant where its probability is above this; ½ when nothing is said."""

    costs: Annotated[tuple[Positive, ...], BeforeValidator(_listed), Field(min_length=2)] = unset()
    """A factor for each class's probability before the largest is taken: to miss a class with a larger factor costs more."""

    positive: Literal[0, 1] = 1
    """Of two classes, the one whose precision, recall and F1 are meant."""

    @property
    def offers(self) -> Mapping[str, Better]:
        """Also how often the class was among the likeliest."""
        return {**self.figures, **({f"top_{self.top_n}_accuracy": "larger"} if self.top_n > 1 else {})}

    @model_validator(mode="after")
    def _one_rule(self) -> Self:
        if self.costs and self.threshold is not None:
            raise refuse(
                "must not be said beside threshold", at=("costs",), got=list(self.costs), help="of two classes, costs [1, c] are the threshold 1 / (1 + c)"
            )
        return self

    def check(self, output: Output) -> None:
        """It needs classes: labels that are, or outputs that stand for them."""
        if output.labels == "values" and output.outputs == 1 and not output.probabilities:
            raise Refused("", "must be another: the output is a plain number, not a class", got=self.type, help="for example regression")
        if self.top_n > output.outputs:
            raise Refused("top_n", f"must be at most {output.outputs}, as there are outputs", got=self.top_n)
        if self.threshold is not None and output.classes != 2:
            raise Refused("threshold", f"must be left out: there are {output.classes} classes, not two", help="costs weigh several")
        if self.costs and len(self.costs) != output.outputs:
            raise Refused("costs", f"must be {output.outputs}, one for each output", got=len(self.costs))
        self.check_names(output)

    def build(self, output: Output, names: tuple[str, ...]) -> "Counter":
        """A count of actual × predicted class."""
        from netspec.counters.classification import ClassificationCounter, Decision

        decision = Decision(self.threshold, self.costs, output.boundary)
        return ClassificationCounter(max(output.classes, len(names)), decision, top_n=self.top_n, positive=self.positive, names=names)
