"""README is true: its specs validate, its Python runs, its commands print what stands below them.

`pytest tests/test_readme.py --update-golden` writes the table of components and the output of the fast commands.
"""

import io
import re
import shlex
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path

import pytest

from netspec import SpecError
from netspec.cli import invoke
from netspec.component import Component
from netspec.families import FAMILIES
from netspec.read import plan_of

ROOT = Path(__file__).resolve().parents[1]
README = ROOT / "README.md"
BLOCK = re.compile(r"(?:<!-- (?P<note>[^\n]*) -->\n)?```(?P<language>\w+)\n(?P<text>.*?)```\n", re.DOTALL)
COMPONENTS = re.compile(r"(?<=<!-- components: begin -->\n).*?(?=<!-- components: end -->)", re.DOTALL)


@dataclass(frozen=True)
class Block:
    """A fenced block and the comment above it."""

    note: str
    language: str
    text: str

    @property
    def file(self) -> str | None:
        return self.note.removeprefix("file: ").removesuffix(", wrong on purpose") if self.note.startswith("file: ") else None


def blocks(language: str) -> list[Block]:
    found = [Block(match["note"] or "", match["language"], match["text"]) for match in BLOCK.finditer(README.read_text(encoding="utf-8"))]
    return [block for block in found if block.language == language]


FAST = [block for block in blocks("console") if block.note != "needs MNIST"]
SLOW = [block for block in blocks("console") if block.note == "needs MNIST"]


