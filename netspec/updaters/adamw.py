"""Adam with decoupled weight decay."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, Literal

from pydantic import Field

from netspec.fields import Positive
from netspec.updaters._moments import MomentsUpdater
from netspec.weight_decay import WeightDecay, WeightDecaySettings

if TYPE_CHECKING:
    from torch.optim import Optimizer


class AdamW(MomentsUpdater):
    """m, v as in Adam; w ← w − learning_rate·(m̂/(√v̂ + epsilon) + weight_decay·w), m̂ and v̂ corrected for their bias.

    The decay acts on weights, not on biases, and is that of each layer: this updater only says its value.
    Source: Loshchilov & Hutter, ICLR 2019; torch's AdamW. DL4J has none: its Adam with weightDecay differs in epsilon alone.
    """

    type: Literal["adamw"] = "adamw"

    epsilon: Positive = 1e-8
    """Added to √v̂, after the correction of its bias, above 0."""

    weight_decay: WeightDecay = Field(default_factory=lambda: WeightDecaySettings.model_validate({"value": 0.01}))
    """Decoupled decay of the weights (not the biases), from 0; the layers' `weight_decay` unless they say their own."""

    def build(self, groups: "Iterable[dict[str, Any]]") -> "Optimizer":
        """Torch's Adam; the decay is applied where every layer's is."""
        from netspec.optim.eager import Adam
        from netspec.optim.strides import guarded

        return guarded(Adam(groups, betas=(self.beta1, self.beta2), eps=self.epsilon, fused=True))
