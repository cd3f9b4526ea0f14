"""Plan → optimizer: parameter groups with their schedules, and the update pass around the updaters' rules."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from torch import Tensor, nn
from torch.optim import Optimizer

from netspec.dropouts import Dropout
from netspec.gradient_normalizations import GradientNormalization
from netspec.layers import Layer, Parameter, WeightedLayer
from netspec.network import Network
from netspec.optim.combined import Combined
from netspec.optim.update_pass import Constrain, Normalize, constrain, normalize, regularize
from netspec.plan import Node, Plan
from netspec.schedules import Schedule
from netspec.training_order import TrainingOrder
from netspec.updaters import Updater, mover
from netspec.weight_decay import WeightDecaySettings
from netspec.weight_noises import WeightNoise


@dataclass(frozen=True)
class _Treatment:
    """How one parameter is moved: parameters treated alike share a group."""

    order: TrainingOrder
    updater: Updater
    l1: Schedule | None
    l2: Schedule | None
    decay: WeightDecaySettings | None

    def schedules(self) -> dict[str, Schedule]:
        """Every schedulable number of the group, by its key there; L2 is torch's `weight_decay` where nothing else is asked for."""
        found = {key: getattr(self.updater, field) for field, key in self.updater.scheduled.items()}
        coefficients = {"weight_decay" if self.fused else "l2": self.l2, "l1": self.l1, "decay": self.decay and self.decay.value}
        found |= {key: schedule for key, schedule in coefficients.items() if schedule and not (schedule.constant and schedule.start == 0)}
        return {key: schedule for key, schedule in found.items() if schedule is not None}

    @property
    def fused(self) -> bool:
        """Whether the updater's kernel can add L2 itself: before the rule, with nothing between them that counts on the weights."""
        return self.order.regularizes_first and self.decay is None and self.updater.adds_l2

    def group(self, named: list[tuple[str, nn.Parameter]]) -> dict[str, Any]:
        """torch's parameter group, at iteration 0."""
        starts = {key: schedule.start for key, schedule in self.schedules().items()}
        times_rate = {"times_rate": self.decay.times_rate} if self.decay else {}
        return {"params": [parameter for _, parameter in named], "names": [name for name, _ in named], "weight_decay": 0.0} | starts | times_rate


def _treatment(order: TrainingOrder, owner: Layer, parameter: Parameter, *, alone: bool) -> _Treatment | None:
    """None for what training leaves as it is; what only pre-training moves is moved when the layer learns alone."""
    layer = owner.weighted
    if layer is None or layer.updater is None or owner.frozen or (parameter.pretrained and not alone):
        return None
    updater = mover(parameter.role, layer.updater, layer.bias_updater) or layer.updater
    if parameter.role == "bias":
        return _Treatment(order, updater, layer.l1_bias, layer.l2_bias, layer.weight_decay_bias)
    if parameter.role == "gain":
        return _Treatment(order, updater, None, None, None)
    return _Treatment(order, updater, layer.l1, layer.l2, layer.weight_decay)


@dataclass
class Schedules:
    """Numbers of parameter groups and of noise that change with the iteration or the epoch; empty when none does."""

    optimizer: Optimizer | None = None
    changing: list[tuple[int, str, Schedule]] = field(default_factory=list)
    """Index of the group, as loading a state makes new ones; the key in it; the schedule."""

    noises: list[tuple[Dropout | WeightNoise, nn.Module]] = field(default_factory=list)
    """Noise that changes, and the module it is built as."""

    def set(self, iteration: int, epoch: int) -> None:
        """Give every group and every noise the values of this iteration (over the whole training) of this epoch."""
        groups = self.optimizer.param_groups if self.optimizer else []
        for index, key, schedule in self.changing:
            groups[index][key] = schedule.at(iteration, epoch)
        for noise, module in self.noises:
            for name, value in noise.at(iteration, epoch).items():
                setattr(module, name, value)


