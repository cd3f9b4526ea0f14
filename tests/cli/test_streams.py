"""Pipes, colours, interruption: what a command does to the world around it."""

import os
import pty
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

ESCAPE = "\x1b"


@pytest.mark.parametrize(
    "arguments",
    [
        ["run", "tiny.yaml"],
        ["validate", "tiny.yaml", "--set", "layers.0.n_out=-3"],
        ["explain", "tiny.yaml"],
        ["summary", "tiny.yaml"],
        ["--help"],
        ["run", "--help"],
    ],
    ids=" ".join,
)
def test_in_a_pipe_there_are_no_escapes(arguments: list[str], netspec: Callable) -> None:
    said = netspec(*arguments)
    assert said.out + said.err
    assert ESCAPE not in said.out + said.err
    assert "\r" not in said.out + said.err


COMMAND = [sys.executable, "-c", "from netspec.cli import main; main()"]
OURS = {"PYTHONPATH": str(Path(__file__).resolve().parents[2])}


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no /dev/full")
@pytest.mark.parametrize("verb", ["validate", "explain"])
def test_output_that_cannot_be_written_is_said_in_words(verb: str, place: Path) -> None:
    with Path("/dev/full").open("w") as full:
        done = subprocess.run([*COMMAND, verb, "tiny.yaml"], stdout=full, stderr=subprocess.PIPE, text=True, env=os.environ | OURS, timeout=60, check=False)
    assert (done.returncode, done.stderr) == (3, "error: the output cannot be written: No space left on device\n")


@pytest.mark.parametrize("verb", ["validate", "explain"])
@pytest.mark.parametrize("closed", [">&-", "2>&-", ">&- 2>&-"])
def test_streams_that_were_closed_take_nothing(verb: str, closed: str, place: Path) -> None:
    shell = ["sh", "-c", f'exec "$@" {closed}', "sh", *COMMAND, verb, "tiny.yaml"]
    done = subprocess.run(shell, capture_output=True, text=True, env=os.environ | OURS, timeout=60, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert bool(done.stdout) == (closed == "2>&-")


def test_tables_in_a_pipe_are_at_most_80_columns_wide(netspec: Callable, place: Path) -> None:
    netspec("init")
    for arguments in (["run", "network.yaml", "--set", "train.epochs=1"], ["summary", "network.yaml"]):
        assert max(map(len, netspec(*arguments).out.splitlines())) <= 80


def test_force_color_colours_and_no_color_wins(netspec: Callable, monkeypatch: pytest.MonkeyPatch) -> None:
    wrong = ("validate", "tiny.yaml", "--set", "layers.0.n_out=-3")
    monkeypatch.setenv("FORCE_COLOR", "1")
    assert ESCAPE in netspec(*wrong).err
    monkeypatch.setenv("NO_COLOR", "1")
    assert ESCAPE not in netspec(*wrong).err


def test_no_color_is_obeyed_on_a_terminal(place: Path) -> None:
    """A real terminal: colours without NO_COLOR, none with it."""
    assert ESCAPE + "[1" in on_a_terminal("validate", "tiny.yaml", "--set", "layers.0.n_out=-3")
    assert ESCAPE not in on_a_terminal("validate", "tiny.yaml", "--set", "layers.0.n_out=-3", NO_COLOR="1")


def on_a_terminal(*arguments: str, **environment: str) -> str:
    ours, theirs = pty.openpty()
    environment = os.environ | OURS | {"TERM": "xterm"} | environment
    with subprocess.Popen([*COMMAND, *arguments], stdin=theirs, stdout=theirs, stderr=theirs, env=environment):
        os.close(theirs)
        pieces = []
        while True:
            try:
                piece = os.read(ours, 4096)
            except OSError:  # the other side has left
                break
            if not piece:
                break
            pieces.append(piece)
    os.close(ours)
    return b"".join(pieces).decode()


def test_a_reader_who_leaves_is_no_error(started: Callable) -> None:
    process = started("explain", "tiny.yaml", PYTHONUNBUFFERED="1")
    process.stdout.close()
    complaint = process.stderr.read()
    process.stderr.close()
    assert (process.wait(60), complaint) == (0, "")


def test_an_interrupted_run_ends_with_130_says_where_its_folder_is_and_has_no_traceback(started: Callable, place: Path) -> None:
    process = started("run", "tiny.yaml", "--set", "train.epochs=100000")
    assert process.stderr.readline().startswith("epoch ")
    process.send_signal(signal.SIGINT)
    _, complaint = process.communicate(timeout=60)
    assert process.returncode == 130
    assert "Traceback" not in complaint
    folder = (place / "runs" / "latest").resolve()
    assert "error: stopped by SIGINT" in complaint
    assert f"help: netspec resume runs/{folder.name}" in complaint
    assert (folder / "spec.yaml").is_file()
    assert len((folder / "history.jsonl").read_text(encoding="utf-8").splitlines()) >= 1
    assert not (folder / "evaluation.json").exists()


def test_version_and_help_go_to_stdout(netspec: Callable) -> None:
    from netspec import __version__

    assert netspec("--version").out == f"netspec {__version__}\n"
    helped = netspec("--help")
    assert helped.code == 0
    listed = [line.split()[0] for line in helped.out.partition("Commands:\n")[2].splitlines()]
    assert listed == ["run", "resume", "verify", "validate", "explain", "summary", "profile", "init", "import", "check-import", "export"]


def test_every_module_with_a_command_is_a_verb() -> None:
    from netspec.cli import app

    modules = [path for path in Path(app.__file__).parent.glob("*.py") if "\ndef command(" in path.read_text(encoding="utf-8")]
    assert {path.stem for path in modules} == {app.module_of(verb) for verb in app.VERBS}


def test_a_verb_is_only_what_stands_first(netspec: Callable) -> None:
    assert "resume" in netspec("--help", "validate").out
    assert "there is no file run" in netspec("validate", "run").err


def test_a_misspelt_verb_is_answered_with_the_nearest(netspec: Callable) -> None:
    assert "Did you mean 'validate'?" in netspec("validat", "tiny.yaml").err


@pytest.mark.parametrize(
    "arguments", [["--help"], ["validate", "tiny.yaml"], ["explain", "tiny.yaml"], ["explain", "dense"], ["init", "new.yaml"]], ids=" ".join
)
def test_what_needs_no_torch_does_not_import_it(arguments: list[str], place: Path) -> None:
    code = f"import sys; from netspec.cli import invoke; invoke({arguments}); sys.exit('torch' in sys.modules)"
    root = str(Path(__file__).resolve().parents[2])
    done = subprocess.run([sys.executable, "-c", code], env=os.environ | {"PYTHONPATH": root}, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr.count("Traceback")) == (0, 0)
