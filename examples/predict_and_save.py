"""How do I predict with a trained network, and keep its weights for later?"""

from pathlib import Path
from tempfile import TemporaryDirectory

import torch

from netspec import build

spec = Path(__file__).resolve().parents[1] / "specs" / "iris.yaml"
model = build(spec)
model.fit(epochs=15)

test = model.data().test  # features are standardised already, as the spec says; `predict` takes them as the network does
probabilities = model.predict(test.features)
print("the first flower:", {name: round(share, 3) for name, share in zip(model.data().class_names, probabilities[0].tolist(), strict=True)})
print(f"{(probabilities.argmax(1) == test.labels).sum()} of {len(test)} right")

with TemporaryDirectory() as folder:
    model.save(Path(folder) / "iris.safetensors")
    again = build(spec).load(Path(folder) / "iris.safetensors")
    print("the loaded network predicts the same:", torch.equal(again.predict(test.features), probabilities))
