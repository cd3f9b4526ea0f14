"""Fused updaters without torch's lookups: bit for bit torch's own steps."""

from copy import deepcopy

import pytest
import torch
from torch import nn, optim

from netspec.optim import eager

KINDS = [
    ("SGD", {"lr": 0.1}),
    ("SGD", {"lr": 0.1, "momentum": 0.9, "dampening": 0.2}),
    ("SGD", {"lr": 0.1, "momentum": 0.9, "nesterov": True, "maximize": True}),
    ("Adam", {"lr": 0.1}),
    ("Adam", {"lr": 0.1, "amsgrad": True, "eps": 1e-3}),
    ("Adam", {"lr": 0.1, "decoupled_weight_decay": True, "betas": (0.8, 0.9)}),
]
each_kind = pytest.mark.parametrize(("name", "settings"), KINDS)


class Two:
    """The same two groups of weights under our optimizer and under torch's."""

    def __init__(self, name, settings):
        self.both = [self.made(module, name, settings) for module in (eager, optim)]

    def made(self, module, name, settings):
        weights = [nn.Parameter(torch.linspace(-1, 1, 12).reshape(3, 4)), nn.Parameter(torch.ones(4)), nn.Parameter(torch.full((2, 2), 0.5))]
        groups = [{"params": weights[:2], "weight_decay": 0.01}, {"params": weights[2:]}]
        return weights, getattr(module, name)(groups, fused=True, **settings)

    def step(self, number, without=()):
        for weights, optimizer in self.both:
            for index, weight in enumerate(weights):
                weight.grad = None if index in without else (weight.detach() * (number + 1)).sin()
            optimizer.step()

    def agree(self):
        (ours, one), (theirs, other) = self.both
        states = [[optimizer.state[weight] for weight in weights] for weights, optimizer in self.both]
        assert all(torch.equal(a, b) for a, b in zip(ours, theirs, strict=True))
        assert all(a.keys() == b.keys() and all(torch.equal(a[key], b[key]) for key in a) for a, b in zip(*states, strict=True))
        assert one.state_dict().keys() == other.state_dict().keys()


@each_kind
def test_steps_are_torchs_to_the_bit(name, settings):
    two = Two(name, settings)
    for number in range(5):
        two.step(number)
        two.agree()


@each_kind
def test_parameters_without_a_gradient_stay_and_learn_later(name, settings):
    two = Two(name, settings)
    for number, without in enumerate([(), (1,), (), (0, 1), (2,), ()]):
        two.step(number, without)
        two.agree()


@each_kind
def test_a_loaded_state_and_a_changed_rate_are_taken(name, settings):
    two = Two(name, settings)
    two.step(0)
    for _, optimizer in two.both:
        optimizer.load_state_dict(deepcopy(optimizer.state_dict()))
        optimizer.param_groups[1]["lr"] = 0.01
    two.step(1)
    two.agree()


@each_kind
def test_a_step_with_overflowed_gradients_is_left_out(name, settings):
    two = Two(name, settings)
    two.step(0)
    before = [weight.detach().clone() for weight in two.both[0][0]]
    for _, optimizer in two.both:
        optimizer.grad_scale, optimizer.found_inf = None, torch.ones(())  # as torch's GradScaler says it
    two.step(1)
    for _, optimizer in two.both:
        del optimizer.grad_scale, optimizer.found_inf

    assert all(torch.equal(weight, old) for weight, old in zip(two.both[0][0], before, strict=True))
    two.step(2)
    two.agree()


def test_weights_that_begin_later_are_moved_as_torchs_unfused_sgd_moves_them():
    settings = {"lr": 0.1, "momentum": 0.9, "nesterov": True}
    two = Two("SGD", settings)
    two.both[1] = two.both[1][0], optim.SGD([{"params": two.both[1][0][:2], "weight_decay": 0.01}, {"params": two.both[1][0][2:]}], **settings)
    for number, without in enumerate([(1, 2), (0,), (), (1,), ()]):
        two.step(number, without)
        for one, other in zip(*(weights for weights, _ in two.both), strict=True):
            torch.testing.assert_close(one, other)


def test_velocities_that_are_none_are_as_if_not_there():
    two = Two("SGD", {"lr": 0.1, "momentum": 0.9})
    for _, optimizer in two.both:
        state = optimizer.state_dict()
        optimizer.load_state_dict({**state, "state": {number: {"momentum_buffer": None} for number in range(3)}})
    two.step(0)
    two.step(1)
    two.agree()


@each_kind
def test_a_group_without_parameters_is_passed_over(name, settings):
    two = Two(name, settings)
    for _, optimizer in two.both:
        optimizer.add_param_group({"params": []})
    two.step(0)
    two.step(1)
    two.agree()


def test_what_remembers_nothing_has_no_states():
    two = Two("SGD", {"lr": 0.1})
    two.step(0)
    two.step(1)
    assert [optimizer.state_dict()["state"] for _, optimizer in two.both] == [{}, {}]


def test_a_hook_before_a_step_cannot_change_its_arguments():
    two = Two("SGD", {"lr": 0.1})
    ours = two.both[0][1]
    ours.register_step_pre_hook(lambda optimizer, arguments, named: (arguments, named))
    with pytest.raises(TypeError, match="a hook before a step must return None"):
        ours.step()


def test_a_closure_is_evaluated_once():
    two = Two("Adam", {"lr": 0.1})
    two.step(0)
    assert [optimizer.step(lambda: 7.0) for _, optimizer in two.both] == [7.0, 7.0]
    two.agree()
