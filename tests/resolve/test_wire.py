"""Names, and who takes whose output."""

import pytest
from torch import nn

from netspec.errors import SpecError
from netspec.network import Around, Network
from netspec.plan import Plan
from netspec.read import plan_of
from netspec.resolve.names import RESERVED

OUT = "{type: output, n_out: 3, loss: mse}"


def plan(*layers: str, head: str = "input: 4") -> Plan:
    return plan_of(f"{head}\nactivation: relu\nlayers:\n" + "".join(f"  - {layer}\n" for layer in layers))


def problems(*layers: str, head: str = "input: 4") -> list[str]:
    with pytest.raises(SpecError) as caught:
        plan(*layers, head=head)
    return [problem.message for problem in caught.value.problems]


def test_a_list_is_a_chain() -> None:
    found = plan("{type: dense, n_out: 5}", "batch_norm", "{type: dense, n_out: 6}", OUT)

    assert [node.name for node in found.nodes] == ["dense_1", "batch_norm_1", "dense_2", "output_1"]
    assert [node.inputs for node in found.nodes] == [("input",), ("dense_1",), ("batch_norm_1",), ("dense_2",)]
    assert found.outputs == ("output_1",)


def test_numbers_of_names_skip_names_that_are_taken() -> None:
    found = plan("{type: dense, n_out: 5}", "{type: dense, n_out: 5, name: dense_2}", "{type: dense, n_out: 5}", OUT)

    assert [node.name for node in found.nodes][:3] == ["dense_1", "dense_2", "dense_3"]


def test_nodes_stand_after_their_inputs_whatever_the_file_says() -> None:
    found = plan(
        "{type: output, input: b, n_out: 3, loss: mse}", "{type: dense, name: b, input: a, n_out: 5}", "{type: dense, name: a, input: input, n_out: 6}"
    )

    assert [node.name for node in found.nodes] == ["a", "b", "output_1"]
    assert [node.path for node in found.nodes] == [("layers", 2), ("layers", 1), ("layers", 0)]


def test_a_layer_without_input_takes_the_one_before_in_the_file() -> None:
    found = plan(
        "{type: dense, name: a, n_out: 5}",
        "{type: dense, name: b, input: input, n_out: 6}",
        "{type: dense, name: c, n_out: 7}",
        OUT,
        "{type: output, input: a, n_out: 2, loss: mse}",
    )

    assert {node.name: node.inputs for node in found.nodes} == {"a": ("input",), "b": ("input",), "c": ("b",), "output_1": ("c",), "output_2": ("a",)}
    assert found.outputs == ("output_1", "output_2")


def test_outputs_may_be_named() -> None:
    found = plan("{type: dense, name: a, n_out: 5}", OUT, head="input: 4\noutputs: [output_1, a]")

    assert found.outputs == ("output_1", "a")


def test_a_network_without_a_loss_ends_in_its_last_layer() -> None:
    assert plan("{type: dense, n_out: 5}", "{type: dense, n_out: 6}").outputs == ("dense_2",)


def test_several_inputs_go_where_they_are_named() -> None:
    found = plan("{type: dense, input: left, n_out: 5}", OUT, "{type: output, input: right, n_out: 2, loss: mse}", head="input: {left: 4, right: 3}")

    assert [(node.name, node.inputs, str(node.shapes[0])) for node in found.nodes] == [
        ("dense_1", ("left",), "4"),
        ("output_1", ("dense_1",), "5"),
        ("output_2", ("right",), "3"),
    ]


