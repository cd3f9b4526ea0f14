"""`explain`: the Plan with who set each value, one path of it, or what a word means."""

from collections.abc import Iterator, Sequence
from pathlib import Path as FilePath
from typing import Any, Literal, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo
from rich.text import Text

from netspec.blocks import Block
from netspec.component import Component, help_of
from netspec.errors import Path, dotted
from netspec.flat_words import USUAL
from netspec.layers import Layer
from netspec.plan import Node, Origin, Plan, settings_of
from netspec.report.blocks import Group, find, runs, tree
from netspec.report.columns import joined, wrapped
from netspec.source import walk
from netspec.suggestions import own_first
from netspec.words import listed, shown

_NAME, _VALUE = 26, 26
"""Columns of names and of values; what is longer pushes the rest to the right."""

LINE = 80
"""Cells of a line of what a word means."""


def explain_plan(plan: Plan) -> Text:
    """Every value of the plan, with where it comes from."""
    lines = [_row("name", plan.name, plan.origins.get(("name",))), _row("seed", plan.seed, plan.origins.get(("seed",)))]
    lines += _top(plan, "random", settings_of(plan.random))
    lines += [_row(name, getattr(plan, name), plan.origins.get((name,))) for name in ("data_type", "training_order", "minibatch", "minimize", "iterations")]
    lines += [_row(f"input {name}", str(shape), plan.origins.get(("input",))) for name, shape in plan.inputs.items()]
    lines += _parts(tree(plan), plan)
    lines += _execution(plan)
    for name, block in (("tbptt", plan.tbptt), ("data", plan.data), ("train", plan.train)):
        if block is not None:
            values = settings_of(block) if isinstance(block, Component) else block.model_dump(mode="json", exclude_none=True)
            lines += [Text(""), Text(name, "bold"), *(row for key, value in values.items() for row in _rows(plan, (name,), key, value))]
    return joined([*lines, *_evaluation(plan)])


def _evaluation(plan: Plan) -> list[Text]:
    """What is found out about each output."""
    found = {name: [settings_of(metric) for metric in evaluated.metrics] for name, evaluated in plan.evaluation.items()}
    words = {name: [metric["type"] if set(metric) == {"type"} else metric for metric in metrics] for name, metrics in found.items()}
    rows = [_row(f"  {name}", said[0] if len(said) == 1 else said, plan.origins.get(("evaluation", name))) for name, said in words.items()]
    return [Text(""), Text("evaluation", "bold"), *rows] if rows else []


def _execution(plan: Plan) -> list[Text]:
    """What is computed otherwise than written, being the same function and faster."""
    rows = [_row("  channels_last", True, Origin("inferred", note="convolutions are faster so"))] if plan.execution.channels_last else []
    if plan.execution.features_first:
        rows.append(_row("  features_first", list(plan.execution.features_first), Origin("inferred", note="small batches are faster so")))
    if plan.execution.direct:
        rows.append(_row("  gradients", "from formulas", Origin("inferred", note="of small batches; faster than autograd's graph")))
    for first, behind in plan.execution.postponed.items():
        rows.append(_row(f"  activation of {first}", f"after {behind}", Origin("inferred", note="the same function on fewer values")))
    return [Text(""), Text("execution", "bold"), *rows] if rows else []


def _parts(parts: Sequence[Node | Group], plan: Plan) -> list[Text]:
    """Nodes and blocks in order; copies of a list of layers are told once."""
    lines: list[Text] = []
    for part, copies in runs(parts):
        if isinstance(part, Node):
            lines += [Text(""), *_node(part, plan)]
        else:
            lines += [*(_block(part, part.block, plan) if part.block else []), *_parts(part.parts, plan)]
        lines += [Text("")] if copies else []
        lines += [Text.assemble((copy.name, "bold"), f"  as {part.name}") for copy in copies]
    return lines


def _block(group: Group, block: Block, plan: Plan) -> list[Text]:
    """A block's own words; one that combines its lists has a node, with all that was filled in."""
    if group.join:
        return [Text(""), *_node(group.join, plan)]
    *_, last = nodes = tuple(group.nodes())
    values = settings_of(block, without=("type", "name", "input", *block.holders()))
    head = Text.assemble((group.name, "bold"), f"  {block.type}  {nodes[0].shapes[0]} → {last.output}, {sum(node.size for node in nodes):,} parameters")
    return [Text(""), head, *(row for name, value in values.items() for row in _rows(plan, group.path or (), name, value))]


def explain_path(plan: Plan, path: Path) -> Text | None:
    """One value: what it is, who set it, what it means; None when the plan has no such path."""
    here = _layer_at(plan, path)
    part = find(tree(plan), here)
    if part is not None and path == here:
        return joined(_parts((part,), plan)[1:])
    node = part.join if isinstance(part, Group) else part
    owner = node.layer if node else plan.spec.at(here)
    values = settings_of(owner) if isinstance(owner, Layer) else plan.spec.model_dump(mode="json", exclude_none=True)
    origin, inside = _origin(plan, path), path[len(here) :]
    found = _at(values, inside)
    if found is None and origin is None:
        return None
    help_ = _meaning(owner, inside)
    lines = [_row(dotted(path), found, origin), *([Text(f"  {help_}", "dim")] if help_ else [])]
    return joined(lines)


