"""The table of an evaluation: what it says, and that it fits."""

import re
from collections.abc import Callable

import numpy as np
import pytest
import torch
from rich.cells import cell_len

from netspec.counters.regression import RegressionCounter
from netspec.evaluation import Evaluation, Judged
from netspec.evaluation.classification import Classification
from netspec.report.confusion import MOST_CLASSES
from netspec.report.evaluation import evaluation_table, plain_text

Confusion = tuple[tuple[int, ...], ...]


def text_of(evaluation: Evaluation, *, note: str | None = None, width: int = 80) -> str:
    return plain_text({"output_1": Judged(0.5, {"metric": evaluation})}, note=note, width=width)


def regression(predictions: object, labels: object, names: tuple[str, ...] = ()) -> Evaluation:
    counter = RegressionCounter(names)
    counter.add(*(torch.as_tensor(np.asarray(part, dtype=np.float64)) for part in (predictions, labels)))
    return counter.result()


PETALS = ("setosa", "versicolor", "virginica")
IRIS = Classification(((16, 0, 0), (0, 18, 1), (0, 0, 15)), PETALS)  # DL4J's recorded example
NAMES = ("airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck")


def patterned(classes: int, right: int, wrong: int = 9) -> Confusion:
    """A matrix made by a formula: about `right` on the diagonal, below `wrong` beside it."""
    return tuple(tuple(right + row if row == column else (7 * row + 3 * column) % wrong for column in range(classes)) for row in range(classes))


def without(confusion: Confusion, *, row: int, column: int) -> Confusion:
    return tuple(tuple(0 if i == row or j == column else count for j, count in enumerate(counts)) for i, counts in enumerate(confusion))


TABLES = {
    "two_classes": Classification(((8, 2), (1, 9)), ("ham", "spam")),
    "two_classes_one_never_predicted": Classification(((8, 0), (6, 0))),
    "three_classes": IRIS,
    "three_classes_note": Classification(IRIS.confusion, PETALS, {2: 50}),
    "ten_classes": Classification(patterned(10, 950), NAMES),
    "ten_classes_left_out": Classification(without(patterned(10, 950), row=7, column=3), tuple(f"{name} in a very long description" for name in NAMES)),
    "twenty_classes": Classification(patterned(20, 80)),
    "twenty_classes_diagonal_apart": Classification(patterned(20, 9_970), tuple(f"kind {k}" for k in range(20))),
    "twenty_classes_in_blocks": Classification(patterned(20, 9_970, 1_999), tuple(f"kind {k}" for k in range(20))),
    "twenty_five_classes": Classification(patterned(25, 60)),
    "nothing": Classification(((0, 0), (0, 0))),
    "regression": regression([[1, 2e6, 5], [3, 1e6, 5], [5, 4e6, 6]], [[1, 1e6, 7], [2, 3e6, 7], [3, 5e6, 7]], ("metres", "euro", "constant")),
}
NOTES = {"three_classes_note": "mnist could not be downloaded: these are the figures of digits (1,797 images, resized to 28x28), not of mnist"}


@pytest.mark.parametrize("name", TABLES)
def test_tables_are_the_reviewed_ones(name: str, golden: Callable[[str, str], None]) -> None:
    golden(f"evaluation/{name}.txt", text_of(TABLES[name], note=NOTES.get(name)))


def read_back(text: str, classes: int) -> list[list[str]]:
    """The matrix as cells, from the text: blocks are joined, the diagonal is put back."""
    rows: list[list[str]] = [[] for _ in range(classes)]
    label = slice(2, 2 + len(str(classes - 1)))
    lines = text.split("confusion matrix")[1].splitlines()[1:]
    for line in (line for line in lines if re.search(r"[·\\\d]\s*$", line)):
        if line[label].strip():  # else the head of a block
            index, *cells = line.split()
            right, *cells = cells if "\\" in cells else ["", *cells]
            rows[int(index)] += [{"·": "0", "\\": right}.get(cell, cell) for cell in cells]
    return rows


@pytest.mark.parametrize("classes", [3, 7, 10, 15, 19, 20])
@pytest.mark.parametrize(("right", "wrong"), [(2, 9), (70, 9), (700, 90), (9_000, 9), (9_000, 90), (9_000, 9_999)])
def test_the_matrix_shows_every_count_within_80_columns(classes: int, right: int, wrong: int) -> None:
    result = Classification(patterned(classes, right, wrong))
    text = text_of(result)

    assert max(cell_len(line) for line in text.splitlines()) <= 80
    assert read_back(text, classes) == [list(map(str, row)) for row in result.confusion]


@pytest.mark.parametrize("classes", [2, 3, 10, 20, 21, 101])
@pytest.mark.parametrize("name", ["", "k", "a name of forty characters and some more ", "日本語の名前がとても長いときの例文です"])
@pytest.mark.parametrize("width", [60, 80, 120])
def test_nothing_is_wider_than_asked(classes: int, name: str, width: int) -> None:
    confusion = without(patterned(classes, 9_000), row=1, column=0)
    names = tuple(f"{name}{k}" for k in range(classes)) if name else ()
    text = text_of(Classification(confusion, names, {5: 3}), note=f"{name} " * 20, width=width)

    assert max(cell_len(line) for line in text.splitlines()) <= width
    assert not [line for line in text.splitlines() if line != line.rstrip()]


