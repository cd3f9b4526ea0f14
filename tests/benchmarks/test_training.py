"""The command that makes README's speed table: its arithmetic, what it says of programs that are not there, and that it goes on where it stopped."""

import json
import sys
from pathlib import Path

import growth
import measure
import pytest
import results
import speed
import training
from peers import MODULES, PACKAGES, PEERS
from peers.dl4j_configuration import configuration
from peers.job import JOBS, Job
from peers.with_dl4j import ask, oracle

from netspec.read import load
from netspec.resolve import resolve

HERE = Path(__file__).resolve().parent


def pair(peer="hand", spec="mlp_500", ours=(9.0, 2.0, 1.0, 3.0), theirs=(30.0, 3.0, 5.0, 4.0), what="epochs", number=1, note="", versions=()):
    run = measure.Run
    netspec, other = run(list(ours), sum(ours)), run(list(theirs), sum(theirs), None, list(versions), note)
    return results.Pair(what, spec, peer, number, [], netspec, other, "code", "a machine, 2 cores")


def test_a_ratio_is_the_median_of_those_of_epochs_side_by_side_without_the_first():
    assert pair().ratio == 3.0 / 2.0  # of 3/2, 5/1 and 4/3
    assert pair(theirs=(30.0, 3.0, 5.0)).ratio == (3 / 2 + 5 / 1) / 2  # the other was stopped
    assert pair(ours=(2.0,), theirs=(5.0,)).ratio == 2.5  # there is only the first
    assert pair(what="whole", ours=(1.0, 1.0), theirs=(2.0, 4.0)).ratio == 3.0
    assert pair(theirs=()).ratio is None


def test_the_table_has_medians_over_rounds_and_the_first_epoch_where_it_is_longer():
    pairs = [pair(number=1, versions=["torch 2"]), pair(number=2, theirs=(30.0, 8.0)), pair(number=3, theirs=(30.0, 2.0))]
    rows = speed.epochs_table(pairs, ["mlp_500"], ["hand"]).splitlines()

    assert rows[2] == "| netspec | 2.00 |"
    assert rows[3] == "| hand-tuned PyTorch loop (torch 2) | 4.0 (1.50, first 30) |"  # ratios 1.5, 4, 1
    assert rows[-1] == (
        "Medians of 3 rounds in which netspec and one other program train an epoch each in turns; first epochs are not counted. a machine, 2 cores."
    )


def test_a_program_that_is_not_installed_is_named():
    pairs = [pair(), pair("skorch", theirs=(), note="not installed: skorch")]
    assert "| skorch | not installed: skorch |" in speed.epochs_table(pairs, ["mlp_500"], ["hand", "skorch"])


def test_whole_jobs_and_the_busy_neighbour_are_told():
    whole = [pair("lightning", what="whole", ours=(10.0,), theirs=(25.0,)), pair("skorch", what="whole", theirs=(), note="not installed: skorch")]

    assert speed.whole_table(whole, ["lightning", "skorch"]).splitlines()[3:] == ["| Lightning | 25 | 2.50 |", "| skorch | not installed: skorch | |"]
    assert speed.busy_sentence([pair("netspec", what="busy")]).endswith("an epoch of `mlp_500` takes 4.0 s, 1.5 times its quiet 2.00 s.")


def python_that(tmp_path: Path, does: str) -> str:
    program = tmp_path / "python"
    program.write_text(f"#!{sys.executable}\n{does}\n", encoding="utf-8")
    program.chmod(0o755)
    return str(program)


def test_what_a_child_reports_is_read_and_other_lines_are_not(tmp_path):
    says = 'print("hello")\nfor s in (3.0, 1.5): print(\'{"event": "epoch", "seconds": %s}\' % s)\nprint(\'{"event": "done", "accuracy": 0.5}\')'
    run = measure.Bench(python_that(tmp_path, says), tmp_path, 60, 60).train("hand", "mlp_500", 2)

    assert (run.epochs, run.later, run.accuracy, run.note) == ([3.0, 1.5], [1.5], 0.5, "")
    assert run.wall > 0


def test_a_child_that_fails_or_takes_too_long_keeps_what_it_reported(tmp_path):
    says = 'import sys, time\nprint(\'{"event": "epoch", "seconds": 1.0}\', flush=True)\n'
    failed = measure.Bench(python_that(tmp_path, says + "sys.exit('no such thing')"), tmp_path, 60, 60).train("hand", "mlp_500", 2)
    slow = measure.Bench(python_that(tmp_path, says + "time.sleep(60)"), tmp_path, 1, 60).train("hand", "mlp_500", 2)

    assert (failed.epochs, failed.note) == ([1.0], "failed: no such thing")
    assert (slow.epochs, slow.note) == ([1.0], "stopped after 1 s")


IN_TURNS = """
import json, sys
from pathlib import Path
ours = "netspec" in sys.argv
def tell(**values): print(json.dumps(values), flush=True)
tell(event="start")
for epoch in range(3 if ours else 9):
    if input() == "enough": break
    with Path("turns").open("a") as file: file.write("o" if ours else "t")
    if not ours and epoch == {fails_in}: sys.exit("no such thing")
    tell(event="epoch", seconds=1.0 + epoch)
else:
    tell(event="done", accuracy=0.5)
"""


def in_turns(tmp_path: Path, fails_in: int, enough: float = 60) -> tuple[measure.Run, measure.Run, str]:
    turns = tmp_path / "turns"
    program = python_that(tmp_path, IN_TURNS.replace("{fails_in}", str(fails_in)).replace('Path("turns")', f"Path({str(turns)!r})"))
    ours, theirs = measure.Bench(program, tmp_path, 60, enough).in_turns("hand", "mlp_500", 9)
    return ours, theirs, turns.read_text(encoding="utf-8")


