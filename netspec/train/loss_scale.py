"""Loss scaling: float16 gradients are small, so the loss is multiplied before them and they are divided after.

A step whose gradients overflow is left out and the factor halved, as torch's GradScaler does it; without float16
nothing is scaled.
"""

from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor
from torch.optim import Optimizer

from netspec.errors import Diverged

MOST_SKIPPED = 20
"""Steps left out in a row after which training stops: halving the factor does not help."""


@dataclass
class LossScale:
    """What is done around the backward pass; nothing without a scaler."""

    scaler: torch.amp.GradScaler | None = None
    skipped: int = 0
    """Steps left out in a row."""

    @classmethod
    def of(cls, autocast: str | None, device: torch.device) -> "LossScale":
        """What a number format needs: float16 has too few exponents for gradients."""
        return cls(torch.amp.GradScaler(device.type)) if autocast == "float16" else cls()

    def backward(self, loss: Tensor) -> None:
        """Gradients of the loss, times the factor."""
        scaled = loss if self.scaler is None else self.scaler.scale(loss)
        scaled.backward()  # type: ignore[no-untyped-call]  # torch does not annotate it

    def step(self, optimizer: Optimizer) -> None:
        """One step with the true gradients. Raises: Diverged when they overflow again and again."""
        if self.scaler is None:
            optimizer.step()
            return
        self.scaler.unscale_(optimizer)
        before = self.scaler.get_scale()
        optimizer._step_supports_amp_scaling = False  # type: ignore[attr-defined]  # else a fused one is called all the same, and its hooks move weights
        self.scaler.step(optimizer)
        self.scaler.update()
        self.skipped = self.skipped + 1 if self.scaler.get_scale() < before else 0
        if self.skipped >= MOST_SKIPPED:
            raise Diverged(f"the gradients overflowed in {self.skipped} steps in a row", help="use autocast: bfloat16, or a smaller learning_rate")

    def state(self) -> dict[str, Any]:
        """Plain values for a checkpoint."""
        return {"skipped": self.skipped, "scaler": self.scaler.state_dict()} if self.scaler else {}

    def restore(self, state: dict[str, Any]) -> None:
        """Go back to what `state` gave."""
        if self.scaler and state:
            self.scaler.load_state_dict(state["scaler"])
            self.skipped = state["skipped"]
