"""`train: {pretrain: …}`: layers learn from their input alone, from the bottom up, before the network learns from labels."""

import json

import pytest
import torch
from train.resuming import assert_same_wherever_it_is_stopped

from netspec import build
from netspec.cli import invoke
from netspec.errors import SpecError, UsageError

LAYERS = [
    {"type": "autoencoder", "n_out": 5, "name": "first"},
    {"type": "variational_autoencoder", "n_out": 2, "encoder": 3, "decoder": 3, "reconstruction": "bernoulli", "name": "second"},
    {"type": "output", "n_out": 3, "loss": "negative_log_likelihood", "name": "last"},
]
SPEC = {"seed": 3, "input": 4, "updater": "adam", "learning_rate": 0.02, "activation": "sigmoid", "l2": 0.01, "layers": LAYERS}


def examples(count=20, seed=1):
    features = torch.rand((count, 4), generator=torch.Generator().manual_seed(seed))
    return features, features[:, :3].argmax(1)


def spec(**train):
    return SPEC | {"train": {"batch_size": 8, "epochs": 2, "pretrain": 2} | train}


def test_each_layer_is_trained_before_the_network_in_order():
    found = build(spec()).fit(*examples())

    assert [(record.layer, record.epoch) for record in found.records] == [("first", 1), ("first", 2), ("second", 1), ("second", 2), (None, 1), (None, 2)]


def test_only_its_own_parameters_move_while_a_layer_is_pre_trained():
    model = build(SPEC)
    before = {name: value.clone() for name, value in model.module.state_dict().items()}
    trainer = model._pretrainer.at_start("second")
    trainer.ready()
    trainer.step(*examples())

    moved = {name for name, value in model.module.state_dict().items() if not torch.equal(value, before[name])}
    assert moved == {name for name in before if name.startswith("second.")}


def test_the_network_leaves_alone_what_only_pre_training_moves():
    model = build(SPEC | {"l2": 0.5, "weight_decay": 0.1})
    before = {name: value.clone() for name, value in model.module.state_dict().items()}
    model.fit(*examples(), epochs=2)

    still = {name for name, value in model.module.state_dict().items() if torch.equal(value, before[name])}
    assert still == {"first.visible_bias", *(name for name in before if name.startswith(("second.log_variance", "second.decoder", "second.numbers")))}


def test_a_layer_is_given_what_the_layers_below_predict():
    """Dropout of the layers below is off, so the second layer's step is that of the same layer on the first one's output."""
    noisy = [LAYERS[0], LAYERS[1] | {"dropout": 0.5}, {"type": "autoencoder", "n_out": 2, "corruption": 0, "name": "third"}, LAYERS[2]]
    model = build(SPEC | {"layers": noisy, "data_type": "float64"})
    features = examples()[0].double()
    entering = model.module.eval().entering("third", features)

    alone = model._pretrainer.at_start("third")
    alone.ready()
    expected = model.module.get_submodule("third").pretraining_loss(entering).item()

    assert alone.step(features, examples()[1]).item() == pytest.approx(expected, rel=1e-12)


def test_pre_training_makes_the_reconstruction_better():
    """Points on a line in four dimensions, of which one hidden unit is enough to tell."""
    features = torch.rand((200, 1), generator=torch.Generator().manual_seed(2)) * torch.tensor([[0.9, 0.2, -0.5, 0.7]])
    layer = {"type": "autoencoder", "n_out": 1, "corruption": 0, "activation": "identity", "name": "it"}
    model = build({"seed": 1, "input": 4, "updater": "adam", "learning_rate": 0.02, "layers": [layer]})
    losses = [record.loss for record in model.pretrain(features, epochs=30).pretraining]

    assert losses[-1] < losses[0] / 50


def test_what_is_frozen_is_not_pre_trained():
    model = build(spec() | {"layers": [LAYERS[0] | {"frozen": True}, *LAYERS[1:]]})

    assert {record.layer for record in model.fit(*examples()).pretraining} == {"second"}


