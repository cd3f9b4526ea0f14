"""Sequences in CSV files: what they mean, and every way they can be wrong."""

from pathlib import Path

import numpy as np
import pytest
from pydantic import ValidationError

from netspec.datasets import DataSet, Description, Places, Unavailable
from netspec.errors import DataError, Refused
from netspec.shapes import Recurrent


@pytest.fixture
def files(tmp_path):
    """`files({"a.csv": "1,2"}, **fields)`: the data set over a folder of such files, and its places."""

    def write(texts: dict[str, str], **fields: object) -> tuple[DataSet, Places]:
        for name, text in texts.items():
            path = tmp_path / "data" / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(text.encode() if isinstance(text, str) else text)
        return DataSet.parse({"type": "csv_sequence", "path": "data", "header": False, **fields}), Places(tmp_path, tmp_path)

    return write


def load(made):
    data, places = made
    return data.load(places)


def describe(made):
    data, places = made
    return data.describe(places)


def refused(made) -> DataError:
    data, places = made
    with pytest.raises(DataError) as refusal:
        data.load(places)
    return refusal.value


TWO = {"0.csv": "1,2,up\n3,4,down\n5,6,up\n", "1.csv": "7,8,down\n"}
APART = {"features/0.csv": "1\n2\n3", "labels/0.csv": "4", "features/1.csv": "5\n6", "labels/1.csv": "9"}


def test_each_file_is_a_sequence_and_the_last_column_each_steps_label(files):
    loaded = load(files(TWO)).train

    assert loaded.features.tolist() == [[[1, 2], [3, 4], [5, 6]], [[7, 8], [0, 0], [0, 0]]]
    assert loaded.labels.tolist() == [[1, 0, 1], [0, 0, 0]]  # down, up in sorted order
    assert loaded.mask.tolist() == loaded.label_mask.tolist() == [[1, 1, 1], [1, 0, 0]]
    assert load(files(TWO)).class_names == ("down", "up")
    assert (loaded.features.dtype, loaded.labels.dtype, loaded.mask.dtype) == (np.float32, np.int64, np.uint8)


def test_equal_sequences_need_no_masks(files):
    loaded = load(files({"0.csv": "1,0\n2,1\n", "1.csv": "3,1\n4,0\n"})).train

    assert loaded.mask is loaded.label_mask is None
    assert loaded.labels.tolist() == [[0, 1], [1, 0]]


def test_files_come_in_the_order_of_their_numbers(files):
    loaded = load(files({f"{number}.csv": f"{number},{number % 2}\n" for number in (10, 9, 2, 1, 11)})).train

    assert loaded.features.ravel().tolist() == [1, 2, 9, 10, 11]


def test_labels_in_files_of_their_own_are_those_of_the_same_name(files):
    loaded = load(files(APART, label_per="sequence"))

    assert loaded.train.features[..., 0].tolist() == [[1, 2, 3], [5, 6, 0]]
    assert loaded.train.mask.tolist() == [[1, 1, 1], [1, 1, 0]]
    assert loaded.train.labels.tolist() == [0, 1]
    assert loaded.train.label_mask is None
    assert loaded.class_names == ("4", "9")


@pytest.mark.parametrize(
    ("align", "labels", "mask"),
    [("end", [[0, 0, 0], [0, 1, 0]], [[0, 0, 1], [0, 1, 0]]), ("start", [[0, 0, 0], [1, 0, 0]], [[1, 0, 0], [1, 0, 0]])],
)
def test_a_label_of_some_steps_stands_beside_the_last_or_the_first_as_dl4js_alignment_modes_say(files, align, labels, mask):
    """Each sequence ends at its own last step, and what is behind it is padding."""
    loaded = load(files(APART, align=align)).train

    assert loaded.labels.tolist() == labels
    assert loaded.label_mask.tolist() == mask
    assert loaded.mask.tolist() == [[1, 1, 1], [1, 1, 0]]


def test_features_of_fewer_steps_than_labels_are_aligned_too(files):
    made = {"features/0.csv": "7", "labels/0.csv": "0\n1\n0"}

    loaded = load(files(made, align="end")).train
    assert loaded.features[..., 0].tolist() == [[0, 0, 7]]
    assert (loaded.mask.tolist(), loaded.label_mask) == ([[0, 0, 1]], None)


