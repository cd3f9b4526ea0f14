"""How far values are off."""

from types import MappingProxyType
from typing import TYPE_CHECKING, Literal

from netspec.errors import Refused
from netspec.metrics import Metric, Output

if TYPE_CHECKING:
    from netspec.counters import Counter


class RegressionMetric(Metric):
    """Squared and absolute errors, Pearson's correlation and R² of each output. DL4J's RegressionEvaluation."""

    type: Literal["regression"] = "regression"
    figures = MappingProxyType({"mse": "smaller", "mae": "smaller", "rmse": "smaller", "rse": "smaller", "correlation": "larger", "r2": "larger"})

    def check(self, output: Output) -> None:
        """It needs labels that are numbers."""
        if output.labels == "classes":
            raise Refused("", "must be another: the labels are classes", got=self.type, help="for example classification")
        self.check_names(output)

    def build(self, output: Output, names: tuple[str, ...]) -> "Counter":
        """Sums of errors."""
        from netspec.counters.regression import RegressionCounter

        return RegressionCounter(self.names_of_outputs(output, names))
