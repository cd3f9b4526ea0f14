"""I have a model.zip of Deeplearning4j's: how do I predict with it, train it on, and give it back?"""

from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from netspec import build
from netspec.interop import dl4j

# A model.zip to begin with; yours comes from ModelSerializer.writeModel(net, file, true), of any release from 0.5.0 on.
folder = TemporaryDirectory()
model_zip = Path(folder.name) / "model.zip"
spec = """
seed: 123
updater: {type: adam, learning_rate: 0.02}
l2: 1e-4
input: 2
layers:
  - {type: dense, n_out: 12, activation: tanh}
  - {type: output, n_out: 2, loss: mcxent}
"""
dl4j.save(build(spec), model_zip)

model = dl4j.load(model_zip)  # `netspec import model.zip` writes the same as a folder, spec.yaml in it
print(model.report.text())
print(dl4j.import_file(model_zip).text)

random = np.random.default_rng(1)
features = random.uniform(-1, 1, (600, 2)).astype(np.float32)
labels = (features.prod(1) > 0).astype(np.int64)
model.fit(features[:500], labels[:500], epochs=60, batch_size=50)  # Adam goes on from the state in the file
print(model.evaluate(features[500:], labels[500:]).table())

dl4j.save(model, model_zip)  # DL4J 1.0.0-M2.1 loads this, predicts the same, and trains on
again = dl4j.load(model_zip)
print("the same parameters:", np.array_equal(dl4j.flat_parameters(again), dl4j.flat_parameters(model)))
print("updates so far:", again.trainer.iteration)
folder.cleanup()