def build_optimizer(plan: Plan, network: Network, *, alone: str | None = None) -> tuple[Optimizer | None, Schedules]:
    """The optimizer over all parameters, and the schedules of its groups; no optimizer where no layer has an updater.

    `alone` names a node that learns from its input alone, by pre-training: the optimizer is then over its parameters only.
    """
    if alone is not None:
        plan = replace(plan, nodes=(plan.node(alone),))
    treatments: list[tuple[_Treatment, list[tuple[str, nn.Parameter]]]] = []
    for node, name, parameter in plan.each_parameter():
        full = f"{node.name}.{name}"
        if treatment := _treatment(plan.order, node.layer, parameter, alone=alone is not None):
            named = next((named for known, named in treatments if known == treatment), None)
            if named is None:
                treatments.append((treatment, named := []))
            named.append((full, network.get_parameter(full)))
    groups = [(treatment, treatment.group(named)) for treatment, named in treatments]
    optimizers = _optimizers(groups)
    if not optimizers:
        return None, Schedules()
    optimizer = optimizers[0] if len(optimizers) == 1 else Combined(optimizers)
    _surround(plan, network, optimizer, optimizers)
    changing = [changing for treatment, group in groups for changing in _changing(optimizer, treatment, group)]
    return optimizer, Schedules(optimizer, changing, list(_changing_noises(plan, network)))


def _surround(plan: Plan, network: Network, optimizer: Optimizer, parts: Sequence[Optimizer]) -> None:
    """The update pass, each line of it a hook: what is registered first runs first."""
    normalize(optimizer, _normalizations(plan, network))
    for part in parts:
        regularize(part, plan.order)
    constrain(optimizer, _constraints(plan, network))


def _trained(plan: Plan) -> Iterator[tuple[Node, WeightedLayer]]:
    for node in plan.nodes:
        if node.layer.weighted and node.parameters and not node.layer.frozen:
            yield node, node.layer.weighted


def _normalizations(plan: Plan, network: Network) -> list[tuple[Normalize, list[list[nn.Parameter]]]]:
    """Each kind of gradient normalisation with all layers that ask for it."""
    kinds: dict[GradientNormalization, list[list[nn.Parameter]]] = {}
    for node, layer in _trained(plan):
        if layer.gradient_normalization is not None:
            own = [network.get_parameter(f"{node.name}.{name}") for name in node.parameters]
            kinds.setdefault(layer.gradient_normalization, []).append(own)
    built = [(kind.build(), layers) for kind, layers in kinds.items()]
    return [(change, layers) for change, layers in built if change is not None]


def _constraints(plan: Plan, network: Network) -> list[tuple[Constrain, Tensor]]:
    """Each constraint with each parameter it holds for, layer by layer, in the order of the spec."""
    return [
        (constraint.build(), network.get_parameter(f"{node.name}.{name}"))
        for node, layer in _trained(plan)
        for constraint in layer.constraints or ()
        for name, parameter in node.parameters.items()
        if constraint.holds_for(parameter.role)
    ]


def _changing_noises(plan: Plan, network: Network) -> Iterator[tuple[Dropout | WeightNoise, nn.Module]]:
    for node in plan.nodes:
        if node.layer.noise is not None and not node.layer.noise.constant:
            yield node.layer.noise, network.dropouts[node.name]
        noise = node.layer.weighted.weight_noise if node.layer.weighted else None
        if noise is not None and not noise.constant and node.name in network.weight_noises:
            yield from ((noise, module) for module in network.weight_noises[node.name].get_submodule("noises").children())


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
    return [updater.build(members) for updater, members in kinds]


def _alike(one: Updater, other: Updater) -> bool:
    if type(one) is not type(other):
        return False
    changing = [{field for field in updater.scheduled if not getattr(updater, field).constant} for updater in (one, other)]
    same = dict.fromkeys(one.scheduled)
    return changing[0] == changing[1] and one.model_copy(update=same) == other.model_copy(update=same)
