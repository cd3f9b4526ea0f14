"""Initializers: moments and bounds of large draws against the formulas, and what is refused."""

import math

import pytest
import torch
from pydantic import ValidationError
from torch import Generator, nn

from netspec.errors import Refused, SpecError
from netspec.initializers import Fans, Initializer
from netspec.read import plan_of

FANS = Fans(50, 200)
COUNT = 400_000
EXAMPLES = {
    "binomial": {"trials": 4, "probability": 0.25},
    "constant": {"value": 0.3},
    "log_normal": {"std": 0.2},
    "normal": {"std": 0.2},
    "truncated_normal": {"std": 0.2},
    "uniform": {"low": -1.0, "high": 3.0},
}
"""What a member must be told; all others need nothing."""

DEVIATIONS = {
    "xavier": math.sqrt(2 / 250),
    "relu": math.sqrt(2 / 50),
    "lecun_normal": math.sqrt(1 / 50),
}
TRUNCATED = {
    "var_scaling_normal_fan_in": math.sqrt(1 / 50),
    "var_scaling_normal_fan_out": math.sqrt(1 / 200),
    "var_scaling_normal_fan_avg": math.sqrt(1 / 125),
    "truncated_normal": 0.2,
}
"""Deviations before the tails are cut off, two of them from 0."""

BOUNDS = {
    "xavier_uniform": math.sqrt(6 / 250),
    "relu_uniform": math.sqrt(6 / 50),
    "torch_default": 1 / math.sqrt(50),
    "sigmoid_uniform": 4 * math.sqrt(6 / 250),
    "lecun_uniform": math.sqrt(3 / 50),
    "dl4j_lecun_uniform": 3 / math.sqrt(50),
    "var_scaling_uniform_fan_in": math.sqrt(3 / 50),
    "var_scaling_uniform_fan_out": math.sqrt(3 / 200),
    "var_scaling_uniform_fan_avg": math.sqrt(3 / 125),
    "dl4j_var_scaling_uniform_fan_in": 3 / math.sqrt(50),
    "dl4j_var_scaling_uniform_fan_out": 3 / math.sqrt(200),
    "dl4j_var_scaling_uniform_fan_avg": 3 / math.sqrt(125),
}
OTHERS = {"binomial", "constant", "identity", "log_normal", "normal", "ones", "orthogonal", "uniform", "xavier_legacy", "zero"}
SAME_FOR_EVERY_SEED = ("constant", "identity", "ones", "zero")


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


def test_every_initializer_has_its_formula_here():
    known = set(DEVIATIONS) | set(BOUNDS) | set(TRUNCATED) | OTHERS
    assert known == {member.tag() for member in Initializer.members() if member.__module__.startswith("netspec.")}


@pytest.mark.parametrize("tag", TRUNCATED)
def test_a_truncated_one_is_a_normal_one_without_its_tails(tag):
    """Its deviation is 0.8796 of the normal one's: Var = 1 − 2·2·φ(2)/(2Φ(2) − 1)."""
    values, std = drawn(example(tag)), TRUNCATED[tag]
    inside = math.erf(2 / math.sqrt(2))
    deviation = std * math.sqrt(1 - 4 * math.exp(-2) / math.sqrt(2 * math.pi) / inside)
    assert 1.999 * std < values.abs().max() <= 2 * std
    assert abs(values.mean()) < 5 * deviation / math.sqrt(COUNT)
    assert values.std().item() == pytest.approx(deviation, rel=0.005)
    assert (values.abs() < std).double().mean().item() == pytest.approx(math.erf(1 / math.sqrt(2)) / inside, abs=0.004)


@pytest.mark.parametrize(("tag", "factor"), [("var_scaling_normal_fan_in", 2), ("var_scaling_uniform_fan_out", 2), ("dl4j_var_scaling_uniform_fan_avg", 4)])
def test_scale_multiplies_the_variance_and_in_dl4js_uniform_ones_the_bound(tag, factor):
    scaled, plain = (drawn(Initializer.parse({"type": tag, "scale": scale}), shape=(100,)) for scale in (4.0, 1.0))
    torch.testing.assert_close(scaled, factor * plain)


@pytest.mark.parametrize(("shape", "total"), [((30, 40), 70), ((30, 40, 3, 5), 70), ((40,), 41), ((), 2)])
def test_xavier_legacy_goes_by_the_first_two_sizes(shape, total):
    expected = torch.empty(shape, dtype=torch.float64).normal_(0, total**-0.5, generator=Generator().manual_seed(1))
    torch.testing.assert_close(drawn(example("xavier_legacy"), shape=shape), expected)


def test_log_normal_is_normal_in_its_logarithm():
    check_normal(drawn(Initializer.parse({"type": "log_normal", "mean": -1.5, "std": 0.2})).log(), -1.5, 0.2)


def test_binomial_counts_successes():
    values = drawn(example("binomial"), shape=(40_000,))
    expected = [math.comb(4, k) * 0.25**k * 0.75 ** (4 - k) for k in range(5)]
    counts = torch.stack([(values == k).sum() for k in range(5)]).double()
    assert counts.sum() == 40_000
    chances = torch.tensor(expected, dtype=torch.float64) * 40_000
    assert ((counts - chances).square() / chances).sum() < 33.4  # chi-square with 4 degrees of freedom, p = 1e-6


