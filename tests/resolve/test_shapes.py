"""Shapes through the network: reshaping is inserted visibly, windows slide as torch's do, refusals show the arithmetic."""

from itertools import product

import pytest
import torch
from torch import nn

from netspec.errors import SpecError
from netspec.plan import Node, Plan
from netspec.read import plan_of

OUT = "{type: output, n_out: 3, loss: mse}"


def plan(shape: str, *layers: str) -> Plan:
    return plan_of(f"input: {shape}\nactivation: relu\nlayers:\n" + "".join(f"  - {layer}\n" for layer in layers))


def problem(shape: str, *layers: str) -> tuple[str, str | None]:
    with pytest.raises(SpecError) as caught:
        plan(shape, *layers)
    (found,) = caught.value.problems
    return found.message, found.help


@pytest.mark.parametrize(("shape", "size"), [("1x28x28", 784), ("3x8x6", 144), ("2x3x4x5", 120)])
def test_an_image_before_a_dense_layer_is_flattened_visibly(shape: str, size: int) -> None:
    flat, dense, _ = plan(shape, "{type: dense, n_out: 7}", OUT).nodes

    assert (flat.name, flat.layer.type, flat.inputs, flat.path) == ("flatten_1", "flatten", ("input",), None)
    assert str(flat.output) == str(size)
    assert flat.note.startswith("dense_1 takes a flat vector, input gives ")
    assert dense.inputs == ("flatten_1",)
    assert dense.parameters["weight"].shape == (7, size)
    assert plan(shape, "{type: dense, n_out: 7}", OUT).as_dict()["layers"][0]["inserted"] == flat.note  # type: ignore[index]


def test_a_written_flatten_is_not_doubled() -> None:
    assert [node.name for node in plan("1x4x4", "flatten", "{type: dense, n_out: 7}", OUT).nodes] == ["flatten_1", "dense_1", "output_1"]


def test_an_inserted_layer_takes_a_name_that_is_free() -> None:
    found = plan("1x4x4", "{type: conv, n_out: 2, kernel: 1, name: flatten_1}", OUT)

    assert [node.name for node in found.nodes] == ["flatten_1", "flatten_2", "output_1"]


def test_a_flat_vector_is_left_alone() -> None:
    assert [node.name for node in plan("16", "{type: dense, n_out: 7}", OUT).nodes] == ["dense_1", "output_1"]


def conv_node(words: str, shape: str = "3x13x10") -> Node:
    return plan(shape, f"{{type: conv, n_out: 4, {words}}}", OUT).node("conv_1")


GRID = list(product((1, 2, 3, 5), (1, 2, 3), (0, 1, 2), (1, 2)))


@pytest.mark.parametrize(("kernel", "stride", "padding", "dilation"), GRID)
def test_convolution_slides_as_torchs_does(kernel: int, stride: int, padding: int, dilation: int) -> None:
    torchs = nn.Conv2d(3, 4, kernel, stride, padding, dilation, device="meta")
    real = torchs(torch.empty(1, 3, 13, 10, device="meta")).shape[1:]
    node = conv_node(f"kernel: {kernel}, stride: {stride}, padding: {padding}, dilation: {dilation}")

    assert node.output.dims == tuple(real)
    assert {name: parameter.shape for name, parameter in node.parameters.items()} == {name: tuple(value.shape) for name, value in torchs.named_parameters()}


