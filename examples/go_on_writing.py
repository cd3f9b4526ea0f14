"""How do I let a network that has read a text go on writing?"""

from pathlib import Path

from netspec import build, load

SPECS = Path(__file__).resolve().parents[1] / "specs" / "dl4j"

model = build(load(SPECS / "memorize_sequence.yaml", settings=["train.epochs=200", "updater.learning_rate=0.01"]))
model.fit()

vocabulary = model.data().vocabulary  # kept in the run folder too, as vocabulary.json
text = "Der Cottbuser"
while len(text) < 64 and not text.endswith("."):
    features, mask = model.plan.data.encode([text], model.places)  # cut or padded to the length of the training
    after_each = model.predict(features, mask=mask)[0]
    text += vocabulary[int(after_each[len(text) - 1].argmax())]
print(text)
