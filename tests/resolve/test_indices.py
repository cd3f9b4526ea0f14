"""An embedding knows every index that the data are known to have, and is told so before anything is trained."""

import json
from pathlib import Path

import pytest

from netspec.errors import SpecError
from netspec.read import plan_of

POEM = "otto's mops trotzt\notto: fort mops fort\n"
TOKENS = 1 + len(set(POEM))
"""<unknown> and each character."""

TEXT = "{type: text, path: poem.txt, by: character, length: 9, encoding: index}"
OUTPUT = "  - {type: output, n_out: %d, loss: negative_log_likelihood}\n"


def messages(folder: Path, data: str, layers: str, outputs: int = TOKENS) -> list[str]:
    (folder / "poem.txt").write_text(POEM, encoding="utf-8")
    (folder / "x.yaml").write_text(f"activation: tanh\nlayers:\n{layers}{OUTPUT % outputs}data: {data}\n", encoding="utf-8")
    try:
        plan_of(folder / "x.yaml")
    except SpecError as error:
        return [problem.message for problem in error.problems]
    return []


def embedding(vocabulary: int) -> str:
    return f"  - {{type: embedding_sequence, vocabulary: {vocabulary}, n_out: 3}}\n"


@pytest.mark.parametrize("vocabulary", [1, TOKENS - 1, TOKENS, TOKENS + 5])
def test_there_is_a_row_for_each_token_that_the_text_has(vocabulary: int, tmp_path: Path) -> None:
    found = messages(tmp_path, TEXT, embedding(vocabulary))

    rule = f"layers.0.vocabulary must be at least {TOKENS}, a row for each index of the data, got {vocabulary}"
    assert found == ([rule] if vocabulary < TOKENS else [])


@pytest.mark.parametrize(("most", "tokens"), [(3, 4), (100, TOKENS)])
def test_tokens_that_are_not_learned_have_no_row(most: int, tokens: int, tmp_path: Path) -> None:
    data = TEXT.replace("}", f", most: {most}}}")

    assert messages(tmp_path, data, embedding(tokens), tokens) == []
    assert messages(tmp_path, data, embedding(tokens - 1), tokens) == [
        f"layers.0.vocabulary must be at least {tokens}, a row for each index of the data, got {tokens - 1}"
    ]


def test_a_named_vocabulary_counts_whatever_the_text_holds(tmp_path: Path) -> None:
    (tmp_path / "v.json").write_text(json.dumps(["<unknown>", "o", "t", "x", "y"]), encoding="utf-8")
    data = TEXT.replace("}", ", vocabulary: v.json}")

    assert messages(tmp_path, data, embedding(5), 5) == []
    assert messages(tmp_path, data, embedding(4), 5) == ["layers.0.vocabulary must be at least 5, a row for each index of the data, got 4"]


def test_documents_are_texts_too(tmp_path: Path) -> None:
    for name, text in {"bad/1": "dull", "good/1": "fine fun", "good/2": "fun"}.items():
        (tmp_path / "docs" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "docs" / f"{name}.txt").write_text(text, encoding="utf-8")
    data = "{type: text_folder, path: docs, by: word, length: 4, encoding: index}"
    pooled = "  - {type: global_pooling}\n"

    assert messages(tmp_path, data, embedding(4) + pooled, 2) == []
    assert messages(tmp_path, data, embedding(3) + pooled, 2) == ["layers.0.vocabulary must be at least 4, a row for each index of the data, got 3"]


def test_each_embedding_of_the_same_tokens_is_told(tmp_path: Path) -> None:
    both = (
        "  - {type: embedding_sequence, vocabulary: 9, n_out: 3, name: a, input: input}\n"
        f"  - {{type: embedding_sequence, vocabulary: {TOKENS}, n_out: 3, name: b, input: input}}\n"
        "  - {type: embedding_sequence, vocabulary: 8, n_out: 3, name: c, input: input}\n"
        "  - {type: merge, input: [a, b, c]}\n"
    )

    assert messages(tmp_path, TEXT, both) == [
        f"layers.{index}.vocabulary must be at least {TOKENS}, a row for each index of the data, got {got}" for index, got in ((0, 9), (2, 8))
    ]


def test_vectors_of_0_and_1_ask_for_no_row(tmp_path: Path) -> None:
    assert messages(tmp_path, TEXT.replace(", encoding: index", ""), "  - {type: lstm, n_out: 3}\n") == []


def test_what_only_the_data_can_tell_is_not_told_by_the_spec(tmp_path: Path) -> None:
    import numpy as np

    np.save(tmp_path / "x.npy", np.full((6, 4, 1), 12))
    np.save(tmp_path / "y.npy", np.arange(6) % 2)

    assert messages(tmp_path, "{type: arrays, features: x.npy, labels: y.npy}", embedding(3) + "  - {type: global_pooling}\n", 2) == []
