"""The four trainings that every program is given, as plain values: what specs/*.yaml says, for those that cannot read it."""

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True)
class Job:
    """Convolutions with max pooling of 2 behind each, dense layers, ten classes; ReLU everywhere; softmax cross-entropy."""

    spec: str
    hidden: int
    batch_size: int
    epochs: int
    updater: Literal["nesterovs", "adam"] = "adam"
    filters: tuple[int, ...] = ()
    kernel: int = 0
    padding: int = 0
    mean: float = 0.0
    std: float = 1.0
    rate: float = 1e-3
    momentum: float = 0.0
    l2: float = 0.0
    """On weights, as λ/2·w² in the loss."""

    examples: int = 60000
    """Fewer are the first of MNIST, more repeat it."""

    @property
    def flat(self) -> int:
        """Inputs of the hidden layer."""
        side = 28
        for _ in self.filters:
            side = (side + 2 * self.padding - self.kernel + 1) // 2
        return side * side * (self.filters[-1] if self.filters else 1)


JOBS = {
    job.spec: job
    for job in (
        Job("mlp_single_layer", 1000, 128, 15, "nesterovs", rate=0.006, momentum=0.9, l2=1e-4),
        Job("mlp_500", 500, 100, 5),
        Job("cnn_small", 128, 64, 5, filters=(16, 32), kernel=3, padding=1, mean=0.1307, std=0.3081),
        Job("cnn_5x5", 256, 100, 10, filters=(32, 64), kernel=5),
    )
}
