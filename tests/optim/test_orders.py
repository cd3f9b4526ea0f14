"""The orders of a training step, written out once more in numpy over several steps, with weights and biases moved by different updaters."""

import numpy as np
import pytest
import torch

from netspec import build
from netspec.errors import SpecError
from netspec.read import plan_of
from netspec.training_order import TrainingOrder

RATE, BIAS_RATE, L1, L2, L2_BIAS = 0.05, 0.02, 0.03, 0.2, 0.4


def batches():
    random = np.random.default_rng(0)
    return [(random.normal(size=(rows, 3)), random.normal(size=(rows, 2))) for rows in (4, 6, 1, 5)]


def spec(order, *, minibatch=True, updater="adam", **more):
    return {
        "input": 3,
        "data_type": "float64",
        "training_order": order,
        "minibatch": minibatch,
        "updater": {"type": updater, "learning_rate": RATE},
        "bias_updater": {"type": "sgd", "learning_rate": BIAS_RATE},
        "bias_init": 0.5,
        "l1": L1,
        "l2": L2,
        "l2_bias": L2_BIAS,
        "layers": [{"type": "output", "n_out": 2, "loss": "mse", "name": "o"}],
        **more,
    }


class Adam:
    """DL4J's, from section 4.3 of its description."""

    def __init__(self, rate):
        self.rate, self.m, self.v, self.t = rate, 0.0, 0.0, 0

    def __call__(self, g):
        self.t += 1
        self.m, self.v = 0.9 * self.m + 0.1 * g, 0.999 * self.v + 0.001 * g * g
        return self.rate * np.sqrt(1 - 0.999**self.t) / (1 - 0.9**self.t) * self.m / (np.sqrt(self.v) + 1e-8)


class Sgd:
    def __init__(self, rate):
        self.rate = rate

    def __call__(self, g):
        return self.rate * g


def by_hand(order, w, b, *, minibatch=True):
    """Weights and biases after each step, and the score before it; the loss of an example is the mean of its squared errors."""
    rules = Adam(RATE), Sgd(BIAS_RATE)
    for features, labels in batches():
        examples = len(features)
        error = features @ w.T + b - labels
        gradients = [error.T @ features, error.sum(0)]  # sums over the examples of d(mean over 2 outputs of e²)
        loss, penalty = (error**2).sum() / 2, L1 * abs(w).sum() + L2 / 2 * (w**2).sum() + L2_BIAS / 2 * (b**2).sum()
        added = [L2 * w + L1 * np.sign(w), L2_BIAS * b]
        divisor = examples if minibatch else 1
        if order == "legacy":
            steps = [(rule(g) + more) / divisor for rule, g, more in zip(rules, gradients, added, strict=True)]
            score = (loss + penalty) / divisor
        elif order == "beta3":
            steps = [rule(g / divisor) + more for rule, g, more in zip(rules, gradients, added, strict=True)]
            score = loss / divisor + penalty
        else:
            steps = [rule(g / divisor + more) for rule, g, more in zip(rules, gradients, added, strict=True)]
            score = loss / divisor + penalty
        w, b = w - steps[0], b - steps[1]
        yield w, b, score


@pytest.mark.parametrize("minibatch", [True, False])
@pytest.mark.parametrize("order", ["modern", "beta3", "legacy"])
def test_each_order_is_that_of_its_release(order, minibatch):
    model = build(spec(order, minibatch=minibatch))
    w, b = (model.module.get_parameter(f"o.{name}").detach() for name in ("weight", "bias"))

    expected = by_hand(order, w.numpy().copy(), b.numpy().copy(), minibatch=minibatch)

    for (features, labels), (weight, bias, score) in zip(batches(), expected, strict=True):
        assert model.step((features, labels)) == pytest.approx(score, rel=1e-12)
        np.testing.assert_allclose(w.numpy(), weight, rtol=1e-12, atol=1e-14)
        np.testing.assert_allclose(b.numpy(), bias, rtol=1e-12, atol=1e-14)


@pytest.mark.parametrize("order", ["modern", "beta3", "legacy"])
def test_several_iterations_are_as_many_steps_on_the_same_batch(order):
    thrice, once = build(spec(order, iterations=3)), build(spec(order))

    for batch in batches():
        scores = [once.step(batch) for _ in range(3)]
        assert thrice.step(batch) == scores[-1]
        assert torch.equal(thrice.module.get_parameter("o.weight"), once.module.get_parameter("o.weight"))


