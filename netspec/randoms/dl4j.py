"""DL4J's random numbers."""

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Literal

from netspec.component import unset
from netspec.errors import Refused
from netspec.fields import Seed
from netspec.initializers import Distribution, Initializer
from netspec.layers import Layer, Parameter
from netspec.randoms import Random
from netspec.shapes import Recurrent, Shape
from netspec.weight_noises import WeightNoise
from netspec.words import listed

if TYPE_CHECKING:
    from netspec.generators import Chance

Era = Literal["0.6.0", "0.9.1", "1.0.0-beta", "1.0.0-beta2", "1.0.0-beta3", "1.0.0-beta7", "1.0.0-M2.1"]
"""Releases that were the last ones with their generator."""

ALL_DISTRIBUTIONS = ("1.0.0-beta7", "1.0.0-M2.1")
"""Releases whose truncated, logarithmic and binomial draws are known; of the others only normal and uniform ones are."""

FORMATS = ("float32", "float64")
RECURRENT = frozenset({"lstm", "graves_lstm", "graves_bidirectional_lstm", "simple_rnn"})
ATTENTION = frozenset({"self_attention", "learned_self_attention", "recurrent_attention", "attention"})
ENDS = frozenset({"output", "center_loss_output", "ocnn_output"})
WINDOWS = frozenset({"conv", "locally_connected", "dl4j_locally_connected", "primary_capsules", "dl4j_primary_capsules", "capsule"})
AS_STORED = frozenset({"dense", "autoencoder", "variational_autoencoder"}) | ENDS | WINDOWS | ATTENTION | RECURRENT
"""Layers whose weights DL4J draws as their modules store them, but for gates and primary capsules: a matrix in Fortran order is its transpose in C order."""


def first_come(inputs: Mapping[str, tuple[str, ...]]) -> list[str]:
    """Kahn's order with a queue; what becomes ready together queues as java.util.HashSet lists its numbers.

    >>> first_come({"in": (), "a": ("in",), "a2": ("a",), "b": ("in",), "b2": ("b",)})
    ['in', 'a', 'b', 'a2', 'b2']
    """
    waiting = {name: set(taken) for name, taken in inputs.items()}
    queue = [name for name, taken in waiting.items() if not taken]
    for done in queue:
        followers = [number for number, taken in enumerate(waiting.values()) if done in taken]
        size = next(size for power in range(4, 64) if len(followers) <= 0.75 * (size := 1 << power))
        for name in (list(inputs)[number] for number in sorted(followers, key=lambda number: number % size)):
            waiting[name].remove(done)
            queue += [] if waiting[name] else [name]
    return queue


class Dl4j(Random):
    """What DL4J draws from the seed: initial weights by layer, then a mask for each layer with dropout in each training pass.

    Each epoch's order is that of MnistDataSetIterator(batch, train, seed): java.util.Random shuffles the order of the epoch before.
    Splits stay netspec's own. Source: ND4J's generators, 0.5.0 to 1.0.0-M2.1.
    """

    type: Literal["dl4j"] = "dl4j"

    era: Era = "1.0.0-M2.1"
    """Release of DL4J, or the next one of this list: 0.6.0, 0.9.1, 1.0.0-beta (alpha too), -beta2, -beta3, -beta7, -M2.1; others drew other numbers."""

    order_seed: Seed = unset()
    """Seed of the order of the examples, where MnistDataSetIterator was given another one than the network."""

    def check(self, seed: int, data_type: str) -> Iterator[Refused]:
        """DL4J takes the clock for seed 0; its half precision draws are not known."""
        if seed == 0:
            yield Refused("seed", "must be set and not be 0 with random: dl4j, which takes the time of day for 0", help="for example seed: 123")
        if data_type not in FORMATS:
            yield Refused("data_type", "must be float32 or float64 with random: dl4j", got=data_type)

    def check_layer(self, layer: Layer, shapes: tuple[Shape, ...], parameters: Mapping[str, Parameter]) -> Iterator[Refused]:
        """Only what DL4J itself would draw can be drawn as it does."""
        drawn = {parameter.role: found for parameter in parameters.values() if (found := layer.initializer(parameter)) and found.by_chance}
        weight, bias = drawn.get("weight"), drawn.get("bias")
        if weight and layer.type == "conv" and isinstance(shapes[0], Recurrent):
            help_ = "DL4J counts the kernel of a convolution over steps twice, so that its weights are other ones"
            yield Refused("type", "must not be a convolution over a sequence with random: dl4j", got=layer.type, help=help_)
        elif drawn.keys() & {"weight", "recurrent"} and layer.weighted and (tag := layer.weighted.type) not in AS_STORED:
            yield Refused("type", "must be a layer whose weights random: dl4j can draw", got=tag, help=f"these are {listed(sorted(AS_STORED), 'and')}")
        for field, one in (("weight_init", weight), ("recurrent_weight_init", drawn.get("recurrent"))):
            if one and not self._draws(one, parameters) and (field == "weight_init" or one is not weight):
                yield Refused(field, "must be a distribution that DL4J draws with random: dl4j", got=one.type, help="for example xavier")
        if bias:
            yield Refused("bias_init", "must be a number with random: dl4j, which draws no biases", got=bias.type)
        yield from self._check_noise(layer, shapes)
        if layer.weighted and layer.weighted.weight_noise is not None:
            yield from self._check_weight_noise(layer.weighted.weight_noise, parameters)

    def _draws(self, initializer: Initializer, parameters: Mapping[str, Parameter]) -> bool:
        drawn = (initializer.distribution(parameter.fans) for parameter in parameters.values())
        return all(one is not None and self._knows(one) for one in drawn)

    def _knows(self, distribution: Distribution) -> bool:
        return self.era in ALL_DISTRIBUTIONS or distribution.name in ("normal", "uniform")

    def _check_noise(self, layer: Layer, shapes: tuple[Shape, ...]) -> Iterator[Refused]:
        noise = layer.noise
        if noise and (noise.made_of is None or self.era == "0.6.0"):
            yield Refused("dropout", "must be a noise that DL4J draws with random: dl4j", got=noise.type, help="for example dropout: 0.5")
        elif noise and isinstance(shapes[0], Recurrent):
            yield Refused("dropout", "must not act on a sequence with random: dl4j", got=noise.type)

    def _check_weight_noise(self, noise: WeightNoise, parameters: Mapping[str, Parameter]) -> Iterator[Refused]:
        if any(parameter.role == "recurrent" for parameter in parameters.values()):
            yield Refused("weight_noise", "must not act on a recurrent layer with random: dl4j", got=noise.type)
        drawn = [noise.made_of(parameter.fans) for parameter in parameters.values() if noise.disturbs(parameter.role)]
        if any(one is None or not self._knows(one) for one in drawn):
            yield Refused("weight_noise", "must be a noise that DL4J draws with random: dl4j", got=noise.type, help="for example drop_connect")

    def arranged(self, order: list[str], inputs: Mapping[str, tuple[str, ...]]) -> list[str]:
        """Whoever has all its inputs first comes first; the outputs come at the end, backwards, as ComputationGraph computes them while going back."""
        queue, used = first_come(inputs), {name for taken in inputs.values() for name in taken}
        return [name for name in queue if name in order and name in used] + [name for name in reversed(queue) if name not in used]

    def start(self, seed: int) -> "Chance":
        """The generator of a network that `init()` seeds."""
        from netspec.generators.dl4j import Dl4jChance

        return Dl4jChance(seed, seed if self.order_seed is None else self.order_seed, self.era)
