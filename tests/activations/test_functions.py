"""Activations by hand: formulas written out, the axis of softmax, what each says of itself."""

import math

import pytest
import torch
from pydantic import ValidationError

from netspec.activations import Activation

POINTS = (-30.0, -3.0, -1.0, -0.2, 0.0, 0.2, 1.0, 3.0, 30.0)
LAMBDA, ALPHA = 1.0507009873554804934193349852946, 1.6732632423543772848170429916717
FORMULAS = {
    "identity": lambda x: x,
    "relu": lambda x: max(0.0, x),
    "leakyrelu": lambda x: x if x >= 0 else 0.01 * x,
    "tanh": math.tanh,
    "sigmoid": lambda x: 1 / (1 + math.exp(-x)),
    "elu": lambda x: x if x > 0 else math.expm1(x),
    "selu": lambda x: LAMBDA * (x if x > 0 else ALPHA * math.expm1(x)),
    "gelu": lambda x: x * 0.5 * math.erfc(-x / math.sqrt(2)),
    "swish": lambda x: x / (1 + math.exp(-x)),
    "cube": lambda x: x * x * x,
    "hardsigmoid": lambda x: min(max(0.2 * x + 0.5, 0.0), 1.0),
    "hardtanh": lambda x: min(max(x, -1.0), 1.0),
    "hardswish": lambda x: x * min(max(x / 6 + 0.5, 0.0), 1.0),
    "mish": lambda x: x * math.tanh(math.log1p(math.exp(x))),
    "rationaltanh": lambda x: 1.7159 * rational(2 * x / 3),
    "rectifiedtanh": lambda x: max(0.0, math.tanh(x)),
    "relu6": lambda x: min(max(0.0, x), 6.0),
    "softplus": lambda x: max(x, 0.0) + math.log1p(math.exp(-abs(x))),
    "softsign": lambda x: x / (1 + abs(x)),
    "thresholdedrelu": lambda x: x if x > 1 else 0.0,
    "rrelu": lambda x: x if x >= 0 else x * (1 / 8 + 1 / 3) / 2,
    "dl4j_rrelu": lambda x: max(x, (1 / 8 + 1 / 3) / 2),
    "abs": abs,
    "exp": math.exp,
    "sin": math.sin,
    "heaviside": lambda x: float(x > 0),
    "timesoneminus": lambda x: x * (1 - x),
}
"""In test mode, with the usual settings; those over several features and those in single precision have tests of their own."""
OVER_FEATURES = {"softmax", "logsoftmax", "dl4j_softmax"}


def rational(y: float) -> float:
    return math.copysign(1 - 1 / (1 + abs(y) + y**2 + 1.41645 * y**4), y)


@pytest.mark.parametrize("tag", FORMULAS)
def test_value_is_the_formula(tag):
    output = Activation.parse(tag).build().eval()(torch.tensor(POINTS, dtype=torch.float64))
    expected = torch.tensor([FORMULAS[tag](x) for x in POINTS], dtype=torch.float64)
    torch.testing.assert_close(output, expected, rtol=1e-12, atol=1e-14)


def test_every_activation_has_its_formula_here():
    assert set(FORMULAS) | OVER_FEATURES | {"dl4j_gelu"} == {member.tag() for member in Activation.members() if member.__module__.startswith("netspec.")}


@pytest.mark.parametrize(("tag", "below"), [("leakyrelu", -0.5), ("elu", 0.25 * math.expm1(-2.0))])
def test_alpha_acts_below_0(tag, below):
    function = Activation.parse({"type": tag, "alpha": 0.25}).build()
    torch.testing.assert_close(function(torch.tensor([-2.0, 2.0], dtype=torch.float64)), torch.tensor([below, 2.0], dtype=torch.float64))


@pytest.mark.parametrize(("shape", "axis"), [((3,), 0), ((2, 3), 1), ((2, 5, 3), 2), ((2, 3, 4, 5), 1), ((2, 3, 4, 5, 6), 1)])
def test_softmax_is_taken_over_the_features(shape, axis):
    x = torch.randn(shape, generator=torch.Generator().manual_seed(1), dtype=torch.float64)
    expected = x.exp() / x.exp().sum(axis, keepdim=True)
    torch.testing.assert_close(Activation.parse("softmax").build()(x), expected)


def test_softmax_of_large_values_is_finite():
    output = Activation.parse("softmax").build()(torch.tensor([[1e4, 0.0], [-1e4, -1e4]]))
    assert output.tolist() == [[1.0, 0.0], [0.5, 0.5]]


def test_what_never_falls_says_so_and_nothing_else():
    grid = torch.linspace(-8, 8, 4001, dtype=torch.float64)
    never_falls = {tag for tag in FORMULAS if (Activation.parse(tag).build().eval()(grid).diff() >= 0).all()} - {"rrelu", "dl4j_rrelu"}
    assert never_falls == {member.tag() for member in Activation.members() if member.increasing}


