"""How the cost of an epoch grows: width, batch and number of examples of mlp_single_layer, netspec beside the hand-tuned loop.

python tests/benchmarks/growth.py --data-dir DIR --python PATH [width batch examples] [--rounds 2] [--update-readme]

The floor is what the machine's own matrix products would take: FLOPs of the epoch over the best rate measured here.
Each measurement is kept in a JSON file at once, as in training.py.
"""

import argparse
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from statistics import median

from measure import Bench
from peers.job import JOBS
from results import Pair, code_of_netspec, read, write
from tables import ROOT, into_readme, machine, say

SPEC = "mlp_single_layer"
CURVES = {
    "width": ("hidden", [250, 500, 1000, 2000, 4000]),
    "batch": ("batch_size", [32, 64, 128, 256, 512, 1024, 2048]),
    "examples": ("examples", [15000, 30000, 60000, 120000, 240000]),
}
"""By name of a curve: the field of the job that changes, and its values."""

PEAK = """
import time, torch
a, b = torch.randn(2048, 2048), torch.randn(2048, 2048)
def seconds():
    start = time.perf_counter()
    a @ b
    return time.perf_counter() - start
print(2 * 2048**3 / min(seconds() for _ in range(20)))
"""


def main() -> None:
    """Measure what is missing, print the tables, and write them into README if asked."""
    options = _options()
    bench = Bench(options.python, options.data_dir.resolve(), options.limit, options.enough)
    code, here = code_of_netspec(), machine()
    done = [] if options.fresh else read(options.results)
    known = {pair.key for pair in done}
    for number in range(1, options.rounds + 1):
        for curve in options.curves:
            for change in _changes(curve):
                if (curve, SPEC, "hand", number, (change,), code) in known:
                    continue
                ours, theirs = bench.in_turns("hand", SPEC, options.epochs, [change])
                done.append(Pair(curve, SPEC, "hand", number, [change], ours, theirs, code, here))
                write(options.results, done)
                told = f"{_seconds([ours.later])} s, by hand {_seconds([theirs.later])} s  {ours.note or theirs.note}"
                say(f"{curve} {change} round {number}: {told}")
    peak = _peak(options.python)
    text = "\n\n".join(table(curve, [pair for pair in done if pair.code == code and pair.what == curve], peak) for curve in options.curves)
    say(f"\n{text}")
    if options.update_readme:
        into_readme("growth", text)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("curves", nargs="*", default=list(CURVES), metavar="CURVE", help=f"{', '.join(CURVES)}; all when none is named")
    parser.add_argument("--data-dir", type=Path, required=True, help="folder that holds MNIST/raw")
    parser.add_argument("--python", default=sys.executable, help="interpreter that has torch")
    parser.add_argument("--rounds", type=int, default=2)
    parser.add_argument("--epochs", type=int, default=3, help="of each training; the first does not count")
    parser.add_argument("--enough", type=float, default=60, help="seconds of training after which no further epoch is begun")
    parser.add_argument("--limit", type=float, default=600, help="seconds after which a program is stopped")
    parser.add_argument("--results", type=Path, default=ROOT / "runs" / "growth.json", help="where measurements are kept")
    parser.add_argument("--fresh", action="store_true", help="forget what was measured before")
    parser.add_argument("--update-readme", action="store_true")
    options = parser.parse_args()
    if unknown := set(options.curves) - set(CURVES):
        parser.error(f"{sorted(unknown)[0]} is not one of {', '.join(CURVES)}")
    return options


def _changes(curve: str) -> list[str]:
    field, values = CURVES[curve]
    return [f"{field}={value}" for value in values]


def _peak(python: str) -> float:
    """FLOP/s of torch's matrix product."""
    return float(subprocess.run([python, "-c", PEAK], capture_output=True, text=True, check=True).stdout)


def floor(change: str, peak: float) -> float:
    """Seconds of an epoch's matrix products at that rate: forward, weight gradients, and input gradients of all layers but the first."""
    name, _, value = change.partition("=")
    values = {"hidden": JOBS[SPEC].hidden, "examples": JOBS[SPEC].examples} | {name: int(value)}
    first, second = 784 * values["hidden"], values["hidden"] * 10
    return 2 * (2 * first + 3 * second) * values["examples"] / peak


def table(curve: str, pairs: Sequence[Pair], peak: float) -> str:
    """Markdown: a column for each value."""
    changes = _changes(curve)
    by_change = [[pair for pair in pairs if pair.changes == [change]] for change in changes]
    rows = [f"| {curve} | {' | '.join(f'{value:,}' for value in CURVES[curve][1])} |", "|---|" + "---|" * len(changes)]
    rows.append(f"| netspec, s per epoch | {' | '.join(_seconds([pair.netspec.later for pair in found]) for found in by_change)} |")
    rows.append(f"| by hand | {' | '.join(_seconds([pair.other.later for pair in found]) for found in by_change)} |")
    rows.append(f"| floor | {' | '.join(f'{floor(change, peak):.2f}' for change in changes)} |")
    return "\n".join(rows)


def _seconds(runs: Sequence[Sequence[float]]) -> str:
    measured = [median(run) for run in runs if run]
    return f"{median(measured):.2f}" if measured else "–"


if __name__ == "__main__":
    main()
