"""Which examples are unlike all others, when nobody has labelled any?"""

import numpy as np
import torch

from netspec import build

random = np.random.default_rng(1)
angle = random.uniform(0, 2 * np.pi, 1000)
usual = np.stack([np.cos(angle), np.sin(angle), angle > np.pi], 1) + random.normal(0, 0.05, (1000, 3))  # a ring, its halves told apart
odd = random.uniform(-1.5, 1.5, (5, 3)) * [0.2, 0.2, 1]  # in the middle of it

spec = """
seed: 1
updater: {type: adam, learning_rate: 0.005}
activation: tanh
input: 3
layers:
  - {name: vae, type: variational_autoencoder, n_out: 2, encoder: [32, 32], decoder: [32, 32], reconstruction: gaussian}
"""
model = build(spec)
model.pretrain(usual.astype(np.float32), epochs=40, batch_size=50)
vae = model.module.get_submodule("vae")

torch.manual_seed(0)
everything = torch.tensor(np.concatenate([usual, odd]), dtype=torch.float32)
with torch.no_grad():
    likely = vae.reconstruction_log_probability(everything, samples=50)
strangest = likely.argsort()[:5].sort().values.tolist()
print(f"the five strangest are {strangest}; 1000 to 1004 are odd")
