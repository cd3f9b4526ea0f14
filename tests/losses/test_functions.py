"""Losses by hand: small numbers written out, saturated outputs, sequences and images, labels that do not fit."""

import math

import pytest
import torch
from pydantic import ValidationError

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
        ("l1", "identity", "values", False),
        ("l2", "identity", "values", False),
        ("mape", "identity", "values", False),
        ("msle", "softplus", "values", False),
        ("poisson", "softplus", "values", False),
        ("kl_divergence", "softmax", "values", False),
        ("cosine_proximity", "identity", "values", False),
        ("hinge", "identity", "values", False),
        ("squared_hinge", "identity", "values", False),
        ("wasserstein", "identity", "values", False),
        ("huber", "identity", "values", False),
        ("multi_label", "tanh", "values", False),
        ("mixture_density", "identity", "values", False),
        ("fmeasure", "sigmoid", "probabilities", False),
        ("focal", "softmax", "classes", True),
        ("sigmoid_focal", "sigmoid", "probabilities", False),
    ],
)
def test_a_loss_says_what_it_is_for(tag, activation, of, takes_indices):
    found = Loss.member(tag)
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
        ("l1", (1.0, -2.0), (0.0, 1.0), 1 + 3),
        ("l2", (1.0, -2.0), (0.0, 1.0), 1 + 9),
        ("mape", (1.0, -2.0), (-2.0, 1.0), 100 * (3 / 2 + 3) / 2),
        ("hinge", (0.5, -2.0), (1.0, 1.0), 0.5 + 3),
        ("squared_hinge", (0.5, -2.0), (1.0, 1.0), 0.25 + 9),
        ("wasserstein", (1.0, -2.0), (1.0, -1.0), (1 + 2) / 2),
        ("cosine_proximity", (3.0, 4.0), (4.0, 3.0), -24 / 25),
        ("huber", (0.5, -2.0), (0.0, 1.0), 0.125 + 3 - 0.5),
        ("kl_divergence", (0.0, math.log(3)), (0.5, 0.5), 0.5 * math.log(2) + 0.5 * math.log(2 / 3)),
        ("focal", (0.0, math.log(3)), (1.0, 0.0), (3 / 4) ** 2 * math.log(4)),
        ("sigmoid_focal", (math.log(3), 0.0), (0.0, 1.0), (3 / 4) ** 2 * math.log(4) + (1 / 2) ** 2 * math.log(2)),
        ("multi_label", (math.atanh(0.5), 0.0), (1.0, 0.0), math.exp(-0.5)),
        ("fmeasure", (0.0, math.log(3)), (0.0, 1.0), 1 - 2 * 0.75 / (1 + 0.75)),
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


@pytest.mark.parametrize(("tag", "z", "y", "expected"), [("msle", 2.0, 0.5, math.log((math.log1p(math.exp(2)) + 1) / 1.5) ** 2), ("poisson", 2.0, 3.0, None)])
def test_a_loss_above_0_by_hand(tag, z, y, expected):
    o = math.log1p(math.exp(z))  # softplus
    expected = o - y * math.log(o) if tag == "poisson" else expected
    assert loss(tag)(tensor((z,)), tensor((y,))).item() == pytest.approx(expected, rel=1e-12)


def test_mixture_density_is_the_likelihood_of_torchs_distributions():
    generator, found = torch.Generator().manual_seed(6), Loss.parse({"type": "mixture_density", "mixtures": 3, "label_width": 2})
    z, y = torch.randn(5, 12, generator=generator, dtype=torch.float64), torch.randn(5, 2, generator=generator, dtype=torch.float64)
    means, deviations = z[:, 6:].reshape(5, 3, 2), z[:, 3:6].exp().unsqueeze(-1).expand(5, 3, 2)
    parts = torch.distributions.Independent(torch.distributions.Normal(means, deviations), 1)
    mixture = torch.distributions.MixtureSameFamily(torch.distributions.Categorical(logits=z[:, :3]), parts)
    torch.testing.assert_close(found.build(Activation.parse("identity"))(z, y), -mixture.log_prob(y))
    torch.testing.assert_close(found.expected(z), mixture.mean)
    images = z.T.reshape(1, 12, 5, 1), y.T.reshape(1, 2, 5, 1)
    torch.testing.assert_close(found.build(Activation.parse("identity"))(*images), -mixture.log_prob(y).sum()[None])
    torch.testing.assert_close(found.expected(images[0]), mixture.mean.T.reshape(1, 2, 5, 1))


