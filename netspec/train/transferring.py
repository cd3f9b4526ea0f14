"""Weights that were learned elsewhere, put into a network before it is trained."""

import torch
from safetensors import SafetensorError
from safetensors.torch import load

from netspec.datasets import Places
from netspec.errors import DataError
from netspec.network import Network
from netspec.plan import Plan
from netspec.resolve.transfer import is_new
from netspec.transfer import weights_file


@torch.no_grad()
def take_over(plan: Plan, network: Network, places: Places) -> None:
    """Give each layer that is not new the weights and statistics that the source has for it. Raises: DataError."""
    if plan.transfer is None:
        return
    path = weights_file(plan.transfer, places)
    try:
        found = load(path.read_bytes())
    except (OSError, SafetensorError) as error:
        raise DataError(f"{path} cannot be read: {error}") from error
    anew = {node.name for node in plan.nodes if is_new(node, plan.transfer)} if places.start is None else set()
    for name, tensor in network.state_dict().items():
        if name.partition(".")[0] in anew:
            continue
        if name not in found or found[name].shape != tensor.shape:
            there = f"{tuple(found[name].shape)} there" if name in found else "not there"
            raise DataError(f"{path} must have {name} as the network has it, {tuple(tensor.shape)}; it is {there}", help="list the layer under transfer.new")
        tensor.copy_(found[name])
