"""What both embeddings share: one row of numbers for each index."""

from collections.abc import Mapping
from typing import Annotated

from netspec.activations import Activation
from netspec.component import Inherit, unset
from netspec.errors import Refused
from netspec.fields import Size
from netspec.initializers import Fans
from netspec.layers import Parameter, WeightedLayer


class Table(WeightedLayer):
    """A row for each index, through an activation."""

    takes_indices = True
    zeroes_masked = "both"

    vocabulary: Size
    """How many different indices there are: 0 … vocabulary − 1."""

    n_out: Size
    """Numbers in the vector of an index."""

    has_bias: bool = False
    """Whether b, the same for all indices, is there."""

    activation: Annotated[Activation, Inherit(from_network=False)] = unset()
    """Function applied to the vector; none when nothing is said."""

    def defaults(self) -> Mapping[str, object]:
        """A row as it is."""
        return {**super().defaults(), "activation": "identity"}

    def check_indices(self, count: int) -> None:
        """Each has a row."""
        if count > self.vocabulary:
            raise Refused("vocabulary", f"must be at least {count}, a row for each index of the data", got=self.vocabulary)

    def table(self) -> dict[str, Parameter]:
        """W, and b where it is there; initial weights have one input, as in DL4J."""
        fans = Fans(1, self.n_out)
        bias = {"bias": Parameter((self.n_out,), "bias", fans)} if self.has_bias else {}
        return {"weight": Parameter((self.vocabulary, self.n_out), fans=fans), **bias}
