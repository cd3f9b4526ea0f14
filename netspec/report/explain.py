"""`explain`: the Plan with who set each value, one path of it, or what a word means."""

from pathlib import Path as FilePath

from rich.text import Text

from netspec.component import Component, help_of
from netspec.errors import Path, dotted
from netspec.plan import Node, Origin, Plan, settings_of
from netspec.report.columns import joined
from netspec.source import walk
from netspec.words import shown

_NAME, _VALUE = 26, 26
"""Columns of names and of values; what is longer pushes the rest to the right."""


def explain_plan(plan: Plan) -> Text:
    """Every value of the plan, with where it comes from."""
    lines = [_row("name", plan.name, plan.origins.get(("name",))), _row("seed", plan.seed, plan.origins.get(("seed",)))]
    lines += _top(plan, "random", settings_of(plan.random))
    lines += [_row(name, getattr(plan, name), plan.origins.get((name,))) for name in ("data_type", "training_order", "minibatch")]
    lines += [_row(f"input {name}", str(shape), plan.origins.get(("input",))) for name, shape in plan.inputs.items()]
    for node in plan.nodes:
        lines += [Text(""), *_node(node, plan)]
    lines += _execution(plan)
    for name, block in (("data", plan.data), ("train", plan.train)):
        if block is not None:
            values = settings_of(block) if isinstance(block, Component) else block.model_dump(mode="json", exclude_none=True)
            lines += [Text(""), Text(name, "bold"), *(row for key, value in values.items() for row in _rows(plan, (name,), key, value))]
    return joined(lines)


def _execution(plan: Plan) -> list[Text]:
    """What is computed otherwise than written, being the same function and faster."""
    rows = [_row("  channels_last", True, Origin("inferred", note="convolutions are faster so"))] if plan.execution.channels_last else []
    for first, behind in plan.execution.postponed.items():
        rows.append(_row(f"  activation of {first}", f"after {behind}", Origin("inferred", note="the same function on fewer values")))
    return [Text(""), Text("execution", "bold"), *rows] if rows else []


def explain_path(plan: Plan, path: Path) -> Text | None:
    """One value: what it is, who set it, what it means; None when the plan has no such path."""
    node = next((node for node in plan.nodes if node.path == path[:2]), None)
    if node is not None and len(path) == 2:
        return joined(_node(node, plan))
    owner = node.layer if node else plan.spec
    values = settings_of(node.layer) if node else plan.spec.model_dump(mode="json", exclude_none=True)
    origin, inside = _origin(plan, path), path[2:] if node else path
    found = _at(values, inside)
    if found is None and origin is None:
        return None
    help_ = help_of(type(owner), str(inside[0]))
    lines = [_row(dotted(path), found, origin), *([Text(f"  {help_}", "dim")] if help_ else [])]
    return joined(lines)


def explain_word(member: type[Component], field: str | None = None) -> Text | None:
    """What a component, or one field of it, means; None when it has no such field."""
    if field is not None:
        help_ = help_of(member, field) if field in member.model_fields else None
        return None if help_ is None else joined([Text.assemble((f"{member.tag()}.{field}", "bold")), Text(f"  {help_}")])
    doc = " ".join((member.__doc__ or "").split())
    head = [Text.assemble((str(member.tag()), "bold"), f"  {member.noun}"), Text(f"  {doc}"), Text("")]
    fields = [name for name in member.model_fields if name != "type"]
    return joined([*head, *(Text.assemble("  ", (f"{name:<20}", "cyan"), help_of(member, name) or "") for name in fields)])


def _node(node: Node, plan: Plan) -> list[Text]:
    shapes = " + ".join(str(shape) for shape in node.shapes)
    head = Text.assemble((node.name, "bold"), f"  {node.layer.type}  {shapes} → {node.output}, {node.size:,} parameters")
    if node.path is None:
        return [head, Text.assemble(("  inserted: " + node.note, "dim"))]
    taken = plan.origins.get((*node.path, "input")) or Origin("inferred", note="the layer before")
    values = settings_of(node.layer, without=("type", "name", "input", "learning_rate", "momentum"))
    rows = [row for name, value in values.items() for row in _rows(plan, node.path, name, value)]
    return [head, _row("  input", ", ".join(node.inputs), taken), *rows]


def _rows(plan: Plan, path: Path, name: str, value: object) -> list[Text]:
    """One row; a component with settings has its tag there and a row for each of them below."""
    origin = _origin(plan, (*path, name))
    if not isinstance(value, dict) or "type" not in value:
        return [_row(f"  {name}", value, origin)]
    owner = (name,) if origin and origin.kind == "inherited" else (*path, name)
    inside = [_row(f"    {key}", item, plan.origins.get((*owner, key)) or plan.origins.get((*owner, 0, key))) for key, item in value.items() if key != "type"]
    return [_row(f"  {name}", value["type"], origin), *inside]


def _top(plan: Plan, name: str, settings: dict[str, object]) -> list[Text]:
    """A component at the top level: its tag, and its settings below."""
    inside = [_row(f"  {key}", item, plan.origins.get((name, key))) for key, item in settings.items() if key != "type"]
    return [_row(name, settings["type"], plan.origins.get((name,))), *inside]


def _origin(plan: Plan, path: Path) -> Origin | None:
    """Who set a value; what nobody noted is a field's own default."""
    if path in plan.origins:
        return plan.origins[path]
    node = next((node for node in plan.nodes if node.path == path[:2]), None)
    return Origin("default") if node and len(path) == 3 and path[2] in type(node.layer).model_fields else None


def _at(values: object, path: Path) -> object:
    try:
        return walk(values, path)
    except LookupError:
        return None


def _row(name: str, value: object, origin: Origin | None) -> Text:
    return Text.assemble(f"{name:<{_NAME - 1}} {_value(value):<{_VALUE}}", (f"  {_brief(origin or Origin('default'))}", "dim"))


def _brief(origin: Origin) -> str:
    """An origin with the file's name and line only."""
    place = origin.position
    if place is None or place.override:
        return str(origin)
    line = f"{FilePath(place.file).name}:{place.line}"
    return {"said": line, "inherited": f"network-wide, {line}"}.get(origin.kind, str(origin))


def _value(value: object) -> str:
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key}: {_value(item)}" for key, item in value.items()) + "}"
    if isinstance(value, list) and any(isinstance(item, dict) for item in value):
        return "[" + ", ".join(_value(item) for item in value) + "]"
    return value if isinstance(value, str) else shown(value)
