"""Plan → network, optimizer, losses: everything that needs torch and nothing that needs data.

Not called `build`: a submodule of that name would take the place of the function in `from netspec import build`.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import torch
from torch import Tensor, nn
from torch.optim import Optimizer

from netspec.initializers import Initializer
from netspec.layers import Layer, Parameter, ScoredLayer, WeightedLayer
from netspec.network import Network
from netspec.optim.combined import Combined
from netspec.optim.update_pass import regularize
from netspec.plan import Node, Plan
from netspec.schedules import Schedule
from netspec.seeds import stream
from netspec.updaters import Updater
from netspec.weight_decay import WeightDecaySettings

DTYPES: Mapping[str, torch.dtype] = {name: getattr(torch, name) for name in ("float32", "float64", "float16", "bfloat16")}


def build_network(plan: Plan, device: torch.device | str = "cpu") -> Network:
    """The network with its initial weights, drawn from the seed's own stream; on `meta` nothing is allocated or drawn."""
    activations = {node.name: node.layer.activation.build() for node in plan.nodes if isinstance(node.layer, ScoredLayer)}
    autocast = DTYPES[plan.train.autocast] if plan.train and plan.train.autocast else None
    network = Network(tuple(plan.inputs), plan.outputs, activations, autocast)
    meta = str(device) == "meta"
    with torch.random.fork_rng(devices=()), torch.device("meta" if meta else "cpu"), _double_constants(plan):
        for node in plan.nodes:
            network.add(node.name, node.inputs, node.layer.build(*node.shapes), _noise(node), _activation(plan, node))
    network.to(DTYPES[plan.data_type])
    if not meta:
        _initialise(network, plan)
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


def _noise(node: Node) -> nn.Module | None:
    dropout = getattr(node.layer, "dropout", None)
    return dropout.build(node.shapes[0]) if dropout is not None else None


def _activation(plan: Plan, node: Node) -> nn.Module | None:
    """What is applied to a node's result: its own activation, or one postponed until here."""
    postponed = [first for first, behind in plan.execution.postponed.items() if behind == node.name]
    owner = plan.node(postponed[0]) if postponed else node
    activation = getattr(owner.layer, "activation", None)
    if activation is None or isinstance(owner.layer, ScoredLayer) or node.name in plan.execution.postponed:
        return None
    built: nn.Module = activation.build()
    return None if isinstance(built, nn.Identity) else built


@torch.no_grad()
def _initialise(network: Network, plan: Plan) -> None:
    """Draw weights in node order; parameters without an initializer (gains) stay as their module made them."""
    generator = torch.Generator().manual_seed(stream(plan.seed, "initialisation"))
    for node, name, parameter in _parameters(plan):
        initializer = _initializer(node.layer, parameter)
        if initializer is not None:
            initializer.fill(network.get_parameter(f"{node.name}.{name}"), parameter.fans, generator)


def _initializer(layer: Layer, parameter: Parameter) -> Initializer | None:
    if not isinstance(layer, WeightedLayer) or parameter.role == "gain":
        return None
    return layer.weight_init if parameter.role == "weight" else layer.bias_init


def _parameters(plan: Plan) -> Iterator[tuple[Node, str, Parameter]]:
    for node in plan.nodes:
        for name, parameter in node.parameters.items():
            yield node, name, parameter


@dataclass(frozen=True)
class _Treatment:
    """How one parameter is moved: parameters treated alike share a group."""

    updater: Updater
    l1: Schedule | None
    l2: Schedule | None
    decay: WeightDecaySettings | None

    def schedules(self) -> dict[str, Schedule]:
        """Every schedulable number of the group, by its key there; plain L2 is torch's `weight_decay`."""
        found = {key: getattr(self.updater, field) for field, key in self.updater.scheduled.items()}
        found |= {"l2" if self.decay else "weight_decay": self.l2, "l1": self.l1, "decay": self.decay and self.decay.value}
        return {key: schedule for key, schedule in found.items() if schedule is not None}

    def group(self, named: list[tuple[str, nn.Parameter]]) -> dict[str, Any]:
        """torch's parameter group, at iteration 0."""
        starts = {key: schedule.start for key, schedule in self.schedules().items()}
        times_rate = {"times_rate": self.decay.times_rate} if self.decay else {}
        return {"params": [parameter for _, parameter in named], "names": [name for name, _ in named], "weight_decay": 0.0} | starts | times_rate


def _treatment(layer: Layer, parameter: Parameter) -> _Treatment | None:
    if not isinstance(layer, WeightedLayer) or layer.updater is None:
        return None
    if parameter.role == "bias":
        return _Treatment(layer.bias_updater or layer.updater, layer.l1_bias, layer.l2_bias, layer.weight_decay_bias)
    if parameter.role == "gain":
        return _Treatment(layer.updater, None, None, None)
    return _Treatment(layer.updater, layer.l1, layer.l2, layer.weight_decay)


