"""Whether probabilities come true."""

from types import MappingProxyType
from typing import TYPE_CHECKING, Literal

from netspec.errors import Refused
from netspec.fields import Size
from netspec.metrics import Metric, Output

if TYPE_CHECKING:
    from netspec.counters import Counter


class CalibrationMetric(Metric):
    """How far probabilities are from how often they come true: reliability, and histograms of residuals and probabilities. DL4J's EvaluationCalibration."""

    type: Literal["calibration"] = "calibration"
    takes_truths = True
    figures = MappingProxyType({"calibration_error": "smaller"})

    bins: Size = 10
    """Bins of the reliability diagram, equal parts of [0, 1]."""

    histogram_bins: Size = 50
    """Bins of the histograms."""

    def check(self, output: Output) -> None:
        """It needs probabilities."""
        if not output.probabilities:
            raise Refused("", "must be another: the outputs are no probabilities", got=self.type)
        self.check_names(output)

    def build(self, output: Output, names: tuple[str, ...]) -> "Counter":
        """Counts by probability."""
        from netspec.counters.calibration import CalibrationCounter

        return CalibrationCounter(self.bins, self.histogram_bins, exclusive=output.exclusive, names=self.names_of_outputs(output, names))
