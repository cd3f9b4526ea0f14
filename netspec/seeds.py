"""One seed, many streams: each use of chance draws from a stream of its own.

Adding a dropout layer must not change the order of the examples, so initialisation, order, splitting,
dropout and augmentation each derive their own seed from the spec's.
"""

from hashlib import sha256
from typing import Literal

Stream = Literal["initialisation", "order", "split", "dropout", "augmentation", "pretraining"]


def stream(seed: int, name: Stream, *position: int) -> int:
    """Seed of one stream at one position (an epoch, a batch), in 0 … 2⁶³−1.

    >>> stream(123, "order", 0) == stream(123, "order", 0) != stream(123, "order", 1)
    True
    """
    text = "/".join([str(seed), name, *map(str, position)])
    return int.from_bytes(sha256(text.encode()).digest()[:8], "big") >> 1
