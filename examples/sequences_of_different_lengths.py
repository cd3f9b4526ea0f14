"""My sequences have different lengths: how do I train on them?"""

import numpy as np

from netspec import build

random = np.random.default_rng(1)
lengths = random.integers(3, 15, 400)
features = np.zeros((400, 14, 1), np.float32)  # padded to the longest
mask = np.zeros((400, 14), np.float32)  # 1 for steps that are there
for row, length in enumerate(lengths):
    features[row, :length, 0], mask[row, :length] = random.normal(size=length), 1
labels = (features.sum((1, 2)) > 0).astype(np.int64)

spec = """
seed: 1
updater: {type: adam, learning_rate: 0.02}
input: {type: recurrent, size: 1}
layers:
  - {type: lstm, n_out: 8}
  - {type: last_time_step}
  - {type: output, n_out: 2, loss: negative_log_likelihood}
"""
model = build(spec)
model.fit(features[:300], labels[:300], mask=mask[:300], epochs=10, batch_size=30)
print(model.evaluate(features[300:], labels[300:], mask=mask[300:]).table())
