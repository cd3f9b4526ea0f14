"""A Model → a model file in the form of 1.0.0-M2.1: configuration, parameters, updater state, normalizer.

Flattening is a layer here and a preprocessor of the next layer there. What DL4J cannot say is refused by layer and word,
but for masks, of which its layers say nothing: what is exported treats them as DL4J does.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

import torch
from torch import Tensor

from netspec.errors import DataError, Refused, dotted
from netspec.interop.dl4j.archive import COEFFICIENTS, CONFIGURATION, NORMALIZER, UPDATER_STATE
from netspec.interop.dl4j.buffers import write_array
from netspec.interop.dl4j.frozen import wrapped
from netspec.interop.dl4j.importing import DATA_TYPES
from netspec.interop.dl4j.last_step import pairs, wrapped_last
from netspec.interop.dl4j.layer import LayerTranslator
from netspec.interop.dl4j.memory import Memory
from netspec.interop.dl4j.normalizing import entry_of
from netspec.interop.dl4j.parameters import flat, placed, translator_of
from netspec.interop.dl4j.pieces import MASK_OF, Layout
from netspec.interop.dl4j.reshaping import Sequences, flattening, from_rows
from netspec.interop.dl4j.state import blocks, dump_state
from netspec.layers import WeightedLayer
from netspec.model import Model
from netspec.plan import Node, Plan
from netspec.truncation import Truncation

_GRAPH = "org.deeplearning4j.nn.conf.graph."
_NAMES = {ours: theirs for theirs, ours in DATA_TYPES.items()}
_MEMORY_MODES = {
    "backpropType": "Standard",
    "cacheMode": "NONE",
    "inferenceWorkspaceMode": "ENABLED",
    "trainingWorkspaceMode": "ENABLED",
    "tbpttBackLength": 20,
    "tbpttFwdLength": 20,
}
_COUNTERS = {
    "cacheMode": "NONE",
    "epochCount": 0,
    "iterationCount": 0,
    "maxNumLineSearchIterations": 5,
    "minimize": True,
    "optimizationAlgo": "STOCHASTIC_GRADIENT_DESCENT",
    "stepFunction": None,
}
_ORDERED = ("vertices", "vertexInputs", "weightParams", "biasParams")
_WITHOUT_TIME = (1980, 1, 1, 0, 0, 0)


@dataclass(frozen=True)
class _Exported:
    """A node that is a layer or vertex of DL4J's."""

    node: Node
    name: str
    inputs: tuple[str, ...]
    translator: type[LayerTranslator]
    preprocessor: dict[str, Any] | None
    last: Node | None = None
    """Its last step, where that is a part of it in DL4J."""

    @property
    def result(self) -> str:
        """The node whose output is that of the layer."""
        return self.last.name if self.last else self.node.name


def write_model(model: Model, memory: Memory, path: Path) -> None:
    """Write the model file. Raises: DataError for what DL4J cannot say."""
    plan, trainer = model.plan, model._trainer
    _check_order(plan)
    exported = _exported(plan, memory)
    counters = (trainer.iteration, trainer.epoch) if trainer else (0, 0)
    configuration = _configuration(plan, memory, exported, counters)
    pieces = placed(plan, Layout(facts=memory.lasting), tuple(one.node.name for one in exported))
    entries = {CONFIGURATION: json.dumps(_sorted(configuration), indent=2).encode(), COEFFICIENTS: _array(flat(model.module, pieces))}
    if trainer is not None:
        state = dump_state(model.module, trainer.optimizer, blocks(pieces))
        entries |= {UPDATER_STATE: _array(state)} if state.numel() else {}
    if (normalizer := entry_of(model, memory)) is not None:
        entries[NORMALIZER] = normalizer
    with ZipFile(path, "w", ZIP_DEFLATED) as archive:
        for name, content in entries.items():
            archive.writestr(ZipInfo(name, _WITHOUT_TIME), content, ZIP_DEFLATED)


def _check_order(plan: Plan) -> None:
    """DL4J's last release makes one update of a batch, in the modern order; for plain SGD without regularisation all orders are one."""
    if not plan.minimize:
        raise DataError("minimize must be true, as DL4J minimizes whatever its configuration says, got false")
    if plan.iterations > 1:
        raise DataError(f"iterations must be 1, as DL4J 1.0.0-M2.1 makes one update of a batch, got {plan.iterations}")
    layers = [weighted for node in plan.nodes if (weighted := node.layer.weighted)]
    alike = all(layer.updater is None or layer.updater.type == "sgd" for layer in layers) and not any(_regularized(layer) for layer in layers)
    if plan.training_order != "modern" and not alike:
        raise DataError(
            f"training_order must be modern, as DL4J 1.0.0-M2.1 has no other, got {plan.training_order}",
            help="say training_order: modern to export all the same",
        )