def test_labels_of_a_mixture_must_be_as_wide_as_it_says():
    function = Loss.parse({"type": "mixture_density", "mixtures": 2, "label_width": 2}).build(Activation.parse("identity"))
    with pytest.raises(DataError, match="labels must have 2 values, the width of the mixture's labels, got 3"):
        function(torch.zeros(4, 8), torch.zeros(4, 3))


def test_labels_without_pairs_cost_nothing():
    z = tensor((1.0, -2.0), (0.5, 3.0), requires_grad=True)
    losses = loss("multi_label")(z, tensor((1.0, 1.0), (0.0, 0.0)))
    losses.sum().backward()
    assert (losses.tolist(), z.grad.abs().sum().item()) == ([0.0, 0.0], 0.0)


def test_fmeasure_of_two_outputs_is_that_of_the_second():
    z, y = tensor((0.3, -1.0), (0.1, 0.2), (2.0, 0.5)), tensor((0.0, 1.0), (1.0, 0.0), (0.0, 1.0))
    function = Loss.parse({"type": "fmeasure", "beta": 2}).build(Activation.parse("sigmoid"))
    torch.testing.assert_close(function(z, y), function(z[:, 1:], y[:, 1:]))


@pytest.mark.parametrize(("smoothing", "weights"), [(0.1, None), (0.1, [1.0, 0.5, 2.0]), (0.0, [1.0, 0.5, 2.0])])
@pytest.mark.parametrize("indices", [True, False])
def test_smoothing_and_class_weights_are_those_of_torch(smoothing, weights, indices):
    z, index = torch.randn(5, 3, generator=torch.Generator().manual_seed(2), dtype=torch.float64), torch.tensor([0, 2, 1, 1, 0])
    labels = index if indices else torch.nn.functional.one_hot(index, 3).double()
    said = {"weights": weights} if weights else {}
    ours = Loss.parse({"type": "mcxent", "label_smoothing": smoothing, **said}).build(Activation.parse("softmax"))
    weight = None if weights is None else torch.tensor(weights, dtype=torch.float64)
    theirs = torch.nn.functional.cross_entropy(z, index, weight, reduction="none", label_smoothing=smoothing)
    torch.testing.assert_close(ours(z, labels), theirs)
    torch.testing.assert_close(ours(z, labels, torch.ones(5, 3)), theirs, msg="by output")


def test_smoothed_yes_and_no_are_drawn_towards_a_half():
    z, labels = tensor((0.3, -1.0), (0.1, 2.0)), tensor((1.0, 0.0), (0.0, 1.0))
    ours = Loss.parse({"type": "xent", "label_smoothing": 0.2}).build(Activation.parse("sigmoid"))
    torch.testing.assert_close(ours(z, labels), loss("xent")(z, tensor((0.9, 0.1), (0.1, 0.9))))


@pytest.mark.parametrize("alpha", [-1.0, 0.25])
def test_sigmoid_focal_is_the_formula_of_its_paper(alpha):
    z, y = torch.randn(4, 3, generator=torch.Generator().manual_seed(2), dtype=torch.float64), torch.eye(4, 3, dtype=torch.float64)
    said = {"alpha": alpha} if alpha > 0 else {}
    ours = Loss.parse({"type": "sigmoid_focal", "gamma": 1.5, **said})
    p = z.sigmoid()
    right, weight = torch.where(y == 1, p, 1 - p), torch.where(y == 1, alpha, 1 - alpha) if alpha > 0 else 1
    expected = (-weight * (1 - right) ** 1.5 * right.log()).sum(1)
    torch.testing.assert_close(ours.build(Activation.parse("sigmoid"))(z, y), expected)
    torch.testing.assert_close(ours.build(Activation.parse("hardsigmoid"))((Activation.parse("sigmoid").build()(z) - 0.5) * 5, y), expected)


@pytest.mark.parametrize(("tag", "plain"), [("focal", "mcxent"), ("sigmoid_focal", "xent")])
def test_focal_with_gamma_0_is_the_plain_loss(tag, plain):
    z, y = torch.randn(4, 3, generator=torch.Generator().manual_seed(2), dtype=torch.float64), torch.eye(4, 3, dtype=torch.float64)
    found = Loss.parse({"type": tag, "gamma": 0})
    torch.testing.assert_close(found.build(Activation.parse(found.activation))(z, y), loss(plain)(z, y))