def test_an_epoch_makes_as_many_updates_of_each_batch_as_are_asked_for():
    features, labels = batches()[1]
    thrice, once = build(spec("modern", iterations=3)), build(spec("modern"))

    thrice.fit(features, labels, epochs=2, batch_size=len(features))
    once.fit(features, labels, epochs=6, batch_size=len(features))

    np.testing.assert_allclose(thrice.module.get_parameter("o.weight").detach(), once.module.get_parameter("o.weight").detach(), rtol=1e-12)


@pytest.mark.parametrize("order", ["modern", "beta3", "legacy"])
def test_what_is_not_minimized_goes_the_opposite_way_and_weights_stay_small(order):
    batch = batches()[0]
    down, up = (build(spec(order, updater="sgd", minimize=minimize)) for minimize in (True, False))
    neither = build(spec(order, updater="sgd"))
    before = down.module.get_parameter("o.weight").detach().clone()
    labels = neither.predict(batch[0])

    score = down.step(batch)
    assert up.step(batch) == score
    neither.step((batch[0], labels))

    steps = [model.module.get_parameter("o.weight").detach() - before for model in (down, up, neither)]
    np.testing.assert_allclose(steps[0] - steps[2], -(steps[1] - steps[2]), rtol=1e-9, atol=1e-15)


def test_the_three_orders_differ():
    ends = {}
    for order in ("modern", "beta3", "legacy"):
        model = build(spec(order))
        for batch in batches():
            model.step(batch)
        ends[order] = model.module.get_parameter("o.weight").detach()

    assert len({tuple(weight.reshape(-1).tolist()) for weight in ends.values()}) == 3


def test_clipping_meets_sums_in_the_legacy_order_and_means_in_the_modern_one():
    """The rule being SGD without regularisation, the step of one batch is the clipped gradient times the rate."""
    features, labels = batches()[1]
    clipped = {"gradient_normalization": {"type": "clip_elementwise_absolute_value", "threshold": 0.3}}
    for order, divisor in (("modern", 1), ("beta3", 1), ("legacy", 6)):
        plain = spec(order, updater="sgd", l1=0, l2=0, l2_bias=0, **clipped)
        model = build(plain)
        w = model.module.get_parameter("o.weight").detach()
        before = w.numpy().copy()
        error = features @ before.T + model.module.get_parameter("o.bias").detach().numpy() - labels
        gradient = error.T @ features / (1 if order == "legacy" else 6)

        model.step((features, labels))

        np.testing.assert_allclose(w.numpy(), before - RATE * np.clip(gradient, -0.3, 0.3) / divisor, rtol=1e-12)


def test_a_frozen_layer_has_no_penalty():
    layers = [{"type": "dense", "n_out": 3, "activation": "tanh", "frozen": True, "name": "d"}, {"type": "output", "n_out": 2, "loss": "mse", "name": "o"}]
    model = build(spec("modern", layers=layers))
    features, labels = batches()[0]
    loss = (model.predict(features).numpy() - labels) ** 2
    w, b = (model.module.get_parameter(f"o.{name}").detach().numpy() for name in ("weight", "bias"))

    expected = loss.sum() / 8 + L1 * abs(w).sum() + L2 / 2 * (w**2).sum() + L2_BIAS / 2 * (b**2).sum()

    assert model.score((features, labels)) == pytest.approx(expected, rel=1e-12)


def test_the_score_has_the_coefficient_of_its_own_step():
    model = build(
        spec("modern", l2={"type": "step", "initial": 0.4, "decay": 0.5, "every": 1}, l1=0, l2_bias=0)
        | {key: {"type": "sgd", "learning_rate": 1e-9} for key in ("updater", "bias_updater")}
    )
    features, labels = batches()[0]
    square = float(model.module.get_parameter("o.weight").detach().square().sum())

    scores = [model.step((features, labels)) for _ in range(3)]

    assert scores[0] - scores[1] == pytest.approx(0.5 * 0.2 * square, rel=1e-6)
    assert scores[1] - scores[2] == pytest.approx(0.5 * 0.1 * square, rel=1e-6)


def test_a_coefficient_that_starts_at_0_acts_once_it_has_grown():
    model = build(spec("modern", updater="sgd", l2=0, l1={"type": "map", "values": {"0": 0.0, "1": 0.5}}))
    features, labels = np.zeros((2, 3)), np.zeros((2, 2))
    weight = model.module.get_parameter("o.weight").detach()
    start = weight.clone()

    model.step((features, labels))
    torch.testing.assert_close(weight, start, rtol=0, atol=0)
    model.step((features, labels))
    torch.testing.assert_close(weight, start - RATE * 0.5 * start.sign())


