"""The loop of a PyTorch tutorial, as the sources of these four programs write it: torchvision, transforms, DataLoader."""

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn.functional import relu
from torch.utils.data import DataLoader, Dataset, Subset

from peers.clock import Clock, Predictor
from peers.images import Images, scaled
from peers.job import Job
from peers.torchvision_here import torchvision


class Mlp(nn.Module):
    """784 → hidden → 10."""

    def __init__(self, hidden: int) -> None:
        super().__init__()
        self.fc1, self.fc2 = nn.Linear(784, hidden), nn.Linear(hidden, 10)

    def forward(self, x: Tensor) -> Tensor:
        x = x.reshape(x.size(0), -1)
        return self.fc2(relu(self.fc1(x)))


class Cnn(nn.Module):
    """Two convolutions, each with ReLU and then pooling, and two dense layers."""

    def __init__(self, job: Job) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(1, job.filters[0], job.kernel, padding=job.padding)
        self.conv2 = nn.Conv2d(job.filters[0], job.filters[1], job.kernel, padding=job.padding)
        self.pool = nn.MaxPool2d(2, 2)
        self.fc1, self.fc2 = nn.Linear(job.flat, job.hidden), nn.Linear(job.hidden, 10)

    def forward(self, x: Tensor) -> Tensor:
        x = self.pool(relu(self.conv1(x)))
        x = self.pool(relu(self.conv2(x)))
        x = x.view(x.size(0), -1)
        return self.fc2(relu(self.fc1(x)))


def train(job: Job, images: Images, epochs: int, clock: Clock) -> Predictor:
    """Images come one by one from torchvision, and the loss is looked at after each step."""
    model = Cnn(job) if job.filters else Mlp(job.hidden)
    loader = DataLoader(_data(job, clock), batch_size=job.batch_size, shuffle=True)
    criterion = nn.CrossEntropyLoss()
    optimizer = _optimizer(job, model)
    clock.start()
    for _ in range(epochs):
        model.train()
        running_loss = 0.0
        for inputs, labels in loader:
            optimizer.zero_grad()
            outputs = model(inputs)
            loss = criterion(outputs, labels)
            loss.backward()
            optimizer.step()
            running_loss += loss.item()
        clock.epoch()
    return lambda pixels: _predict(model, torch.from_numpy(scaled(job, pixels))[:, None])


def _data(job: Job, clock: Clock) -> Dataset[tuple[Tensor, int]]:
    vision = torchvision()
    steps = [vision.transforms.ToTensor()]
    if job.mean:
        steps.append(vision.transforms.Normalize((job.mean,), (job.std,)))
    whole = vision.datasets.MNIST(root=clock.data_dir, train=True, transform=vision.transforms.Compose(steps))
    return whole if job.examples == len(whole) else Subset(whole, [number % len(whole) for number in range(job.examples)])


def _optimizer(job: Job, model: nn.Module) -> torch.optim.Optimizer:
    if job.updater == "adam":
        return torch.optim.Adam(model.parameters(), lr=job.rate)
    return torch.optim.SGD(model.parameters(), lr=job.rate, momentum=job.momentum, nesterov=True, weight_decay=job.l2)


@torch.no_grad()
def _predict(model: nn.Module, features: Tensor) -> np.ndarray:
    return torch.cat([model(rows).argmax(1) for rows in features.split(1000)]).numpy()
