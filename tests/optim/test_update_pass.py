"""L1, L2 and decoupled decay around an updater's rule, against the order written out by hand."""

import pytest
import torch

from netspec.construct import build_network
from netspec.optim.combined import Combined
from netspec.optim.update_pass import penalty
from netspec.read import plan_of
from netspec.updating import build_optimizer

FEATURES = torch.tensor([[1.0, -2.0], [0.5, 3.0]], dtype=torch.float64)


def made(**said):
    spec = {
        "input": 2,
        "data_type": "float64",
        "updater": "sgd",
        "learning_rate": 0.1,
        "layers": [{"type": "output", "n_out": 2, "loss": "mse", "name": "o"}],
        **said,
    }
    plan = plan_of({key: value for key, value in spec.items() if value is not None})
    network = build_network(plan)
    optimizer, schedules = build_optimizer(plan, network)
    return network, optimizer, schedules


def stepped(network, optimizer):
    """Weight and bias before a step, their gradients, and both after it."""
    network.zero_grad()
    network(FEATURES).square().sum().backward()
    weight, bias = network.get_parameter("o.weight"), network.get_parameter("o.bias")
    before = [value.detach().clone() for value in (weight, weight.grad, bias, bias.grad)]
    optimizer.step()
    return before, weight.detach(), bias.detach()


def test_l2_enters_the_gradient_of_weights_before_the_rule():
    network, optimizer, _ = made(l2=0.3)

    (w, g, b, gb), weight, bias = stepped(network, optimizer)

    torch.testing.assert_close(weight, w - 0.1 * (g + 0.3 * w))
    torch.testing.assert_close(bias, b - 0.1 * gb)


def test_l1_enters_the_gradient_of_weights_before_the_rule():
    network, optimizer, _ = made(l1=0.3)

    (w, g, b, gb), weight, bias = stepped(network, optimizer)

    torch.testing.assert_close(weight, w - 0.1 * (g + 0.3 * w.sign()))
    torch.testing.assert_close(bias, b - 0.1 * gb)


@pytest.mark.parametrize(("decay", "factor"), [(0.2, 0.1), ({"value": 0.2, "times_rate": False}, 1.0)])
def test_weight_decay_is_taken_off_the_weights_from_before_the_step(decay, factor):
    network, optimizer, _ = made(weight_decay=decay, l2=0.3, l1=0.05)

    (w, g, _, _), weight, _ = stepped(network, optimizer)

    torch.testing.assert_close(weight, w - 0.1 * (g + 0.3 * w + 0.05 * w.sign()) - 0.2 * factor * w)


def test_l2_acts_beside_a_weight_decay_of_nothing():
    network, optimizer, _ = made(weight_decay=0.0, l2=0.3)

    (w, g, _, _), weight, _ = stepped(network, optimizer)

    torch.testing.assert_close(weight, w - 0.1 * (g + 0.3 * w))


def test_biases_have_their_own_coefficients():
    network, optimizer, _ = made(bias_init=0.7, l2_bias=0.3, l1_bias=0.05, weight_decay_bias=0.2)

    (w, g, b, gb), weight, bias = stepped(network, optimizer)

    torch.testing.assert_close(weight, w - 0.1 * g)
    torch.testing.assert_close(bias, b - 0.1 * (gb + 0.3 * b + 0.05 * b.sign()) - 0.1 * 0.2 * b)


def test_l2_enters_the_memory_of_adam():
    """Adam's first step is learning_rate · sign(g + l2·w), whatever their size, as epsilon is far below."""
    network, optimizer, _ = made(updater="adam", l2=5.0)

    (w, g, _, _), weight, _ = stepped(network, optimizer)

    torch.testing.assert_close(weight, w - 0.1 * (g + 5.0 * w).sign(), rtol=1e-6, atol=1e-6)


