"""`netspec explain` and `netspec summary`."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from netspec.dl4j_classes import classes


def test_the_plan_shows_each_value_with_who_set_it(netspec: Callable) -> None:
    said = netspec("explain", "tiny.yaml")
    assert (said.code, said.err) == (0, "")
    rows = [line.split() for line in said.out.splitlines()]
    assert any(row[:2] == ["seed", "1"] and row[-1].startswith("tiny.yaml:2") for row in rows)
    assert any(row[:2] == ["n_out", "8"] and row[-1].startswith("tiny.yaml:6") for row in rows)
    assert any(row[:2] == ["activation", "softmax"] and "default" in " ".join(row) for row in rows)
    assert any(row[:3] == ["has_bias", "true", "default"] for row in rows)


def test_settings_inside_an_activation_or_a_loss_are_shown_with_who_said_them(netspec: Callable, place: Path) -> None:
    lines = [
        "input: 4",
        "activation: {type: leakyrelu, alpha: 0.2}",
        "layers:",
        "  - {type: dense, n_out: 3}",
        "  - type: output",
        "    n_out: 3",
        "    loss: {type: mcxent,",
        "      label_smoothing: 0.1}",
    ]
    (place / "inside.yaml").write_text("\n".join(lines), encoding="utf-8")
    rows = [line.split() for line in netspec("explain", "inside.yaml").out.splitlines()]
    assert [row[1:] for row in rows if row[:1] == ["alpha"]] == [["0.2", "inside.yaml:2"]]
    assert [row[1:] for row in rows if row[:1] == ["label_smoothing"]] == [["0.1", "inside.yaml:8"]]
    assert [row[1:] for row in rows if row[:1] == ["clip"]] == [["0", "default"]]


def test_a_schedule_of_a_schedule_is_shown_value_by_value(netspec: Callable, place: Path) -> None:
    lines = [
        "input: 4",
        "updater:",
        "  type: adam",
        "  learning_rate:",
        "    {type: warm_up, initial: 0.001, over: 5,",
        "     then: {type: cosine, initial: 0.5, over: 7}}",
        "layers: [{type: output, n_out: 3, loss: mse}]",
    ]
    (place / "nested.yaml").write_text("\n".join(lines), encoding="utf-8")
    said = netspec("explain", "nested.yaml").out.splitlines()
    start = next(number for number, line in enumerate(said) if line.split()[:1] == ["learning_rate"])

    assert [line.split() for line in said[start : start + 9]] == [
        ["learning_rate", "warm_up", "nested.yaml:5"],
        ["per", "iteration", "default"],
        ["initial", "0.001", "nested.yaml:5"],
        ["over", "5", "nested.yaml:5"],
        ["then", "cosine", "nested.yaml:6"],
        ["per", "iteration", "default"],
        ["initial", "0.5", "nested.yaml:6"],
        ["over", "7", "nested.yaml:6"],
        ["final", "0", "default"],
    ]
    assert [len(line) - len(line.lstrip()) for line in said[start : start + 6]] == [4, 6, 6, 6, 6, 8]


def test_a_path_shows_one_value_its_place_and_its_meaning(netspec: Callable) -> None:
    said = netspec("explain", "tiny.yaml", "layers.0.n_out")
    first, second = said.out.splitlines()
    assert first.split()[:2] == ["layers.0.n_out", "8"]
    assert "tiny.yaml:6" in first
    assert second.strip() == "Units this layer produces."


def test_an_override_is_named_as_who_set_the_value(netspec: Callable) -> None:
    assert "--set layers.0.n_out=9" in netspec("explain", "tiny.yaml", "layers.0.n_out", "--set", "layers.0.n_out=9").out


@pytest.mark.parametrize("path", ["layers.7.n_out", "layers.0.units", "train.seed", "nothing"])
def test_a_path_that_is_not_there_is_a_wrong_use(path: str, netspec: Callable) -> None:
    said = netspec("explain", "tiny.yaml", path)
    assert (said.code, said.out) == (2, "")
    assert f"tiny.yaml has no value at {path}" in said.err


@pytest.mark.parametrize(
    ("word", "told"),
    [
        ("dense", "Fully|activation(W·x + b)"),
        ("adam", "Kingma & Ba"),
        ("dense.n_out", "Units this layer produces."),
        ("step", "⌊count / every⌋"),
        ("mnist", "28×28"),
        ("momentum", "Share of the last step that is kept"),
        ("learning_rate", "Step size"),
        ("adam.beta1", "Default: 0.9."),
        ("csv.task", "Default: classification."),
        ("csv.separator", 'Default: ",".'),
        ("train.batch_size", "Examples in a batch"),
        ("csv.path", "It must be said."),
        ("conv.mode", "One of strict, truncate, same or causal."),
    ],
)
def test_a_word_is_explained_by_its_formula_or_meaning(word: str, told: str, netspec: Callable) -> None:
    said = netspec("explain", word)
    assert (said.code, said.err) == (0, "")
    assert any(part in said.out for part in told.split("|"))


def test_what_a_word_means_fits_a_terminal_with_its_own_fields_first(netspec: Callable) -> None:
    said = netspec("explain", "graves_lstm").out.splitlines()
    fields = [line.split()[0] for line in said if line.startswith("  ") and line[2] != " " and line[2:].split("  ")[0].isidentifier()]

    assert max(map(len, said)) <= 80
    assert fields.index("gate_activation") < fields.index("n_out") < fields.index("weight_init") < fields.index("frozen")


def test_a_word_that_is_a_layer_and_a_key_is_explained_as_both(netspec: Callable) -> None:
    said = netspec("explain", "l2").out
    assert said.index("is added to the score") < said.index("L2Vertex")


@pytest.mark.parametrize(("word", "close"), [("dens", "dense"), ("Dense", "dense")])
def test_an_unknown_word_gets_the_nearest_one(word: str, close: str, netspec: Callable) -> None:
    said = netspec("explain", word)
    assert (said.code, said.out) == (2, "")
    assert f"error: {word} is neither a file nor a word of the spec language" in said.err
    assert f"did you mean `{close}`?" in said.err


@pytest.mark.parametrize(
    ("word", "told"),
    [
        ("dense.units", "did you mean `dense.n_out`?"),
        ("dense.n_outt", "did you mean `dense.n_out`?"),
        ("dense.qqq", "netspec explain dense lists what it has"),
        ("early_stopping", "did you mean `train.early_stopping`?"),
        ("watch", "did you mean `train.early_stopping.watch`?"),
        ("trian", "did you mean `train`?"),
        ("train.epoch", "did you mean `train.epochs`?"),
        ("nesterov", "called `nesterovs` here"),
        ("Linear", "called `dense` here"),
        ("he_normal", "called `relu` here"),
        ("lr", "called `learning_rate` here"),
    ],
)
def test_an_unknown_field_or_key_gets_the_nearest_one(word: str, told: str, netspec: Callable) -> None:
    said = netspec("explain", word)
    assert (said.code, said.out) == (2, "")
    assert f"error: {word} is neither a file nor a word of the spec language" in said.err
    assert told in said.err


@pytest.mark.parametrize(
    ("key", "told"),
    [
        ("train", "How to train.|batch_size"),
        ("train.batch_size", "Examples in a batch"),
        ("train.early_stopping", "patience|least_gain"),
        ("train.early_stopping.watch", "The validation figure"),
        ("tbptt", "Truncated back-propagation|forward"),
        ("transfer", "freeze_up_to"),
        ("data", "type|csv_sequence"),
        ("data.augment", "Random changes of each training image"),
        ("evaluation", "What evaluation finds out|roc"),
        ("seed", "seed"),
    ],
)
def test_a_key_of_a_spec_is_explained_with_what_may_stand_in_it(key: str, told: str, netspec: Callable) -> None:
    said = netspec("explain", key)
    assert (said.code, said.err) == (0, "")
    assert all(part in said.out for part in told.split("|"))
    assert max(map(len, said.out.splitlines())) <= 80


@pytest.mark.parametrize(
    ("path", "told"), [("train.ema", "moving average"), ("train.epochs", "Passes over"), ("data.split", "Shares of"), ("train", "How to train")]
)
def test_a_value_in_a_block_is_explained_by_its_own_meaning(path: str, told: str, netspec: Callable) -> None:
    assert told in netspec("explain", "tiny.yaml", path).out


def test_a_missing_file_is_a_wrong_use(netspec: Callable) -> None:
    said = netspec("explain", "tine.yaml")
    assert said.code == 2
    assert "did you mean tiny.yaml?" in said.err


def test_explain_prints_one_json_document(netspec: Callable) -> None:
    document = json.loads(netspec("explain", "tiny.yaml", "--json").out)
    assert [layer["name"] for layer in document["layers"]] == ["dense_1", "output_1"]
    assert document["origins"]["seed"].startswith("tiny.yaml:2")


def test_the_summary_counts_parameters_and_flops(netspec: Callable) -> None:
    said = netspec("summary", "tiny.yaml")
    rows = {line.split()[0]: line.split() for line in said.out.splitlines() if line.strip()}
    assert (said.code, said.err) == (0, "")
    # 4·8 + 8 = 40 and 8·3 + 3 = 27 parameters; two operations a weight
    assert rows["dense_1"] == ["dense_1", "dense", "4", "8", "40", "64"]
    assert rows["output_1"] == ["output_1", "output", "8", "3", "27", "48"]
    assert rows["total"] == ["total", "67", "112"]


def test_a_summary_without_types_has_no_column_of_them(netspec: Callable, tmp_path: Path) -> None:
    spec = tmp_path / "long.yaml"
    spec.write_text(
        "activation: tanh\ninput: 4\nlayers:\n  - {type: variational_autoencoder, n_out: 3, encoder: 4, decoder: 4, reconstruction: gaussian}\n"
        "  - {type: output, n_out: 3, loss: negative_log_likelihood}\n",
        encoding="utf-8",
    )
    head, row = netspec("summary", str(spec)).out.splitlines()[2:4]

    assert head.split() == ["layer", "input", "output", "parameters", "FLOPs"]
    assert row.split()[:3] == ["variational_autoencoder_1", "4", "3"]


def test_the_summary_as_json_holds_the_same_numbers(netspec: Callable) -> None:
    document = json.loads(netspec("summary", "tiny.yaml", "--json").out)
    assert (document["parameters"], document["flops"]) == (67, 112)
    assert [(layer["name"], layer["parameters"], layer["flops"]) for layer in document["layers"]] == [("dense_1", 40, 64), ("output_1", 27, 48)]


def test_the_summary_of_a_wrong_spec_is_its_problems(netspec: Callable) -> None:
    said = netspec("summary", "tiny.yaml", "--set", "layers.0.n_out=0")
    assert (said.code, said.out) == (1, "")
    assert "layers.0.n_out must be greater than 0, got 0" in said.err


@pytest.mark.parametrize("name", ["DenseLayer", "org.deeplearning4j.nn.conf.layers.DenseLayer"])
def test_explain_knows_dl4js_classes(netspec: Callable, name: str) -> None:
    rows = [line.split() for line in netspec("explain", name).out.splitlines()]

    assert rows[0] == ["DenseLayer", "dense"]
    assert rows[2] == ["dense", "layer"]


def test_explain_lists_them_all_within_a_screen(netspec: Callable) -> None:
    lines = netspec("explain", "--dl4j").out.splitlines()

    assert {found.name for found in classes()} <= {line.split()[0] for line in lines if line}
    assert max(len(line) for line in lines) <= 80


def test_explain_of_nothing_says_what_may_be_asked(netspec: Callable) -> None:
    said = netspec("explain")

    assert (said.code, said.out) == (2, "")
    assert "explain must be given a spec file or a word" in said.err
