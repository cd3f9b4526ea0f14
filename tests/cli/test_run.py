"""`netspec run`: the table, the run folder, stand-ins, refusals."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from netspec import build, load

FILES = {"checkpoints", ".lock", "spec.yaml", "plan.yaml", "lock.json", "history.jsonl", "evaluation.json", "weights.safetensors"}

MNIST = """\
name: stand_in
updater: adam
layers: [{type: output, n_out: 10, loss: negative_log_likelihood}]
data: {type: mnist, otherwise: digits}
train: {batch_size: 500, epochs: 1}
"""


def read(path: Path) -> Any:
    return json.loads(path.read_text(encoding="utf-8"))


@pytest.fixture
def stand_in(place: Path) -> str:
    (place / "stand_in.yaml").write_text(MNIST, encoding="utf-8")
    return "stand_in.yaml"


def test_the_table_goes_to_stdout_and_progress_to_stderr(netspec: Callable) -> None:
    said = netspec("run", "tiny.yaml")
    assert said.code == 0
    assert said.out.startswith("30 examples, 3 classes\n")  # a fifth of 150
    assert "accuracy" in said.out
    assert "epoch" not in said.out
    assert [line.split("  ")[0] for line in said.err.splitlines()[:2]] == ["epoch 1/2", "epoch 2/2"]
    assert "accuracy   " not in said.err


def test_the_run_folder_holds_everything(netspec: Callable, place: Path) -> None:
    said = netspec("run", "tiny.yaml")
    folder = place / said.err.rsplit("run folder: ", 1)[1].strip()
    assert folder.parent == place / "runs"
    assert folder.name.startswith("tiny-")
    assert {path.name for path in folder.iterdir()} == FILES
    assert (folder / "spec.yaml").read_text(encoding="utf-8") == (place / "tiny.yaml").read_text(encoding="utf-8")
    history = [json.loads(line) for line in (folder / "history.jsonl").read_text(encoding="utf-8").splitlines()]
    assert [(record["epoch"], record["examples"], record["learning_rate"]) for record in history] == [(1, 120, 0.02), (2, 120, 0.02)]
    lock = read(folder / "lock.json")
    assert (lock["seed"], lock["overrides"], lock["data"]["name"], lock["data"]["instead_of"]) == (1, [], "iris", None)
    assert (lock["data"]["train"], lock["data"]["validation"], lock["data"]["test"]) == (120, 0, 30)
    evaluation = read(folder / "evaluation.json")
    assert (evaluation["data"], evaluation["examples"], evaluation["best_epoch"]) == ("iris", 30, None)
    assert load(folder / "spec.yaml") == load("tiny.yaml")
    assert "layers:" in (folder / "plan.yaml").read_text(encoding="utf-8")


def test_the_weights_in_the_run_folder_give_the_figures_in_it(netspec: Callable, place: Path) -> None:
    netspec("run", "tiny.yaml")
    folder = place / "runs" / "latest"
    result = build(folder / "spec.yaml").load(folder / "weights.safetensors").evaluate()
    assert read(folder / "evaluation.json")["loss"] == pytest.approx(result.loss, rel=1e-6)
    assert read(folder / "evaluation.json")["accuracy"] == result.accuracy


def test_a_second_run_makes_a_second_folder_and_latest_moves(netspec: Callable, place: Path) -> None:
    found = []
    for _ in range(2):
        netspec("run", "tiny.yaml", "--quiet")
        found.append((place / "runs" / "latest").resolve())
    assert found[0] != found[1]
    assert found[0].is_dir()
    link = place / "runs" / "latest"
    assert link.is_symlink()
    assert not link.readlink().is_absolute()
    assert {path.name for path in (place / "runs").iterdir()} == {"latest", found[0].name, found[1].name}


def test_the_same_seed_gives_the_same_figures_and_another_seed_others(netspec: Callable) -> None:
    first, second, other = (netspec("run", "tiny.yaml", *more).out for more in ((), (), ("--set", "seed=2")))
    assert first == second
    assert first != other


def test_runs_says_where_folders_are_made(netspec: Callable, place: Path) -> None:
    assert netspec("run", "tiny.yaml", "--runs", "elsewhere/deep").code == 0
    assert (place / "elsewhere" / "deep" / "latest" / "evaluation.json").is_file()
    assert not (place / "runs").exists()


def test_quiet_prints_the_table_only(netspec: Callable) -> None:
    said = netspec("run", "tiny.yaml", "--quiet")
    assert said.out.startswith("30 examples, 3 classes\n")
    assert said.err == ""


def test_json_prints_one_document_and_nothing_else(netspec: Callable, place: Path) -> None:
    said = netspec("run", "tiny.yaml", "--json")
    document = json.loads(said.out)
    assert said.err == ""
    assert document["evaluation"] == read(place / document["run"] / "evaluation.json")
    assert [record["epoch"] for record in document["history"]] == [1, 2]
    assert sum(row["support"] for row in document["evaluation"]["per_class"]) == 30


def test_set_and_unset_change_the_run_and_are_written_down(netspec: Callable, place: Path) -> None:
    said = netspec("run", "tiny.yaml", "--set", "train.epochs=1", "--set", "layers.0.n_out=5", "--unset", "learning_rate")
    assert said.code == 0
    folder = place / "runs" / "latest"
    assert len((folder / "history.jsonl").read_text(encoding="utf-8").splitlines()) == 1
    assert json.loads((folder / "history.jsonl").read_text(encoding="utf-8"))["learning_rate"] == 0.001  # Adam's own
    assert read(folder / "lock.json")["overrides"] == ["--set train.epochs=1", "--set layers.0.n_out=5", "--unset learning_rate"]
    written = load(folder / "spec.yaml")
    assert (written.train.epochs, written.layers[0].n_out) == (1, 5)
    assert build(folder / "spec.yaml").load(folder / "weights.safetensors")


def test_a_stand_in_is_said_on_the_screen_in_the_table_and_in_every_file(netspec: Callable, stand_in: str, place: Path) -> None:
    said = netspec("run", stand_in)
    assert said.code == 0
    assert said.err.startswith("warning: mnist cannot be had here; using digits instead\n")
    assert "This is digits, not mnist" in " ".join(said.out.split())
    folder = place / "runs" / "latest"
    assert (read(folder / "evaluation.json")["data"], read(folder / "evaluation.json")["instead_of"]) == ("digits", "mnist")
    data = read(folder / "lock.json")["data"]
    assert (data["name"], data["instead_of"]) == ("digits", "mnist")
    assert "downloading is off" in data["why"]


def test_a_stand_in_is_said_in_the_json_document_too(netspec: Callable, stand_in: str) -> None:
    said = netspec("run", stand_in, "--json")
    assert json.loads(said.out)["evaluation"]["instead_of"] == "mnist"


def test_no_fallback_makes_absent_data_an_error_and_leaves_no_folder(netspec: Callable, stand_in: str, place: Path) -> None:
    said = netspec("run", stand_in, "--no-fallback")
    assert (said.code, said.out) == (1, "")
    assert said.err.startswith("error: mnist: train-images-idx3-ubyte is not in ")
    assert "--data-dir" in said.err
    assert not (place / "runs").exists()


def test_a_wrong_spec_is_shown_by_line_and_leaves_no_folder(netspec: Callable, place: Path) -> None:
    said = netspec("run", "tiny.yaml", "--set", "layers.0.n_out=-3")
    assert (said.code, said.out) == (1, "")
    assert "--set layers.0.n_out=-3: error: layers.0.n_out must be greater than 0, got -3" in said.err
    assert not (place / "runs").exists()


@pytest.mark.parametrize("name", ["data", "train"])
def test_a_network_alone_cannot_be_run(name: str, netspec: Callable) -> None:
    more = ["--set", "input=4"] if name == "data" else []
    said = netspec("run", "tiny.yaml", "--unset", name, *more)
    assert said.code == 1
    assert f"error: {name} must be set to run" in said.err


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["run", "tiny.yml"], "error: there is no file tiny.yml\n   help: did you mean tiny.yaml?\n"),
        (["run"], "Missing argument"),
        (["run", "tiny.yaml", "--epochs", "3"], "No such option"),
        (["run", "tiny.yaml", "--set", "train.epochs"], "error: --set must be path=value, got train.epochs\n"),
        (["run", "tiny.yaml", "--unset", "train.device"], "error: --unset train.device: there is nothing at train.device\n"),
        (["run", "tiny.yaml", "--plugin", "none.py"], "error: --plugin must name a Python file, got none.py\n"),
        (["run", "tiny.yaml", "--data-dir", "tiny.yaml"], "error: --data-dir must be a folder"),
        (["walk"], "No such command"),
    ],
)
def test_wrong_use_ends_with_2_and_no_traceback(arguments: list[str], message: str, netspec: Callable) -> None:
    said = netspec(*arguments)
    assert (said.code, said.out) == (2, "")
    assert message in said.err
    assert "Traceback" not in said.err


def test_a_loss_that_becomes_nan_ends_with_3_and_says_where(netspec: Callable) -> None:
    tuned = ("--set", "updater=sgd", "--set", "learning_rate=1e30", "--set", "layers.0.activation=identity")
    said = netspec("run", "tiny.yaml", *tuned)
    assert (said.code, said.out) == (3, "")
    assert "error: the loss became" in said.err
    assert "use a smaller learning_rate" in said.err


def test_a_runs_folder_that_cannot_be_made_ends_with_3(netspec: Callable) -> None:
    said = netspec("run", "tiny.yaml", "--runs", "tiny.yaml")
    assert said.code == 3
    assert "error: tiny.yaml cannot hold a run folder" in said.err
    assert "choose another with --runs" in said.err


def test_a_device_that_is_not_there_is_refused_before_training(netspec: Callable, place: Path) -> None:
    said = netspec("run", "tiny.yaml", "--device", "cuda:7")
    assert (said.code, said.out) == (1, "")
    assert "cuda:7" in said.err
    assert not (place / "runs").exists()


def test_a_plugin_makes_its_words_known(netspec: Callable, place: Path) -> None:
    lines = [
        "from typing import Literal",
        "from netspec.activations import Activation",
        "class Seventh(Activation):",
        '    """x to the power of 7."""',
        '    type: Literal["seventh"] = "seventh"',
        "    def build(self):",
        "        from torch import nn",
        "        class Module(nn.Module):",
        "            def forward(self, x):",
        "                return x**7",
        "        return Module()",
    ]
    (place / "seventh.py").write_text("\n".join(lines), encoding="utf-8")
    changed = ("--set", "layers.0.activation=seventh")
    assert netspec("run", "tiny.yaml", *changed).code == 1
    assert netspec("run", "tiny.yaml", *changed, "--plugin", "seventh.py").code == 0
