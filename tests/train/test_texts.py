"""Texts in training: the vocabulary stays with the run, and what changes it is another data set."""

import json
from pathlib import Path

import pytest

from netspec import build
from netspec.datasets import DataSet, Places
from netspec.train.run_folder import RunFolder

POEM = "to be or not to be\nthat is the question\n" * 5
SPEC = {
    "seed": 1,
    "updater": "adam",
    "layers": [{"type": "lstm", "n_out": 6}, {"type": "output", "n_out": 15, "loss": "negative_log_likelihood"}],
    "data": {"type": "text", "path": "poem.txt", "by": "character", "length": 9},
    "train": {"batch_size": 8, "epochs": 1},
}


@pytest.fixture
def places(tmp_path: Path) -> Places:
    (tmp_path / "poem.txt").write_text(POEM, encoding="utf-8")
    return Places(tmp_path, tmp_path, download=False)


def test_the_run_folder_keeps_the_vocabulary_and_a_later_set_takes_it_from_there(places):
    model = build(SPEC, places=places, device="cpu")
    folder = RunFolder.create(places.base / "runs", model.plan, (), model.depends_on(), (model.data(), places))
    kept = json.loads((folder.path / "vocabulary.json").read_text(encoding="utf-8"))
    (places.base / "poem.txt").write_text("otto", encoding="utf-8")
    later = DataSet.parse({**SPEC["data"], "vocabulary": str(folder.path / "vocabulary.json")})

    assert kept == ["<unknown>", *sorted(set(POEM))]
    assert later.describe(places).classes == 15
    features, mask = later.encode(["to\n"], places)
    assert [kept[index] for index in features[0, mask[0] == 1].argmax(1)] == ["t", "o", "\n"]
    assert model.predict(features).shape == (1, 9, 15)


def test_a_run_on_numbers_keeps_no_vocabulary(tmp_path):
    model = build({"seed": 1, "layers": [{"type": "output", "n_out": 3, "loss": "mcxent"}], "updater": "adam", "data": "iris"}, device="cpu")
    folder = RunFolder.create(tmp_path / "runs", model.plan, (), model.depends_on(), (model.data(), model.places))

    assert not (folder.path / "vocabulary.json").exists()


def test_the_same_text_in_other_letters_is_another_data_set(places):
    before = build(SPEC, places=places, device="cpu").data().digest
    (places.base / "poem.txt").write_text(POEM.replace("u", "v"), encoding="utf-8")

    assert build(SPEC, places=places, device="cpu").data().digest != before  # v takes the place of u in the order, so that every index is the same
