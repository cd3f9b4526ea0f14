"""Keras 3; the backend is chosen by KERAS_BACKEND before it is imported."""

import keras
import numpy as np

from peers.clock import Clock, Predictor
from peers.images import Images, scaled
from peers.job import Job


def train(job: Job, images: Images, epochs: int, clock: Clock) -> Predictor:
    """`compile` and `fit` on arrays."""
    features = _shaped(job, images.train)
    model = keras.Sequential(_layers(job))
    model.compile(optimizer=_optimizer(job), loss=keras.losses.SparseCategoricalCrossentropy(from_logits=True))
    model.build(features.shape)
    clock.start()
    model.fit(features, images.train_classes, batch_size=job.batch_size, epochs=epochs, verbose=0, callbacks=[_EachEpoch(clock)])
    return lambda pixels: model.predict(_shaped(job, pixels), batch_size=1000, verbose=0).argmax(1)


def _shaped(job: Job, pixels: np.ndarray) -> np.ndarray:
    return scaled(job, pixels)[..., None] if job.filters else scaled(job, pixels).reshape(-1, 784)


def _layers(job: Job) -> list[keras.layers.Layer]:
    layers: list[keras.layers.Layer] = []
    for filters in job.filters:
        layers += [
            keras.layers.Conv2D(filters, job.kernel, padding="same" if job.padding else "valid", activation="relu"),
            keras.layers.MaxPooling2D(2),
        ]
    decay = keras.regularizers.L2(job.l2 / 2) if job.l2 else None  # Keras adds λ·w², not λ/2·w²
    return [
        *layers,
        keras.layers.Flatten(),
        keras.layers.Dense(job.hidden, activation="relu", kernel_regularizer=decay),
        keras.layers.Dense(10, kernel_regularizer=decay),
    ]


def _optimizer(job: Job) -> keras.optimizers.Optimizer:
    if job.updater == "adam":
        return keras.optimizers.Adam(job.rate)
    return keras.optimizers.SGD(job.rate, momentum=job.momentum, nesterov=True)


class _EachEpoch(keras.callbacks.Callback):
    def __init__(self, clock: Clock) -> None:
        super().__init__()
        self.clock = clock

    def on_epoch_end(self, epoch: int, logs: dict[str, float] | None = None) -> None:
        self.clock.epoch()
