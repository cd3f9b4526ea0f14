"""Blocks: taken apart into layers, with names, inputs, inherited settings and places of mistakes."""

from typing import Literal

import pytest
import torch
from torch import nn

from netspec import build, load
from netspec.blocks import Block, Chain, Layers
from netspec.construct import build_network
from netspec.errors import SpecError
from netspec.inferred import Inferred
from netspec.modules.merge import Merge
from netspec.plan import Plan
from netspec.read import plan_of
from netspec.resolve import resolve
from netspec.resolve.place import MOST_LAYERS
from netspec.shapes import FeedForward, Recurrent

OUT = "{type: output, n_out: 3, loss: mse}"
TRAIN = "train: {batch_size: 8, epochs: 30}\n"


def spec(*layers: str, head: str = "input: 4") -> str:
    return f"{head}\nactivation: tanh\nupdater: adam\nlayers:\n" + "".join(f"  - {layer}\n" for layer in layers)


def plan(*layers: str, head: str = "input: 4") -> Plan:
    return plan_of(spec(*layers, head=head))


def problems(*layers: str, head: str = "input: 4") -> list[str]:
    with pytest.raises(SpecError) as caught:
        plan(*layers, head=head)
    return [problem.message for problem in caught.value.problems]


def wiring(of: Plan) -> dict[str, tuple[str, ...]]:
    return {node.name: node.inputs for node in of.nodes}


def test_a_repeat_is_its_layers_written_out() -> None:
    block = plan("{type: repeat, times: 2, layers: [{type: dense, n_out: 5}, {type: dense, n_out: 4}]}", OUT)
    written = plan("{type: dense, n_out: 5}", "{type: dense, n_out: 4}", "{type: dense, n_out: 5}", "{type: dense, n_out: 4}", OUT)

    assert wiring(block) == {
        "repeat_1-1-dense_1": ("input",),
        "repeat_1-1-dense_2": ("repeat_1-1-dense_1",),
        "repeat_1-2-dense_1": ("repeat_1-1-dense_2",),
        "repeat_1-2-dense_2": ("repeat_1-2-dense_1",),
        "output_1": ("repeat_1-2-dense_2",),
    }
    one, other = build_network(block), build_network(written)
    assert all(torch.equal(first, second) for first, second in zip(one.state_dict().values(), other.state_dict().values(), strict=True))
    features = torch.randn(6, 4)
    assert torch.equal(one(features), other(features))


def test_the_weights_of_a_block_are_filed_under_its_name() -> None:
    network = build_network(plan("{type: repeat, name: tower, times: 2, layers: [{type: dense, name: up, n_out: 5}, {type: dense, n_out: 4}]}", OUT))

    assert list(network.state_dict())[:4] == ["tower-1-up.weight", "tower-1-up.bias", "tower-1-dense_2.weight", "tower-1-dense_2.bias"]


def test_a_residual_adds_its_input_to_what_its_layers_make() -> None:
    found = plan("{type: residual, activation: relu, layers: [{type: dense, n_out: 4}]}", OUT)
    network, features = build_network(found), torch.randn(6, 4)
    inner, last = network.get_submodule("residual_1-dense_1"), network.get_submodule("output_1")

    expected = last(torch.relu(torch.tanh(inner(features)) + features))

    assert wiring(found)["residual_1"] == ("residual_1-dense_1", "input")
    torch.testing.assert_close(network(features), expected)


def test_a_shortcut_brings_the_input_to_the_shape_of_the_output() -> None:
    said = "{type: residual, layers: [{type: dense, n_out: 6}], shortcut: [{type: dense, n_out: 6, activation: identity}]}"
    found = plan(said, OUT)
    network, features = build_network(found), torch.randn(6, 4)
    inner, short, last = (network.get_submodule(name) for name in ("residual_1-dense_1", "residual_1-shortcut-dense_1", "output_1"))

    torch.testing.assert_close(network(features), last(torch.tanh(inner(features)) + short(features)))


