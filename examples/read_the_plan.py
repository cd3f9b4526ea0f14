"""What will netspec make of my spec, and who set each value?"""

from pathlib import Path

from netspec import load
from netspec.resolve import resolve

specs = Path(__file__).resolve().parents[1] / "specs"
plan = resolve(load(specs / "layer_rates.yaml"))  # torch is not needed up to here

for node in plan.nodes:
    print(f"{node.name:<10} {node.layer.type:<8} {' '.join(map(str, node.shapes)):>6} → {node.output!s:<4} {node.size:>5} parameters  {node.note}")

print(f"{plan.parameters} parameters; outputs: {', '.join(plan.outputs)}")
for path in (("layers", 0, "l2"), ("layers", 1, "l2"), ("updater", "momentum")):
    print(".".join(map(str, path)), "was set by", plan.origins[path])
