"""One of several batches that lie on top of one another."""

from torch import Tensor, nn

from netspec.errors import DataError


class Unstack(nn.Module):
    """Rows part·n … (part + 1)·n − 1 of parts·n. Shape: parts·N×… → N×…."""

    def __init__(self, part: int, parts: int) -> None:
        super().__init__()
        self.part, self.parts = part, parts

    def forward(self, input: Tensor) -> Tensor:
        """One batch. Raises: DataError for rows that cannot be taken apart evenly."""
        rows, rest = divmod(len(input), self.parts)
        if rest:
            raise DataError(f"a stack of {self.parts} must have a multiple of {self.parts} rows, got {len(input)}")
        return input.narrow(0, self.part * rows, rows)

    def extra_repr(self) -> str:
        """The settings, for `print(module)`."""
        return f"{self.part}, {self.parts}"
