"""Gradients from formulas are autograd's, and are used only where nothing else is asked of a step."""

import pickle
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from copy import deepcopy
from dataclasses import replace
from pathlib import Path
from typing import Literal

import numpy as np
import pytest
import torch
from torch import nn
from torch.nn.modules.module import register_module_forward_hook
from torch.nn.utils.parametrizations import weight_norm
from torch.nn.utils.parametrize import register_parametrization
from train.resuming import assert_same_wherever_it_is_stopped

from netspec import build
from netspec.activations import Activation
from netspec.activations.tanh import Tanh
from netspec.construct import build_network, build_scorer
from netspec.layers.dense import Dense
from netspec.layers.output import Output
from netspec.losses import LossFunction
from netspec.losses.negative_log_likelihood import NegativeLogLikelihood
from netspec.modules.linear import Linear
from netspec.modules.negative_log_likelihood import MOST_CLASSES
from netspec.optim import adam
from netspec.plan import Execution, Plan
from netspec.read import plan_of
from netspec.report.explain import explain_plan
from netspec.shapes import Shape
from netspec.train.direct import FUNCTIONS, Direct
from netspec.train.trainer import loss_of

CLASSES = {"type": "output", "n_out": 5, "loss": "negative_log_likelihood"}


def chain(*layers: dict[str, object], output: dict[str, object] | None = None, **spec: object) -> Plan:
    first = {"type": "dense", "n_out": 400, "activation": "tanh"}
    return plan_of({"input": 200, "seed": 1, "data_type": "float64", "layers": [first, *layers, output or CLASSES], **spec})


def batch(examples: int = 7, outputs: int = 5) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    """Features, class indices and values."""
    chance = torch.Generator().manual_seed(0)
    features = torch.randn((examples, 200), dtype=torch.float64, generator=chance)
    return features, torch.randint(outputs, (examples,), generator=chance), torch.rand((examples, outputs), dtype=torch.float64, generator=chance)


def parts(plan: Plan) -> tuple[nn.Module, Direct]:
    network = build_network(plan).train()
    direct = Direct.of(plan, network, build_scorer(plan, network))
    assert direct is not None
    direct.ready()
    return network, direct


def by_autograd(plan: Plan, network: nn.Module, *given: torch.Tensor, weight: float = 1) -> tuple[torch.Tensor, list[torch.Tensor]]:
    network = deepcopy(network)
    network.zero_grad()
    loss = loss_of(network, build_scorer(plan, network), *given)
    (loss * weight).backward()
    return loss.detach(), [parameter.grad for parameter in network.parameters()]


def agree(plan: Plan, *given: torch.Tensor, weight: float = 1) -> None:
    network, direct = parts(plan)
    loss, gradients = by_autograd(plan, network, *given, weight=weight)
    found = direct.loss(given[0], given[1], *given[3:])
    direct.differentiate(weight)

    torch.testing.assert_close(found, loss, rtol=1e-12, atol=0)
    for parameter, gradient in zip(network.parameters(), gradients, strict=True):
        torch.testing.assert_close(parameter.grad, gradient, rtol=1e-10, atol=1e-14)
        assert parameter.grad.stride() == parameter.stride()


@pytest.mark.parametrize("activation", ["relu", "tanh", "sigmoid", "identity"])
@pytest.mark.parametrize("has_bias", [True, False])
def test_gradients_of_classes_are_autograds(activation: str, has_bias: bool) -> None:
    hidden = [{"type": "dense", "n_out": width, "activation": activation, "has_bias": has_bias} for width in (30, 20)]
    agree(chain(*hidden), *batch()[:2], weight=-2.5)


@pytest.mark.parametrize("classes", [2, MOST_CLASSES, MOST_CLASSES + 1])
def test_few_classes_and_many_have_the_same_formula(classes: int) -> None:
    agree(chain(output={**CLASSES, "n_out": classes}), *batch(outputs=classes)[:2])


@pytest.mark.parametrize(
    "output",
    [
        {"loss": "mse"},
        {"loss": "mse", "activation": "tanh", "loss_weight": 3},
        {"loss": "xent"},
        {"loss": {"type": "negative_log_likelihood", "label_smoothing": 0.1}},
        {"loss": {"type": "negative_log_likelihood", "weights": [1, 2, 3, 4, 5]}},
        {"loss": {"type": "negative_log_likelihood", "clip": 1e-3}},
        {"loss": "negative_log_likelihood", "loss_weight": 0.5},
        {"loss": "negative_log_likelihood", "activation": "sigmoid", "any_activation": True},
    ],
)
def test_any_loss_is_differentiated_of_values_and_of_classes(output: dict[str, object]) -> None:
    features, classes, values = batch()
    plan = chain(output={"type": "output", "n_out": 5, **output})
    agree(plan, features, values)
    agree(plan, features, classes)