def test_the_history_holds_the_score_of_the_order():
    features, labels = batches()[1]
    model = build(spec("legacy", updater="sgd"))

    record = model.fit(features, labels, epochs=1, batch_size=2).epochs[0]

    assert record.score == pytest.approx(record.loss + model._training().penalty() / 2, rel=1e-12)
    summed = build(spec("modern", minibatch=False))
    record = summed.fit(features, labels, epochs=1, batch_size=2).epochs[0]
    assert record.score == pytest.approx(2 * record.loss + summed._training().penalty(), rel=1e-12)


@pytest.mark.parametrize("minibatch", [True, False])
@pytest.mark.parametrize("order", ["modern", "beta3", "legacy"])
def test_accumulated_batches_are_one_batch_in_every_order(order, minibatch):
    features, labels = (np.concatenate(arrays) for arrays in zip(*batches(), strict=True))
    whole, parts = build(spec(order, minibatch=minibatch)), build(spec(order, minibatch=minibatch, train={"epochs": 1, "batch_size": 5, "accumulate": 4}))

    one, other = whole.fit(features, labels, batch_size=16), parts.fit(features, labels)

    np.testing.assert_allclose(parts.module.get_parameter("o.weight").detach(), whole.module.get_parameter("o.weight").detach(), rtol=1e-12)
    assert other.epochs[0].score == pytest.approx(one.epochs[0].score, rel=1e-12)


@pytest.mark.parametrize(
    ("order", "minibatch", "first", "sums", "divides"),
    [
        ("modern", True, True, False, False),
        ("modern", False, True, True, False),
        ("beta3", True, False, False, False),
        ("beta3", False, False, True, False),
        ("legacy", True, False, True, True),
        ("legacy", False, False, True, False),
    ],
)
def test_what_an_order_does(order, minibatch, first, sums, divides):
    found = TrainingOrder(order, minibatch)

    assert (found.regularizes_first, found.sums, found.divides) == (first, sums, divides)


def hooks(**said):
    optimizer = build({"input": 3, "updater": "nesterovs", "learning_rate": 0.1, "layers": [{"type": "output", "n_out": 2, "loss": "mse"}], **said}).optimizer
    return len(optimizer._optimizer_step_pre_hooks), len(optimizer._optimizer_step_post_hooks)


def test_a_step_pays_for_what_it_uses_only():
    """One hook is the guard of torch's fused kernels, which add plain L2 themselves."""
    assert hooks() == hooks(l2=0.1) == hooks(l1=0, weight_decay=0) == hooks(gradient_normalization="none", constraints=[]) == (1, 0)
    assert hooks(l1=0.1) == hooks(gradient_normalization="clip_l2_per_layer") == (2, 0)
    assert hooks(constraints="unit_norm") == (1, 1)
    assert hooks(training_order="legacy") == (2, 1)
    assert hooks(training_order="beta3", l2=0.1) == (2, 0)


@pytest.mark.parametrize("order", ["beta3", "legacy"])
@pytest.mark.parametrize(
    ("said", "where"),
    [
        ({"weight_decay": 0.1}, "weight_decay must be left out"),
        ({"weight_decay_bias": 0.1}, "weight_decay_bias must be left out"),
        ({"updater": "adamw"}, "updater must be one without weight decay"),
        ({"layers": [{"type": "output", "n_out": 2, "loss": "mse", "weight_decay": 0.1}]}, "layers.0.weight_decay must be left out"),
        ({"layers": [{"type": "output", "n_out": 2, "loss": "mse", "updater": "adamw"}]}, "layers.0.updater must be one without weight decay"),
    ],
)
def test_weight_decay_is_refused_where_dl4j_had_none(order, said, where):
    with pytest.raises(SpecError) as refusal:
        plan_of(spec(order, **said))

    assert [problem.message for problem in refusal.value.problems] == [f"{where} in training_order {order}"]


@pytest.mark.parametrize(
    ("said", "message"),
    [
        ({"training_order": "ancient"}, 'training_order must be modern, beta3 or legacy, got "ancient"'),
        ({"training_order": None}, "training_order must have a value, got nothing"),
        ({"minibatch": 1}, "minibatch must be true or false, got 1"),
    ],
)
def test_an_unknown_order_is_refused(said, message):
    with pytest.raises(SpecError) as refusal:
        plan_of(spec("modern") | said)

    assert [problem.message for problem in refusal.value.problems] == [message]


def test_plan_and_explain_tell_order_and_sums():
    plan = plan_of("input: 3\ntraining_order: legacy\nlayers:\n  - {type: output, n_out: 2, loss: mse}\n")

    assert (plan.as_dict()["training_order"], plan.as_dict()["minibatch"]) == ("legacy", True)
    assert (str(plan.origins[("training_order",)]), str(plan.origins[("minibatch",)])) == ("<spec>:2:17", "default")
