"""Problems as people, programs and GitHub read them."""

import subprocess
import sys
import time
from collections.abc import Callable

import pytest
from rich.cells import cell_len

from netspec.errors import Position, Problem
from netspec.report.problems import as_github, as_json, render

TEXT = (
    "name: mlp",
    "layers:",
    "  - type: dense",
    "    n_out: -10",
    '  - {type: output, n_out: 10, name: "日本語", activation: softmx}',
    "\tx:\tten",
    "",
    "learning_rate: 0.1",
    "learning_rate: 0.2",
)
UNITS = "units this layer produces"


def at(line: int, column: int, length: int = 1) -> Position:
    return Position("specs/mlp.yaml", line, column, length, TEXT)


def option(said: str, value: str) -> Position:
    return Position(said, 1, said.index("=") + 2, len(value), (said,), override=True)


N_OUT = Problem("layers.0.n_out must be greater than 0, got -10", ("layers", 0, "n_out"), at(4, 12, 3), UNITS)
SOFTMX = Problem('layers.1.activation must be the name of an activation, got "softmx"', ("layers", 1, "activation"), at(5, 56, 6), "did you mean `softmax`?")
TWICE = Problem(
    "learning_rate must be said once, got a second time", ("learning_rate",), at(9, 1, 13), "remove one", others=((at(8, 1, 13), "first said here"),)
)
SET = Problem('layers.0.n_out must be a whole number, got "ten"', ("layers", 0, "n_out"), option("--set layers.0.n_out=ten", "ten"), UNITS)

PAGES = {
    "one_error": [N_OUT],
    "wide_characters": [SOFTMX],
    "said_twice": [TWICE],
    "override": [SET],
    "warning": [Problem("l2 is set, and no layer has weights", ("l2",), at(1, 1, 4), severity="warning")],
    "several": [N_OUT, SOFTMX, TWICE, SET],
    "nowhere": [Problem("a spec must have layers", help="a list, one layer an item:\nlayers: [{type: dense}]")],
}


@pytest.mark.parametrize("name", PAGES)
def test_pages_are_the_reviewed_ones(name: str, golden: Callable[[str, str], None]) -> None:
    golden(f"problems/{name}.txt", render(PAGES[name]).plain)


def test_the_form_is_the_designs() -> None:
    lines = (*("#" for _ in range(12)), "  - type: dense", "    n_out: -10")
    problem = Problem("layers.1.n_out must be greater than 0, got -10", ("layers", 1, "n_out"), Position("specs/mlp.yaml", 14, 12, 3, lines), UNITS)

    assert render([problem]).plain.splitlines() == [
        "specs/mlp.yaml:14:12: error: layers.1.n_out must be greater than 0, got -10",
        "   13 |   - type: dense",
        "   14 |     n_out: -10",
        "      |            ^^^",
        "   help: units this layer produces",
    ]


def shown(position: Position, width: int = 80) -> list[str]:
    """The excerpt without the heading."""
    return render([Problem("x", position=position)], width=width).plain.splitlines()[1:]


def test_line_numbers_of_different_length_stay_aligned() -> None:
    lines = (*("#" for _ in range(8)), "a: 1", "b: 2")

    assert shown(Position("f", 10, 4, 1, lines)) == ["    9 | a: 1", "   10 | b: 2", "      |    ^"]


@pytest.mark.parametrize("line", [1, 8])
def test_the_first_line_and_one_after_a_blank_stand_alone(line: int) -> None:
    assert len(shown(at(line, 1))) == 2


def test_wide_characters_and_tabs_keep_the_caret_below_its_text() -> None:
    for position, meant in ((at(5, 56, 6), "softmx"), (at(6, 5, 3), "ten")):
        _, line, carets = shown(position)

        start = cell_len(line[: line.index(meant)])
        assert carets == f"     |{' ' * (start - 6)}{'^' * len(meant)}"


def test_carets_under_wide_characters_are_twice_as_many() -> None:
    assert shown(at(5, 38, 3))[-1].count("^") == 6  # 日本語


@pytest.mark.parametrize(("column", "carets"), [(16, "   ^^^"), (40, "      ^"), (19, "      ^")])
def test_carets_end_with_the_line(column: int, carets: str) -> None:
    assert shown(at(9, column, 50))[-1] == f"     | {' ' * 12}{carets}"


@pytest.mark.parametrize("line", [0, 10, 99])
def test_a_line_that_is_not_in_the_text_is_not_shown(line: int) -> None:
    assert shown(at(line, 1)) == []


@pytest.mark.parametrize("width", [40, 80, 120])
@pytest.mark.parametrize("key", ["key0", "key50", "key399"])
@pytest.mark.parametrize("filler", ["x", "日", "\t"])
def test_a_long_line_is_cut_around_its_caret(width: int, key: str, filler: str) -> None:
    text = "{" + ", ".join(f'"key{k}": "{filler}"' for k in range(400)) + "}"
    line, carets = shown(Position("f.json", 1, text.index(f'"{key}"') + 1, len(key) + 2, (text,)), width)

    assert cell_len(line) <= width
    start, length = carets.index("^"), carets.count("^")
    assert length == len(key) + 2
    assert cell_len(line[: line.index(f'"{key}"')]) == start
    assert line.startswith("   1 | …") == (key != "key0")
    assert line.endswith("…") == (key != "key399")


