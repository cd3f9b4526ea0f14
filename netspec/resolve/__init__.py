"""Spec → Plan: pure passes, one file each.

place      names, who takes whose output, blocks taken apart
inherit    every layer gets what the network says and it does not
wire       topological order, outputs, nothing left over
adapt      a reshaping layer where kinds differ (image → flat), visibly
infer      shapes and parameters, in order
evaluation what is found out about each output
check      what can only be wrong in combination
execution  what is computed otherwise, being the same function and faster
"""

from pathlib import Path as FilePath

from netspec.datasets import DataSet, Places
from netspec.plan import Plan
from netspec.randoms import USUAL, Random
from netspec.resolve.check import check
from netspec.resolve.describe import describe
from netspec.resolve.evaluation import evaluation
from netspec.resolve.execution import execution
from netspec.resolve.findings import Findings
from netspec.resolve.infer import infer
from netspec.resolve.inherit import inherit
from netspec.resolve.place import place
from netspec.resolve.transfer import frozen
from netspec.resolve.wire import arranged, wire
from netspec.shapes import FeedForward
from netspec.spec import Spec
from netspec.transforms import Normalization

__all__ = ["resolve"]

DEFAULT_SEED = 0


def resolve(spec: Spec, places: Places | None = None) -> Plan:
    """What a spec means; `places` says where data files are looked for, the spec's own folder when nothing is said.

    Raises: SpecError with every problem found. Shapes are only checked once the wiring is right.
    """
    findings = Findings(spec, places or Places(FilePath(), spec.source.folder))
    described = describe(spec, findings)
    inputs, random = described.inputs or {"input": FeedForward(1)}, findings.value("random", Random.parse(USUAL))
    placed = place(spec.layers, inputs, findings)
    placed = placed._replace(wires=inherit(spec, placed.wires, findings))
    wired = wire(spec, placed, inputs, findings)
    wired = wired and arranged(wired, inputs, random)
    wired = wired and frozen(wired, placed, spec.transfer, findings)
    nodes = infer(wired, described.inputs, findings) if wired and described.inputs else ()
    if wired is None or described.inputs is None or len(nodes) < len(wired.wires):
        findings.stop()
        raise AssertionError("a pass gave up without saying why")
    plan = Plan(
        spec=spec,
        name=findings.value("name", _name(spec)),
        seed=findings.value("seed", DEFAULT_SEED),
        random=random,
        data_type=findings.value("data_type", "float32"),
        inputs=described.inputs,
        nodes=nodes,
        outputs=wired.outputs,
        updater=spec.updater,
        data=_scaled(spec.data, spec.normalize),
        train=findings.block("train", spec.train),
        transfer=spec.transfer,
        training_order=findings.value("training_order", "modern"),
        minibatch=findings.value("minibatch", True),
        tbptt=findings.block("tbptt", spec.tbptt),
        minimize=findings.value("minimize", True),
        iterations=findings.value("iterations", 1),
        origins=findings.origins,
    )
    findings.block("random", spec.random)
    findings.block("transfer", spec.transfer)
    findings.block("data", spec.data)
    findings.block("normalize", spec.normalize)
    plan = evaluation(plan, described.description, findings)
    return execution(check(plan, described.description, findings))


def _scaled(data: DataSet | None, normalize: Normalization | None) -> DataSet | None:
    """The data set with the network's scaling, where it does not say its own."""
    if not data or not normalize or data.normalize:
        return data
    return data.model_copy(update={"normalize": normalize.of_stored()})


def _name(spec: Spec) -> str:
    """The file's name without its ending; `network` for a spec from elsewhere."""
    stem = FilePath(spec.source.file).stem
    return stem if stem and not stem.startswith("<") else "network"
