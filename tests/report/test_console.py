"""Consoles: width, colours, and user text that is never markup."""

import io

import pytest

from netspec.evaluation import Judged
from netspec.evaluation.classification import Classification
from netspec.report.console import Color, console, stderr, stdout
from netspec.report.evaluation import evaluation_table, plain_text


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.fixture(autouse=True)
def bare(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("NO_COLOR", "FORCE_COLOR", "COLUMNS", "LINES", "TTY_COMPATIBLE", "TTY_INTERACTIVE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("TERM", "xterm-256color")


def printed(file: io.StringIO, text: str = "word", color: Color = "auto") -> str:
    console(file, color).print(text, style="bold red")
    return file.getvalue()


def test_a_pipe_is_80_wide() -> None:
    assert console(io.StringIO()).width == 80


@pytest.mark.parametrize("file", [io.StringIO(), Terminal()])
def test_columns_decides_the_width(file: io.StringIO, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "123")

    assert console(file).width == 123


@pytest.mark.parametrize("said", ["", "wide", "0", "-5"])
def test_nonsense_in_columns_is_80(said: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", said)

    assert console(io.StringIO()).width == 80


def test_a_terminal_gets_colours_and_a_pipe_does_not() -> None:
    assert printed(Terminal()) == "\x1b[1;31mword\x1b[0m\n"
    assert printed(io.StringIO()) == "word\n"


@pytest.mark.parametrize(("name", "value"), [("NO_COLOR", "1"), ("TERM", "dumb")])
def test_no_color_and_dumb_terminals_are_honoured(name: str, value: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(name, value)

    assert printed(Terminal()) == "word\n"


def test_an_empty_no_color_says_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "")

    assert "\x1b" in printed(Terminal())


def test_force_color_colours_a_pipe(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")

    assert printed(io.StringIO()) == "\x1b[1;31mword\x1b[0m\n"


@pytest.mark.parametrize(("color", "codes"), [("always", True), ("never", False)])
@pytest.mark.parametrize("file", [io.StringIO, Terminal])
@pytest.mark.parametrize("no_color", ["", "1"])
def test_the_option_outranks_the_environment(color: Color, codes: bool, file: type[io.StringIO], no_color: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", no_color)

    assert ("\x1b" in printed(file(), color=color)) == codes


def test_a_pipe_is_never_a_live_display(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")

    assert not console(io.StringIO(), "always").is_terminal


@pytest.mark.parametrize("text", ["[bold]x[/bold]", ":smile:", "[/nothing]", "1 == 'two' and 0x3 https://a.b"])
def test_text_is_printed_as_it_is(text: str) -> None:
    file = Terminal()
    console(file).print(text)

    assert file.getvalue() == f"{text}\n"


def test_long_lines_are_neither_wrapped_nor_cut() -> None:
    assert printed(io.StringIO(), "word " * 100) == "word " * 100 + "\n"


def test_the_table_of_a_pipe_is_the_plain_text() -> None:
    result, file = {"output_1": Judged(0.5, {"classification": Classification(((8, 2), (1, 9)), ("ham", "spam"))})}, io.StringIO()
    console(file).print(evaluation_table(result))

    assert file.getvalue() == plain_text(result) + "\n"


def test_results_and_messages_go_different_ways(capsys: pytest.CaptureFixture[str]) -> None:
    stdout().print("result")
    stderr().print("message")

    assert capsys.readouterr() == ("result\n", "message\n")
