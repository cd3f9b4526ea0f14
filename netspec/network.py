"""The one nn.Module: a Plan's nodes as submodules of the same names, called in the Plan's order.

`forward` returns the pre-activation of the output layers, which is what the losses take: one tensor, or a dictionary
by name for several outputs. `predict` applies the output activations.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor, nn

Input = Tensor | Mapping[str, Tensor]
Output = Tensor | dict[str, Tensor]


@dataclass(frozen=True)
class Step:
    """One call in the forward pass: values by name in, one value by name out."""

    name: str
    inputs: tuple[str, ...]
    call: Callable[..., Tensor]
    noise: nn.Module | None = None
    activation: nn.Module | None = None

    def run(self, values: dict[str, Tensor]) -> None:
        """Compute this step and add its result to `values`."""
        arrays = [values[name] for name in self.inputs]
        if self.noise is not None:
            arrays[0] = self.noise(arrays[0])
        result = self.call(*arrays)
        values[self.name] = result if self.activation is None else self.activation(result)


class Network(nn.Module):
    """Layers as a graph.

    Shape: each input N×(its shape), laid out as PyTorch users have them; each output N×(its shape). `autocast` is the
    number format that products are computed in, where it is not that of the weights.
    """

    def __init__(self, inputs: Sequence[str], outputs: Sequence[str], output_activations: Mapping[str, nn.Module], autocast: torch.dtype | None = None) -> None:
        super().__init__()
        self.inputs, self.outputs = tuple(inputs), tuple(outputs)
        self.steps: list[Step] = []
        self.dropouts, self.activations = nn.ModuleDict(), nn.ModuleDict()
        self._output_activations = dict(output_activations)
        self._autocast = autocast

    def add(self, name: str, inputs: tuple[str, ...], module: nn.Module, noise: nn.Module | None, activation: nn.Module | None) -> None:
        """Append a layer: `noise` on its (first) input while training, `activation` on its result."""
        self.add_module(name, module)
        for group, part in ((self.dropouts, noise), (self.activations, activation)):
            if part is not None:
                group[name] = part
        self.steps.append(Step(name, inputs, module, noise, activation))

    def forward(self, input: Input) -> Output:
        """Pre-activations of the outputs, in the format of the weights."""
        if self._autocast is None:
            return self._forward(input)
        weight = next(self.parameters())
        with torch.autocast(weight.device.type, self._autocast):
            result = self._forward(input)
        return result.to(weight.dtype) if isinstance(result, Tensor) else {name: value.to(weight.dtype) for name, value in result.items()}

    def _forward(self, input: Input) -> Output:
        values = dict(input) if isinstance(input, Mapping) else {self.inputs[0]: input}
        for step in self.steps:
            step.run(values)
        if len(self.outputs) == 1:
            return values[self.outputs[0]]
        return {name: values[name] for name in self.outputs}

    def activate(self, output: Output) -> Output:
        """Predictions from pre-activations: each output's activation applied."""
        if isinstance(output, Tensor):
            return self._activated(self.outputs[0], output)
        return {name: self._activated(name, value) for name, value in output.items()}

    def _activated(self, name: str, value: Tensor) -> Tensor:
        activation = self._output_activations.get(name)
        return value if activation is None else activation(value)
