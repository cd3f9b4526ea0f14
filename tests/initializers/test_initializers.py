"""Initializers: moments and bounds of large draws against the formulas, and what is refused."""

import math

import pytest
import torch
from pydantic import ValidationError
from torch import Generator, nn

from netspec.initializers import Fans, Initializer

FANS = Fans(50, 200)
COUNT = 400_000
EXAMPLES = {"constant": {"value": 0.3}, "normal": {"std": 0.2}, "uniform": {"low": -1.0, "high": 3.0}}
"""What a member must be told; all others need nothing."""

DEVIATIONS = {
    "xavier": math.sqrt(2 / 250),
    "relu": math.sqrt(2 / 50),
    "lecun_normal": math.sqrt(1 / 50),
}
BOUNDS = {
    "xavier_uniform": math.sqrt(6 / 250),
    "relu_uniform": math.sqrt(6 / 50),
    "torch_default": 1 / math.sqrt(50),
}


def example(tag: str) -> Initializer:
    return Initializer.parse({"type": tag, **EXAMPLES.get(tag, {})})


def drawn(initializer: Initializer, *, seed: int = 1, shape: tuple[int, ...] = (COUNT,), fans: Fans = FANS) -> torch.Tensor:
    values = torch.full(shape, math.nan, dtype=torch.float64)
    initializer.fill(values, fans, Generator().manual_seed(seed))
    return values


def check_normal(values: torch.Tensor, mean: float, std: float) -> None:
    """The first four moments, each within five standard errors, and a tail that no uniform draw has."""
    z, root = (values - mean) / std, math.sqrt(len(values))
    assert abs(z.mean()) < 5 / root
    assert abs(z.square().mean() - 1) < 5 * math.sqrt(2) / root
    assert abs(z.pow(3).mean()) < 5 * math.sqrt(15) / root
    assert abs(z.pow(4).mean() - 3) < 5 * math.sqrt(96) / root
    assert z.abs().max() > 4


def check_uniform(values: torch.Tensor, low: float, high: float) -> None:
    """Bounds that are reached, and equal counts in ten equal bins (chi-square with 9 degrees of freedom, p = 1e-6)."""
    width = high - low
    assert low <= values.min() < low + 1e-4 * width
    assert high - 1e-4 * width < values.max() < high
    counts = torch.histc(values, bins=10, min=low, max=high)
    assert ((counts - COUNT / 10).square() / (COUNT / 10)).sum() < 45.1


@pytest.mark.parametrize("tag", DEVIATIONS)
def test_deviation_of_a_normal_one_follows_the_fans(tag):
    check_normal(drawn(example(tag)), 0, DEVIATIONS[tag])


@pytest.mark.parametrize("tag", BOUNDS)
def test_bounds_of_a_uniform_one_follow_the_fans(tag):
    check_uniform(drawn(example(tag)), -BOUNDS[tag], BOUNDS[tag])


@pytest.mark.parametrize("fans", [FANS, Fans(1, 1)])
def test_normal_and_uniform_have_their_own_numbers_whatever_the_fans(fans):
    check_normal(drawn(Initializer.parse({"type": "normal", "mean": 1.5, "std": 0.2}), fans=fans), 1.5, 0.2)
    check_normal(drawn(Initializer.parse({"type": "normal", "std": 0.2}), fans=fans), 0, 0.2)
    check_uniform(drawn(Initializer.parse({"type": "uniform", "low": -1, "high": 3}), fans=fans), -1, 3)


@pytest.mark.parametrize(("spec", "value"), [("zero", 0.0), (0.25, 0.25), ({"type": "constant", "value": -2}, -2.0)])
def test_a_constant_fills_every_place(spec, value):
    assert drawn(Initializer.parse(spec), shape=(3, 4)).tolist() == [[value] * 4] * 3


@pytest.mark.parametrize(("layer", "fan_in"), [(nn.Linear(300, 200), 300), (nn.Conv2d(12, 200, 5), 300), (nn.Conv2d(24, 200, 5, groups=2), 300)])
def test_torch_default_is_what_torch_draws(layer, fan_in):
    with torch.random.fork_rng():
        torch.manual_seed(5)
        layer.reset_parameters()
    ours = drawn(example("torch_default"), fans=Fans(fan_in, 1))
    for parameter, errors in ((layer.weight, 60_000), (layer.bias, 200)):
        assert parameter.abs().max().item() == pytest.approx(ours.abs().max().item(), rel=20 / errors)
        assert parameter.std().item() == pytest.approx(ours.std().item(), rel=3 / math.sqrt(errors))


@pytest.mark.parametrize(
    ("spec", "places"),
    [
        ("normal", {("std",)}),
        ({"type": "normal", "std": 0}, {("std",)}),
        ({"type": "normal", "std": -1, "mean": "0"}, {("std",), ("mean",)}),
        ("uniform", {("low",), ("high",)}),
        ({"type": "uniform", "low": 1, "high": 1}, {("high",)}),
        ({"type": "uniform", "low": 2, "high": -1}, {("high",)}),
        ({"type": "uniform", "low": -1, "high": math.inf}, {("high",)}),
        ({"type": "uniform", "lower": -1, "upper": 1}, {("low",), ("high",), ("lower",), ("upper",)}),
        ("constant", {("value",)}),
    ],
)
def test_what_must_be_said_or_cannot_be_is_refused_by_name(spec, places):
    with pytest.raises(ValidationError) as refusal:
        Initializer.parse(spec)
    assert {error["loc"] for error in refusal.value.errors()} == places


def test_bounds_in_the_wrong_order_are_named():
    with pytest.raises(ValidationError) as refusal:
        Initializer.parse({"type": "uniform", "low": 2, "high": -1})
    assert refusal.value.errors()[0]["msg"] == "must be greater than `low` (2)"


def test_the_first_vocabulary_is_there():
    assert {"constant", "zero", "normal", "uniform", *DEVIATIONS, *BOUNDS} <= set(Initializer.tags())


@pytest.mark.parametrize("tag", Initializer.tags())
class TestEveryInitializer:
    def test_it_survives_the_round_trip(self, tag):
        initializer = example(tag)
        assert Initializer.parse(initializer.model_dump()) == Initializer.parse(initializer.model_dump(mode="json")) == initializer

    def test_same_seed_same_weights(self, tag):
        first, again, other = (drawn(example(tag), seed=seed, shape=(7, 5)) for seed in (1, 1, 2))
        assert torch.equal(first, again)
        assert first.isfinite().all()
        assert torch.equal(first, other) == (tag in ("constant", "zero"))

    def test_it_leaves_the_global_generator_alone(self, tag):
        before = torch.get_rng_state()
        drawn(example(tag), shape=(7, 5))
        assert torch.equal(torch.get_rng_state(), before)

    def test_it_fills_any_rank_and_type(self, tag):
        for values in (torch.full((4,), math.nan), torch.full((2, 3, 2, 2), math.nan, dtype=torch.bfloat16), torch.full((), math.nan)):
            example(tag).fill(values, FANS, Generator().manual_seed(1))
            assert values.isfinite().all()

    def test_an_unknown_field_is_refused(self, tag):
        with pytest.raises(ValidationError) as refusal:
            Initializer.parse({"type": tag, **EXAMPLES.get(tag, {}), "bogus": 1})
        assert [(error["type"], error["loc"]) for error in refusal.value.errors()] == [("extra_forbidden", ("bogus",))]
