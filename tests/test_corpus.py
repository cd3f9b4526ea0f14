"""Bad input of every kind, and what a person is told of it: each file of tests/corpus has its page beside it."""

import os
import sys
import time
from pathlib import Path

import pytest

from netspec.cli import invoke
from netspec.component import Component

CORPUS = Path(__file__).resolve().parent / "corpus"
SPECS = sorted(path.name for path in CORPUS.iterdir() if path.suffix in (".yaml", ".json"))
NET = "layers:\n  - {type: dense, n_out: 8, activation: relu}\n  - {type: output, n_out: 3, loss: negative_log_likelihood}\n"
ONE_VALUE = NET.replace("n_out: 3, loss: negative_log_likelihood", "n_out: 1, loss: mse")
BATCH_NORM = NET.replace("  - {type: output", "  - batch_norm\n  - {type: output")
SECOND = 1.0


VOCABULARY = frozenset(
    """activation batch_norm conv dense dropout flatten loss output subsampling
    elu gelu identity leakyrelu relu selu sigmoid softmax swish tanh mae mse negative_log_likelihood xent
    adagrad adam adamw nesterovs rmsprop sgd exponential fixed map poly step spatial
    constant lecun_normal normal relu_uniform torch_default uniform xavier xavier_uniform zero
    arrays csv digits fashion_mnist image_folder iris mnist scale standardize random_crop random_horizontal_flip random_rotation""".split()
)
"""The words that the pages were written with, so that a new component changes none of them."""


@pytest.fixture(autouse=True)
def _fixed_vocabulary(monkeypatch: pytest.MonkeyPatch) -> None:
    tags = Component.tags.__func__  # type: ignore[attr-defined]  # a class method's function
    monkeypatch.setattr(Component, "tags", classmethod(lambda family: [tag for tag in tags(family) if tag in VOCABULARY]))


@pytest.fixture(autouse=True)
def _plain_screen(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in (("COLUMNS", "80"), ("NO_COLOR", "1")):
        monkeypatch.setenv(name, value)


def validated(name: str, capsys: pytest.CaptureFixture[str]) -> str:
    """What `netspec validate` prints on stderr, and its exit code as the last line; it takes less than a second."""
    began = time.process_time()
    code = invoke(["validate", name])
    assert time.process_time() - began < SECOND
    page = capsys.readouterr().err
    assert "Traceback" not in page
    return f"{page}exit: {code}\n"


@pytest.mark.parametrize("name", SPECS)
def test_the_page_of_a_spec_is_the_expected_one(
    name: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], pytestconfig: pytest.Config
) -> None:
    monkeypatch.chdir(CORPUS)
    page, expected = validated(name, capsys), (CORPUS / name).with_suffix(".expected.txt")

    if pytestconfig.getoption("--update-golden"):
        expected.write_text(page, encoding="utf-8")
    assert page == expected.read_text(encoding="utf-8")


def test_every_page_has_its_spec() -> None:
    pages = {path.name.removesuffix(".expected.txt") for path in CORPUS.glob("*.expected.txt")}

    assert pages == {Path(name).stem for name in SPECS}


ACCEPTED = {
    "01_numbers_with_exponents_are_numbers", "06_rate_is_unusually_large", "39_json_with_a_trailing_comma", "39_json_with_single_quotes",
    "39_json_without_spaces", "40_document_markers_of_one", "49_name_is_a_device", "55_dense_on_an_image_is_flattened",
    "59_sgd_without_a_rate_where_each_layer_has_its_own", "61_batch_size_is_larger_than_the_data",
}  # fmt: skip


@pytest.mark.parametrize("name", SPECS)
def test_only_what_is_fine_is_accepted(name: str) -> None:
    page = (CORPUS / name).with_suffix(".expected.txt").read_text(encoding="utf-8")

    assert page.splitlines()[-1] == ("exit: 0" if Path(name).stem in ACCEPTED else "exit: 1")
    assert (": error: " in page) == (Path(name).stem not in ACCEPTED)


@pytest.mark.parametrize("name", SPECS)
def test_every_mistake_has_a_place_in_its_file(name: str) -> None:
    page = (CORPUS / name).with_suffix(".expected.txt").read_text(encoding="utf-8")
    heads = [line for line in page.splitlines() if ": error: " in line or ": warning: " in line]

    assert all(line.startswith(f"{name}:") for line in heads)
    assert len(heads) <= 20


