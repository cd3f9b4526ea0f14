"""The summary: layer by layer, output shape, parameters, FLOPs."""

from collections.abc import Iterator, Mapping, Sequence

from rich.text import Text

from netspec.plan import Node, Plan
from netspec.report.blocks import Group, local, runs, tree
from netspec.report.columns import aligned, joined
from netspec.shapes import Shape

Row = list[Text | str]


def summary_text(plan: Plan) -> str:
    """The summary as plain text."""
    return summary(plan).plain


def summary(plan: Plan) -> Text:
    """Rows of layers, and the totals. FLOPs are multiplications and additions of one example's forward pass."""
    from netspec.flops import flops

    counted = flops(plan)
    rows: list[Row] = [[Text(word, "bold") for word in ("layer", "type", "input", "output", "parameters", "FLOPs")]]
    rows += _rows(tree(plan), counted, "")
    rows.append([Text("total", "bold"), Text(), "", "", f"{plan.parameters:,}", f"{sum(counted.values()):,}"])
    kinds = [row[1] for row in rows if isinstance(row[1], Text)]
    widest = max(kind.cell_len for kind in kinds)
    for kind in kinds:  # flush left, unlike the numbers
        kind.pad_right(widest - kind.cell_len)
    inputs = ", ".join(f"{name} {_sizes(shape)}" for name, shape in plan.inputs.items())
    return joined([Text(f"{plan.name}: {inputs}"), Text(""), *aligned(rows)])


def _kind(node: Node) -> str:
    mark = " (inserted)" if node.path is None else " (frozen)" if node.layer.frozen else ""
    return node.layer.type + mark


def _rows(parts: Sequence[Node | Group], counted: Mapping[str, int], indent: str) -> Iterator[Row]:
    """A row for each node and block, those inside a block indented; copies like the first are one row together."""
    for part, copies in runs(parts):
        if isinstance(part, Node):
            yield [Text(indent + local(part), "cyan"), Text(_kind(part)), _given(part), _sizes(part.output), *_numbers([part], counted)]
        else:
            yield _head(part, counted, indent)
            yield from _rows(part.parts, counted, indent + "  ")
        if copies and isinstance(part, Group):
            yield _copies(part, copies, counted, indent)


def _head(group: Group, counted: Mapping[str, int], indent: str) -> Row:
    """What a block makes of its input; a list of a block is only named."""
    if group.block is None:
        return [Text(indent + group.label, "cyan"), Text(), "", "", "", ""]
    *_, last = nodes = tuple(group.nodes())
    own = _numbers([last], counted) if group.join and last.size else ("", "")
    return [Text(indent + group.label, "cyan"), Text(group.kind), _sizes(nodes[0].shapes[0]), _sizes(last.output), *own]


def _copies(first: Group, copies: Sequence[Group], counted: Mapping[str, int], indent: str) -> Row:
    """Copies of a list, with their sums."""
    label = copies[0].label if len(copies) == 1 else f"{copies[0].label} to {copies[-1].label}"
    inside = [node for copy in copies for node in copy.nodes()]
    return [Text(indent + label, "cyan"), Text(f"as {first.label}"), "", "", *_numbers(inside, counted)]


def _numbers(nodes: Sequence[Node], counted: Mapping[str, int]) -> tuple[str, str]:
    return f"{sum(node.size for node in nodes):,}", f"{sum(counted.get(node.name, 0) for node in nodes):,}"


def _given(node: Node) -> str:
    return _sizes(node.shapes[0]) if len(node.shapes) == 1 else ", ".join(node.inputs)


def _sizes(shape: Shape) -> str:
    return str(shape).replace("x", "×")
