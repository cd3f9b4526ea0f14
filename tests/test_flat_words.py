"""An updater's words beside it: at the top level and on a layer."""

import pytest

from netspec.errors import SpecError
from netspec.flat_words import lift
from netspec.source import from_text
from netspec.spec import Spec, parse

LAYERS = "layers:\n  - {type: output, n_out: 3, loss: mse}\n"


def spec(text: str) -> Spec:
    return parse(from_text(f"{text}\n{LAYERS}", "a.yaml"))


def layer(words: str) -> Spec:
    return parse(from_text(f"layers:\n  - {{type: output, n_out: 3, loss: mse, {words}}}\n", "a.yaml"))


@pytest.mark.parametrize(
    ("beside", "inside"),
    [
        ("updater: sgd\nlearning_rate: 0.1", "updater: {type: sgd, learning_rate: 0.1}"),
        ("learning_rate: 0.1\nupdater: sgd", "updater: {type: sgd, learning_rate: 0.1}"),
        ("updater: adam\nbeta1: 0.8\nepsilon: 1e-6", "updater: {type: adam, beta1: 0.8, epsilon: 1e-6}"),
        ("updater: {type: adam, beta1: 0.8}\nbeta2: 0.9", "updater: {type: adam, beta1: 0.8, beta2: 0.9}"),
        ("updater: nesterovs\nlearning_rate: 0.1\nmomentum: 0.5", "updater: {type: nesterovs, learning_rate: 0.1, momentum: 0.5}"),
        ("updater: adam", "updater: {type: adam}"),
    ],
)
def test_words_beside_the_updater_are_its_own(beside: str, inside: str) -> None:
    assert spec(beside) == spec(inside)
    assert spec(beside).updater == spec(inside).updater


def test_words_on_a_layer_go_to_the_layers_updater() -> None:
    assert (
        layer("updater: nesterovs, learning_rate: 0.1, momentum: 0.5").layers[0]
        == layer("updater: {type: nesterovs, learning_rate: 0.1, momentum: 0.5}").layers[0]
    )


def test_a_layers_own_words_stay_the_layers() -> None:
    """`weight_decay` is a word of every layer, so beside adamw it is still the layer's."""
    found = layer("updater: adamw, weight_decay: 0.5").layers[0].model_dump(exclude_unset=True)

    assert found["weight_decay"]["value"]["value"] == 0.5
    assert "weight_decay" not in found["updater"]


def test_l2_beside_an_updater_stays_network_wide() -> None:
    found = spec("updater: adam\nl2: 0.5")

    assert found.model_dump(exclude_unset=True)["l2"]["value"] == 0.5


def test_moved_words_remember_where_they_stood() -> None:
    found = spec("updater: sgd\nlearning_rate: 0.1")

    assert found.said_at(("updater", "learning_rate")) == ("learning_rate",)
    assert str(found.where(("updater", "learning_rate"))) == "a.yaml:2:16"
    assert str(found.where(("updater",))) == "a.yaml:1:10"


def problems(text: str) -> list[tuple[str, str]]:
    with pytest.raises(SpecError) as caught:
        parse(from_text(text, "a.yaml"))
    return [(str(problem.position), problem.message) for problem in caught.value.problems]


@pytest.mark.parametrize(
    ("text", "place", "said"),
    [
        (
            f"updater: {{type: sgd, learning_rate: 1}}\nlearning_rate: 2\n{LAYERS}",
            "2:1",
            "learning_rate must be said once, got it beside the updater and in it",
        ),
        (f"updater: adam\nmomentum: 0.9\n{LAYERS}", "2:1", "momentum must be left out: adam has no `momentum`"),
        (f"updater: adam\nmomentun: 0.9\n{LAYERS}", "2:1", "momentun must be left out: a spec has no `momentun`"),
        (f"updater: sgd\nlearning_rate: 0.1\nbeta1: 0.8\n{LAYERS}", "3:1", "beta1 must be left out: a spec has no `beta1`"),
        (f"momentum: 0.9\n{LAYERS}", "1:1", "momentum must stand beside an `updater`"),
        (f"updater: sgd\nlearning_rate: -1\n{LAYERS}", "2:16", "learning_rate must be greater than 0, got -1"),
        (f"updater: sgd\nlearning_rate: {{type: step, initial: 1}}\n{LAYERS}", "2:16", "learning_rate.decay must be set"),
        (
            "layers:\n  - {type: output, n_out: 3, loss: mse, updater: adam, momentum: 0.9}\n",
            "2:56",
            "layers.0.momentum must be left out: adam has no `momentum`",
        ),
        (
            "layers:\n  - {type: output, n_out: 3, loss: mse, updater: {type: sgd, learning_rate: 1}, learning_rate: 2}\n",
            "2:81",
            "layers.0.learning_rate must be said once, got it beside the updater and in it",
        ),
    ],
)
def test_a_word_in_the_wrong_place_is_refused_there(text: str, place: str, said: str) -> None:
    assert problems(text)[0] == (f"a.yaml:{place}", said)


def test_a_word_said_twice_names_both_places() -> None:
    with pytest.raises(SpecError) as caught:
        spec("updater: {type: sgd, learning_rate: 1}\nlearning_rate: 2")
    (problem,) = caught.value.problems

    assert [(str(place), words) for place, words in problem.others] == [("a.yaml:1:22", "also said here")]


@pytest.mark.parametrize("text", ["updater: quux\nmomentum: 1", "updater: 3\nmomentum: 1", "updater: {type: 3}\nmomentum: 1", "updater: [sgd]\nmomentum: 1"])
def test_beside_an_updater_that_is_none_nothing_moves(text: str) -> None:
    lifted = lift(from_text(text))

    assert lifted.values == from_text(text).values
    assert not lifted.problems
