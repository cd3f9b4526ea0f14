"""Losses by hand: small numbers written out, saturated outputs, sequences and images, labels that do not fit."""

import math

import pytest
import torch

from netspec.activations import Activation
from netspec.errors import DataError
from netspec.losses import Loss


def loss(tag: str, activation: str | None = None):
    found = Loss.parse(tag)
    return found.build(Activation.parse(activation or found.activation))


def tensor(*rows, **options) -> torch.Tensor:
    return torch.tensor(rows, dtype=torch.float64, **options)


@pytest.mark.parametrize(
    ("tag", "activation", "of", "takes_indices"),
    [
        ("negative_log_likelihood", "softmax", "classes", True),
        ("xent", "sigmoid", "probabilities", False),
        ("mse", "identity", "values", False),
        ("mae", "identity", "values", False),
    ],
)
def test_a_loss_says_what_it_is_for(tag, activation, of, takes_indices):
    found = Loss.parse(tag)
    assert (found.activation, found.of, found.takes_indices) == (activation, of, takes_indices)


def test_mcxent_is_another_word_for_negative_log_likelihood():
    assert Loss.parse("mcxent") == Loss.parse({"type": "mcxent"}) == Loss.parse("negative_log_likelihood")


@pytest.mark.parametrize(
    ("tag", "z", "y", "expected"),
    [
        ("mse", (1.0, -2.0), (0.0, 1.0), (1 + 9) / 2),
        ("mae", (1.0, -2.0), (0.0, 1.0), (1 + 3) / 2),
        ("xent", (0.0, 0.0), (1.0, 0.0), 2 * math.log(2)),
        ("mcxent", (0.0, math.log(3)), (1.0, 0.0), math.log(4)),
        ("mcxent", (0.0, math.log(3)), (0.5, 0.5), 0.5 * math.log(4) + 0.5 * math.log(4 / 3)),
    ],
)
def test_a_loss_by_hand(tag, z, y, expected):
    torch.testing.assert_close(loss(tag)(tensor(z), tensor(y)), torch.tensor([expected], dtype=torch.float64))


@pytest.mark.parametrize("activation", ["softmax", "sigmoid"])
@pytest.mark.parametrize("labels", [torch.tensor([2, 0]), torch.tensor([2, 0], dtype=torch.uint8)])
def test_indices_are_one_hot_labels_in_short(activation, labels):
    z, one_hot = tensor((0.3, -1.0, 2.0), (0.1, 0.2, 0.7)), tensor((0.0, 0.0, 1.0), (1.0, 0.0, 0.0))
    function = loss("mcxent", activation)
    torch.testing.assert_close(function(z, labels), function(z, one_hot))


@pytest.mark.parametrize(("tag", "fused"), [("mcxent", "softmax"), ("xent", "sigmoid")])
def test_the_fused_form_is_the_formula(tag, fused):
    z, y = torch.randn(5, 4, generator=torch.Generator().manual_seed(2), dtype=torch.float64), torch.eye(5, 4, dtype=torch.float64)
    output = Activation.parse(fused).build()(z)
    formula = -(y * output.log()).sum(1) if tag == "mcxent" else -(y * output.log() + (1 - y) * (1 - output).log()).sum(1)
    torch.testing.assert_close(loss(tag)(z, y), formula)


@pytest.mark.parametrize(
    ("tag", "activation", "z", "y", "expected", "gradient"),
    [
        ("mcxent", "softmax", (800.0, 0.0), (0.0, 1.0), 800.0, (1.0, -1.0)),
        ("xent", "sigmoid", (-800.0, 800.0), (1.0, 0.0), 1600.0, (-1.0, 1.0)),
        ("xent", "sigmoid", (-800.0, 800.0), (0.0, 1.0), 0.0, (0.0, 0.0)),
    ],
)
def test_saturated_outputs_are_exact_in_the_fused_form(tag, activation, z, y, expected, gradient):
    preactivation = tensor(z, requires_grad=True)
    losses = loss(tag, activation)(preactivation, tensor(y))
    losses.sum().backward()
    assert losses.tolist() == [expected]
    assert preactivation.grad.tolist() == [list(gradient)]


@pytest.mark.parametrize(("tag", "activation"), [("mcxent", "sigmoid"), ("mcxent", "relu"), ("xent", "softmax"), ("xent", "identity")])
@pytest.mark.parametrize("dtype", [torch.float64, torch.float32, torch.bfloat16])
def test_saturated_outputs_stay_finite_in_the_plain_form(tag, activation, dtype):
    preactivation = torch.tensor([[-900.0, 900.0]], dtype=dtype, requires_grad=True)
    losses = loss(tag, activation)(preactivation, torch.tensor([[1.0, 0.0]], dtype=dtype))
    losses.sum().backward()
    assert losses.isfinite().all()
    assert losses.item() > 50
    assert preactivation.grad.isfinite().all()


@pytest.mark.parametrize("tag", ["mcxent", "xent", "mse", "mae"])
@pytest.mark.parametrize("activation", ["softmax", "sigmoid"])
def test_steps_and_positions_are_summed(tag, activation):
    """One example of N×T×F or N×C×H×W is the sum of its rows, each with the features of one step or position."""
    function, generator = loss(tag, activation), torch.Generator().manual_seed(3)
    z = torch.randn(2, 5, 3, generator=generator, dtype=torch.float64)
    y = torch.rand(2, 5, 3, generator=generator, dtype=torch.float64)
    expected = function(z.reshape(10, 3), y.reshape(10, 3)).reshape(2, 5).sum(1)
    torch.testing.assert_close(function(z, y), expected)
    images = (tensor.transpose(1, 2).reshape(2, 3, 5, 1) for tensor in (z, y))
    torch.testing.assert_close(function(*images), expected)


@pytest.mark.parametrize("activation", ["softmax", "sigmoid"])
def test_indices_by_step_and_by_position_are_summed(activation):
    function = loss("mcxent", activation)
    z, y = torch.randn(2, 5, 3, generator=torch.Generator().manual_seed(4), dtype=torch.float64), torch.tensor([[0, 1, 2, 0, 1], [2, 2, 1, 0, 0]])
    expected = function(z.reshape(10, 3), y.reshape(10)).reshape(2, 5).sum(1)
    torch.testing.assert_close(function(z, y), expected)
    torch.testing.assert_close(function(z.transpose(1, 2).reshape(2, 3, 5, 1), y.reshape(2, 5, 1)), expected)


@pytest.mark.parametrize("tag", ["mcxent", "xent", "mse", "mae"])
@pytest.mark.parametrize("shape", [(4, 1), (1, 3), (3, 4)])
def test_labels_of_another_shape_are_refused_and_not_broadcast(tag, shape):
    with pytest.raises(DataError, match=r"labels must have the shape of the output, 4×3, got \d×\d"):
        loss(tag)(torch.zeros(4, 3), torch.zeros(shape))


@pytest.mark.parametrize("tag", ["xent", "mse", "mae"])
def test_a_single_column_of_labels_must_be_a_column(tag):
    with pytest.raises(DataError, match=r"must have the shape of the output, 4×1, got 4$"):
        loss(tag)(torch.zeros(4, 1), torch.zeros(4))
