"""Batch normalisation."""

from typing import TYPE_CHECKING, Literal, Self

from pydantic import Field, model_validator

from netspec.component import refuse
from netspec.fields import Fraction
from netspec.layers import Inferred, MaskedLayer, Parameter, WeightedLayer
from netspec.shapes import KINDS, Shape, features

if TYPE_CHECKING:
    from torch import nn


class BatchNorm(WeightedLayer, MaskedLayer):
    """gamma·(x − mean)/√(var + epsilon) + beta, by feature or channel: over the batch in training, over running statistics otherwise.

    Shape: any → the same. running = decay·running + (1 − decay)·batch, with the population variance, as in DL4J.
    Masked steps of a sequence, and masked examples of flat vectors, have no part in mean and variance.
    Source: Ioffe & Szegedy, ICML 2015; DL4J's BatchNormalization.
    """

    type: Literal["batch_norm"] = "batch_norm"
    takes = KINDS
    takes_mask = True
    least_batch = 2

    decay: Fraction = 0.9
    """Share of the running mean and variance that is kept in each step, in [0, 1); torch's momentum is 1 − decay."""

    epsilon: float = Field(default=1e-5, gt=0)
    """Added to the variance before the root."""

    gamma: float = 1.0
    """Factor after normalising, at the start (trained)."""

    beta: float = 0.0
    """Offset after normalising, at the start (trained)."""

    lock_gamma_beta: bool = False
    """Whether gamma and beta stay as they are and are no parameters."""

    @model_validator(mode="after")
    def _one_momentum(self) -> Self:
        """In other tools a batch norm's momentum is that of its running mean."""
        if "momentum" in self.model_fields_set:
            help_ = "of the running mean it is called `decay`; of the updater, say updater: {type: …, momentum: …} here"
            raise refuse("must stand in an updater of the layer's own", at=("momentum",), kind="untyped", help=help_)
        return self

    def infer(self, *inputs: Shape) -> Inferred:
        """Any shape stays as it is; gamma and beta have one value for each feature or channel."""
        gains = {} if self.lock_gamma_beta else {name: Parameter((features(inputs[0]),), "gain") for name in ("weight", "bias")}
        return Inferred(inputs[0], gains)

    def build(self, *inputs: Shape) -> "nn.Module":
        """torch's BatchNorm with DL4J's running variance."""
        from netspec.modules.batch_norm import BatchNorm as Module

        return Module(features(inputs[0]), decay=self.decay, epsilon=self.epsilon, gamma=self.gamma, beta=self.beta, locked=self.lock_gamma_beta)
