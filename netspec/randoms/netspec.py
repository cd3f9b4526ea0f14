"""netspec's own random numbers."""

from typing import TYPE_CHECKING, Literal

from netspec.randoms import Random

if TYPE_CHECKING:
    from netspec.generators import Chance


class Netspec(Random):
    """Torch's generators, a stream of its own for each use, so that adding a dropout changes neither weights nor order."""

    type: Literal["netspec"] = "netspec"

    def start(self, seed: int) -> "Chance":
        """Streams derived from the seed."""
        from netspec.generators.netspec import OwnChance

        return OwnChance(seed)
