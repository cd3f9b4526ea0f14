"""Training as it goes: a live bar on a terminal, one line an epoch elsewhere."""

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeRemainingColumn

from netspec.train.history import Epoch
from netspec.words import in_time


class TrainingProgress:
    """Tells a console, on stderr, how training goes."""

    def __init__(self, console: Console, *, quiet: bool = False) -> None:
        self.console, self.quiet = console, quiet
        self.total = self.per_epoch = 0
        self.rate: float | None = None
        """Learning rate of the epoch before."""

        self.bar: Progress | None = None
        self.task: TaskID | None = None

    def begin(self, epochs: int, batches: int) -> None:
        """Training starts."""
        self.total, self.per_epoch = epochs, batches
        if self.console.is_terminal and not self.quiet:
            columns = (
                TextColumn("{task.description}"),
                BarColumn(bar_width=24),
                MofNCompleteColumn(),
                TextColumn("{task.fields[loss]}"),
                TimeRemainingColumn(),
            )
            self.bar = Progress(*columns, console=self.console, transient=True)
            self.task = self.bar.add_task("", total=epochs * batches, loss="")
            self.bar.start()

    def batches(self, epoch: int, done: int, loss: float) -> None:
        """`done` batches of an epoch are through."""
        if self.bar is not None and self.task is not None:
            through = (epoch - 1) % self.total * self.per_epoch + done
            self.bar.update(self.task, completed=through, description=f"epoch {epoch}", loss=f"loss {loss:.4f}")

    def epoch(self, record: Epoch) -> None:
        """An epoch is over."""
        if not self.quiet:
            self.console.print(_line(record, self.total, self.rate))
        self.rate = record.learning_rate

    def end(self) -> None:
        """Training is over or was stopped."""
        if self.bar is not None:
            self.bar.stop()
            self.bar = None


def _line(record: Epoch, total: int, rate_before: float | None) -> str:
    """At most 80 columns; the learning rate where it has changed, the speed where there is room."""
    what = f"{record.layer} " if record.layer else ""
    said = [f"{what}epoch {record.epoch:>{len(str(total))}}/{total}", f"loss {record.loss:.4f}"]
    if record.validation_loss is not None:
        accuracy = "" if record.validation_accuracy is None else f", accuracy {record.validation_accuracy:.4f}"
        said.append(f"validation {record.validation_loss:.4f}{accuracy}")
    if record.learning_rate not in (None, rate_before):
        said.append(f"rate {record.learning_rate:.4g}")
    speed = f", {record.examples / record.seconds:,.0f} examples/s" if record.seconds and record.validation_loss is None else ""
    return "  ".join([*said, in_time(record.seconds) + speed])
