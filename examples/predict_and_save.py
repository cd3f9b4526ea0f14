"""How do I predict with a trained network, and keep its weights for later?"""

from pathlib import Path
from tempfile import TemporaryDirectory

import torch

from netspec import build

spec = Path(__file__).resolve().parents[1] / "specs" / "iris.yaml"
model = build(spec)
model.fit(epochs=15)

flowers = torch.tensor([[5.1, 3.5, 1.4, 0.2], [7.0, 3.2, 4.7, 1.4], [6.3, 3.3, 6.0, 2.5]])  # sepals and petals in centimetres
probabilities = model.predict(flowers)  # scaled as the spec says, then through the network
for name, share in zip(model.data().class_names, probabilities.diagonal().tolist(), strict=True):
    print(f"{name}: {share:.2f}")

with TemporaryDirectory() as folder:
    model.save(Path(folder) / "iris.safetensors")  # the weights, and how features are scaled
    again = build(spec).load(Path(folder) / "iris.safetensors")
    print("the loaded network predicts the same:", torch.equal(again.predict(flowers), probabilities))
