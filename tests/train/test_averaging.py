"""`train: {ema: …}`: training moves the weights, their average predicts, is scored and is saved."""

import pytest
import torch
from safetensors.torch import load_file
from train.resuming import assert_same_wherever_it_is_stopped

from netspec import build
from netspec.cli import invoke
from netspec.errors import SpecError
from netspec.train.averaging import Average

SPEC = {
    "seed": 5,
    "updater": "adam",
    "learning_rate": 0.05,
    "input": 4,
    "data_type": "float64",
    "layers": [
        {"type": "dense", "n_out": 6, "activation": "tanh", "dropout": 0.2, "name": "hidden"},
        {"type": "batch_norm", "name": "norm"},
        {"type": "output", "n_out": 3, "loss": "negative_log_likelihood", "name": "last"},
    ],
}


def spec(**train):
    return {**SPEC, "train": {"batch_size": 8, "epochs": 3, "ema": 0.8} | train}


def examples(count=20, seed=1):
    features = torch.randn((count, 4), dtype=torch.float64, generator=torch.Generator().manual_seed(seed))
    return features, features[:, :3].argmax(1)


def weights(model):
    return {name: value.detach().clone() for name, value in model.module.named_parameters()}


def averaged(steps, decay):
    """θ̄₁ = θ₁, then θ̄ₙ = d·θ̄ₙ₋₁ + (1 − d)·θₙ with d = min(decay, (1 + n)/(10 + n))."""
    average = steps[0]
    for number, now in enumerate(steps[1:], 2):
        share = min(decay, (1 + number) / (10 + number))
        average = {name: share * average[name] + (1 - share) * value for name, value in now.items()}
    return average


@pytest.mark.parametrize("decay", [0.2, 0.999])
def test_the_network_is_left_with_the_average_of_its_weights_after_each_update(decay):
    plain, kept, steps = build(spec(ema=0.5) | {"train": {"batch_size": 8, "epochs": 3}}), build(spec(ema=decay)), []
    plain._trainer.optimizer.register_step_post_hook(lambda *_: steps.append(weights(plain)))
    plain.fit(*examples())
    kept.fit(*examples())

    assert len(steps) == 9
    expected = averaged(steps, decay)
    for name, value in weights(kept).items():
        torch.testing.assert_close(value, expected[name], rtol=1e-12, atol=1e-14)
    assert [record.loss for record in kept.history.epochs] == [record.loss for record in plain.history.epochs]


def test_training_again_goes_on_with_the_weights_themselves():
    once, twice = build(spec(epochs=4)), build(spec(epochs=4))
    once.fit(*examples())
    twice.fit(*examples(), epochs=2)
    twice.predict(examples()[0])
    twice.fit(*examples(), epochs=2)

    assert all(torch.equal(value, weights(twice)[name]) for name, value in weights(once).items())


def test_validation_scores_the_average_and_keeps_the_best_of_it():
    model = build(spec(keep="best", epochs=6))
    found = model.fit(*examples(), validation=examples(30, 2))
    best = found.epochs[found.best - 1]

    assert best.validation_loss == min(record.validation_loss for record in found.epochs)
    assert model.evaluate(*examples(30, 2)).loss == pytest.approx(best.validation_loss, rel=1e-12)


@pytest.mark.parametrize("more", [{}, {"accumulate": 2}, {"early_stopping": {"patience": 1, "least_gain": 10.0}, "epochs": 5}])
def test_stopped_anywhere_it_ends_the_same(tmp_path, more):
    assert_same_wherever_it_is_stopped(spec(**more), (*examples(), *examples(9, 2)), tmp_path)


def test_one_step_at_a_time_is_the_same():
    whole, stepwise = build(spec(epochs=1, shuffle=False) | {"layers": SPEC["layers"][1:]}), build(spec() | {"layers": SPEC["layers"][1:]})
    features, labels = examples(16)
    whole.fit(features, labels)
    for start in (0, 8):
        stepwise.step((features[start : start + 8], labels[start : start + 8]))

    assert all(torch.equal(value, weights(stepwise)[name]) for name, value in weights(whole).items())


def test_weights_that_are_loaded_begin_an_average_of_their_own(tmp_path):
    other, model = build(SPEC | {"seed": 9}), build(spec())
    other.save(tmp_path / "weights")
    model.fit(*examples())
    model.load(tmp_path / "weights")

    assert all(torch.equal(value, weights(other)[name]) for name, value in weights(model).items())
    before = weights(other)
    model.step(examples(8))
    assert not any(torch.equal(value, before[name]) for name, value in weights(model).items())
    assert weights(model).keys() == model._trainer.average.tensors.keys()


def test_what_is_not_moved_is_not_averaged():
    layers = [SPEC["layers"][0] | {"frozen": True}, *SPEC["layers"][1:]]
    model = build(spec() | {"layers": layers})
    model.fit(*examples())

    assert model._trainer.average.tensors.keys() == {"norm.weight", "norm.bias", "last.weight", "last.bias"}


def test_the_weights_come_back_bit_by_bit():
    model, average = build(SPEC), Average(0.9)
    for number in range(1, 4):
        model.step(examples(8))
        average.update(model.optimizer, number)
    before = weights(model)
    with average.shown(model.module):
        assert not torch.equal(weights(model)["last.weight"], before["last.weight"])

    assert all(torch.equal(value, weights(model)[name]) for name, value in before.items())


@pytest.mark.parametrize(("value", "message"), [(0.0, "must be greater than 0"), (1.0, "must be less than 1"), ("fast", "must be a number")])
def test_what_is_no_decay_is_refused(value, message):
    with pytest.raises(SpecError, match=rf"train\.ema {message}"):
        build(spec(ema=value))


TEXT = """
seed: 1
updater: adam
activation: tanh
layers:
  - {type: dense, n_out: 6}
  - {type: output, n_out: 3, loss: negative_log_likelihood}
data: {type: iris, split: {test: 0.2, validation: 0.2}}
train: {batch_size: 30, epochs: 3, ema: 0.9}
"""


def test_a_run_saves_the_average_and_is_reproduced(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "spec.yaml").write_text(TEXT, encoding="utf-8")

    assert invoke(["run", "spec.yaml", "-q"]) == 0
    run = tmp_path / "runs" / "latest"
    newest = max((run / "checkpoints").iterdir(), key=lambda path: path.name)
    saved, raw, average = load_file(run / "weights.safetensors"), load_file(newest / "model.safetensors"), load_file(newest / "average.safetensors")

    assert all(torch.equal(saved[name], average[name]) for name in saved)
    assert not any(torch.equal(saved[name], raw[name]) for name in saved)
    assert invoke(["verify"]) == 0
