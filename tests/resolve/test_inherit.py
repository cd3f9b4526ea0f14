"""Who sets a layer's values: the layer, else the network, else the default; and that each value remembers it."""

from typing import Any

import pytest

from netspec.errors import SpecError
from netspec.plan import Plan
from netspec.read import load, plan_of
from netspec.resolve import resolve

OUT = "  - {type: output, n_out: 3, loss: negative_log_likelihood}\n"


def plan(head: str, *layers: str, tail: str = "") -> Plan:
    listed = "".join(f"  - {layer}\n" for layer in layers)
    return plan_of(f"input: 4\n{head}\nlayers:\n{listed}{OUT}{tail}")


def value(plan: Plan, name: str, field: str) -> Any:
    found = getattr(plan.node(name).layer, field)
    return getattr(found, "type", found)


def number(plan: Plan, name: str, field: str) -> float:
    return float(getattr(plan.node(name).layer, field).start)


DENSE = "{type: dense, n_out: 5}"


@pytest.mark.parametrize(
    ("head", "layer", "field", "expected"),
    [
        ("activation: relu\nweight_init: relu", "{type: dense, n_out: 5, weight_init: zero}", "weight_init", "zero"),
        ("activation: relu\nweight_init: zero", DENSE, "weight_init", "zero"),
        ("activation: relu", DENSE, "weight_init", "xavier"),
        ("activation: relu", "{type: dense, n_out: 5, activation: tanh}", "activation", "tanh"),
        ("activation: relu", DENSE, "activation", "relu"),
        ("activation: relu", DENSE, "bias_init", "constant"),
        ("activation: relu\nbias_init: 0.5", DENSE, "bias_init", "constant"),
    ],
)
def test_own_before_network_before_default(head: str, layer: str, field: str, expected: str) -> None:
    assert value(plan(head, layer), "dense_1", field) == expected


@pytest.mark.parametrize("field", ["l1", "l2", "l1_bias", "l2_bias"])
def test_coefficients_are_inherited_and_overridden(field: str) -> None:
    found = plan(f"activation: relu\n{field}: 0.25", DENSE, f"{{type: dense, n_out: 5, {field}: 0.5}}", f"{{type: dense, n_out: 5, {field}: 0}}")

    assert [number(found, name, field) for name in ("dense_1", "dense_2", "dense_3", "output_1")] == [0.25, 0.5, 0.0, 0.25]


def test_what_nobody_says_is_absent() -> None:
    layer = plan("activation: relu", DENSE).node("dense_1").layer

    assert [getattr(layer, field) for field in ("l1", "l2", "weight_decay", "dropout", "updater", "bias_updater")] == [None] * 6


@pytest.mark.parametrize(("loss", "activation"), [("negative_log_likelihood", "softmax"), ("xent", "sigmoid"), ("mse", "identity"), ("mae", "identity")])
def test_the_networks_activation_never_reaches_an_output(loss: str, activation: str) -> None:
    found = plan_of(f"input: 4\nactivation: tanh\nlayers:\n  - {{type: dense, n_out: 3}}\n  - {{type: output, n_out: 3, loss: {loss}}}\n")
    lone = plan_of(f"input: 4\nactivation: tanh\nlayers:\n  - {{type: dense, n_out: 3}}\n  - {{type: loss, loss: {loss}}}\n")

    assert value(found, "output_1", "activation") == value(lone, "loss_1", "activation") == activation


def test_the_networks_dropout_skips_the_first_layer_with_weights() -> None:
    found = plan("activation: relu\ndropout: 0.5", "{type: dropout, rate: 0.1}", DENSE, DENSE)

    assert found.node("dense_1").layer.model_dump()["dropout"] is None
    assert [found.node(name).layer.noise.rate.start for name in ("dense_2", "output_1")] == [0.5, 0.5]
    assert found.node("dropout_1").layer.model_dump()["dropout"] is None


def test_the_first_layer_has_dropout_where_it_says_so() -> None:
    assert plan("activation: relu\ndropout: 0.5", "{type: dense, n_out: 5, dropout: 0.2}").node("dense_1").layer.noise.rate.start == 0.2


def test_a_layers_rate_alone_changes_only_the_rate() -> None:
    found = plan("activation: relu\nupdater: nesterovs\nlearning_rate: 0.1\nmomentum: 0.7", "{type: dense, n_out: 5, learning_rate: 0.5}", DENSE)
    first, second = (found.node(name).layer.model_dump()["updater"] for name in ("dense_1", "dense_2"))

    assert (first["learning_rate"]["value"], first["momentum"]["value"]) == (0.5, 0.7)
    assert (second["learning_rate"]["value"], second["momentum"]["value"]) == (0.1, 0.7)


def test_a_layers_updater_replaces_the_networks_whole() -> None:
    found = plan("activation: relu\nupdater: nesterovs\nlearning_rate: 0.1\nmomentum: 0.7", "{type: dense, n_out: 5, updater: nesterovs, learning_rate: 0.5}")
    updater = found.node("dense_1").layer.model_dump()["updater"]

    assert (updater["learning_rate"]["value"], updater["momentum"]["value"]) == (0.5, 0.9)