BYTES = {
    "13_integer_of_5000_digits": (
        b"seed: " + b"9" * 5000 + b"\ninput: 4\n" + NET.encode(),
        "1:7: error: seed must be a number of at most 30 digits, got 5,000 digits",
    ),
    "38_latin_1": (("name: café\n" + NET).encode("latin-1"), "1:10: error: a spec must be UTF-8 text, got the byte 0xe9"),
    "38_utf_16": (("input: 4\n" + NET).encode("utf-16"), "1:1: error: a spec must be UTF-8 text, got the byte 0xff"),
    "38_utf_16_without_mark": (("input: 4\n" + NET).encode("utf-16-le"), "1:2: error: a spec must be text, got the control character U+0000"),
    "38_nul": (b"input: 4\nname: a\0b\n", "2:8: error: a spec must be text, got the control character U+0000"),
    "38_bell_in_quotes": (b'name: "\x07"\n', "1:8: error: a spec must be text, got the control character U+0007"),
    "38_png": (b"\x89PNG\r\n\x1a\n" + bytes(range(256)), "1:1: error: a spec must be YAML or JSON text, got a PNG image"),
    "38_jpeg": (b"\xff\xd8\xff\xe0" + bytes(64), "1:1: error: a spec must be YAML or JSON text, got a JPEG image"),
    "38_zip": (b"PK\x03\x04" + bytes(64), "1:1: error: a spec must be YAML or JSON text, got a zip archive"),
    "38_gzip": (b"\x1f\x8b\x08" + bytes(64), "1:1: error: a spec must be YAML or JSON text, got a gzip file"),
    "43_100000_brackets": (b"[" * 100_000, "1:41: error: a spec must be nested at most 40 levels deep"),
    "43_100000_braces": (b"{" * 100_000, "1:2: error: a key must be a name, got a list or a mapping"),
    "43_41_nested_blocks": ("".join(" " * depth + "a:\n" for depth in range(60)).encode(), "41:41: error: a spec must be nested at most 40 levels deep"),
    "44_5_megabytes": (b"# " + b"x" * 5_000_000, "1:1: error: a spec must have at most 1,000,000 characters, got 5,000,002 bytes"),
    "44_2_million_characters": (b"# " + b"x" * 2_000_000, "1:1: error: a spec must have at most 1,000,000 characters, got 2,000,002"),
    "44_60000_values": (b"input: [" + b"1," * 60_000 + b"1]\n", "1:100003: error: a spec must have at most 50,000 values"),
    "44_one_huge_text": (b"name: " + b"x" * 900_000 + b"\n", "1:7: error: a value must have at most 65,536 characters, got 900,000"),
}


