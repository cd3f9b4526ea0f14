"""A file of DL4J's → a spec, its report, and what is needed to fill the network with the file's numbers."""

from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from netspec.errors import DataError, SpecError
from netspec.interop.dl4j.archive import COEFFICIENTS, NORMALIZER, UPDATER_STATE, ModelFile, ignored_because
from netspec.interop.dl4j.buffers import read_head
from netspec.interop.dl4j.configuration import parse_configuration
from netspec.interop.dl4j.converting import Scale, converted, scale_of
from netspec.interop.dl4j.drafting import Draft, draft, loose_ends, parsed, place_of
from netspec.interop.dl4j.eras import FIRST_MODERN, Era, Told, tell
from netspec.interop.dl4j.foreign import Foreign, read_network
from netspec.interop.dl4j.kinds import check_kinds
from netspec.interop.dl4j.memory import Memory, memory_of
from netspec.interop.dl4j.normalizer_format import JAVA_OBJECT, read_normalizer
from netspec.interop.dl4j.normalizers import Normalizer, most_bytes, note_normalizer, said_of
from netspec.interop.dl4j.readable import readable, spec_text
from netspec.interop.dl4j.report import Report
from netspec.interop.dl4j.said import Said
from netspec.interop.dl4j.shaped import as_shapes_tell, fits_weights, note_frozen, of_one_step, of_smaller_images
from netspec.interop.dl4j.shapes import input_shape, shapes_as_said
from netspec.interop.dl4j.translator import Reading
from netspec.layers import Layer
from netspec.plan import Plan
from netspec.read import plan_of
from netspec.scored import ScoredLayer, WithLoss
from netspec.shapes import Shape
from netspec.spec import Spec

DATA_TYPES = {"DOUBLE": "float64", "FLOAT": "float32", "HALF": "float16", "BFLOAT16": "bfloat16"}
_HEAD = 512
"""Bytes of an ND4J array that hold its shape."""


@dataclass(frozen=True)
class Import:
    """A file that was read and understood; its numbers are still in it."""

    file: ModelFile
    report: Report
    network: Foreign
    drafts: list[Draft]
    values: dict[str, Any]
    """The spec, as plain values."""

    plan: Plan
    memory: Memory
    trains: bool
    normalizer: Normalizer | None = None
    """How the file says that examples are scaled."""

    scales: Mapping[str, Scale] = field(default_factory=dict)
    """By layer, where training was converted to the modern order."""

    @property
    def text(self) -> str:
        """The spec, to be read by people."""
        told = f"imported from {self.file.path.name}, DL4J {self.report.era}"
        return spec_text(self.values, told if self.trains else f"{told}\nfor prediction only: see the report")


def import_file(
    path: Path, *, era: Era | None = None, shapes: Mapping[str, Shape] | None = None, skip_unknown: bool = False, convert_training: int | None = None
) -> Import:
    """Read a model or a configuration; `convert_training` is the size of the batches for which an older training order becomes the modern one.

    Raises: UsageError when there is no such file; DataError when it is not what it must be; Unspoken for what netspec does not have.
    """
    file = ModelFile.open(path)
    configuration = parse_configuration(file.configuration(), str(path))
    stored = _head(file)
    told = Told(era, "--era") if era is not None else tell(configuration, None if stored is None else stored[0])
    report = Report(told.era, told.mark)
    reading = Reading(told.era, report, skip_unknown=skip_unknown)
    for name in file.ignored:
        report.note("left out", ignored_because(name), name)
    network = read_network(configuration, reading)
    _check_asked(told, network)
    drafts, names = draft(network, reading)
    inputs = _inputs(network, drafts, shapes or {}, names, reading)
    top = _top(network, told.era, stored, inputs, reading)
    _drop_windows(top, drafts, reading)
    values, plan, drafts = _settled(top, drafts, network, reading, path)
    note_frozen(plan, drafts, report)
    scales = _scales(plan, drafts, convert_training, reading)
    if scales:
        drafts = converted(drafts, plan.order, convert_training or 1, has_state=UPDATER_STATE in file.entries)
        values = _values({word: value for word, value in top.items() if word != "training_order"}, drafts, network, reading)
        plan = _plan(values, path)
    memory = memory_of(network, drafts, names, plan)
    entry, normalizer = _normalizer(file, plan, report)
    if entry:
        memory = replace(memory, normalizer=b64encode(entry).decode())
    if normalizer and (said := said_of(normalizer, list(plan.inputs.values()))):
        values["normalize"] = said
        plan = _plan(values, path)
    return Import(file, report, network, drafts, values, plan, memory, reading.trains, normalizer, scales)


