"""Fans of layers against those that DL4J 1.0.0-M2.1 used, found from the spread of 60,000 weights and more."""

import json
from zipfile import ZipFile

import pytest

from netspec.read import plan_of

OUTPUT = {"type": "output", "loss": "mcxent"}
CONV = {"type": "conv", "n_out": 50, "kernel": [3, 4], "activation": "relu"}
LAYERS = {
    "dense 300->200": ({"type": "dense", "n_out": 200, "activation": "relu"}, "300"),
    "output 300->200": ({**OUTPUT, "n_out": 200}, "300"),
    "conv2d 30->50 kernel 3x4 stride 1x1": (CONV, "30x12x12"),
    "conv2d 30->50 kernel 3x4 stride 2x3": ({**CONV, "stride": [2, 3]}, "30x12x12"),
    "conv2d 30->50 kernel 3x4 dilation 2x2": ({**CONV, "dilation": 2}, "30x12x12"),
}


@pytest.mark.parametrize("name", LAYERS)
def test_fans_are_those_of_dl4j(name, shared):
    with ZipFile(shared / "dl4j" / "conformance" / "inits_shape.zip") as archive:
        recorded = json.loads(archive.read("fans.json"))
    if name not in recorded:
        pytest.skip("the case is not here")
    layer, shape = LAYERS[name]
    node = plan_of({"input": shape, "layers": [{"name": "it", **layer}]}).node("it")
    fans, theirs = node.parameters["weight"].fans, recorded[name]["W"]
    assert (fans.into, fans.out) == (pytest.approx(theirs["fan_in"], rel=1e-3), pytest.approx(theirs["fan_out"], rel=1e-3))