@pytest.mark.parametrize("width", [60, 80])
@pytest.mark.parametrize("columns", [1, 2, 20, 21, 500])
def test_a_regression_table_is_never_wider_than_asked(columns: int, width: int) -> None:
    draw = np.random.default_rng(0)
    labels = draw.normal(size=(30, columns)) * 10.0 ** draw.integers(-9, 9, columns)
    names = tuple(f"{'wide ' * 20}{k}" for k in range(columns))
    text = text_of(regression(labels + draw.normal(size=labels.shape), labels, names), width=width)

    assert max(cell_len(line) for line in text.splitlines()) <= width
    assert sum(" wide" in line for line in text.splitlines()) in ({80: 1, 60: 2}[width] * min(columns, 20), min(columns, 1))
    assert ("the 20 columns with the largest MSE" in text) == (columns > 20)


def test_figures_have_four_places() -> None:
    lines = text_of(IRIS).splitlines()

    # DL4J's stats() of the same evaluation: 0.9800, 0.9792, 0.9825, 0.9802
    assert [line.split()[:2] for line in lines[2:6]] == [["accuracy", "0.9800"], ["precision", "0.9792"], ["recall", "0.9825"], ["F1", "0.9802"]]


def test_classes_left_out_are_named_with_the_reason() -> None:
    text = text_of(Classification(((3, 1, 0, 0), (0, 2, 0, 1), (1, 1, 0, 0), (0, 0, 0, 0)), ("a", "b", "c", "d")))

    assert "  precision and F1 leave out what was never predicted: 2 c\n" in text
    assert "  recall and F1 leave out what was never present in the labels: 3 d\n" in text
    assert re.search(r"^  2 c +– +0\.0000 +– +2 +0$", text, re.MULTILINE)
    assert re.search(r"^  F1 +\S+  mean of 2 classes, 2 left out$", text, re.MULTILINE)


def test_many_classes_left_out_are_counted() -> None:
    confusion = tuple(tuple(1 if column == 0 else 0 for column in range(30)) for _ in range(30))

    assert "0 left out" not in text_of(Classification(confusion))
    assert "11, 12 and 17 more" in text_of(Classification(confusion))


def test_nothing_is_said_of_left_out_classes_where_there_are_none() -> None:
    assert "leave out" not in text_of(IRIS)


def test_an_f1_that_no_class_has_is_a_dash() -> None:
    assert re.search(r"^  F1 +–  not defined for any class$", text_of(Classification(((0, 3, 0), (0, 0, 0), (0, 0, 0)))), re.MULTILINE)


def test_names_that_are_the_indices_are_not_said_twice() -> None:
    assert text_of(Classification(IRIS.confusion, ("0", "1", "2"))) == text_of(Classification(IRIS.confusion))


def test_a_note_stands_on_top() -> None:
    first = text_of(Classification(IRIS.confusion), note="digits stood in for mnist").splitlines()[:3]

    assert first == [" NOTE  digits stood in for mnist", "", "50 examples, 3 classes"]


def test_a_regression_carries_its_note_too() -> None:
    assert text_of(regression([1, 2], [1, 3]), note="stand-in").startswith(" NOTE  stand-in\n\n2 examples, 1 column\n")


def test_more_classes_than_fit_list_the_most_confused() -> None:
    classes = MOST_CLASSES + 1
    confusion = [[10 if row == column else 0 for column in range(classes)] for row in range(classes)]
    confusion[3][5], confusion[8][2] = 40, 5
    text = text_of(Classification(tuple(map(tuple, confusion))))

    assert "confusion matrix" not in text
    assert [line.split() for line in text.split("most confused")[1].splitlines()[3:]] == [["3", "5", "40", "80.0%"], ["8", "2", "5", "33.3%"]]
    assert "2 of 2 pairs that occur" in text


def test_no_confusion_at_all_is_said() -> None:
    confusion = tuple(tuple(int(row == column) for column in range(30)) for row in range(30))

    assert text_of(Classification(confusion)).endswith("no class was taken for another")


def test_of_very_many_classes_the_worst_are_shown() -> None:
    classes = 120
    confusion = [[100 if row == column else 0 for column in range(classes)] for row in range(classes)]
    for index in range(20):  # these, and no others, confuse something: each with itself and one that is confused too
        confusion[index][index], confusion[index][(index + 1) % 20] = 40, 60
    text = text_of(Classification(tuple(map(tuple, confusion))))

    shown = re.search(r"classes  20 of 120 classes, those with the lowest F1\n\n.*\n((?:  .*\n)+)", text)
    assert shown is not None
    assert [int(line.split()[0]) for line in shown[1].splitlines()] == list(range(20))


def test_plain_text_has_no_codes_and_names_are_not_markup() -> None:
    text = text_of(Classification(((1, 0), (0, 1)), ("[red]ham[/red]", "sp\x1b[31mam:smile:\n")))

    assert "\x1b" not in text
    assert "0 [red]ham[/red]" in text
    assert "sp�[31mam:smile:�" in text


def test_zeros_are_dim_and_the_diagonal_stands_out() -> None:
    table = evaluation_table({"output_1": Judged(0.5, {"classification": IRIS})})

    styles = {(table.plain[span.start : span.end], str(span.style)) for span in table.spans}
    assert ("·", "dim") in styles
    assert ("18", "bold green") in styles


def test_a_class_without_examples_is_not_among_the_worst() -> None:
    confusion = [[10 if row == column else 0 for column in range(110)] for row in range(110)]
    confusion[50][50], confusion[7][7], confusion[7][8] = 0, 5, 5
    rows = text_of(Classification(tuple(map(tuple, confusion)))).split("lowest F1")[1].splitlines()[3:23]

    assert [int(row.split()[0]) for row in rows] == [7, 8, *(k for k in range(20) if k not in (7, 8))]