def test_blocks_stand_in_blocks() -> None:
    found = plan("{type: repeat, times: 2, layers: [{type: residual, layers: [{type: dense, n_out: 4}]}]}", OUT)

    assert wiring(found) == {
        "repeat_1-1-residual_1-dense_1": ("input",),
        "repeat_1-1-residual_1": ("repeat_1-1-residual_1-dense_1", "input"),
        "repeat_1-2-residual_1-dense_1": ("repeat_1-1-residual_1",),
        "repeat_1-2-residual_1": ("repeat_1-2-residual_1-dense_1", "repeat_1-1-residual_1"),
        "output_1": ("repeat_1-2-residual_1",),
    }
    assert {node.path for node in found.nodes} == {("layers", 0, "layers", 0, "layers", 0), ("layers", 0, "layers", 0), ("layers", 1)}


def test_a_network_may_end_in_a_repeat() -> None:
    assert plan("{type: repeat, times: 2, layers: [{type: dense, n_out: 4}]}").outputs == ("repeat_1-2-dense_1",)


def test_inside_a_block_input_is_what_the_block_takes() -> None:
    found = plan(
        "{type: dense, n_out: 5}",
        "{type: repeat, times: 2, layers: [{type: dense, name: a, n_out: 5}, {type: dense, name: b, input: input, n_out: 5}, {type: add, input: [a, b]}]}",
        OUT,
    )

    assert wiring(found)["repeat_1-1-b"] == ("dense_1",)
    assert wiring(found)["repeat_1-2-b"] == ("repeat_1-1-add_1",)
    assert wiring(found)["repeat_1-2-add_1"] == ("repeat_1-2-a", "repeat_1-2-b")


def test_a_block_sees_the_layers_around_it_and_others_see_into_it_by_full_names() -> None:
    found = plan(
        "{type: dense, name: first, n_out: 4}",
        "{type: repeat, name: r, times: 2, layers: [{type: dense, n_out: 4}, {type: add, input: [dense_1, first]}]}",
        "{type: merge, input: [r, r-1-dense_1]}",
        OUT,
    )

    assert wiring(found)["r-2-add_1"] == ("r-2-dense_1", "first")
    assert wiring(found)["merge_1"] == ("r-2-add_1", "r-1-dense_1")


def test_a_block_may_be_an_output_and_an_input_by_its_name() -> None:
    found = plan(
        "{type: repeat, name: body, times: 2, layers: [{type: dense, n_out: 4}]}", "{type: output, input: body, n_out: 3, loss: mse}",
        head="input: 4\noutputs: [output_1, body]",
    )  # fmt: skip

    assert found.outputs == ("output_1", "body-2-dense_1")
    assert wiring(found)["output_1"] == ("body-2-dense_1",)


def test_blocks_run_in_parallel() -> None:
    found = plan(
        "{type: residual, name: a, layers: [{type: dense, n_out: 4}]}", "{type: repeat, name: b, input: input, times: 2, layers: [{type: dense, n_out: 4}]}",
        "{type: merge, input: [a, b]}", OUT,
    )  # fmt: skip

    assert wiring(found)["merge_1"] == ("a", "b-2-dense_1")
    assert wiring(found)["b-1-dense_1"] == ("input",)


def test_only_the_first_layer_with_weights_of_the_network_goes_without_its_dropout() -> None:
    found = plan("{type: repeat, times: 3, layers: [{type: dense, n_out: 4}]}", OUT, head="input: 4\ndropout: 0.5")

    assert [node.layer.noise is not None for node in found.nodes] == [False, True, True, True]


def test_a_layer_in_a_block_has_an_updater_with_words_beside_it() -> None:
    found = plan("{type: residual, layers: [{type: dense, n_out: 4, updater: sgd, learning_rate: 0.25}]}", OUT)
    settings = found.node("residual_1-dense_1").settings()

    assert settings["updater"] == {"type": "sgd", "learning_rate": 0.25, "momentum": 0.0}
    assert found.node("output_1").settings()["updater"]["type"] == "adam"  # type: ignore[index]


