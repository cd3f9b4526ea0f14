"""How does a network for a new task begin with what another has learned?"""

import tempfile
from pathlib import Path

from netspec import build

trunk = {"type": "dense", "n_out": 64, "name": "trunk"}
digit = {"type": "output", "n_out": 10, "loss": "negative_log_likelihood", "name": "digit"}
odd = {"type": "output", "n_out": 1, "loss": "xent", "name": "odd"}
spec = {"seed": 1, "updater": "adam", "learning_rate": 0.005, "activation": "relu"}

source = build(spec | {"layers": [trunk, digit], "data": "digits"})
source.fit(epochs=10)
examples = source.data().train
features, is_odd = examples.features.flatten(1).float() / 255, examples.labels % 2  # the new task: is the digit odd?
few = slice(0, 40)  # of which there are forty examples

new = spec | {"seed": 2, "input": 64, "layers": [trunk, odd]}
with tempfile.TemporaryDirectory() as folder:
    weights = Path(folder) / "digits.safetensors"
    source.save(weights)
    models = {
        "alone": build(new),
        "from the digits": build(new | {"transfer": {"weights": str(weights), "freeze_up_to": "trunk", "new": "odd"}}),
    }

for name, model in models.items():
    model.fit(features[few], is_odd[few], epochs=60, batch_size=10)
    print(f"{name:<16} {model.evaluate(features[1000:], is_odd[1000:]).accuracy:.3f}")
