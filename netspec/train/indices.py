"""Features that are indices, compared with what the network has to choose from while they are still in the host's memory.

On a device an index that is too large would end the process; looking there would stop the device at each batch.
"""

from collections.abc import Mapping
from typing import Any

from torch import Tensor

from netspec.construct import pick_mask
from netspec.errors import DataError, Refused
from netspec.named import Named, called
from netspec.plan import Node, Plan


def check_indices(plan: Plan, features: Named[Any], mask: Named[Tensor] | None = None) -> None:
    """What is masked counts for nothing, and what lies on a device or is still to be read is not looked at.

    Raises: DataError when there are others than the layers that choose by them know.
    """
    for name in plan.inputs:
        nodes, values = plan.choosing(name), features[name] if isinstance(features, Mapping) else features
        if nodes and isinstance(values, Tensor) and values.device.type == "cpu" and values.numel():
            _check(called("features", name, plan.inputs), _seen(values if values.is_floating_point() else values.long(), pick_mask(mask, name)), nodes)


def _seen(values: Tensor, mask: Tensor | None) -> Tensor:
    """0 in place of what is masked."""
    if mask is None:
        return values
    there = mask.to(values.device) != 0
    return values.where(there.reshape(*there.shape, *(1 for _ in range(values.dim() - there.dim()))), 0)


def _check(what: str, values: Tensor, nodes: tuple[Node, ...]) -> None:
    whole = values.long()
    if (odd := values[(whole != values) | (whole < 0)]).numel():
        raise DataError(f"{what} must be whole numbers from 0, by which {nodes[0].name} chooses, got {float(odd[0]):g}")
    for node in nodes:
        try:
            node.layer.check_indices(int(whole.max()) + 1)
        except Refused as refusal:
            raise DataError(f"{node.name}.{refusal.field} {refusal.rule}, got {refusal.got}", help=refusal.help) from refusal
