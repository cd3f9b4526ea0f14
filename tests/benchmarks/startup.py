"""The start-up table: how long netspec's quick commands take beside the import of what they stand on.

python tests/benchmarks/startup.py [--rounds 20] [--update-readme]

Each round runs every command once, as a process of its own; a row is the median over the rounds, its ratios too are
taken round by round, so that a machine which is busy for a while slows both sides of a ratio.
"""

import argparse
import compileall
import resource
import subprocess
import sys
import time
from dataclasses import dataclass
from statistics import median

from tables import ROOT, into_readme, machine, say, versions

BASE = "import yaml, pydantic, rich"
SPEC = "specs/mlp_single_layer.yaml"
MAIN = "from netspec.cli import main; main()"
COMMANDS = {
    BASE: ["import yaml; from pydantic import BaseModel; from rich.console import Console; from rich.table import Table"],
    "netspec --help": [MAIN, "--help"],
    f"netspec validate {SPEC}": [MAIN, "validate", SPEC],
    f"netspec explain {SPEC}": [MAIN, "explain", SPEC],
}
"""What is run, by its name in the table: a program and its arguments."""


@dataclass(frozen=True)
class Cost:
    """What one process took, in seconds."""

    wall: float
    cpu: float


Round = dict[str, Cost]


def main() -> None:
    """Measure, print the table, and write it into README if asked."""
    options = _options()
    compileall.compile_dir(ROOT / "netspec", quiet=1)  # compiling is no part of starting
    _round()  # nor is reading from the disk
    text = table([_round() for _ in range(options.rounds)], f"{machine()}; {versions('pydantic', 'rich', 'typer')}")
    say(text)
    if options.update_readme:
        into_readme("startup", text)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--rounds", type=int, default=20)
    parser.add_argument("--update-readme", action="store_true")
    options = parser.parse_args()
    if options.rounds < 1:
        parser.error("--rounds must be at least 1")
    return options


def _round() -> Round:
    return {name: _cost([sys.executable, "-c", *command]) for name, command in COMMANDS.items()}


def _cost(command: list[str]) -> Cost:
    begun, before = time.perf_counter(), _children()
    subprocess.run(command, cwd=ROOT, stdout=subprocess.DEVNULL, check=True)
    return Cost(time.perf_counter() - begun, _children() - before)


def _children() -> float:
    """Processor seconds of all processes that were waited for."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def table(rounds: list[Round], about: str) -> str:
    """Markdown: a row for each command, and below it what was done and on what."""
    rows = ["| command | wall, ms | CPU, ms | wall ÷ base | CPU ÷ base |", "|---|---|---|---|---|"]
    rows += [_row(name, [one[name] for one in rounds], [one[BASE] for one in rounds]) for name in COMMANDS]
    return "\n".join([*rows, "", f"Medians of {len(rounds)} rounds; the first row is the base. {about}."])


def _row(name: str, costs: list[Cost], base: list[Cost]) -> str:
    wall, cpu = (1000 * median(values) for values in ([cost.wall for cost in costs], [cost.cpu for cost in costs]))
    pairs = list(zip(costs, base, strict=True))
    return f"| `{name}` | {wall:.0f} | {cpu:.0f} | {median(a.wall / b.wall for a, b in pairs):.2f} | {median(a.cpu / b.cpu for a, b in pairs):.2f} |"


if __name__ == "__main__":
    main()
