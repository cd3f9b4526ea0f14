"""What pooling of windows and of whole sequences, images and volumes share."""

from typing import Annotated, Literal

from pydantic import Field

from netspec.errors import Refused

Pooling = Literal["max", "avg", "sum", "pnorm"]
Exponent = Annotated[float, Field(ge=1, le=100)]


def check_exponent(pooling: Pooling, p: float | None) -> None:
    """Raises: Refused unless `p` is said for pnorm and for nothing else."""
    if pooling == "pnorm" and p is None:
        raise Refused("p", "must be set for pooling pnorm", help="p: 2 is the Euclidean norm")
    if pooling != "pnorm" and p is not None:
        raise Refused("p", f"must be left out for pooling {pooling}", got=p)
