"""A busy neighbour is noticed from the processors' clocks, and while it is there idle threads do not spin."""

import os
import subprocess
import sys
import threading
import time

import pytest
import torch

from netspec import build, threads
from netspec.train import neighbours
from netspec.train.neighbours import Crowd, Shortage, minding_neighbours

LAYERS = [{"type": "output", "n_out": 3, "loss": "mcxent"}]
SPEC = {"updater": "sgd", "learning_rate": 0.1, "layers": LAYERS, "data": "iris", "train": {"epochs": 1, "batch_size": 50}}
needs_clocks = pytest.mark.skipif(not neighbours._CLOCKS.exists(), reason="this system keeps no /proc/stat")


def looks(*clocks: tuple[float, float, float], spare: int = 0) -> list[float | None]:
    """What each look but the first sees, of (time, seconds the processors were busy, seconds this process computed)."""
    told = iter(clocks)
    shortage = Shortage(spare, lambda: next(told))
    return [shortage.now() for _ in clocks[1:]]


def test_what_others_use_is_missing_beside_what_is_spare():
    assert looks((0, 0, 0), (1, 2, 2), (2, 4, 3)) == [0, 1]  # all the work its own; half of the second second another's
    assert looks((10, 0, 0), (12, 4, 2), spare=1) == [0]  # the other has the processor that this one leaves
    assert looks((10, 0, 0), (12, 8, 4), spare=1) == [1]


def test_a_process_that_waits_misses_nothing():
    assert looks((0, 0, 0), (1, 2, 0.01), (2, 4, 0.51)) == [None, 1.5]


@needs_clocks
def test_the_clocks_go_as_fast_as_a_process_computes():
    passed, busy, own = neighbours._clocks()
    until = time.monotonic() + 0.3
    while time.monotonic() < until:
        pass
    after = neighbours._clocks()
    assert after[0] - passed >= 0.3
    assert after[2] - own > 0
    assert after[1] - busy >= 0


def idle_teams() -> int:
    return sum(thread.name == "idle team" for thread in threading.enumerate())


def test_a_crowd_gathers_once_and_leaves():
    crowd = Crowd(2)
    crowd.leave()
    crowd.gather()
    crowd.gather()
    assert (crowd.there, idle_teams()) == (True, 2)
    crowd.leave()
    assert (crowd.there, idle_teams()) == (False, 0)


TEAM = """
import os, time, torch
torch.set_num_threads(3)
torch.zeros(2**22).add_(1)
from netspec.train.neighbours import Crowd
count, crowd = lambda: len(os.listdir("/proc/self/task")), Crowd(1)
before, until = count(), time.monotonic() + 30
crowd.gather()
while count() < before + 3 and time.monotonic() < until:
    time.sleep(0.01)
print(count() - before)
crowd.leave()
"""


@needs_clocks
def test_an_idle_team_is_as_large_as_the_one_that_computes():
    assert subprocess.run([sys.executable, "-c", TEAM], check=True, capture_output=True, text=True, timeout=100).stdout == "3\n"


@pytest.fixture
def two_threads(monkeypatch):
    """A torch on two threads, and a spin that netspec chose."""
    monkeypatch.setattr(torch, "get_num_threads", lambda: 2)
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: {0, 1}, raising=False)
    for name in threads._SAID_BY_USER:
        monkeypatch.delenv(name, raising=False)
    threads.spin_shortly()
    monkeypatch.setattr(neighbours, "_LOOK", 0.005)
    yield
    os.environ.pop("GOMP_SPINCOUNT", None)


class Clocks:
    """Each look a second later, in which this process computes on two processors and another on `others`."""

    def __init__(self) -> None:
        self.now, self.others = (0.0, 0.0, 0.0), 0.0

    def __call__(self) -> tuple[float, float, float]:
        seconds, busy, own = self.now
        self.now = seconds + 1, busy + 2 + self.others, own + 2
        return self.now


def soon(condition) -> bool:
    until = time.monotonic() + 20
    while not condition() and time.monotonic() < until:
        time.sleep(0.005)
    return condition()


@needs_clocks
@pytest.mark.usefixtures("two_threads")
def test_teams_are_held_while_the_neighbour_is_there(monkeypatch):
    clocks = Clocks()
    monkeypatch.setattr(neighbours, "_clocks", clocks)
    with minding_neighbours():
        time.sleep(0.1)
        assert idle_teams() == 0
        clocks.others = 1.0
        assert soon(lambda: idle_teams() == 1)
        clocks.others = 0.0
        assert soon(lambda: idle_teams() == 0)
        clocks.others = 1.0
        assert soon(lambda: idle_teams() == 1)
    assert idle_teams() == 0


def watching() -> bool:
    return any(thread.name == "neighbours" for thread in threading.enumerate())


@needs_clocks
@pytest.mark.usefixtures("two_threads")
def test_nobody_watches_where_the_user_chose_how_threads_wait_or_there_is_one_thread(monkeypatch):
    with minding_neighbours():
        assert watching()
    with monkeypatch.context() as changed:
        changed.setenv("OMP_WAIT_POLICY", "passive")
        with minding_neighbours():
            assert not watching()
    monkeypatch.setenv("GOMP_SPINCOUNT", "5")
    with minding_neighbours():
        assert not watching()
    monkeypatch.setenv("GOMP_SPINCOUNT", threads.SPIN_COUNT)
    monkeypatch.setattr(torch, "get_num_threads", lambda: 1)
    with minding_neighbours():
        assert not watching()


@needs_clocks
@pytest.mark.usefixtures("two_threads")
def test_a_training_watches_and_its_end_or_failure_ends_that(monkeypatch):
    seen = []
    monkeypatch.setattr("netspec.train.loop.Fit._epochs", lambda _: seen.append(watching()))
    build(SPEC).fit()
    monkeypatch.setattr("netspec.train.loop.Fit._epochs", lambda _: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        build(SPEC).fit()
    assert seen == [True]
    assert not watching()


@pytest.mark.parametrize(("said", "spin"), [({}, threads.SPIN_COUNT), ({"GOMP_SPINCOUNT": "7"}, "7"), ({"OMP_WAIT_POLICY": "active"}, "None")])
def test_the_spin_is_set_before_torch_is_loaded_and_only_where_the_user_said_nothing(said, spin):
    environment = {name: value for name, value in os.environ.items() if name not in threads._SAID_BY_USER} | said
    program = "import netspec, os, sys; print(os.environ.get('GOMP_SPINCOUNT'), 'torch' in sys.modules)"
    ran = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, env=environment, check=True)
    assert ran.stdout.split() == [spin, "False"]