@pytest.mark.parametrize(("kernel", "stride", "dilation"), list(product((1, 2, 3, 5), (1, 2, 3), (1, 2))))
def test_mode_same_divides_by_the_stride_and_rounds_up(kernel: int, stride: int, dilation: int) -> None:
    node = conv_node(f"kernel: {kernel}, stride: {stride}, dilation: {dilation}, mode: same")
    module = node.layer.build(*node.shapes).to("meta")

    assert node.output.dims == (4, -(-13 // stride), -(-10 // stride))
    assert tuple(module(torch.empty(2, 3, 13, 10, device="meta")).shape[1:]) == node.output.dims


@pytest.mark.parametrize(("pooling", "kernel", "stride", "padding"), [(*rest, pad) for rest in product(("max", "avg"), (2, 3), (1, 2, 3)) for pad in (0, 1)])
def test_pooling_slides_as_torchs_does(pooling: str, kernel: int, stride: int, padding: int) -> None:
    torchs = {"max": nn.MaxPool2d, "avg": nn.AvgPool2d}[pooling](kernel, stride, padding)
    node = plan("3x13x10", f"{{type: subsampling, pooling: {pooling}, kernel: {kernel}, stride: {stride}, padding: {padding}}}", OUT).node("subsampling_1")

    assert node.output.dims == tuple(torchs(torch.empty(1, 3, 13, 10)).shape[1:])


@pytest.mark.parametrize(
    ("words", "dims"),
    [
        ("kernel: [3, 5]", (4, 11, 6)),
        ("kernel: 3, stride: [2, 1]", (4, 6, 8)),
        ("kernel: 3, padding: [1, 0]", (4, 13, 8)),
        ("kernel: 13, padding: 2", (4, 5, 2)),
    ],
)
def test_each_axis_may_have_its_own(words: str, dims: tuple[int, ...]) -> None:
    assert conv_node(words).output.dims == dims


def test_the_pooling_stride_is_the_kernel_unless_it_is_said() -> None:
    assert plan("1x9x9", "{type: subsampling, kernel: 3}", OUT).node("subsampling_1").output.dims == (1, 3, 3)


@pytest.mark.parametrize(("size", "fits"), [(7, True), (8, False), (9, True)])
def test_mode_strict_wants_whole_steps(size: int, fits: bool) -> None:
    layer = "{type: conv, n_out: 4, kernel: 3, stride: 2, mode: strict}"
    if fits:
        assert plan(f"1x{size}x{size}", layer, OUT).node("conv_1").output.dims == (4, (size - 3) // 2 + 1, (size - 3) // 2 + 1)
    else:
        message, help_ = problem(f"1x{size}x{size}", layer, OUT)
        assert message == "layers.0.stride must divide height exactly in mode strict: (8 + 2·0 − 3)/2 + 1 is not whole, got 2"
        assert help_ == "mode: truncate drops the last 1; mode: same pads instead"


@pytest.mark.parametrize(
    ("shape", "layer", "message", "help_"),
    [
        (
            "1x3x3",
            "{type: conv, n_out: 4, kernel: 5}",
            "layers.0.kernel must be at most 3",
            "(3 + 2·0 − 5)/1 + 1 leaves no height; use kernel: 3 or less, or padding: 1",
        ),
        ("1x9x3", "{type: conv, n_out: 4, kernel: 3, dilation: 2}", "layers.0.kernel must be at most 2", "(3 + 2·0 − 5)/1 + 1 leaves no width"),
        ("1x1x4", "{type: subsampling, kernel: 2}", "layers.0.kernel must be at most 1", "(1 + 2·0 − 2)/2 + 1 leaves no height"),
        (
            "784",
            "{type: conv, n_out: 4, kernel: 5}",
            "layers.0 must have an image, a sequence or a volume as input, and input gives a flat vector (784)",
            "input: 1x28x28",
        ),
        ("1x4x4", "{type: conv, n_out: 4, kernel: 1, groups: 3}", "layers.0.groups must divide n_out (4), got 3", ""),
        ("1x4x4", "{type: dense, n_in: 15, n_out: 4}", "layers.0.n_in must be 16, what flatten_1 gives, got 15", "leave it out"),
        ("3x4x4", "{type: conv, n_in: 4, n_out: 4, kernel: 1}", "layers.0.n_in must be 3, as 3x4x4 is what input gives, got 4", "leave it out"),
        (
            "4",
            "{type: dense, n_out: 4, dropout: {type: spatial, rate: 0.5}}",
            "layers.0.dropout must have an image, a volume or a sequence as input, got a flat vector (4)",
            "plain dropout",
        ),
        ("{type: recurrent, size: 8}", "{type: space_to_depth, block: 2}", "layers.0 must have an image as input, and input gives a sequence (Tx8)", ""),
        (
            "{type: recurrent, size: 8, length: 4}",
            "{type: conv, n_out: 4, kernel: 5}",
            "layers.0.kernel must be at most 4: the length is 4, with padding 4, got 5",
            "leaves no length",
        ),
        ("{type: recurrent, size: 8}", "{type: conv, n_out: 4, kernel: [3, 3]}", "layers.0.kernel must be one number, got [3, 3]", ""),
        (
            "2x3x4x5",
            "{type: conv, n_out: 4, kernel: [3, 3]}",
            "layers.0.kernel must be one number, or one for depth, one for height and one for width, got [3, 3]",
            "",
        ),
        (
            "1x4x4",
            "{type: conv, n_out: 4, kernel: 3, mode: causal}",
            'layers.0.mode must be strict, truncate or same on an image: causal is for sequences, got "causal"',
            "",
        ),
        ("1x4x4", "{type: deconv, n_out: 4, kernel: 3, padding: 3}", "layers.0.padding must be at most 2, got 3", "1·(4 − 1) + 3 − 2·3 leaves no height"),
        ("1x4x4", "{type: deconv, n_out: 4, kernel: 3, mode: causal}", "layers.0.mode must be strict, truncate or same: ", ""),
        ("1x4x4", "{type: subsampling, kernel: 2, pooling: pnorm}", "layers.0.p must be set for pooling pnorm", "p: 2 is the Euclidean norm"),
        ("1x4x4", "{type: global_pooling, p: 2}", "layers.0.p must be left out for pooling max, got 2", ""),
        ("1x4x4", "{type: subsampling, kernel: 2, count_padding: true}", "layers.0.count_padding must be left out for pooling max", ""),
        ("1x4x4", "{type: cropping, cropping: [0, 0, 2, 2]}", "layers.0.cropping must leave at least one cell: the width is 4, got [2, 2]", ""),
        ("1x4x4", "{type: cropping, cropping: [1, 2, 3]}", "layers.0.cropping must be one number, one for each of height and width, or two for each axis", ""),
        ("{type: recurrent, size: 8}", "{type: zero_padding, padding: [1, 2, 3]}", "layers.0.padding must be one number, or two for each axis", ""),
        ("1x4x6", "{type: space_to_batch, blocks: [2, 3], padding: 1}", "layers.0.blocks must divide width, padded 8, got 3", ""),
        ("1x4x6", "{type: space_to_depth, block: 4}", "layers.0.block must divide width (6), got 4", ""),
        ("3x4x6", "{type: group_norm, groups: 2}", "layers.0.groups must divide the input's channels (3), got 2", ""),
        (
            "{type: recurrent, size: 8}",
            "{type: locally_connected, n_out: 4, kernel: 3}",
            "layers.0 must have a sequence of known length as input",
            "weights for each place",
        ),
        ("{type: recurrent, size: 8}", "flatten", "layers.0 must have a sequence of known length as input", "global_pooling makes one vector"),
    ],
)
def test_what_does_not_fit_is_refused_with_its_arithmetic(shape: str, layer: str, message: str, help_: str) -> None:
    found, advice = problem(shape, layer, OUT.replace("output", "output"))

    assert found.startswith(message)
    assert help_ in (advice or "")


def test_behind_a_layer_that_does_not_fit_nothing_more_is_said() -> None:
    message, _ = problem("1x3x3", "{type: conv, n_out: 4, kernel: 5}", "{type: conv, n_out: 4, kernel: 9}", OUT)

    assert message.startswith("layers.0.kernel")


def test_two_branches_that_do_not_fit_are_both_refused() -> None:
    with pytest.raises(SpecError) as caught:
        plan("1x3x3", "{type: conv, n_out: 4, kernel: 5}", OUT, "{type: conv, input: input, n_out: 4, kernel: 9}", OUT)

    assert [found.path for found in caught.value.problems] == [("layers", 0, "kernel"), ("layers", 2, "kernel")]


@pytest.mark.parametrize(
    ("shape", "dims"),
    [
        ("784", (784,)),
        ('"784"', (784,)),
        ("1x28x28", (1, 28, 28)),
        ("2x3x4x5", (2, 3, 4, 5)),
        ("{type: recurrent, size: 8, length: 20}", (20, 8)),
        ("{type: recurrent, size: 8}", (None, 8)),
    ],
)
def test_shapes_are_written_by_their_sizes(shape: str, dims: tuple[int | None, ...]) -> None:
    assert plan(shape, "{type: dropout, rate: 0.5}").inputs["input"].dims == dims


@pytest.mark.parametrize(
    "shape",
    [
        "0",
        "-1",
        "1.5",
        "true",
        "28x28",
        "x",
        "1x",
        "1x2x3x4x5",
        "1X28X28",
        "[1, 28, 28]",
        "{type: recurrent}",
        "{type: recurrent, size: 0}",
        "{type: image, size: 3}",
        "{a: 0}",
        "null",
        "{}",
    ],
)
def test_what_is_no_shape_is_refused(shape: str) -> None:
    message, _ = problem(shape, OUT)

    assert message.startswith("input")
    assert " must " in message
