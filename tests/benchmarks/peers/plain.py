"""The network and the optimizer as a PyTorch user writes them without tuning, for the programs that take those."""

import numpy as np
import torch
from torch import Tensor, nn

from peers.images import scaled
from peers.job import Job


def network(job: Job) -> nn.Sequential:
    """Layers in the usual order, nothing tuned."""
    layers: list[nn.Module] = []
    for before, filters in zip((1, *job.filters), job.filters, strict=False):
        layers += [nn.Conv2d(before, filters, job.kernel, padding=job.padding), nn.ReLU(), nn.MaxPool2d(2)]
    return nn.Sequential(*layers, nn.Flatten(), nn.Linear(job.flat, job.hidden), nn.ReLU(), nn.Linear(job.hidden, 10))


def optimizer(job: Job, module: nn.Module) -> torch.optim.Optimizer:
    """Torch's defaults."""
    if job.updater == "adam":
        return torch.optim.Adam(module.parameters(), lr=job.rate)
    return torch.optim.SGD(module.parameters(), lr=job.rate, momentum=job.momentum, nesterov=True, weight_decay=job.l2)


def shaped(job: Job, pixels: np.ndarray) -> Tensor:
    """N×1×28×28, float32."""
    return torch.from_numpy(scaled(job, pixels)).reshape(-1, 1, 28, 28)
