"""What `evaluate` gives back: the loss, everything counted, and the table of it."""

from dataclasses import dataclass

from netspec.errors import UsageError
from netspec.metrics.classification import Classification
from netspec.metrics.regression import Regression
from netspec.report.evaluation import plain_text


@dataclass(frozen=True)
class Result:
    """An evaluation: the mean loss and everything counted, with its table."""

    loss: float
    evaluation: Classification | Regression

    @property
    def accuracy(self) -> float:
        """Share of the examples whose class was found. Raises: UsageError for regression."""
        return self._classes.accuracy

    @property
    def precision(self) -> float:
        """Macro average over the classes that were predicted; of class 1 where there are two."""
        return self._classes.precision

    @property
    def recall(self) -> float:
        """Macro average over the classes that are present; of class 1 where there are two."""
        return self._classes.recall

    @property
    def f1(self) -> float:
        """Macro average over the classes that have one; of class 1 where there are two."""
        return self._classes.f1

    @property
    def _classes(self) -> Classification:
        if not isinstance(self.evaluation, Classification):
            raise UsageError("a regression has no classes; look at result.evaluation")
        return self.evaluation

    def table(self) -> str:
        """The table as plain text, at most 80 columns wide."""
        return plain_text(self.evaluation)

    def as_dict(self) -> dict[str, object]:
        """Plain values for JSON."""
        return {"loss": self.loss, **self.evaluation.as_dict()}
