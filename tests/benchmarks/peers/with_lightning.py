# ruff: noqa: E402  # torchvision has to be made importable before Lightning imports it
"""Lightning with a DataLoader over tensors that are scaled beforehand; no logger, no checkpoint, no progress bar."""

import logging

from peers.torchvision_here import torchvision_if_any

torchvision_if_any()  # Lightning imports it, by way of torchmetrics

import lightning
import numpy as np
import torch
from torch import Tensor, nn
from torch.nn.functional import cross_entropy
from torch.utils.data import DataLoader, TensorDataset

from peers import plain
from peers.clock import Clock, Predictor
from peers.images import Images
from peers.job import Job


class Classifier(lightning.LightningModule):
    """The network, its loss and its optimizer."""

    def __init__(self, job: Job) -> None:
        super().__init__()
        self.job, self.network = job, plain.network(job)

    def training_step(self, batch: tuple[Tensor, Tensor], batch_idx: int) -> Tensor:
        features, classes = batch
        return cross_entropy(self.network(features), classes)

    def configure_optimizers(self) -> torch.optim.Optimizer:
        return plain.optimizer(self.job, self.network)


def train(job: Job, images: Images, epochs: int, clock: Clock) -> Predictor:
    """Trainer.fit."""
    logging.getLogger("lightning.pytorch").setLevel(logging.ERROR)
    data = TensorDataset(plain.shaped(job, images.train), torch.from_numpy(images.train_classes))
    loader = DataLoader(data, batch_size=job.batch_size, shuffle=True)
    model = Classifier(job)
    quiet = {"logger": False, "enable_checkpointing": False, "enable_progress_bar": False, "enable_model_summary": False}
    trainer = lightning.Trainer(max_epochs=epochs, accelerator="cpu", callbacks=[_EachEpoch(clock)], **quiet)
    trainer.fit(model, loader)
    return lambda pixels: _predict(model, plain.shaped(job, pixels))


class _EachEpoch(lightning.Callback):
    def __init__(self, clock: Clock) -> None:
        self.clock = clock

    def on_train_start(self, *_: object) -> None:
        self.clock.start()

    def on_train_epoch_end(self, *_: object) -> None:
        self.clock.epoch()


@torch.inference_mode()
def _predict(model: nn.Module, features: Tensor) -> np.ndarray:
    model.eval()
    return torch.cat([model.network(rows).argmax(1) for rows in features.split(1000)]).numpy()
