"""Texts: how they become tokens and indices, what comes next, documents with classes, and every way they can be wrong."""

import json
from collections import Counter

import numpy as np
import pytest
from pydantic import ValidationError
from sklearn.feature_extraction.text import CountVectorizer

from netspec.datasets import DataSet, Places, Unavailable
from netspec.errors import DataError
from netspec.shapes import Recurrent

POEM = "To be, or not to be,\nthat is the question\n"


@pytest.fixture
def texts(tmp_path):
    """`texts("text", {"poem.txt": …}, **fields)`: a set of that type over such files, and its places."""

    def write(tag: str, files: dict[str, str | bytes], **fields: object) -> tuple[DataSet, Places]:
        for name, text in files.items():
            path = tmp_path / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(text.encode() if isinstance(text, str) else text)
        where = {"path": "poem.txt"} if tag == "text" else {"path": "docs"}
        return DataSet.parse({"type": tag, "by": "character", "length": 8, **where, **fields}), Places(tmp_path, tmp_path)

    return write


def load(made):
    data, places = made
    return data.load(places)


def describe(made):
    data, places = made
    return data.describe(places)


def refused(made, call="load") -> DataError:
    data, places = made
    with pytest.raises(DataError) as refusal:
        getattr(data, call)(places)
    return refusal.value


def said(indices, vocabulary):
    return [vocabulary[index] for index in indices]


def test_characters_are_sorted_behind_the_unknown(texts):
    assert load(texts("text", {"poem.txt": POEM})).vocabulary == ("<unknown>", *sorted(set(POEM)))


def test_every_token_is_labelled_with_the_one_that_comes_next(texts):
    loaded = load(texts("text", {"poem.txt": POEM}))
    train, vocabulary = loaded.train, loaded.vocabulary
    there = train.mask.astype(bool)

    assert "".join(said(train.features.argmax(2)[there], vocabulary)) == POEM[:-1]
    assert "".join(said(train.labels[there], vocabulary)) == POEM[1:]
    assert (train.features.sum(2) == 1).all()
    assert train.features.shape == (6, 8, len(vocabulary))  # 41 characters in pieces of 8
    assert train.mask.sum() == train.label_mask.sum() == len(POEM) - 1
    assert loaded.class_names == tuple({" ": "space", "\n": "newline"}.get(token, token) for token in vocabulary)


def test_indices_are_the_places_of_the_ones(texts):
    vectors, indices = (load(texts("text", {"poem.txt": POEM}, encoding=encoding)).train for encoding in ("one_hot", "index"))
    there = vectors.mask.astype(bool)

    assert indices.features.shape == (6, 8, 1)
    assert np.array_equal(indices.features[there][:, 0], vectors.features.argmax(2)[there])
    assert np.array_equal(indices.labels, vectors.labels)


def test_words_are_those_of_scikit_learn_and_signs_stand_alone(texts):
    vocabulary = load(texts("text", {"poem.txt": POEM}, by="word", lower=True)).vocabulary
    theirs = CountVectorizer(token_pattern=r"\w+|[^\w\s]").fit([POEM]).get_feature_names_out()

    assert vocabulary == ("<unknown>", *theirs)


def test_an_apostrophe_does_not_end_a_word(texts):
    loaded = load(texts("text", {"poem.txt": "Don’t say it's late.\nThe dogs' day"}, by="word"))

    assert set(loaded.vocabulary) == {"<unknown>", "Don’t", "say", "it's", "late", ".", "The", "dogs", "'", "day"}


def test_capital_letters_are_small_ones_where_that_is_said(texts):
    assert "T" in load(texts("text", {"poem.txt": POEM})).vocabulary
    assert "T" not in load(texts("text", {"poem.txt": POEM}, lower=True)).vocabulary


