"""Capsules from an image, as DL4J puts them together."""

from typing import Literal

from netspec.layers._primary_capsules import PrimaryCapsulesLayer


class Dl4jPrimaryCapsules(PrimaryCapsulesLayer):
    """`primary_capsules` with capsules of neighbouring places of one channel instead of the channels of one place: DL4J's PrimaryCapsules.

    DL4J cuts the array, channels × H' × W', into pieces of `capsule_size` as it lies in memory.
    """

    type: Literal["dl4j_primary_capsules"] = "dl4j_primary_capsules"
    as_it_lies = True