def test_a_label_that_every_line_repeats_is_that_of_the_sequence(files):
    loaded = load(files({"0.csv": "1,a\n2,a\n", "1.csv": "3,b\n"}, label_per="sequence")).train

    assert loaded.labels.tolist() == [0, 1]
    assert loaded.features[..., 0].tolist() == [[1, 2], [3, 0]]


def test_regression_takes_labels_as_values_several_of_them_from_files_of_their_own(files):
    columns = load(files({"0.csv": "1,2.5\n3,4.5\n"}, task="regression")).train
    apart = load(files({"features/0.csv": "1\n2", "labels/0.csv": "1,2\n3,4"}, task="regression"))

    assert columns.labels.tolist() == [[[2.5], [4.5]]]
    assert apart.train.labels.tolist() == [[[1, 2], [3, 4]]]
    assert (apart.class_names, apart.train.labels.dtype) == ((), np.float32)


def test_a_said_length_pads_to_it_and_is_known_to_the_network(files):
    made = files(TWO, length=5)

    assert describe(made).shape == Recurrent(2, 5)
    assert load(made).train.features.shape == (2, 5, 2)
    assert load(made).train.mask.sum() == 4


def test_the_test_part_is_read_by_the_training_parts_classes_and_padded_alike(files):
    made = files({"train/0.csv": "1,x\n2,y\n", "train/1.csv": "1,y\n2,x\n", "test/0.csv": "4,y\n5,y\n6,x\n"})
    loaded = load(made)

    assert loaded.test.labels.tolist() == [[1, 1, 0]]
    assert loaded.train.features.shape == (2, 3, 1)
    assert loaded.train.mask.tolist() == [[1, 1, 0], [1, 1, 0]]
    assert loaded.test.mask is None
    assert describe(made) == Description(Recurrent(1), train=2, test=1, per_step=True)


def test_columns_have_names_where_files_have_a_header(files):
    loaded = load(files({"0.csv": "kind,x\na,1\nb,2\n", "1.csv": "kind,x\nb,3\na,4\n"}, header=True, label="kind")).train

    assert loaded.features.tolist() == [[[1], [2]], [[3], [4]]]
    assert loaded.labels.tolist() == [[0, 1], [1, 0]]


def test_it_is_described_by_two_first_lines(files):
    made = files({"features/0.csv": "1,2,3\nno,number\n", "labels/0.csv": "1,2\n"}, task="regression", label_per="sequence")

    assert describe(made) == Description(Recurrent(3), targets=2, train=1)


