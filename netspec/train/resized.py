"""Images in the size that the network takes."""

from dataclasses import dataclass

import numpy as np
import torch
from torch.nn.functional import interpolate

from netspec.rows import Rows

CHUNK = 4096
"""Images resized together."""


@dataclass(frozen=True, eq=False)
class Resized:
    """Rows N×C×H×W as images of another size: bilinear with antialiasing, rounded back to bytes where they came so."""

    rows: Rows
    size: tuple[int, int]
    """Height and width."""

    @property
    def shape(self) -> tuple[int, ...]:
        """N, C, H, W."""
        return (*self.rows.shape[:2], *self.size)

    @property
    def dtype(self) -> np.dtype:
        """Bytes stay bytes; all else is float32."""
        return np.dtype(np.uint8 if self.rows.dtype == np.uint8 else np.float32)

    def __len__(self) -> int:
        """As many as there are."""
        return len(self.rows)

    def __getitem__(self, rows: slice | np.ndarray) -> np.ndarray:
        """Some images, resized."""
        images = torch.split(torch.from_numpy(self.rows[rows]), CHUNK)
        sized = torch.cat([interpolate(image.float(), self.size, mode="bilinear", antialias=True) for image in images])
        return (sized.round_().clamp_(0, 255).to(torch.uint8) if self.dtype == np.uint8 else sized).numpy()