@pytest.mark.parametrize("updater", ["adafactor", "muon"])
def test_l2_is_coupled_even_where_torch_would_decay(updater):
    """What torch calls `weight_decay` there is decoupled; a spec's l2 goes into the gradient, as everywhere."""
    said = {"updater": {"type": updater, **({"weight_decay": 0} if updater == "muon" else {})}, "bias_updater": {"type": "sgd", "learning_rate": 0.1}}
    network, optimizer, _ = made(**said, learning_rate=None, l2=0.3)
    other, plain, _ = made(**said, learning_rate=None)
    start = network.get_parameter("o.weight").detach().clone()
    other.load_state_dict(network.state_dict())

    (w, g, _, _), weight, _ = stepped(network, optimizer)
    other.get_parameter("o.weight").grad = g + 0.3 * w
    plain.step()

    assert not torch.equal(weight, start)
    torch.testing.assert_close(weight, other.get_parameter("o.weight").detach())
    torch.testing.assert_close(penalty(optimizer.param_groups), 0.15 * weight.square().sum())


def test_the_penalty_is_what_regularisation_adds_to_the_score():
    network, optimizer, _ = made(l2=0.3, l1=0.05, weight_decay=0.2, bias_init=0.7, l2_bias=0.4)
    w, b = network.get_parameter("o.weight").detach(), network.get_parameter("o.bias").detach()

    expected = 0.5 * 0.3 * w.square().sum() + 0.05 * w.abs().sum() + 0.5 * 0.2 * w.square().sum() + 0.5 * 0.4 * b.square().sum()

    torch.testing.assert_close(penalty(optimizer.param_groups), expected)


def test_a_scheduled_coefficient_follows_its_schedule():
    network, optimizer, schedules = made(l2={"type": "step", "initial": 0.4, "decay": 0.5, "every": 2})

    for iteration, coefficient in enumerate([0.4, 0.4, 0.2, 0.2, 0.1]):
        schedules.set(iteration, 0)
        (w, g, _, _), weight, _ = stepped(network, optimizer)

        torch.testing.assert_close(weight, w - 0.1 * (g + coefficient * w))


def two_updaters():
    layers = [
        {"type": "dense", "n_out": 3, "activation": "tanh", "name": "d", "updater": "adam"},
        {"type": "output", "n_out": 2, "loss": "mse", "name": "o"},
    ]
    return made(layers=layers)


def test_a_layers_own_updater_moves_that_layer_only():
    network, optimizer, _ = two_updaters()
    network(FEATURES).square().sum().backward()
    weight = network.get_parameter("o.weight")
    w, g = weight.detach().clone(), weight.grad.clone()
    d, gd = network.get_parameter("d.weight").detach().clone(), network.get_parameter("d.weight").grad.clone()

    optimizer.step()

    assert isinstance(optimizer, Combined)
    torch.testing.assert_close(weight.detach(), w - 0.1 * g)
    torch.testing.assert_close(network.get_parameter("d.weight").detach(), d - 0.001 * gd.sign(), rtol=1e-5, atol=1e-7)


def test_a_combined_optimizer_gives_back_its_state():
    network, optimizer, _ = two_updaters()
    network(FEATURES).square().sum().backward()
    optimizer.step()
    weights = {name: value.clone() for name, value in network.state_dict().items()}
    state = optimizer.state_dict()
    optimizer.step()
    after = network.get_parameter("d.weight").detach().clone()

    other_network, other, _ = two_updaters()
    other_network.load_state_dict(weights)
    other.load_state_dict(state)
    for parameter, source in zip(other_network.parameters(), network.parameters(), strict=True):
        parameter.grad = source.grad.clone()
    other.step()

    torch.testing.assert_close(other_network.get_parameter("d.weight").detach(), after, rtol=0, atol=0)


def test_a_layers_learning_rate_alone_changes_just_that():
    layers = [
        {"type": "dense", "n_out": 3, "activation": "tanh", "name": "d", "learning_rate": 0.7},
        {"type": "output", "n_out": 2, "loss": "mse", "name": "o"},
    ]

    _, optimizer, _ = made(layers=layers, updater="nesterovs", momentum=0.3)

    rates = {name: (group["lr"], group["momentum"]) for group in optimizer.param_groups for name in group["names"]}
    assert rates == {"d.weight": (0.7, 0.3), "d.bias": (0.7, 0.3), "o.weight": (0.1, 0.3), "o.bias": (0.1, 0.3)}
