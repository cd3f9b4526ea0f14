"""My data are NumPy arrays: how do I train on them?"""

import numpy as np

from netspec import build

random = np.random.default_rng(1)
features = random.uniform(-1, 1, (600, 2)).astype(np.float32)
labels = (np.hypot(features[:, 0], features[:, 1]) < 0.7).astype(np.int64)  # class 1: inside a circle

spec = """
seed: 1
updater: {type: adam, learning_rate: 0.02}
input: 2
layers:
  - {type: dense, n_out: 16, activation: tanh}
  - {type: output, n_out: 2, loss: negative_log_likelihood}
"""
model = build(spec)
model.fit(features[:500], labels[:500], epochs=30, batch_size=50)
print(model.evaluate(features[500:], labels[500:]).table())
