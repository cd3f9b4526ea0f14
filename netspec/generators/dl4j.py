"""DL4J's streams: one generator for weights and noise, seeded once, and java.util.Random for the order of the examples."""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from itertools import groupby
from math import prod

import numpy as np
import torch
from torch import Tensor, nn

from netspec.dropouts import Dropout
from netspec.generators import Fresh
from netspec.generators._counter import Counter
from netspec.generators._java import JavaRandom
from netspec.generators._numbers import Array, Format, Numbers, rounded
from netspec.generators._twister import Twister
from netspec.generators._xoroshiro import Xoroshiro
from netspec.initializers import Distribution
from netspec.layers import Layer, Parameter
from netspec.shapes import Shape
from netspec.weight_noises import WeightNoise
from netspec.wrappers import Wrapper

GENERATORS: Mapping[str, Callable[[int], Numbers]] = {
    "0.6.0": Twister,
    "0.9.1": Xoroshiro,
    "1.0.0-beta": Xoroshiro,
    "1.0.0-beta2": partial(Xoroshiro, single=True),
    "1.0.0-beta3": partial(Xoroshiro, single=True, halves=True),
    "1.0.0-beta7": partial(Counter, divided=True),
    "1.0.0-M2.1": Counter,
}
"""By the last release that has it."""

ROW_BY_ROW = "0.9.1"
"""Until then, from 0.7.2 on, uniform numbers fill a matrix row by row, and a row is what one input has for all units."""

BIASES_FIRST = frozenset({"conv"})

GATES = ("cell", "forget", "output", "input")
"""The order in which a layer's gates are drawn."""

TWICE = frozenset({"bidirectional"})
"""Layers whose parameters are all drawn, and then all drawn again."""

CELLS_FIRST = frozenset({"primary_capsules", "dl4j_primary_capsules"})
"""Layers whose weights are drawn cell by cell of the window, and in a cell input by input."""

_HALF = 1 << 63


class Dl4jChance:
    """Weights layer by layer as the spec lists them, then masks in the order of the forward passes, from one stream."""

    def __init__(self, seed: int, order_seed: int, era: str = "1.0.0-M2.1") -> None:
        self.numbers, self._era = GENERATORS[era](seed), era
        self._shuffles = Shuffles(order_seed)

    def initialise(self, parameters: Sequence[Fresh]) -> None:
        """In the order of declaration, also where a graph computes in another; what is not drawn takes no number."""
        declared = sorted(parameters, key=lambda fresh: fresh.path)
        for _, members in groupby(declared, key=lambda fresh: fresh.path):
            layer = list(members)
            for fresh in layer * (2 if _drawn_twice(layer[0].layer) else 1):
                self._fill(fresh)

    def _fill(self, fresh: Fresh) -> None:
        if not fresh.initializer.by_chance:
            fresh.initializer.fill(fresh.tensor, fresh.fans, torch.Generator())
        elif distribution := fresh.initializer.distribution(fresh.fans):
            cells_first = fresh.layer is not None and fresh.layer.type in CELLS_FIRST
            values = self._drawn(fresh.tensor.permute(2, 3, 1, 0), distribution).permute(3, 2, 0, 1) if cells_first else self._drawn(fresh.tensor, distribution)
            blocks = [GATES.index(gate) for gate in fresh.gates]
            fresh.tensor.copy_(values.reshape(len(blocks), -1)[blocks].reshape(values.shape) if blocks else values)

    def _drawn(self, tensor: Tensor, distribution: Distribution) -> Tensor:
        values = torch.from_numpy(drawn(self.numbers, distribution, tensor.numel(), numpy_type(tensor)))
        if self._era == ROW_BY_ROW and distribution.name == "uniform" and tensor.dim() == 2:
            return values.reshape(tensor.shape[::-1]).T
        return values.reshape(tensor.shape)

    def noise(self, dropout: Dropout, shape: Shape) -> nn.Module:
        """The dropout's own formula on DL4J's numbers."""
        return DrawnNoise(dropout, _known(dropout.made_of), self.numbers, by_channel=dropout.by_channel)

    def weight_noises(self, noise: WeightNoise, layer: str, parameters: Mapping[str, Parameter]) -> dict[str, nn.Module]:
        """The noise's own formula on DL4J's numbers; a convolution disturbs its biases first."""
        names = reversed(tuple(parameters)) if layer in BIASES_FIRST else parameters
        return {name: DrawnNoise(noise, _known(noise.made_of(parameters[name].fans)), self.numbers) for name in names}

    def order(self, epoch: int, examples: int) -> Tensor:
        """The order before, shuffled once more."""
        return torch.tensor(self._shuffles.order(epoch, examples))

    def state(self) -> dict[str, Tensor]:
        """The words of the generator, as signed numbers."""
        return {"dl4j": torch.tensor([word - _HALF for word in self.numbers.state])}

    def set_state(self, state: Mapping[str, Tensor]) -> None:
        """Go on with the number after the last one drawn."""
        self.numbers.state = tuple(word + _HALF for word in state["dl4j"].tolist())


