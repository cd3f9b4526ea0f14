"""Damage on the disk is found, named and passed over; nothing restarts silently (F7, F8, F9, F10, F11, F29, F30)."""

import json
import random
import shutil
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from netspec.train.checkpoint import Damaged, newest, read_checkpoint, steps

RESUME = ("resume", "runs/latest")


@pytest.fixture(scope="session")
def stopped(start_at: Callable, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run that was killed in its fourth epoch, with two checkpoints and the best one; to be copied."""
    from fault_children import Tripwire

    place = tmp_path_factory.mktemp("stopped")
    wire = Tripwire("kill", 4, calls=("write",), under="history.jsonl")
    assert start_at(place, "run", "faulty.yaml", wire=wire).end() == -9
    return place


@pytest.fixture
def run(stopped: Path, place: Path) -> Path:
    """A copy of it in the test's folder."""
    shutil.copytree(stopped / "runs", place / "runs", symlinks=True)
    return (place / "runs" / "latest").resolve()


def test_the_stopped_run_is_what_these_tests_take_it_for(run: Path) -> None:
    names = [path.name for path in steps(run / "checkpoints")]
    assert names == ["step-00000045-00003", "step-00000040-00003", "step-00000036-00003"]  # twelve steps an epoch
    torn = (run / "history.jsonl").read_text(encoding="utf-8").splitlines()
    assert len(torn) == 4
    assert not torn[3].endswith("}")


def flip(path: Path, draw: random.Random) -> bytes:
    """Turn one bit of a file; its content before."""
    content = path.read_bytes()
    damaged = bytearray(content)
    damaged[draw.randrange(len(damaged))] ^= 1 << draw.randrange(8)
    path.write_bytes(damaged)
    return content


def flips_found(run: Path, count: int) -> int:
    """How many of so many flipped bits, each in any file of any checkpoint, are found."""
    folder, draw, found = run / "checkpoints", random.Random(0), 0
    order = steps(folder)
    files = sorted(path for step in order for path in step.iterdir())
    for _ in range(count):
        path = draw.choice(files)
        content = flip(path, draw)
        good, damaged = newest(folder)
        rest = [step for step in order if step != path.parent]
        assert good is not None
        assert good.name == (rest if path.parent == order[0] else order)[0].name
        assert [one.path for one in damaged] == [path.parent][: path.parent == order[0]]  # only what is newer than a good one is looked at
        found += isinstance(read_checkpoint(path.parent), Damaged)
        path.write_bytes(content)
    assert newest(folder)[1] == []
    return found


def test_60_flipped_bits_are_60_passed_over(run: Path) -> None:
    assert flips_found(run, 60) == 60


@pytest.mark.slow
def test_600_flipped_bits_are_600_passed_over(run: Path) -> None:
    found = flips_found(run, 600)
    print(f"{found} of 600 flipped bits found")  # noqa: T201  # the record of a slow test
    assert found == 600


def test_after_a_flipped_bit_the_run_goes_on_from_the_one_before_to_the_same_end(run: Path, netspec: Callable, whole: Any, outcome: Callable) -> None:
    """And the damaged one stands neither in the way of the new one of that step, nor makes good ones be pruned."""
    last = steps(run / "checkpoints")[0]
    flip(last / "model.safetensors", random.Random(1))
    said = netspec(*RESUME)
    assert said.code == 0
    assert f"passed over runs/{run.name}/checkpoints/{last.name}: checksum mismatch in model.safetensors\n" in said.err
    assert "going on after step 40, in epoch 4\n" in said.err
    assert outcome(run) == whole
    assert (run / "checkpoints" / f"damaged-{last.name}").is_dir()
    assert newest(run / "checkpoints")[1] == []


def test_a_damaged_checkpoint_between_two_saves_is_set_aside_and_not_counted_among_those_kept(run: Path, netspec: Callable) -> None:
    strange = run / "checkpoints" / "step-00000047-00003"
    shutil.copytree(steps(run / "checkpoints")[0], strange)
    said = netspec(*RESUME)
    assert said.code == 0
    assert f"passed over runs/{run.name}/checkpoints/{strange.name}: it is of step 45 in epoch 3, and its name says otherwise\n" in said.err
    assert (run / "checkpoints" / f"damaged-{strange.name}").is_dir()


def test_when_every_checkpoint_is_damaged_each_is_named_and_nothing_restarts(run: Path, netspec: Callable) -> None:
    for path in steps(run / "checkpoints"):
        flip(path / "state.json", random.Random(2))
    before = {path: path.read_bytes() for path in run.rglob("*") if path.is_file() and not path.name.startswith(".")}
    said = netspec(*RESUME)
    assert said.code == 3
    assert said.err.count("passed over ") == said.err.count(": checksum mismatch in state.json\n") == 3
    assert f"error: every checkpoint of runs/{run.name} is damaged\n   help: start a new run from its spec.yaml; nothing was changed\n" in said.err
    assert {path: path.read_bytes() for path in before} == before


@pytest.mark.parametrize("left", [0, 1, 7, 8, 100, 0.5, -1])
def test_a_file_cut_at_any_byte_costs_one_checkpoint(left: float, run: Path) -> None:
    last, before, *_ = steps(run / "checkpoints")
    for path in sorted(last.iterdir()):
        content = path.read_bytes()
        end = int(len(content) * left) if 0 < left < 1 else int(left)
        path.write_bytes(content[:end])
        found, damaged = newest(run / "checkpoints")
        assert (found and found.name, [one.path for one in damaged]) == (before.name, [last])
        path.write_bytes(content)


def signed(listing: bytes) -> bytes:
    """A manifest that says the right hash of itself."""
    return sha256(listing).hexdigest().encode() + b"\n" + listing


ALIEN = {
    "none": None,
    "empty": b"",
    "a line": b"\n",
    "text": b"all files are fine",
    "binary": bytes(range(256)),
    "no JSON": signed(b"{"),
    "a list": signed(b'["model.safetensors"]'),
    "null": signed(b"null"),
    "a number": signed(b"7"),
    "deep": signed(b"[" * 100_000),
    "no files": signed(b"{}"),
    "other files": signed(b'{"weights.bin": "00"}'),
    "hashes that are numbers": signed(b'{"model.safetensors": 1, "optimizer.safetensors": 1, "random.safetensors": 1, "state.json": 1}'),
    "a way out": signed(b'{"model.safetensors": "0", "optimizer.safetensors": "0", "random.safetensors": "0", "state.json": "0", "../../spec.yaml": "0"}'),
}


@pytest.mark.parametrize("content", ALIEN.values(), ids=list(ALIEN))
def test_a_manifest_that_is_none_costs_one_checkpoint(content: bytes | None, run: Path) -> None:
    last, before, *_ = steps(run / "checkpoints")
    (last / "MANIFEST").unlink()
    if content is not None:
        (last / "MANIFEST").write_bytes(content)
    found, damaged = newest(run / "checkpoints")
    assert (found and found.name, [one.path for one in damaged]) == (before.name, [last])
    assert damaged[0].why


def resigned(path: Path, change: Callable[[dict], None]) -> None:
    """Change a checkpoint's state and sign it anew: what another program might write."""
    state = json.loads((path / "state.json").read_bytes())
    change(state)
    (path / "state.json").write_text(json.dumps(state), encoding="utf-8")
    hashes = json.loads((path / "MANIFEST").read_bytes().partition(b"\n")[2])
    hashes["state.json"] = sha256((path / "state.json").read_bytes()).hexdigest()
    (path / "MANIFEST").write_bytes(signed(json.dumps(hashes).encode()))


def test_a_checkpoint_of_another_step_or_format_is_passed_over_and_says_so(run: Path) -> None:
    last, second, *_ = steps(run / "checkpoints")
    resigned(last, lambda state: state.update(format=99))
    resigned(second, lambda state: state.update(step=7))
    _, damaged = newest(run / "checkpoints")
    assert [one.why for one in damaged] == [
        "it has format 99, and this netspec reads 2",
        "it is of step 7 in epoch 3, and its name says otherwise",
    ]


def test_folders_that_are_no_checkpoints_are_not_looked_at(run: Path) -> None:
    for name in ("step-", "step-00000099-00009.bak", "step-99-9", "notes", ".step-00000099-00009.1.part"):
        (run / "checkpoints" / name).mkdir()
    found, damaged = newest(run / "checkpoints")
    assert (found and found.step, damaged) == (45, [])


def test_steps_are_ordered_as_numbers(tmp_path: Path) -> None:
    for step in (99_999_999, 100_000_000):
        (tmp_path / f"step-{step:08d}-00001").mkdir()
    assert [path.name for path in steps(tmp_path)] == ["step-100000000-00001", "step-99999999-00001"]


def test_a_torn_line_of_the_history_is_dropped(run: Path, netspec: Callable, whole: Any, outcome: Callable) -> None:
    assert netspec(*RESUME).code == 0
    assert outcome(run) == whole


@pytest.mark.parametrize("content", [None, b"", b"{", b"[]", b"{}", b"\xff\xfe", b'{"seed": "many"}', b"[" * 100_000])
@pytest.mark.parametrize("verb", ["resume", "verify"])
def test_a_damaged_lock_json_is_named(verb: str, content: bytes | None, run: Path, netspec: Callable) -> None:
    (run / "lock.json").unlink()
    if content is not None:
        (run / "lock.json").write_bytes(content)
    said = netspec(verb, "runs/latest")
    assert said.code == (2 if content is None else 1)
    assert f"runs/{run.name}/lock.json is damaged: " in said.err or "is not a run folder: it has no lock.json" in said.err
    assert "Traceback" not in said.err


@pytest.mark.parametrize("content", [b"", b"layers: [", b"\xff\xfe\x00", b"seed: 3\nseed: 4\n"])
def test_a_damaged_spec_is_shown_like_any_wrong_spec(content: bytes, run: Path, netspec: Callable) -> None:
    (run / "spec.yaml").write_bytes(content)
    said = netspec(*RESUME)
    assert said.code == 1
    assert f"runs/{run.name}/spec.yaml" in said.err
    assert "error: " in said.err


@pytest.mark.parametrize("content", [None, b"", b"layers: [", b"\xff\xfe\x00"])
def test_a_damaged_plan_is_written_anew_since_the_spec_says_it_all(content: bytes | None, run: Path, netspec: Callable, whole: Any, outcome: Callable) -> None:
    before = (run / "plan.yaml").read_bytes()
    (run / "plan.yaml").unlink()
    if content is not None:
        (run / "plan.yaml").write_bytes(content)
    assert netspec(*RESUME).code == 0
    assert (run / "plan.yaml").read_bytes() == before
    assert outcome(run) == whole


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("n_out: 12", "n_out: 13", "layers.0.n_out was 12, is 13"),
        ("seed: 3", "seed: 4", "seed was 3, is 4"),
        ("momentum: 0.9", "momentum: 0.8", "layers.0.updater.momentum was 0.9, is 0.8"),
        ("activation: tanh", "activation: relu", "layers.2.activation was tanh, is relu"),
        ("batch_size: 8", "batch_size: 9", "train.batch_size was 8, is 9"),
    ],
)
def test_a_changed_spec_is_refused_with_what_differs(old: str, new: str, told: str, run: Path, netspec: Callable) -> None:
    path = run / "spec.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")
    said = netspec(*RESUME)
    assert said.code == 1
    assert f"error: runs/{run.name}/spec.yaml must be as it was when the run began; " in said.err
    assert told in said.err
    assert "start a new run with this one" in said.err


