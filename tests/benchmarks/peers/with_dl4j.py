"""Deeplearning4j itself, asked through `oracle` (NETSPEC_DL4J_ORACLE, else ../shared/dl4j/runtime beside the repository).

Its best setting on two cores is one thread. It is asked for one epoch at a time, in an order of the examples that is new
each time; making that order, and its batches, is not counted.
"""

import json
import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np

from peers.clock import Clock, NotInstalled, Predictor
from peers.dl4j_configuration import configuration
from peers.images import Images, scaled
from peers.job import Job

BESIDE = Path(__file__).resolve().parents[3] / ".." / "shared" / "dl4j" / "runtime" / "oracle"


def train(job: Job, images: Images, epochs: int, clock: Clock) -> Predictor:
    """One `fit` request an epoch, each going on with the network of the one before. Raises: NotInstalled."""
    folder = TemporaryDirectory()
    here = Path(folder.name)
    (here / "configuration.json").write_text(json.dumps(configuration(job)), encoding="utf-8")
    network = {"conf": str(here / "configuration.json")}
    features, classes = scaled(job, images.train).reshape(-1, 784), np.eye(10, dtype=np.float32)[images.train_classes]
    with oracle() as asked:
        clock.start()
        for epoch in range(epochs):
            order = np.random.default_rng(epoch).permutation(len(classes))
            fit = {"inputs": _saved(here / "features.npy", features[order]), "labels": _saved(here / "labels.npy", classes[order])}
            answer = ask(asked, network | {"fit": fit | {"batch": job.batch_size, "epochs": 1}, "save": str(here / "trained.zip")})
            network = {"zip": str(here / "trained.zip")}
            clock.epoch(answer["seconds_per_epoch"][0])
    return lambda pixels: _predict(folder, scaled(job, pixels).reshape(-1, 784))


def _predict(folder: "TemporaryDirectory[str]", features: np.ndarray) -> np.ndarray:
    here = Path(folder.name)
    batch = {"inputs": [_saved(here / "test.npy", features)], "labels": [_saved(here / "test_labels.npy", np.eye(10, dtype=np.float32)[[0] * len(features)])]}
    with oracle() as asked:
        ask(asked, {"zip": str(here / "trained.zip"), "batches": [batch], "out": str(here)})
    classes: np.ndarray = np.load(here / "output0_0.npy").argmax(1)
    return classes


def _saved(path: Path, array: np.ndarray) -> str:
    np.save(path, array)
    return str(path)


@contextmanager
def oracle() -> "Iterator[subprocess.Popen[str]]":
    """The program, started. Raises: NotInstalled."""
    program = Path(os.environ.get("NETSPEC_DL4J_ORACLE", BESIDE))
    if not program.is_file():
        raise NotInstalled("dl4j")
    settings = {"OMP_NUM_THREADS": "1", "ORACLE_JAVA_OPTS": os.environ.get("ORACLE_JAVA_OPTS", "-Xmx4g")}
    with subprocess.Popen([program], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=os.environ | settings) as started:
        yield started


def ask(asked: "subprocess.Popen[str]", request: dict[str, Any]) -> dict[str, Any]:
    """One request. Raises: RuntimeError when it is refused."""
    if asked.stdin is None or asked.stdout is None:
        raise AssertionError("both are pipes")
    asked.stdin.write(json.dumps(request) + "\n")
    asked.stdin.flush()
    line = asked.stdout.readline()
    answer: dict[str, Any] = json.loads(line) if line else {"ok": False, "message": "it ended without an answer"}
    if not answer["ok"]:
        raise RuntimeError(f"DL4J: {answer['message']}")
    return answer
