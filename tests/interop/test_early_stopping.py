"""DL4J's early stopping: the networks that it kept, the last and the best, and where netspec's own ends."""

import numpy as np
import pytest
import torch
from conformance.cases import Case
from conformance.check import assert_close
from torch.utils.data import DataLoader

from netspec.interop import dl4j
from netspec.interop.dl4j.importing import import_file
from netspec.model import build

CASES = [
    "early_stopping_accuracy",
    "early_stopping_every_two_epochs",
    "early_stopping_max_epochs",
    "early_stopping_max_score",
    "early_stopping_no_improvement",
]


def opened(name, folder):
    case, path = Case("training_forms", name), folder / "before.zip"
    path.write_bytes(case.read("before.zip"))
    return case, path


def batches(case, kind=""):
    return [(case.array(f"{kind}input{number}"), case.array(f"{kind}label{number}")) for number in range(case.about[f"{kind}batches"])]


@pytest.mark.parametrize("name", CASES)
def test_the_last_and_the_best_network_are_those_that_dl4j_kept(shared, tmp_path, name):
    case, path = opened(name, tmp_path)
    model, train, test = dl4j.load(path), batches(case), batches(case, "test_")
    about, scores = case.about, {}

    for step in range(about["iteration_count_after"]):
        model.progress_to(step, step // len(train))
        model.step(train[step % len(train)])
        if step + 1 == about["best_model_iteration_count"]:
            assert_close(dl4j.flat_parameters(model), case.array("params_best"), 1e-8, "best")
        if (step + 1) % len(train) == 0:
            scores[str(step // len(train))] = scored(model, test, more_is_better=not about["minimize"])

    assert_close(dl4j.flat_parameters(model), case.array("params_last"), 1e-8, "last")
    assert {epoch: scores[epoch] for epoch in about["score_vs_epoch"]} == pytest.approx(about["score_vs_epoch"], rel=1e-9)


def scored(model, test, *, more_is_better):
    """The mean score of the examples, or the share of classes that were found."""
    if not more_is_better:
        return float(np.average([model.score(batch) for batch in test], weights=[len(features) for features, _ in test]))
    found = [np.asarray(model.predict(features)).argmax(1) == labels.argmax(1) for features, labels in test]
    return float(np.concatenate(found).mean())


def test_netspecs_own_ends_in_the_same_epoch_with_the_same_network(shared, tmp_path):
    case, path = opened("early_stopping_no_improvement", tmp_path)
    imported, file = dl4j.load(path), import_file(path)
    train = {"epochs": 40, "batch_size": 8, "shuffle": False, "early_stopping": {"patience": 2}, "keep": "best"}
    model = build({**file.values, "train": train})
    model.module.load_state_dict(imported.module.state_dict())
    given = DataLoader([tuple(torch.as_tensor(array) for array in pair) for pair in batches(case)], batch_size=None)
    test = [np.concatenate(arrays) for arrays in zip(*batches(case, "test_"), strict=True)]

    history = model.fit(given, validation=(test[0], test[1].argmax(1)))

    assert len(history.epochs) == case.about["total_epochs"]
    assert history.best == case.about["best_epoch"] + 1
    assert_close(dl4j.flat_parameters(model), case.array("params_best"), 1e-8, "best")