def test_a_long_value_has_carets_as_far_as_it_is_shown() -> None:
    line, carets = shown(Position("f", 1, 7, 500, ("name: " + "x" * 500,)))

    assert len(line) == len(carets) == 80


def test_a_huge_line_takes_no_time() -> None:
    text = "{" + '"key": 1, ' * 500_000 + "}"
    began = time.perf_counter()
    render([Problem("x", position=Position("f.json", 1, len(text) // 2, 5, (text,)))] * 20)

    assert time.perf_counter() - began < 1.0


def test_an_override_shows_its_own_text_and_no_line() -> None:
    assert render([SET]).plain.splitlines() == [
        '--set layers.0.n_out=ten: error: layers.0.n_out must be a whole number, got "ten"',
        "   | --set layers.0.n_out=ten",
        "   |                      ^^^",
        "   help: units this layer produces",
    ]


def test_a_second_place_is_a_note_with_its_own_line() -> None:
    assert render([TWICE]).plain.splitlines()[-3:] == [
        "specs/mlp.yaml:8:1: note: first said here",
        "   8 | learning_rate: 0.1",
        "     | ^^^^^^^^^^^^^",
    ]


@pytest.mark.parametrize(("count", "last"), [(20, "   help: units this layer produces"), (27, "… and 7 more")])
def test_problems_beyond_the_most_are_counted(count: int, last: str) -> None:
    lines = render([N_OUT] * count).plain.splitlines()

    assert lines[-1] == last
    assert sum("error:" in line for line in lines) == 20


def test_most_can_be_said() -> None:
    assert render([N_OUT, SOFTMX, SET], most=1).plain.splitlines()[-1] == "… and 2 more"


def test_control_characters_of_the_file_do_not_reach_the_terminal() -> None:
    position = Position("a\x1b[31m.yaml", 1, 4, 1, ("x: \x1b[2J\x07",))
    page = render([Problem("must not\nbreak \x1b[0m", position=position, help="nor \x1b here")]).plain

    assert "\x1b" not in page
    assert "\x07" not in page
    assert page.splitlines()[0] == "a�[31m.yaml:1:4: error: must not�break �[0m"


def test_markup_in_a_message_is_text() -> None:
    assert render([Problem("[bold]x[/bold] :smile:")]).plain == "error: [bold]x[/bold] :smile:"


def test_parts_have_their_colours() -> None:
    page = render([N_OUT, PAGES["warning"][0]])

    styles = {(page.plain[span.start : span.end], str(span.style)) for span in page.spans}
    assert {
        ("specs/mlp.yaml:4:12: ", "bold"),
        ("error", "bold red"),
        ("warning", "bold yellow"),
        ("^^^", "bold red"),
        ("^^^^", "bold yellow"),
        (UNITS, "cyan"),
    } <= styles


def test_json_says_where_and_what() -> None:
    assert as_json([N_OUT]) == [
        {
            "file": "specs/mlp.yaml",
            "line": 4,
            "column": 12,
            "end_column": 15,
            "severity": "error",
            "path": "layers.0.n_out",
            "message": "layers.0.n_out must be greater than 0, got -10",
            "help": UNITS,
        }
    ]


@pytest.mark.parametrize(("problem", "file"), [(SET, "--set layers.0.n_out=ten"), (Problem("x"), None)])
def test_json_of_what_stands_in_no_file_has_no_line(problem: Problem, file: str | None) -> None:
    (said,) = as_json([problem])

    assert [said[key] for key in ("file", "line", "column", "end_column")] == [file, None, None, None]


def test_github_gets_one_command_for_each_problem() -> None:
    assert as_github([N_OUT, PAGES["warning"][0]]).splitlines() == [
        f"::error file=specs/mlp.yaml,line=4,col=12,endColumn=15,title=layers.0.n_out::{N_OUT.message}%0A{UNITS}",
        "::warning file=specs/mlp.yaml,line=1,col=1,endColumn=5,title=l2::l2 is set, and no layer has weights",
    ]


def test_github_commands_are_escaped() -> None:
    problem = Problem("100%\r\nsure, yes: no", (), Position("C:\\a,b%.yaml", 1, 2))

    assert as_github([problem]) == "::error file=C%3A\\a%2Cb%25.yaml,line=1,col=2,endColumn=3,title=netspec::100%25%0D%0Asure, yes: no"


def test_github_gets_an_override_in_the_message() -> None:
    assert as_github([SET]) == f"::error title=layers.0.n_out::--set layers.0.n_out=ten: {SET.message}%0A{UNITS}"


def test_drawing_problems_imports_neither_torch_nor_numpy() -> None:
    code = "import sys, netspec.report.problems; print([name for name in ('torch', 'numpy', 'pydantic') if name in sys.modules])"
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, env={"PYTHONPATH": ":".join(sys.path)})

    assert said.stdout == "[]\n"


def test_beside_a_line_cut_at_its_start_the_line_before_is_not_shown() -> None:
    line = "{" + " " * 200 + "bad: 1}"

    assert len(shown(Position("f", 2, line.index("bad") + 1, 3, ("# first", line)))) == 2
