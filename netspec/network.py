"""The one nn.Module: a Plan's nodes as submodules of the same names, called in the Plan's order.

`forward` returns the pre-activation of the output layers, which is what the losses take: one tensor, or a dictionary
by name for several outputs. `predict` applies the output activations.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Literal, Self

import torch
from torch import Tensor, nn

from netspec.modules.masks import Mask, MaskRule, first, zeroed

Input = Tensor | Mapping[str, Tensor]
Output = Tensor | dict[str, Tensor]


@dataclass(frozen=True)
class Masking:
    """What a layer does with the masks of its inputs."""

    rule: MaskRule = first
    """The mask of its output."""

    takes: Literal["one", "several"] | None = None
    """Whether its module is called with the mask of its input, or of all its inputs, as `mask`."""

    zeroes: Literal["input", "both"] | None = None
    """What is made 0 where it is masked: the inputs, or the result too."""


@dataclass(frozen=True)
class Step:
    """One call in the forward pass: values by name in, one value by name out."""

    name: str
    inputs: tuple[str, ...]
    call: Callable[..., Tensor]
    noise: nn.Module | None = None
    activation: nn.Module | None = None
    masking: Masking = Masking()
    scored_inputs: dict[str, Tensor] | None = None
    """Where to leave what the layer is given, if its score asks for that."""

    def run(self, values: dict[str, Tensor]) -> None:
        """Compute this step and add its result to `values`."""
        arrays = [values[name] for name in self.inputs]
        if self.noise is not None:
            arrays[0] = self.noise(arrays[0])
        self._tell(arrays[0])
        result = self.call(*arrays)
        values[self.name] = result if self.activation is None else self.activation(result)

    def run_masked(self, values: dict[str, Tensor], masks: dict[str, Mask]) -> None:
        """Likewise, with masks by name, to which that of its result is added."""
        given = tuple(masks.get(name) for name in self.inputs)
        if all(mask is None for mask in given):
            self.run(values)
            return
        arrays = [values[name] for name in self.inputs]
        if self.noise is not None:
            arrays[0] = self.noise(arrays[0])
        if self.masking.zeroes:
            arrays = [zeroed(array, mask) for array, mask in zip(arrays, given, strict=True)]
        self._tell(arrays[0])
        result = self.call(*arrays, mask=given if self.masking.takes == "several" else given[0]) if self.masking.takes else self.call(*arrays)
        result = result if self.activation is None else self.activation(result)
        masks[self.name] = mask = self.masking.rule(given, tuple(arrays))
        values[self.name] = zeroed(result, mask) if self.masking.zeroes == "both" else result

    def _tell(self, given: Tensor) -> None:
        if self.scored_inputs is not None:
            self.scored_inputs[self.name] = given


@dataclass(frozen=True)
class Around:
    """What surrounds a layer in the network, and is no part of it."""

    noise: nn.Module | None = None
    """On its (first) input, while training."""

    weight_noise: nn.Module | None = None
    """Calls the layer, which it is given before the inputs, with other parameters while training."""

    activation: nn.Module | None = None
    """On its result."""

    frozen: bool = False
    """Whether all of it stays in test mode."""

    masking: Masking = Masking()
    """What masks do to it."""

    scores_input: bool = False
    """Whether its score asks for what it is given."""


class Network(nn.Module):
    """Layers as a graph.

    Shape: each input N×(its shape), laid out as PyTorch users have them; each output N×(its shape). Masks, of 1 for what counts and 0 for
    what does not, are N×T for sequences, N×1 or N for flat vectors, N×1×H×W for images; inputs without one count in full. `autocast` is
    the number format that products are computed in, where it is not that of the weights.
    """

    def __init__(self, inputs: Sequence[str], outputs: Sequence[str], output_activations: Mapping[str, nn.Module], autocast: torch.dtype | None = None) -> None:
        super().__init__()
        self.inputs, self.outputs = tuple(inputs), tuple(outputs)
        self.steps: list[Step] = []
        self.scored_inputs: dict[str, Tensor] = {}
        self.dropouts, self.activations, self.weight_noises = nn.ModuleDict(), nn.ModuleDict(), nn.ModuleDict()
        self._frozen: list[nn.Module] = []
        self.output_activations = nn.ModuleDict(output_activations)
        self._autocast = autocast

    def add(self, name: str, inputs: tuple[str, ...], module: nn.Module, around: Around) -> None:
        """Append a layer, with what surrounds it."""
        self.add_module(name, module)
        for group, part in ((self.dropouts, around.noise), (self.activations, around.activation), (self.weight_noises, around.weight_noise)):
            if part is not None:
                group[name] = part
        if around.frozen:
            self._frozen += [part for part in (module, around.noise, around.activation) if part is not None]
        call = module if around.weight_noise is None else partial(around.weight_noise, module)
        asked = self.scored_inputs if around.scores_input else None
        self.steps.append(Step(name, inputs, call, around.noise, around.activation, around.masking, asked))

    def train(self, mode: bool = True) -> Self:
        """Training or test mode; frozen layers are always in test mode."""
        super().train(mode)
        for part in self._frozen:
            part.eval()
        return self

    def forward(self, input: Input, masks: Input | None = None) -> Output:
        """Pre-activations of the outputs, in the format of the weights."""
        return self.propagate(input, masks)[0]

    def propagate(self, input: Input, masks: Input | None = None) -> tuple[Output, dict[str, Tensor]]:
        """Pre-activations of the outputs, and the masks that have come through to outputs, by name."""
        if self._autocast is None:
            return self._propagate(input, masks)
        weight = next(self.parameters())
        with torch.autocast(weight.device.type, self._autocast):
            result, arrived = self._propagate(input, masks)
        return result.to(weight.dtype) if isinstance(result, Tensor) else {name: value.to(weight.dtype) for name, value in result.items()}, arrived

    def _propagate(self, input: Input, masks: Input | None) -> tuple[Output, dict[str, Tensor]]:
        values = dict(input) if isinstance(input, Mapping) else {self.inputs[0]: input}
        arrived: dict[str, Tensor] = {}
        if masks is None:
            for step in self.steps:
                step.run(values)
        else:
            arrived = self._run_masked(values, self._by_name(masks))
        if len(self.outputs) == 1:
            return values[self.outputs[0]], arrived
        return {name: values[name] for name in self.outputs}, arrived

    def _by_name(self, masks: Input) -> dict[str, Mask]:
        given = masks if isinstance(masks, Mapping) else {self.inputs[0]: masks}
        return {name: mask.unsqueeze(1) if mask.dim() == 1 else mask for name, mask in given.items()}

    def _run_masked(self, values: dict[str, Tensor], masks: dict[str, Mask]) -> dict[str, Tensor]:
        for step in self.steps:
            step.run_masked(values, masks)
        arrived = {name: mask for name in self.outputs if (mask := masks.get(name)) is not None}
        return {name: mask.expand(-1, -1, *values[name].shape[2:]) if mask.dim() > 2 else mask for name, mask in arrived.items()}

    def entering(self, name: str, input: Input, masks: Input | None = None) -> Tensor:
        """What a layer is given, in the format of the weights."""
        values = dict(input) if isinstance(input, Mapping) else {self.inputs[0]: input}
        known = {} if masks is None else self._by_name(masks)
        for step in self.steps:
            if step.name == name:
                return values[step.inputs[0]]
            step.run_masked(values, known)
        raise KeyError(name)

    def activate(self, output: Output) -> Output:
        """Predictions from pre-activations: each output's activation applied."""
        if isinstance(output, Tensor):
            return self._activated(self.outputs[0], output)
        return {name: self._activated(name, value) for name, value in output.items()}

    def _activated(self, name: str, value: Tensor) -> Tensor:
        return self.output_activations[name](value) if name in self.output_activations else value