def test_pre_training_is_done_once():
    model = build(spec())
    model.fit(*examples(), epochs=1)

    assert model.fit(*examples(), epochs=1).pretraining == model.history.pretraining
    assert len(model.history.pretraining) == 4


def test_stopped_anywhere_it_ends_the_same(tmp_path):
    assert_same_wherever_it_is_stopped(spec(), examples(), tmp_path)


def test_stopped_anywhere_it_ends_the_same_with_validation(tmp_path):
    data = (*examples(), *examples(9, 2))
    assert_same_wherever_it_is_stopped(spec(keep="best", pretrain=1, epochs=3), data, tmp_path, every=2)


def test_time_runs_out_in_pre_training_too():
    found = build(spec(pretrain=10_000, max_time="0.2s")).fit(*examples(400))

    assert found.ended == "the time limit of 0.2 s was reached"
    assert not found.epochs
    assert {record.layer for record in found.pretraining} <= {"first"}


@pytest.mark.parametrize(
    ("layers", "train", "message"),
    [
        ([LAYERS[2]], {}, "train.pretrain must be left out: no layer learns from its input alone"),
        ([LAYERS[0] | {"frozen": True}, LAYERS[2]], {}, "train.pretrain must be left out: no layer learns from its input alone"),
        (
            [LAYERS[0] | {"loss": "xent", "activation": "tanh"}, LAYERS[2]],
            {},
            'layers.0.loss must be one of values: the activation tanh gives no probabilities, got "xent"',
        ),
        (
            [LAYERS[0] | {"sparsity": 0.1, "activation": "relu"}, LAYERS[2]],
            {},
            "layers.0.sparsity must be left out: relu gives values that are no shares of 1, got 0.1",
        ),
        ([LAYERS[0], LAYERS[2]], {"pretrain": 0}, "train.pretrain must be greater than 0, got 0"),
    ],
)
def test_what_cannot_be_pre_trained_is_refused(layers, train, message):
    with pytest.raises(SpecError) as refusal:
        build(spec(**train) | {"layers": layers})

    assert message in [problem.message for problem in refusal.value.problems]


def test_a_network_without_such_layers_is_refused_from_python_too():
    with pytest.raises(UsageError, match="no layer that learns from its input alone"):
        build(SPEC | {"layers": [LAYERS[2]]}).pretrain(examples()[0], epochs=1)


def test_layers_come_from_the_bottom_up():
    assert [node.name for node in build(SPEC).plan.learning_alone] == ["first", "second"]


TEXT = """
name: stacked
seed: 1
updater: adam
activation: sigmoid
layers:
  - {type: autoencoder, n_out: 6, name: code}
  - {type: output, n_out: 3, loss: negative_log_likelihood}
data: {type: iris, split: {test: 0.2}}
train: {batch_size: 30, epochs: 2, pretrain: 2}
"""


def test_a_run_tells_and_keeps_it(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "stacked.yaml").write_text(TEXT, encoding="utf-8")

    assert invoke(["run", "stacked.yaml"]) == 0
    said = capsys.readouterr().err
    records = [json.loads(line) for line in (tmp_path / "runs" / "latest" / "history.jsonl").read_text(encoding="utf-8").splitlines()]

    assert [line.split("  ")[0] for line in said.splitlines() if "epoch" in line] == ["code epoch 1/2", "code epoch 2/2", "epoch 1/2", "epoch 2/2"]
    assert [(record.get("layer"), record["epoch"]) for record in records] == [("code", 1), ("code", 2), (None, 1), (None, 2)]
    assert invoke(["verify"]) == 0
    assert invoke(["resume", "--epochs", "3"]) == 0
    assert len((tmp_path / "runs" / "latest" / "history.jsonl").read_text(encoding="utf-8").splitlines()) == 5
