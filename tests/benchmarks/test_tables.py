"""What the benchmarks share."""

import platform
from pathlib import Path

import pytest
import tables
import torch

from netspec import __version__


@pytest.fixture
def readme(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    path = tmp_path / "README.md"
    monkeypatch.setattr(tables, "README", path)
    return path


def test_the_table_takes_the_place_between_its_marks_and_nothing_else(readme: Path) -> None:
    readme.write_text("before\n<!-- one: begin -->\nold\n<!-- one: end -->\n<!-- two: begin -->\nkept\n<!-- two: end -->\n", encoding="utf-8")
    tables.into_readme("one", "new")
    assert readme.read_text(encoding="utf-8") == "before\n<!-- one: begin -->\nnew\n<!-- one: end -->\n<!-- two: begin -->\nkept\n<!-- two: end -->\n"


@pytest.mark.parametrize("text", ["no marks\n", "<!-- one: begin -->\nno end\n", "<!-- one: end -->\nno begin\n"])
def test_without_its_marks_a_readme_is_left_alone(text: str, readme: Path) -> None:
    readme.write_text(text, encoding="utf-8")
    with pytest.raises(SystemExit, match=r"^error: README.md has no <!-- one: begin -->"):
        tables.into_readme("one", "new")
    assert readme.read_text(encoding="utf-8") == text


def test_versions_are_those_that_run() -> None:
    assert tables.versions("torch") == f"netspec {__version__}, torch {torch.__version__}, Python {platform.python_version()}"
