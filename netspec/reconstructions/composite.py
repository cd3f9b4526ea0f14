"""Values of several kinds."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import BeforeValidator, Field

from netspec.component import Frozen
from netspec.errors import Refused
from netspec.fields import Size, several
from netspec.reconstructions import Reconstruction

if TYPE_CHECKING:
    from torch import Tensor


class Part(Frozen):
    """Neighbouring values with one distribution."""

    values: Size
    """How many values."""

    distribution: Reconstruction
    """Their distribution."""


class Composite(Reconstruction):
    """A distribution of its own for each part of the values: log p is the sum over the parts."""

    type: Literal["composite"] = "composite"

    parts: Annotated[tuple[Part, ...], BeforeValidator(several), Field(min_length=1)]
    """The parts in order, each {values: how many, distribution: …}; together they are all values of the input."""

    def check(self, size: int) -> None:
        """All values have one."""
        if (covered := sum(part.values for part in self.parts)) != size:
            raise Refused("parts", f"must be of {size} values together, as many as the input has", got=covered)
        for index, part in enumerate(self.parts):
            try:
                part.distribution.check(part.values)
            except Refused as refusal:
                field = f"parts.{index}.distribution.{refusal.field}".rstrip(".")
                raise Refused(field, refusal.rule, got=refusal.got, help=refusal.help) from refusal

    def numbers(self, size: int) -> int:
        """Those of all parts."""
        return sum(part.distribution.numbers(part.values) for part in self.parts)

    def negative_log_probability(self, preactivation: "Tensor", values: "Tensor") -> "Tensor":
        """The sum over the parts."""
        pieces = _split(values, [part.values for part in self.parts])
        found = [one.negative_log_probability(own, piece) for (one, own), piece in zip(self._each(preactivation), pieces, strict=True)]
        return sum(found[1:], start=found[0])

    def mean(self, preactivation: "Tensor") -> "Tensor":
        """Those of the parts."""
        import torch

        return torch.cat([one.mean(own) for one, own in self._each(preactivation)], -1)

    def draw(self, preactivation: "Tensor") -> "Tensor":
        """From each part."""
        import torch

        return torch.cat([one.draw(own) for one, own in self._each(preactivation)], -1)

    def _each(self, preactivation: "Tensor") -> "Iterator[tuple[Reconstruction, Tensor]]":
        """Each distribution with the decoder's numbers that are its own."""
        sizes = [part.distribution.numbers(part.values) for part in self.parts]
        return zip((part.distribution for part in self.parts), _split(preactivation, sizes), strict=True)


def _split(tensor: "Tensor", sizes: list[int]) -> "tuple[Tensor, ...]":
    found: tuple[Tensor, ...] = tensor.split(sizes, -1)  # type: ignore[no-untyped-call]  # torch does not annotate it
    return found
