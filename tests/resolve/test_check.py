"""What can only be wrong in combination: loss and activation, classes and outputs, splits, batches, stand-ins."""

from itertools import product
from pathlib import Path

import pytest

from netspec.activations import Activation
from netspec.errors import SpecError
from netspec.losses import Loss
from netspec.plan import Plan
from netspec.read import plan_of

HEAD = "updater: adam\nactivation: relu\n"
DENSE = "layers:\n  - {type: dense, n_out: 8}\n"
NLL = "  - {type: output, n_out: 3, loss: negative_log_likelihood}\n"
TRAIN = "train: {batch_size: 10, epochs: 2}\n"


def messages(text: str) -> list[str]:
    with pytest.raises(SpecError) as caught:
        plan_of(text)
    return [problem.message for problem in caught.value.problems]


def job(data: str = "iris", train: str = "{batch_size: 10, epochs: 2}", out: str = NLL) -> str:
    return f"{HEAD}{DENSE}{out}data: {data}\ntrain: {train}\n"


RULES = {
    "classes": {"softmax": True, "sigmoid": False, "relu": False, "identity": False, "tanh": False},
    "probabilities": {"softmax": False, "sigmoid": True, "relu": False, "identity": False, "tanh": False},
    "values": {"softmax": True, "sigmoid": True, "relu": True, "identity": True, "tanh": True},
}
"""DL4J's OutputLayerUtil, by what a loss is of: which activations of an output fit it."""


@pytest.mark.parametrize(("loss", "activation"), list(product(["negative_log_likelihood", "xent", "mse", "mae"], RULES["values"])))
def test_a_loss_takes_the_activations_it_is_made_for(loss: str, activation: str) -> None:
    text = f"input: 4\nlayers:\n  - {{type: output, n_out: 3, loss: {loss}, activation: {activation}}}\n"
    of = {"negative_log_likelihood": "classes", "xent": "probabilities"}.get(loss, "values")

    if RULES[of][activation]:
        assert plan_of(text).outputs == ("output_1",)
    else:
        (message,) = messages(text)
        assert message.startswith("layers.0.activation must ")
        assert message.endswith(f'for the loss {loss}, got "{activation}"')


def test_every_loss_and_activation_fits_or_is_refused() -> None:
    """Each loss has one activation at least that it takes: the one it has when nothing is said."""
    own = {"fmeasure": (1, "fmeasure"), "mixture_density": (8, "{type: mixture_density, mixtures: 2, label_width: 2}")}
    for tag in Loss.tags():
        n_out, loss = own.get(tag, (3, tag))
        assert plan_of(f"input: 4\nlayers:\n  - {{type: output, n_out: {n_out}, loss: {loss}}}\n").outputs == ("output_1",)
    assert {"softmax", "sigmoid"} <= set(Activation.tags())


@pytest.mark.parametrize(
    ("n_out", "loss", "message"),
    [
        (3, "fmeasure", "layers.0.loss must be of one output, or of two, got 3"),
        (7, "{type: mixture_density, mixtures: 2, label_width: 2}", "layers.0.loss must be of 8 outputs, mixtures·(2 + label_width), got 7"),
        (3, "{type: mse, weights: [1, 2]}", "layers.0.loss.weights must have 3 items, one for each output, got 2"),
        (2, "{type: mcxent, weights: [1, 2, 3]}", "layers.0.loss.weights must have 2 items, one for each output, got 3"),
    ],
)
def test_a_loss_that_cannot_score_these_outputs_is_refused(n_out: int, loss: str, message: str) -> None:
    assert messages(f"input: 4\nlayers:\n  - {{type: output, n_out: {n_out}, loss: {loss}}}\n") == [message]


def test_fmeasure_takes_softmax_over_two_outputs_too() -> None:
    assert plan_of("input: 4\nlayers:\n  - {type: output, n_out: 2, loss: fmeasure, activation: softmax}\n").outputs == ("output_1",)


MUON = "input: 1x8x8\nupdater: muon\nactivation: relu\n"


