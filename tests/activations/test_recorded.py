"""Activations against what DL4J 1.0.0-M2.1 computed: value and derivative, by the verdict of each case."""

import json
from functools import partial
from zipfile import ZipFile

import pytest
import torch
from pydantic import ValidationError

from netspec.activations import Activation

CLASSES = {
    "Cube": "cube",
    "ELU": "elu",
    "GELU": "dl4j_gelu",
    "HardSigmoid": "hardsigmoid",
    "HardTanH": "hardtanh",
    "Identity": "identity",
    "LReLU": "leakyrelu",
    "Mish": "mish",
    "RReLU": "dl4j_rrelu",
    "RationalTanh": "rationaltanh",
    "ReLU": "relu",
    "ReLU6": "relu6",
    "RectifiedTanh": "rectifiedtanh",
    "SELU": "selu",
    "Sigmoid": "sigmoid",
    "SoftPlus": "softplus",
    "SoftSign": "softsign",
    "Softmax": "dl4j_softmax",
    "Swish": "swish",
    "TanH": "tanh",
    "ThresholdedReLU": "thresholdedrelu",
}
"""DL4J's classes, by what follows `Activation`; the softmax is that of an ActivationLayer."""

WORDS = {"negativeSlope": "negative_slope", "l": "lower", "u": "upper"}
WITHOUT_CLASS = {"prelu", "enum"}
"""A layer with parameters, and the table of the enum's members."""


@pytest.fixture(scope="module")
def recorded(shared) -> dict[str, tuple[dict, dict]]:
    """Name → (what DL4J computed, the verdict: what must match)."""
    folder = shared / "dl4j" / "conformance"
    verdicts = json.loads((folder / "cases.json").read_text(encoding="utf-8"))["activations"]
    with ZipFile(folder / "activations.zip") as archive:
        names = [name.split("/")[0] for name in archive.namelist() if name.endswith("/case.json")]
        return {name: (json.loads(archive.read(f"{name}/case.json")), verdicts[name]["verdict"]) for name in names}


def spec_of(described: dict) -> dict:
    """A recorded activation in netspec's words."""
    name = described["@class"].rsplit(".Activation", 1)[1]
    return {"type": CLASSES[name], **{WORDS.get(key, key): value for key, value in described.items() if key != "@class" and value is not None}}


def laid(values: list) -> torch.Tensor:
    """A recorded array as netspec lays it out: DL4J's N×C×T as N×T×C."""
    tensor = torch.tensor(values, dtype=torch.float64)
    return tensor.transpose(1, 2) if tensor.dim() == 3 else tensor


def test_every_recorded_case_is_compared(recorded):
    """Value and derivative, to the tolerance of its verdict; in single precision the value, to rounding."""
    compared = set()
    for name, (case, verdict) in recorded.items():
        if name in WITHOUT_CLASS:
            continue
        spec = spec_of(case["class"])
        check(name, spec, case, verdict)
        compared.add(name)
    assert compared == set(recorded) - WITHOUT_CLASS
    assert compared, "no recorded case is here"


def check(name: str, spec: dict, case: dict, verdict: dict) -> None:
    x, y = laid(case["x"]), laid(case["y"])
    function = Activation.parse(spec).build().eval()
    exceptions = verdict["value"].get("except", []) if isinstance(verdict["value"], dict) else []
    assert set(exceptions) <= {"dLdx", "float.dLdx", "dLdx_after_training", "float.y"}, name
    tolerance = verdict.get("tolerance", {}).get("value", 1e-9)
    close = partial(torch.testing.assert_close, msg=lambda text: f"{name}: {text}")
    x.requires_grad_()
    output = function(x)
    close(output.detach(), y, rtol=tolerance, atol=1e-12)
    if "float" in case and "float.y" not in exceptions:
        close(function(x.detach().float()), laid(case["float"]["y"]).float(), rtol=1e-5, atol=1e-6)
    if "dLdx" in case and "dLdx" not in exceptions:
        output.backward(laid(case["epsilon"]))
        close(x.grad, laid(case["dLdx"]), rtol=tolerance, atol=1e-12)


def test_the_slopes_that_dl4j_drew_are_in_the_range(recorded):
    """Its numbers are its own; that negative inputs get a slope of their own from U(l, u) while training is the rule."""
    case, _ = recorded.get("rrelu_test_mode_l_0_1_u_0_5", (None, None))
    if case is None:
        pytest.skip("the case is not here")
    x, y = (torch.tensor(case[key], dtype=torch.float64) for key in ("x", "y_training"))
    slopes = (y / x)[x < 0]
    assert ((slopes > 0.1) & (slopes < 0.5)).all()
    torch.testing.assert_close(y[x >= 0], x[x >= 0], rtol=1e-6, atol=0)


def test_every_member_of_the_enum_is_spoken(recorded):
    case, _ = recorded.get("enum", (None, None))
    if case is None:
        pytest.skip("the case is not here")
    for member, described in case["enum"].items():
        activation = Activation.parse(spec_of(described))
        assert activation == Activation.parse(activation.type), f"{member} has other settings than {activation.type} by itself"


def test_elu_has_its_true_derivative_where_dl4j_forgets_alpha(recorded):
    case, verdict = recorded.get("elu_alpha_0_5", (None, None))
    if case is None:
        pytest.skip("the case is not here")
    assert verdict["value"]["corrected"] == "elu-derivative-alpha"
    x, epsilon, dldx = (torch.tensor(case[key], dtype=torch.float64) for key in ("x", "epsilon", "dLdx"))
    x.requires_grad_()
    Activation.parse({"type": "elu", "alpha": 0.5}).build()(x).backward(epsilon)
    expected = torch.where(x.detach() < 0, 0.5 * dldx, dldx)
    torch.testing.assert_close(x.grad, expected, rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize("tag", ["leakyrelu", "elu"])
@pytest.mark.parametrize("alpha", [float("nan"), float("inf"), "0.1", True, None])
def test_alpha_must_be_a_number(tag, alpha):
    with pytest.raises(ValidationError) as refusal:
        Activation.parse({"type": tag, "alpha": alpha})
    assert [error["loc"] for error in refusal.value.errors()] == [("alpha",)]
