"""Gradients of a network of fully connected layers straight from their formulas.

The products are autograd's, up to rounding. What it does between them, to keep a graph
of the computation and to walk it, costs a small network up to a fifth of its time: its code is not in the processor's
caches when a product ends.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import NamedTuple, Self, cast

import torch
from torch import Tensor, nn

from netspec.construct import Scorer
from netspec.losses import SlopedLoss
from netspec.modules.linear import MOST_EXAMPLES, Linear, of_columns
from netspec.named import Named
from netspec.network import Network, Step
from netspec.plan import Plan
from netspec.scored import WithLoss
from netspec.train.untouched import changed_or_heard

aten = torch.ops.aten


class Function(NamedTuple):
    """An activation whose derivative follows from its result."""

    apply: Callable[[Tensor], Tensor]
    """In place."""

    slope: Callable[[Tensor, Tensor], Tensor]
    """The gradient of its input in the place of that of its result, given this and the result."""


def _relu_slope(gradient: Tensor, result: Tensor) -> Tensor:
    return cast(Tensor, aten.threshold_backward.grad_input(gradient, result, 0, grad_input=gradient))


def _tanh_slope(gradient: Tensor, result: Tensor) -> Tensor:
    return cast(Tensor, aten.tanh_backward.grad_input(gradient, result, grad_input=gradient))


def _sigmoid_slope(gradient: Tensor, result: Tensor) -> Tensor:
    return cast(Tensor, aten.sigmoid_backward.grad_input(gradient, result, grad_input=gradient))


FUNCTIONS: dict[type[nn.Module], Function] = {
    nn.ReLU: Function(torch.relu_, _relu_slope),
    nn.Tanh: Function(torch.tanh_, _tanh_slope),
    nn.Sigmoid: Function(torch.sigmoid_, _sigmoid_slope),
}


class Layer(NamedTuple):
    """A product, and the function of it."""

    weight: Tensor
    bias: Tensor | None
    function: Function | None


class Passed(NamedTuple):
    """What a forward pass leaves for the backward pass."""

    loss: Tensor
    entered: list[Tensor]
    """What each layer was given, F×N, and last the output, K×N."""

    slope: Tensor
    """The gradient of the loss with respect to the output, N×K."""


@dataclass
class Direct:
    """Loss and gradients of a network whose only layers with weights are fully connected, one behind the other."""

    network: Network
    enter: Callable[[Tensor], Tensor]
    """From features to what the first layer with weights is given."""

    chain: Sequence[Step]
    """The layers with weights, by the plan."""

    scorer: Scorer
    sloped: SlopedLoss | None
    """The loss together with its derivative, where it has one that is quicker than autograd's."""

    layers: list[Layer] = field(default_factory=list)
    """The same as `ready` found them; none where they are no longer what the plan says, or somebody listens."""

    passed: Passed | None = field(default=None, repr=False)

    @classmethod
    def of(cls, plan: Plan, network: Network, scorer: Scorer) -> Self | None:
        """For a network that the plan says this of; None for any other."""
        if not plan.execution.direct:
            return None
        chain = network.steps[-len(plan.execution.features_first) :]
        return cls(network, _enter(plan, network), chain, scorer, _sloped(plan))

    def takes(self, labels: Tensor, mask: object) -> bool:
        """Whether it is made for a batch: a small one without a mask, of a network that was found to be `ready`."""
        return mask is None and len(labels) <= MOST_EXAMPLES and bool(self.layers)

    def ready(self) -> None:
        """Look at the network as it is now; before each epoch.

        The weights may have become others, frozen, tied or parametrized, and somebody may listen to them: autograd's are all networks that are not the plan's.
        """
        self.layers = [] if changed_or_heard(self.network) else _layers(self.chain)
        held = [tensor for layer in self.layers for tensor in (layer.weight, layer.bias) if tensor is not None]
        theirs = {id(parameter) for parameter in self.network.parameters() if parameter.is_cpu and parameter.requires_grad}
        if len(held) != len(theirs) or {id(tensor) for tensor in held} != theirs:
            self.layers = []

    def made(self, loss: Tensor) -> bool:
        """Whether a loss is the last of this."""
        return self.passed is not None and self.passed.loss is loss

    def loss(self, features: Tensor, labels: Tensor, label_mask: Named[Tensor] | None = None) -> Tensor:
        """The mean data loss of a batch; what `differentiate` will need is kept."""
        with torch.no_grad():
            entered = [self.enter(features).t()]
            for layer in self.layers:
                product = of_columns(entered[-1], layer.weight, layer.bias)
                entered.append(product if layer.function is None else layer.function.apply(product))
        loss, slope = self._scored(entered[-1].t(), labels, label_mask)
        self.passed = Passed(loss, entered, slope)
        return loss

    def _scored(self, output: Tensor, labels: Tensor, label_mask: Named[Tensor] | None) -> tuple[Tensor, Tensor]:
        """The loss, and its derivative N×K with respect to the output."""
        if self.sloped and label_mask is None and labels.dim() == 1:
            return self.sloped(output, labels)
        scored = self.scorer(output.requires_grad_(), labels, label_mask)
        return scored.detach(), torch.autograd.grad(scored, output)[0]

    def differentiate(self, weight: float) -> None:
        """Add the gradients of the last loss, times a weight, to those that the parameters have."""
        passed, self.passed = cast(Passed, self.passed), None
        with torch.no_grad():
            gradient = (passed.slope if weight == 1 else passed.slope * weight).t().contiguous()  # products of it are faster then
            for number in reversed(range(len(self.layers))):
                layer, given = self.layers[number], passed.entered[number]
                if layer.function is not None:
                    gradient = layer.function.slope(gradient, passed.entered[number + 1])
                if layer.bias is not None:
                    _add(layer.bias, gradient.sum(1))
                _add(layer.weight, gradient @ given.t())
                if number:
                    gradient = layer.weight.t() @ gradient


def _enter(plan: Plan, network: Network) -> Callable[[Tensor], Tensor]:
    """What the network does before the first layer with weights; one step that only calls its module is that module."""
    first = plan.execution.features_first[0]
    before = [step for step in network.steps if step.name not in plan.execution.features_first]
    if len(before) == 1 and before[0].noise is None and before[0].activation is None and before[0].scored_inputs is None:
        return before[0].call
    return partial(network.entering, first)


def _add(parameter: Tensor, gradient: Tensor) -> None:
    if parameter.grad is None:
        parameter.grad = gradient
    else:
        parameter.grad += gradient


def _layers(chain: Sequence[Step]) -> list[Layer]:
    """None where a step's module is another than netspec's own, or parametrized: another class then."""
    plain = all(type(step.call) is Linear and (step.activation is None or type(step.activation) in FUNCTIONS) for step in chain)
    return [_layer(step) for step in chain] if plain else []


def _layer(step: Step) -> Layer:
    linear = cast(Linear, step.call)
    return Layer(linear.weight, linear.bias, None if step.activation is None else FUNCTIONS[type(step.activation)])


def _sloped(plan: Plan) -> SlopedLoss | None:
    layer = plan.node(plan.outputs[0]).layer
    if not isinstance(layer, WithLoss) or layer.balances or layer.loss_weight != 1 or type(layer).build_score is not WithLoss.build_score:
        return None
    return layer.loss.build_sloped(layer.activation) if "build_sloped" in vars(type(layer.loss)) else None  # a subclass may be another function
