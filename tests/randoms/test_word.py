"""The word `random`: where it stands, what cannot be drawn with it, and that a stopped training goes on with it."""

from dataclasses import asdict
from typing import Any

import pytest
import torch

from netspec import build
from netspec.errors import SpecError
from netspec.model import Model
from netspec.randoms import Random
from netspec.read import plan_of
from netspec.report.explain import explain_plan
from netspec.train.state import capture

SPEC: dict[str, Any] = {
    "random": "dl4j",
    "seed": 123,
    "updater": "adam",
    "dropout": 0.3,
    "activation": "tanh",
    "input": 4,
    "layers": [{"type": "dense", "n_out": 8}, {"type": "dense", "n_out": 6}, {"type": "output", "n_out": 3, "loss": "negative_log_likelihood"}],
    "train": {"batch_size": 8, "epochs": 3},
}
TEXT = """\
random: dl4j
seed: 123
weight_init: orthogonal
input: 4
layers:
  - {type: dense, n_out: 8, activation: relu}
  - {type: dense, n_out: 8, activation: relu, weight_init: xavier, bias_init: {type: normal, std: 0.1}}
  - {type: output, n_out: 3, loss: mse}
"""


def refusals(spec: Any) -> list[str]:
    with pytest.raises(SpecError) as error:
        plan_of(spec)
    return [str(problem) for problem in error.value.problems]


def changed(number: int, **words: Any) -> dict[str, Any]:
    """The spec with one layer's words changed."""
    return SPEC | {"layers": [layer | (words if index == number else {}) for index, layer in enumerate(SPEC["layers"])]}


def test_what_dl4j_does_not_draw_is_refused_once_where_it_is_said():
    assert refusals(TEXT) == [
        '<spec>:3:14: error: weight_init must be a distribution that DL4J draws with random: dl4j, got "orthogonal"',
        '<spec>:7:79: error: layers.1.bias_init must be a number with random: dl4j, which draws no biases, got "normal"',
    ]


@pytest.mark.parametrize(
    ("spec", "message"),
    [
        (SPEC | {"seed": 0}, "error: seed must be set and not be 0 with random: dl4j, which takes the time of day for 0"),
        (
            {key: value for key, value in SPEC.items() if key != "seed"},
            "error: seed must be set and not be 0 with random: dl4j, which takes the time of day for 0",
        ),
        (SPEC | {"data_type": "bfloat16"}, 'error: data_type must be float32 or float64 with random: dl4j, got "bfloat16"'),
        (changed(1, weight_init="orthogonal"), 'error: layers.1.weight_init must be a distribution that DL4J draws with random: dl4j, got "orthogonal"'),
        (SPEC | {"random": "java"}, 'error: random must be the name of a random source, got "java"'),
        (SPEC | {"random": {"type": "netspec", "order_seed": 1}}, "error: random.order_seed must be left out: netspec has no `order_seed`"),
    ],
)
def test_a_refusal_names_the_word(spec, message):
    assert refusals(spec) == [message]


def test_a_noise_that_only_torch_draws_is_refused(own_words):
    from typing import Literal

    from netspec.dropouts import Dropout

    class OwnNoise(Dropout):
        type: Literal["own_noise"] = "own_noise"

    assert refusals(changed(1, dropout="own_noise")) == ['error: layers.1.dropout must be a noise that DL4J draws with random: dl4j, got "own_noise"']
    plan_of(changed(1, dropout="own_noise") | {"random": "netspec"})


def test_a_layer_whose_draws_are_not_known_is_refused(own_words):
    from typing import Literal

    from netspec.layers.dense import Dense

    class OwnLayer(Dense):
        type: Literal["own_layer"] = "own_layer"

    assert refusals(changed(1, type="own_layer")) == ['error: layers.1.type must be a layer whose weights random: dl4j can draw, got "own_layer"']


def test_a_convolution_over_steps_is_refused_where_its_weights_are_drawn():
    layers = [{"type": "conv", "n_out": 2, "kernel": 3, "activation": "tanh"}, {"type": "output", "n_out": 2, "loss": "mse"}]
    over_steps = {"random": "dl4j", "seed": 123, "input": {"type": "recurrent", "size": 3}, "layers": layers}

    assert refusals(over_steps) == ['error: layers.0.type must not be a convolution over a sequence with random: dl4j, got "conv"']
    plan_of(over_steps | {"input": "3x5x5"})


