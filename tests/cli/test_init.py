"""`netspec init`: the specs it writes run, and it overwrites nothing."""

from collections.abc import Callable
from pathlib import Path

import pytest

TABLE = "length,color,kind\n" + "1.5,red,a\n2.5,blue,b\n" * 10


def test_the_written_spec_validates_and_runs(netspec: Callable) -> None:
    said = netspec("init")
    assert (said.code, said.out, said.err) == (0, "", "wrote network.yaml; now: netspec run network.yaml\n")
    assert netspec("validate", "network.yaml").code == 0
    said = netspec("run", "network.yaml", "--set", "train.epochs=1")
    assert said.code == 0
    assert said.out.startswith("359 examples, 10 classes\n")  # a fifth of 1,797


def test_the_spec_for_a_table_validates_and_runs(netspec: Callable, place: Path) -> None:
    (place / "tables").mkdir()
    (place / "tables" / "t.csv").write_text(TABLE, encoding="utf-8")
    (place / "specs").mkdir()
    assert netspec("init", "specs/t.yaml", "--from-csv", "tables/t.csv").code == 0
    assert 'path: "../tables/t.csv"' in (place / "specs" / "t.yaml").read_text(encoding="utf-8")
    assert netspec("validate", "specs/t.yaml").out == "specs/t.yaml: ok\n"
    said = netspec("run", "specs/t.yaml", "--set", "train.epochs=1")
    assert said.code == 0
    assert said.out.startswith("4 examples, 2 classes\n")  # a fifth of 20


def test_a_file_that_is_there_is_kept(netspec: Callable, place: Path) -> None:
    (place / "mine.yaml").write_text("mine", encoding="utf-8")
    said = netspec("init", "mine.yaml")
    assert (said.code, said.err) == (2, "error: mine.yaml is there already; it is not overwritten\n")
    assert (place / "mine.yaml").read_text(encoding="utf-8") == "mine"


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (["none/network.yaml"], 2, "none/network.yaml cannot be written: No such file or directory"),
        (["n.yaml", "--from-csv", "none.csv"], 2, "there is no file none.csv"),
        (["n.yaml", "--from-csv", "short.csv"], 1, "short.csv: must hold at least 10 rows to learn from, got 1"),
    ],
)
def test_what_cannot_be_written_or_read_is_refused_and_leaves_no_file(arguments: list[str], code: int, message: str, netspec: Callable, place: Path) -> None:
    (place / "short.csv").write_text("a,b\n1,2\n", encoding="utf-8")
    said = netspec("init", *arguments)
    assert said.code == code
    assert message in said.err
    assert not (place / "n.yaml").exists()
