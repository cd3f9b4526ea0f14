"""skorch's NeuralNetClassifier on arrays, without its validation split and its output."""

import skorch
import torch
from torch import nn

from peers import plain
from peers.clock import Clock, Predictor
from peers.images import Images
from peers.job import Job


def train(job: Job, images: Images, epochs: int, clock: Clock) -> Predictor:
    """`fit` on arrays; L2 takes biases in too, as torch's `weight_decay` does."""
    features = plain.shaped(job, images.train).numpy()
    sgd = {"optimizer__momentum": job.momentum, "optimizer__nesterov": True, "optimizer__weight_decay": job.l2}
    model = skorch.NeuralNetClassifier(
        plain.network(job),
        criterion=nn.CrossEntropyLoss,
        optimizer=torch.optim.Adam if job.updater == "adam" else torch.optim.SGD,
        lr=job.rate,
        max_epochs=epochs,
        batch_size=job.batch_size,
        iterator_train__shuffle=True,
        train_split=None,
        verbose=0,
        callbacks=[_EachEpoch(clock)],
        **({} if job.updater == "adam" else sgd),
    )
    model.fit(features, images.train_classes)
    return lambda pixels: model.predict(plain.shaped(job, pixels).numpy())


class _EachEpoch(skorch.callbacks.Callback):
    def __init__(self, clock: Clock) -> None:
        self.clock = clock

    def on_train_begin(self, *_: object, **__: object) -> None:
        self.clock.start()

    def on_epoch_end(self, *_: object, **__: object) -> None:
        self.clock.epoch()
