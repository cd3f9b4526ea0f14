"""netspec: the spec as it is, with the job's numbers where they differ from it."""

from pathlib import Path

import numpy as np

from netspec import build, load
from netspec.places import data_places
from netspec.train.history import Epoch
from netspec.train.watcher import Silent
from peers.clock import Clock, Predictor
from peers.images import Images
from peers.job import JOBS, Job

SPECS = Path(__file__).resolve().parents[3] / "specs"


def train(job: Job, images: Images, epochs: int, clock: Clock) -> Predictor:
    """The public way: build, fit."""
    settings = [f"train.batch_size={job.batch_size}"]
    if job.hidden != JOBS[job.spec].hidden:
        settings.append(f"layers.0.n_out={job.hidden}")
    path = SPECS / f"{job.spec}.yaml"
    model = build(load(path, settings=settings), places=data_places(clock.data_dir, path.parent))
    model.data(stand_in=False)
    own = () if job.examples == JOBS[job.spec].examples else (images.train[:, np.newaxis], images.train_classes)
    clock.start()
    model.fit(*own, epochs=epochs, watcher=_EachEpoch(clock))
    return lambda pixels: model.predict(pixels[:, np.newaxis]).argmax(1).numpy()


class _EachEpoch(Silent):
    """Ends an epoch when all that belongs to it is done, what netspec records of it included."""

    def __init__(self, clock: Clock) -> None:
        self.clock = clock

    def epoch(self, record: Epoch) -> None:
        self.clock.epoch()
