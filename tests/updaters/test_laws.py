"""What holds for every updater: what must be said, round trips, resuming, gradients laid out otherwise."""

import math

import pytest
import torch
from pydantic import ValidationError
from torch import nn

from netspec.updaters import Updater

TAGS = Updater.tags()
HALVING = {"type": "step", "initial": 0.1, "decay": 0.5, "every": 3}


def groups_of(updater: Updater, *parameters: nn.Parameter) -> list[dict]:
    momentum = {"momentum": updater.momentum.start} if "momentum" in updater.scheduled else {}
    return [{"params": list(parameters), "lr": 0.1, "weight_decay": 0.01, **momentum, "names": ["w"] * len(parameters), "l1": 0.0, "decay": None}]


def parameters(tag: str = "") -> list[nn.Parameter]:
    """A matrix, and an image's weights channels last where the updater can move them."""
    generator = torch.Generator().manual_seed(7)
    matrix, other = torch.randn(6, 4, generator=generator), torch.randn(4, 3, 5, 5, generator=generator)
    laid = other.flatten(1) if tag and Updater.member(tag).matrices_only else other.to(memory_format=torch.channels_last)
    return [nn.Parameter(matrix), nn.Parameter(laid)]


def example(tag: str, rate: object) -> Updater:
    """An updater at a rate, if it has one."""
    return Updater.parse({"type": tag, **({"learning_rate": rate} if "learning_rate" in Updater.member(tag).model_fields else {})})


def train(optimizer: torch.optim.Optimizer, weights: list[nn.Parameter], steps: range, *, otherwise: bool = False) -> None:
    """Steps with fixed gradients; `otherwise` lays each gradient out in another order than its parameter."""
    for step in steps:
        for weight in weights:
            gradient = torch.randn(weight.shape, generator=torch.Generator().manual_seed(step))
            laid = torch.empty_like(weight, requires_grad=False).copy_(gradient)
            weight.grad = gradient.permute(*reversed(range(gradient.dim()))).contiguous().permute(*reversed(range(gradient.dim()))) if otherwise else laid
        optimizer.step()


def test_the_first_vocabulary_is_there():
    assert {"sgd", "nesterovs", "adam", "adamw", "rmsprop", "adagrad"} <= set(TAGS)


@pytest.mark.parametrize("tag", ["sgd", "nesterovs", "rmsprop", "adagrad"])
def test_a_rate_without_a_usual_value_must_be_said(tag):
    updater = Updater.parse(tag)
    assert updater.must_say == ("learning_rate",)
    assert updater.learning_rate is None


@pytest.mark.parametrize(
    ("tag", "rate"),
    [
        ("adam", 1e-3),
        ("adamw", 1e-3),
        ("adamax", 1e-3),
        ("amsgrad", 1e-3),
        ("nadam", 1e-3),
        ("radam", 1e-3),
        ("muon", 1e-3),
        ("adadelta", 1),
        ("adafactor", 1e-2),
    ],
)
def test_others_have_the_usual_rate_of_dl4j_or_torch(tag, rate):
    updater = Updater.parse(tag)
    assert not updater.must_say
    assert (updater.learning_rate.constant, updater.learning_rate.start) == (True, rate)


def test_adamw_says_the_decay_of_the_weights():
    assert (Updater.parse("adamw").weight_decay.value.start, Updater.parse("adamw").weight_decay.times_rate) == (0.01, True)
    assert Updater.parse({"type": "adamw", "weight_decay": 0.1}).weight_decay.value.start == 0.1
    assert "weight_decay" not in type(Updater.parse("adam")).model_fields
    assert Updater.parse("muon").weight_decay.value.start == 0.1


@pytest.mark.parametrize(
    ("spec", "place"),
    [
        ({"type": "sgd", "learning_rate": 0}, "learning_rate"),
        ({"type": "sgd", "learning_rate": -0.1}, "learning_rate"),
        ({"type": "sgd", "learning_rate": None}, "learning_rate"),
        ({"type": "sgd", "learning_rate": "0.1"}, "learning_rate"),
        ({"type": "sgd", "learning_rate": math.nan}, "learning_rate"),
        ({"type": "sgd", "momentum": 1.0}, "momentum"),
        ({"type": "nesterovs", "momentum": 1.0}, "momentum"),
        ({"type": "nesterovs", "momentum": -0.1}, "momentum"),
        ({"type": "adam", "momentum": 0.9}, "momentum"),
        ({"type": "adam", "beta1": 1.0}, "beta1"),
        ({"type": "adam", "beta2": -0.1}, "beta2"),
        ({"type": "adam", "epsilon": 0}, "epsilon"),
        ({"type": "adamw", "weight_decay": -0.1}, "weight_decay"),
        ({"type": "rmsprop", "rms_decay": 1}, "rms_decay"),
        ({"type": "rmsprop", "epsilon": -1e-8}, "epsilon"),
        ({"type": "adagrad", "epsilon": 0}, "epsilon"),
        ({"type": "adadelta", "rho": 1.0}, "rho"),
        ({"type": "adadelta", "epsilon": 0}, "epsilon"),
        ({"type": "adamax", "beta1": 1.0}, "beta1"),
        ({"type": "adamax", "epsilon": 1e-8}, "epsilon"),
        ({"type": "amsgrad", "beta2": 1.0}, "beta2"),
        ({"type": "nadam", "epsilon": -1e-8}, "epsilon"),
        ({"type": "noop", "learning_rate": 0.1}, "learning_rate"),
        ({"type": "radam", "beta2": 1.0}, "beta2"),
        ({"type": "adafactor", "beta2_decay": 0.1}, "beta2_decay"),
        ({"type": "adafactor", "clip": 0.9}, "clip"),
        ({"type": "adafactor", "epsilon": 0}, "epsilon"),
        ({"type": "adafactor", "momentum": 0.9}, "momentum"),
        ({"type": "muon", "momentum": 1.0}, "momentum"),
        ({"type": "muon", "iterations": 0}, "iterations"),
        ({"type": "muon", "iterations": 100}, "iterations"),
        ({"type": "muon", "adjust_rate": "other"}, "adjust_rate"),
        ({"type": "muon", "weight_decay": -1}, "weight_decay"),
    ],
)
def test_a_value_out_of_range_is_refused_by_name(spec, place):
    with pytest.raises(ValidationError) as refusal:
        Updater.parse(spec)
    assert {error["loc"][0] for error in refusal.value.errors()} == {place}


