"""An exponential moving average of the weights, which a network is evaluated and saved with.

Training goes on with the weights themselves: they lie aside while the network has their average, and come back bit by bit.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import torch
from torch import Tensor
from torch.optim import Optimizer
from torch.optim.swa_utils import get_ema_multi_avg_fn

from netspec.network import Network


@dataclass
class Average:
    """The average of what an optimizer moves."""

    decay: float
    tensors: dict[str, Tensor] = field(default_factory=dict)
    """By the names of the parameters; empty before the first update."""

    aside: dict[str, Tensor] = field(default_factory=dict)
    """The weights themselves while the network has their average."""

    @torch.no_grad()
    def update(self, optimizer: Optimizer, updates: int) -> None:
        """Draw the average towards the weights after so many updates; it forgets the first ones faster: decay is at most (1 + updates) / (10 + updates)."""
        moved = {name: weight for group in optimizer.param_groups for name, weight in zip(group["names"], group["params"], strict=True)}
        if not self.tensors:
            self.tensors = {name: weight.detach().clone() for name, weight in moved.items()}
            return
        decay = min(self.decay, (1 + updates) / (10 + updates))
        get_ema_multi_avg_fn(decay)([self.tensors[name] for name in moved], list(moved.values()), updates)  # type: ignore[no-untyped-call]  # torch does not annotate it

    @torch.no_grad()
    def show(self, network: Network) -> None:
        """Let the network have the average."""
        if not self.aside:
            for name, average in self.tensors.items():
                weight = network.get_parameter(name)
                self.aside[name] = weight.detach().clone()
                weight.copy_(average)

    @torch.no_grad()
    def hide(self, network: Network) -> None:
        """Let it have the weights themselves again."""
        for name, weight in self.aside.items():
            network.get_parameter(name).copy_(weight)
        self.aside = {}

    @contextmanager
    def shown(self, network: Network) -> Iterator[None]:
        """For a while, from training."""
        self.show(network)
        try:
            yield
        finally:
            self.hide(network)

    def restore(self, tensors: dict[str, Tensor], network: Network) -> None:
        """Go back to an average that was kept, of weights that the network has."""
        self.aside, self.tensors = {}, {name: tensor.to(network.get_parameter(name).device) for name, tensor in tensors.items()}