def test_two_children_train_in_turns_until_one_ends(tmp_path):
    ours, theirs, turns = in_turns(tmp_path, fails_in=99)
    assert (ours.epochs, ours.accuracy, theirs.epochs) == ([1.0, 2.0, 3.0], 0.5, [1.0, 2.0, 3.0])
    assert (ours.note, theirs.note, turns) == ("", "", "ototot")


def test_turns_end_when_the_other_has_trained_long_enough_or_fails(tmp_path):
    (tmp_path / "long").mkdir()
    ours, theirs, turns = in_turns(tmp_path / "long", fails_in=99, enough=2)
    assert (ours.epochs, theirs.epochs, turns) == ([1.0, 2.0], [1.0, 2.0], "otot")

    ours, theirs, turns = in_turns(tmp_path, fails_in=1)
    assert (ours.epochs, theirs.epochs, theirs.note, turns) == ([1.0, 2.0], [1.0], "failed: no such thing", "otot")


def command(monkeypatch, capsys, *arguments):
    monkeypatch.setattr("sys.argv", ["training.py", *arguments])
    training.main()
    return capsys.readouterr().out


def test_the_command_goes_on_where_it_stopped_and_one_program_does_not_end_it(tmp_path, monkeypatch, capsys):
    says = 'import sys\nif "lightning" in sys.argv: sys.exit("broken")\nprint(\'{"event": "start"}\')\nprint(\'{"event": "epoch", "seconds": 2.0}\')'
    kept = tmp_path / "deep" / "training.json"
    where = ["--data-dir", str(tmp_path), "--python", python_that(tmp_path, says), "--results", str(kept)]
    arguments = ["mlp_500", *where, "--what", "epochs", "--rounds", "1"]

    first = command(monkeypatch, capsys, *arguments, "--peers", "hand", "lightning")
    assert "| hand-tuned PyTorch loop | 2.00 (1.00) |" in first
    assert "| Lightning | failed: broken |" in first
    assert len(json.loads(kept.read_text(encoding="utf-8"))) == 2

    monkeypatch.setattr(training, "_measure", lambda *_: pytest.fail("measured again"))
    assert "| hand-tuned PyTorch loop | 2.00 (1.00) |" in command(monkeypatch, capsys, *arguments, "--peers", "hand", "lightning")
    assert command(monkeypatch, capsys, *arguments, "--table").count("\n| ") == first.count("\n| ")


def test_measurements_of_other_sources_do_not_count(tmp_path, monkeypatch, capsys):
    kept = tmp_path / "training.json"
    results.write(kept, [pair()])
    said = command(monkeypatch, capsys, "--data-dir", str(tmp_path), "--results", str(kept), "--table")
    assert "hand-tuned" not in said


@pytest.mark.parametrize("arguments", [["nosuch"], ["--peers", "nosuch"], ["--update-readme", "--examples", "10"]])
def test_a_wrong_use_is_refused(arguments, monkeypatch, capsys):
    with pytest.raises(SystemExit) as ended:
        command(monkeypatch, capsys, "--data-dir", "x", *arguments)
    assert ended.value.code == 2


def plan_of(name):
    return resolve(load(HERE.parents[1] / "specs" / f"{name}.yaml"))


@pytest.mark.parametrize("name", JOBS)
def test_the_jobs_say_what_the_specs_say(name):
    job, plan = JOBS[name], plan_of(name)
    convolutions = [node for node in plan.nodes if node.layer.type == "conv"]
    windows = [node.layer.window(node.shapes[0]) for node in convolutions]
    (dense,) = (node for node in plan.nodes if node.layer.type == "dense")

    assert (job.batch_size, job.epochs) == (plan.train.batch_size, plan.train.epochs)
    assert job.filters == tuple(node.layer.n_out for node in convolutions)
    assert all((job.kernel, job.padding) == (window.kernel[0], window.padding[0]) for window in windows)
    assert (job.hidden, job.flat) == (dense.layer.n_out, dense.parameters["weight"].shape[1])
    assert (job.updater, job.rate) == (plan.updater.type, plan.updater.learning_rate.start)
    assert job.l2 == (dense.layer.l2.start if dense.layer.l2 else 0.0)


def test_the_floor_is_the_products_of_forward_and_backward(monkeypatch):
    monkeypatch.setitem(JOBS, "mlp_single_layer", Job("mlp_single_layer", 5, 1, 1))
    # 3 examples, 784 → 5 → 10: forward and weights' gradients of both, inputs' gradient of the second; × 2 FLOPs
    flops = 3 * 2 * (784 * 5 * 2 + 5 * 10 * 3)
    assert growth.floor("examples=3", peak=10.0) == pytest.approx(flops / 10)


def test_dl4j_takes_the_configurations_that_are_written_for_it(shared, tmp_path):
    """And counts as many parameters as the plan has."""
    if not (shared / "dl4j" / "runtime" / "oracle").is_file():
        pytest.skip("needs DL4J")
    with oracle() as asked:
        for name, job in JOBS.items():
            path = tmp_path / f"{name}.json"
            path.write_text(json.dumps(configuration(job)), encoding="utf-8")
            assert ask(asked, {"conf": str(path)})["num_params"] == plan_of(name).parameters


def test_the_modules_of_all_programs_are_there():
    assert set(PEERS) == set(MODULES) == set(PACKAGES)
    assert all((HERE / f"{module.replace('.', '/')}.py").is_file() for module in MODULES.values())
