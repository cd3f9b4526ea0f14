"""Scalars as YAML 1.2 has them, and JSON documents read as json.loads reads them."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from netspec.dump import to_yaml
from netspec.reader import Reading, Text, read
from netspec.scalars import check_key, read_scalar

QUICK = settings(max_examples=60, deadline=None, derandomize=True)
KEYS = st.text("abcXYZ019_-", min_size=1, max_size=8)
NUMBERS = st.integers(-(10**29), 10**29) | st.floats(allow_nan=False, allow_infinity=False)


def documents(texts: st.SearchStrategy[str]) -> st.SearchStrategy[dict[str, object]]:
    """JSON objects: nested lists and mappings of numbers, texts, truth values and null."""
    leaves = st.none() | st.booleans() | NUMBERS | texts
    inner = st.recursive(leaves, lambda parts: st.lists(parts, max_size=4) | st.dictionaries(KEYS, parts, max_size=4), max_leaves=12)
    return st.dictionaries(KEYS, inner, max_size=5)


ANY_TEXT = documents(st.text(max_size=20))
PRINTABLE = documents(st.text(st.characters(exclude_categories=["C", "Z"]), max_size=20))


def reading(text: str) -> Reading:
    return read(Text("f", text, tuple(text.splitlines())))


def same(one: object, other: object) -> bool:
    """Equal in type too: 1, 1.0 and true are three values."""
    return json.dumps(one, sort_keys=True) == json.dumps(other, sort_keys=True)


@QUICK
@given(ANY_TEXT, st.sampled_from([None, 2, "\t"]))
def test_json_is_read_as_json(document: dict[str, object], indent: int | str | None) -> None:
    text = json.dumps(document, indent=indent)
    found = reading(text)

    assert found.problems == []
    assert same(found.value, json.loads(text))


@QUICK
@given(PRINTABLE)
def test_json_with_letters_of_all_languages_is_read_as_json(document: dict[str, object]) -> None:
    text = json.dumps(document, ensure_ascii=False, separators=(",", ":"))

    assert same(reading(text).value, json.loads(text))


@QUICK
@given(ANY_TEXT)
def test_what_is_dumped_is_read_back(document: dict[str, object]) -> None:
    found = reading(to_yaml(document))

    assert found.problems == []
    assert same(found.value, document)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("0", 0), ("-7", -7), ("+7", 7), ("1e-4", 1e-4), ("5E-4", 5e-4), ("1.0e4", 1e4), (".5", 0.5), ("1.", 1.0), ("-0.0", -0.0), ("1e3", 1000.0),
        ("true", True), ("false", False), ("null", None), ("~", None), ("", None),
        ("yes", "yes"), ("no", "no"), ("on", "on"), ("Off", "Off"), ("True", "True"), ("NULL", "NULL"), ("12:30", "12:30"), ("1.2.3", "1.2.3"),
        ("relu", "relu"), ("1x28x28", "1x28x28"), ("0,001", "0,001"), ("1e", "1e"), ("e4", "e4"), ("-", "-"), ("1 2", "1 2"),
    ],
)  # fmt: skip
def test_a_plain_scalar_is_what_it_looks_like(text: str, value: object) -> None:
    found, complaint = read_scalar(text, plain=True)

    assert complaint is None
    assert same(found, value)


@pytest.mark.parametrize("text", ["1e-4", "true", "null", "010", ".nan", "2020-01-01", "", "“x”"])
def test_a_quoted_scalar_is_text(text: str) -> None:
    assert read_scalar(text, plain=False) == (text, None)


@pytest.mark.parametrize(
    ("text", "meant", "said"),
    [
        ("010", 10, "must be a plain decimal number, got 010"),
        ("-007", -7, "must be a plain decimal number, got -007"),
        ("0x10", 16, "must be a plain decimal number, got 0x10"),
        ("0o17", 15, "must be a plain decimal number, got 0o17"),
        ("0b11", 3, "must be a plain decimal number, got 0b11"),
        ("1_000", 1000, "must be a plain decimal number, got 1_000"),
        ("1e999", 1.0, "must be a finite number, got 1e999"),
        (".inf", 1.0, "must be a finite number, got .inf"),
        ("NaN", 1.0, "must be a finite number, got NaN"),
        ("-Infinity", 1.0, "must be a finite number, got -Infinity"),
        ("2020-01-31", "2020-01-31", "must not be a date, got 2020-01-31"),
        ("2020-1-1 10:00", "2020-1-1", "must not be a date, got 2020-1-1"),
        ("‘relu’", "relu", "must not begin with a typographic quote, got ‘relu’"),
        ("9" * 31, 1, "must be a number of at most 30 digits, got 31 digits"),
    ],
)
def test_what_is_doubtful_is_refused(text: str, meant: object, said: str) -> None:
    found, complaint = read_scalar(text, plain=True)

    assert complaint is not None
    assert complaint.message.startswith(said)
    assert str(found).startswith(str(meant))


@pytest.mark.parametrize(("key", "plain"), [("n_out", True), ("a-b", True), ("10", True), ("true", False), ("null", False), ("A1", True)])
def test_names_are_keys(key: str, plain: bool) -> None:
    assert check_key(key, plain=plain) is None


@pytest.mark.parametrize(
    ("key", "said", "help_"),
    [
        ("<<", "a merge key (<<) is not supported", "base: other.yaml"),
        ("true", "a key must be a name, got true", None),
        ("", "a key must be a name, got nothing", None),
        ("a b", 'a key must be letters, digits, _ or -, got " " in it', "write a_b"),
        ("a.b", 'a key must be letters, digits, _ or -, got "." in it', None),
        ("n:5", 'a key must be letters, digits, _ or -, got ":" in it', "a colon needs a space after it: n: 5"),
        ("n\u200b", "a key must be letters, digits, _ or -, got U+200B in it", "type the key again"),
        ("“n”", "a key must be letters, digits, _ or -, got U+201C in it", "use plain quotes"),
    ],
)  # fmt: skip
def test_other_keys_are_refused(key: str, said: str, help_: str | None) -> None:
    complaint = check_key(key, plain=True)

    assert complaint is not None
    assert complaint.message == said
    assert (help_ or "") in (complaint.help or "")