@pytest.mark.parametrize(
    ("layers", "said"),
    [
        (("{type: dense, name: a, n_out: 5}", "{type: dense, name: a, n_out: 5}", OUT), 'layers.1.name must be a name of its own, got "a"'),
        (("{type: dense, name: input, n_out: 5}", OUT), 'layers.0.name must not be the name of an input, got "input"'),
        (("{type: dense, name: forward, n_out: 5}", OUT), 'layers.0.name must not be a name that torch\'s modules use themselves, got "forward"'),
        (("{type: dense, name: class, n_out: 5}", OUT), 'layers.0.name must not be a name that torch\'s modules use themselves, got "class"'),
        (("{type: dense, name: _modules, n_out: 5}", OUT), 'layers.0.name must not begin with _, as torch\'s modules\' own names do, got "_modules"'),
        (("{type: dense, name: a.b, n_out: 5}", OUT), 'layers.0.name must be a name of letters, digits, _ or -, at most 64, got "a.b"'),
        (("{type: dense, input: b, n_out: 5}", OUT), 'layers.0.input must be the name of a layer or an input, got "b"'),
        (("{type: dense, n_out: 5}", "{type: output, input: [dense_1, input], n_out: 3, loss: mse}"),
         "layers.1.input must be one name: output takes one input, got"),
        (("{type: dense, name: a, input: a, n_out: 5}", OUT), "layers.0.input must not lead back to the layer: a → a"),
        (
            ("{type: dense, name: a, input: c, n_out: 5}", "{type: dense, name: b, input: a, n_out: 5}", "{type: dense, name: c, n_out: 5}", OUT),
            "layers.0.input must not lead back to the layer: a → b → c → a",
        ),
        (("{type: dense, name: a, n_out: 5}", "{type: output, input: input, n_out: 3, loss: mse}"), "layers.0 must lead to an output, but nobody takes a"),
        ((OUT, "{type: dense, n_out: 5}"), "layers.0 must be the end of its branch: output_1 has a loss, yet another layer takes it"),
    ],
)  # fmt: skip
def test_one_mistake_of_wiring_is_one_message(layers: tuple[str, ...], said: str) -> None:
    (found,) = problems(*layers)

    assert found.startswith(said)


@pytest.mark.parametrize("name", sorted(RESERVED - {"input"}))
def test_a_reserved_name_is_refused(name: str) -> None:
    assert problems(f"{{type: dense, name: {name}, n_out: 5}}", OUT) == [f'layers.0.name must not be a name that torch\'s modules use themselves, got "{name}"']


def test_an_input_that_nobody_takes_is_named() -> None:
    assert problems("{type: dense, input: left, n_out: 5}", OUT, head="input: {left: 4, right: 3}") == ["input.right must be taken by a layer"]


def test_the_first_layer_of_several_inputs_says_which() -> None:
    assert problems(OUT, head="input: {left: 4, right: 3}")[0] == "layers.0.input must be set: the network has several inputs (left and right)"


def test_an_unknown_output_is_named() -> None:
    assert problems(OUT, head="input: 4\noutputs: [output_2]") == ['outputs must name layers, got "output_2"']


def test_the_reserved_names_are_those_of_torchs_modules() -> None:
    network = Network((), (), {})
    taken = {name for module in (nn.Module(), nn.ModuleDict(), network) for name in dir(module) if not name.startswith("_")}

    assert taken - RESERVED == set()


def test_each_name_is_reserved_for_a_reason() -> None:
    network = Network((), (), {})
    known = {name for module in (nn.Module(), nn.ModuleDict(), network) for name in dir(module)}

    assert RESERVED - known <= {"input", "T_destination", "dump_patches", "copy", "fromkeys", "get", "popitem", "setdefault"}


@pytest.mark.parametrize("name", ["a", "x-y", "x_1", "1", "Conv", "list", "bn"])
def test_a_name_that_is_not_reserved_names_a_submodule(name: str) -> None:
    network = Network(("input",), (name,), {})
    network.add(name, ("input",), nn.Identity(), Around(nn.Dropout(), None, nn.ReLU()))

    assert name in dict(network.named_children())
    assert problems_of_name(name) == []


def problems_of_name(name: str) -> list[str]:
    try:
        plan(f'{{type: dense, name: "{name}", n_out: 5}}', OUT)
    except SpecError as error:
        return [problem.message for problem in error.problems]
    return []
