"""One hash over a data set, so that a change of the data is seen when a run goes on."""

from hashlib import sha256

import numpy as np

from netspec.datasets import Loaded
from netspec.named import every
from netspec.rows import pieces


def digest_of(loaded: Loaded) -> str:
    """SHA-256 over all features, labels and masks as they are stored, and the vocabulary, in hexadecimal."""
    digest = sha256()
    for examples in filter(None, (loaded.train, loaded.test)):
        for rows in every(examples.features):
            for piece in pieces(rows):
                digest.update(np.ascontiguousarray(piece).data)
        for arrays in filter(lambda arrays: arrays is not None, (examples.labels, examples.mask, examples.label_mask)):
            for array in every(arrays):
                digest.update(np.ascontiguousarray(array).data)
    digest.update("".join(f"{len(token)}:{token}" for token in loaded.vocabulary).encode())
    return digest.hexdigest()
