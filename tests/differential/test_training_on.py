"""DL4J goes on from an export made in the middle of training exactly as netspec does, and as from its own file.

DL4J is asked to `fit` and to save: its figures of a first batch would cost it what its updaters remember (`clear-drops-updater-state`).
"""

import zipfile
from pathlib import Path

import numpy as np
import pytest
from conformance.cases import Case
from conformance.check import assert_close, load

from netspec.cli import invoke
from netspec.interop import dl4j
from netspec.interop.dl4j.buffers import read_array
from netspec.interop.dl4j.folder import read_run

STEPS, ROWS = 3, 5
TRAINED = [
    "updaters/adadelta_own_values",
    "updaters/adagrad_own_values",
    "updaters/adamax_schedule",
    "updaters/amsgrad_own_values",
    "updaters/batchnorm_adam",
    "updaters/blocks_adam_adam_nesterovs_adam",
    "updaters/nadam_own_values",
    "updaters/nesterovs_both_schedules",
    "updaters/rmsprop_own_values",
    "schedules/adam_cycle_iteration",
    "constraints/unit_norm_rows",
    "layers_conv/net_lenet",
    "training_forms/not_minibatch_adam",
]
"""Recorded networks that were saved after some steps, with updaters that remember."""


def trained_on(oracle, path, folder, features, labels, size):
    """Parameters and updater state of DL4J's after an epoch of fit."""
    folder.mkdir()
    np.save(folder / "x.npy", features)
    np.save(folder / "y.npy", labels)
    data = {"inputs": str(folder / "x.npy"), "labels": str(folder / "y.npy"), "batch": size, "epochs": 1}
    oracle.request(zip=str(path), fit=data, save=str(folder / "saved.zip"))
    with zipfile.ZipFile(folder / "saved.zip") as saved:
        return [read_array(saved.read(name)).values.ravel() for name in ("coefficients.bin", "updaterState.bin") if name in saved.namelist()]


def examples(case):
    """Random examples like those of the case."""
    draw = np.random.default_rng(7)
    name = "input0" if case.has("input0") else "input0_0"
    outputs = case.array("label0" if case.has("label0") else "label0_0").shape[1]
    features = draw.normal(size=(STEPS * ROWS, *case.array(name).shape[1:]))
    return features, np.eye(outputs)[draw.integers(outputs, size=len(features))]


@pytest.mark.parametrize("name", TRAINED)
def test_an_export_of_a_trained_file_trains_on_as_the_file_itself(oracle, tmp_path, name):
    case, trained, exported = Case.of(name), tmp_path / "after.zip", tmp_path / "exported.zip"
    trained.write_bytes(case.read("after.zip"))
    features, labels = examples(case)

    model = load(trained, case)
    dl4j.save(model, exported)

    own, ours = (trained_on(oracle, path, tmp_path / path.stem, features, labels, ROWS) for path in (trained, exported))
    for start in range(0, len(features), ROWS):
        model.step((dl4j.features(model, features[start : start + ROWS]), labels[start : start + ROWS]))
    for what, theirs, again, here in zip(("parameters", "updater state"), own, ours, (dl4j.flat_parameters(model), dl4j.updater_state(model)), strict=True):
        assert_close(again, theirs, 1e-12, f"{what} of DL4J from both files")
        assert_close(here, theirs, 1e-8, what)


SPEC = """\
seed: 3
data_type: float64
updater: {updater}
learning_rate: {{type: step, initial: 0.05, decay: 0.5, every: 7}}
{more}
l2: 0.01
layers:
  - {{type: dense, n_out: 6, activation: tanh}}
  - {{type: output, n_out: 3, loss: mcxent}}
data: {{type: arrays, path: all.npz}}
train: {{epochs: {epochs}, batch_size: 10, shuffle: false}}
"""


@pytest.mark.parametrize(("updater", "more"), [("adam", ""), ("nesterovs", "momentum: 0.9"), ("rmsprop", ""), ("amsgrad", "")])
def test_dl4j_trains_on_where_a_run_of_netspecs_stopped(oracle, tmp_path, monkeypatch, updater, more):
    monkeypatch.chdir(tmp_path)
    draw = np.random.default_rng(1)
    features, classes = draw.normal(size=(50, 4)), draw.integers(3, size=50)
    np.savez("all.npz", features=features, labels=classes, test_features=features, test_labels=classes)
    for name, epochs in (("half", 2), ("whole", 3)):
        (tmp_path / "spec.yaml").write_text(SPEC.format(updater=updater, more=more, epochs=epochs))
        assert invoke(["run", "spec.yaml", "--runs", name, "-q"]) == 0
    assert invoke(["export", "half/latest", "model.zip"]) == 0

    parameters, state = trained_on(oracle, tmp_path / "model.zip", tmp_path / "asked", features, np.eye(3)[classes], 10)

    whole, _ = read_run(Path("whole/latest"))
    assert_close(parameters, dl4j.flat_parameters(whole), 1e-8, "parameters")
    assert_close(state, dl4j.updater_state(whole), 1e-8, "updater state")
    with zipfile.ZipFile("model.zip") as model:
        assert '"iterationCount": 10' in model.read("configuration.json").decode()