def _drawn_twice(layer: Layer | None) -> bool:
    return layer is not None and (layer.type in TWICE or (isinstance(layer, Wrapper) and _drawn_twice(layer.layer)))


class DrawnNoise(nn.Module):
    """Noise made of DL4J's numbers, drawn example by example, channel by channel, whatever the layout in memory."""

    def __init__(self, noise: Dropout | WeightNoise, made_of: Distribution, numbers: Numbers, *, by_channel: bool = False) -> None:
        super().__init__()
        self.noise, self.made_of, self.numbers, self.by_channel = noise, made_of, numbers, by_channel
        start = noise.at(0, 0)
        self._names = tuple(start)
        for name, value in start.items():  # as in the modules this one stands for: schedules set them
            setattr(self, name, value)

    def forward(self, input: Tensor) -> Tensor:
        """Any shape → the same."""
        if not self.training:
            return input
        return self.noise.apply(input, self._drawn(input), {name: getattr(self, name) for name in self._names})

    @torch.compiler.disable  # type: ignore[untyped-decorator]  # torch does not annotate it
    def _drawn(self, input: Tensor) -> Tensor:
        """The next numbers: one for each value, or for each channel of an example."""
        sizes = (*input.shape[:2], *(1 for _ in input.shape[2:])) if self.by_channel else input.shape
        values = drawn(self.numbers, self.made_of, prod(sizes), numpy_type(input))
        return torch.from_numpy(values).reshape(sizes).to(input.device)


def _known(made_of: Distribution | None) -> Distribution:
    if made_of is None:
        raise AssertionError("the check of the plan lets no other noise through")
    return made_of


def numpy_type(tensor: Tensor) -> Format:
    """numpy's name of a tensor's format."""
    return np.float64 if tensor.dtype == torch.float64 else np.float32


def drawn(numbers: Numbers, of: Distribution, count: int, dtype: Format) -> Array:
    """Values of a distribution, computed in their own format."""
    first, second = dtype(of.first), dtype(of.second)
    if of.name == "uniform":
        return first + numbers.uniform(count, dtype) * (second - first)
    if isinstance(numbers, Counter) and of.name == "truncated_normal":
        return numbers.truncated_normal(count, of.first, of.second, dtype)
    if isinstance(numbers, Counter) and of.name == "binomial":
        return numbers.binomial(count, int(of.first), of.second, dtype)
    values: Array = numbers.normal(count, dtype) * second + first
    return rounded(np.exp, values) if of.name == "log_normal" else values


class Shuffles:
    """MnistDataSetIterator's orders: every reset shuffles the order there is with the same generator."""

    def __init__(self, seed: int) -> None:
        self._seed = seed
        self._epoch, self._order, self._random = -1, list[int](), JavaRandom(seed)

    def order(self, epoch: int, examples: int) -> list[int]:
        """The order of an epoch; the last one is remembered, so that going on costs one shuffle."""
        if epoch < self._epoch or examples != len(self._order):
            self._epoch, self._order, self._random = -1, list(range(examples)), JavaRandom(self._seed)
        while self._epoch < epoch:
            self._random.shuffle(self._order)
            self._epoch += 1
        return self._order