def test_the_most_frequent_are_learned_and_all_others_are_unknown(texts):
    loaded = load(texts("text", {"poem.txt": POEM}, most=3))
    frequent = {token for token, _ in Counter(POEM).most_common(3)}

    assert loaded.vocabulary == ("<unknown>", *sorted(frequent))
    assert [vocabulary == 0 for vocabulary in loaded.train.labels[0]] == [token not in frequent for token in POEM[1:9]]


def test_a_test_text_is_read_by_the_training_texts_vocabulary(texts):
    made = texts("text", {"poem.txt": "abab\r\nabab", "test.txt": "abcab"}, test_path="test.txt", encoding="index", length=2)
    loaded = load(made)

    assert loaded.vocabulary == ("<unknown>", "\n", "a", "b")
    assert loaded.test.features[..., 0].tolist() == [[2, 3], [0, 2]]
    assert loaded.test.labels.tolist() == [[3, 0], [2, 3]]
    assert (loaded.test.mask, describe(made).test) == (None, 2)


def test_shape_and_classes_are_known_before_anything_is_trained(texts):
    one_hot, index = (describe(texts("text", {"poem.txt": POEM}, encoding=encoding)) for encoding in ("one_hot", "index"))

    assert (one_hot.shape, one_hot.classes, one_hot.per_step) == (Recurrent(1 + len(set(POEM)), 8), 1 + len(set(POEM)), True)
    assert index.shape == Recurrent(1, 8)


def test_a_named_vocabulary_is_used_as_it_is_and_the_text_is_not_read_for_it(texts):
    made = texts("text", {"poem.txt": b"\xff", "v.json": json.dumps(["<unknown>", "b", "a"])}, vocabulary="v.json", encoding="index")

    assert describe(made).classes == 3
    assert load(texts("text", {"poem.txt": "abx"}, vocabulary="v.json", encoding="index")).train.features[0, :2, 0].tolist() == [2, 1]


def test_texts_to_predict_are_encoded_by_the_vocabulary_of_the_training(texts):
    data, places = texts("text", {"poem.txt": "abcab"}, encoding="index", length=3)
    features, mask = data.encode(["ba", "abcabc", "?"], places)
    vectors, _ = texts("text", {}, encoding="one_hot", length=3)[0].encode(["ba"], places)

    assert features[..., 0].tolist() == [[2, 1, 0], [1, 2, 3], [0, 0, 0]]
    assert mask.tolist() == [[1, 1, 0], [1, 1, 1], [1, 0, 0]]
    assert vectors.argmax(2).tolist() == [[2, 1, 0]]
    assert vectors.sum(2).tolist() == [[1, 1, 1]]
    with pytest.raises(DataError, match="a text must have at least one token"):
        data.encode(["a", ""], places)


DOCS = {"docs/train/bad/1.txt": "dull", "docs/train/good/1.txt": "fine, fun", "docs/train/good/2.txt": "fun", "docs/test/bad/1.txt": "dull fun film"}


def test_documents_have_the_class_of_their_folder(texts):
    made = texts("text_folder", DOCS, by="word", encoding="index", length=4)
    loaded = load(made)

    assert loaded.vocabulary == ("<unknown>", ",", "dull", "fine", "fun")
    assert loaded.train.features[..., 0].tolist() == [[2, 0, 0, 0], [3, 1, 4, 0], [4, 0, 0, 0]]
    assert loaded.train.mask.tolist() == [[1, 0, 0, 0], [1, 1, 1, 0], [1, 0, 0, 0]]
    assert (loaded.train.labels.tolist(), loaded.class_names, loaded.train.label_mask) == ([0, 1, 1], ("bad", "good"), None)
    assert loaded.test.features[0, :, 0].tolist() == [2, 4, 0, 0]
    assert loaded.test.mask.tolist() == [[1, 1, 1, 0]]
    described = describe(made)
    assert (described.shape, described.classes, described.train, described.test, described.per_step) == (Recurrent(1, 4), 2, 3, 1, False)


