"""Decoupled weight decay, a coefficient and whether the learning rate multiplies it."""

from typing import Annotated, Any

from pydantic import BeforeValidator

from netspec.component import Frozen
from netspec.schedules import Coefficient


class WeightDecaySettings(Frozen):
    """After the updater's step, coefficient · learning_rate · w is taken off the weights. Source: Loshchilov & Hutter, ICLR 2019."""

    value: Coefficient
    """The coefficient: a number from 0, or a schedule."""

    times_rate: bool = True
    """Whether the learning rate multiplies the coefficient (as in AdamW) or not."""


def _from_number(value: Any) -> Any:
    return value if isinstance(value, dict | WeightDecaySettings) or value is None else {"value": value}


WeightDecay = Annotated[WeightDecaySettings, BeforeValidator(_from_number)]
"""`0.01`, or `{value: 0.01, times_rate: false}`."""
