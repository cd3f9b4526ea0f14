"""A network with two outputs: how do I train it, and how good is each of them?"""

from pathlib import Path

from netspec import build
from netspec.datasets import Places
from netspec.datasets.digits import Digits

root = Path(__file__).resolve().parents[1]
images = Digits().load(Places(root, root)).train
pixels, digit = images.features.reshape(-1, 64) / 255, images.labels
odd = digit % 2

model = build(root / "specs" / "two_heads.yaml")
model.fit({"pixels": pixels[:1500]}, {"digit": digit[:1500], "odd": odd[:1500]})  # arrays by the names of inputs and outputs

result = model.evaluate({"pixels": pixels[1500:]}, {"digit": digit[1500:], "odd": odd[1500:]})
print(f"digit {result['digit'].figure('accuracy'):.3f} right, {result.figure('digit.top_2_accuracy'):.3f} among the two likeliest")
print(f"odd   {result['odd'].figure('accuracy'):.3f} right, area under the ROC curve {result['odd'].figure('auc'):.3f}")
print(f"loss  {result.loss:.3f} = {result['digit'].loss:.3f} + 0.5 · {result['odd'].loss:.3f}")

predicted = model.predict({"pixels": pixels[1500:]})  # probabilities, by the names of the outputs
print({name: tuple(values.shape) for name, values in predicted.items()})
