"""The table of a classification: the figures, what they average, each class, the confusions."""

import math

from rich.text import Text

from netspec.evaluation.classification import Classification, Measure
from netspec.report.columns import INDENT, aligned, shortened, wrapped
from netspec.report.confusion import confusion_lines, label
from netspec.words import listed, plural

MOST_ROWS = 100
"""Of more classes only the worst are shown, so many:"""
WORST = 20

_SHOWN_NAMES = 12


def classification_lines(result: Classification, width: int) -> list[Text]:
    """The table as lines."""
    head = Text(f"{plural(result.examples, 'example')}, {_classes(result.classes)}", "bold")
    if result.examples == 0:
        return [head, Text("nothing was evaluated")]
    parts = [_figures(result, width), _left_out(result, width), _per_class(result, width), confusion_lines(result, width)]
    return [head, *(line for part in parts if part for line in (Text(), *part))]


def _classes(count: int) -> str:
    return f"{count:,} class" if count == 1 else f"{count:,} classes"


def _figures(result: Classification, width: int) -> list[Text]:
    rows = [("accuracy", result.accuracy, f"{result.correct:,} of {result.examples:,} right")]
    rows += [(f"top {n}", result.top_n_accuracy(n), f"{count:,} of {result.examples:,} among the {n} likeliest") for n, count in _tops(result)]
    rows += [
        ("precision", result.precision, _meaning(result, result.excluded_from_precision)),
        ("recall", result.recall, _meaning(result, result.excluded_from_recall)),
        ("F1", result.f1, _meaning(result, result.excluded_from_f1)),
    ]
    lines = aligned([[name, Text(_decimal(value), "bold")] for name, value, _ in rows])
    meanings = [shortened(f"  {meaning}", width - lines[0].cell_len) for _, _, meaning in rows]
    return [Text.assemble(line, (meaning, "dim")) for line, meaning in zip(lines, meanings, strict=True)]


def _tops(result: Classification) -> list[tuple[int, int]]:
    return sorted((result.top_n_correct or {}).items())


def _meaning(result: Classification, excluded: tuple[int, ...]) -> str:
    if result.binary:
        return f"of class {label(result, result.positive, 40)}"
    if not excluded:
        return f"mean of the {_classes(result.classes)}"
    if len(excluded) == result.classes:
        return "not defined for any class"
    return f"mean of {_classes(result.classes - len(excluded))}, {len(excluded)} left out"


def _left_out(result: Classification, width: int) -> list[Text]:
    """Which classes have no precision or recall, and why."""
    reasons = (("never predicted", "precision", result.excluded_from_precision), ("never present in the labels", "recall", result.excluded_from_recall))
    said = [wrapped(_reason(result, *reason), width - 2 * INDENT) for reason in reasons if reason[2]]
    return [Text(" " * (2 * INDENT if number else INDENT) + line, "yellow") for lines in said for number, line in enumerate(lines)]


def _reason(result: Classification, reason: str, measure: str, classes: tuple[int, ...]) -> str:
    named = _named(result, classes)
    if result.binary:
        return f"class {named} was {reason}: {measure} is not defined and counts as 0"
    return f"{measure} and F1 leave out what was {reason}: {named}"


def _named(result: Classification, classes: tuple[int, ...]) -> str:
    shown = [label(result, index, 24).strip() for index in classes[:_SHOWN_NAMES]]
    more = len(classes) - len(shown)
    return ", ".join(shown) + f" and {more} more" if more else listed(shown, "and")


def _per_class(result: Classification, width: int) -> list[Text]:
    shown, title = _shown(result)
    head = [Text(word, "dim") for word in ("precision", "recall", "F1", "support", "predicted")]
    rows = [head, *(_row(result, index) for index in shown)]
    room = width - INDENT - sum(2 + max(cell.cell_len for cell in column) for column in zip(*rows, strict=True))
    labels = [Text("class", "dim"), *(Text(label(result, index, room)) for index in shown)]
    return [*title, *aligned([[name, *row] for name, row in zip(labels, rows, strict=True)])]


def _shown(result: Classification) -> tuple[list[int], list[Text]]:
    """The classes in the table, and what is said where they are not all."""
    if result.classes <= MOST_ROWS:
        return list(range(result.classes)), []
    f1 = result.of_classes("f1")
    worst = sorted((index for index in range(result.classes) if result.support[index]), key=lambda index: (f1[index], index))[:WORST]
    said = f"  {len(worst)} of {result.classes:,} classes, those with the lowest F1"
    return worst, [Text.assemble(("classes", "bold"), (said, "dim")), Text()]


def _row(result: Classification, index: int) -> list[Text]:
    support, predicted = result.support[index], result.predicted[index]
    defined: dict[Measure, int] = {"precision": predicted, "recall": support, "f1": support and predicted}
    figures = [result.of_classes(name)[index] if there else math.nan for name, there in defined.items()]
    cells = [Text(_decimal(figure), "yellow" if math.isnan(figure) else "") for figure in figures]
    return [*cells, Text(f"{support:,}"), Text(f"{predicted:,}")]


def _decimal(figure: float) -> str:
    return "–" if math.isnan(figure) else f"{figure:.4f}"
