"""Markdown from measurements: medians over rounds, and medians of the ratios of pairs."""

from collections import Counter
from collections.abc import Iterable, Sequence
from statistics import median

from measure import Run
from peers import PEERS
from results import Pair

QUIET = 0.06
"""Share of the machine that other programs may take before a measurement is called disturbed."""


def epochs_table(pairs: Sequence[Pair], specs: Sequence[str], peers: Sequence[str]) -> str:
    """A row for each program, a column for each spec: seconds an epoch, and how many times netspec's."""
    rows = [f"| s per epoch (× netspec) | {' | '.join(f'`{spec}`' for spec in specs)} |", "|---|" + "---|" * len(specs)]
    rows.append(f"| netspec | {' | '.join(_ours([pair for pair in pairs if pair.spec == spec]) for spec in specs)} |")
    for peer in peers:
        found = [[pair for pair in pairs if pair.spec == spec and pair.peer == peer] for spec in specs]
        if any(found):
            rows.append(f"| {_named(peer, found)} | {' | '.join(map(_theirs, found))} |")
    return "\n".join([*rows, "", _note(pairs)])


def whole_table(pairs: Sequence[Pair], peers: Sequence[str]) -> str:
    """Seconds from the command to the table."""
    rows = [f"| whole job: `{pairs[0].spec}`, from the command to the table | s | × netspec |", "|---|---|---|"]
    rows.append(f"| netspec | {_short(median(pair.netspec.wall for pair in pairs))} | |")
    for peer in peers:
        found = [pair for pair in pairs if pair.peer == peer]
        ratios = [pair.ratio for pair in found if pair.ratio is not None]
        if ratios:
            rows.append(f"| {_named(peer, [found])} | {_short(median(pair.other.wall for pair in found if pair.ratio))} | {median(ratios):.2f} |")
        elif found:
            rows.append(f"| {_named(peer, [found])} | {found[-1].other.note} | |")
    return "\n".join(rows)


def busy_sentence(pairs: Sequence[Pair]) -> str:
    """What one other process at full load does to an epoch."""
    ratios = [pair.ratio for pair in pairs if pair.ratio is not None]
    if not ratios:
        return f"Beside one other process at full load: {pairs[-1].other.note or pairs[-1].netspec.note}."
    quiet, busy = _middle([pair.netspec for pair in pairs]), _middle([pair.other for pair in pairs])
    cost = f"takes {_short(busy)} s, {median(ratios):.1f} times its quiet {_short(quiet)} s"
    return f"Beside one other process at full load, an epoch of `{pairs[0].spec}` {cost}."


def _ours(pairs: Sequence[Pair]) -> str:
    runs = [pair.netspec for pair in pairs if pair.netspec.epochs]
    return _short(_middle(runs)) if runs else "–"


def _theirs(pairs: Sequence[Pair]) -> str:
    ratios = [pair.ratio for pair in pairs if pair.ratio is not None]
    if not ratios:
        return pairs[-1].other.note or pairs[-1].netspec.note or "–" if pairs else "–"
    runs = [pair.other for pair in pairs if pair.other.epochs]
    later, first = _middle(runs), median(run.epochs[0] for run in runs)
    told = f", first {_short(first)}" if first > 1.2 * later else ""
    return f"{_short(later)} ({median(ratios):.2f}{told})"


def _middle(runs: Iterable[Run]) -> float:
    return median(median(run.later) for run in runs if run.later)


def _named(peer: str, found: Iterable[Sequence[Pair]]) -> str:
    versions = next((pair.other.versions for pairs in found for pair in pairs if pair.other.versions), [])
    return f"{PEERS[peer]} ({', '.join(versions)})" if versions else PEERS[peer]


def _note(pairs: Sequence[Pair]) -> str:
    runs = [run for pair in pairs for run in (pair.netspec, pair.other) if run.epochs]
    loud = [run.others for run in runs if run.others is not None and run.others > QUIET]
    disturbed = f" In {len(loud)} of {len(runs)} runs other programs took more than {QUIET:.0%} of the machine, up to {max(loud):.0%}." if loud else ""
    counts = sorted(Counter((pair.spec, pair.peer) for pair in pairs).values())
    rounds = "–".join(dict.fromkeys(map(str, (counts[0], counts[-1]))))
    machines = "; ".join(dict.fromkeys(pair.machine for pair in pairs))
    return (
        f"Medians of {rounds} rounds in which netspec and one other program train an epoch each in turns; first epochs are not counted.{disturbed} {machines}."
    )


def _short(seconds: float) -> str:
    return f"{seconds:.0f}" if seconds >= 9.95 else f"{seconds:.1f}" if seconds >= 2.995 else f"{seconds:.2f}"
