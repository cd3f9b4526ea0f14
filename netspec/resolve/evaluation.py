"""What evaluation finds out about each output: what the spec says, else what fits the loss and the labels."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Literal

from pydantic import ValidationError

from netspec.component import Frozen
from netspec.datasets import Description
from netspec.errors import Path, Refused, UsageError
from netspec.flat_words import Lifted
from netspec.metrics import Metric, Output, usual
from netspec.plan import Evaluated, Origin, Plan
from netspec.resolve.findings import Findings
from netspec.scored import ScoredLayer
from netspec.shapes import features
from netspec.source import Source
from netspec.spec import Evaluations
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


def asked_for(plan: Plan, said: object) -> Mapping[str, Evaluated]:
    """Metrics that are asked for beside what the spec says, as a spec would say them; outputs that a map leaves out are as in the plan.

    Raises: UsageError for a metric that there is not, or that does not fit its output.
    """
    metrics = _read(said)
    by_name = metrics if isinstance(metrics, Mapping) else dict.fromkeys(plan.evaluation, metrics)
    for name in (name for name in by_name if name not in plan.evaluation):
        raise UsageError(f"evaluation.{name} must name an output with a loss", help=nearest_or_all(name, list(plan.evaluation)))
    for name, chosen in by_name.items():
        _check_asked(name, chosen, plan.evaluation[name].output)
    return {name: evaluated._replace(metrics=by_name.get(name, evaluated.metrics)) for name, evaluated in plan.evaluation.items()}


class _Asked(Frozen):
    evaluation: Evaluations


def _read(said: object) -> tuple[Metric, ...] | dict[str, tuple[Metric, ...]]:
    try:
        return _Asked(evaluation=said).evaluation  # type: ignore[arg-type]  # whatever was said
    except ValidationError as error:
        from netspec.refusals import problems_of  # what is right has no use for it

        values = {"evaluation": said}
        problem = problems_of(error, _Asked, Lifted(values), Source(values))[0]
        raise UsageError(problem.message, help=problem.help) from None


def _check_asked(name: str, metrics: tuple[Metric, ...], output: Output) -> None:
    for metric in metrics:
        try:
            metric.check(output)
        except Refused as refusal:
            field = f".{refusal.field}" if refusal.field else ""
            raise UsageError(f"{metric.type}{field} {refusal.rule}, for the output {name}", help=refusal.help) from refusal


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
