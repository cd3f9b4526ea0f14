"""A layer that is called with noise on some of its parameters."""

from collections.abc import Mapping
from typing import Any

from torch import Tensor, nn
from torch.func import functional_call


class NoisyWeights(nn.Module):
    """Noise by parameter name, in the order of drawing; the layer itself is given to each call and is no part of this module.

    The gradient at the noisy parameters goes to the clean ones as it is: DL4J neither masks nor scales it.
    """

    def __init__(self, noises: Mapping[str, nn.Module]) -> None:
        super().__init__()
        self.names, self.noises = tuple(noises), nn.ModuleList(noises.values())

    def forward(self, layer: nn.Module, *inputs: Tensor, **masks: Any) -> Tensor:
        """What the layer makes of its inputs, and of their `mask`; with its clean parameters where it does not train."""
        if not layer.training:
            output: Tensor = layer(*inputs, **masks)
            return output
        noisy = {name: _disturbed(layer.get_parameter(name), noise) for name, noise in zip(self.names, self.noises, strict=True)}
        result: Tensor = functional_call(layer, noisy, inputs, masks)
        return result


def _disturbed(parameter: Tensor, noise: nn.Module) -> Tensor:
    clean = parameter.detach()
    noisy: Tensor = parameter + (noise(clean) - clean)
    return noisy
