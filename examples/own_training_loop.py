"""I want a training loop of my own: what do I take from netspec?"""

import torch
from torch.nn.functional import cross_entropy

from netspec import build

spec = """
seed: 123
updater: nesterovs
learning_rate: 0.05
l2: 1e-4
input: 1x8x8
layers:
  - {type: conv, n_out: 8, kernel: 3, activation: relu}
  - {type: output, n_out: 10, loss: negative_log_likelihood}
"""
model = build(spec)
module, optimizer = model.module, model.optimizer  # plain PyTorch; momentum and L2 are inside the optimizer

digits = build({"layers": [{"type": "output", "n_out": 10, "loss": "negative_log_likelihood"}], "data": "digits"}).data()
images, labels = digits.train.features.float() / 255, digits.train.labels
torch.manual_seed(1)
for epoch in range(1, 6):
    module.train()
    for rows in torch.randperm(len(labels)).split(64):
        optimizer.zero_grad()
        loss = cross_entropy(module(images[rows]), labels[rows])  # the module returns logits
        loss.backward()
        optimizer.step()
    module.eval()
    with torch.inference_mode():
        right = (module(digits.test.features.float() / 255).argmax(1) == digits.test.labels).float().mean()
    print(f"epoch {epoch}  last loss {loss.item():.3f}  test accuracy {right:.3f}")
