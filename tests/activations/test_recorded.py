"""Activations against what DL4J 1.0.0-M2.1 computed: value and derivative, by the verdict of each case."""

import json
from zipfile import ZipFile

import pytest
import torch
from pydantic import ValidationError

from netspec.activations import Activation

CLASSES = {
    "identity": "ActivationIdentity",
    "relu": "ActivationReLU",
    "leakyrelu": "ActivationLReLU",
    "tanh": "ActivationTanH",
    "sigmoid": "ActivationSigmoid",
    "softmax": "ActivationSoftmax",
    "elu": "ActivationELU",
    "selu": "ActivationSELU",
    "swish": "ActivationSwish",
}
RIGHT_DERIVATIVE_AT_0 = ("leakyrelu",)
"""DL4J takes the derivative there from the right at the kink, torch from the left; both are subgradients."""


@pytest.fixture(scope="module")
def recorded(shared) -> dict[str, tuple[dict, dict]]:
    """Name → (what DL4J computed, the verdict: what must match)."""
    folder = shared / "dl4j" / "conformance"
    verdicts = json.loads((folder / "cases.json").read_text(encoding="utf-8"))["activations"]
    with ZipFile(folder / "activations.zip") as archive:
        names = [name.split("/")[0] for name in archive.namelist() if name.endswith("/case.json")]
        return {name: (json.loads(archive.read(f"{name}/case.json")), verdicts[name]["verdict"]) for name in names}


def cases_of(tag: str, recorded: dict) -> dict[str, tuple[dict, dict]]:
    """Cases of this activation whose settings are words of netspec's (relu with a maximum, say, is another function)."""
    found = {}
    for name, (case, verdict) in recorded.items():
        settings = {key: value for key, value in case.get("class", {}).items() if value is not None}
        if settings.pop("@class", "").endswith("." + CLASSES[tag]) and set(settings) <= {"alpha"} and settings.get("alpha", 0) >= 0:
            found[name] = ({"type": tag, **settings}, case, verdict)
    return found


@pytest.mark.parametrize("tag", CLASSES)
def test_value_and_derivative_are_those_of_dl4j(tag, recorded):
    cases = cases_of(tag, recorded)
    if not cases:
        pytest.skip(f"no recorded case of {tag} here")
    for name, (spec, case, verdict) in cases.items():
        x = torch.tensor(case["x"], dtype=torch.float64)
        epsilon, y, dldx = (torch.tensor(case[key], dtype=torch.float64) for key in ("epsilon", "y", "dLdx"))
        x.requires_grad_()
        output = Activation.parse(spec).build()(x)
        output.backward(epsilon)
        tolerance = verdict.get("tolerance", {}).get("value", 1e-9)
        exceptions = verdict["value"].get("except", []) if isinstance(verdict["value"], dict) else []
        assert set(exceptions) <= {"dLdx", "float.dLdx"}, name
        torch.testing.assert_close(output.detach(), y, rtol=tolerance, atol=1e-12, msg=lambda text, name=name: f"{name}: {text}")
        if "dLdx" not in exceptions:
            smooth = x.detach() != 0 if tag in RIGHT_DERIVATIVE_AT_0 else torch.ones_like(x, dtype=torch.bool)
            torch.testing.assert_close(x.grad[smooth], dldx[smooth], rtol=tolerance, atol=1e-12, msg=lambda text, name=name: f"{name}: {text}")


def test_elu_has_its_true_derivative_where_dl4j_forgets_alpha(recorded):
    case, verdict = recorded.get("elu_alpha_0_5", (None, None))
    if case is None:
        pytest.skip("the case is not here")
    assert verdict["value"]["corrected"] == "elu-derivative-alpha"
    x, epsilon, dldx = (torch.tensor(case[key], dtype=torch.float64) for key in ("x", "epsilon", "dLdx"))
    x.requires_grad_()
    Activation.parse({"type": "elu", "alpha": 0.5}).build()(x).backward(epsilon)
    expected = torch.where(x.detach() < 0, 0.5 * dldx, dldx)
    away = x.detach() != 0
    torch.testing.assert_close(x.grad[away], expected[away], rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize("tag", ["leakyrelu", "elu"])
@pytest.mark.parametrize("alpha", [-0.3, float("nan"), float("inf"), "0.1", True, None])
def test_alpha_must_be_a_number_from_0(tag, alpha):
    with pytest.raises(ValidationError) as refusal:
        Activation.parse({"type": tag, "alpha": alpha})
    assert [error["loc"] for error in refusal.value.errors()] == [("alpha",)]
