"""Ten steps of small networks against DL4J 1.0.0-M2.1: every updater, rates and momenta that change, updaters by layer, of biases, beside regularisation."""

import io
import json
from collections.abc import Iterator
from zipfile import ZipFile

import numpy as np
import pytest
import torch

from netspec import build
from netspec.network import Network
from netspec.suggestions import for_name
from netspec.updaters import Updater

TAGS = {
    "AMSGrad": "amsgrad",
    "AdaDelta": "adadelta",
    "AdaGrad": "adagrad",
    "AdaMax": "adamax",
    "Adam": "adam",
    "Nadam": "nadam",
    "Nesterovs": "nesterovs",
    "NoOp": "noop",
    "RmsProp": "rmsprop",
    "Sgd": "sgd",
}
WORDS = {
    "learningRate": "learning_rate",
    "learningRateSchedule": "learning_rate",
    "momentum": "momentum",
    "momentumISchedule": "momentum",
    "beta1": "beta1",
    "beta2": "beta2",
    "epsilon": "epsilon",
    "rho": "rho",
    "rmsDecay": "rms_decay",
}
SCHEDULES = {
    "StepSchedule": ("step", {"initialValue": "initial", "decayRate": "decay", "step": "every"}),
    "MapSchedule": ("map", {"values": "values"}),
    "FixedSchedule": ("fixed", {"value": "value"}),
    "ExponentialSchedule": ("exponential", {"initialValue": "initial", "gamma": "gamma"}),
    "PolySchedule": ("dl4j_poly", {"initialValue": "initial", "power": "power", "maxIter": "over"}),
    "CycleSchedule": (
        "dl4j_cycle",
        {"initialLearningRate": "initial", "maxLearningRate": "peak", "cycleLength": "length", "annealingLength": "annealing", "annealingDecay": "decay"},
    ),
}
ACTIVATIONS = {"ActivationTanH": "tanh", "ActivationSoftmax": "softmax", "ActivationIdentity": "identity", "ActivationSigmoid": "sigmoid"}
LOSSES = {"LossMCXENT": "mcxent", "LossNegativeLogLikelihood": "mcxent", "LossMSE": "mse", "LossBinaryXENT": "xent"}
OTHER_LAYERS = {"batchnorm_adam", "batchnorm_locked", "conv_bias_updater", "graph_two_branches"}
"""Networks of more than dense layers in a row, which are the business of the import's tests."""


@pytest.fixture(scope="module", params=["updaters", "schedules"])
def archive(shared, request) -> Iterator[ZipFile]:
    with ZipFile(shared / "dl4j" / "conformance" / f"{request.param}.zip") as opened:
        yield opened


def name_of(described: dict) -> str:
    return described["@class"].rsplit(".", 1)[1]


def schedule_of(value: object) -> object:
    """A recorded number or schedule in netspec's words."""
    if not isinstance(value, dict):
        return value
    tag, words = SCHEDULES[name_of(value)]
    per = {"per": value["scheduleType"].lower()} if "scheduleType" in value else {}
    return {"type": tag, **{ours: value[theirs] for theirs, ours in words.items()}, **per}


def updater_of(described: dict) -> dict:
    tag = TAGS[name_of(described)]
    said = {WORDS[key]: schedule_of(value) for key, value in described.items() if key in WORDS and value not in ("NaN", None)}
    return {"type": tag} | {key: value for key, value in said.items() if key in Updater.member(tag).model_fields}


def regularisation_of(described: list[dict]) -> dict:
    """L2 as it is; weight decay is taken as often as it stands there."""
    decays = [(schedule_of(item["coeff"])["value"], item["applyLR"]) for item in described if name_of(item) == "WeightDecay"]
    l2 = [schedule_of(item["l2"]) for item in described if name_of(item) == "L2Regularization"]
    assert len(decays) + len(l2) == len(described)
    return ({"l2": l2[0]} if l2 else {}) | ({"weight_decay": {"value": sum(value for value, _ in decays), "times_rate": decays[0][1]}} if decays else {})


def layer_of(described: dict) -> dict:
    layer = {"type": "output" if "lossFn" in described else "dense", "n_out": described["nout"], "activation": ACTIVATIONS[name_of(described["activationFn"])]}
    layer |= {"updater": updater_of(described["iupdater"])} | regularisation_of(described["regularization"])
    if described.get("biasUpdater"):
        layer["bias_updater"] = updater_of(described["biasUpdater"])
    return layer | ({"loss": LOSSES[name_of(described["lossFn"])]} if "lossFn" in described else {})


def spec_of(archive: ZipFile, name: str) -> dict:
    with ZipFile(io.BytesIO(archive.read(f"{name}/before.zip"))) as model:
        confs = json.loads(model.read("configuration.json"))["confs"]
    layers = [layer_of(conf["layer"]) for conf in confs]
    kind = {"DOUBLE": "float64", "FLOAT": "float32"}[confs[0]["dataType"]]
    return {"input": confs[0]["layer"]["nin"], "data_type": kind, "layers": layers}


def load_flat(network: Network, flat: np.ndarray) -> None:
    """DL4J's flat parameters, weights column by column, which is torch's order of the transpose."""
    torch.nn.utils.vector_to_parameters(torch.tensor(flat.ravel()), network.parameters())


def flat_of(network: Network) -> np.ndarray:
    return torch.nn.utils.parameters_to_vector(network.parameters()).detach().numpy()


def trained(archive: ZipFile, name: str, case: dict) -> np.ndarray:
    """Parameters after every step."""

    def array(key: str) -> np.ndarray:
        return np.load(io.BytesIO(archive.read(f"{name}/{key}.npy")))

    model = build(spec_of(archive, name), device="cpu")
    load_flat(model.module, array("params"))
    trainer, path = model._training(), []
    for step in range(case["steps"]):
        batch = case["batch_of_step"][step] if "batch_of_step" in case else step % case["batches"]
        trainer.epoch = case.get("epoch_of_step", [0] * case["steps"])[step]
        trainer.step(torch.tensor(array(f"input{batch}")), torch.tensor(array(f"label{batch}")))
        path.append(flat_of(model.module))
    return np.stack(path)


def test_every_step_is_that_of_dl4j(archive):
    names = {entry.split("/")[0] for entry in archive.namelist() if entry.endswith("/before.zip")} - OTHER_LAYERS
    compared = set()
    for name in sorted(names):
        case = json.loads(archive.read(f"{name}/case.json"))
        if case["steps"]:
            ours = trained(archive, name, case)
            recorded = np.load(io.BytesIO(archive.read(f"{name}/params_after.npy")))
            tolerance = 1e-5 if recorded.dtype == np.float32 else 1e-10
            np.testing.assert_allclose(ours, recorded, rtol=tolerance, atol=tolerance, err_msg=name)
            compared.add(name)
    assert names - compared <= {"adabelief_fails"}
    assert compared, "no recorded case is here"


def test_what_dl4j_cannot_run_is_refused_with_the_reason(archive):
    if "adabelief_fails/case.json" not in archive.namelist():
        pytest.skip("the case is not here")
    case = json.loads(archive.read("adabelief_fails/case.json"))
    assert "ArrayIndexOutOfBounds" in json.dumps(case["failure"])
    assert Updater.member("adabelief") is None
    assert for_name(Updater, "adabelief") == "DL4J's fails at its first step, so there is no rule to follow; the nearest is adam"
