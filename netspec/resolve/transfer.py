"""What `transfer` means: which layers are frozen, and whether the source has the weights of all that are not new."""

from collections.abc import Iterable, Mapping

from netspec.errors import DataError, Path
from netspec.plan import Node, Origin, Plan
from netspec.resolve.findings import Findings
from netspec.resolve.place import Placed, Wire, result
from netspec.resolve.wire import Wired
from netspec.suggestions import few, nearest_or_all
from netspec.transfer import Transfer, stored_shapes, weights_file
from netspec.words import listed

_HERE = "transfer"


def frozen(wired: Wired, placed: Placed, transfer: Transfer | None, findings: Findings) -> Wired:
    """The layers, those up to `freeze_up_to` frozen."""
    if transfer is None or transfer.freeze_up_to is None:
        return wired
    inputs = {wire.name: wire.inputs for wire in wired.wires}
    said = [name for name in transfer.freeze_up_to if _known(name, "freeze_up_to", (*inputs, *placed.results), findings)]
    still = _with_all_before([result(name, placed.results) for name in said], inputs)
    return wired._replace(wires=tuple(_still(wire, transfer, findings) if wire.name in still else wire for wire in wired.wires))


def _still(wire: Wire, transfer: Transfer, findings: Findings) -> Wire:
    """Frozen, unless the layer says something of it itself."""
    if "frozen" in wire.layer.model_fields_set:
        return wire
    findings.origins[(*wire.path, "frozen")] = Origin("inferred", findings.spec.where((_HERE,)), f"transfer, up to {listed(transfer.freeze_up_to, 'and')}")
    return wire._replace(layer=wire.layer.model_copy(update={"frozen": True}))


def _known(name: str, field: str, names: Iterable[str], findings: Findings) -> bool:
    known = list(names)
    if name not in known:
        findings.refuse((_HERE, field), "must name layers", got=name, help=nearest_or_all(name, known))
    return name in known


def _with_all_before(names: Iterable[str], inputs: Mapping[str, tuple[str, ...]]) -> set[str]:
    found, waiting = set[str](), list(names)
    while waiting:
        name = waiting.pop()
        if name in inputs and name not in found:
            found.add(name)
            waiting += inputs[name]
    return found


def check_transfer(plan: Plan, findings: Findings) -> None:
    """Refuse what the source cannot give, each layer at its own place."""
    transfer = plan.transfer
    if transfer is None:
        return
    names = {node.name for node in plan.nodes} | {block.name for node in plan.nodes for block in node.blocks}
    for name in transfer.new or ():
        _known(name, "new", sorted(names), findings)
    try:
        stored = stored_shapes(weights_file(transfer, findings.places))
    except DataError as error:
        findings.refuse((_HERE, "weights"), str(error), help=error.help)
        return
    for node in plan.nodes:
        if node.parameters and not is_new(node, transfer):
            _check_node(node, stored, findings)


def is_new(node: Node, transfer: Transfer) -> bool:
    """Whether a node's weights are drawn anew."""
    return bool({node.name, *(block.name for block in node.blocks)} & set(transfer.new or ()))


def _check_node(node: Node, stored: Mapping[str, tuple[int, ...]], findings: Findings) -> None:
    path: Path = node.path or ()
    for name, parameter in node.parameters.items():
        there = stored.get(f"{node.name}.{name}")
        if there is None:
            from difflib import get_close_matches  # on the error path only: it costs milliseconds

            layers = sorted({known.partition(".")[0] for known in stored})
            close = get_close_matches(node.name, layers, n=1) or few(layers, node.name)
            help_ = f"list it under transfer.new, or give it the name that it has there: {listed(close)}"
            findings.refuse(path, f"must be in the source of the weights, which has no {node.name}.{name}", help=help_)
            return
        if there != parameter.shape:
            sizes = ["x".join(map(str, shape)) or "one number" for shape in (there, parameter.shape)]
            rule = f"must have the sizes that it has in the source of the weights: {node.name}.{name} is {sizes[0]} there, {sizes[1]} here"
            findings.refuse(path, rule, help=f"list it under transfer.new to draw its weights anew: new: [{node.name}]")
            return
