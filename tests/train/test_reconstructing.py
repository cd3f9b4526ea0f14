"""How well a layer gives its input back: after each epoch of its pre-training, as a figure to watch, and at the end; and a network that does nothing else."""

import json

import pytest
import torch
from train.resuming import assert_same_wherever_it_is_stopped

from netspec import build
from netspec.cli import invoke
from netspec.errors import SpecError, UsageError

AUTOENCODER = {"type": "autoencoder", "n_out": 3, "corruption": 0, "name": "first"}
VAE = {"type": "vae", "n_out": 2, "encoder": 4, "decoder": 4, "reconstruction": "gaussian", "name": "second"}
OUTPUT = {"type": "output", "n_out": 3, "loss": "mcxent"}
NETWORK = {"seed": 5, "updater": "adam", "learning_rate": 0.02, "activation": "tanh"}
DATA = {"type": "iris", "normalize": "standardize", "split": {"validation": 0.2, "test": 0.2}}


def spec(*layers, early_stopping=None, **train):
    stop = {"early_stopping": early_stopping} if early_stopping else {}
    return NETWORK | {"layers": list(layers), "data": DATA, "train": {"batch_size": 30, "epochs": 0, "pretrain": 3} | stop | train}


@torch.no_grad()
def by_hand(model, part):
    """The mean squared error of the first layer on a part of the data, in numbers of the layer's own weights."""
    its = model.module.get_submodule("first")
    features = model.data().scaling(part.features, torch.float32) if model.data().pending else part.features
    hidden = torch.tanh(features @ its.weight.T + its.bias)
    back = torch.tanh(hidden @ its.weight + its.visible_bias)
    return (back - features).square().mean(1).mean().item()


def test_the_validation_loss_of_pre_training_is_that_of_the_reconstruction():
    model = build(spec(AUTOENCODER, OUTPUT, pretrain=1, epochs=1))
    history = model.fit(epochs=0)
    assert history.pretraining[0].validation_loss == pytest.approx(by_hand(model, model.data().validation), rel=1e-5)


def test_evaluation_tells_the_reconstruction_of_each_pre_trained_layer_beside_the_classes():
    model = build(spec(AUTOENCODER, VAE, OUTPUT, epochs=1))
    model.fit()
    found = model.evaluate()

    assert list(found.reconstructions) == ["first", "second"]
    assert found.reconstructions["first"] == pytest.approx(by_hand(model, model.data().test), rel=1e-5)
    assert found.as_dict()["reconstructions"] == found.reconstructions
    assert found.table().splitlines()[-1] == f"second  reconstruction loss {found.reconstructions['second']:.4f}"
    assert "reconstruction" not in build(spec(AUTOENCODER, OUTPUT, epochs=1) | {"train": {"batch_size": 30, "epochs": 1}}).evaluate().table()


def test_a_network_that_ends_in_an_autoencoder_is_trained_and_evaluated_by_it():
    model = build(spec(AUTOENCODER, VAE))
    before = model.evaluate()
    history = model.fit()
    after = model.evaluate()

    assert [record.layer for record in history.records] == ["first"] * 3 + ["second"] * 3
    assert after.loss == sum(after.reconstructions.values())
    assert after.reconstructions["first"] < before.reconstructions["first"]
    assert [line.split("  ")[0] for line in after.table().splitlines()] == ["first", "second"]
    with pytest.raises(UsageError, match="no output with a loss"):
        _ = after.accuracy


def test_what_needs_a_loss_is_refused_by_such_a_network():
    model = build(spec(AUTOENCODER))
    for wants in (lambda: model.fit(epochs=1), model.profile, lambda: model.optimizer, lambda: model.step((torch.zeros(2, 4), torch.zeros(2)))):
        with pytest.raises(UsageError, match="the network has no layer with a loss"):
            wants()


def test_pre_training_ends_when_the_reconstruction_gains_no_more_and_keeps_the_best_weights():
    """A rate of this size makes the reconstruction worse sooner or later."""
    stop = {"watch": "reconstruction", "patience": 2}
    model = build(spec(AUTOENCODER, early_stopping=stop, pretrain=60) | {"learning_rate": 0.5, "updater": "adam"})
    history = model.fit()
    values = [record.validation_loss for record in history.pretraining]

    assert len(values) < 60
    assert min(values) == values[-3]  # two epochs without a gain after the best
    assert by_hand(model, model.data().validation) == pytest.approx(min(values), rel=1e-5)
    assert history.ended is None


def test_a_target_ends_the_pre_training_of_one_layer_and_the_others_go_on():
    stop = {"watch": "reconstruction", "target": 1e6}
    history = build(spec(AUTOENCODER, VAE, OUTPUT, early_stopping=stop, epochs=2)).fit()
    assert [(record.layer, record.epoch) for record in history.records] == [("first", 1), ("second", 1), (None, 1), (None, 2)]


def test_another_figure_ends_the_training_of_the_network_only():
    stop = {"watch": "accuracy", "target": 0.0}
    history = build(spec(AUTOENCODER, OUTPUT, early_stopping=stop, epochs=5)).fit()
    assert [(record.layer, record.epoch) for record in history.records] == [("first", 1), ("first", 2), ("first", 3), (None, 1)]


def test_it_is_bit_identical_wherever_it_is_stopped(tmp_path):
    stop = {"watch": "reconstruction", "patience": 2}
    given = spec(AUTOENCODER, VAE, OUTPUT, early_stopping=stop, pretrain=4, epochs=2)
    assert_same_wherever_it_is_stopped(given | {"learning_rate": 0.3}, (), tmp_path, every=3)


def refusal(given):
    with pytest.raises(SpecError) as refused:
        build(given)
    return str(refused.value)


def test_what_cannot_be_watched_or_trained_is_refused():
    stop = {"watch": "reconstruction", "patience": 2}
    unwatched = spec(AUTOENCODER, OUTPUT, early_stopping=stop, epochs=1)
    del unwatched["train"]["pretrain"]
    assert 'train.early_stopping.watch must be a figure of the evaluation, got "reconstruction"' in refusal(unwatched)
    assert 'train.early_stopping.watch must be a figure of the evaluation, got "loss"' in refusal(spec(VAE, early_stopping={"patience": 2}))
    assert "train.epochs must be 0, all training being pretrain: no layer has a loss, got 2" in refusal(spec(VAE, epochs=2))
    assert "train.epochs must be greater than 0, got 0" in refusal(spec(OUTPUT) | {"train": {"batch_size": 30, "epochs": 0}})
    assert "layers must end in a layer with a loss to train" in refusal(spec(VAE) | {"train": {"batch_size": 30, "epochs": 1}})


def test_the_command_runs_and_verifies_such_a_network(tmp_path, capsys):
    path = tmp_path / "spec.json"
    path.write_text(json.dumps(spec(AUTOENCODER, VAE)), encoding="utf-8")
    runs = tmp_path / "runs"
    assert invoke(["run", str(path), "--runs", str(runs)]) == 0
    said = capsys.readouterr()
    assert said.out.startswith("first  reconstruction loss ")
    assert "second epoch 3/3" in said.err

    assert invoke(["verify", str(runs / "latest")]) == 0
    assert "from the beginning: pre-training of first and second, reproduced" in capsys.readouterr().out
