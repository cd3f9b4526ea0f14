"""`netspec validate`: every problem of every file, as text, JSON and workflow commands."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

WRONG = """\
updater: adam
input: 4
layers:
  - {type: dense, n_out: -8, activation: relu}
  - {type: output, units: 3, loss: negative_log_likelihood}
"""


@pytest.fixture(autouse=True)
def wrong(place: Path) -> None:
    (place / "wrong.yaml").write_text(WRONG, encoding="utf-8")


def test_a_right_file_is_said_to_be_ok_and_nothing_else(netspec: Callable) -> None:
    said = netspec("validate", "tiny.yaml")
    assert (said.code, said.out, said.err) == (0, "tiny.yaml: ok\n", "")


def test_every_problem_of_every_file_is_shown_and_the_right_ones_are_still_ok(netspec: Callable) -> None:
    said = netspec("validate", "wrong.yaml", "tiny.yaml", "wrong.yaml")
    assert (said.code, said.out) == (1, "tiny.yaml: ok\n")
    assert said.err.count("wrong.yaml:4:26: error: layers.0.n_out must be greater than 0, got -8\n") == 2
    assert said.err.count("layers.1.units must be left out: output has no `units`\n") == 2
    assert said.err.rstrip().splitlines()[-1].endswith(" in 2 files")


def test_the_carets_stand_under_the_value(netspec: Callable) -> None:
    lines = netspec("validate", "wrong.yaml").err.splitlines()
    at = next(index for index, line in enumerate(lines) if set(line) <= set(" |^") and "^" in line)
    assert lines[at - 1][lines[at].index("^") : lines[at].rindex("^") + 1] == "-8"


def test_the_worst_file_decides_the_exit_code(netspec: Callable) -> None:
    said = netspec("validate", "wrong.yaml", "none.yaml", "tiny.yaml")
    assert said.code == 2
    assert "error: there is no file none.yaml" in said.err
    assert "wrong.yaml:4:26" in said.err
    assert said.out == "tiny.yaml: ok\n"


@pytest.mark.parametrize("option", [["--json"], ["--format", "json"]])
def test_json_is_one_document_with_every_file(option: list[str], netspec: Callable) -> None:
    said = netspec("validate", "wrong.yaml", "tiny.yaml", *option)
    document = json.loads(said.out)
    assert (said.code, said.err) == (1, "")
    assert document["ok"] is False
    assert [(file["file"], file["ok"]) for file in document["files"]] == [("wrong.yaml", False), ("tiny.yaml", True)]
    first = document["files"][0]["problems"][0]
    place = {"file": "wrong.yaml", "line": 4, "column": 26, "end_column": 28, "severity": "error", "path": "layers.0.n_out"}
    assert {name: first[name] for name in place} == place
    assert first["message"] == "layers.0.n_out must be greater than 0, got -8"


def test_json_of_right_files_is_ok(netspec: Callable) -> None:
    said = netspec("validate", "tiny.yaml", "--json")
    assert said.code == 0
    assert json.loads(said.out) == {"ok": True, "files": [{"file": "tiny.yaml", "ok": True, "problems": []}]}


def test_json_stays_one_document_when_a_message_is_longer_than_a_line(netspec: Callable, place: Path) -> None:
    long = "a" * 300
    (place / f"{long[:100]}.yaml").write_text(f"layers: [{{type: {long}}}]\ninput: 4\n", encoding="utf-8")
    assert json.loads(netspec("validate", f"{long[:100]}.yaml", "--json").out)["ok"] is False


def test_github_gets_one_workflow_command_a_problem(netspec: Callable) -> None:
    said = netspec("validate", "wrong.yaml", "tiny.yaml", "--format", "github")
    lines = said.out.splitlines()
    assert said.code == 1
    assert len(lines) >= 2
    assert all(line.startswith("::error file=wrong.yaml,line=") for line in lines)
    assert lines[0].startswith("::error file=wrong.yaml,line=4,col=26,endColumn=28,title=layers.0.n_out::layers.0.n_out must be greater than 0, got -8")


def test_an_unknown_format_is_a_wrong_use(netspec: Callable) -> None:
    assert netspec("validate", "tiny.yaml", "--format", "xml").code == 2


def test_no_file_is_a_wrong_use(netspec: Callable) -> None:
    assert netspec("validate").code == 2


def test_set_is_checked_at_its_own_place(netspec: Callable) -> None:
    said = netspec("validate", "tiny.yaml", "--set", "train.epochs=many")
    assert said.code == 1
    assert said.err.startswith("--set train.epochs=many: error: train.epochs must ")


def test_unset_takes_a_mistake_away(netspec: Callable) -> None:
    assert netspec("validate", "wrong.yaml", "--unset", "layers.1.units", "--set", "layers.1.n_out=3", "--set", "layers.0.n_out=8").code == 0


def test_a_folder_and_a_picture_are_refused_by_name(netspec: Callable, place: Path) -> None:
    (place / "folder.yaml").mkdir()
    (place / "picture.yaml").write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(20))
    said = netspec("validate", "folder.yaml", "picture.yaml")
    assert said.code == 2
    assert "folder.yaml is a folder, not a spec file" in said.err
    assert "a spec must be YAML or JSON text, got a PNG image" in said.err
