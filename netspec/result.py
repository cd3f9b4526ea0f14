"""What `evaluate` gives back: the loss, what was found out about each output, and the table of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from netspec.errors import UsageError
from netspec.evaluation import Evaluation, Judged
from netspec.report.evaluation import plain_text
from netspec.words import listed


@dataclass(frozen=True)
class Result:
    """An evaluation: the mean loss and everything counted, with its table.

    Where there is one output, its figures are the result's own; of several, `result["name"]` has them.
    """

    loss: float
    """Mean over the examples; of several outputs, the sum of their losses, each times its `loss_weight`; of none, that of the reconstructions."""

    outputs: Mapping[str, Judged]
    """By the names of the outputs."""

    note: str | None = None
    """What a reader must know before the figures, e.g. that another data set stood in."""

    reconstructions: Mapping[str, float] = field(default_factory=dict)
    """Of each layer that was pre-trained, the mean loss with which it gives its input back."""

    def __getitem__(self, output: str) -> Judged:
        """What was found out about one output. Raises: UsageError when there is none of this name."""
        if output not in self.outputs:
            raise UsageError(f"there is no output {output}", help=f"there is {listed(self.outputs, 'and')}")
        return self.outputs[output]

    @property
    def evaluation(self) -> Evaluation:
        """What the first metric of the only output found out."""
        return next(iter(self._only.evaluations.values()))

    @property
    def evaluations(self) -> Mapping[str, Evaluation]:
        """What each metric of the only output found out, by its word."""
        return self._only.evaluations

    @property
    def accuracy(self) -> float:
        """Share of the examples whose class was found. Raises: UsageError for regression."""
        return self.figure("accuracy")

    @property
    def precision(self) -> float:
        """Macro average over the classes that were predicted; of class 1 where there are two."""
        return self.figure("precision")

    @property
    def recall(self) -> float:
        """Macro average over the classes that are present; of class 1 where there are two."""
        return self.figure("recall")

    @property
    def f1(self) -> float:
        """Macro average over the classes that have one; of class 1 where there are two."""
        return self.figure("f1")

    def figure(self, name: str) -> float:
        """One figure by its name, like auc; of several outputs `output.auc`. Raises: UsageError when there is none of this name."""
        output, _, figure = name.partition(".")
        if output in self.outputs and figure:
            return self.outputs[output].figure(figure)
        return self._only.figure(name)

    @property
    def _only(self) -> Judged:
        if len(self.outputs) > 1:
            raise UsageError(f"the network has several outputs, {listed(self.outputs, 'and')}", help=f"result[{next(iter(self.outputs))!r}] is one of them")
        if not self.outputs:
            raise UsageError("the network has no output with a loss", help="result.reconstructions is how well its layers give their input back")
        return next(iter(self.outputs.values()))

    def table(self) -> str:
        """The table as plain text, at most 80 columns wide."""
        return plain_text(self.outputs, self.reconstructions, note=self.note)

    def as_dict(self) -> dict[str, object]:
        """Plain values for JSON: the figures of the only output, or of several each under its name."""
        more: dict[str, object] = {"note": self.note} if self.note else {}
        if self.reconstructions:
            more["reconstructions"] = dict(self.reconstructions)
        if len(self.outputs) == 1:
            return {**more, **self._only.as_dict(), "loss": self.loss}
        return {**more, "loss": self.loss, "outputs": {name: judged.as_dict() for name, judged in self.outputs.items()}}
