"""Losses against what DL4J 1.0.0-M2.1 computed: score, score by example and gradient, by the verdict of each case."""

import json
from fnmatch import fnmatch
from zipfile import ZipFile

import pytest
import torch

from netspec.activations import Activation
from netspec.losses import Loss

CLASSES = {
    "LossNegativeLogLikelihood": "mcxent",
    "LossMCXENT": "mcxent",
    "LossSparseMCXENT": "mcxent",
    "LossBinaryXENT": "xent",
    "LossMSE": "mse",
    "LossMAE": "mae",
}
ACTIVATIONS = {"ActivationIdentity": "identity", "ActivationTanH": "tanh", "ActivationSigmoid": "sigmoid", "ActivationSoftmax": "softmax"}


@pytest.fixture(scope="module")
def recorded(shared) -> dict[str, tuple[dict, dict]]:
    """Name → (what DL4J computed, the verdict: what must match)."""
    folder = shared / "dl4j" / "conformance"
    verdicts = json.loads((folder / "cases.json").read_text(encoding="utf-8"))["losses"]
    with ZipFile(folder / "losses.zip") as archive:
        names = [name.split("/")[0] for name in archive.namelist() if name.endswith("/case.json")]
        return {name: (json.loads(archive.read(f"{name}/case.json")), verdicts[name]["verdict"]) for name in names}


def simple_name(described: dict) -> str:
    return described["@class"].rsplit(".", 1)[-1]


def cases_of(tag: str, recorded: dict) -> list[tuple]:
    return [
        (name, ACTIVATIONS[simple_name(case["activation"])], case, verdict)
        for name, (case, verdict) in recorded.items()
        if CLASSES.get(simple_name(case["class"])) == tag and simple_name(case["activation"]) in ACTIVATIONS
    ]


def compute(tag: str, activation: str, case: dict, variant: str) -> tuple[torch.Tensor, torch.Tensor]:
    """Loss of each example, and the gradient of their sum."""
    table = case["variants"][variant]
    labels, preactivation = torch.tensor(table["labels"], dtype=torch.float64), torch.tensor(table["preout"], dtype=torch.float64, requires_grad=True)
    if "Sparse" in case["class"]["@class"]:
        labels = labels[:, 0].long()
    losses = Loss.parse(tag).build(Activation.parse(activation))(preactivation, labels)
    losses.sum().backward()
    return losses.detach(), preactivation.grad


@pytest.mark.parametrize("tag", sorted(set(CLASSES.values())))
def test_score_and_gradient_are_those_of_dl4j(tag, recorded):
    compared = 0
    for name, activation, case, verdict in cases_of(tag, recorded):
        losses, gradient = compute(tag, activation, case, "plain")
        table, excepted = case["variants"]["plain"], verdict["value"].get("except", []) if isinstance(verdict["value"], dict) else []
        ours = {"score_array": losses[:, None], "score_sum": losses.sum(), "score_average": losses.mean(), "gradient": gradient}
        for field, value in ours.items():
            if not any(fnmatch(f"variants.plain.{field}", pattern) for pattern in excepted):
                expected = torch.tensor(table[field]["value"], dtype=torch.float64)
                torch.testing.assert_close(value, expected, rtol=1e-9, atol=1e-12, msg=lambda text, at=f"{name} {field}": f"{at}: {text}")
                compared += 1
    assert compared, f"no recorded case of {tag} here"


@pytest.mark.parametrize("name", ["nll_softmax", "mcxent_soft_labels_softmax", "sparse_mcxent_sigmoid"])
def test_gradient_of_saturated_outputs_is_that_of_dl4j(name, recorded):
    case, _ = recorded.get(name, ({}, {}))
    if not case:
        pytest.skip("the case is not here")
    _, gradient = compute("mcxent", ACTIVATIONS[simple_name(case["activation"])], case, "saturated")
    expected = torch.tensor(case["variants"]["saturated"]["gradient"]["value"], dtype=torch.float64)
    torch.testing.assert_close(gradient, expected, rtol=1e-9, atol=1e-12)


def test_mae_by_example_is_divided_by_the_outputs_unlike_dl4j(recorded):
    case, verdict = recorded.get("mae_identity", ({}, {}))
    if not case:
        pytest.skip("the case is not here")
    assert verdict["value"]["corrected"] == "mae-score-array"
    losses, _ = compute("mae", "identity", case, "plain")
    recorded_sums = torch.tensor(case["variants"]["plain"]["score_array"]["value"], dtype=torch.float64)[:, 0]
    torch.testing.assert_close(losses, recorded_sums / 3)
