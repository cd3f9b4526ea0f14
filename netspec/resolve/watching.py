"""The figures that a training can be watched by, and whether larger ones are better."""

from netspec.metrics import Better
from netspec.plan import Plan

LOSS = "loss"
RECONSTRUCTION = "reconstruction"
"""The loss with which a layer that learns from its input alone gives validation examples back; it ends that layer's pre-training."""


def figures_of(plan: Plan) -> dict[str, Better]:
    """By name, as evaluation calls them: of several outputs `output.figure`, what a later metric calls the same as an earlier one `metric.figure`."""
    found: dict[str, Better] = {LOSS: "smaller"} if plan.scored else {}
    if plan.pretrains:
        found[RECONSTRUCTION] = "smaller"
    for output, evaluated in plan.evaluation.items():
        own: dict[str, Better] = {}
        for metric in evaluated.metrics:
            own |= {f"{metric.type}.{name}" if name in own else name: better for name, better in metric.offers.items()}
        found |= {f"{output}.{name}" if len(plan.evaluation) > 1 else name: better for name, better in own.items()}
    return found
