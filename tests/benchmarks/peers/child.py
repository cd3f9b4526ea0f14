"""One training in a process of its own: python -m peers.child PEER SPEC --data-dir DIR [--epochs N] [--set FIELD=N …] [--turns] [--table].

Standard output is one JSON document a line: `versions`, `start` when training begins, `epoch` after each, `done` with the
test accuracy; or `missing` (the program is not installed), or `cannot` (it has no such network). A failure ends in a traceback.
"""

import argparse
import os
import sys
from contextlib import suppress
from dataclasses import replace
from importlib import import_module
from importlib.metadata import version
from math import inf
from pathlib import Path

import numpy as np

from peers import BACKENDS, MODULES, PACKAGES
from peers.clock import Clock, Enough, NotApplicable, NotInstalled
from peers.images import Images, read
from peers.job import JOBS, Job


def main() -> None:
    """Train and report."""
    options = _options()
    clock = Clock(options.data_dir, options.enough, turns=sys.stdin if options.turns else None)
    changes = {name: int(value) for name, _, value in (said.partition("=") for said in options.set)}
    try:
        _train(options, replace(JOBS[options.spec], **changes), clock)
    except ModuleNotFoundError as error:
        clock.tell(event="missing", what=error.name)
    except NotInstalled as error:
        clock.tell(event="missing", what=str(error))
    except NotApplicable as error:
        clock.tell(event="cannot", why=str(error))


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser()
    parser.add_argument("peer", choices=MODULES)
    parser.add_argument("spec", choices=JOBS)
    parser.add_argument("--data-dir", type=Path, required=True)
    parser.add_argument("--epochs", type=int)
    parser.add_argument("--enough", type=float, default=inf, metavar="SECONDS", help="end after the epoch in which so many are over")
    parser.add_argument("--set", action="append", default=[], metavar="FIELD=NUMBER", help="a field of the job, e.g. hidden=500")
    parser.add_argument("--turns", action="store_true", help="wait for a line before each epoch")
    parser.add_argument("--table", action="store_true", help="evaluate on the test images and print the table")
    return parser.parse_args()


def _train(options: argparse.Namespace, job: Job, clock: Clock) -> None:
    os.environ.update(BACKENDS.get(options.peer, {}))
    module = import_module(MODULES[options.peer])
    images = read(options.data_dir, job.examples)
    clock.tell(event="versions", versions=[f"{package} {version(package)}" for package in PACKAGES[options.peer]])
    with suppress(Enough):
        predicted = module.train(job, images, options.epochs or job.epochs, clock)(images.test)
        clock.tell(event="done", accuracy=float((predicted == images.test_classes).mean()))
        if options.table:
            sys.stderr.write(table(predicted, images))


def table(predicted: np.ndarray, images: Images) -> str:
    """Accuracy, precision, recall and F1, and the confusion matrix: what netspec's run ends in."""
    counts = np.bincount(images.test_classes * 10 + predicted, minlength=100).reshape(10, 10)
    right = np.diag(counts)
    precision, recall = right / np.maximum(counts.sum(0), 1), right / counts.sum(1)
    f1 = 2 * precision * recall / np.maximum(precision + recall, 1e-12)
    rows = [f"{digit}  {precision[digit]:.4f}  {recall[digit]:.4f}  {f1[digit]:.4f}" for digit in range(10)]
    whole = f"accuracy {right.sum() / counts.sum():.4f}  precision {precision.mean():.4f}  recall {recall.mean():.4f}  F1 {f1.mean():.4f}"
    return "\n".join([whole, *rows, str(counts), ""])


if __name__ == "__main__":
    main()
