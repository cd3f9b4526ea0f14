"""Capsules: calculated by hand and by the paper's loops; DL4J's gradients, which are doubled by each layer."""

import json
import zipfile

import pytest
import torch
from conformance.cases import Case
from conformance.check import assert_close, batch, load
from torch import Tensor, nn
from torch.nn.functional import conv2d

from netspec import SpecError, build
from netspec.errors import DataError, NetspecError
from netspec.interop import dl4j
from netspec.modules.capsule import Capsules
from netspec.modules.capsule_strength import CapsuleStrength
from netspec.modules.squash import squash
from netspec.read import plan_of

IMAGE = torch.randn(2, 2, 5, 4, dtype=torch.float64, generator=torch.Generator().manual_seed(4))
PRIMARY = {"type": "primary_capsules", "kernel": [2, 3], "stride": [2, 1], "channels": 3, "capsule_size": 4}


def network(*layers, **input):
    return {"input": input or "2x5x4", "data_type": "float64", "layers": list(layers)}


def squashed(vector: Tensor) -> Tensor:
    length = vector.norm()
    return vector / length * length**2 / (1 + length**2)


def test_a_squashed_vector_keeps_its_direction_and_is_shorter_than_1():
    vectors = torch.tensor([[3.0, 4.0], [300.0, 400.0], [0.0, 0.0]], dtype=torch.float64)

    torch.testing.assert_close(squash(vectors), torch.tensor([[15 / 26, 20 / 26], [0.6, 0.8], [0.0, 0.0]], dtype=torch.float64), rtol=1e-5, atol=1e-5)


def test_a_primary_capsule_is_what_the_channels_of_its_kind_have_at_one_place():
    module = build(network(PRIMARY)).module
    weight, bias = (dict(module.named_parameters())[f"primary_capsules_1.{name}"] for name in ("weight", "bias"))
    nn.init.normal_(bias)

    found = module(IMAGE).reshape(2, 3, 2, 2, 4)

    slid = conv2d(IMAGE, weight, bias, stride=(2, 1))
    torch.testing.assert_close(found[1, 2, 1, 0], squashed(slid[1, 8:12, 1, 0]), rtol=1e-4, atol=1e-6)


def test_relu_comes_before_squash():
    layer = {**PRIMARY, "use_relu": True, "leak": 0.25}
    module = build(network(layer)).module
    weight = module.get_parameter("primary_capsules_1.weight")

    found = module(IMAGE).reshape(2, 3, 2, 2, 4)

    slid = conv2d(IMAGE, weight, stride=(2, 1))
    leaking = slid.where(slid > 0, 0.25 * slid)
    torch.testing.assert_close(found[0, 0, 1, 1], squashed(leaking[0, :4, 1, 1]), rtol=1e-3, atol=1e-5)


def test_dl4js_primary_capsules_are_pieces_of_the_array_as_it_lies():
    module = build(network({**PRIMARY, "type": "dl4j_primary_capsules"})).module

    found = module(IMAGE)

    slid = conv2d(IMAGE, module.get_parameter("dl4j_primary_capsules_1.weight"), stride=(2, 1))
    torch.testing.assert_close(found[1, 5], squashed(slid[1].flatten()[20:24]), rtol=1e-4, atol=1e-6)


@pytest.mark.parametrize("routings", [1, 2, 4])
def test_routing_is_that_of_the_paper(routings):
    module, x = Capsules((3, 2 * 4, 5), 2, routings, bias=True).double(), torch.randn(1, 3, 5, dtype=torch.float64)
    nn.init.normal_(module.weight)
    nn.init.normal_(module.bias)
    predictions = {(i, j): module.weight[i, 4 * j : 4 * j + 4] @ x[0, i] for i in range(3) for j in range(2)}
    logits = torch.zeros(3, 2, dtype=torch.float64)
    for _ in range(routings):
        shares = logits.softmax(1)
        results = [squashed(sum(shares[i, j] * predictions[i, j] for i in range(3)) + module.bias[j]) for j in range(2)]
        logits = logits + torch.stack([torch.stack([predictions[i, j] @ results[j] for j in range(2)]) for i in range(3)])

    torch.testing.assert_close(module(x)[0], torch.stack(results), rtol=1e-4, atol=1e-6)


def test_the_strength_of_a_capsule_is_its_length():
    capsules = torch.tensor([[[3.0, 4.0], [0.0, 0.0]]], requires_grad=True)

    strength = CapsuleStrength()(capsules)
    strength.sum().backward()

    assert strength.tolist() == [[5.0, 0.0]]
    torch.testing.assert_close(capsules.grad, torch.tensor([[[0.6, 0.8], [0.0, 0.0]]]))


@pytest.mark.parametrize("last", [[{"type": "capsule", "capsules": 2, "capsule_size": 3, "has_bias": True}], [{"type": "capsule_strength"}]])
def test_gradients_are_the_derivatives(last):
    module = build(network({**PRIMARY, "channels": 1, "use_relu": True, "leak": 0.1}, *last)).module
    names = [name for name, _ in module.named_parameters()]

    def computed(*arrays: Tensor) -> Tensor:
        return torch.func.functional_call(module, dict(zip(names, arrays[1:], strict=True)), arrays[:1])

    assert torch.autograd.gradcheck(computed, [array.detach().clone().requires_grad_() for array in (IMAGE, *module.parameters())])