def _settled(top: dict[str, Any], drafts: list[Draft], network: Foreign, reading: Reading, path: Path) -> tuple[dict[str, Any], Plan, list[Draft]]:
    """The spec's values, its Plan and the drafts behind it, changed by what only the whole network tells."""
    values = _values(top, drafts, network, reading)
    plan = _plan(values, path)
    if (changed := of_one_step(plan, drafts)) is not None:
        values = _values(top, changed, network, reading)
        plan, drafts = _plan(values, path), changed
    check_kinds(plan, drafts, reading)
    if (changed := as_shapes_tell(plan, drafts, reading)) is not None:
        values = _values(top, changed, network, reading)
        plan, drafts = _plan(values, path), changed
    if (changed := of_smaller_images(plan, drafts)) is not None:
        other = _plan(other_values := _values(top, changed, network, reading), path)
        if fits_weights(other, changed):
            values, plan, drafts = other_values, other, changed
            reading.report.note("warning", "convolutionMode is Same, but the weights behind are of the smaller images that Truncate makes; taken for Truncate")
    return values, plan, drafts


def _scales(plan: Plan, drafts: list[Draft], batch: int | None, reading: Reading) -> dict[str, Scale]:
    """By layer, how its training differs from the modern order; nothing where that is not asked for, or is no difference."""
    if batch is None or not reading.trains:
        return {}
    if plan.training_order == "modern":
        reading.report.note("warning", f"there is nothing to convert: {reading.era} trains in the modern order", "--convert-training")
        return {}
    reading.report.note("converted", f"training in the order of {reading.era} to settings that are equal in the modern order, for batches of {batch}")
    indices = {node.name: node.path[1] for node in plan.nodes if node.path}
    return {name: scale_of(drafts[index].values, plan.order, batch) for name, index in indices.items() if isinstance(index, int)}


def _normalizer(file: ModelFile, plan: Plan, report: Report) -> tuple[bytes, Normalizer | None]:
    """The entry and what it means; empty for a Java object, which is never read. Raises: DataError."""
    shapes = [*plan.inputs.values(), *(plan.node(name).output for name in plan.outputs)]
    content = file.read(NORMALIZER, most_bytes(shapes)) or b""
    if content.startswith(JAVA_OBJECT):
        report.mistake("normalizer-is-a-java-object", NORMALIZER)
        return b"", None
    try:
        found = read_normalizer(content) if content else None
    except LookupError as error:
        report.note("left out", f"a normalizer that netspec does not have, {error.args[0]}", NORMALIZER)
        return b"", None
    if found:
        note_normalizer(found, list(plan.inputs.values()), report)
    return content, found


def _plan(values: dict[str, Any], path: Path) -> Plan:
    try:
        return plan_of(values)
    except SpecError as error:
        reasons = "; ".join(problem.message for problem in error.problems)
        raise DataError(f"{path} must describe a network that netspec can build: {reasons}") from error


def _head(file: ModelFile) -> tuple[int, str] | None:
    """Rank and number format of the parameter vector, from its first bytes. Raises: DataError."""
    return read_head(file.head(COEFFICIENTS, _HEAD)) if COEFFICIENTS in file.entries else None


def _check_asked(told: Told, network: Foreign) -> None:
    """Refuse to guess where a prediction depends on it. Raises: DataError."""
    one_dimensional = any(vertex.is_layer and vertex.said.simple == "Convolution1DLayer" for vertex in network.vertices)
    if one_dimensional and Era.M1_1 in told.or_else:
        raise DataError(
            f"the file must tell its release: {told.era} and {Era.M1_1} write it alike and lay the kernel of Convolution1D out differently",
            help="say --era beta7 or --era M1.1",
        )


def _inputs(network: Foreign, drafts: list[Draft], asked: Mapping[str, Shape], names: dict[str, str], reading: Reading) -> dict[str, Shape]:
    found: dict[str, Shape] = {}
    for name in network.inputs:
        shape = asked.get(name) or (asked.get("input") if len(network.inputs) == 1 else None) or input_shape(name, network, drafts, reading)
        if shape is None:
            raise DataError(f"the shape of the input {name} must be said: the file does not hold it", help="--input 3x32x32 (channels x height x width)")
        found[names[name]] = shape
    return found


def _top(network: Foreign, era: Era, stored: tuple[int, str] | None, inputs: dict[str, Shape], reading: Reading) -> dict[str, Any]:
    """Settings of the whole network."""
    conf, found = network.conf, dict[str, Any]()
    seed = conf.raw("seed")
    if isinstance(seed, int) and not isinstance(seed, bool):
        found["seed"] = seed % 2**63
        if seed == 0:
            reading.report.mistake("seed-zero")
    data_type = DATA_TYPES.get(stored[1] if stored else str(network.top.raw("dataType") or conf.raw("dataType") or "FLOAT"))
    if data_type is None:
        raise DataError(f"the numbers of the model must be FLOAT, DOUBLE, HALF or BFLOAT16, got {stored[1] if stored else network.top.raw('dataType')}")
    if data_type != "float32":
        found["data_type"] = data_type
    _training(network, conf, era, found, reading)
    found["input"] = shapes_as_said(inputs)
    return found


