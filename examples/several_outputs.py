"""A network with two outputs: how do I train it, and what does it predict?"""

from pathlib import Path

import torch
from torch.nn.functional import binary_cross_entropy_with_logits, cross_entropy

from netspec import build
from netspec.datasets import Places
from netspec.datasets.digits import Digits

root = Path(__file__).resolve().parents[1]
images = Digits().load(Places(root, root)).train
features, digit = torch.from_numpy(images.features).flatten(1) / 255, torch.from_numpy(images.labels)
odd = (digit % 2).float().unsqueeze(1)

model = build(root / "specs" / "two_heads.yaml")
torch.manual_seed(1)
for _epoch in range(25):
    for rows in torch.randperm(1500).split(50):
        logits = model.module(features[rows])  # by the names of the outputs
        loss = cross_entropy(logits["digit"], digit[rows]) + 0.5 * binary_cross_entropy_with_logits(logits["odd"], odd[rows])
        model.optimizer.zero_grad()
        loss.backward()
        model.optimizer.step()

predicted = model.predict(features[1500:])  # probabilities
print(f"digit {(predicted['digit'].argmax(1) == digit[1500:]).float().mean():.3f} right")
print(f"odd   {((predicted['odd'] > 0.5) == odd[1500:].bool()).float().mean():.3f} right")