@pytest.mark.parametrize(
    ("spec", "keeps"),
    [
        ({"type": "leakyrelu", "alpha": -0.1}, False),
        ({"type": "leakyrelu", "alpha": 0}, True),
        ({"type": "elu", "alpha": -0.1}, False),
        ({"type": "relu", "max": -3, "threshold": 2, "negative_slope": 0.1}, True),
        ({"type": "relu", "negative_slope": -0.1}, False),
        ({"type": "relu", "threshold": -1}, False),
    ],
)
def test_settings_may_take_that_away(spec, keeps):
    activation, grid = Activation.parse(spec), torch.linspace(-8, 8, 4001, dtype=torch.float64)
    assert activation.keeps_order == keeps == bool((activation.build()(grid).diff() >= 0).all())


def test_random_slopes_are_those_of_their_range_while_training():
    x, ones = torch.linspace(-9, 9, 1000, dtype=torch.float64).requires_grad_(), torch.ones(1000, dtype=torch.float64)
    for tag in ("rrelu", "dl4j_rrelu"):
        output = Activation.parse({"type": tag, "lower": 0.2, "upper": 0.4}).build()(x)
        (slopes,) = torch.autograd.grad(output, x, ones)
        torch.testing.assert_close(output, slopes * x)
        assert (slopes[x >= 0] == 1).all()
        assert 0.2 <= slopes[x < 0].min() < 0.21
        assert 0.39 < slopes[x < 0].max() <= 0.4


def test_a_range_of_slopes_in_the_wrong_order_is_refused():
    with pytest.raises(ValidationError) as refusal:
        Activation.parse({"type": "rrelu", "lower": 0.4, "upper": 0.2})
    assert [(error["loc"], error["msg"]) for error in refusal.value.errors()] == [(("upper",), "must be at least `lower` (0.4)")]


@pytest.mark.parametrize(("precise", "inner"), [(False, lambda x: 1.702 * x / 2), (True, lambda x: math.sqrt(2 / math.pi) * (x + (0.044715 * x) ** 3))])
def test_gelu_of_dl4j_has_its_own_constants(precise, inner):
    function = Activation.parse({"type": "dl4j_gelu", "precise": precise}).build()
    expected = [0.5 * x * (1 + math.tanh(inner(x))) for x in POINTS]
    assert function(torch.tensor(POINTS, dtype=torch.float64)).tolist() == pytest.approx(expected, rel=1e-6, abs=1e-9)


def test_gelu_by_tanh_is_the_formula_of_gpt_2():
    expected = [0.5 * x * (1 + math.tanh(math.sqrt(2 / math.pi) * (x + 0.044715 * x**3))) for x in POINTS]
    function = Activation.parse({"type": "gelu", "approximate": "tanh"}).build()
    assert function(torch.tensor(POINTS, dtype=torch.float64)).tolist() == pytest.approx(expected, rel=1e-12, abs=1e-14)


@pytest.mark.parametrize(("shape", "axis"), [((2, 3), 1), ((2, 5, 3), 1), ((2, 3, 4, 5), 3), ((2, 3, 4, 5, 6), 4)])
def test_softmax_of_dl4j_is_taken_over_its_last_axis(shape, axis):
    """Which is time in its N×C×T."""
    x = torch.randn(shape, generator=torch.Generator().manual_seed(1), dtype=torch.float64)
    torch.testing.assert_close(Activation.parse("dl4j_softmax").build()(x), x.exp() / x.exp().sum(axis, keepdim=True))


def test_logsoftmax_is_the_logarithm_of_softmax():
    for shape in ((2, 3), (2, 5, 3), (2, 3, 4, 5)):
        x = torch.randn(shape, generator=torch.Generator().manual_seed(1), dtype=torch.float64)
        torch.testing.assert_close(Activation.parse("logsoftmax").build()(x), Activation.parse("softmax").build()(x).log())


def test_softplus_is_exact_and_finite_far_out():
    x = torch.tensor([-800.0, -40.0, 40.0, 800.0], dtype=torch.float64, requires_grad=True)
    output = Activation.parse("softplus").build()(x)
    output.sum().backward()
    assert output.tolist() == [0.0, pytest.approx(math.exp(-40)), 40 + math.exp(-40), 800.0]
    assert x.grad.tolist() == [0.0, pytest.approx(math.exp(-40)), 1.0, 1.0]


def test_probabilities_are_those_in_0_to_1():
    grid = torch.linspace(-50, 50, 1001).reshape(-1, 1).repeat(1, 2)
    for tag in (*FORMULAS, *OVER_FEATURES):
        output = Activation.parse(tag).build().eval()(grid)
        assert Activation.parse(tag).probabilities == bool(((output >= 0) & (output <= 1)).all()), tag
