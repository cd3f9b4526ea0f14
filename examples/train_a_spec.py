"""How do I train a spec from Python, and look at the result?"""

from pathlib import Path

from netspec import build, load

SPECS = Path(__file__).resolve().parents[1] / "specs"

# `settings` are those of `--set` on the command line.
spec = load(SPECS / "schedule.yaml", settings=["train.epochs=8"])
model = build(spec)
history = model.fit()
for epoch in history.epochs:
    print(f"epoch {epoch.epoch}  loss {epoch.loss:.4f}  rate {epoch.learning_rate:g}")

result = model.evaluate()
print(result.table())
print(f"accuracy {result.accuracy:.4f}, precision {result.precision:.4f}, recall {result.recall:.4f}, F1 {result.f1:.4f}")
