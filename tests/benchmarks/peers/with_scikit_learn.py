"""scikit-learn's MLPClassifier; it has no convolutions."""

import numpy as np
from sklearn.neural_network import MLPClassifier

from peers.clock import Clock, NotApplicable, Predictor
from peers.images import Images, scaled
from peers.job import Job


def train(job: Job, images: Images, epochs: int, clock: Clock) -> Predictor:
    """`partial_fit` is one epoch. Raises: NotApplicable."""
    if job.filters:
        raise NotApplicable("no convolutions")
    features = scaled(job, images.train).reshape(-1, 784)
    model = MLPClassifier((job.hidden,), batch_size=job.batch_size, learning_rate_init=job.rate, alpha=job.l2 * job.batch_size, **_solver(job))
    clock.start()
    for _ in range(epochs):
        model.partial_fit(features, images.train_classes, classes=np.arange(10))
        clock.epoch()
    return lambda pixels: model.predict(scaled(job, pixels).reshape(-1, 784))


def _solver(job: Job) -> dict[str, object]:
    return {"solver": "adam"} if job.updater == "adam" else {"solver": "sgd", "momentum": job.momentum, "nesterovs_momentum": True}
