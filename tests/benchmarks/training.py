"""The speed table: netspec against other programs at the same trainings, and writes the table into README.

python tests/benchmarks/training.py --data-dir DIR --python PATH [specs…] [--peers …] [--what …] [--rounds 3] [--update-readme]

Three measurements: `epochs` (seconds an epoch), `whole` (one job from the command to the table) and `busy` (an epoch
beside another process at full load). PATH is the interpreter that has the other programs; one that it lacks is named in
the table. Each measurement is kept in a JSON file at once, so that the command goes on where it was interrupted and may be
given in pieces; one made with other sources of netspec does not count.
"""

import argparse
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from measure import Bench, BusyNeighbour, Run
from peers import PEERS
from peers.job import JOBS
from results import Pair, code_of_netspec, read, write
from speed import busy_sentence, epochs_table, whole_table
from tables import ROOT, into_readme, machine, say

OTHERS = [peer for peer in PEERS if peer != "netspec"]
WHOLE = ["keras-torch", "keras-jax", "lightning", "skorch"]
"""Programs in which people run whole jobs."""

JOB = "mlp_single_layer"
"""The spec of whole jobs and of the busy neighbour."""

FEWER_ROUNDS = {("dl4j", "cnn_small"): 1, ("dl4j", "cnn_5x5"): 1}
"""Programs that take minutes an epoch."""


@dataclass(frozen=True)
class Wanted:
    """One pair to be measured."""

    what: str
    spec: str
    peer: str
    round: int


def main() -> None:
    """Measure what is missing, print the table, and write it into README if asked."""
    options = _options()
    bench = Bench(options.python, options.data_dir.resolve(), options.limit, options.enough)
    code, here = code_of_netspec(), machine()
    done = [] if options.fresh else read(options.results)
    known = {pair.key for pair in done}
    for wanted in () if options.table else _wanted(options):
        changes = [f"examples={options.examples}"] if options.examples and wanted.what != "whole" else []
        if (wanted.what, wanted.spec, wanted.peer, wanted.round, tuple(changes), code) in known:
            continue
        ours, theirs = _measure(bench, wanted, options.epochs, changes)
        done.append(Pair(wanted.what, wanted.spec, wanted.peer, wanted.round, changes, ours, theirs, code, here))
        write(options.results, done)
        say(_line(done[-1]))
    changes = [f"examples={options.examples}"] if options.examples else []
    text = _text([pair for pair in done if pair.code == code and pair.changes in ([], changes)], options)
    say(f"\n{text}")
    if options.update_readme:
        into_readme("training", text)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("specs", nargs="*", default=list(JOBS), metavar="SPEC", help="names of specs; all four when none is named")
    parser.add_argument("--data-dir", type=Path, required=True, help="folder that holds MNIST/raw")
    parser.add_argument("--python", default=sys.executable, help="interpreter that has torch and the other programs")
    parser.add_argument("--peers", nargs="+", choices=OTHERS, default=OTHERS)
    parser.add_argument("--what", nargs="+", choices=["epochs", "whole", "busy"], default=["epochs", "whole", "busy"])
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--epochs", type=int, default=8, help="of each training; the first does not count where there are others")
    parser.add_argument("--examples", type=int, help="fewer examples an epoch, to see that it works")
    parser.add_argument("--enough", type=float, default=60, help="seconds of training after which no further epoch is begun")
    parser.add_argument("--limit", type=float, default=1800, help="seconds after which a program is stopped")
    parser.add_argument("--results", type=Path, default=ROOT / "runs" / "training.json", help="where measurements are kept")
    parser.add_argument("--fresh", action="store_true", help="forget what was measured before")
    parser.add_argument("--table", action="store_true", help="measure nothing: the table of what there is")
    parser.add_argument("--update-readme", action="store_true")
    options = parser.parse_args()
    if unknown := set(options.specs) - set(JOBS):
        parser.error(f"{sorted(unknown)[0]} is not one of {', '.join(JOBS)}")
    if options.update_readme and options.examples:
        parser.error("--update-readme takes the full set only: leave --examples out")
    return options


def _wanted(options: argparse.Namespace) -> Iterator[Wanted]:
    """Round by round, so that an interrupted command leaves something of everything."""
    for number in range(1, options.rounds + 1):
        if "epochs" in options.what:
            for spec in options.specs:
                yield from (Wanted("epochs", spec, peer, number) for peer in options.peers if number <= FEWER_ROUNDS.get((peer, spec), number))
        if "whole" in options.what:
            yield from (Wanted("whole", JOB, peer, number) for peer in WHOLE if peer in options.peers)
        if "busy" in options.what:
            yield Wanted("busy", JOB, "netspec", number)


def _measure(bench: Bench, wanted: Wanted, epochs: int, changes: Sequence[str]) -> tuple[Run, Run]:
    if wanted.what == "whole":
        return bench.whole("netspec", wanted.spec), bench.whole(wanted.peer, wanted.spec)
    if wanted.what == "epochs":
        return bench.in_turns(wanted.peer, wanted.spec, epochs, changes)
    ours = bench.train("netspec", wanted.spec, epochs, changes)
    with BusyNeighbour():
        return ours, bench.train("netspec", wanted.spec, epochs, changes)


def _line(pair: Pair) -> str:
    ratio = "–" if pair.ratio is None else f"{pair.ratio:.2f}"
    seconds = [f"{second:.2f}" for second in pair.other.epochs] or [f"{pair.other.wall:.1f}"]
    loud = f"  others {max(pair.netspec.others or 0, pair.other.others or 0):.0%}"
    return f"{pair.what} {pair.spec} {pair.peer} round {pair.round}: {ratio} × netspec  s {' '.join(seconds)}  {pair.other.note or pair.netspec.note}{loud}"


def _text(pairs: list[Pair], options: argparse.Namespace) -> str:
    by_what = {what: [pair for pair in pairs if pair.what == what] for what in options.what}
    specs = [spec for spec in options.specs if any(pair.spec == spec for pair in by_what.get("epochs", []))]
    parts = [epochs_table(by_what["epochs"], specs, options.peers)] if specs else []
    if by_what.get("whole"):
        parts.append(whole_table(by_what["whole"], WHOLE))
    if by_what.get("busy"):
        parts.append(busy_sentence(by_what["busy"]))
    return "\n\n".join(parts)


if __name__ == "__main__":
    main()