def first_line(block: Block) -> str:
    return block.text.splitlines()[0]


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, own_words: None) -> Path:
    """A working folder with the specs of the repository and the files that README shows."""
    (tmp_path / "specs").symlink_to(ROOT / "specs")
    for block in blocks("yaml"):
        if block.file and not block.file.startswith("specs/"):
            (tmp_path / block.file).write_text(block.text, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("NETSPEC_OFFLINE", "1")
    monkeypatch.delenv("COLUMNS", raising=False)
    return tmp_path


def output(command: str) -> str:
    """What a command of ours prints on both streams."""
    program, *arguments = shlex.split(command)
    assert program == "netspec"
    both = io.StringIO()
    with redirect_stdout(both), redirect_stderr(both):
        invoke(arguments)
    return both.getvalue()


def run(block: Block) -> None:
    """Run a piece of Python."""
    with redirect_stderr(io.StringIO()):
        exec(compile(block.text, "README.md", "exec"), {"__name__": "readme"})


def rewritten(pattern: str | re.Pattern[str], text: str) -> None:
    README.write_text(re.sub(pattern, lambda _: text, README.read_text(encoding="utf-8")), encoding="utf-8")


def words_of(family: type[Component]) -> str:
    builtin = [tag for tag in family.tags() if (member := family.member(tag)) and member.__module__.startswith("netspec.")]
    return ", ".join(f"`{tag}`" for tag in builtin)


def component_table() -> str:
    rows = [f"| {family.family} | {words_of(family)} |\n" for family in FAMILIES]
    return "".join(["| family | words |\n", "|---|---|\n", *rows])


def test_the_table_of_components_lists_what_there_is(request: pytest.FixtureRequest) -> None:
    if request.config.getoption("--update-golden"):
        rewritten(COMPONENTS, component_table())
    found = COMPONENTS.search(README.read_text(encoding="utf-8"))
    assert found is not None
    assert found[0] == component_table(), "write it with --update-golden"


@pytest.mark.parametrize("block", blocks("yaml"), ids=lambda block: block.file)
def test_every_spec_is_what_its_caption_says(block: Block) -> None:
    if "wrong on purpose" in block.note:
        with pytest.raises(SpecError):
            plan_of(block.text)
    else:
        assert plan_of(block.text).warnings == ()


def test_the_first_spec_is_the_file_it_is_named_after() -> None:
    first = blocks("yaml")[0]
    written = (ROOT / str(first.file)).read_text(encoding="utf-8").splitlines()
    assert first.text.splitlines() == [line for line in written if not line.startswith("#")]


def beside_builder_calls() -> list[str]:
    """The lines of a spec that README puts beside DL4J's builder calls."""
    table = README.read_text(encoding="utf-8").partition("| DL4J | netspec |\n|---|---|\n")[2].partition("\n\n")[0]
    found = [line for row in table.splitlines() for line in re.findall(r"`([^`]+)`", row.rsplit(" | ", 1)[1])]
    return [line for line in found if re.match(r"\w+: |\{", line) and "…" not in line]


@pytest.mark.parametrize("line", beside_builder_calls())
def test_every_line_beside_a_builder_call_is_a_layer_or_a_setting(line: str) -> None:
    network = "layers: [{type: dense, n_out: 4, activation: tanh}, {type: output, n_out: 3, loss: mse}]\n"
    around = {
        "{type: merge": f"input: {{a: 3, b: 4}}\noutputs: [m]\nlayers: [{line}]\n",
        "{type: conv": f"input: 1x8x8\nactivation: relu\nlayers: [{line}]\n",
        "{": f"input: 4\nlayers: [{line}]\n",
        "input": f"{line}\n{network}",
        "train": f"{line}\nupdater: adam\ndata: iris\n{network.replace('mse', 'mcxent')}",
        "updater": f"{line}\ninput: 3\n{network}",
        "": f"{line}\nupdater: adam\ninput: 3\n{network}",
    }
    text = next(text for start, text in around.items() if line.startswith(start))

    plan = plan_of(text)

    assert plan.parameters or line.startswith("{type: merge")


@pytest.mark.parametrize("block", blocks("python"), ids=first_line)
def test_every_piece_of_python_runs(block: Block, capsys: pytest.CaptureFixture[str]) -> None:
    run(block)
    printed = capsys.readouterr().out
    assert bool(printed) == ("print(" in block.text)


@pytest.mark.parametrize("block", FAST, ids=first_line)
def test_every_fast_command_prints_what_stands_below_it(block: Block, request: pytest.FixtureRequest) -> None:
    command, _, expected = block.text.partition("\n")
    if "model.zip" in command:
        run(next(one for one in blocks("python") if "model.zip" in one.text))
    found = output(command.removeprefix("$ "))
    if request.config.getoption("--update-golden"):
        rewritten(re.escape(block.text), f"{command}\n{found}")
        return
    assert found == expected, "write it with --update-golden, if the new output is right"


def lines_like(expected: str) -> str:
    """A pattern: figures, units of time and widths may differ, `…` stands for any lines."""
    lines = []
    for line in expected.splitlines(keepends=True):
        parts = re.split(r"(\d[\d.,-]*|\bm?s\b| +)", line)
        figure, unit = r"[\d.,-]+", "m?s"
        pattern = "".join(
            figure if part[:1].isdigit() else unit if part in ("s", "ms") else " +" if part.isspace() and "\n" not in part else re.escape(part)
            for part in parts
        )
        lines.append("(?:.*\n)*?" if line == "…\n" else pattern)
    return "".join(lines)


@pytest.mark.slow
@pytest.mark.parametrize("block", SLOW, ids=first_line)
def test_the_main_run_prints_lines_like_these_and_is_as_accurate(block: Block, shared: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NETSPEC_DATA", str(shared / "data"))
    command, _, expected = block.text.partition("\n")
    found = output(command.removeprefix("$ "))
    assert re.fullmatch(lines_like(expected), found)
    accuracies = [float(re.search(r"accuracy +([\d.]+)", text)[1]) for text in (expected, found)]
    assert accuracies[0] == pytest.approx(accuracies[1], abs=0.002)  # order of additions differs between processors


def test_the_main_run_prints_such_lines_on_digits_too() -> None:
    expected = SLOW[0].text.partition("\n")[2]
    epochs = [line for line in expected.splitlines(keepends=True) if line.startswith("epoch") or line == "…\n"]
    found = output("netspec run specs/mlp_single_layer.yaml")
    assert re.search(lines_like("".join(epochs)), found)


@pytest.mark.parametrize(
    "name",
    [
        "tests/benchmarks/accuracy.py",
        "examples",
        "CHANGELOG.md",
        "CONTRIBUTING.md",
        "LICENSE",
        "examples/coming_from_dl4j.py",
        "specs/resnet18_cifar.yaml",
        "specs/unet.yaml",
        "specs/gpt_small.yaml",
        "specs/char_lstm.yaml",
        "specs/dl4j",
    ],
)
def test_what_readme_points_to_is_there(name: str) -> None:
    assert name in README.read_text(encoding="utf-8")
    assert (ROOT / name).exists()
