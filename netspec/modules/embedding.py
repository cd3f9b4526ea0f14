"""A vector for each index."""

import torch
from torch import Tensor, nn

from netspec.errors import DataError


class _Table(nn.Embedding):
    """torch's Embedding with a bias, given indices as the numbers they come as."""

    def __init__(self, vocabulary: int, n_out: int, *, bias: bool) -> None:
        super().__init__(vocabulary, n_out)
        self.bias = nn.Parameter(torch.zeros(n_out)) if bias else None

    def rows(self, indices: Tensor) -> Tensor:
        """Shape: any → any×n_out. Raises: DataError for what is no index."""
        whole = indices.long()
        if whole.device.type == "cpu" and not torch.compiler.is_compiling():  # elsewhere looking would stop the device
            self._check(indices, whole)
        found: Tensor = super().forward(whole)
        return found if self.bias is None else found + self.bias

    def _check(self, indices: Tensor, whole: Tensor) -> None:
        if not bool(((whole == indices) & (whole >= 0) & (whole < self.num_embeddings)).all()):
            least, most = float(indices.min()), float(indices.max())
            short = least >= 0 and self.num_embeddings <= most < float("inf")
            help_ = f"the embedding's vocabulary must be at least {int(most) + 1} for these data" if short else None
            raise DataError(f"indices must be whole numbers from 0 to {self.num_embeddings - 1}, got {least:g} to {most:g}", help=help_)


class Embedding(_Table):
    """Shape: N×1 → N×n_out."""

    def forward(self, input: Tensor) -> Tensor:
        """The rows of the indices."""
        return self.rows(input[:, 0])


class EmbeddingSequence(_Table):
    """Shape: N×T×1 or N×T → N×T×n_out."""

    def forward(self, input: Tensor) -> Tensor:
        """The rows of the indices, step by step."""
        return self.rows(input.flatten(1))