def test_a_frozen_block_leaves_its_layers_as_they_are_but_for_those_that_say_otherwise() -> None:
    found = plan("{type: repeat, times: 1, frozen: true, layers: [{type: dense, n_out: 4}, {type: dense, frozen: false, n_out: 4}]}", OUT)
    trained = {name: parameter.requires_grad for name, parameter in build_network(found).named_parameters() if name.endswith("weight")}

    assert found.origins["layers", 0, "layers", 0, "frozen"].note == "as the block around it"
    assert trained == {"repeat_1-1-dense_1.weight": False, "repeat_1-1-dense_2.weight": True, "output_1.weight": True}


def test_what_is_reshaped_in_a_block_is_named_after_it() -> None:
    found = plan("{type: repeat, times: 1, layers: [{type: dense, n_out: 4}]}", OUT, head="input: 1x2x2")

    assert wiring(found)["repeat_1-1-dense_1"] == ("repeat_1-1-flatten_1",)


def test_any_value_inside_a_block_can_be_overridden() -> None:
    text = spec("{type: repeat, times: 2, layers: [{type: residual, layers: [{type: dense, n_out: 4}]}]}", OUT)

    found = resolve(load(text, settings=["layers.0.times=3", "layers.0.layers.0.layers.0.activation=relu"]))

    assert len(found.nodes) == 3 * 2 + 1
    assert found.node("repeat_1-3-residual_1-dense_1").settings()["activation"] == {"type": "relu", "negative_slope": 0.0, "threshold": 0.0}
    assert found.origins["layers", 0, "times"].kind == "override"


def test_a_network_of_blocks_learns() -> None:
    model = build(
        spec("{type: repeat, times: 2, layers: [{type: residual, layers: [{type: dense, n_out: 4}]}]}", OUT, head="input: 4\nlearning_rate: 0.02") + TRAIN,
        device="cpu",
    )
    features = torch.randn(32, 4, generator=torch.Generator().manual_seed(0)).numpy()
    before = model.score((features, features[:, :3]))

    model.fit(features, features[:, :3])

    assert model.score((features, features[:, :3])) < 0.5 * before


