"""How do I predict with a trained network, and keep its weights for later?"""

from pathlib import Path
from tempfile import TemporaryDirectory

import torch

from netspec import build

spec = Path(__file__).resolve().parents[1] / "specs" / "iris.yaml"
model = build(spec)
model.fit(epochs=15)

flowers = torch.tensor([[5.1, 3.5, 1.4, 0.2], [6.7, 3.0, 5.2, 2.3]])  # sepal and petal, length and width in cm
prepared = model.data()
known = prepared.test.features[:3]  # already standardised, as the spec says
print("test examples:", model.predict(known).argmax(1).tolist(), "really", prepared.test.labels[:3].tolist())

with TemporaryDirectory() as folder:
    model.save(Path(folder) / "iris.safetensors")
    again = build(spec).load(Path(folder) / "iris.safetensors")
    same = torch.equal(again.predict(known), model.predict(known))
print("the loaded network predicts the same:", same)
