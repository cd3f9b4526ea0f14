"""What evaluation finds out about each output: what the spec says, else what fits the loss and the labels."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Literal

from netspec.datasets import Description
from netspec.errors import Path, Refused
from netspec.metrics import Metric, Output, usual
from netspec.plan import Evaluated, Origin, Plan
from netspec.resolve.findings import Findings
from netspec.scored import ScoredLayer
from netspec.shapes import features
from netspec.suggestions import nearest_or_all


def evaluation(plan: Plan, description: Description | None, findings: Findings) -> Plan:
    """The plan with its metrics, each checked."""
    said = plan.spec.evaluation
    if isinstance(said, Mapping):
        for name in (name for name in said if name not in plan.scored):
            help_ = nearest_or_all(name, list(plan.scored))
            findings.refuse(("evaluation", name), "must name an output with a loss", got=name, key=True, help=help_)
    found = {node.name: _evaluated(plan, node.name, node.layer, description, findings) for node in plan.nodes if isinstance(node.layer, ScoredLayer)}
    return replace(plan, evaluation={name: found[name] for name in plan.scored})


def _evaluated(plan: Plan, name: str, layer: ScoredLayer, description: Description | None, findings: Findings) -> Evaluated:
    output = _output(features(plan.node(name).output), layer, _labels(name, layer, description))
    said = plan.spec.evaluation
    own = said.get(name) if isinstance(said, Mapping) else said
    path: Path = ("evaluation", name) if isinstance(said, Mapping) else ("evaluation",)
    findings.origins[("evaluation", name)] = findings.said(path) if own else Origin("inferred", note=f"follows from the loss {layer.loss.type}")
    for index, metric in enumerate(own or ()):
        _check(metric, output, _place(findings, path, index), findings)
    for index, again in _repeated(own or ()):
        findings.refuse_once(_place(findings, path, index), f"must name each metric once, got {again} again")
    return Evaluated(output, own or (usual(output, layer.loss.of),))


def _repeated(metrics: tuple[Metric, ...]) -> list[tuple[int, str]]:
    return [(index, metric.type) for index, metric in enumerate(metrics) if metric.type in {other.type for other in metrics[:index]}]


def _place(findings: Findings, path: Path, index: int) -> Path:
    """Where a metric stands: one that is not in a list is the whole value."""
    return (*path, index) if findings.spec.source.has((*path, index)) else path


def _check(metric: Metric, output: Output, path: Path, findings: Findings) -> None:
    try:
        metric.check(output)
    except Refused as refusal:
        findings.refused_once(path, refusal)


def _labels(name: str, layer: ScoredLayer, description: Description | None) -> Literal["classes", "values"]:
    """What the labels are: as the data say, else as the loss takes them."""
    if description is None:
        return "classes" if layer.loss.of == "classes" else "values"
    targets = description.targets
    return "classes" if (targets.get(name) if isinstance(targets, Mapping) else targets) is None else "values"


def _output(outputs: int, layer: ScoredLayer, labels: Literal["classes", "values"]) -> Output:
    activation = layer.predicts_by
    distribution = activation is not None and activation.distribution
    probabilities = distribution or (activation is not None and activation.probabilities)
    one_of_many = distribution or (labels == "classes" and outputs > 1)
    return Output(layer.loss.labels_for(outputs), labels, probabilities, one_of_many, (1 + layer.loss.wrong) / 2)