def _regularized(layer: WeightedLayer) -> bool:
    words = ("l1", "l2", "l1_bias", "l2_bias", "gradient_normalization")
    return any(getattr(layer, word) is not None for word in words)


def _sorted(value: Any, *, keep: bool = False) -> Any:
    """Keys in the order that DL4J writes, and needs: alphabetical, but where their order means something."""
    if isinstance(value, list):
        return [_sorted(item) for item in value]
    if not isinstance(value, Mapping):
        return value
    keys = list(value) if keep else sorted(value)
    return {key: _sorted(value[key], keep=key in _ORDERED) for key in keys}


def _array(numbers: Tensor) -> bytes:
    if numbers.dtype == torch.bfloat16:
        return write_array(numbers.float().numpy(), "BFLOAT16")
    return write_array(numbers.numpy())


def _exported(plan: Plan, memory: Memory) -> list[_Exported]:
    order = [plan.node(name) for name in memory.order] if memory.order else list(plan.nodes)
    flattened = _flattened(plan)
    last = pairs(plan, memory.names)
    ends = {end.name for end in last.values()}
    names = _names([node for node in order if node.name not in ends], flattened, memory)
    names |= {name: memory.names.get(end.name, names[name]) for name, end in last.items()}
    names |= {end.name: names[name] for name, end in last.items()}
    found, sequences = [], Sequences(dict(plan.inputs))
    for node in order:
        if node.name in flattened or node.name in ends:
            continue
        translator = translator_of(node)
        if translator is None:
            raise DataError(f"{_place(node)} must be a layer that DL4J has, got {node.layer.type}")
        _check_unsaid(node, translator)
        before = [flattened.get(name) for name in node.inputs]
        taken = [flat_.inputs[0] if flat_ else name for name, flat_ in zip(node.inputs, before, strict=True)]
        inputs = tuple(names.get(name, name) for name in taken)
        facts = dict(memory.facts.get(node.name, {}))
        between = sequences.before(node, translator, facts) or _preprocessor(node, before[0], memory, facts)
        found.append(_Exported(node, names[node.name], _there(node, inputs, translator, plan, memory), translator, between, last.get(node.name)))
    if plan.nodes[-1].name in flattened:
        raise DataError(f"{_place(plan.nodes[-1])} must not be the last layer: DL4J flattens before a layer only")
    return found


def _flattened(plan: Plan) -> dict[str, Node]:
    """Nodes that are a layer's preprocessor in DL4J; before a vertex they are a vertex themselves."""
    by_vertices = {name for node in plan.nodes if (found := translator_of(node)) and found.family == "vertices" for name in node.inputs}
    return {node.name: node for node in plan.nodes if node.layer.type == "flatten" and node.name not in by_vertices}


def _there(node: Node, inputs: tuple[str, ...], translator: type[LayerTranslator], plan: Plan, memory: Memory) -> tuple[str, ...]:
    try:
        return translator.inputs_there(node, inputs, {memory.names.get(name, name) for name in plan.inputs})
    except Refused as refusal:
        raise DataError(f"{_place(node)}: {refusal.field} {refusal.rule}, for DL4J") from refusal


def _place(node: Node) -> str:
    return f"{dotted(node.path)} ({node.name})" if node.path else node.name


def _names(order: list[Node], flattened: Mapping[str, Node], memory: Memory) -> dict[str, str]:
    """DL4J's names: those of the file, those that the spec says, else layer0, layer1 and so on; netspec's own where the file has that for another."""
    counted = [node for node in order if node.name not in flattened]
    found = {node.name: node.layer.name or f"layer{index}" for index, node in enumerate(counted)}
    taken = set(memory.names.values())
    return {ours: ours if theirs in taken else theirs for ours, theirs in found.items()} | dict(memory.names)


def _check_unsaid(node: Node, translator: type[LayerTranslator]) -> None:
    fields = type(node.layer).model_fields
    for name in translator.cannot_say:
        if name in fields and getattr(node.layer, name) != fields[name].get_default(call_default_factory=True, validated_data={}):
            raise DataError(f"{_place(node)}: {name} must be left out, as DL4J has no such word, got {getattr(node.layer, name)}")


def _preprocessor(node: Node, flatten: Node | None, memory: Memory, facts: dict[str, Any]) -> dict[str, Any] | None:
    if flatten:
        return flattening(flatten.shapes[0], facts)
    return from_rows(node.shapes[0]) if node.inputs[0] in memory.rows else None