@pytest.mark.parametrize(("content", "said"), BYTES.values(), ids=BYTES)
def test_a_file_that_is_no_spec_is_refused_at_its_place(
    content: bytes, said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("x.yaml").write_bytes(content)
    page = validated("x.yaml", capsys).splitlines()

    assert page[0] == f"x.yaml:{said}"
    assert page[-2:] == ["1 error in 1 file", "exit: 1"]
    assert all(len(line) <= 80 for line in page[1:])


@pytest.mark.parametrize(
    "content",
    ["\ufeffinput: 4\n" + NET, ("input: 4\n" + NET).replace("\n", "\r\n"), "input: 4\n" + NET.rstrip()],
    ids=["byte order mark", "CRLF", "no last newline"],
)
def test_what_editors_do_to_a_file_is_accepted(content: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "x.yaml"
    path.write_bytes(content.encode())

    assert validated(str(path), capsys) == "exit: 0\n"


@pytest.fixture
def special(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "folder.yaml").mkdir()
    os.mkfifo(tmp_path / "fifo.yaml")
    (tmp_path / "network.yaml").write_text(NET)
    return tmp_path


@pytest.mark.parametrize(
    ("name", "page"),
    [
        ("missing.txt", "error: there is no file missing.txt\n"),
        ("netwrok.yaml", "error: there is no file netwrok.yaml\n   help: did you mean network.yaml?\n"),
        ("nowhere/a.yaml", "error: there is no file nowhere/a.yaml\n"),
        ("folder.yaml", "error: folder.yaml is a folder, not a spec file\n"),
        ("fifo.yaml", "error: fifo.yaml is not a regular file\n"),
        ("/dev/zero", "error: /dev/zero is not a regular file\n"),
        ("network.yaml/a", "error: network.yaml/a cannot be read: Not a directory\n"),
    ],
)
@pytest.mark.skipif(sys.platform == "win32", reason="has no FIFOs")
def test_what_is_no_file_is_a_wrong_use(name: str, page: str, special: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert validated(name, capsys) == f"{page}1 error in 1 file\nexit: 2\n"


def test_a_file_without_permission_is_a_wrong_use(special: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    def forbidden(path: Path, mode: str = "r") -> None:
        raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.setattr(Path, "open", forbidden)

    assert validated("network.yaml", capsys) == "error: network.yaml cannot be read: Permission denied\n1 error in 1 file\nexit: 2\n"


def ran(spec: str, folder: Path, capsys: pytest.CaptureFixture[str], *options: str) -> tuple[int, str]:
    """Exit code and stderr of `netspec run`."""
    path = folder / "x.yaml"
    path.write_text(spec)
    code = invoke(["run", str(path), "--runs", str(folder / "runs"), *options])
    page = capsys.readouterr().err
    assert "Traceback" not in page
    return code, page


def job(data: str, train: str, net: str = NET) -> str:
    return f"updater: adam\n{net}data: {data}\ntrain: {train}\n"


ROWS = "\n".join(f"{k / 10},{1 - k / 10},{'abc'[k % 3]}" for k in range(9))


@pytest.mark.parametrize(
    ("spec", "csv", "said"),
    [
        (job("iris", "{batch_size: 7, epochs: 1}", BATCH_NORM), None, "error: the last batch must have at least 2 examples, got 1"),
        (job("iris", "{batch_size: 500, epochs: 1, drop_last: true}"), None, "error: there must be at least one batch of examples"),
        (job("iris", "{batch_size: 10, epochs: 1, device: 'cuda:99'}"), None, "cuda:99"),
        (
            job("{type: iris, split: {validation: 0.99999}}", "{batch_size: 10, epochs: 1}"),
            None,
            "error: data.split.validation must leave examples in both parts: 0.99999 of 120 is 120, leaving 0",
        ),
        (
            job("{type: csv, path: t.csv, label: kind}", "{batch_size: 3, epochs: 1}"),
            f"a,b,kind\n{ROWS}\n0,0,d",
            "error: csv has 4 classes, and output_1 has 3 outputs\n   help: set its n_out to 4",
        ),
        (
            job("{type: csv, path: t.csv, label: kind}", "{batch_size: 3, epochs: 1}", ONE_VALUE),
            f"a,b,kind\n{ROWS}",
            "error: csv has 3 classes, and output_1 has 1 output\n",
        ),
        (job("{type: csv, path: t.csv, label: kind}", "{batch_size: 3, epochs: 1}"), f"a,b,kind\n{ROWS}\n0,x,a", "x"),
        (job("{type: csv, path: t.csv, label: kin}", "{batch_size: 3, epochs: 1}"), f"a,b,kind\n{ROWS}", "kin"),
    ],
    ids=[
        "61_remainder_of_one",
        "61_no_whole_batch",
        "65_no_such_gpu",
        "63_nothing_left",
        "57_more_classes",
        "57_fewer",
        "57_text_in_a_number",
        "57_no_such_column",
    ],
)
def test_what_only_data_and_machine_can_tell_is_told_before_training(
    spec: str, csv: str | None, said: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    if csv:
        (tmp_path / "t.csv").write_text(csv)
    code, page = ran(spec, tmp_path, capsys)

    assert code in (1, 2), page
    assert said in page
    assert not list((tmp_path / "runs").glob("*/weights*"))
    assert not any(history.stat().st_size for history in (tmp_path / "runs").glob("*/history.jsonl"))


def test_a_job_that_is_right_runs(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, page = ran(job("iris", "{batch_size: 30, epochs: 1}"), tmp_path, capsys, "--device", "cpu")

    assert code == 0, page


@pytest.mark.parametrize("missing", ["data", "train"])
def test_a_network_alone_cannot_run(missing: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    whole = job("iris", "{batch_size: 30, epochs: 1}")
    code, page = ran("input: 4\n" + "".join(line + "\n" for line in whole.splitlines() if not line.startswith(missing)), tmp_path, capsys)

    assert code == 1
    assert f"error: {missing} must be set to run" in page
