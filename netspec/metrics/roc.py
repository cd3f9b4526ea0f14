"""Curves over all thresholds, and the areas under them."""

from types import MappingProxyType
from typing import TYPE_CHECKING, Literal

from netspec.component import unset
from netspec.errors import Refused
from netspec.fields import Size
from netspec.metrics import Metric, Output

if TYPE_CHECKING:
    from netspec.counters import Counter


class RocMetric(Metric):
    """Areas under the ROC curve and under precision against recall: of the second of two classes, of each class against all others, or of each yes/no output.

    DL4J's ROC, ROCMultiClass and ROCBinary.
    """

    type: Literal["roc"] = "roc"
    takes_truths = True
    figures = MappingProxyType({"auc": "larger", "auprc": "larger"})

    steps: Size = unset()
    """Equal steps between thresholds from 0 to 1, for examples too many to keep all scores; when nothing is said, the areas are exact."""

    def check(self, output: Output) -> None:
        """Any score will do, but equal steps need probabilities."""
        if self.steps and not output.probabilities:
            raise Refused("steps", "must be left out: the outputs are no probabilities", got=self.steps)
        self.check_names(output)

    def build(self, output: Output, names: tuple[str, ...]) -> "Counter":
        """All scores, or how many reach each threshold."""
        from netspec.counters.roc import RocCounter

        return RocCounter(self.steps, second_only=output.exclusive, names=self.names_of_outputs(output, names))