@pytest.mark.parametrize(
    ("layer", "said"),
    [
        ("{type: repeat, times: 2, layers: [{type: dense, n_out: x}]}", 'layers.0.layers.0.n_out must be a whole number, got "x"'),
        ("{type: repeat, times: 2, layers: [{type: dens, n_out: 4}]}", 'layers.0.layers.0.type must be the name of a layer, got "dens"'),
        ("{type: repeat, times: 2, layers: [{type: dense, units: 4}]}", "layers.0.layers.0.units must be left out: dense has no `units`"),
        ("{type: repeat, times: 0, layers: [{type: dense, n_out: 4}]}", "layers.0.times must be greater than 0, got 0"),
        ("{type: repeat, times: 1001, layers: [{type: dense, n_out: 4}]}", "layers.0.times must be at most 1000, got 1001"),
        ("{type: repeat, layers: [{type: dense, n_out: 4}]}", "layers.0.times must be set"),
        ("{type: repeat, times: 2}", "layers.0.layers must be set"),
        ("{type: repeat, times: 2, layers: []}", "layers.0.layers must have at least 1 item, got 0"),
        ("{type: repeat, times: 2, layers: {type: dense, n_out: 4}}", "layers.0.layers must be a list: begin each item with `- `, got a mapping"),
        ("{type: residual, layers: [{type: dense, n_out: 4}], shortcut: []}", "layers.0.shortcut must have at least 1 item, got 0"),
        ("{type: residual, layers: [{type: dense, n_out: 4, momentum: 0.5, updater: adam}]}",
         "layers.0.layers.0.momentum must be left out: adam has no `momentum`"),
        ("{type: residual, layers: [{type: dense, n_out: 4, updater: sgd}]}", "layers.0.layers.0.updater.learning_rate must be set: sgd has no usual one"),
        ("{type: repeat, times: 3, layers: [{type: dense, n_out: 4, input: other}]}",
         'layers.0.layers.0.input must be the name of a layer or an input, got "other"'),
        ("{type: repeat, times: 3, layers: [{type: dense, name: input, n_out: 4}]}", 'layers.0.layers.0.name must not be the name of an input, got "input"'),
        ("{type: repeat, times: 3, layers: [{type: dense, name: a, n_out: 4}, {type: dense, name: a, n_out: 4}]}",
         'layers.0.layers.1.name must be a name of its own, got "a"'),
        ("{type: repeat, times: 3, layers: [{type: dense, n_in: 4, n_out: 5}]}", "layers.0.layers.0.n_in must be 5, what repeat_1-1-dense_1 gives, got 4"),
        ("{type: repeat, times: 3, layers: [{type: conv, n_out: 5, kernel: 3}]}",
         "layers.0.layers.0 must have an image, a sequence or a volume as input, and input gives a flat vector (4)"),
        ("{type: repeat, times: 2, layers: [{type: output, n_out: 3, loss: mse}]}",
         "layers.0.layers.0 must be the end of its branch: repeat_1-1-output_1 has a loss, yet another layer takes it"),
        ("{type: residual, layers: [{type: dense, n_out: 5}]}", "layers.0 must give back the shape that it takes, to add the two: 4 goes in, 5 comes out"),
        ("{type: residual, layers: [{type: dense, n_out: 5}], shortcut: [{type: dense, n_out: 6}]}",
         "layers.0.shortcut must give 5, as `layers` do, and it gives 6"),
        ("{type: residual, input: [input, input], layers: [{type: dense, n_out: 4}]}",
         "layers.0.input must be one name: residual takes one input, got [\"input\", \"input\"]"),
        ("{type: repeat, times: 2, layers: [{type: dense, name: a, n_out: 4}, {type: dense, n_out: 4}, {type: dense, input: a, n_out: 4}]}",
         "layers.0.layers.1 must lead to an output, but nobody takes repeat_1-1-dense_2"),
    ],
)  # fmt: skip
def test_one_mistake_in_a_block_is_one_message_at_its_own_path(layer: str, said: str) -> None:
    assert problems(layer, OUT) == [said]


def test_a_layer_in_a_block_that_misses_its_activation_is_named_once() -> None:
    line = "  - {type: repeat, times: 3, layers: [{type: dense, n_out: 4}]}"
    with pytest.raises(SpecError) as caught:
        plan_of(f"input: 4\nlayers:\n{line}\n")
    (problem,) = caught.value.problems

    assert problem.message == "layers.0.layers.0.activation must be set, on the layer or network-wide"
    assert problem.position is not None
    assert (problem.position.line, problem.position.column) == (3, line.index("[{") + 2)


@pytest.mark.parametrize(
    ("block", "head", "advice"),
    [
        ("[{type: conv, n_out: 6, kernel: 3, mode: same}]", "input: 2x8x8", "[{type: conv, n_out: 6, kernel: 1, activation: identity}]"),
        ("[{type: conv, n_out: 6, kernel: 3, stride: 2, mode: same}]", "input: 2x8x8", "[{type: conv, n_out: 6, kernel: 1, stride: 2, activation: identity}]"),
        ("[{type: dense, n_out: 6}]", "input: 2x8x8", "[{type: dense, n_out: 6, activation: identity}]"),
        ("[{type: dense, n_out: 6}]", "input: 4", "[{type: dense, n_out: 6, activation: identity}]"),
        ("[{type: dense, n_out: 6}]", "input: {type: recurrent, size: 4, length: 5}", "[{type: dense, n_out: 6, activation: identity}]"),
        ("[{type: conv, n_out: 6, kernel: 3, stride: 2, mode: same}]", "input: {type: recurrent, size: 4, length: 5}",
         "[{type: conv, n_out: 6, kernel: 1, stride: 2, activation: identity}]"),
    ],
)  # fmt: skip
def test_the_advice_for_a_residual_that_does_not_fit_makes_it_fit(block: str, head: str, advice: str) -> None:
    with pytest.raises(SpecError) as caught:
        plan(f"{{type: residual, layers: {block}}}", head=head)
    (problem,) = caught.value.problems

    assert problem.help == f"a shortcut brings the input to that shape: shortcut: {advice}"
    fitting = plan(f"{{type: residual, layers: {block}, shortcut: {advice}}}", head=head)
    assert fitting.node("residual_1").output == fitting.node("residual_1").shapes[0]