def _written(one: _Exported, layout: Layout) -> dict[str, Any]:
    try:
        return one.translator.write_layer(one.node, layout)
    except LookupError as error:
        raise DataError(f"{_place(one.node)} must use what DL4J has, got {error.args[0]}") from error
    except Refused as refusal:
        raise DataError(f"{_place(one.node)}: {refusal.field} {refusal.rule}, for DL4J") from refusal


def _configuration(plan: Plan, memory: Memory, exported: list[_Exported], counters: tuple[int, int]) -> dict[str, Any]:
    checked = not any(getattr(node.layer, "any_activation", False) for node in plan.nodes)
    top = (
        _MEMORY_MODES
        | _windows(plan.tbptt)
        | {"validateOutputLayerConfig": checked, "dataType": _NAMES[plan.data_type], "iterationCount": counters[0], "epochCount": counters[1]}
    )
    nodes, lasting = [one.node for one in exported], memory.lasting
    layout = Layout(facts={node.name: {MASK_OF: _mask_of(node, plan, memory), **lasting.get(node.name, {})} for node in nodes})
    if memory.kind == "list" and _is_list(plan, exported):
        preprocessors = {str(index): one.preprocessor for index, one in enumerate(exported) if one.preprocessor}
        return top | {"confs": [_conf(one, plan, layout) for one in exported], "inputPreProcessors": preprocessors}
    return top | _graph(plan, memory, exported, layout)


def _windows(truncation: Truncation | None) -> dict[str, Any]:
    """Truncated back-propagation. Raises: DataError for what has no effect in DL4J."""
    if truncation is None:
        return {}
    if truncation.reach < truncation.forward:
        raise DataError(f"tbptt.backward must be {truncation.forward} like forward, got {truncation.reach}: another has no effect in DL4J 1.0.0-M2.1")
    return {"backpropType": "TruncatedBPTT", "tbpttFwdLength": truncation.forward, "tbpttBackLength": truncation.forward}


def _mask_of(node: Node, plan: Plan, memory: Memory) -> str:
    """The input of the network from which its (first) input comes."""
    name = node.inputs[0]
    while name not in plan.inputs:
        name = plan.node(name).inputs[0]
    return memory.names.get(name, name)


def _is_list(plan: Plan, exported: list[_Exported]) -> bool:
    before = [next(iter(plan.inputs)), *(one.name for one in exported)]
    chained = all(one.inputs in ((name,), ("input",)) for one, name in zip(exported, before, strict=False))
    layers = all(one.translator.family == "layers" for one in exported)
    return layers and chained and len(plan.inputs) == 1 and plan.outputs == (exported[-1].result,)


def _conf(one: _Exported, plan: Plan, layout: Layout) -> dict[str, Any]:
    written = _written(one, layout) | {"layerName": one.name}
    pieces = [piece.name for piece in one.translator.pieces(one.node, layout)]
    variables = sorted(pieces, key=lambda name: {"b": 1, "g": 2}.get(name, 0))
    layer = wrapped(one.node, plan, wrapped_last(written) if one.last else written)
    return _around(plan) | {"layer": layer, "variables": variables}


def _around(plan: Plan) -> dict[str, Any]:
    """What every layer repeats."""
    return _COUNTERS | {"dataType": _NAMES[plan.data_type], "miniBatch": plan.minibatch, "seed": plan.seed}


def _graph(plan: Plan, memory: Memory, exported: list[_Exported], layout: Layout) -> dict[str, Any]:
    inputs = [memory.names.get(name, name) for name in plan.inputs]
    by_node = {one.result: one.name for one in exported}
    order = [*inputs, *(one.name for one in exported)]
    declared = sorted(exported, key=lambda one: (one.node.path is None, one.node.path or ()))
    indices = {name: index for index, name in enumerate([*inputs, *(one.name for one in declared)])}
    return {
        "defaultConfiguration": _around(plan) | {"layer": None, "variables": []},
        "networkInputs": inputs,
        "networkOutputs": [by_node[name] for name in plan.outputs],
        "topologicalOrder": [indices[name] for name in order],
        "topologicalOrderStr": order,
        "vertexInputs": {one.name: list(one.inputs) for one in declared},
        "vertices": {one.name: _vertex(one, plan, layout) for one in declared},
    }


def _vertex(one: _Exported, plan: Plan, layout: Layout) -> dict[str, Any]:
    if one.translator.family == "vertices":
        return _written(one, layout)
    about = {"outputVertex": one.result in plan.outputs, "preProcessor": one.preprocessor}
    return {"@class": f"{_GRAPH}LayerVertex", "layerConf": _conf(one, plan, layout), **about}
