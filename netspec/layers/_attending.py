"""What attention layers share: heads, their size, and the projections around them."""

from typing import ClassVar

from netspec.component import unset
from netspec.errors import Refused
from netspec.fields import Size
from netspec.initializers import Fans
from netspec.layers import Parameter, WeightedLayer
from netspec.shapes import Recurrent, Shape


class Attending(WeightedLayer):
    """Scaled dot-product attention: each query is answered by softmax(q·Kᵀ/√d)·V, in `heads` of d features each."""

    takes: ClassVar[tuple[type[Shape], ...]] = (Recurrent,)

    n_out: Size = unset()
    """Features of each step of the result; without projections it is that of the values and may be left out."""

    heads: Size = 1
    """Attentions side by side, each with projections of its own."""

    head_size: Size = unset()
    """Features of a head, d; n_out/heads when nothing is said."""

    project_input: bool = True
    """Whether queries, keys, values and the result are multiplied by weights; otherwise there is one head, of what comes in."""

    def projections(self, queries: int, keys: int, values: int, fans: tuple[tuple[int, int], ...]) -> dict[str, Parameter]:
        """The four matrices of a projected attention, whose fans are those of queries, keys, values and result. Raises: Refused."""
        size = self.heads * self.size_of_head()
        shapes = ((size, queries), (size, keys), (size, values), (size, self.n_out))
        names = ("q_proj_weight", "k_proj_weight", "v_proj_weight", "out_proj_weight")
        return {name: Parameter(shape, fans=Fans(*found)) for name, shape, found in zip(names, shapes, fans, strict=True)}

    def size_of_head(self) -> int:
        """d. Raises: Refused where it does not follow."""
        if not self.n_out:
            raise Refused("n_out", "must be set, or project_input: false", help="features of each step of the result")
        if self.head_size:
            return self.head_size
        if self.n_out % self.heads:
            raise Refused("heads", f"must divide n_out ({self.n_out}), or head_size must be set", got=self.heads)
        return self.n_out // self.heads

    def check_plain(self, queries: int, keys: int, values: int) -> None:
        """Raises: Refused for what only projections make sense of."""
        if self.heads != 1 or self.head_size:
            field, got = ("heads", self.heads) if self.heads != 1 else ("head_size", self.head_size)
            raise Refused(field, "must be left out with project_input: false", got=got)
        if queries != keys:
            raise Refused("project_input", f"must be true: queries have {queries} features, keys {keys}", got=False)
        if self.n_out and self.n_out != values:
            raise Refused("n_out", f"must be {values}, as the values have, with project_input: false", got=self.n_out)


def alike(own: int, heads: int, n_out: int, head_size: int) -> tuple[tuple[int, int], ...]:
    """DL4J's fans where queries, keys and values are of one sequence of `own` features; odd for the result, but its own."""
    return (*((heads * head_size, n_out),) * 3, (own, head_size))