@pytest.mark.parametrize(
    "before",
    [[], [{"type": "reshape", "to": "200"}], [{"type": "activation", "activation": "tanh"}], [{"type": "reshape", "to": "20x10"}, {"type": "flatten"}]],
)
def test_what_comes_before_the_weights_is_done(before: list[dict[str, object]]) -> None:
    layers = [*before, {"type": "dense", "n_out": 400, "activation": "relu"}, CLASSES]
    agree(plan_of({"input": 200, "seed": 1, "data_type": "float64", "layers": layers}), *batch()[:2])


def test_labels_have_their_mask() -> None:
    features, classes, _ = batch()
    plan = chain()
    network, direct = parts(plan)
    mask = torch.tensor([1.0, 0, 1, 1, 0, 1, 1], dtype=torch.float64)
    _, gradients = by_autograd(plan, network, features, classes, None, mask)
    direct.loss(features, classes, mask)
    direct.differentiate(1)

    for parameter, gradient in zip(network.parameters(), gradients, strict=True):
        torch.testing.assert_close(parameter.grad, gradient, rtol=1e-10, atol=1e-14)


def test_every_activation_that_says_so_has_its_formula() -> None:
    saying = [kind() for kind in Activation.members() if kind().slope_by_result]
    assert {activation.type for activation in saying} == {"identity", "relu", "sigmoid", "tanh"}
    for activation in saying:
        module = activation.build()
        if isinstance(module, nn.Identity):
            continue
        function = FUNCTIONS[type(module)]
        given = torch.linspace(-3, 3, 25, dtype=torch.float64, requires_grad=True)
        result = module(given)
        (wanted,) = torch.autograd.grad(result.sin().sum(), given)
        torch.testing.assert_close(function.slope(result.detach().cos(), result.detach()), wanted, rtol=1e-12, atol=0)
        assert torch.equal(function.apply(given.detach().clone()), result)


@pytest.mark.parametrize("settings", [{}, {"accumulate": 3}])
@pytest.mark.parametrize("words", [{}, {"minibatch": False}, {"minimize": False}, {"training_order": "legacy"}])
def test_a_training_ends_where_autograds_does(words: dict[str, object], settings: dict[str, object]) -> None:
    train = {"batch_size": 4, "epochs": 3, **settings}
    plan = chain({"type": "dense", "n_out": 20, "activation": "relu"}, updater="adam", learning_rate=0.01, l2=0.01, l1=0.001, train=train, **words)
    assert plan.execution.direct
    models = [build(plan), build(replace(plan, execution=Execution()))]
    features, classes, _ = batch(26)
    histories = [model.fit(features.numpy(), classes.numpy()) for model in models]

    assert models[0].module.training == models[1].module.training
    np.testing.assert_allclose(*([epoch.loss for epoch in history.epochs] for history in histories), rtol=1e-10)
    for one, other in zip(*(model.module.parameters() for model in models), strict=True):
        torch.testing.assert_close(one, other, rtol=1e-7, atol=1e-10)


@pytest.mark.parametrize(
    ("layers", "spec"),
    [
        ([{"type": "dropout", "rate": 0.5}], {}),
        ([{"type": "dense", "n_out": 9, "activation": "relu", "dropout": 0.5}], {}),
        ([{"type": "dense", "n_out": 9, "activation": {"type": "relu", "max": 6}}], {}),
        ([{"type": "dense", "n_out": 9, "activation": "elu"}], {}),
        ([{"type": "dense", "n_out": 9, "activation": "relu", "frozen": True}], {}),
        ([{"type": "batch_norm"}, {"type": "dense", "n_out": 400, "activation": "relu"}, {"type": "dense", "n_out": 400, "activation": "relu"}], {}),
        ([], {"data_type": "float32", "updater": "adam", "train": {"autocast": "bfloat16", "batch_size": 2, "epochs": 1}}),
        ([], {"data_type": "float32", "updater": "adam", "train": {"compile": "default", "batch_size": 2, "epochs": 1}}),
    ],
)
def test_what_has_no_formula_is_left_to_autograd(layers: list[dict[str, object]], spec: dict[str, object]) -> None:
    plan = chain(*layers, **spec)
    network = build_network(plan)
    assert not plan.execution.direct
    assert Direct.of(plan, network, build_scorer(plan, network)) is None


