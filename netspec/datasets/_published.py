"""What is known beforehand of a file that somebody published: name, sizes, hashes."""

from typing import NamedTuple


class Published(NamedTuple):
    """An IDX file as its authors published it."""

    name: str
    """Its name when unpacked; packed it ends in `.gz`."""

    sizes: tuple[int, ...]
    """Sizes of its array: (N, height, width) for images, (N,) for labels."""

    packed_md5: str
    """MD5 of the published `.gz`."""

    md5: str | None = None
    """MD5 when unpacked, where that is published too; it then decides, so that a file packed anew is as good."""

    @property
    def header(self) -> bytes:
        """The bytes it begins with: 0, 0, 8 for bytes, the number of axes, then each size. Source: yann.lecun.com/exdb/mnist."""
        return b"".join(number.to_bytes(4, "big") for number in (0x800 + len(self.sizes), *self.sizes))