@pytest.mark.parametrize("shape", [(6, 4), (4, 6), (5, 5), (4, 3, 2, 2)])
def test_orthogonal_has_orthogonal_rows_or_columns(shape):
    matrix = drawn(Initializer.parse({"type": "orthogonal", "gain": 2}), shape=shape).flatten(1)
    product = matrix @ matrix.T if matrix.shape[0] <= matrix.shape[1] else matrix.T @ matrix
    torch.testing.assert_close(product, 4 * torch.eye(len(product), dtype=torch.float64))


def test_identity_hands_its_input_on():
    matrix, kernel = (drawn(Initializer.parse({"type": "identity", "scale": 0.5}), shape=shape) for shape in ((4, 4), (3, 3, 5, 3)))
    assert torch.equal(matrix, 0.5 * torch.eye(4, dtype=torch.float64))
    image = torch.randn(2, 3, 8, 8, generator=Generator().manual_seed(1), dtype=torch.float64)
    assert torch.equal(torch.nn.functional.conv2d(image, kernel, padding=(2, 1)), 0.5 * image)


@pytest.mark.parametrize(
    ("tag", "shape", "rule"),
    [
        ("identity", (3, 4), "must be of another kind for 3x4: the identity has as many outputs as inputs"),
        ("identity", (4,), "must be of another kind for 4: the identity has as many outputs as inputs"),
        ("identity", (3, 3, 2, 3), "must be of another kind for 3x3x2x3: a kernel of even size has no middle"),
        ("orthogonal", (4,), "must be of another kind for a vector, which has no rows and columns"),
    ],
)
def test_an_array_that_cannot_be_filled_is_refused(tag, shape, rule):
    with pytest.raises(Refused) as refusal:
        example(tag).check(shape)
    assert refusal.value.rule == rule


@pytest.mark.parametrize(
    ("said", "message"),
    [
        ("weight_init: identity", "layers.0.weight_init must be of another kind for 3x4: the identity has as many outputs as inputs"),
        ("bias_init: orthogonal", "layers.0.bias_init must be of another kind for a vector, which has no rows and columns"),
    ],
)
def test_a_spec_with_such_an_array_is_refused_where_the_layer_stands(said, message):
    with pytest.raises(SpecError) as refusal:
        plan_of(f"input: 4\nlayers:\n  - {{type: output, n_out: 3, loss: mcxent, {said}}}\n")
    assert [problem.message for problem in refusal.value.problems] == [message]


def test_xavier_fan_in_is_another_word_for_lecun_normal():
    assert Initializer.parse("xavier_fan_in") == Initializer.parse("lecun_normal")


@pytest.mark.parametrize("fans", [FANS, Fans(1, 1)])
def test_normal_and_uniform_have_their_own_numbers_whatever_the_fans(fans):
    check_normal(drawn(Initializer.parse({"type": "normal", "mean": 1.5, "std": 0.2}), fans=fans), 1.5, 0.2)
    check_normal(drawn(Initializer.parse({"type": "normal", "std": 0.2}), fans=fans), 0, 0.2)
    check_uniform(drawn(Initializer.parse({"type": "uniform", "low": -1, "high": 3}), fans=fans), -1, 3)


@pytest.mark.parametrize(("spec", "value"), [("zero", 0.0), ("ones", 1.0), (0.25, 0.25), ({"type": "constant", "value": -2}, -2.0)])
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
        ("truncated_normal", {("std",)}),
        ({"type": "log_normal", "std": 0}, {("std",)}),
        ({"type": "binomial", "trials": 0, "probability": 1.5}, {("trials",), ("probability",)}),
        ({"type": "orthogonal", "gain": 0}, {("gain",)}),
        ({"type": "identity", "scale": math.nan}, {("scale",)}),
        ({"type": "var_scaling_normal_fan_in", "scale": 0}, {("scale",)}),
        ({"type": "dl4j_var_scaling_uniform_fan_in", "scale": -1}, {("scale",)}),
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
        first, again, other = (drawn(example(tag), seed=seed, shape=(7, 7)) for seed in (1, 1, 2))
        assert torch.equal(first, again)
        assert first.isfinite().all()
        assert torch.equal(first, other) == (tag in SAME_FOR_EVERY_SEED)

    def test_it_leaves_the_global_generator_alone(self, tag):
        before = torch.get_rng_state()
        drawn(example(tag), shape=(7, 7))
        assert torch.equal(torch.get_rng_state(), before)

    def test_it_fills_any_rank_and_type_that_it_does_not_refuse(self, tag):
        for shape, dtype in (
            ((4,), torch.float32),
            ((3, 3, 3, 1), torch.bfloat16),
            ((6, 6), torch.float16),
            ((2, 3, 2, 2), torch.float32),
            ((), torch.float32),
        ):
            try:
                example(tag).check(shape)
            except Refused:
                assert tag in ("identity", "orthogonal")
                continue
            values = torch.full(shape, math.nan, dtype=dtype)
            example(tag).fill(values, FANS, Generator().manual_seed(1))
            assert values.isfinite().all()

    def test_an_unknown_field_is_refused(self, tag):
        with pytest.raises(ValidationError) as refusal:
            Initializer.parse({"type": tag, **EXAMPLES.get(tag, {}), "bogus": 1})
        assert [(error["type"], error["loc"]) for error in refusal.value.errors()] == [("extra_forbidden", ("bogus",))]
