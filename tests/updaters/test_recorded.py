"""The first update of each rule against DL4J 1.0.0-M2.1: its gradient and parameters in, its parameters after one step out."""

import io
import json
from zipfile import ZipFile

import numpy as np
import pytest
import torch

from netspec.updaters import Updater

TAGS = {"Sgd": "sgd", "Nesterovs": "nesterovs", "Adam": "adam", "RmsProp": "rmsprop", "AdaGrad": "adagrad"}
WORDS = {
    "learningRate": "learning_rate",
    "momentum": "momentum",
    "beta1": "beta1",
    "beta2": "beta2",
    "epsilon": "epsilon",
    "rmsDecay": "rms_decay",
}


@pytest.fixture(scope="module")
def archive(shared):
    with ZipFile(shared / "dl4j" / "conformance" / "updaters.zip") as opened:
        yield opened


def updater_of(archive: ZipFile, name: str) -> Updater:
    with ZipFile(io.BytesIO(archive.read(f"{name}/before.zip"))) as model:
        described = json.loads(model.read("configuration.json"))["confs"][0]["layer"]["iupdater"]
    settings = {WORDS[key]: value for key, value in described.items() if key in WORDS}
    return Updater.parse({"type": TAGS[described["@class"].rsplit(".", 1)[-1]], **settings})


@pytest.mark.parametrize(
    "name", ["sgd_default", "nesterovs_lr_momentum", "nesterovs_one_argument", "adam_own_values", "rmsprop_own_values", "adagrad_own_values"]
)
def test_first_update_is_that_of_dl4j(archive, name):
    if f"{name}/case.json" not in archive.namelist():
        pytest.skip("the case is not here")
    arrays = {key: np.load(io.BytesIO(archive.read(f"{name}/{key}.npy"))) for key in ("params", "gradient", "input0", "params_after")}
    updater, weight = updater_of(archive, name), torch.nn.Parameter(torch.tensor(arrays["params"].ravel()))
    weight.grad = torch.tensor(arrays["gradient"].ravel() / len(arrays["input0"]))  # recorded as the sum over the examples
    momentum = {"momentum": updater.momentum.start} if "momentum" in updater.scheduled else {}
    updater.build([{"params": [weight], "lr": updater.learning_rate.start, "weight_decay": 0.0, **momentum}]).step()
    np.testing.assert_allclose(weight.detach().numpy(), arrays["params_after"][0], rtol=0, atol=1e-12)
