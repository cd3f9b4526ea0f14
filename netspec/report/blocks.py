"""The nodes of a Plan as the blocks hold them: a tree, in which copies that are alike are told once."""

from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from netspec.blocks import Block
from netspec.errors import Path
from netspec.plan import Node, Plan


@dataclass(frozen=True)
class Group:
    """A block, or one of its lists of layers."""

    name: str
    label: str
    """What it is called in what holds it."""

    parts: "tuple[Node | Group, ...]"
    block: Block | None = None
    """None for a list of a block."""

    path: Path | None = None
    """Where the block stands in the spec."""

    join: Node | None = None
    """The block's own node, where it combines its lists."""

    def nodes(self) -> Iterator[Node]:
        """The nodes inside, and the block's own."""
        for part in self.parts:
            yield from part.nodes() if isinstance(part, Group) else (part,)
        if self.join:
            yield self.join

    @property
    def kind(self) -> str:
        """The block's tag, and how often it has its layers."""
        fields = [chain.field for chain in self.block.chains()] if self.block else []
        times = max((fields.count(field) for field in fields), default=1)
        return f"{self.block.type} ×{times}" if self.block and times > 1 else self.block.type if self.block else ""


def runs(parts: "Sequence[Node | Group]") -> "Iterator[tuple[Node | Group, list[Group]]]":
    """Each part, with the copies of it that follow: lists of one block with the same layers, values and shapes."""
    waiting = deque(parts)
    while waiting:
        first, copies = waiting.popleft(), list[Group]()
        while isinstance(first, Group) and waiting and isinstance(after := waiting[0], Group) and _alike(first, after):
            copies.append(after)
            waiting.popleft()
        yield first, copies


def _alike(one: Group, other: Group) -> bool:
    if one.block or other.block:
        return False
    first, second = tuple(one.nodes()), tuple(other.nodes())
    return [_content(node, one) for node in first] == [_content(node, other) for node in second]


def _content(node: Node, group: Group) -> tuple[object, ...]:
    return (node.name.removeprefix(group.name), node.layer, node.shapes, node.output, node.path)


def tree(plan: Plan) -> tuple[Node | Group, ...]:
    """All nodes, those of a block together."""
    return _tree(plan, plan.nodes, 0)


def _tree(plan: Plan, nodes: Sequence[Node], depth: int) -> tuple[Node | Group, ...]:
    parts: list[Node | Group] = []
    for name, run in groupby(nodes, lambda node: node.blocks[depth].name if depth < len(node.blocks) else ""):
        inside = list(run)
        parts += _plain(inside, parts) if not name else [_group(plan, inside, depth, _prefix(nodes, depth))]
    return tuple(parts)


def _plain(nodes: list[Node], parts: list[Node | Group]) -> list[Node]:
    """Nodes of no deeper block; the first may be the own node of the block that stands before."""
    last = parts[-1] if parts else None
    if isinstance(last, Group) and last.name == nodes[0].name:
        parts[-1] = replace(last, join=nodes[0])
        return nodes[1:]
    return nodes


def _group(plan: Plan, nodes: list[Node], depth: int, prefix: str) -> Group:
    within, parts = nodes[0].blocks[depth], list[Node | Group]()
    for label, run in groupby(nodes, lambda node: node.blocks[depth].label):
        inside = _tree(plan, list(run), depth + 1)
        parts += [Group(f"{within.name}-{label}", label, inside)] if label else inside
    return Group(within.name, within.name.removeprefix(prefix), tuple(parts), plan.spec.at(within.path), within.path)


def _prefix(nodes: Sequence[Node], depth: int) -> str:
    return nodes[0].blocks[depth - 1].prefix if depth else ""


def find(parts: Sequence[Node | Group], path: Path) -> Node | Group | None:
    """The first node or block of the layer that stands at a path of the spec."""
    for part in parts:
        if part.path == path:
            return part
        if isinstance(part, Group) and (found := find(part.parts, path)):
            return found
    return None


def local(node: Node) -> str:
    """What a node is called in its block."""
    return node.name.removeprefix(node.blocks[-1].prefix if node.blocks else "")


def called(parts: Sequence[Node | Group]) -> dict[str, str]:
    """Names of blocks by the full names of the layers whose results are theirs, of the outermost where several have one."""
    groups = [part for part in parts if isinstance(part, Group)]
    inside = [name for group in groups for name in called(group.parts).items()]
    return dict(inside) | {list(group.nodes())[-1].name: group.name for group in groups if group.block}
