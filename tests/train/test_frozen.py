"""`frozen: true`: nothing of a layer moves, its noise is off, and what stands before it still trains."""

import pytest
import torch

from netspec import build
from netspec.errors import SpecError
from netspec.read import plan_of
from netspec.report.summary import summary_text

FEATURES = torch.randn((6, 3), dtype=torch.float64, generator=torch.Generator().manual_seed(0))
LABELS = torch.randn((6, 2), dtype=torch.float64, generator=torch.Generator().manual_seed(1))
FIRST, NORM, MIDDLE, LAST = (
    {"type": "dense", "n_out": 4, "name": "first"},
    {"type": "batch_norm", "name": "norm"},
    {"type": "dense", "n_out": 4, "name": "middle"},
    {"type": "output", "n_out": 2, "loss": "mse", "name": "last"},
)


def model(*layers, **more):
    said = {"input": 3, "data_type": "float64", "updater": "adam", "learning_rate": 0.1, "activation": "tanh", "l2": 0.1, "weight_decay": 0.1}
    return build(said | {"constraints": "unit_norm", "layers": list(layers)} | more)


def frozen(layer, **more):
    return layer | {"frozen": True} | more


def moved(trained, steps=3):
    """Parameters and buffers that steps changed."""
    before = {name: value.clone() for name, value in trained.module.state_dict().items()}
    for _ in range(steps):
        trained.step((FEATURES, LABELS))
    return {name for name, value in trained.module.state_dict().items() if not torch.equal(value, before[name])}


def test_what_is_frozen_stays_and_what_stands_before_it_trains():
    assert moved(model(FIRST, frozen(NORM), frozen(MIDDLE), LAST)) == {"first.weight", "first.bias", "last.weight", "last.bias"}


def test_frozen_batch_statistics_are_used_as_in_prediction():
    trained = model(FIRST, frozen(NORM), LAST)
    with torch.no_grad():
        trained.module.get_buffer("norm.running_mean").fill_(0.5)

    assert trained.step((FEATURES, LABELS)) == pytest.approx(_score_in_test_mode(), rel=1e-12)


def _score_in_test_mode():
    other = model(FIRST, frozen(NORM), LAST)
    with torch.no_grad():
        other.module.get_buffer("norm.running_mean").fill_(0.5)
    return other.score((FEATURES, LABELS))


def test_a_frozen_layers_noise_is_off():
    noisy = {"dropout": 0.9, "weight_noise": {"type": "drop_connect", "rate": 0.9}}
    quiet = model(FIRST, frozen(MIDDLE, **noisy), {"type": "dropout", "rate": 0.9, "frozen": True}, LAST)
    loud = model(FIRST, MIDDLE | noisy, LAST)

    assert quiet.step((FEATURES, LABELS)) == pytest.approx(model(FIRST, frozen(MIDDLE), LAST).step((FEATURES, LABELS)), rel=1e-12)
    assert loud.step((FEATURES, LABELS)) != pytest.approx(model(FIRST, MIDDLE, LAST).step((FEATURES, LABELS)), rel=1e-12)


def test_the_error_passes_through_with_the_gradient_of_the_whole():
    plain, partly = model(FIRST, MIDDLE, LAST), model(FIRST, frozen(MIDDLE), LAST)
    for each in (plain, partly):
        each._scorer(each.module(FEATURES), LABELS).backward()

    for name in ("first.weight", "first.bias", "last.weight"):
        torch.testing.assert_close(partly.module.get_parameter(name).grad, plain.module.get_parameter(name).grad)
    assert partly.module.get_parameter("middle.weight").grad is None


def test_fit_leaves_it_alone_too():
    trained = model(FIRST, frozen(NORM), frozen(MIDDLE), LAST)
    before = {name: value.clone() for name, value in trained.module.state_dict().items()}

    trained.fit(FEATURES, LABELS, epochs=2, batch_size=3)

    assert {name for name, value in trained.module.state_dict().items() if torch.equal(value, before[name])} == {
        "norm.weight", "norm.bias", "norm.running_mean", "norm.running_var", "middle.weight", "middle.bias",
    }  # fmt: skip


def test_the_summary_marks_it():
    text = summary_text(model(FIRST, frozen(MIDDLE), LAST).plan)

    assert [line.split()[1:3] for line in text.splitlines() if "middle" in line] == [["dense", "(frozen)"]]
    assert text.count("(frozen)") == 1


def test_plan_tells_it_and_who_said_it():
    plan = plan_of("input: 3\nlayers:\n  - {type: output, n_out: 2, loss: mse, frozen: true}\n")

    assert plan.as_dict()["layers"][0]["frozen"] is True
    assert str(plan.origins[("layers", 0, "frozen")]) == "<spec>:3:49"


TRAINING = "input: 3\ndata: iris\nupdater: adam\ntrain: {epochs: 1, batch_size: 5}\nlayers:\n"


@pytest.mark.parametrize(
    ("said", "message"),
    [
        ("frozen: true", "layers must have weights to train: all layers that have some are frozen"),
        ("frozen: 1", "layers.0.frozen must be true or false, got 1"),
        ("frozen: null", "layers.0.frozen must have a value, got nothing"),
    ],
)
def test_what_cannot_be_is_refused(said, message):
    with pytest.raises(SpecError) as refusal:
        plan_of(TRAINING.replace("input: 3\n", "") + f"  - {{type: output, n_out: 3, loss: negative_log_likelihood, {said}}}\n")

    assert message in [problem.message for problem in refusal.value.problems]


def test_a_frozen_layer_needs_no_updater():
    text = (
        "data: iris\nactivation: relu\ntrain: {epochs: 1, batch_size: 5}\nlayers:\n"
        "  - {type: dense, n_out: 3, frozen: true}\n  - {type: output, n_out: 3, loss: negative_log_likelihood, updater: adam}\n"
    )

    assert plan_of(text).node("dense_1").layer.updater is None
