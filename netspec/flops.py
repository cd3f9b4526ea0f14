"""FLOPs of a forward pass, counted by torch on the meta device: matrix products and convolutions, nothing else."""

from netspec.plan import Plan


def flops(plan: Plan) -> dict[str, int]:
    """By node: multiplications and additions for one example; nodes without any are left out.

    Sequences of any length are counted with one step.
    """
    import torch
    from torch.utils.flop_counter import FlopCounterMode

    from netspec.construct import DTYPES, build_network

    network = build_network(plan, "meta").eval()
    dtype = DTYPES[plan.data_type]
    inputs = {name: torch.empty((1, *(size or 1 for size in shape.dims)), dtype=dtype, device="meta") for name, shape in plan.inputs.items()}
    with FlopCounterMode(display=False) as counter, torch.no_grad():
        network(inputs)
    by_module = {name.split(".", 1)[1]: sum(counts.values()) for name, counts in counter.get_flop_counts().items() if "." in name}
    return {node.name: by_module[node.name] for node in plan.nodes if node.name in by_module}
