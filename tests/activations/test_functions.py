"""Activations by hand: formulas written out, the axis of softmax, what each says of itself."""

import math

import pytest
import torch

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
}


@pytest.mark.parametrize("tag", FORMULAS)
def test_value_is_the_formula(tag):
    output = Activation.parse(tag).build()(torch.tensor(POINTS, dtype=torch.float64))
    expected = torch.tensor([FORMULAS[tag](x) for x in POINTS], dtype=torch.float64)
    torch.testing.assert_close(output, expected, rtol=1e-12, atol=1e-14)


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
    never_falls = {tag for tag in FORMULAS if (Activation.parse(tag).build()(grid).diff() >= 0).all()}
    said = {member.tag() for member in Activation.members() if member.increasing}
    assert never_falls <= said
    assert not said & {"gelu", "swish", "softmax"}


def test_probabilities_are_those_in_0_to_1():
    grid = torch.linspace(-50, 50, 1001).reshape(-1, 1).repeat(1, 2)
    for tag in (*FORMULAS, "softmax"):
        output = Activation.parse(tag).build()(grid)
        assert Activation.parse(tag).probabilities == bool(((output >= 0) & (output <= 1)).all()), tag
