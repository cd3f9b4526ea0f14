"""Losses against what DL4J 1.0.0-M2.1 computed: score, score by example and gradient, masks and weights included, by the verdict of each case."""

import json
from fnmatch import fnmatch
from functools import partial
from zipfile import ZipFile

import pytest
import torch

from netspec.activations import Activation
from netspec.errors import DataError
from netspec.losses import Loss

CLASSES = {
    "BinaryXENT": "xent",
    "CosineProximity": "cosine_proximity",
    "FMeasure": "fmeasure",
    "Hinge": "hinge",
    "KLD": "kl_divergence",
    "L1": "l1",
    "L2": "l2",
    "MAE": "mae",
    "MAPE": "mape",
    "MCXENT": "mcxent",
    "MSE": "mse",
    "MSLE": "msle",
    "MixtureDensity": "mixture_density",
    "MultiLabel": "multi_label",
    "NegativeLogLikelihood": "mcxent",
    "Poisson": "poisson",
    "SparseMCXENT": "mcxent",
    "SquaredHinge": "squared_hinge",
    "Wasserstein": "wasserstein",
}
"""DL4J's classes, by what follows `Loss`."""

WORDS = {"clipEps": "clip", "softmaxClipEps": "clip", "beta": "beta", "mixtures": "mixtures", "labelWidth": "label_width"}
ACTIVATIONS = {"Identity": "identity", "TanH": "tanh", "Sigmoid": "sigmoid", "Softmax": "softmax", "SoftPlus": "softplus"}
WITHOUT_OUTPUT_MASK = {"cosine_proximity", "multi_label"}
"""Losses of whole examples: a mask of single outputs means nothing there, to DL4J (in the value) and to us."""


@pytest.fixture(scope="module")
def recorded(shared) -> dict[str, tuple[dict, dict]]:
    """Name → (what DL4J computed, the verdict: what must match)."""
    folder = shared / "dl4j" / "conformance"
    verdicts = json.loads((folder / "cases.json").read_text(encoding="utf-8"))["losses"]
    with ZipFile(folder / "losses.zip") as archive:
        names = [name.split("/")[0] for name in archive.namelist() if name.endswith("/case.json")]
        return {name: (json.loads(archive.read(f"{name}/case.json")), verdicts[name]["verdict"]) for name in names}


def after(described: dict, prefix: str) -> str:
    """`org…impl.LossMSE` → `MSE`."""
    return described["@class"].rsplit(f".{prefix}", 1)[1]


def loss_of(described: dict) -> Loss:
    """A recorded loss in netspec's words."""
    settings = {WORDS[key]: value for key, value in described.items() if key in WORDS}
    if weights := described.get("weights"):
        settings["weights"] = weights["data"]
    return Loss.parse({"type": CLASSES[after(described, "Loss")], **settings})


def compute(case: dict, variant: str) -> dict[str, torch.Tensor]:
    """What DL4J recorded, as we compute it: the loss of each example, their sum and mean, the gradient of the sum."""
    table = case["variants"][variant]
    loss = loss_of(case["weighted_class"] if variant.startswith("weighted") else case["class"])
    activation = Activation.parse("tanh" if variant == "tanh" else ACTIVATIONS[after(case["activation"], "Activation")])
    labels, mask = (torch.tensor(table[key], dtype=torch.float64) if key in table else None for key in ("labels", "mask"))
    if "Sparse" in case["class"]["@class"]:
        labels = labels[:, 0].long()
    preactivation = torch.tensor(table["preout"], dtype=torch.float64, requires_grad=True)
    losses = loss.build(activation)(preactivation, labels, mask)
    total = losses.mean() if loss.type == "fmeasure" else losses.sum()
    total.backward()
    return {"score_array": losses.detach()[:, None], "score_sum": total.detach(), "score_average": losses.detach().mean(), "gradient": preactivation.grad}


def numbers(recorded: object) -> torch.Tensor:
    return torch.tensor(json.loads(json.dumps(recorded).replace('"NaN"', "NaN").replace('"Infinity"', "Infinity").replace('"-Infinity"', "-Infinity")))


def check(name: str, case: dict, variant: str, verdict: dict) -> int:
    """Compare one table of a case; how many figures there were to compare."""
    excepted = verdict["value"].get("except", []) if isinstance(verdict["value"], dict) else []
    ours, compared = compute(case, variant), 0
    for field, value in ours.items():
        recorded = case["variants"][variant][field]
        if "error" in recorded or any(fnmatch(f"variants.{variant}.{field}", pattern) for pattern in excepted):
            continue
        expected = numbers(recorded["value"]).double()
        if variant == "saturated":  # where DL4J takes 0·log 0 for NaN, the losses here stay finite
            assert value.isfinite().all(), f"{name} {field}"
            expected = torch.where(expected.isfinite(), expected, value)
        close = partial(torch.testing.assert_close, msg=lambda text, field=field: f"{name} {variant} {field}: {text}")
        lost = variant == "saturated" and case["class"].get("clipEps") == 0 and field != "gradient"  # DL4J's 1 − σ(30) has four digits left
        close(value, expected, rtol=1e-4 if lost else 1e-9, atol=1e-12, equal_nan=True)
        compared += 1
    return compared


def test_every_recorded_case_is_compared(recorded):
    torch.set_default_dtype(torch.float64)
    try:
        for name, (case, verdict) in recorded.items():
            compared = 0
            for variant in case["variants"]:
                if not (variant.endswith("mask_output") and loss_of(case["class"]).type in WITHOUT_OUTPUT_MASK):
                    compared += check(name, case, variant, verdict)
            assert compared, f"nothing of {name} is compared"
    finally:
        torch.set_default_dtype(torch.float32)
    assert recorded, "no recorded case is here"


def test_a_mask_of_single_outputs_is_refused_where_dl4j_throws(recorded):
    names = [name for name, (case, _) in recorded.items() if loss_of(case["class"]).type in WITHOUT_OUTPUT_MASK and "mask_output" in case["variants"]]
    if not names:
        pytest.skip("no such case is here")
    for name in names:
        assert "error" in recorded[name][0]["variants"]["mask_output"]["score_sum"]
        with pytest.raises(DataError, match="a mask must have the shape of the labels"):
            compute(recorded[name][0], "mask_output")


def test_mae_by_example_is_divided_by_the_outputs_unlike_dl4j(recorded):
    case, verdict = recorded.get("mae_identity", ({}, {}))
    if not case:
        pytest.skip("the case is not here")
    assert verdict["value"]["corrected"] == "mae-score-array"
    recorded_sums = torch.tensor(case["variants"]["plain"]["score_array"]["value"], dtype=torch.float64)
    torch.testing.assert_close(compute(case, "plain")["score_array"], recorded_sums / 3)
