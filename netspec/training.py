"""The `train:` block: how long, in what batches, on what, when to stop and what to keep."""

import re
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, Field, model_validator

from netspec.component import Frozen, refuse, unset
from netspec.fields import Count, NotNegative, Positive, Size

_SECONDS = {"d": 86400, "h": 3600, "m": 60, "s": 1}
_DURATION = re.compile(r"(?:\d+(?:\.\d+)?[dhms])+")


def seconds(duration: str) -> float:
    """How long a duration of a spec is.

    >>> seconds("1h30m")
    5400.0
    """
    return sum(float(number) * _SECONDS[unit] for number, unit in re.findall(r"([\d.]+)([dhms])", duration))


def _duration(text: str) -> str:
    if not _DURATION.fullmatch(text) or seconds(text) <= 0:
        raise refuse("must be a time like 90s, 30m, 2h or 1h30m", got=text)
    return text


Duration = Annotated[str, AfterValidator(_duration)]


class Checkpoints(Frozen):
    """How often the state of a training is kept besides the end of each epoch: the `checkpoint:` block."""

    every_steps: Size = unset()
    """Updates between two checkpoints."""

    every_minutes: Positive = unset()
    """Minutes between two checkpoints."""

    keep: Size = 2
    """How many checkpoints are kept, newest first; the best epoch's weights are kept besides."""


class EarlyStopping(Frozen):
    """When training ends before its epochs are over: the `early_stopping:` block. `keep: best` goes by the same figure."""

    watch: str = "loss"
    """The validation figure that is looked at: loss, or one of the evaluation's, as accuracy, f1, auc, rmse; of several outputs `output.f1`. With
    `reconstruction` each layer's pre-training is ended, and its best weights are kept, by how well it gives its input back."""

    patience: Size = unset()
    """Epochs without a gain after which training ends."""

    least_gain: NotNegative = 0.0
    """How much better than the best so far the figure must be to count as a gain."""

    target: float = unset()
    """Value of the figure with which, or with a better one, training ends."""

    at_most: Positive = unset()
    """Loss of a training batch above which training ends at once, without regularisation."""

    @model_validator(mode="after")
    def _some_condition(self) -> Self:
        if not {"patience", "target", "at_most"} & self.model_fields_set:
            raise refuse("must have patience, target or at_most", help="for example patience: 5, epochs without a gain")
        return self

    @property
    def needs_validation(self) -> bool:
        """Whether it looks at validation examples."""
        return bool({"patience", "target"} & self.model_fields_set)


class Training(Frozen):
    """How a network is trained: the `train:` block."""

    epochs: Count
    """Passes over the training examples; 0 where `pretrain` is all the training."""

    pretrain: Size = unset()
    """Epochs for which each layer that can learn from its input alone (autoencoder, variational_autoencoder) does so first, from the bottom up."""

    batch_size: Size
    """Examples in a batch; the last batch of an epoch may be smaller."""

    shuffle: bool = True
    """Whether each epoch sees the examples in a new order, a pure function of the seed and the epoch."""

    drop_last: bool = False
    """Whether a last batch smaller than `batch_size` is left out."""

    accumulate: Size = 1
    """Batches whose gradients are averaged, example by example, for one update: learning as from larger batches in the memory of smaller ones."""

    device: Annotated[str, Field(pattern=r"^(auto|cpu|mps|cuda(:[0-9]+)?)$")] = "auto"
    """Where to train: auto (a GPU if there is one), cpu, cuda, cuda:1, mps."""

    autocast: Literal["bfloat16", "float16"] = unset()
    """Number format of matrix products and convolutions where weights stay float32: faster on hardware that has it, with rounder numbers."""

    tf32: bool = False
    """Whether a GPU may round the factors of float32 products to 10 bits after the point, which is faster."""

    compile: Literal["default", "reduce-overhead", "max-autotune"] = unset()
    """How torch compiles the network first, which takes seconds to minutes; reduce-overhead uses CUDA graphs on a GPU. Not at all when nothing is said."""

    early_stopping: EarlyStopping = unset()
    """When to end before all epochs: watch a validation figure for patience (epochs) without least_gain, a target, or a batch's loss (at_most)."""

    validate_every: Size = 1
    """Epochs from one look at the validation part to the next."""

    ema: Annotated[float, Field(gt=0, lt=1)] = unset()
    """Decay of an exponential moving average of the weights, in (0, 1), such as 0.999: the network is evaluated and saved with the average, and trained on
    without it. In the first updates the decay is at most (1 + n) / (10 + n), so that the beginning is soon forgotten."""

    max_time: Duration = unset()
    """Time after which training ends, in the middle of an epoch too: 90s, 30m, 2h, 1h30m; time before a resume counts."""

    checkpoint: Checkpoints = unset()
    """How often the state is kept besides each epoch's end: every_steps, every_minutes, and how many of them (keep)."""

    keep: Literal["best", "last"] = unset()
    """Weights at the end: of the epoch with the best validation score (where there is a validation part), or of the last epoch."""
