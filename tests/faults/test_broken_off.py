"""Memory that gives out, plug-ins that fail, workers that are killed, a last batch of one (F22, F23, F24, F44)."""

import os
import signal
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import fault_children
import pytest
import torch
from torch.utils.data import DataLoader, Dataset

from netspec import build
from netspec.errors import RunError
from netspec.train.checkpoint import newest
from netspec.train.failures import explained
from netspec.train.trainer import Trainer

PLUGIN = """\
from typing import Literal
from netspec.activations import Activation

class Fragile(Activation):
    '''It breaks at the 40th call.'''
    type: Literal["fragile"] = "fragile"

    def build(self):
        from torch import nn

        class Module(nn.Module):
            calls = 0

            def forward(self, x):
                self.calls += 1
                return x / (self.calls != 40) if self.calls != 40 else x + [1][self.calls]

        return Module()
"""


def test_a_plugin_that_fails_is_named_its_traceback_kept_and_the_last_checkpoint_whole(netspec: Callable, place: Path, own_words: None) -> None:
    (place / "fragile.py").write_text(PLUGIN, encoding="utf-8")
    said = netspec("run", "faulty.yaml", "--set", "layers.0.activation=fragile", "--plugin", "fragile.py")
    run = f"runs/{(place / 'runs' / 'latest').readlink()}"
    assert said.code == 3
    assert "error: training broke off: IndexError in fragile.py, line 16: list index out of range\n" in said.err
    assert f"   help: the traceback is in {run}/traceback.txt; the last checkpoint is whole\n" in said.err
    assert "Traceback" not in said.err
    log = (place / run / "traceback.txt").read_text(encoding="utf-8")
    assert log.startswith("Traceback (most recent call last):")
    assert "IndexError: list index out of range" in log
    found, damaged = newest(place / run / "checkpoints")
    assert (found and found.step, damaged) == (36, [])  # three epochs of twelve steps and one validation each: the 40th call


def test_memory_that_gives_out_ends_with_3_and_a_smaller_batch(start: Callable, place: Path) -> None:
    """A limit that the operating system enforces: torch says so in a plain RuntimeError."""
    child = start("run", "faulty.yaml", "--set", "layers.0.n_out=100000", "--set", "layers.2.n_out=100000", before=fault_children.little_memory)
    assert child.end() == 3
    assert "error: there is not enough memory: you tried to allocate " in child.said
    assert "help: use a smaller batch_size, for example train.batch_size=4\n" in child.said
    assert "Traceback" not in child.said


@pytest.mark.parametrize(
    "error",
    [
        MemoryError(),
        MemoryError("Unable to allocate 3 GiB"),
        torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 2 GiB"),
        RuntimeError("[enforce fail] DefaultCPUAllocator: can't allocate memory: you tried to allocate 12 bytes."),
        OSError(12, "Cannot allocate memory"),
    ],
    ids=lambda error: type(error).__name__,
)
def test_every_way_of_saying_no_memory_is_understood(error: Exception, netspec: Callable, place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real = Trainer.step

    def step(self: Trainer, *batch: Any) -> Any:
        if self.iteration == 30:
            raise error
        return real(self, *batch)

    monkeypatch.setattr(Trainer, "step", step)
    said = netspec("run", "faulty.yaml")
    assert said.code == 3
    assert "error: there is not enough memory" in said.err
    assert "help: use a smaller batch_size, for example train.batch_size=4\n" in said.err
    found, damaged = newest(place / "runs" / "latest" / "checkpoints")
    assert (found and found.step, damaged) == (30, [])


def test_other_runtime_errors_are_not_taken_for_memory() -> None:
    with pytest.raises(RuntimeError, match="mat1 and mat2"), explained(8):
        torch.ones(2, 3) @ torch.ones(2, 3)


def test_a_batch_of_one_is_told_to_use_a_smaller_network() -> None:
    with pytest.raises(RunError) as refusal, explained(1):
        raise MemoryError
    assert refusal.value.help == "use a smaller network"


class Deadly(Dataset):
    """Its 20th example kills the process that reads it."""

    def __len__(self) -> int:
        return 40

    def __getitem__(self, row: int) -> tuple[torch.Tensor, int]:
        if row == 20 and torch.utils.data.get_worker_info():
            os.kill(os.getpid(), signal.SIGKILL)
        return torch.zeros(4), row % 3


@pytest.fixture
def child_handler() -> Iterator[None]:
    """Torch sets its handler once in a process."""
    before = signal.getsignal(signal.SIGCHLD)
    yield
    signal.signal(signal.SIGCHLD, before)


@pytest.mark.parametrize("moment", range(2))
def test_a_worker_that_is_killed_is_said_in_words_and_only_once(moment: int, child_handler: None) -> None:
    """Whether the pipe breaks first or torch's signal handler is first is a matter of luck."""
    model = build({"updater": "adam", "input": 4, "layers": [{"type": "output", "n_out": 3, "loss": "negative_log_likelihood"}]})
    with pytest.raises(RunError, match="a process that reads data was killed: ") as refusal, explained(8):
        model.fit(DataLoader(Deadly(), batch_size=8, num_workers=1), epochs=1)
    assert refusal.value.help == "often there is too little memory: try data: {workers: 0}"


def test_a_last_batch_of_one_before_batch_norm_is_refused_before_training(netspec: Callable, place: Path) -> None:
    said = netspec("run", "faulty.yaml", "--set", "train.batch_size=19")  # 96 examples: five batches, and one is left
    assert said.code == 1
    assert "error: the last batch must have at least 2 examples, got 1\n" in said.err
    assert "help: say train: {drop_last: true}, or change batch_size\n" in said.err
    assert not (place / "runs").exists()
    assert netspec("run", "faulty.yaml", "--set", "train.batch_size=19", "--set", "train.drop_last=true", "--set", "train.epochs=1").code == 0


def test_memory_stays_flat_over_a_long_training(place: Path) -> None:
    model = build({"updater": "sgd", "learning_rate": 0.01, "input": 1, "layers": [{"type": "output", "n_out": 1, "loss": "mse", "activation": "identity"}]})
    features, labels = torch.ones(4000, 1), torch.ones(4000, 1)
    model.fit(features, labels, epochs=1, batch_size=4)
    before = _resident()
    model.fit(features, labels, epochs=2, batch_size=4)
    assert _resident() - before < 2_000_000


def _resident() -> int:
    """Bytes of memory in use."""
    pages = int(Path("/proc/self/statm").read_text(encoding="utf-8").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE")


@pytest.mark.slow
@pytest.mark.timeout(1800)
def test_memory_stays_flat_over_a_million_steps() -> None:
    model = build({"updater": "sgd", "learning_rate": 0.01, "input": 1, "layers": [{"type": "output", "n_out": 1, "loss": "mse", "activation": "identity"}]})
    features, labels = torch.ones(100_000, 1), torch.ones(100_000, 1)
    model.fit(features, labels, epochs=1, batch_size=1)
    before = _resident()
    model.fit(features, labels, epochs=9, batch_size=1)
    grown = _resident() - before
    print(f"{grown / 1e6:.1f} MB more after 900,000 steps")  # noqa: T201  # the record of a slow test
    assert grown < 4_000_000
