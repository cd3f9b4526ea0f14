"""Plan → network and losses: what needs torch and no data. The optimizer is built next door, in `updating`.

Not called `build`: a submodule of that name would take the place of the function in `from netspec import build`.
"""

from collections.abc import Iterator, Mapping, MutableMapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Literal

import torch
from torch import Tensor, nn

from netspec.generators import Chance, Fresh
from netspec.losses import Loss, LossFunction
from netspec.modules.axes import feature_axis
from netspec.modules.noisy_weights import NoisyWeights
from netspec.network import Around, Masking, Network
from netspec.plan import Node, Plan
from netspec.scored import ScoredLayer

DTYPES: Mapping[str, torch.dtype] = {name: getattr(torch, name) for name in ("float32", "float64", "float16", "bfloat16")}


def build_network(plan: Plan, device: torch.device | str = "cpu", chance: Chance | None = None) -> Network:
    """The network with its initial weights, drawn from `chance` (the plan's own, from the start); on `meta` nothing is allocated or drawn."""
    chance = chance or plan.random.start(plan.seed)
    meta = str(device) == "meta"  # where torch knows no autocast
    autocast = DTYPES[plan.train.autocast] if plan.train and plan.train.autocast and not meta else None
    activations = {node.name: node.layer.build_prediction() for node in plan.nodes if isinstance(node.layer, ScoredLayer)}
    network = Network(tuple(plan.inputs), plan.outputs, activations, autocast)
    with torch.random.fork_rng(devices=()), torch.device("meta" if meta else "cpu"), _double_constants(plan):
        for node in plan.nodes:
            network.add(node.name, node.inputs, _module(node), _around(plan, node, chance))
    network.to(DTYPES[plan.data_type])
    for name in plan.execution.features_first if str(device) == "cpu" else ():
        network.get_submodule(name).features_first = True  # type: ignore[assignment]  # a plain attribute
    if not meta:
        _initialise(network, plan, chance)
    if plan.execution.channels_last:  # after drawing, which goes by memory order
        network.to(memory_format=torch.channels_last)  # type: ignore[call-overload]  # torch's stubs know it for tensors only
    return network.to(device)


@contextmanager
def _double_constants(plan: Plan) -> Iterator[None]:
    """Constants of a float64 network are never rounded to float32 on their way into its modules."""
    before = torch.get_default_dtype()
    torch.set_default_dtype(torch.float64 if plan.data_type == "float64" else before)
    try:
        yield
    finally:
        torch.set_default_dtype(before)


def _module(node: Node) -> nn.Module:
    module: nn.Module = node.layer.build(*node.shapes)
    return module.requires_grad_(False) if node.layer.frozen else module


def _around(plan: Plan, node: Node, chance: Chance) -> Around:
    noise = node.layer.noise
    scores_input = isinstance(node.layer, ScoredLayer) and node.layer.takes_features
    drawn = chance.noise(noise, node.shapes[0]) if noise else None
    return Around(drawn, _weight_noise(node, chance), _activation(plan, node), bool(node.layer.frozen), _masking(node), scores_input)


def _masking(node: Node) -> Masking:
    layer = node.layer
    takes: Literal["one", "several"] = "several" if layer.several_inputs else "one"
    heard = layer.hears_masks(*node.shapes)
    zeroes = layer.zeroes_masked if layer.obeys_masks else None
    return Masking(layer.build_mask(*node.shapes), takes if heard else None, zeroes or ("input" if heard and not layer.sees_masked else None))


def _weight_noise(node: Node, chance: Chance) -> nn.Module | None:
    noise = node.layer.weighted.weight_noise if node.layer.weighted else None
    if noise is None:
        return None
    disturbed = {name: parameter for name, parameter in node.parameters.items() if noise.disturbs(parameter.role)}
    return NoisyWeights(chance.weight_noises(noise, node.layer.type, disturbed)) if disturbed else None


def _activation(plan: Plan, node: Node) -> nn.Module | None:
    """What is applied to a node's result: its own activation, or one postponed until here."""
    postponed = [first for first, behind in plan.execution.postponed.items() if behind == node.name]
    owner = plan.node(postponed[0]) if postponed else node
    activation = owner.layer.after
    if activation is None or isinstance(owner.layer, ScoredLayer) or node.name in plan.execution.postponed:
        return None
    built: nn.Module = activation.build()
    return None if isinstance(built, nn.Identity) else built