LABELS = torch.zeros(7, dtype=torch.int64)
HIDDEN = ({"type": "dense", "n_out": 400, "activation": "tanh"}, {"type": "dense", "n_out": 400, "activation": "relu"})


def test_weights_that_are_not_here_are_left_to_autograd() -> None:
    plan = chain()
    away = build_network(plan, "meta")
    direct = Direct.of(plan, away, build_scorer(plan, away))
    assert direct is not None
    direct.ready()
    assert not direct.takes(LABELS, None)


class Half(nn.Module):
    def forward(self, weight: torch.Tensor) -> torch.Tensor:
        return weight / 2


def other_forward(layer: nn.Module) -> None:
    own = layer.forward
    layer.forward = lambda given: 3 * own(given)


CHANGES = {
    "frozen": lambda network: network.dense_1.requires_grad_(False),
    "frozen all but one": lambda network: network.requires_grad_(False).dense_1.weight.requires_grad_(True),
    "tied": lambda network: setattr(network.dense_2, "weight", network.dense_3.weight),
    "parametrized": lambda network: register_parametrization(network.dense_2, "weight", Half()),
    "normed": lambda network: weight_norm(network.dense_2),
    "another forward": lambda network: other_forward(network.dense_2),
    "another forward of all": lambda network: setattr(network, "forward", lambda given: 2 * network.propagate(given)[0]),
    "another class": lambda network: setattr(network.dense_2, "__class__", nn.Linear),
    "another parameter": lambda network: network.dense_2.register_parameter("more", nn.Parameter(torch.ones(1))),
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_a_network_that_was_changed_by_hand_is_left_to_autograd(change: Callable[[nn.Module], object]) -> None:
    network, direct = parts(chain(*HIDDEN))
    assert direct.takes(LABELS, None)
    change(network)
    direct.ready()
    assert not direct.takes(LABELS, None)


def test_weights_that_were_exchanged_are_found() -> None:
    plan = chain(*HIDDEN)
    network, direct = parts(plan)
    network.dense_2.weight = nn.Parameter(network.dense_2.weight.detach() / 2)
    network.dense_3.bias = None
    network.load_state_dict({name: 2 * values for name, values in network.state_dict().items()}, assign=True)
    loss, gradients = by_autograd(plan, network, *batch()[:2])

    direct.ready()
    assert direct.takes(LABELS, None)
    torch.testing.assert_close(direct.loss(*batch()[:2]), loss)
    direct.differentiate(1)
    for parameter, gradient in zip(network.parameters(), gradients, strict=True):
        torch.testing.assert_close(parameter.grad, gradient)


@pytest.mark.parametrize("way", [lambda: torch.autocast("cpu", torch.bfloat16), lambda: torch.autograd.set_detect_anomaly(True, check_nan=False)])
def test_a_way_of_torchs_to_compute_or_to_watch_is_left_to_autograd(way: Callable[[], AbstractContextManager[None]]) -> None:
    _, direct = parts(chain())
    with way():
        direct.ready()
        assert not direct.takes(LABELS, None)
    direct.ready()
    assert direct.takes(LABELS, None)


class MyLinear(Linear):
    def forward(self, input: torch.Tensor) -> torch.Tensor:
        return 3 * super().forward(input)


@pytest.fixture
def own_words() -> Iterator[None]:
    """Words that are subclasses of netspec's and mean something else; forgotten afterwards."""

    class MyDense(Dense):
        type: Literal["my_dense"] = "my_dense"

        def build(self, *inputs: Shape) -> nn.Module:
            return MyLinear(inputs[0].size, self.n_out)

    class MyTanh(Tanh):
        type: Literal["my_tanh"] = "my_tanh"

        def build(self) -> nn.Module:
            return nn.Softsign()

    class MyLoss(NegativeLogLikelihood):
        type: Literal["my_loss"] = "my_loss"
        alias = None

        def build_mean(self, activation: Activation) -> LossFunction:
            mean = super().build_mean(activation)
            return lambda *given: 5 * mean(*given)

    class MyOutput(Output):
        type: Literal["my_output"] = "my_output"

        def build_score(self, module: nn.Module) -> LossFunction:
            score = super().build_score(module)
            return lambda *given: score(*given) + given[0].square().mean()

    yield
    for member in (MyDense, MyTanh, MyLoss, MyOutput):
        member.registry.pop(member.tag())


@pytest.mark.parametrize(
    "layers",
    [
        [{"type": "my_dense", "n_out": 400, "activation": "tanh"}, CLASSES],
        [{"type": "dense", "n_out": 400, "activation": "my_tanh"}, CLASSES],
        [{"type": "dense", "n_out": 400, "activation": "tanh"}, {**CLASSES, "loss": "my_loss"}],
        [{"type": "dense", "n_out": 400, "activation": "tanh"}, {**CLASSES, "type": "my_output"}],
    ],
)
def test_words_of_ones_own_are_what_they_say(own_words: None, layers: list[dict[str, object]]) -> None:
    plan = plan_of({"input": 200, "seed": 1, "updater": "sgd", "learning_rate": 0.1, "data_type": "float64", "layers": layers})
    model = build(plan)
    loss, gradients = by_autograd(plan, model.module, *batch()[:2])
    before = [parameter.detach().clone() for parameter in model.module.parameters()]
    history = model.fit(*(part.numpy() for part in batch()[:2]), batch_size=7, epochs=1)

    assert history.epochs[-1].loss == pytest.approx(float(loss))
    for parameter, was, gradient in zip(model.module.parameters(), before, gradients, strict=True):
        torch.testing.assert_close(parameter.detach(), was - 0.1 * gradient)


def test_a_model_can_be_pickled() -> None:
    model = build(chain(updater="sgd", learning_rate=0.1))
    model.fit(*(part.numpy() for part in batch()[:2]), batch_size=7, epochs=1)
    again = pickle.loads(pickle.dumps(model))
    assert torch.equal(again.module.dense_1.weight, model.module.dense_1.weight)


def test_masks_large_batches_and_listeners_are_left_to_autograd() -> None:
    network, direct = parts(chain())
    labels = torch.zeros(512, dtype=torch.int64)
    assert direct.takes(labels, None)
    assert not direct.takes(labels, torch.ones(512))
    assert not direct.takes(torch.zeros(513, dtype=torch.int64), None)

    for module in (network, network.dense_1, network.activations["dense_1"]):
        for listen in (module.register_forward_hook, module.register_forward_pre_hook, module.register_full_backward_hook):
            handle = listen(lambda *_: None)
            direct.ready()
            assert not direct.takes(labels, None)
            handle.remove()
            direct.ready()
            assert direct.takes(labels, None)
    for parameter in (network.output_1.weight, network.dense_1.bias):
        for listen in (parameter.register_hook, parameter.register_post_accumulate_grad_hook):
            handle = listen(lambda gradient: None)
            direct.ready()
            assert not direct.takes(labels, None)
            handle.remove()
            direct.ready()
            assert direct.takes(labels, None)


@pytest.mark.parametrize("everywhere", [False, True])
def test_a_listener_hears_of_each_step_of_a_training(everywhere: bool) -> None:
    model = build(chain(train={"batch_size": 13, "epochs": 2}, updater="sgd", learning_rate=0.1))
    layer, heard = model.module.dense_1, []
    listen = register_module_forward_hook if everywhere else layer.register_forward_hook
    handle = listen(lambda module, *_: heard.append(model.module.training and module is layer))
    model.fit(*(part.numpy() for part in batch(26)[:2]))
    handle.remove()
    assert heard.count(True) == 4


def test_a_stopped_training_goes_on_to_the_same_end(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(adam, "FORGETS_EVERY", 3)
    plan = chain({"type": "dense", "n_out": 20, "activation": "relu"}, updater="adam", learning_rate=0.01, train={"batch_size": 4, "epochs": 2})
    assert plan.execution.direct
    assert_same_wherever_it_is_stopped(plan, [part.numpy() for part in batch(14)[:2]], tmp_path)


def test_only_its_own_last_loss_is_differentiated() -> None:
    plan = chain()
    _, direct = parts(plan)
    features, classes, _ = batch()
    first = direct.loss(features, classes)
    second = direct.loss(features, classes)

    assert not direct.made(first)
    assert not direct.made(second.clone())
    assert direct.made(second)
    direct.differentiate(1)
    assert not direct.made(second)


def test_explain_says_it() -> None:
    assert "gradients" in explain_plan(chain()).plain
    assert "gradients" not in explain_plan(chain({"type": "dropout", "rate": 0.5})).plain