def test_a_bias_updater_stands_beside_the_updater() -> None:
    found = plan("activation: relu\nupdater: adam\nbias_updater: {type: sgd, learning_rate: 0.5}", DENSE, "{type: dense, n_out: 5, bias_updater: adamw}")

    assert [value(found, name, "updater") for name in ("dense_1", "dense_2")] == ["adam", "adam"]
    assert [value(found, name, "bias_updater") for name in ("dense_1", "dense_2")] == ["sgd", "adamw"]


@pytest.mark.parametrize(
    ("head", "layer", "decay"),
    [
        ("updater: adamw", DENSE, 0.01),
        ("updater: {type: adamw, weight_decay: 0.3}", DENSE, 0.3),
        ("updater: adamw\nweight_decay: 0.2", DENSE, 0.2),
        ("updater: adamw\nweight_decay: 0.2", "{type: dense, n_out: 5, weight_decay: 0.4}", 0.4),
        ("updater: adam", "{type: dense, n_out: 5, updater: adamw}", 0.01),
        ("updater: adam\nweight_decay: 0.2", "{type: dense, n_out: 5, updater: adamw}", 0.2),
    ],
)
def test_adamw_sets_the_layers_weight_decay_unless_it_is_said(head: str, layer: str, decay: float) -> None:
    found = plan(f"activation: relu\n{head}", layer).node("dense_1").layer.model_dump()

    assert found["weight_decay"]["value"]["value"] == decay
    assert found["weight_decay"]["times_rate"] is True


def refusals(text: str) -> list[str]:
    with pytest.raises(SpecError) as caught:
        plan_of(text)
    return [str(problem) for problem in caught.value.problems]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (f"input: 4\nlayers:\n  - {DENSE}\n{OUT}", "<spec>:3:5: error: layers.0.activation must be set, on the layer or network-wide"),
        (f"input: 4\nactivation: relu\nupdater: sgd\nlayers:\n{OUT}", "<spec>:3:1: error: updater.learning_rate must be set: sgd has no usual one"),
        (
            f"input: 4\nactivation: relu\nupdater: {{type: adamw, weight_decay: 0.1}}\nweight_decay: 0.2\nlayers:\n{OUT}",
            "<spec>:4:15: error: weight_decay must be said once, got it beside the updater and in it",
        ),
        (
            "input: 4\nlayers:\n  - {type: output, n_out: 3, loss: mse, learning_rate: 0.1}\n",
            "<spec>:3:41: error: layers.0.learning_rate must stand beside an `updater`, the layer's or the network's",
        ),
        (
            "input: 4\nupdater: adam\nlayers:\n  - {type: output, n_out: 3, loss: mse, momentum: 0.1}\n",
            "<spec>:4:41: error: layers.0.momentum must be left out: adam has no `momentum`",
        ),
    ],
)
def test_what_must_be_said_and_is_not_is_refused(text: str, said: str) -> None:
    assert refusals(text) == [said]


def test_a_missing_rate_is_said_once_for_all_layers() -> None:
    assert len(refusals(f"input: 4\nactivation: relu\nupdater: sgd\nlayers:\n  - {DENSE}\n  - {DENSE}\n{OUT}")) == 1


TEXT = """\
seed: 7
input: 4
activation: relu
updater: sgd
learning_rate: 0.1
l2: 0.01
layers:
  - {type: dense, n_out: 5, l2: 0.02}
  - {type: output, n_out: 3, loss: mse}
"""


@pytest.mark.parametrize(
    ("path", "kind", "said"),
    [
        (("seed",), "said", "<spec>:1:7"),
        (("name",), "default", "default"),
        (("data_type",), "override", "--set data_type=float64"),
        (("layers", 0, "n_out"), "said", "<spec>:8:26"),
        (("layers", 0, "l2"), "said", "<spec>:8:33"),
        (("layers", 0, "activation"), "inherited", "network-wide, <spec>:3:13"),
        (("layers", 0, "weight_init"), "default", "default"),
        (("layers", 1, "l2"), "inherited", "network-wide, <spec>:6:5"),
        (("layers", 1, "activation"), "default", "default, follows from the loss mse"),
        (("updater", "learning_rate"), "said", "<spec>:5:16"),
        (("updater",), "said", "<spec>:4:10"),
    ],
)
def test_each_value_remembers_who_set_it(path: tuple[str | int, ...], kind: str, said: str) -> None:
    origin = resolve(load(TEXT, settings=["data_type=float64"])).origins[path]

    assert origin.kind == kind
    assert str(origin) == said


def test_an_input_that_follows_from_the_data_is_inferred_from_it() -> None:
    origin = plan_of(f"activation: relu\ndata: iris\nlayers:\n{OUT}").origins[("input",)]

    assert (origin.kind, str(origin)) == ("inferred", "inferred, from data iris")


def test_values_inherited_from_an_override_point_at_it() -> None:
    origin = resolve(load(TEXT, settings=["activation=tanh"])).origins[("layers", 0, "activation")]

    assert str(origin) == "network-wide, --set activation=tanh"


def test_blocks_say_which_of_their_values_are_defaults() -> None:
    origins = plan_of(f"activation: relu\nupdater: adam\ndata: iris\nlayers:\n{OUT}train: {{epochs: 3, batch_size: 5}}\n").origins

    assert [origins[("train", field)].kind for field in ("epochs", "batch_size", "shuffle", "device")] == ["said", "said", "default", "default"]
