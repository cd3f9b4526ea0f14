"""Gradients of a network of fully connected layers straight from their formulas.

The products are autograd's, in the same order and with the same rounding. What it does between them, to keep a graph
of the computation and to walk it, costs a small network up to a fifth of its time: its code is not in the processor's
caches when a product ends.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple, Self, cast

import torch
from torch import Tensor, nn

from netspec.construct import Scorer
from netspec.layers.flatten import Flatten
from netspec.losses import SlopedLoss
from netspec.modules.linear import MOST_EXAMPLES, Linear
from netspec.named import Named
from netspec.network import Network, Step
from netspec.plan import Plan
from netspec.scored import WithLoss

aten = torch.ops.aten


class Function(NamedTuple):
    """An activation whose derivative follows from its result."""

    apply: Callable[[Tensor], Tensor]
    """In place."""

    slope: Callable[[Tensor, Tensor], Tensor]
    """The gradient of its input, from that of its result and the result."""


FUNCTIONS: dict[type[nn.Module], Function] = {
    nn.ReLU: Function(torch.relu_, lambda gradient, result: aten.threshold_backward.default(gradient, result, 0)),
    nn.Tanh: Function(torch.tanh_, aten.tanh_backward.default),
    nn.Sigmoid: Function(torch.sigmoid_, aten.sigmoid_backward.default),
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

    slope: Callable[[], Tensor]
    """The gradient of the loss with respect to the output, N×K."""


@dataclass
class Direct:
    """Loss and gradients of a network whose only layers with weights are fully connected, one behind the other."""

    input: str
    before: list[Step]
    """What comes before the first layer with weights."""

    entering: str
    """The value that this layer is given."""

    only_flattens: bool
    """Whether nothing else comes before it: a module's call less."""

    layers: list[Layer]
    scorer: Scorer
    sloped: SlopedLoss | None
    """The loss together with its derivative, where it has one that is quicker than autograd's."""

    hooks: list[Mapping[int, Any]]
    """What listens to the modules that are not called here."""

    heard: bool = False
    """Whether somebody does."""

    passed: Passed | None = field(default=None, repr=False)

    @classmethod
    def of(cls, plan: Plan, network: Network, scorer: Scorer) -> Self | None:
        """For a network that the plan says this of; None for any other, and where a weight is not trained or not on a CPU."""
        if not plan.execution.direct or not all(parameter.is_cpu and parameter.requires_grad for parameter in network.parameters()):
            return None
        names = plan.execution.features_first
        before, behind = network.steps[: -len(names)], network.steps[-len(names) :]
        flattens = [(type(plan.node(step.name).layer), step.noise) for step in before] == [(Flatten, None)]
        layers, hooks = [_layer(step) for step in behind], list(_hooks(network, network.steps))
        return cls(network.inputs[0], before, behind[0].inputs[0], flattens, layers, scorer, _sloped(plan), hooks)

    def takes(self, labels: Tensor, mask: object) -> bool:
        """Whether it is made for a batch: a small one without a mask, whose modules and weights nobody listens to."""
        return mask is None and len(labels) <= MOST_EXAMPLES and not self.heard

    def ready(self) -> None:
        """Look whether somebody listens; before each epoch."""
        self.heard = any(self.hooks) or any(layer.weight._backward_hooks is not None for layer in self.layers)

    def made(self, loss: Tensor) -> bool:
        """Whether a loss is the last of this."""
        return self.passed is not None and self.passed.loss is loss

    def loss(self, features: Tensor, labels: Tensor, label_mask: Named[Tensor] | None = None) -> Tensor:
        """The mean data loss of a batch; what `differentiate` will need is kept."""
        with torch.no_grad():
            entered = [self._entering(features).t()]
            for layer in self.layers:
                product = layer.weight @ entered[-1] if layer.bias is None else torch.addmm(layer.bias.unsqueeze(1), layer.weight, entered[-1])
                entered.append(product if layer.function is None else layer.function.apply(product))
            output = entered[-1].t()
            if self.sloped and label_mask is None and labels.dim() == 1:
                loss, slope = self.sloped(output, labels)
                self.passed = Passed(loss, entered, lambda: slope)
                return loss
        scored = self.scorer(output.requires_grad_(), labels, label_mask)
        self.passed = Passed(scored.detach(), entered, lambda: torch.autograd.grad(scored, output)[0])
        return self.passed.loss

    def _entering(self, features: Tensor) -> Tensor:
        if self.only_flattens:
            return features.flatten(1)
        values = {self.input: features}
        for step in self.before:
            step.run(values)
        return values[self.entering]

    def differentiate(self, weight: float) -> None:
        """Add the gradients of the last loss, times a weight, to those that the parameters have."""
        passed, self.passed = cast(Passed, self.passed), None
        slope = passed.slope()
        with torch.no_grad():
            gradient = (slope if weight == 1 else slope * weight).t().contiguous()  # products of it are faster then
            for number in reversed(range(len(self.layers))):
                layer, given = self.layers[number], passed.entered[number]
                if layer.function is not None:
                    gradient = layer.function.slope(gradient, passed.entered[number + 1])
                if layer.bias is not None:
                    _add(layer.bias, gradient.sum(1))
                _add(layer.weight, gradient @ given.t())
                if number:
                    gradient = layer.weight.t() @ gradient


def _hooks(network: Network, steps: Iterable[Step]) -> Iterator[Mapping[int, Any]]:
    for module in (network, *(part for step in steps for part in (step.call, step.activation) if isinstance(part, nn.Module))):
        yield from (module._forward_hooks, module._forward_pre_hooks, module._backward_hooks, module._backward_pre_hooks)


def _add(parameter: Tensor, gradient: Tensor) -> None:
    if parameter.grad is None:
        parameter.grad = gradient
    else:
        parameter.grad += gradient


def _layer(step: Step) -> Layer:
    linear = cast(Linear, step.call)
    return Layer(linear.weight, linear.bias, None if step.activation is None else FUNCTIONS[type(step.activation)])


def _sloped(plan: Plan) -> SlopedLoss | None:
    layer = plan.node(plan.outputs[0]).layer
    if not isinstance(layer, WithLoss) or layer.balances or layer.loss_weight != 1:
        return None
    return layer.loss.build_sloped(layer.activation)
