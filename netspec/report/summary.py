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
    rows: list[list[Text | str]] = [list(head)]
    rows += [_row(node, counted.get(node.name, 0)) for node in plan.nodes]
    rows.append([Text("total", "bold"), "", "", "", f"{plan.parameters:,}", f"{sum(counted.values()):,}"])
    inputs = ", ".join(f"{name} {_sizes(shape)}" for name, shape in plan.inputs.items())
    return joined([Text(f"{plan.name}: {inputs}"), Text(""), *aligned(rows)])


def _row(node: Node, count: int) -> list[Text | str]:
    kind = f"{node.layer.type} (inserted)" if node.note and node.path is None else node.layer.type
    given = _sizes(node.shapes[0]) if len(node.shapes) == 1 else ", ".join(node.inputs)
    return [Text(node.name, "cyan"), kind, given, _sizes(node.output), f"{node.size:,}", f"{count:,}"]


def _sizes(shape: Shape) -> str:
    return str(shape).replace("x", "×")
