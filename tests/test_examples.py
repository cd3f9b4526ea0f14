"""Every example runs, is short, and prints an answer to its question."""

import re
import runpy
from pathlib import Path

import pytest

from netspec.cli import invoke

FOLDER = Path(__file__).resolve().parents[1] / "examples"
EXAMPLES = sorted(FOLDER.glob("*.py"))

SAID = {
    "coming_from_dl4j": r"62 parameters[\s\S]*- \{type: dense, n_out: 12\}[\s\S]*accuracy +0\.9[\s\S]*parameters: True\nupdates so far: 600",
    "find_anomalies": r"the five strangest are \[1000, 1001, 1002, 1003, 1004\]",
    "fit_numpy_arrays": r"accuracy +0\.9",
    "go_on_writing": r"Der Cottbuser Postkutscher putzt den Cottbuser Postkutschkasten\.",
    "more_than_accuracy": r"'accuracy': 0\.[89][\s\S]*'auc': 0\.9[\s\S]*take scores from 0\.\d\d on; \d+% of those[\s\S]*\nreliability  all classes together\n",
    "own_layer": r"gate_1 +gate +32 +16[\s\S]*accuracy 0\.[89][\s\S]*error: layers\.1 must have an even number of features as input, got 31",
    "own_training_loop": r"epoch 5 .* test accuracy 0\.9",
    "predict_and_save": r"setosa: (0\.[89]|1\.0)\d*\nversicolor: (0\.[6-9]|1\.0)\d*\nvirginica: (0\.[6-9]|1\.0)\d*\nthe loaded network predicts the same: True",
    "read_the_plan": r"dense_1 +dense +64 → 64 +4160 parameters[\s\S]*layers\.0\.l2 was set by network-wide, .*layer_rates\.yaml:8:5",
    "several_outputs": r"digit 0\.[89]\d* right, 0\.9\d* among [\s\S]*odd +0\.[89]\d* right, area [a-zA-Z ]+ 0\.9\d*\n",
    "sequences_of_different_lengths": r"accuracy +0\.[89]",
    "spec_as_a_dict": r" 2 units, +19 parameters[\s\S]* 8 units, +67 parameters[\s\S]*32 units, 259 parameters",
    "transfer_learning": r"alone +0\.[78]\d*\nfrom the digits +0\.[89]",
    "train_a_spec": r"epoch 6 .* rate 0\.1\n[\s\S]*accuracy 0\.9",
}
"""What each must print. Parameters by hand: 4·n + n and n·3 + 3, so 19, 67, 259; 64·64 + 64 = 4160; 2·12 + 12 + 12·2 + 2 = 62.

Updates: 60 epochs of 500 / 50 batches.
"""


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda path: path.stem)
def test_the_example_runs_and_prints_its_answer(example: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, own_words: None) -> None:
    monkeypatch.setenv("NETSPEC_OFFLINE", "1")
    runpy.run_path(str(example), run_name="__main__")
    assert re.search(SAID[example.stem], capsys.readouterr().out)


def test_every_answer_belongs_to_an_example() -> None:
    assert sorted(SAID) == [path.stem for path in EXAMPLES]


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda path: path.stem)
def test_the_example_asks_one_question_in_under_forty_lines(example: Path) -> None:
    lines = example.read_text(encoding="utf-8").splitlines()
    assert lines[0].startswith('"""')
    assert "?" in lines[0]
    assert len(lines) < 40


def test_the_example_of_a_layer_is_a_plugin_of_the_command_line(tmp_path: Path, capsys: pytest.CaptureFixture[str], own_words: None) -> None:
    spec = tmp_path / "gated.yaml"
    spec.write_text("input: 8\nlayers: [gate]\n", encoding="utf-8")
    assert invoke(["validate", str(spec)]) == 1
    assert invoke(["summary", str(spec), "--plugin", str(FOLDER / "own_layer.py")]) == 0
    assert re.search(r"gate_1 +gate +8 +4 ", capsys.readouterr().out)
