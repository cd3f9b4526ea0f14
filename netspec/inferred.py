"""What a layer makes of its input: shapes and parameters, known without torch."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import NamedTuple

from netspec.fields import Role
from netspec.initializers import Fans
from netspec.shapes import Shape


class Parameter(NamedTuple):
    """One trainable array of a layer: its name in the module, its shape, and what initialises and regularises it."""

    shape: tuple[int, ...]
    role: Role = "weight"
    """Weights, recurrent ones too, take `weight_init`, `l1`, `l2`, `weight_decay`; biases their own; a gain starts as built and has none."""

    fans: Fans = Fans(1, 1)
    gates: tuple[str, ...] = ()
    """What the blocks along the first axis are for, where it is made of several of the same size."""
    pretrained: bool = False
    """True where only pre-training moves it: nothing of what the network computes depends on it."""


@dataclass(frozen=True)
class Inferred:
    """What a layer makes of its input: the shape of one output example, and the parameters it needs."""

    output: Shape
    parameters: Mapping[str, Parameter] = field(default_factory=dict)
    rows: Fraction = Fraction(1)
    """Rows of the output for each row of the input, where a layer lays batches on top of one another or takes them apart."""
