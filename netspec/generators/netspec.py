"""netspec's own streams: torch's generators, seeded for each use."""

from collections.abc import Mapping, Sequence

import torch
from torch import Tensor, nn

from netspec.dropouts import Dropout
from netspec.generators import Fresh
from netspec.layers import Parameter
from netspec.seeds import stream
from netspec.shapes import Shape
from netspec.weight_noises import WeightNoise


class OwnChance:
    """Initial weights and each epoch's order have streams of their own; noise draws from torch's global generators, which the loop seeds."""

    def __init__(self, seed: int) -> None:
        self.seed = seed

    def initialise(self, parameters: Sequence[Fresh]) -> None:
        """One after another from one stream."""
        generator = torch.Generator().manual_seed(stream(self.seed, "initialisation"))
        for fresh in parameters:
            fresh.initializer.fill(fresh.tensor, fresh.fans, generator)

    def noise(self, dropout: Dropout, shape: Shape) -> nn.Module:
        """torch's own module."""
        return dropout.build(shape)

    def weight_noises(self, noise: WeightNoise, layer: str, parameters: Mapping[str, Parameter]) -> dict[str, nn.Module]:
        """netspec's own modules."""
        return {name: noise.build(parameter.fans) for name, parameter in parameters.items()}

    def order(self, epoch: int, examples: int) -> Tensor:
        """Each epoch draws anew."""
        return torch.randperm(examples, generator=torch.Generator().manual_seed(stream(self.seed, "order", epoch)))

    def state(self) -> dict[str, Tensor]:
        """Nothing beside torch's generators."""
        return {}

    def set_state(self, state: Mapping[str, Tensor]) -> None:
        """Nothing beside torch's generators."""