def test_a_spec_with_another_comment_is_the_same_spec(run: Path, netspec: Callable, whole: Any, outcome: Callable) -> None:
    path = run / "spec.yaml"
    path.write_text("# mine\n" + path.read_text(encoding="utf-8"), encoding="utf-8")
    said = netspec(*RESUME)
    assert (said.code, "warning" in said.err) == (0, False)
    assert outcome(run) == whole


def test_a_changed_spec_with_a_damaged_plan_says_that_it_cannot_tell_what_differs(run: Path, netspec: Callable) -> None:
    path = run / "spec.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace("seed: 3", "seed: 4"), encoding="utf-8")
    (run / "plan.yaml").write_bytes(b"\xff")
    said = netspec(*RESUME)
    assert said.code == 1
    assert "plan.yaml, which could tell what differs, cannot be read" in said.err


def test_a_damaged_run_in_the_folder_is_told_and_the_others_are_unaffected(run: Path, netspec: Callable, place: Path, whole: Any, outcome: Callable) -> None:
    broken = place / "runs" / "faulty-20990101-000000"
    shutil.copytree(run, broken)
    (broken / "lock.json").write_text("{", encoding="utf-8")
    (place / "runs" / "empty").mkdir()
    said = netspec("run", "faulty.yaml", "--resume", "auto")
    assert said.code == 0
    assert f"passed over runs/{broken.name}: runs/{broken.name}/lock.json is damaged: " in said.err
    assert "passed over runs/empty: runs/empty is not a run folder: it has no spec.yaml\n" in said.err
    assert outcome(run) == whole