@pytest.mark.parametrize(
    ("layers", "rest", "found"),
    [
        ("{type: dense, n_out: 5}", "", ["bias_updater must be another: muon moves matrices only, and dense_1.bias has the shape 5"]),
        (
            "{type: dense, n_out: 5, updater: muon}",
            "bias_updater: adam\n",
            [],
        ),
        (
            "{type: conv, n_out: 5, kernel: 3}",
            "bias_updater: adam\n",
            ["layers.0.updater must be another: muon moves matrices only, and conv_1.weight has the shape 5x1x3x3"],
        ),
        ("{type: conv, n_out: 5, kernel: 3, updater: adam}", "bias_updater: adam\n", []),
        ("{type: batch_norm}", "bias_updater: adam\n", []),
        ("{type: batch_norm}", "", ["bias_updater must be another: muon moves matrices only, and batch_norm_1.weight has the shape 1"]),
    ],
)
def test_muon_is_refused_where_there_is_no_matrix(layers: str, rest: str, found: list[str]) -> None:
    text = f"{MUON}{rest}layers:\n  - {layers}\n  - {{type: output, n_out: 3, loss: mcxent}}\n"
    if found:
        assert messages(text) == found
    else:
        assert plan_of(text).outputs == ("output_1",)


def test_softmax_over_one_output_is_refused() -> None:
    assert messages("input: 4\nlayers:\n  - {type: output, n_out: 1, loss: negative_log_likelihood}\n") == [
        "layers.0.activation must not be softmax over a single output: it is always 1"
    ]


@pytest.mark.parametrize(
    ("data", "n_out", "fits"), [("iris", 3, True), ("iris", 4, False), ("digits", 10, True), ("digits", 9, False), ("mnist", 10, True), ("mnist", 3, False)]
)
def test_there_is_one_output_for_each_class(data: str, n_out: int, fits: bool) -> None:
    text = job(data, out=f"  - {{type: output, n_out: {n_out}, loss: negative_log_likelihood}}\n")
    classes = {"iris": 3}.get(data, 10)

    if fits:
        assert plan_of(text).node("output_1").output.dims == (n_out,)
    else:
        assert messages(text) == [f"layers.1.n_out must be {classes}, one output for each class of {data}, got {n_out}"]


def test_a_loss_layer_is_told_at_its_loss() -> None:
    assert messages(job(out="  - {type: loss, loss: negative_log_likelihood}\n")) == ["layers.1.loss must be 3, one output for each class of iris, got 8"]


def table(folder: Path, columns: str, row: str) -> Path:
    (folder / "t.csv").write_text(f"{columns}\n" + f"{row}\n" * 9)
    return folder


def planned(folder: Path, text: str) -> Plan:
    (folder / "x.yaml").write_text(text)
    return plan_of(folder / "x.yaml")


@pytest.mark.parametrize(
    ("out", "said"),
    [
        ("{type: output, n_out: 1, loss: mse}", None),
        ("{type: output, n_out: 3, loss: mse}", "layers.1.n_out must be 1, one output for each value of csv, got 3"),
        (
            "{type: output, n_out: 2, loss: negative_log_likelihood}",
            'layers.1.loss must be a loss on values: the labels of csv are numbers, got "negative_log_likelihood"',
        ),
    ],
)
def test_there_is_one_output_for_each_value(out: str, said: str | None, tmp_path: Path) -> None:
    folder = table(tmp_path, "a,b,y", "1,2,3")
    text = job("{type: csv, path: t.csv, label: y, task: regression}", out=f"  - {out}\n")

    if said is None:
        assert planned(folder, text).node("output_1").output.dims == (1,)
    else:
        with pytest.raises(SpecError) as caught:
            planned(folder, text)
        assert [problem.message for problem in caught.value.problems] == [said]


@pytest.mark.parametrize(
    ("split", "said"),
    [
        ("{validation: 0.5, test: 0.5}", "data.split must leave examples to train on"),
        ("{validation: 0.9, test: 0.2}", "data.split must leave examples to train on"),
        ("{test: 1.0}", "data.split.test must be less than 1, got 1"),
        ("{validation: -0.1}", "data.split.validation must be at least 0, got -0.1"),
        ("{validation: '0.1'}", 'data.split.validation must be a number, got "0.1"'),
        ("{train: 0.8}", "data.split.train must be left out: data.split has no `train`"),
    ],
)
def test_a_split_leaves_something_to_train_on(split: str, said: str) -> None:
    assert messages(job(f"{{type: iris, split: {split}}}")) == [said]


@pytest.mark.parametrize("split", ["{validation: 0.1}", "{validation: 0.4, test: 0.5}", "{test: 0}", "{}"])
def test_other_splits_are_fine(split: str) -> None:
    assert plan_of(job(f"{{type: iris, split: {split}}}")).warnings == ()


def test_a_set_with_a_test_part_needs_no_other() -> None:
    out = "  - {type: output, n_out: 10, loss: negative_log_likelihood}\n"

    assert messages(job("{type: mnist, split: {test: 0.1}}", out=out)) == ["data.split.test must be left out: mnist has a test part of its own"]
    assert plan_of(job("{type: mnist, split: {validation: 0.1}}", out=out)).data is not None