def test_a_block_holds_wrappers_and_no_wrapper_holds_a_block() -> None:
    sequence, block = "input: {type: recurrent, size: 4, length: 6}", "{type: repeat, times: 2, layers: [{type: bidirectional, layer: {type: gru, n_out: 3}}]}"

    found = plan(block, head=sequence)
    refused = problems("{type: time_distributed, layer: {type: residual, layers: [{type: dense, n_out: 4}]}}", head=sequence)

    assert [node.output for node in found.nodes] == [Recurrent(6, 6), Recurrent(6, 6)]
    assert found.node("repeat_1-2-bidirectional_1").size == 2 * (3 * 3 * (6 + 3) + 3 * 3 + 3)
    assert refused == ['layers.0.layer must be one layer, and a block has several, got "residual"']


def test_a_block_of_ones_own_is_one_class(own_words: None) -> None:
    class Beside(Block):
        """[f(x), g(x), x]."""

        type: Literal["own_beside"] = "own_beside"
        takes = (FeedForward,)

        other: Layers
        """g."""

        def chains(self) -> tuple[Chain, ...]:
            return (Chain("layers", "f"), Chain("other", "g"))

        def joins(self) -> tuple[int | None, ...]:
            return (0, 1, None)

        def infer(self, *inputs: FeedForward) -> Inferred:
            return Inferred(FeedForward(sum(shape.size for shape in inputs)))

        def build(self, *inputs: FeedForward) -> nn.Module:
            return Merge()

    found = plan("{type: own_beside, layers: [{type: dense, n_out: 2}], other: [{type: dense, n_out: 3}, {type: dense, n_out: 5}]}", OUT)

    assert wiring(found) == {
        "own_beside_1-f-dense_1": ("input",),
        "own_beside_1-g-dense_1": ("input",),
        "own_beside_1-g-dense_2": ("own_beside_1-g-dense_1",),
        "own_beside_1": ("own_beside_1-f-dense_1", "own_beside_1-g-dense_2", "input"),
        "output_1": ("own_beside_1",),
    }
    assert found.node("own_beside_1").output == FeedForward(2 + 5 + 4)
    assert build_network(found)(torch.randn(6, 4)).shape == (6, 3)


def test_repeats_in_repeats_have_a_bound() -> None:
    deep = "{type: dense, n_out: 4}"
    for _ in range(4):
        deep = f"{{type: repeat, times: 1000, layers: [{deep}]}}"

    (message,) = problems(deep, OUT)
    assert message.startswith(f"layers.0 must be at most {MOST_LAYERS:,} layers in all, got ")


def test_a_full_name_that_two_layers_have_is_refused_where_it_is_said() -> None:
    (message,) = problems("{type: dense, name: repeat_1-1-dense_1, n_out: 4}", "{type: repeat, times: 1, layers: [{type: dense, n_out: 4}]}", OUT)

    assert message == "layers.0.name must be a name of its own, and repeat_1-1-dense_1 is another layer's too"


def test_an_input_of_the_network_is_not_called_as_a_layer_in_a_block() -> None:
    (message,) = problems("{type: repeat, times: 1, layers: [{type: dense, n_out: 4}]}", OUT, head="input: {repeat_1-1-dense_1: 4}")

    assert message == "input.repeat_1-1-dense_1 must have another name, which the layer at layers.0.layers.0 has"


@pytest.mark.parametrize("word", ["repeat_1-3-dense_1", "r"])
def test_a_full_name_that_is_not_there_is_refused(word: str) -> None:
    layers = "{type: repeat, times: 2, layers: [{type: dense, n_out: 4}]}", f"{{type: dense, input: {word}, n_out: 4}}"

    assert f'layers.1.input must be the name of a layer or an input, got "{word}"' in problems(*layers, OUT)
