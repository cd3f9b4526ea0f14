"""One hash over a data set, so that a change of the data is seen when a run goes on."""

from hashlib import sha256

import numpy as np

from netspec.datasets import Loaded
from netspec.rows import pieces


def digest_of(loaded: Loaded) -> str:
    """SHA-256 over all features and labels as they are stored, in hexadecimal."""
    digest = sha256()
    for examples in filter(None, (loaded.train, loaded.test)):
        for piece in pieces(examples.features):
            digest.update(np.ascontiguousarray(piece).data)
        digest.update(np.ascontiguousarray(examples.labels).data)
    return digest.hexdigest()
