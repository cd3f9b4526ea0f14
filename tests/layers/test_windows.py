"""Windows on sequences and volumes, against torch's own layers and calculations written out."""

import json
import re
import zipfile

import pytest
import torch
from torch import nn
from torch.nn.functional import conv1d, pad

from netspec.construct import build_network
from netspec.layers import Layer
from netspec.plan import Plan
from netspec.read import plan_of
from netspec.shapes import Convolutional, Convolutional3D, Recurrent

SEQUENCE = {"type": "recurrent", "size": 2}


def plan(said: dict[str, object], shape: object) -> Plan:
    return plan_of({"input": shape, "seed": 1, "data_type": "float64", "layers": [{"name": "it", **said}]})


def output(said: dict[str, object], shape: object, features: torch.Tensor) -> torch.Tensor:
    return build_network(plan(said, shape))(features)


def random(*sizes: int) -> torch.Tensor:
    return torch.randn(sizes, dtype=torch.float64, generator=torch.Generator().manual_seed(0))


def steps(*values: float) -> torch.Tensor:
    """One example, one feature."""
    return torch.tensor(values, dtype=torch.float64).reshape(1, -1, 1)


def test_a_convolution_over_steps_is_torchs_with_features_last():
    network, features = (
        build_network(plan({"type": "conv", "n_out": 3, "kernel": 3, "stride": 2, "padding": 1, "activation": "identity"}, SEQUENCE)),
        random(4, 7, 2),
    )
    module = network.get_submodule("it")

    wanted = conv1d(features.transpose(1, 2), module.weight, module.bias, stride=2, padding=1).transpose(1, 2)

    torch.testing.assert_close(network(features), wanted)


@pytest.mark.parametrize("dilation", [1, 2])
def test_a_causal_convolution_sees_no_later_step(dilation):
    network = build_network(plan({"type": "conv", "n_out": 3, "kernel": 3, "dilation": dilation, "mode": "causal", "activation": "identity"}, SEQUENCE))
    features, changed = random(2, 9, 2), random(2, 9, 2)
    changed[:, 5:] += 1

    assert network(features).shape == (2, 9, 3)
    torch.testing.assert_close(network(features)[:, :5], network(changed)[:, :5])
    module = network.get_submodule("it")
    wanted = conv1d(pad(features.transpose(1, 2), (2 * dilation, 0)), module.weight, module.bias, dilation=dilation).transpose(1, 2)
    torch.testing.assert_close(network(features), wanted)


