"""Independent yes/no outputs."""

from types import MappingProxyType
from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import BeforeValidator, Field

from netspec.errors import Refused
from netspec.metrics import Metric, Output

if TYPE_CHECKING:
    from netspec.counters import Counter


def _each(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else (value,) if isinstance(value, int | float) and not isinstance(value, bool) else value


class BinaryMetric(Metric):
    """Accuracy, precision, recall and F1 of each output, taken as yes where it is above the threshold. DL4J's EvaluationBinary."""

    type: Literal["binary"] = "binary"
    takes_truths = True
    figures = MappingProxyType(
        {
            "accuracy": "larger",
            "f1": "larger",
            "precision": "larger",
            "recall": "larger",
            "g_measure": "larger",
            "matthews_correlation": "larger",
            "false_alarm_rate": "smaller",
        }
    )

    threshold: Annotated[tuple[float, ...], BeforeValidator(_each), Field(min_length=1)] = (0.5,)
    """What an output must be above to say yes: a number, or one for each output."""

    def check(self, output: Output) -> None:
        """It needs outputs that say yes or no."""
        if not output.probabilities and "threshold" not in self.model_fields_set:
            raise Refused("threshold", "must be set: the outputs are no probabilities")
        if len(self.threshold) not in (1, output.outputs):
            raise Refused("threshold", f"must be one number, or {output.outputs}, one for each output", got=len(self.threshold))
        self.check_names(output)

    def build(self, output: Output, names: tuple[str, ...]) -> "Counter":
        """Four counts for each output."""
        from netspec.counters.binary import BinaryCounter

        return BinaryCounter(self.threshold, self.names_of_outputs(output, names))
