"""Capsules from an image."""

from typing import Literal

from netspec.layers._primary_capsules import PrimaryCapsulesLayer


class PrimaryCapsules(PrimaryCapsulesLayer):
    """squash(W ⋆ x + b), the results at a place taken `capsule_size` by `capsule_size`; squash(v) = v·|v|²/((1 + |v|²)·√(|v|² + 1e-5)).

    Shape: C×H×W → (channels·H'·W')×capsule_size, H' as in `conv`; capsules are the steps of a sequence here. Source: Sabour et al., NeurIPS 2017;
    DL4J's PrimaryCapsules where H' = W' = 1, for others see `dl4j_primary_capsules`.
    """

    type: Literal["primary_capsules"] = "primary_capsules"