@pytest.mark.parametrize(
    ("split", "keep", "fits"), [("{}", "best", False), ("{}", "last", True), ("{validation: 0.1}", "best", True), ("{validation: 0.1}", "last", True)]
)
def test_the_best_weights_need_a_validation_score(split: str, keep: str, fits: bool) -> None:
    text = job(f"{{type: iris, split: {split}}}", f"{{batch_size: 10, epochs: 2, keep: {keep}}}")

    if fits:
        assert plan_of(text).train is not None
    else:
        assert messages(text) == ['train.keep must be last without a validation split: there is no score to choose by, got "best"']


@pytest.mark.parametrize(
    ("data", "out", "said"),
    [
        ("{type: mnist, otherwise: digits}", 10, None),
        ("{type: mnist, otherwise: fashion_mnist}", 10, None),
        ("{type: mnist, otherwise: iris}", 10, 'data.otherwise must have the same kind of examples and as many classes, got "iris"'),
        ("{type: iris, otherwise: digits}", 3, 'data.otherwise must have the same kind of examples and as many classes, got "digits"'),
        ("{type: iris, otherwise: {type: csv, path: none.csv, label: a}}", 3, "data.otherwise must be readable: none.csv: no such file"),
    ],
)
def test_a_stand_in_is_of_the_same_kind(data: str, out: int, said: str | None) -> None:
    text = job(data, out=f"  - {{type: output, n_out: {out}, loss: negative_log_likelihood}}\n")

    if said is None:
        assert plan_of(text).data is not None
    else:
        assert messages(text) == [said]


def test_a_batch_larger_than_the_data_is_a_warning() -> None:
    (warning,) = plan_of(job(train="{batch_size: 200, epochs: 2}")).warnings

    assert warning.severity == "warning"
    assert warning.message == "train.batch_size is larger than the data: 200 of 150 examples, one batch an epoch"
    assert plan_of(job(train="{batch_size: 150, epochs: 2}")).warnings == ()


@pytest.mark.parametrize(("rate", "warned"), [("10", False), ("11", True), ("0.1", False)])
def test_an_unusual_rate_is_a_warning(rate: str, warned: bool) -> None:
    found = plan_of(f"input: 4\nupdater: sgd\nlearning_rate: {rate}\nactivation: relu\n{DENSE}{NLL}").warnings

    assert [problem.message for problem in found] == ([f"learning_rate is unusually large: {rate}"] if warned else [])


def test_batch_norm_does_not_train_on_single_examples() -> None:
    text = job(train="{batch_size: 1, epochs: 2}", out="  - batch_norm\n  - batch_norm\n" + NLL)

    assert messages(text) == ["train.batch_size must be at least 2: batch_norm_1 compares the examples of a batch, got 1"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (f"activation: relu\n{DENSE}{NLL}data: iris\n{TRAIN}", ["updater must be set to train"]),
        (f"{HEAD}{DENSE}data: iris\n{TRAIN}", ["layers must end in a layer with a loss to train"]),
        (f"{HEAD}{DENSE}{NLL}", ["a spec must say `input`, or `data` that knows its own shape"]),
        (f"{HEAD}input: 5\n{DENSE}{NLL}data: iris\n", ["input must be 4, the shape of iris, or be left out, got 5"]),
        (f"{HEAD}{DENSE}{NLL}data: {{type: iris, resize: 8x8}}\n", ["data.resize must be left out: iris holds a flat vector, no images"]),
        (f"{HEAD}input: 1000000\nlayers:\n  - {{type: dense, n_out: 1000000}}\n{NLL}", ["layers.0 must fit a machine: its weights alone need 4.0 TB"]),
    ],
)
def test_what_a_job_needs_is_said(text: str, said: list[str]) -> None:
    assert messages(text) == said


def test_images_are_seen_in_the_size_they_are_resized_to() -> None:
    found = plan_of(job("{type: digits, resize: 12x10}", out="  - {type: output, n_out: 10, loss: negative_log_likelihood}\n"))

    assert found.inputs["input"].dims == (1, 12, 10)


def test_problems_of_different_passes_are_said_together_in_file_order() -> None:
    text = job(
        "{type: iris, split: {validation: 0.5, test: 0.6}}",
        out="  - {type: dense, n_in: 9, n_out: 4}\n  - {type: output, n_out: 4, loss: negative_log_likelihood}\n",
    )

    assert messages(text) == [
        "layers.1.n_in must be 8, what dense_1 gives, got 9",
        "layers.2.n_out must be 3, one output for each class of iris, got 4",
        "data.split must leave examples to train on",
    ]
