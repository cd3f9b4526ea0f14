"""Images that are read when they are asked for."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from netspec.datasets._image import images, read_image
from netspec.errors import DataError

if TYPE_CHECKING:
    from numpy import dtype, ndarray

FEW = 256
"""Images read one after the other; more are read by several threads."""


@dataclass(frozen=True)
class ImageFiles:
    """Image files as rows, N×C×H×W of uint8."""

    files: tuple[Path, ...]
    dims: tuple[int, ...]
    """Channels, height and width that every image must have."""

    mode: str
    size: tuple[int, int] | None
    """Height and width they are resized to, if any."""

    @property
    def shape(self) -> tuple[int, ...]:
        """N, C, H, W."""
        return (len(self.files), *self.dims)

    @property
    def dtype(self) -> "dtype":
        """Bytes."""
        import numpy as np

        return np.dtype(np.uint8)

    def __len__(self) -> int:
        """How many files there are."""
        return len(self.files)

    def __getitem__(self, rows: "slice | ndarray") -> "ndarray":
        """Some images, read. Raises: DataError when one is damaged or of another size."""
        import numpy as np

        files = self.files[rows] if isinstance(rows, slice) else [self.files[row] for row in rows]
        with images():
            if len(files) <= FEW:
                return np.stack([self._read(file) for file in files])
            with ThreadPoolExecutor() as pool:
                return np.stack(list(pool.map(self._read, files)))

    def _read(self, file: Path) -> "ndarray":
        image = read_image(file, self.mode, self.size)
        if image.shape != self.dims:
            size = f"{self.dims[1]}x{self.dims[2]}"
            help_ = f"resize: {size} makes all images one size"
            raise DataError(f"{file}: must be {size} like the first image, got {image.shape[1]}x{image.shape[2]}", help=help_)
        return image