@torch.no_grad()
def _initialise(network: Network, plan: Plan, chance: Chance) -> None:
    """Draw what has an initializer; other parameters (gains) stay as their module made them."""
    chance.initialise(
        [
            Fresh(network.get_parameter(f"{node.name}.{name}"), initializer, parameter.fans, node.path or (), node.layer, parameter.gates)
            for node, name, parameter in plan.each_parameter()
            if (initializer := node.layer.initializer(parameter)) is not None
        ]
    )
    for node in plan.nodes:
        node.layer.settle(network.get_submodule(node.name))


@dataclass(frozen=True)
class ScoredOutput:
    """How one output is scored."""

    loss: Loss
    mean: LossFunction
    weight: float
    takes_features: bool = False
    """Whether its loss asks for the layer's input."""


@dataclass(frozen=True)
class Scorer:
    """The data loss of the network: each output's own, times its weight, summed; a mean over the examples."""

    outputs: MutableMapping[str, ScoredOutput]
    scored_inputs: MutableMapping[str, Tensor] = field(default_factory=dict)
    """The network's: what layers whose loss asks for it were given in the forward pass. Each is taken out when it is scored."""

    def __call__(
        self, output: "Tensor | Mapping[str, Tensor]", labels: "Tensor | Mapping[str, Tensor]", masks: "Tensor | Mapping[str, Tensor] | None" = None
    ) -> Tensor:
        """Mean loss of a batch; labels and masks as the outputs, one tensor or by name. What is masked still counts as an example of the mean."""
        return self.total(self.parts(output, labels, masks))

    def parts(
        self, output: "Tensor | Mapping[str, Tensor]", labels: "Tensor | Mapping[str, Tensor]", masks: "Tensor | Mapping[str, Tensor] | None" = None
    ) -> dict[str, Tensor]:
        """Each output's own mean loss, before its weight."""
        return {name: self._one(name, scored, pick(output, name), pick(labels, name), pick_mask(masks, name)) for name, scored in self.outputs.items()}

    def total(self, parts: Mapping[str, Tensor]) -> Tensor:
        """The sum of the outputs' losses, each times its weight."""
        first, *others = [part if (weight := self.outputs[name].weight) == 1 else part * weight for name, part in parts.items()]
        return sum(others, start=first)

    def _one(self, name: str, scored: ScoredOutput, preactivation: Tensor, labels: Tensor, mask: Tensor | None) -> Tensor:
        if not scored.loss.takes_indices and not labels.is_floating_point():
            labels = _dense(labels, preactivation, scored.loss.wrong)
        features = (self.scored_inputs.pop(name),) if scored.takes_features else ()
        return scored.mean(preactivation, labels, mask, *features)


def pick(value: "Tensor | Mapping[str, Tensor]", name: str) -> Tensor:
    """What is an output's own, where there are several."""
    return value if isinstance(value, Tensor) else value[name]


def pick_mask(masks: "Tensor | Mapping[str, Tensor] | None", name: str) -> Tensor | None:
    """The mask of an output; none for an output that a mapping does not name."""
    return masks.get(name) if isinstance(masks, Mapping) else masks


def _dense(labels: Tensor, like: Tensor, wrong: float) -> Tensor:
    """Class indices as rows of 1 for the right class and `wrong` elsewhere, by step or position; two classes on one output as `wrong` and 1."""
    axis = feature_axis(like)
    if labels.dim() == like.dim():
        return labels.to(like.dtype)
    right = labels.unsqueeze(axis) if like.shape[axis] == 1 else nn.functional.one_hot(labels, like.shape[axis]).movedim(-1, axis)
    return wrong + (1 - wrong) * right.to(like.dtype)


def build_scorer(plan: Plan, network: Network) -> Scorer:
    """The losses of the network's outputs."""
    layers = {name: plan.node(name).layer for name in plan.outputs}
    scored = {name: layer for name, layer in layers.items() if isinstance(layer, ScoredLayer)}
    scores = {name: layer.build_score(network.get_submodule(name)) for name, layer in scored.items()}
    outputs = {name: ScoredOutput(layer.loss, scores[name], layer.loss_weight, layer.takes_features) for name, layer in scored.items()}
    return Scorer(outputs, network.scored_inputs)
