"""`early_stopping` and `validate_every`: what DL4J's EarlyStoppingTrainer did, condition by condition, and resumed anywhere."""

import numpy as np
import pytest
import torch
from conformance.cases import Case
from train.resuming import assert_same_wherever_it_is_stopped

from netspec import build
from netspec.errors import SpecError, UsageError
from netspec.interop import dl4j
from netspec.resolve.watching import figures_of
from netspec.train.history import Epoch, History
from netspec.train.stopping import Stopping, Watch

SPEC = {
    "seed": 5,
    "updater": "adam",
    "learning_rate": 0.05,
    "input": 4,
    "layers": [
        {"type": "dense", "n_out": 6, "activation": "tanh", "dropout": 0.1},
        {"type": "output", "n_out": 3, "loss": "negative_log_likelihood"},
    ],
}


def spec(**train):
    return {**SPEC, "train": {"batch_size": 8, "epochs": 6} | train}


def examples(count=20, seed=1):
    features = torch.randn((count, 4), generator=torch.Generator().manual_seed(seed))
    return features, features[:, :3].argmax(1)


class Listed(torch.utils.data.Dataset):
    """DL4J's batches, which are of different sizes, as a loader gives them."""

    def __init__(self, batches):
        self.batches = batches

    def __len__(self):
        return len(self.batches)

    def __getitem__(self, index):
        return self.batches[index]


def recorded(case, path, train):
    """DL4J's network, batches and validation examples, with a `train` block in place of its configuration of early stopping."""
    path.write_bytes(case.read("before.zip"))
    theirs = dl4j.load(path)
    values = theirs.plan.spec.model_dump(mode="json", exclude_unset=True) | {"train": {"batch_size": 1, "epochs": 40, "keep": "best"} | train}
    model = build(values)
    model.module.load_state_dict(theirs.module.state_dict())
    batches = [tuple(torch.as_tensor(case.array(f"{kind}{number}")) for kind in ("input", "label")) for number in range(case.about["batches"])]
    tests = [np.concatenate([case.array(f"test_{kind}{number}") for number in range(case.about["test_batches"])]) for kind in ("input", "label")]
    loader = torch.utils.data.DataLoader(Listed(batches), batch_size=None)
    return model, loader, tuple(torch.as_tensor(array) for array in tests)


def flat(model):
    return dl4j.flat_parameters(model)


CASES = {
    "max_epochs": {"epochs": 4},
    "no_improvement": {"early_stopping": {"patience": 2}},
    "accuracy": {"early_stopping": {"watch": "accuracy", "patience": 3}},
    "max_score": {"epochs": 10, "early_stopping": {"at_most": 5.0}},
}


@pytest.mark.parametrize("name", CASES)
def test_training_ends_where_dl4js_did_with_the_same_scores_and_weights(shared, tmp_path, name):
    case = Case.of(f"training_forms/early_stopping_{name}")
    model, batches, validation = recorded(case, tmp_path / "model.zip", CASES[name])

    found = model.fit(batches, validation=validation)

    penalized = [record.validation_loss + record.score - record.loss for record in found.epochs]
    scores = [record.validation_accuracy for record in found.epochs] if name == "accuracy" else penalized
    assert scores == pytest.approx(list(case.about["score_vs_epoch"].values()), rel=1e-9)
    assert found.best - 1 == case.about["best_epoch"]
    assert len(found.epochs) == case.about["total_epochs"]
    assert model._trainer.iteration == case.about["iteration_count_after"]
    np.testing.assert_allclose(flat(model), case.array("params_best").ravel(), rtol=0, atol=1e-9)
    assert (found.ended is None) == (name == "max_epochs")


@pytest.mark.parametrize(
    ("said", "reason"),
    [
        ({"patience": 2, "least_gain": 10.0}, "the validation loss had not gained for 2 epochs"),
        ({"watch": "accuracy", "target": 0.2}, "the validation accuracy reached 0.2"),
        ({"watch": "false_positive_rate", "target": 0.9}, "the validation false positive rate reached 0.9"),
        ({"target": 5.0}, "the validation loss reached 5"),
        ({"watch": "f1", "patience": 1, "least_gain": 0.9}, "the validation f1 had not gained for 1 epoch"),
    ],
)
def test_the_reason_tells_the_figure(said, reason):
    found = build(spec(early_stopping=said)).fit(*examples(), validation=examples(30, 2))

    assert found.ended == reason
    assert len(found.epochs) < 6


def test_a_loss_that_is_too_large_ends_training_at_once():
    model = build(spec(early_stopping={"at_most": 1e-6}))
    found = model.fit(*examples())

    assert model._trainer.iteration == 1
    assert found.ended.startswith("the loss of a batch, ")
    assert found.ended.endswith(", was above 1e-06")
    assert not found.epochs