@pytest.mark.parametrize("tag", TAGS)
class TestEveryUpdater:
    def test_it_survives_the_round_trip(self, tag):
        for rate in (0.1, HALVING):
            updater = example(tag, rate)
            assert Updater.parse(updater.model_dump(exclude_unset=True)) == updater
            assert Updater.parse(updater.model_dump()) == Updater.parse(updater.model_dump(mode="json")) == updater
            assert hash(updater) == hash(example(tag, rate))

    def test_an_unknown_field_is_refused(self, tag):
        with pytest.raises(ValidationError) as refusal:
            Updater.parse({"type": tag, "bogus": 1})
        assert [(error["type"], error["loc"]) for error in refusal.value.errors()] == [("extra_forbidden", ("bogus",))]

    def test_what_may_be_scheduled_is_a_field(self, tag):
        member = Updater.member(tag)
        assert set(member.scheduled) <= set(member.model_fields)
        assert set(member.must_say) <= set(member.model_fields)

    @pytest.mark.parametrize("rate", [0.1, HALVING], ids=["constant", "step"])
    def test_stopped_and_resumed_it_ends_where_it_would_have(self, tag, rate):
        updater = example(tag, rate)
        through, stopped = parameters(tag), parameters(tag)
        train(updater.build(groups_of(updater, *through)), through, range(8))
        before = updater.build(groups_of(updater, *stopped))
        train(before, stopped, range(5))
        saved = before.state_dict()
        for state in saved["state"].values():  # a file has no strides
            state.update({name: value.contiguous() for name, value in state.items() if isinstance(value, torch.Tensor)})
        resumed = updater.build(groups_of(updater, *stopped))
        resumed.load_state_dict(saved)
        train(resumed, stopped, range(5, 8))
        for left, right in zip(through, stopped, strict=True):
            assert torch.equal(left, right)

    @pytest.mark.parametrize("rate", [0.1, HALVING], ids=["constant", "step"])
    def test_the_layout_of_a_gradient_in_memory_makes_no_difference(self, tag, rate):
        updater = example(tag, rate)
        usual, other = parameters(tag), parameters(tag)
        train(updater.build(groups_of(updater, *usual)), usual, range(5))
        train(updater.build(groups_of(updater, *other)), other, range(5), otherwise=True)
        for left, right in zip(usual, other, strict=True):
            torch.testing.assert_close(left, right, rtol=1e-6, atol=1e-6)

    def test_a_rate_changed_between_steps_counts_at_once(self, tag):
        if not Updater.member(tag).scheduled:
            assert tag == "noop"
            return
        updater, weights = example(tag, HALVING), parameters(tag)
        groups = groups_of(updater, *weights)
        optimizer = updater.build(groups)
        train(optimizer, weights, range(2))
        before = [weight.detach().clone() for weight in weights]
        for group in groups:
            group.update({"lr": 0.0, "momentum": 0.0} if "momentum" in updater.scheduled else {"lr": 0.0})
        train(optimizer, weights, range(2, 3))
        assert all(torch.equal(left, right) for left, right in zip(before, weights, strict=True))

    def test_a_parameter_without_a_gradient_stays(self, tag):
        updater, (weight, other) = example(tag, HALVING), parameters(tag)
        start = other.detach().clone()
        train(updater.build(groups_of(updater, weight, other)), [weight], range(3))
        assert torch.equal(other, start)

    def test_a_hook_runs_once_a_step_whatever_else_was_built(self, tag):
        """The update pass hangs the decay there; torch wraps `step` class by class, so an inherited one could run hooks twice."""
        others = [example(other, 0.1) for other in TAGS]
        kept = [other.build(groups_of(other, *parameters(other.type))) for other in others]
        updater, weights = example(tag, HALVING), parameters(tag)
        optimizer, calls = updater.build(groups_of(updater, *weights)), []
        optimizer.register_step_pre_hook(lambda *_: calls.append(1))
        train(optimizer, weights, range(3))
        assert len(calls) == 3
        assert len(kept) == len(TAGS)

    def test_a_closure_is_evaluated_and_its_loss_handed_back(self, tag):
        updater, (weight, _) = example(tag, HALVING), parameters(tag)
        optimizer = updater.build(groups_of(updater, weight))

        def closure() -> float:
            optimizer.zero_grad()
            loss = weight.square().sum()
            loss.backward()
            return loss.item()

        first, *_, last = [optimizer.step(closure) for _ in range(4)]
        assert 0 < last < first
