"""Blocks in `summary` and `explain`: indented, copies that are alike told once."""

from pathlib import Path as FilePath

import pytest

from netspec import load
from netspec.errors import Path
from netspec.plan import Plan
from netspec.read import plan_of
from netspec.report.explain import explain_path, explain_plan
from netspec.report.summary import summary_text
from netspec.resolve import resolve

SPECS = sorted((FilePath(__file__).resolve().parents[2] / "specs").glob("*.yaml"))
INNER = "{type: residual, layers: [{type: dense, n_out: 4}, {type: dense, n_out: 4}]}"
BLOCKS = f"""\
name: tower
input: 4
activation: tanh
layers:
  - {{type: repeat, times: 4, layers: [{INNER}]}}
  - {{type: residual, name: wide, layers: [{{type: dense, n_out: 6}}], shortcut: [{{type: dense, n_out: 6}}]}}
  - {{type: output, n_out: 3, loss: mse}}
"""


@pytest.fixture
def blocks() -> Plan:
    return plan_of(BLOCKS)


def rows(text: str) -> list[list[str]]:
    return [line.split() for line in text.splitlines()]


def test_the_summary_indents_what_stands_in_a_block_and_tells_like_copies_in_one_row(blocks: Plan) -> None:
    lines = summary_text(blocks).splitlines()

    assert [line[: line.index(line.split()[0])].count(" ") for line in lines[3:11]] == [2, 4, 6, 8, 8, 4, 2, 4]
    assert rows("\n".join(lines[2:])) == [
        ["layer", "type", "input", "output", "parameters", "FLOPs"],
        ["repeat_1", "repeat", "×4", "4", "4"],
        ["1"],
        ["residual_1", "residual", "4", "4"],
        ["dense_1", "dense", "4", "4", "20", "32"],  # 4·4 + 4 parameters; 2·4·4
        ["dense_2", "dense", "4", "4", "20", "32"],
        ["2", "to", "4", "as", "1", "120", "192"],  # three times the two
        ["wide", "residual", "4", "6"],
        ["dense_1", "dense", "4", "6", "30", "48"],
        ["shortcut"],
        ["dense_1", "dense", "4", "6", "30", "48"],
        ["output_1", "output", "6", "3", "21", "36"],
        ["total", "241", "388"],
    ]


def test_a_copy_that_differs_from_the_one_before_is_told_in_full() -> None:
    narrowing = plan_of("input: 8\nactivation: tanh\nlayers:\n  - {type: repeat, times: 3, layers: [{type: dense, n_out: 4}]}\n")

    assert rows(summary_text(narrowing))[3:8] == [
        ["repeat_1", "repeat", "×3", "8", "4"],
        ["1"],
        ["dense_1", "dense", "8", "4", "36", "64"],
        ["2"],
        ["dense_1", "dense", "4", "4", "20", "32"],
    ]
    assert rows(summary_text(narrowing))[8] == ["3", "as", "2", "20", "32"]


def test_explain_tells_a_block_its_layers_and_which_copies_are_alike(blocks: Plan) -> None:
    heads = [line.split("  ")[:2] for line in explain_plan(blocks).plain.splitlines() if line and not line.startswith((" ", "evaluation"))]

    assert heads[-11:] == [
        ["repeat_1", "repeat"],
        ["repeat_1-1-residual_1", "residual"],
        ["repeat_1-1-residual_1-dense_1", "dense"],
        ["repeat_1-1-residual_1-dense_2", "dense"],
        ["repeat_1-2", "as repeat_1-1"],
        ["repeat_1-3", "as repeat_1-1"],
        ["repeat_1-4", "as repeat_1-1"],
        ["wide", "residual"],
        ["wide-dense_1", "dense"],
        ["wide-shortcut-dense_1", "dense"],
        ["output_1", "output"],
    ]


@pytest.mark.parametrize(
    ("path", "first"),
    [
        (("layers", 0), "repeat_1  repeat  4 → 4, 160 parameters"),
        (("layers", 0, "times"), "layers.0.times            4                           <spec>:5"),
        (("layers", 0, "layers", 0), "repeat_1-1-residual_1  residual  4 + 4 → 4, 0 parameters"),
        (("layers", 0, "layers", 0, "activation"), "layers.0.layers.0.activation identity                    default"),
        (("layers", 0, "layers", 0, "layers", 1, "n_out"), "layers.0.layers.0.layers.1.n_out 4                           <spec>:5"),
        (("layers", 1, "shortcut", 0), "wide-shortcut-dense_1  dense  4 → 6, 30 parameters"),
    ],
)
def test_any_part_of_a_block_is_explained_by_its_path(blocks: Plan, path: Path, first: str) -> None:
    found = explain_path(blocks, path)

    assert found is not None
    assert found.plain.splitlines()[0] == first


@pytest.mark.parametrize("path", [("layers", 0, "layers", 1), ("layers", 0, "layers", 0, "n_out"), ("layers", 0, "nothing")])
def test_what_a_block_does_not_have_is_not_explained(blocks: Plan, path: Path) -> None:
    assert explain_path(blocks, path) is None


def test_the_plan_as_plain_values_lists_each_layer_once(blocks: Plan) -> None:
    layers = blocks.as_dict()["layers"]

    assert isinstance(layers, list)
    assert [layer["name"] for layer in layers] == [node.name for node in blocks.nodes]
    assert not any("layers" in layer or "shortcut" in layer for layer in layers)


@pytest.mark.parametrize("path", SPECS, ids=lambda path: path.stem)
def test_a_summary_fits_a_screen(path: FilePath) -> None:
    assert max(len(line) for line in summary_text(resolve(load(path))).splitlines()) <= 80


def test_a_wide_summary_leaves_out_what_names_say_and_then_shortens_flops() -> None:
    layers = "  - {type: transformer_encoder, heads: 2}\n  - {name: a_rather_long_name_for_it, type: dense, n_out: 16, activation: tanh}\n"
    long, longer = (summary_text(plan_of(f"input: {{type: recurrent, size: {size}, length: 1024}}\nlayers:\n{layers}")) for size in (64, 8192))

    assert rows(long)[3][:2] == ["transformer_encoder_1", "1024×64"]
    assert rows(longer)[4][-2:] == ["268", "M"]  # 2·8192·16·1024
    assert rows(longer)[4][1] == "dense"