@pytest.mark.parametrize(
    ("layer", "message"),
    [
        ({"type": "gru", "n_out": 2}, 'error: layers.0.type must be a layer whose weights random: dl4j can draw, got "gru"'),
        (
            {"type": "bidirectional", "layer": {"type": "gru", "n_out": 2}},
            'error: layers.0.layer.type must be a layer whose weights random: dl4j can draw, got "gru"',
        ),
        (
            {"type": "lstm", "n_out": 2, "recurrent_weight_init": "orthogonal"},
            'error: layers.0.recurrent_weight_init must be a distribution that DL4J draws with random: dl4j, got "orthogonal"',
        ),
        (
            {"type": "bidirectional", "layer": {"type": "lstm", "n_out": 2, "weight_noise": {"type": "drop_connect", "rate": 0.5}}},
            'error: layers.0.layer.weight_noise must not act on a recurrent layer with random: dl4j, got "drop_connect"',
        ),
    ],
)
def test_a_recurrent_layer_whose_draws_are_not_known_is_refused(layer, message):
    layers = [layer, {"type": "output", "n_out": 2, "loss": "mse"}]

    assert refusals({"random": "dl4j", "seed": 123, "input": {"type": "recurrent", "size": 3}, "layers": layers}) == [message]


def test_explain_shows_the_word_and_who_said_it():
    said, unsaid = (explain_plan(plan_of(text)).plain for text in ("random: dl4j\n" + _small("123"), _small("123")))

    assert [line.split() for line in said.splitlines() if line.startswith("random")] == [["random", "dl4j", "<spec>:1"]]
    assert [line.split() for line in unsaid.splitlines() if line.startswith("random")] == [["random", "netspec", "default"]]
    own = explain_plan(plan_of("random: {type: dl4j, order_seed: 7}\n" + _small("123"))).plain
    assert [line.split() for line in own.splitlines() if "order_seed" in line] == [["order_seed", "7", "<spec>:1"]]


def _small(seed: str) -> str:
    return f"seed: {seed}\ninput: 3\nlayers:\n  - {{type: output, n_out: 2, loss: mse}}\n"


def test_the_plan_holds_the_word():
    assert plan_of(SPEC).as_dict()["random"] == {"type": "dl4j", "era": "1.0.0-M2.1"}
    assert plan_of({key: value for key, value in SPEC.items() if key != "random"}).as_dict()["random"] == "netspec"


@pytest.mark.parametrize("tag", Random.tags())
def test_a_source_survives_the_round_trip(tag):
    source = Random.parse(tag)

    assert Random.parse(source.model_dump(exclude_none=True)) == source


def examples() -> tuple[torch.Tensor, torch.Tensor]:
    features = torch.randn((30, 4), generator=torch.Generator().manual_seed(1))
    return features, features[:, :3].argmax(1)


@pytest.mark.parametrize("random", ["dl4j", "netspec"])
def test_a_training_that_goes_on_from_a_checkpoint_ends_bit_identical(random):
    whole, first = (build(SPEC | {"random": random}, device="cpu") for _ in range(2))
    whole.fit(*examples())
    first.fit(*examples(), epochs=1)
    checkpoint = capture(first._training(), first.progress, {})
    then = build(SPEC | {"random": random}, device="cpu")
    then.restore(checkpoint)
    then.fit(*examples(), epochs=2)

    assert [asdict(record) | {"seconds": 0} for record in then.history.epochs] == [asdict(record) | {"seconds": 0} for record in whole.history.epochs]
    assert all(torch.equal(ours, theirs) for ours, theirs in zip(then.module.parameters(), whole.module.parameters(), strict=True))


def test_two_models_of_one_process_do_not_disturb_each_other():
    def weights(model: Model) -> list[torch.Tensor]:
        return [parameter.detach() for parameter in model.module.parameters()]

    alone, one, other = (build(SPEC, device="cpu") for _ in range(3))
    for _ in range(4):
        alone.step(examples())
    for _ in range(4):
        one.step(examples())
        other.step(examples())
        other.step(examples())

    assert all(torch.equal(ours, theirs) for ours, theirs in zip(weights(one), weights(alone), strict=True))
