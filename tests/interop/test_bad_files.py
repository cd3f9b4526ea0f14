"""Files that are not what they must be: a clear refusal, nothing executed, no more memory than the configuration implies."""

import contextlib
import io
import json
import random
import struct
import zipfile

import pytest

from netspec.errors import NetspecError, UsageError
from netspec.interop import dl4j


@pytest.fixture(scope="module")
def good(shared):
    """Entries of a model of four layers, with updater state."""
    with zipfile.ZipFile(shared / "dl4j" / "conformance" / "updaters.zip") as group:
        content = group.read("blocks_adam_adam_nesterovs_adam/after.zip")
    with zipfile.ZipFile(io.BytesIO(content)) as model:
        return {name: model.read(name) for name in model.namelist()}


def written(path, entries):
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in entries:
            archive.writestr(name, content)
    return path


def without(good, name):
    return [(other, content) for other, content in good.items() if other != name]


def test_a_good_one_is_read(good, tmp_path):
    assert len(dl4j.flat_parameters(dl4j.load(written(tmp_path / "good.zip", good.items())))) == 58


def changed(good, change):
    values = json.loads(good["configuration.json"])
    change(values)
    return [("configuration.json", json.dumps(values)), *without(good, "configuration.json")]


def of_unknown_layer(values):
    values["confs"][1]["layer"]["@class"] = "com.example.MyLayer"


def of_wrong_size(values):
    values["confs"][0]["layer"]["nout"] = 4


ZEROS = b"\0" * 20_000_000
OF_FOUR_UNITS = (4 * 4 + 4) + (4 * 4 + 4) + (4 * 3 + 3) + (3 * 3 + 3)
CLAIM = struct.pack(">H16sqH4s", 16, b"MIXED_DATA_TYPES", 2**62, 4, b"LONG")


@pytest.mark.parametrize(
    ("entries", "message"),
    [
        (lambda good: without(good, "configuration.json"), "must hold configuration.json"),
        (lambda good: [("configuration.json", "{"), *without(good, "configuration.json")], "must be a configuration of DL4J's"),
        (lambda good: [("configuration.json", '{"a": 1}'), *without(good, "configuration.json")], "`confs`"),
        (lambda good: changed(good, of_unknown_layer), "layer 1 .* MyLayer"),
        (lambda good: changed(good, of_wrong_size), f"coefficients.bin must hold {OF_FOUR_UNITS} numbers.* got 58"),
        (
            lambda good: [("coefficients.bin", good["coefficients.bin"] + ZEROS), *without(good, "coefficients.bin")],
            "at most .* what the configuration implies",
        ),
        (lambda good: [("coefficients.bin", CLAIM), *without(good, "coefficients.bin")], "must hold the .* bytes it announces"),
        (lambda good: [("updaterState.bin", ZEROS), *without(good, "updaterState.bin")], "at most .* what the configuration implies"),
        (lambda good: [("../evil", b""), *good.items()], "must hold names inside it"),
        (lambda good: [(f"objects/{number}", b"") for number in range(2000)] + list(good.items()), "at most 1000 entries"),
    ],
    ids=["no configuration", "no JSON", "no network", "unknown layer", "other sizes", "bomb", "claims 2^62", "state bomb", "path outside", "many entries"],
)
def test_a_bad_zip_is_refused_with_its_reason(good, tmp_path, entries, message):
    path = written(tmp_path / "bad.zip", entries(good))

    with pytest.raises(NetspecError, match=message) as refused:
        dl4j.load(path)
    assert refused.value.exit_code == 1


def test_an_entry_that_stands_twice_is_refused(good, tmp_path):
    with pytest.warns(UserWarning, match="Duplicate"):
        path = written(tmp_path / "twice.zip", [*good.items(), ("coefficients.bin", good["coefficients.bin"])])

    with pytest.raises(NetspecError, match=r"must name each entry once, got coefficients\.bin"):
        dl4j.load(path)


def test_an_encrypted_zip_is_refused(good, tmp_path):
    path = written(tmp_path / "locked.zip", good.items())
    content = bytearray(path.read_bytes())
    start = content.rindex(b"PK\x01\x02")
    content[start + 8] |= 1
    path.write_bytes(content)

    with pytest.raises(NetspecError, match="must not be encrypted"):
        dl4j.load(path)


@pytest.mark.parametrize("content", [b"", b"PK", b"\x89PNG\r\n", b"\xac\xed\x00\x05sr", b"hello"])
def test_what_is_no_model_is_refused(tmp_path, content):
    path = tmp_path / "model.zip"
    path.write_bytes(content)

    with pytest.raises(NetspecError) as refused:
        dl4j.load(path)
    assert refused.value.exit_code == 1


def test_no_file_is_a_wrong_use(tmp_path):
    with pytest.raises(UsageError):
        dl4j.load(tmp_path / "nothing.zip")


def test_java_objects_are_left_alone_and_named(good, tmp_path):
    path = written(tmp_path / "objects.zip", [*good.items(), ("preprocessor.bin", b"\xac\xed\x00\x05"), ("objects/names", b"\xac\xed\x00\x05")])

    report = dl4j.load(path).report

    assert {note.place for note in report.notes if note.kind == "left out"} == {"preprocessor.bin", "objects/names"}


def mutated(content: bytes, draw: random.Random) -> bytes:
    """One of: bytes changed, a part left out, a part twice."""
    start, end = sorted(draw.randrange(len(content) + 1) for _ in range(2))
    kind = draw.randrange(3)
    if kind == 0:
        some = bytearray(content)
        for _ in range(draw.randrange(1, 8)):
            some[draw.randrange(len(some))] = draw.randrange(256)
        return bytes(some)
    return content[:start] + content[end:] if kind == 1 else content[:end] + content[start:]


@pytest.mark.parametrize("name", ["configuration.json", "coefficients.bin", "updaterState.bin", "the zip itself"])
@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_a_mutated_file_is_read_or_refused_and_never_a_traceback(good, tmp_path, name):
    whole = written(tmp_path / "whole.zip", good.items()).read_bytes()
    for seed in range(100):
        draw, path = random.Random(seed), tmp_path / "mutated.zip"
        if name in good:
            written(path, [(other, mutated(content, draw) if other == name else content) for other, content in good.items()])
        else:
            path.write_bytes(mutated(whole, draw))
        with contextlib.suppress(NetspecError):
            dl4j.load(path)
