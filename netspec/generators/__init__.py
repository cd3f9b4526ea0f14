"""What a network draws by chance, each source under the name of its `random` word: the torch side of `randoms`."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from torch import Tensor, nn

from netspec.dropouts import Dropout
from netspec.errors import Path
from netspec.initializers import Fans, Initializer
from netspec.layers import Layer, Parameter
from netspec.shapes import Shape
from netspec.weight_noises import WeightNoise


@dataclass(frozen=True)
class Fresh:
    """A parameter that is to get its initial values."""

    tensor: Tensor
    initializer: Initializer
    fans: Fans
    path: Path
    """Where its layer stands in the spec."""

    layer: Layer | None = None
    """Whose it is."""

    gates: tuple[str, ...] = ()
    """What the blocks along its first axis are for."""


class Chance(Protocol):
    """The random streams of one network."""

    def initialise(self, parameters: Sequence[Fresh]) -> None:
        """Draw initial values, in place; parameters come in the network's order. Called without gradient tracking."""
        ...

    def noise(self, dropout: Dropout, shape: Shape) -> nn.Module:
        """Noise on inputs of this shape, in training only."""
        ...

    def weight_noises(self, noise: WeightNoise, layer: str, parameters: Mapping[str, Parameter]) -> dict[str, nn.Module]:
        """Noise on these parameters of a layer of this type, by name, in the order of drawing; in training only."""
        ...

    def order(self, epoch: int, examples: int) -> Tensor:
        """The order of the examples in an epoch, a pure function of seed and arguments: a permutation of 0 … examples−1."""
        ...

    def state(self) -> dict[str, Tensor]:
        """Where the streams stand, beside torch's own generators; empty where those are all there is."""
        ...

    def set_state(self, state: Mapping[str, Tensor]) -> None:
        """Go back to where `state` was taken; it may hold other entries too."""
        ...
