"""FLOPs, counted by torch on the meta device: matrix products and convolutions, nothing else."""

from typing import TYPE_CHECKING

from netspec.plan import Plan

if TYPE_CHECKING:
    from torch import Tensor


def flops(plan: Plan) -> dict[str, int]:
    """By node: multiplications and additions of one example's forward pass; nodes without any are left out.

    Sequences of any length are counted with one step.
    """
    import torch
    from torch.utils.flop_counter import FlopCounterMode

    from netspec.construct import build_network

    network = build_network(plan, "meta").eval()
    with FlopCounterMode(display=False) as counter, torch.no_grad():
        network(_inputs(plan, 1))
    by_module = {name.split(".", 1)[1]: sum(counts.values()) for name, counts in counter.get_flop_counts().items() if "." in name}
    return {node.name: by_module[node.name] for node in plan.nodes if node.name in by_module}


def training_flops(plan: Plan, examples: int) -> int:
    """Multiplications and additions of a step: forward pass, gradients of weights, and of what lies between layers."""
    from torch.utils.flop_counter import FlopCounterMode

    from netspec.construct import build_network

    network = build_network(plan, "meta").train()
    with FlopCounterMode(display=False) as counter:
        output = network(_inputs(plan, examples))
        outputs = list(output.values()) if isinstance(output, dict) else [output]
        sum((one.sum() for one in outputs[1:]), start=outputs[0].sum()).backward()
    return int(counter.get_total_flops())


def _inputs(plan: Plan, examples: int) -> "dict[str, Tensor]":
    import torch

    from netspec.construct import DTYPES

    dtype = DTYPES[plan.data_type]
    return {name: torch.empty((examples, *(size or 1 for size in shape.dims)), dtype=dtype, device="meta") for name, shape in plan.inputs.items()}
