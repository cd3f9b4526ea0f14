"""The command that makes README's accuracy table: its arithmetic, and that it goes on where it stopped."""

import json
import runpy
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

SCRIPT = Path(__file__).resolve().parent / "accuracy.py"


@pytest.fixture
def script(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    # A dataclass looks its module up by name.
    module = type(sys)("accuracy")
    monkeypatch.setitem(sys.modules, "accuracy", module)
    names = runpy.run_path(str(SCRIPT), run_name="accuracy")
    return names["main"].__globals__


def training(script: dict[str, Any], seed: int, accuracy: float, seconds: list[float]) -> Any:
    return script["Training"]("mlp_500", script["_digest"]("mlp_500"), seed, len(seconds), accuracy, seconds, "a machine, 2 cores", "netspec 0")


def test_a_row_is_mean_and_sample_deviation_and_the_median_epoch(script: dict[str, Any]) -> None:
    rows = script["table"]([training(script, seed, accuracy, [1.0, 2.0, 9.0]) for seed, accuracy in ((1, 0.97), (2, 0.98), (3, 0.99))])
    # mean 98, deviations -1, 0, 1: sqrt(2 / 2) = 1
    assert "| `mlp_500` | 98.00 ± 1.00 | 3 | 2 | 98.13 |" in rows.splitlines()
    assert rows.endswith("a machine, 2 cores; netspec 0.")


def test_one_training_has_no_deviation(script: dict[str, Any]) -> None:
    assert "| `mlp_500` | 97.12 | 1 | 3.1 | 98.13 |" in script["table"]([training(script, 1, 0.9712, [3.14])])


def test_finished_trainings_are_not_repeated_and_others_are_not_taken_for_them(script: dict[str, Any]) -> None:
    done = [training(script, 1, 0.5, [1.0, 1.0])]
    assert script["_find"](done, "mlp_500", 1, 2) is done[0]
    assert script["_find"](done, "mlp_500", 1, None) is None  # five epochs
    assert script["_find"](done, "mlp_500", 2, 2) is None
    assert script["_find"](done, "cnn_small", 1, 2) is None
    assert script["_find"]([replace(done[0], digest="of another text")], "mlp_500", 1, 2) is None


def test_what_is_done_is_read_back_and_printed_without_training(
    script: dict[str, Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    results = tmp_path / "deep" / "done.json"
    script["_write"](results, [training(script, 1, 0.5, [1.0])])
    assert json.loads(results.read_text(encoding="utf-8"))[0]["accuracy"] == 0.5
    monkeypatch.setitem(script, "_train", lambda *_: pytest.fail("trained again"))
    monkeypatch.setattr("sys.argv", ["accuracy.py", "mlp_500", "--seeds", "1", "--epochs", "1", "--results", str(results)])
    script["main"]()
    assert "| `mlp_500` | 50.00 | 1 | 1 | 98.13 |" in capsys.readouterr().out


@pytest.mark.parametrize("arguments", [["nosuch"], ["--update-readme", "--epochs", "1"]])
def test_a_wrong_use_is_refused(arguments: list[str], script: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.argv", ["accuracy.py", *arguments])
    with pytest.raises(SystemExit) as ended:
        script["main"]()
    assert ended.value.code == 2