@pytest.mark.parametrize("delta", [0.5, 2.0])
def test_huber_is_that_of_torch(delta):
    z, y = (torch.randn(4, 3, generator=torch.Generator().manual_seed(seed), dtype=torch.float64) * 2 for seed in (2, 3))
    ours = Loss.parse({"type": "huber", "delta": delta}).build(Activation.parse("identity"))
    torch.testing.assert_close(ours(z, y), torch.nn.functional.huber_loss(z, y, reduction="none", delta=delta).sum(1))


@pytest.mark.parametrize(
    ("tag", "settings", "place"),
    [
        ("mcxent", {"label_smoothing": 1.0}, "label_smoothing"),
        ("mcxent", {"clip": -0.1}, "clip"),
        ("xent", {"clip": 0.5}, "clip"),
        ("xent", {"label_smoothing": -0.1}, "label_smoothing"),
        ("fmeasure", {"beta": 0}, "beta"),
        ("focal", {"gamma": -1}, "gamma"),
        ("sigmoid_focal", {"alpha": 1.0}, "alpha"),
        ("huber", {"delta": 0}, "delta"),
        ("mixture_density", {"mixtures": 0, "label_width": 1}, "mixtures"),
        ("mixture_density", {"mixtures": 1}, "label_width"),
    ],
)
def test_a_value_out_of_range_is_refused_by_name(tag, settings, place):
    with pytest.raises(ValidationError) as refusal:
        Loss.parse({"type": tag, **settings})
    assert [error["loc"] for error in refusal.value.errors()] == [(place,)]


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
        ("focal", "softmax", (800.0, 0.0), (0.0, 1.0), 800.0, (1.0, -1.0)),
        ("focal", "softmax", (800.0, 0.0), (1.0, 0.0), 0.0, (0.0, 0.0)),
        ("sigmoid_focal", "sigmoid", (-800.0, 800.0), (1.0, 0.0), 1600.0, (-1.0, 1.0)),
        ("sigmoid_focal", "sigmoid", (-800.0, 800.0), (0.0, 1.0), 0.0, (0.0, 0.0)),
    ],
)
def test_saturated_outputs_are_exact_in_the_fused_form(tag, activation, z, y, expected, gradient):
    preactivation = tensor(z, requires_grad=True)
    losses = loss(tag, activation)(preactivation, tensor(y))
    losses.sum().backward()
    assert losses.tolist() == [expected]
    assert preactivation.grad.tolist() == [list(gradient)]


@pytest.mark.parametrize(("tag", "activation"), [("mcxent", "sigmoid"), ("mcxent", "relu"), ("xent", "softmax"), ("xent", "identity"), ("focal", "sigmoid")])
@pytest.mark.parametrize("dtype", [torch.float64, torch.float32, torch.bfloat16])
def test_saturated_outputs_stay_finite_in_the_plain_form(tag, activation, dtype):
    preactivation = torch.tensor([[-900.0, 900.0]], dtype=dtype, requires_grad=True)
    losses = loss(tag, activation)(preactivation, torch.tensor([[1.0, 0.0]], dtype=dtype))
    losses.sum().backward()
    assert losses.isfinite().all()
    assert losses.item() > 50
    assert preactivation.grad.isfinite().all()


@pytest.mark.parametrize("tag", sorted({*Loss.tags(), "mcxent"} - {"fmeasure", "mixture_density"}))
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


@pytest.mark.parametrize("tag", sorted({*Loss.tags(), "mcxent"} - {"mixture_density"}))
@pytest.mark.parametrize("shape", [(4, 1), (1, 3), (3, 4)])
def test_labels_of_another_shape_are_refused_and_not_broadcast(tag, shape):
    with pytest.raises(DataError, match=r"labels must have the shape of the output, 4×3, got \d×\d"):
        loss(tag)(torch.zeros(4, 3), torch.zeros(shape))


@pytest.mark.parametrize("tag", [tag for tag in Loss.tags() if not Loss.member(tag).takes_indices and tag != "mixture_density"])
def test_a_single_column_of_labels_must_be_a_column(tag):
    with pytest.raises(DataError, match=r"must have the shape of the output, 4×1, got 4$"):
        loss(tag)(torch.zeros(4, 1), torch.zeros(4))
