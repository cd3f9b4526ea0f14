"""The accuracy table: trains the seven programs on MNIST, several seeds each, and writes the table into README.

python tests/benchmarks/accuracy.py --data-dir DIR [specs…] [--seeds 1 2 3] [--update-readme]

Each finished training is kept in a JSON file at once, so that the command goes on where it was interrupted; a training
counts as done only for the same spec text, seed and number of epochs.
"""

import argparse
import json
import sys
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from hashlib import sha256
from pathlib import Path
from statistics import mean, median, stdev

from tables import ROOT, into_readme, machine, say, versions

REPORTED = {
    "mlp_single_layer": "97.1 (DL4J 1.0.0-M2.1 on these images: 97.28)",
    "mlp_500": "98.13",
    "mlp_512_256": "–",
    "mlp_400_200_100": "98.20",
    "cnn_3x3_dropout": "about 98",
    "cnn_5x5": "–",
    "cnn_small": "99.13",
}
"""Test accuracy in percent, as the source of each program reports it."""

FEWER_SEEDS = {"cnn_3x3_dropout": 1}
"""Programs that train too long for three seeds."""


@dataclass(frozen=True)
class Training:
    """One finished training."""

    spec: str
    digest: str
    """SHA-256 of the spec's text, in hexadecimal."""

    seed: int
    epochs: int
    accuracy: float
    seconds: list[float]
    """Of each epoch, evaluation not counted."""

    machine: str
    versions: str


def main() -> None:
    """Train what is missing, print the table, and write it into README if asked."""
    options = _options()
    done = _read(options.results)
    for spec in options.specs:
        for seed in options.seeds[: FEWER_SEEDS.get(spec)]:
            if _find(done, spec, seed, options.epochs) is None:
                done.append(_train(spec, seed, options.epochs, options.data_dir))
                _write(options.results, done)
                say(f"{spec} seed {seed}: {done[-1].accuracy:.2%}")
    specs = REPORTED if options.update_readme else options.specs
    text = table([found for spec in specs for seed in options.seeds if (found := _find(done, spec, seed, options.epochs))])
    say(f"\n{text}")
    if options.update_readme:
        into_readme("accuracy", text)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("specs", nargs="*", default=list(REPORTED), metavar="SPEC", help="names of specs; all seven when none is named")
    parser.add_argument("--data-dir", type=Path, help="where MNIST lies; else NETSPEC_DATA, else the user cache")
    parser.add_argument("--seeds", type=int, nargs="+", default=[1, 2, 3])
    parser.add_argument("--epochs", type=int, help="fewer epochs, to see that it works")
    parser.add_argument("--results", type=Path, default=ROOT / "runs" / "accuracy.json", help="where finished trainings are kept")
    parser.add_argument("--update-readme", action="store_true")
    options = parser.parse_args()
    if unknown := set(options.specs) - set(REPORTED):
        parser.error(f"{sorted(unknown)[0]} is not one of {', '.join(REPORTED)}")
    if options.update_readme and options.epochs:
        parser.error("--update-readme takes full trainings only: leave --epochs out")
    return options


def _train(spec: str, seed: int, epochs: int | None, data_dir: Path | None) -> Training:
    from netspec import build, load
    from netspec.places import data_places

    path = _path(spec)
    places = data_places(data_dir, path.parent)
    model = build(load(path, settings=[f"seed={seed}"]), places=places)
    model.data(stand_in=False)  # digits in the place of MNIST would make a table of nonsense
    history = model.fit(epochs=epochs)
    seconds = [record.seconds for record in history.epochs]
    return Training(spec, _digest(spec), seed, len(seconds), model.evaluate().accuracy, seconds, machine(), versions("torch"))


def _path(spec: str) -> Path:
    return ROOT / "specs" / f"{spec}.yaml"


def _digest(spec: str) -> str:
    return sha256(_path(spec).read_bytes()).hexdigest()


def _find(done: Iterable[Training], spec: str, seed: int, epochs: int | None) -> Training | None:
    from netspec import load

    wanted = (spec, _digest(spec), seed, epochs or load(_path(spec)).train.epochs)
    return next((one for one in done if (one.spec, one.digest, one.seed, one.epochs) == wanted), None)


def table(trainings: list[Training]) -> str:
    """Markdown: a row for each spec, and below it the machine and the versions."""
    rows = ["| spec | test accuracy, % | seeds | s per epoch | reported, % |", "|---|---|---|---|---|"]
    specs = dict.fromkeys(one.spec for one in trainings)
    rows += [_row(spec, [one for one in trainings if one.spec == spec]) for spec in specs]
    about = "; ".join(dict.fromkeys(f"{one.machine}; {one.versions}" for one in trainings))
    note = "Mean ± standard deviation over the seeds; median time of an epoch's training."
    return "\n".join([*rows, "", f"{note} {about}."])


def _row(spec: str, trainings: list[Training]) -> str:
    accuracies = [100 * one.accuracy for one in trainings]
    spread = f" ± {stdev(accuracies):.2f}" if len(accuracies) > 1 else ""
    seconds = median(second for one in trainings for second in one.seconds)
    return f"| `{spec}` | {mean(accuracies):.2f}{spread} | {len(trainings)} | {seconds:.2g} | {REPORTED[spec]} |"


def _read(path: Path) -> list[Training]:
    return [Training(**values) for values in json.loads(path.read_text(encoding="utf-8"))] if path.is_file() else []


def _write(path: Path, trainings: list[Training]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_suffix(".part")
    part.write_text(json.dumps([asdict(one) for one in trainings], indent=1) + "\n", encoding="utf-8")
    part.replace(path)


if __name__ == "__main__":
    from netspec import NetspecError

    try:
        main()
    except NetspecError as error:
        sys.exit(f"error: {error}")