def _meaning(owner: Any, path: Path) -> str | None:
    """Docstring of the innermost field that a path leads to."""
    help_ = None
    for step in path:
        if isinstance(owner, BaseModel) and step in type(owner).model_fields:
            help_, owner = help_of(type(owner), str(step)), getattr(owner, str(step), None)
        else:
            owner = _at(owner, (step,))
    return help_


def _layer_at(plan: Plan, path: Path) -> Path:
    """The path of the innermost layer or block that a path leads into; () where it leads into none."""
    known = {node.path for node in plan.nodes} | {within.path for node in plan.nodes for within in node.blocks}
    return next((path[:end] for end in range(len(path), 0, -1) if path[:end] in known), ())


def explain_word(member: type[Component], field: str | None = None) -> Text | None:
    """What a component, or one field of it, means; None when it has no such field."""
    if field is not None:
        if field not in member.model_fields:
            return None
        help_ = f"{help_of(member, field) or ''}{_default(member.model_fields[field])}"
        return joined([Text.assemble((f"{member.tag()}.{field}", "bold")), *(Text(f"  {line}") for line in wrapped(help_, LINE - 2))])
    head = [Text.assemble((str(member.tag()), "bold"), f"  {member.noun}"), *(Text(f"  {line}") for line in wrapped(member.__doc__ or "", LINE - 2)), Text("")]
    return joined([*head, *fields_of(member)])


def fields_of(owner: type[BaseModel]) -> list[Text]:
    """Each field, its own before what it shares, and what it is for."""
    fields = own_first(owner)
    start = max(map(len, fields), default=0) + 4
    return [line for name in fields for line in _field(name, f"{help_of(owner, name) or ''}{_default(owner.model_fields[name])}", start)]


def _default(info: FieldInfo) -> str:
    """The words it may be, where there are few, and what it is when nothing is said."""
    words = f" One of {listed(map(str, get_args(info.annotation)))}." if get_origin(info.annotation) is Literal else ""
    if info.is_required():
        return f"{words} It must be said."
    if not isinstance(info.default, bool | int | float | str):
        return words
    plain = isinstance(info.default, str) and info.default.isidentifier()
    return f"{words} Default: {info.default if plain else shown(info.default)}."


def _field(name: str, help_: str, start: int) -> list[Text]:
    """A field and what it is for, from a column on."""
    first, *rest = wrapped(help_, LINE - start)
    return [Text.assemble((f"  {name:<{start - 2}}", "cyan"), first), *(Text(" " * start + line) for line in rest)]


def _node(node: Node, plan: Plan) -> list[Text]:
    shapes = " + ".join(str(shape) for shape in node.shapes)
    head = Text.assemble((node.name, "bold"), f"  {node.layer.type}  {shapes} → {node.output}, {node.size:,} parameters")
    if node.path is None:
        return [head, Text.assemble(("  inserted: " + node.note, "dim"))]
    note = "what it combines" if isinstance(node.layer, Block) else "the layer before"
    taken = plan.origins.get((*node.path, "input")) or Origin("inferred", note=note)
    values = node.settings(without=("type", "name", "input", *USUAL))
    rows = [row for name, value in values.items() for row in _rows(plan, node.path, name, value)]
    return [head, _row("  input", ", ".join(node.inputs), taken), *rows]


def _rows(plan: Plan, path: Path, name: str, value: object) -> list[Text]:
    """One row; a component with settings has its tag there and a row for each of them below."""
    origin = _origin(plan, (*path, name))
    if not isinstance(value, dict) or "type" not in value:
        return [_row(f"  {name}", value, origin)]
    owner = (name,) if origin and origin.kind == "inherited" else (*path, name)
    return [_row(f"  {name}", value["type"], origin), *_inside(plan, owner, value, "    ")]


def _inside(plan: Plan, owner: Path, settings: dict[str, Any], indent: str) -> Iterator[Text]:
    """The settings of a component; one that is a component again has its own below."""
    for key, item in settings.items():
        nested = isinstance(item, dict) and "type" in item
        if key != "type":
            yield _row(indent + key, item["type"] if nested else item, plan.origins.get((*owner, key)) or plan.origins.get((*owner, 0, key)))
        if nested:
            yield from _inside(plan, (*owner, key), item, f"{indent}  ")


def _top(plan: Plan, name: str, settings: dict[str, object]) -> list[Text]:
    """A component at the top level: its tag, and its settings below."""
    inside = [_row(f"  {key}", item, plan.origins.get((name, key))) for key, item in settings.items() if key != "type"]
    return [_row(name, settings["type"], plan.origins.get((name,))), *inside]


def _origin(plan: Plan, path: Path) -> Origin | None:
    """Who set a value; what nobody noted is a field's own default."""
    if path in plan.origins:
        return plan.origins[path]
    here = _layer_at(plan, path)
    return Origin("default") if here and len(path) == len(here) + 1 and path[-1] in type(plan.spec.at(here)).model_fields else None


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