@pytest.mark.parametrize(("keep", "expected"), [("start", "abc"), ("end", "cde")])
def test_a_long_document_keeps_its_first_or_last_tokens(texts, keep, expected):
    loaded = load(texts("text_folder", {"docs/x/1.txt": "abcde", "docs/y/1.txt": "e"}, encoding="index", length=3, keep=keep))

    assert "".join(said(loaded.train.features[0, :, 0], loaded.vocabulary)) == expected


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", r"poem\.txt: must hold text, got an empty file"),
        (b"a", r"poem\.txt: must hold at least two tokens, one to come after the other, got 1"),
        ("line one\nzwei ä".encode("latin-1"), r"poem\.txt:2:6: must be text in UTF-8, got the byte 0xe4"),
        ("ä".encode() + b"\xff", r"poem\.txt:1:2: must be text in UTF-8, got the byte 0xff"),
    ],
)
def test_a_text_that_is_none_is_refused_by_position(texts, content, message):
    for call in ("describe", "load"):
        with pytest.raises(DataError, match=message):
            raise refused(texts("text", {"poem.txt": content}), call)


def test_a_byte_order_mark_is_no_token(texts):
    assert load(texts("text", {"poem.txt": b"\xef\xbb\xbfab"})).vocabulary == ("<unknown>", "a", "b")


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("{", r"v\.json: must be a list of tokens in JSON: "),
        ('{"a": 1}', r"v\.json: must be a list of tokens in JSON, at least two"),
        ('["<unknown>", 1]', r"v\.json: must be a list of tokens in JSON, at least two"),
        ('["<unknown>"]', r"v\.json: must be a list of tokens in JSON, at least two"),
        ('["a", "b"]', r'v\.json: must begin with <unknown>, the token for all others, got "?a'),
        ('["<unknown>", "a", "a"]', r'v\.json: must name each token once, got "?a"? twice'),
        ("[" * 100_000, r"v\.json: must be a list of tokens in JSON: "),
    ],
)
def test_a_vocabulary_that_is_none_is_refused(texts, content, message):
    with pytest.raises(DataError, match=message):
        raise refused(texts("text", {"poem.txt": POEM, "v.json": content}, vocabulary="v.json"), "describe")


@pytest.mark.parametrize(
    ("files", "message"),
    [
        ({"docs/x/1.txt": "a", "docs/y/1.txt": " \n"}, r"y/1\.txt: must hold at least one word, got only spaces"),
        ({"docs/x/1.txt": "a"}, r"docs: must hold a folder for each of at least two classes, got 1 folder"),
        ({"docs/x/1.txt": "a", "docs/y/deep/1.txt": "b"}, r"y/deep: must be a text file, for it stands in a class folder"),
        ({"docs/x/1.txt": "a", "docs/y/.hidden": "b"}, r"y: must hold texts of its class, got an empty folder"),
    ],
)
def test_folders_that_are_none_of_documents_are_refused(texts, files, message):
    with pytest.raises(DataError, match=message):
        raise refused(texts("text_folder", files, by="word"))


@pytest.mark.parametrize("tag", ["text", "text_folder"])
def test_what_is_not_there_is_unavailable_so_that_a_stand_in_can_be_used(texts, tag):
    with pytest.raises(Unavailable, match="no such"):
        describe(texts(tag, {}))


@pytest.mark.parametrize("fields", [{"by": "syllable"}, {"length": 0}, {"most": 0}, {"encoding": "two_hot"}, {"by": None}])
def test_a_field_that_cannot_be_right_is_refused_without_a_file(texts, fields):
    with pytest.raises(ValidationError):
        texts("text", {}, **fields)


def test_tokens_are_not_scaled(texts):
    with pytest.raises(ValidationError, match="must be left out: tokens are no quantities"):
        texts("text", {}, normalize="standardize")


def test_a_vocabulary_that_is_named_has_all_the_tokens_it_has(texts):
    with pytest.raises(ValidationError, match="must be left out beside a vocabulary") as refusal:
        texts("text", {}, vocabulary="v.json", most=5)
    assert refusal.value.errors()[0]["loc"] == ("most",)