@pytest.mark.parametrize("length", [6, 7, 8, 9])
def test_mode_same_pads_sequences_of_any_length(length):
    found = output({"type": "conv", "n_out": 3, "kernel": 4, "stride": 3, "mode": "same", "activation": "identity"}, SEQUENCE, random(2, length, 2))

    assert found.shape == (2, -(-length // 3), 3)


@pytest.mark.parametrize(
    ("said", "wanted"),
    [
        ({"pooling": "max", "kernel": 2}, (2, -1)),
        ({"pooling": "avg", "kernel": 2}, (1.5, -2.5)),
        ({"pooling": "sum", "kernel": 2}, (3, -5)),
        ({"pooling": "pnorm", "p": 2, "kernel": 2}, (5**0.5, 17**0.5)),
        ({"pooling": "pnorm", "p": 3, "kernel": 2}, (9 ** (1 / 3), 65 ** (1 / 3))),
        ({"pooling": "avg", "kernel": 2, "mode": "same", "stride": 3}, (1.5, -4)),
        ({"pooling": "avg", "kernel": 2, "mode": "same", "stride": 1}, (1.5, 0.5, -2.5, -4)),
        ({"pooling": "avg", "kernel": 2, "mode": "same", "stride": 1, "count_padding": True}, (1.5, 0.5, -2.5, -2)),
        ({"pooling": "max", "kernel": 3, "mode": "causal", "stride": 1}, (1, 2, 2, 2)),
        ({"pooling": "sum", "kernel": 2, "dilation": 2, "stride": 1}, (0, -2)),
        ({"pooling": "avg", "kernel": 2, "dilation": 3, "stride": 1}, (-1.5,)),
    ],
)
def test_pooling_of_1_2_minus_1_minus_4(said, wanted):
    found = output({"type": "subsampling", **said}, {"type": "recurrent", "size": 1}, steps(1, 2, -1, -4))

    torch.testing.assert_close(found, steps(*wanted))


@pytest.mark.parametrize(("pooling", "wanted"), [("max", 2), ("avg", -0.5), ("sum", -2), ("pnorm", 22**0.5)])
def test_global_pooling_of_1_2_minus_1_minus_4(pooling, wanted):
    said = {"type": "global_pooling", "pooling": pooling} | ({"p": 2} if pooling == "pnorm" else {})

    assert output(said, {"type": "recurrent", "size": 1}, steps(1, 2, -1, -4)).item() == pytest.approx(wanted)


def test_a_norm_of_zeros_is_zero_and_has_no_gradient():
    zeros = torch.zeros((1, 4, 1), dtype=torch.float64, requires_grad=True)

    found = output({"type": "subsampling", "pooling": "pnorm", "p": 3, "kernel": 2}, {"type": "recurrent", "size": 1}, zeros)
    found.sum().backward()

    assert not found.any()
    assert not zeros.grad.any()


@pytest.mark.parametrize(
    ("said", "shape", "kind"),
    [
        ({"type": "conv", "n_out": 4, "kernel": 3, "activation": "relu"}, "2x5x6", nn.Conv2d),
        ({"type": "conv", "n_out": 4, "kernel": 3, "mode": "same", "activation": "relu"}, "2x5x6x5", nn.Conv3d),
        ({"type": "deconv", "n_out": 4, "kernel": 3, "activation": "relu"}, "2x5x6", nn.ConvTranspose2d),
        ({"type": "deconv", "n_out": 4, "kernel": 3, "activation": "relu"}, "2x5x6x5", nn.ConvTranspose3d),
        ({"type": "depthwise", "kernel": 3, "activation": "relu"}, "2x5x6", nn.Conv2d),
        ({"type": "subsampling", "kernel": 2}, "2x5x6x5", nn.MaxPool3d),
        ({"type": "subsampling", "kernel": 2, "pooling": "avg"}, "2x5x6x5", nn.AvgPool3d),
        ({"type": "upsampling", "size": 2}, "2x5x6x5", nn.Upsample),
        ({"type": "zero_padding", "padding": 2}, "2x5x6x5", nn.ZeroPad3d),
        ({"type": "group_norm", "groups": 2}, "2x5x6x5", nn.GroupNorm),
    ],
)
def test_what_torch_has_is_torchs(said, shape, kind):
    node = plan(said, shape).node("it")

    assert type(node.layer.build(*node.shapes)) is kind


def test_space_to_depth_lays_block_cells_before_channels():
    image = torch.arange(8.0, dtype=torch.float64).reshape(1, 2, 2, 2)

    found = output({"type": "space_to_depth", "block": 2}, "2x2x2", image)

    assert found.flatten().tolist() == [0, 4, 1, 5, 2, 6, 3, 7]


def test_space_to_batch_lays_block_cells_before_examples():
    images = torch.arange(8.0, dtype=torch.float64).reshape(2, 1, 2, 2)

    found = output({"type": "space_to_batch", "blocks": [1, 2]}, "1x2x2", images)

    assert found.flatten(1).tolist() == [[0, 2], [4, 6], [1, 3], [5, 7]]


def test_padding_and_cropping_say_top_bottom_left_right():
    image = torch.ones((1, 1, 1, 1), dtype=torch.float64)

    padded = output({"type": "zero_padding", "padding": [1, 0, 0, 2]}, "1x1x1", image)

    assert padded[0, 0].tolist() == [[0, 0, 0], [1, 0, 0]]
    assert output({"type": "cropping", "cropping": [1, 0, 0, 2]}, "1x2x3", padded).tolist() == [[[[1]]]]


def test_locally_connected_with_equal_weights_is_a_convolution():
    said = {"n_out": 3, "kernel": [2, 3], "stride": [2, 1], "mode": "same", "activation": "identity"}
    local, conv = (build_network(plan({"type": tag, **said}, "2x5x4")) for tag in ("locally_connected", "conv"))
    with torch.no_grad():
        local.get_submodule("it").weight.copy_(conv.get_submodule("it").weight.flatten(1).T)

    features = random(3, 2, 5, 4)

    torch.testing.assert_close(local(features), conv(features))


SIZES = {"conv2d": Convolutional, "conv1d": Recurrent, "conv3d": Convolutional3D, "deconv2d": Convolutional, "deconv3d": Convolutional3D}
KINDS = {**SIZES, "depthwise": Convolutional, "separable": Convolutional, "locally_connected2d": Convolutional, "locally_connected1d": Recurrent}


def recorded(shared) -> dict[str, dict[str, dict[str, float]]]:
    with zipfile.ZipFile(shared / "dl4j" / "conformance" / "inits_shape.zip") as group:
        return json.loads(group.read("fans.json"))


def axes(text: str) -> list[int]:
    return [int(size) for size in text.split("x")]


def described(name: str) -> tuple[str, dict[str, object], list[int]]:
    """`conv2d 30->50 kernel 3x4 stride 2x3` → the tag, its words, channels and sides of an input that fits."""
    kind, channels, *words = name.split(",", maxsplit=1)[0].split()
    pairs = dict(zip(words[::2], words[1::2], strict=False))
    n_in, _, n_out = channels.partition("->")
    said = {"kernel": axes(pairs["kernel"]), "stride": axes(pairs.get("stride", "1")), "activation": "tanh"}
    said |= {"dilation": axes(pairs["dilation"])} if "dilation" in pairs else {}
    said |= {"n_out": int(n_out)} if n_out else {}
    said |= {"depth_multiplier": int(pairs["mult"])} if "mult" in pairs else {}
    return kind, said, [int(n_in)]


def test_fans_are_dl4js_but_for_its_squared_kernel_in_one_dimension(shared):
    compared = 0
    for name, parameters in recorded(shared).items():
        if name.split()[0] not in KINDS or (name.startswith("locally") and "own init" not in name):
            continue
        tag, said, channels = described(name)
        kind = KINDS[tag]
        grid = kind(*channels, *(12 for _ in kind.axes))
        found = Layer.parse({"type": re.sub("[123]d$", "", tag), **said}).infer(grid).parameters
        squared = said["kernel"][0] if tag == "conv1d" else 1
        stride = said["stride"][0] if tag == "conv1d" else 1
        for theirs, ours in (("W", "weight"), ("pW", "pointwise")):
            if theirs in parameters:
                fans = (parameters[theirs]["fan_in"] / squared, parameters[theirs]["fan_out"] / squared * stride)
                assert (found[ours].fans.into, found[ours].fans.out) == pytest.approx(fans, rel=1e-3), name
                compared += 1
    assert compared == 18
