"""The summary: layer by layer, output shape, parameters, FLOPs."""

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from rich.cells import cell_len, set_cell_size
from rich.text import Text

from netspec.plan import Node, Plan
from netspec.report.blocks import Group, called, local, runs, tree
from netspec.report.columns import Cell, aligned, joined
from netspec.shapes import Shape
from netspec.words import in_short

Row = list[str]
WIDTH = 80


class _Known(NamedTuple):
    """What rows are told of, by full name of a layer."""

    flops: Mapping[str, int]
    blocks: Mapping[str, str]
    """Blocks whose results are the layer's."""


def summary_text(plan: Plan) -> str:
    """The summary as plain text."""
    return summary(plan).plain


def summary(plan: Plan) -> Text:
    """Rows of layers, and the totals. FLOPs are multiplications and additions of one example's forward pass."""
    from netspec.flops import flops

    counted, parts = flops(plan), tree(plan)
    rows: list[Row] = [["layer", "type", "input", "output", "parameters", "FLOPs"]]
    rows += _rows(parts, _Known(counted, called(parts)), "")
    rows.append(["total", "", "", "", f"{plan.parameters:,}", f"{sum(counted.values()):,}"])
    inputs = ", ".join(f"{name} {_sizes(shape)}" for name, shape in plan.inputs.items())
    return joined([Text(f"{plan.name}: {inputs}"), Text(""), *_fitting(rows)])


def _fitting(rows: list[Row]) -> list[Text]:
    """Lines; where they would be wider than a screen, without types that names say, then with FLOPs in short."""
    lines = _lines(rows)
    for shorter in (_without_types, _with_short_flops):
        if max(line.cell_len for line in lines) > WIDTH:
            rest = [shorter(row) for row in rows[1:]]
            rows = [rows[0] if any(row[1] for row in rest) else [rows[0][0], "", *rows[0][2:]], *rest]
            lines = _lines(rows)
    return lines


def _without_types(row: Row) -> Row:
    name, _, number = row[0].strip().rpartition("_")
    tag, _, rest = row[1].partition(" ")
    return [row[0], rest if name == tag and number.isdigit() else row[1], *row[2:]]


def _with_short_flops(row: Row) -> Row:
    return [*row[:-1], in_short(int(row[-1].replace(",", ""))) if row[-1] else ""]


def _lines(rows: list[Row]) -> list[Text]:
    """Columns: names and types flush left, the rest flush right; heads and the total are bold, names coloured."""
    last, widest = len(rows) - 1, max(cell_len(row[1]) for row in rows)
    styles = ["bold" if number in (0, last) else "cyan" for number in range(len(rows))]
    kinds = [set_cell_size(row[1], widest) for row in rows]
    cells: list[list[Cell]] = [[Text(row[0], style), Text(kind), *row[2:]] for row, style, kind in zip(rows, styles, kinds, strict=True)]
    cells[0] = [Text(kinds[0] if number == 1 else head, "bold") for number, head in enumerate(rows[0])]
    return aligned(cells)


def _kind(node: Node) -> str:
    mark = " (inserted)" if node.path is None else " (frozen)" if node.layer.frozen else ""
    return node.layer.type + mark


def _rows(parts: Sequence[Node | Group], known: _Known, indent: str) -> Iterator[Row]:
    """A row for each node and block, those inside a block indented; copies like the first are one row together."""
    for part, copies in runs(parts):
        if isinstance(part, Node):
            yield [indent + local(part), _kind(part), _given(part, known), _sizes(part.output), *_numbers([part], known)]
        else:
            yield _head(part, known, indent)
            yield from _rows(part.parts, known, indent + "  ")
        if copies and isinstance(part, Group):
            yield _copies(part, copies, known, indent)


def _head(group: Group, known: _Known, indent: str) -> Row:
    """What a block makes of its input; a list of a block is only named."""
    if group.block is None:
        return [indent + group.label, "", "", "", "", ""]
    *_, last = nodes = tuple(group.nodes())
    own = _numbers([last], known) if group.join and last.size else ("", "")
    return [indent + group.label, group.kind, _sizes(nodes[0].shapes[0]), _sizes(last.output), *own]


def _copies(first: Group, copies: Sequence[Group], known: _Known, indent: str) -> Row:
    """Copies of a list, with their sums."""
    label = copies[0].label if len(copies) == 1 else f"{copies[0].label} to {copies[-1].label}"
    inside = [node for copy in copies for node in copy.nodes()]
    return [indent + label, f"as {first.label}", "", "", *_numbers(inside, known)]


def _numbers(nodes: Sequence[Node], known: _Known) -> tuple[str, str]:
    return f"{sum(node.size for node in nodes):,}", f"{sum(known.flops.get(node.name, 0) for node in nodes):,}"


def _given(node: Node, known: _Known) -> str:
    return _sizes(node.shapes[0]) if len(node.shapes) == 1 else ", ".join(known.blocks.get(name, name) for name in node.inputs)


def _sizes(shape: Shape) -> str:
    return str(shape).replace("x", "×")