@pytest.mark.parametrize(
    ("texts", "fields", "message", "help"),
    [
        ({"0.csv": ""}, {}, r"0\.csv: must hold rows, got an empty file", ""),
        ({"0.csv": "1,a\n2\n"}, {}, r"0\.csv:2: must have 2 cells like the first line, got 1", ""),
        ({"0.csv": "1,a\n", "1.csv": "1,2,a\n"}, {}, r"1\.csv:1: must have as many cells as the first file, 2, got 3", ""),
        ({"0.csv": "1,a\n2,b\n", "1.csv": "1,a\nnan,b\n"}, {}, r"1\.csv:2: column 0 must be a finite number of float32, got nan", "remove the row"),
        ({"0.csv": "1,a\nx,b\n"}, {}, r'0\.csv:2: column 0 must be a number, got "?x', "give each word a column of 0 and 1"),
        ({"0.csv": "1,a\n2,\n"}, {}, r"0\.csv:2: column 1 must not be empty", ""),
        ({"0.csv": "1,1\n2,1.5\n"}, {}, r"0\.csv:2: column 1 must be a class, a word or whole number, got \"?1\.5", "task: regression"),
        ({"0.csv": "1,a\n", "1.csv": "2,a\n"}, {}, r"data: column 1 must have at least two classes, got only a", ""),
        ({"0.csv": b"1,\xe9\n"}, {}, r"0\.csv:1: must be text in UTF-8", ""),
        ({"0.csv": "1,a\n2,b\n"}, {"label_per": "sequence"}, r"0\.csv: must have one label, the same in every line, got several", "label_per: step"),
        ({"0.csv": "1,a\n2,b\n3,a\n"}, {"length": 2}, r"0\.csv: must have at most 2 steps, the length of data, got 3", ""),
        (APART, {}, r"labels/0\.csv: must have a label for each of the 3 steps of .*features/0\.csv, got 1", "label_per: sequence"),
        ({**APART, "features/2.csv": "1"}, {}, r"features/2\.csv: must have a file of the same name in .*labels", ""),
        ({**APART, "labels/2.csv": "1"}, {}, r"labels/2\.csv: must have a file of the same name in .*features", ""),
        ({"features/0.csv": "1\n2", "labels/0.csv": "1,2\n3,4"}, {}, r"labels/0\.csv: must have one column, the class, got 2", "task: regression"),
        ({"inputs/0.csv": "1"}, {}, r"data: must hold CSV files, or a folder of features and one of labels, got inputs", ""),
        ({"0.csv": "1,a\n", "notes.md": "x"}, {}, r"notes\.md: must be a CSV file, for it stands in a folder of sequences", ""),
        ({"train/0.csv": "1,a\n2,b\n", "test/features/0.csv": "1\n", "test/labels/0.csv": "a\n"}, {}, r"test: must have its labels where .*train has them", ""),
        (
            {"train/0.csv": "1,a\n2,b\n", "test/0.csv": "1,c\n"},
            {},
            r"test/0\.csv:1: column 1 must be a value that the training file has too, got \"?c",
            "a or b",
        ),
        (
            {"0.csv": "x,y\n1,a\n2,b\n", "1.csv": "y,x\n1,a\n"},
            {"header": True},
            r"1\.csv:1: must have the columns of the first file, x, y, in the same order",
            "",
        ),
    ],
)
def test_what_is_wrong_is_said_by_file_and_line(files, texts, fields, message, help):
    error = refused(files(texts, **fields))

    with pytest.raises(DataError, match=message):
        raise error
    assert help in (error.help or "")


def test_a_header_of_numbers_and_a_column_that_is_not_there_are_refused_before_reading(files):
    with pytest.raises(Refused, match=r"must be false: the first line of 0\.csv holds numbers"):
        describe(files({"0.csv": "1.5,2.5\n1.5,1\n"}, header=True))
    with pytest.raises(Refused, match="must be an index from -2 to 1"):
        describe(files(TWO | {"0.csv": "1,a\n"}, label=7))


def test_words_that_could_do_nothing_are_refused(files):
    with pytest.raises(ValidationError, match="must be left out beside label_per: sequence") as refusal:
        files(TWO, label_per="sequence", align="end")
    assert refusal.value.errors()[0]["loc"] == ("align",)
    with pytest.raises(Refused, match="must be left out: labels stand in files of their own"):
        describe(files(APART, label=0))


def test_a_missing_folder_is_unavailable_so_that_a_stand_in_can_be_used(tmp_path):
    (tmp_path / "file").touch()
    places = Places(tmp_path, tmp_path)
    with pytest.raises(Unavailable, match="nowhere: no such folder"):
        DataSet.parse({"type": "csv_sequence", "path": "nowhere"}).describe(places)
    with pytest.raises(DataError, match="file: must be a folder, not a file"):
        DataSet.parse({"type": "csv_sequence", "path": "file"}).describe(places)
    (tmp_path / "empty").mkdir()
    with pytest.raises(DataError, match="empty: must hold CSV files, a sequence in each, got an empty folder"):
        DataSet.parse({"type": "csv_sequence", "path": "empty"}).describe(places)


def test_the_uci_sequences_are_as_their_files_say(shared: Path):
    places = Places(None, shared / "dl4j" / "fixtures" / "integration" / "data")
    loaded = DataSet.parse({"type": "csv_sequence", "path": "uci_seq", "header": False, "label_per": "sequence"}).load(places)
    files = places.base / "uci_seq" / "train"
    expected = [np.loadtxt(files / "features" / f"{number}.csv") for number in range(450)]

    assert np.array_equal(loaded.train.features[..., 0], np.array(expected, np.float32))
    assert loaded.train.labels.tolist() == [int((files / "labels" / f"{number}.csv").read_text()) for number in range(450)]
    assert (len(loaded.test), loaded.train.mask, len(loaded.class_names)) == (150, None, 6)