@dataclass
class Schedules:
    """Numbers of parameter groups that change with the iteration or the epoch; empty when none does."""

    optimizer: Optimizer | None = None
    changing: list[tuple[int, str, Schedule]] = field(default_factory=list)
    """Index of the group, as loading a state makes new ones; the key in it; the schedule."""

    def set(self, iteration: int, epoch: int) -> None:
        """Give every group the values of this iteration (over the whole training) of this epoch."""
        groups = self.optimizer.param_groups if self.optimizer else []
        for index, key, schedule in self.changing:
            groups[index][key] = schedule.at(iteration, epoch)


def build_optimizer(plan: Plan, network: Network) -> tuple[Optimizer | None, Schedules]:
    """The optimizer over all parameters, and the schedules of its groups; no optimizer where no layer has an updater."""
    treatments: list[tuple[_Treatment, list[tuple[str, nn.Parameter]]]] = []
    for node, name, parameter in _parameters(plan):
        full = f"{node.name}.{name}"
        if treatment := _treatment(node.layer, parameter):
            named = next((named for known, named in treatments if known == treatment), None)
            if named is None:
                treatments.append((treatment, named := []))
            named.append((full, network.get_parameter(full)))
    groups = [(treatment, treatment.group(named)) for treatment, named in treatments]
    optimizers = _optimizers(groups)
    if not optimizers:
        return None, Schedules()
    optimizer = optimizers[0] if len(optimizers) == 1 else Combined(optimizers)
    return optimizer, Schedules(optimizer, [changing for treatment, group in groups for changing in _changing(optimizer, treatment, group)])


def _changing(optimizer: Optimizer, treatment: _Treatment, group: dict[str, Any]) -> Iterator[tuple[int, str, Schedule]]:
    index = next(index for index, known in enumerate(optimizer.param_groups) if known is group)
    for key, schedule in treatment.schedules().items():
        if not schedule.constant:
            yield index, key, schedule


def _optimizers(groups: list[tuple[_Treatment, dict[str, Any]]]) -> list[Optimizer]:
    """One optimizer for all groups whose updaters differ in their starting numbers only."""
    kinds: list[tuple[Updater, list[dict[str, Any]]]] = []
    for treatment, group in groups:
        alike = next((members for updater, members in kinds if _alike(updater, treatment.updater)), None)
        if alike is None:
            kinds.append((treatment.updater, alike := []))
        alike.append(group)
    optimizers = [updater.build(members) for updater, members in kinds]
    for optimizer in optimizers:
        regularize(optimizer)
    return optimizers


def _alike(one: Updater, other: Updater) -> bool:
    if type(one) is not type(other):
        return False
    changing = [{field for field in updater.scheduled if not getattr(updater, field).constant} for updater in (one, other)]
    same = dict.fromkeys(one.scheduled)
    return changing[0] == changing[1] and one.model_copy(update=same) == other.model_copy(update=same)


@dataclass(frozen=True)
class Scorer:
    """The data loss of the network: each output's own, times its weight, summed; a mean over the examples."""

    losses: Mapping[str, tuple[Any, float, bool]]
    """By output: the loss function, its weight, and whether it takes class indices."""

    def __call__(self, output: "Tensor | Mapping[str, Tensor]", labels: "Tensor | Mapping[str, Tensor]") -> Tensor:
        """Mean loss of a batch; labels as the outputs, one tensor or by name."""
        parts = [self._one(name, _pick(output, name), _pick(labels, name)) for name in self.losses]
        return sum(parts[1:], start=parts[0])

    def _one(self, name: str, preactivation: Tensor, labels: Tensor) -> Tensor:
        function, weight, takes_indices = self.losses[name]
        if not takes_indices and not labels.is_floating_point():
            labels = _dense(labels, preactivation)
        score: Tensor = function(preactivation, labels).mean()
        return score if weight == 1 else score * weight


def _pick(value: "Tensor | Mapping[str, Tensor]", name: str) -> Tensor:
    return value if isinstance(value, Tensor) else value[name]


def _dense(labels: Tensor, like: Tensor) -> Tensor:
    """Class indices as one-hot rows; two classes on one output as 0 and 1."""
    if like.shape[1] == 1:
        return labels.to(like.dtype).reshape(-1, 1)
    return nn.functional.one_hot(labels, like.shape[1]).to(like.dtype)


def build_scorer(plan: Plan) -> Scorer:
    """The losses of the outputs."""
    layers = {name: plan.node(name).layer for name in plan.outputs}
    scored = {name: layer for name, layer in layers.items() if isinstance(layer, ScoredLayer)}
    return Scorer({name: (layer.loss.build(layer.activation), layer.loss_weight, layer.loss.takes_indices) for name, layer in scored.items()})
