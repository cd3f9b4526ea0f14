"""Muon: momentum, made orthogonal."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import Field

from netspec.schedules import Momentum, Rate, Schedule
from netspec.updaters import RatedUpdater
from netspec.weight_decay import WeightDecay, WeightDecaySettings

if TYPE_CHECKING:
    from torch.optim import Optimizer


class Muon(RatedUpdater):
    """b ← momentum·b + g; w ← w − learning_rate·√max(1, rows/columns)·O, O being g + momentum·b with singular values brought near 1.

    For matrices in the middle of a network. Biases and the gains of normalisations take another updater, `bias_updater`; convolutions and usually
    first and last layers too, a layer's `updater`. Source: Jordan et al., 2024; torch's Muon. DL4J has none.
    """

    type: Literal["muon"] = "muon"
    adds_l2 = False
    matrices_only = True
    scheduled = RatedUpdater.scheduled | {"momentum": "momentum"}

    learning_rate: Rate = Field(default_factory=lambda: Schedule.parse(1e-3))
    """Step size: a number above 0, or a schedule."""

    momentum: Momentum = Field(default_factory=lambda: Schedule.parse(0.95))
    """Share of the gradients so far that is kept, in [0, 1): a number, or a schedule."""

    nesterov: bool = True
    """Whether the step looks ahead by the momentum; without it O is made of b alone."""

    iterations: Annotated[int, Field(gt=0, lt=100)] = 5
    """Newton-Schulz iterations towards orthogonality, from 1 to 99."""

    adjust_rate: Literal["original", "match_rms_adamw"] = "original"
    """original: times √max(1, rows/columns); match_rms_adamw: times 0.2·√max(rows, columns), so that rates made for adamw fit."""

    weight_decay: WeightDecay = Field(default_factory=lambda: WeightDecaySettings.model_validate({"value": 0.1}))
    """Decoupled decay of the weights (not the biases), from 0; the layers' `weight_decay` unless they say their own."""

    def build(self, groups: "Iterable[dict[str, Any]]") -> "Optimizer":
        """Torch's Muon; the decay is applied where every layer's is."""
        from netspec.optim.eager import Muon as Rule

        return Rule(groups, nesterov=self.nesterov, ns_steps=self.iterations, adjust_lr_fn=self.adjust_rate)
