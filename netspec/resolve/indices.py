"""Features that are indices: the layers that choose by them know each."""

from collections.abc import Mapping

from netspec.datasets import Description
from netspec.plan import Plan
from netspec.resolve.findings import Findings


def check_indices(plan: Plan, description: Description, findings: Findings) -> None:
    """Where the data set knows how many there are."""
    told = description.indices
    for name, count in (told if isinstance(told, Mapping) else dict.fromkeys(plan.inputs, told)).items():
        if count is None:
            continue
        for node in plan.choosing(name):
            with findings.refusals(node.path or ()):
                node.layer.check_indices(count)