@pytest.mark.parametrize("case", ["capsules", "capsules_leaky"])
def test_each_layer_doubles_dl4js_gradient_of_itself_and_those_below(case, shared, tmp_path):
    recorded, path = Case.of(f"layers_conv/{case}"), tmp_path / "before.zip"
    path.write_bytes(recorded.read("before.zip"))
    model = load(path, recorded)
    sizes = {name: torch.Size(shape).numel() for name, shape in recorded.about["param_table"].items()}
    doubled = {"0_weight": 8.0, "0_bias": 8.0, "1_weight": 4.0}
    factor = torch.cat([torch.full((size,), doubled[name]) for name, size in sizes.items()])

    assert_close(dl4j.flat_gradient(model, batch(recorded, model, 0)) * factor.numpy(), recorded.array("gradient").ravel(), 1e-8, case)  # its leak is a float32


@pytest.mark.parametrize(
    ("layers", "input", "message"),
    [
        ([{**PRIMARY, "leak": 0.5}], "2x5x4", "layers.0.leak must stand beside use_relu: true, got 0.5"),
        (
            [{"type": "capsule", "capsules": 2, "capsule_size": 2}],
            {"type": "recurrent", "size": 3},
            "layers.0 must have a known number of capsules as input, got Tx3",
        ),
        ([{"type": "capsule_strength"}], {"type": "recurrent", "size": 3}, "layers.0 must have a known number of capsules as input, got Tx3"),
    ],
)
def test_what_makes_no_capsules_is_refused(layers, input, message):
    with pytest.raises(SpecError) as refused:
        plan_of({"input": input, "layers": layers})

    assert [problem.message for problem in refused.value.problems] == [message]


@pytest.mark.parametrize(
    ("layers", "message"),
    [
        ([PRIMARY, {"type": "capsule_strength"}], "type must be dl4j_primary_capsules, whose capsules are put together as DL4J's, for DL4J"),
        ([{**PRIMARY, "type": "dl4j_primary_capsules"}, {"type": "self_attention", "n_out": 2}], "must not take capsules for a sequence"),
        ([{**PRIMARY, "type": "dl4j_primary_capsules"}, {"type": "last_time_step"}], "must not take capsules for a sequence"),
    ],
)
def test_an_export_refuses_capsules_that_dl4j_would_put_together_otherwise(layers, message, tmp_path):
    with pytest.raises(DataError, match=message):
        dl4j.save(build(network(*layers)), tmp_path / "model.zip")


def rewritten(path, again, change):
    """The model file with another configuration."""
    with zipfile.ZipFile(path) as file, zipfile.ZipFile(again, "w") as other:
        configuration = json.loads(file.read("configuration.json"))
        change(configuration["confs"])
        other.writestr("configuration.json", json.dumps(configuration))
        other.writestr("coefficients.bin", file.read("coefficients.bin"))


def test_an_import_refuses_capsules_that_another_layer_takes_for_steps(tmp_path):
    def pool(confs):
        confs[1]["layer"] = {"@class": "org.deeplearning4j.nn.conf.layers.GlobalPoolingLayer", "poolingType": "MAX"}

    dl4j.save(build(network({**PRIMARY, "type": "dl4j_primary_capsules"}, {"type": "capsule_strength"})), tmp_path / "model.zip")
    rewritten(tmp_path / "model.zip", tmp_path / "again.zip", pool)

    with pytest.raises(NetspecError, match="GlobalPoolingLayer between capsules and sequences"):
        dl4j.load(tmp_path / "again.zip", input="2x5x4")


def test_an_import_tells_of_doubled_gradients_and_of_penalties_that_dl4j_forgets(tmp_path):
    capsules = {**PRIMARY, "type": "dl4j_primary_capsules", "l2": 0.1, "updater": "adam"}
    dl4j.save(build(network(capsules, {"type": "capsule_strength"})), tmp_path / "model.zip")

    notes = {(note.mistake, note.place) for note in dl4j.load(tmp_path / "model.zip", input="2x5x4").report.notes if note.kind == "mistake"}

    assert ("samediff-penalty-not-in-score", "layer 0 (layer0)") in notes
    assert ("capsules-of-neighbours", "layer 0 (layer0)") in notes
    assert {place for identity, place in notes if identity == "samediff-double-gradient"} == {"layer 0 (layer0)", "layer 1 (layer1)"}


def test_primary_capsules_of_one_place_are_dl4js(tmp_path):
    whole = {**PRIMARY, "kernel": [5, 4], "stride": 1}
    model = build(network(whole, {"type": "capsule", "capsules": 2, "capsule_size": 3}, {"type": "capsule_strength"}))
    dl4j.save(model, tmp_path / "model.zip")

    again = dl4j.load(tmp_path / "model.zip", input="2x5x4")

    assert again.plan.nodes[0].layer.type == "dl4j_primary_capsules"
    assert torch.equal(again.predict(IMAGE.numpy()), model.predict(IMAGE.numpy()))
