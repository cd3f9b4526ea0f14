"""The summary: layer by layer, output shape, parameters, FLOPs."""

from rich.text import Text

from netspec.plan import Node, Plan
from netspec.report.columns import aligned, joined
from netspec.shapes import Shape


def summary_text(plan: Plan) -> str:
    """The summary as plain text."""
    return summary(plan).plain


def summary(plan: Plan) -> Text:
    """Rows of layers, and the totals. FLOPs are multiplications and additions of one example's forward pass."""
    from netspec.flops import flops

    counted = flops(plan)
    head = [Text(word, "bold") for word in ("layer", "type", "input", "output", "parameters", "FLOPs")]
    widest = max(len(_kind(node)) for node in plan.nodes)
    head[1].pad_right(widest - head[1].cell_len)
    rows: list[list[Text | str]] = [list(head)]
    rows += [_row(node, counted.get(node.name, 0), widest) for node in plan.nodes]
    rows.append([Text("total", "bold"), "", "", "", f"{plan.parameters:,}", f"{sum(counted.values()):,}"])
    inputs = ", ".join(f"{name} {_sizes(shape)}" for name, shape in plan.inputs.items())
    return joined([Text(f"{plan.name}: {inputs}"), Text(""), *aligned(rows)])


def _kind(node: Node) -> str:
    mark = " (inserted)" if node.path is None else " (frozen)" if node.layer.frozen else ""
    return node.layer.type + mark


def _row(node: Node, count: int, widest: int) -> list[Text | str]:
    given = _sizes(node.shapes[0]) if len(node.shapes) == 1 else ", ".join(node.inputs)
    return [Text(node.name, "cyan"), f"{_kind(node):<{widest}}", given, _sizes(node.output), f"{node.size:,}", f"{count:,}"]


def _sizes(shape: Shape) -> str:
    return str(shape).replace("x", "×")