def history(*values, name="accuracy"):
    return History([Epoch(number, 1.0, 1.0, 1.0, 8, 0.1, validation_figures={name: value}) for number, value in enumerate(values, 1)])


@pytest.mark.parametrize(
    ("values", "better", "ended"),
    [
        ((0.5, 0.6, 0.7), "larger", False),
        ((0.7, 0.6, 0.5), "larger", True),
        ((0.7, 0.6, 0.5), "smaller", False),
        ((0.5, None, 0.6), "larger", False),
        ((0.5, None, None), "larger", True),
        ((None, None), "larger", True),
    ],
)
def test_patience_goes_by_the_direction_of_the_figure(values, better, ended):
    reason = Stopping(2, watch=Watch("accuracy", better)).reason(history(*values).epochs, elapsed=0)

    assert (reason is not None) == ended


@pytest.mark.parametrize(("target", "better", "ended"), [(0.6, "larger", True), (0.61, "larger", False), (0.5, "smaller", True), (0.49, "smaller", False)])
def test_a_target_is_reached_with_its_own_value_or_a_better_one(target, better, ended):
    reason = Stopping(target=target, watch=Watch("accuracy", better)).reason(history(0.5, 0.6).epochs, elapsed=0)

    assert (reason is not None) == ended


def test_the_best_epoch_is_that_of_the_watched_figure():
    model = build(spec(epochs=8, early_stopping={"watch": "f1", "patience": 8}))
    found = model.fit(*examples(), validation=examples(30, 2))
    figures = [record.validation_figures["f1"] for record in found.epochs]

    assert found.best == 1 + figures.index(max(figures))
    assert model.evaluate(*examples(30, 2)).f1 == pytest.approx(max(figures), rel=1e-12)


def test_validation_may_be_looked_at_every_few_epochs():
    found = build(spec(epochs=7, validate_every=3, keep="best")).fit(*examples(), validation=examples(9, 2))

    assert [record.epoch for record in found.epochs if record.validation_loss is not None] == [3, 6]
    assert found.best in (3, 6)


def test_figures_of_several_outputs_have_the_outputs_names():
    layers = [
        {"name": "trunk", "type": "dense", "n_out": 4, "activation": "tanh"},
        {"name": "kind", "type": "output", "n_out": 3, "input": "trunk", "loss": "negative_log_likelihood"},
        {"name": "size", "type": "output", "n_out": 1, "input": "trunk", "loss": "mse"},
    ]
    found = figures_of(build(SPEC | {"layers": layers}).plan)

    assert {"loss": "smaller", "kind.f1": "larger", "size.rmse": "smaller"}.items() <= found.items()
    assert "f1" not in found


@pytest.mark.parametrize(
    "more",
    [
        {"early_stopping": {"watch": "accuracy", "patience": 2}, "epochs": 5},
        {"early_stopping": {"watch": "f1", "target": 0.4}, "keep": "best", "validate_every": 2},
        {"early_stopping": {"patience": 2, "at_most": 1.8}, "ema": 0.9, "accumulate": 2},
    ],
    ids=["patience", "target", "all"],
)
def test_stopped_anywhere_it_ends_the_same(tmp_path, more):
    assert_same_wherever_it_is_stopped(spec(**more), (*examples(), *examples(9, 2)), tmp_path, every=2)


@pytest.mark.parametrize(
    ("train", "message"),
    [
        ({"early_stopping": {}}, "train.early_stopping must have patience, target or at_most, got nothing"),
        ({"early_stopping": {"watch": "f2", "patience": 1}}, 'train.early_stopping.watch must be a figure of the evaluation, got "f2"'),
        ({"early_stopping": {"watch": "rmse", "patience": 1}}, 'train.early_stopping.watch must be a figure of the evaluation, got "rmse"'),
        ({"early_stopping": {"at_most": 0.0}}, "train.early_stopping.at_most must be greater than 0, got 0"),
        ({"early_stopping": {"patience": 0}}, "train.early_stopping.patience must be greater than 0, got 0"),
        ({"validate_every": 7}, "train.validate_every must be at most 6, as there are epochs, got 7"),
    ],
)
def test_what_cannot_be_is_refused(train, message):
    with pytest.raises(SpecError) as refusal:
        build(spec(**train))

    assert message in [problem.message for problem in refusal.value.problems]


def test_a_loss_that_is_watched_in_training_needs_no_validation_and_the_others_do():
    build(spec(early_stopping={"at_most": 100.0}, epochs=1)).fit(*examples())
    with pytest.raises(UsageError, match="early_stopping needs examples to look at"):
        build(spec(early_stopping={"target": 0.1})).fit(*examples())