def _training(network: Foreign, conf: Said, era: Era, found: dict[str, Any], reading: Reading) -> None:
    """Order of the training step, and settings of training that are not any layer's."""
    if conf.text("optimizationAlgo", "STOCHASTIC_GRADIENT_DESCENT") != "STOCHASTIC_GRADIENT_DESCENT":
        reading.refuse_training("line-search-training", "")
    if not conf.flag("minimize", True):
        reading.report.mistake("minimize-false-ignored")
        _say(found, "minimize", False, "minimize(false)", reading)
    if not conf.flag("miniBatch", True):
        _say(found, "minibatch", False, "miniBatch(false)", reading)
    if network.top.text("backpropType", "Standard") == "TruncatedBPTT":
        found["tbptt"] = _windows(network.top, era, reading)
    if conf.integer("numIterations", 1) > 1:
        found["iterations"] = conf.integer("numIterations")
    if network.top.flag("pretrain", False):
        reading.report.mistake("pretrain-by-default")
    if era < FIRST_MODERN:
        legacy_flag = network.top.flag("legacyBatchScaledL2", True)
        order = "beta3" if era == Era.BETA3 and not legacy_flag else "legacy"
        _say(found, "training_order", order, f"the training order of {era}", reading)


def _windows(top: Said, era: Era, reading: Reading) -> dict[str, int]:
    """Truncated back-propagation; from beta on DL4J's backward length has no effect."""
    reading.report.mistake("tbptt-forgets-carried-state")
    forward, backward = top.integer("tbpttFwdLength", 20), top.integer("tbpttBackLength", 20)
    if backward >= forward:
        return {"forward": forward}
    if era < Era.BETA:
        return {"forward": forward, "backward": backward}
    reading.report.mistake("tbptt-backward-length")
    return {"forward": forward}


def _drop_windows(top: dict[str, Any], drafts: list[Draft], reading: Reading) -> None:
    """Layers that no window is enough for: DL4J fails on them in training."""
    for one in drafts if "tbptt" in top else ():
        member = Layer.member(one.values["type"])
        if member and member.whole_sequences:
            reading.report.mistake("tbptt-of-whole-sequences", one.name)
            top.pop("tbptt", None)


def _say(found: dict[str, Any], word: str, value: Any, what: str, reading: Reading) -> None:
    if word in Spec.model_fields:
        found[word] = value
    else:
        reading.unspoken(what, "the network")


def _values(top: dict[str, Any], drafts: list[Draft], network: Foreign, reading: Reading) -> dict[str, Any]:
    """The spec's values. Raises: DataError where a value is none that netspec takes."""
    layers = []
    before = "input" if len(network.inputs) == 1 else ""
    for one in drafts:
        values = dict(one.values)
        if not reading.trains:
            values = {word: value for word, value in values.items() if word not in ("updater", "bias_updater")}
        if one.named:
            values["name"] = one.name
        if one.inputs != (before,):
            values["input"] = list(one.inputs)
        layers.append(_as_said(parsed(Layer, values, place_of(one)), one, reading))
        before = one.name
    outputs = _outputs(network, drafts)
    said = top | ({"outputs": outputs} if outputs else {})
    _name_what_is_named(layers, drafts)
    return readable(said, layers)


def _as_said(layer: Layer, one: Draft, reading: Reading) -> Layer:
    """A loss over an activation that it is not made for says so; the file is taken at its word."""
    if not isinstance(layer, WithLoss) or not layer.activation or not layer.loss.misfit(layer.activation, getattr(layer, "n_out", 2)):
        return layer
    place = place_of(one)
    reading.report.note("warning", f"the loss {layer.loss.type} is not made for {layer.activation.type}; it is computed as the file says", place)
    return layer.model_copy(update={"any_activation": True})


def _name_what_is_named(layers: list[Layer], drafts: list[Draft]) -> None:
    """A layer that another names has to say its name."""
    wanted = {name for layer in layers for name in layer.input or ()}
    for index, (layer, one) in enumerate(zip(layers, drafts, strict=True)):
        if one.name in wanted and "name" not in layer.model_fields_set:
            layers[index] = layer.model_copy(update={"name": one.name})


def _outputs(network: Foreign, drafts: list[Draft]) -> list[str]:
    """Names of the outputs, where they are not simply all layers with a loss, in file order, or the last."""
    ours = {one.vertex.name: one.name for one in drafts if one.vertex}
    wanted = [ours[name] for name in (*network.outputs, *loose_ends(network)) if name in ours]
    scored = [one.name for one in drafts if (member := Layer.member(str(one.values["type"]))) and issubclass(member, ScoredLayer)]
    return [] if wanted in (scored, [drafts[-1].name] if drafts and not scored else None) else wanted
