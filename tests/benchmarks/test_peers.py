"""Each program that netspec is timed beside does what it is timed for: it learns. Run with -m bench, in an interpreter that has them."""

import sys
from pathlib import Path

import pytest
from measure import Bench, Run
from peers import PEERS
from peers.job import JOBS

pytestmark = pytest.mark.bench


def trained(peer: str, spec: str, shared: Path) -> Run:
    return Bench(sys.executable, (shared / "data").resolve(), 240, 240).train(peer, spec, 2, ["examples=6000"])


@pytest.mark.parametrize("spec", JOBS)
@pytest.mark.parametrize("peer", PEERS)
def test_it_learns(peer: str, spec: str, shared: Path) -> None:
    run = trained(peer, spec, shared)
    if run.note.startswith("not installed") or run.note == "no convolutions":
        pytest.skip(run.note)
    assert run.note == ""
    assert len(run.epochs) == 2
    assert run.accuracy > 0.75
