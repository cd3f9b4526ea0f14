"""Arrays in NumPy's files: what they mean, and files that are not to be trusted."""

import io
import zipfile
from pathlib import Path

import numpy as np
import pytest
from pydantic import ValidationError

from netspec.datasets import DataSet, Places, Unavailable
from netspec.errors import DataError
from netspec.shapes import Convolutional, Convolutional3D, FeedForward, Recurrent

FEATURES = np.arange(6, dtype=np.float32).reshape(3, 2)
LABELS = np.array([0, 2, 1])
FILES = {"features": "x.npy", "labels": "y.npy"}


@pytest.fixture
def arrays(tmp_path):
    """`arrays(x, y, tx, ty)`: the data set of these files, and its places."""

    def write(x=FEATURES, y=LABELS, tx=None, ty=None):
        fields = {}
        for field, name, value in (("features", "x", x), ("labels", "y", y), ("test_features", "tx", tx), ("test_labels", "ty", ty)):
            if value is None:
                continue
            fields[field] = f"{name}.npy"
            content = value if isinstance(value, bytes) else saved(value)
            (tmp_path / f"{name}.npy").write_bytes(content)
        return DataSet.parse({"type": "arrays", **fields}), Places(tmp_path, tmp_path)

    return write


def saved(array, version=None) -> bytes:
    buffer = io.BytesIO()
    np.lib.format.write_array(buffer, np.asanyarray(array), version)
    return buffer.getvalue()


def header(text: str, body: bytes = b"") -> bytes:
    """A .npy file by hand: magic, version 1.0, the header's length, the header. Source: numpy.lib.format."""
    padded = text.encode().ljust(117) + b"\n"
    return b"\x93NUMPY\x01\x00" + len(padded).to_bytes(2, "little") + padded + body


def load(made):
    data, places = made
    return data.load(places)


def describe(made):
    data, places = made
    return data.describe(places)


def test_whole_numbers_are_classes(arrays):
    loaded = load(arrays())
    assert loaded.train.features.tolist() == FEATURES.tolist()
    assert loaded.train.labels.tolist() == [0, 2, 1]
    assert loaded.train.labels.dtype == np.int64
    assert loaded.class_names == ("0", "1", "2")
    assert loaded.test is None
    assert loaded.train.features.flags.writeable


@pytest.mark.parametrize(("labels", "targets"), [(np.zeros(3), 1), (np.zeros((3, 1)), 1), (np.zeros((3, 4), np.float16), 4)])
def test_floating_point_numbers_are_values(arrays, labels, targets):
    made = arrays(y=labels)
    assert describe(made).targets == targets
    assert load(made).train.labels.shape == (3, targets)
    assert load(made).train.labels.dtype == np.float32
    assert load(made).class_names == ()


@pytest.mark.parametrize(
    ("sizes", "shape"),
    [((2,), FeedForward(2)), ((5, 2), Recurrent(2, 5)), ((3, 4, 5), Convolutional(3, 4, 5)), ((3, 2, 4, 5), Convolutional3D(3, 2, 4, 5))],
)
def test_the_shape_follows_from_the_axes(arrays, sizes, shape):
    described = describe(arrays(np.zeros((3, *sizes))))
    assert (described.shape, described.train, described.test, described.classes) == (shape, 3, None, None)


@pytest.mark.parametrize(
    ("stored", "kept"),
    [
        ("<f4", "f4"),
        (">f4", "f4"),
        (">f8", "f8"),
        ("f2", "f2"),
        ("u1", "u1"),
        ("?", "u1"),
        ("i1", "i8"),
        (">i2", "i8"),
        ("u4", "i8"),
        ("u8", "i8"),
        ("i8", "i8"),
    ],
)
def test_every_type_of_number_keeps_its_values(arrays, stored, kept):
    array = np.array([[0, 1], [1, 0], [1, 1]]).astype(stored)
    features = load(arrays(array)).train.features
    assert features.tolist() == array.tolist()
    assert features.dtype == np.dtype(kept)
    assert features.dtype.isnative


def test_fortran_order_is_only_an_order(arrays):
    features = load(arrays(np.asfortranarray(FEATURES))).train.features
    assert features.tolist() == FEATURES.tolist()
    assert features.flags.c_contiguous


@pytest.mark.parametrize("version", [(1, 0), (2, 0)])
def test_both_versions_of_the_format_are_read(arrays, version):
    assert load(arrays(saved(FEATURES, version))).train.features.tolist() == FEATURES.tolist()


@pytest.mark.parametrize(
    ("array", "expected"), [(np.zeros((3, 1, 2, 2), np.uint8), (0, 255)), (np.zeros((3, 1, 2, 2)), None), (np.zeros((3, 4), np.uint8), None)]
)
def test_only_images_of_bytes_have_a_known_range(arrays, array, expected):
    assert load(arrays(array)).value_range == expected


def test_the_test_part_is_read_too(arrays):
    made = arrays(tx=FEATURES[:2] + 1, ty=LABELS[:2])
    assert describe(made).test == 2
    assert load(made).test.features.tolist() == (FEATURES[:2] + 1).tolist()
    assert load(made).test.labels.tolist() == [0, 2]


@pytest.mark.parametrize("save", [np.savez, np.savez_compressed])
@pytest.mark.parametrize("test", [False, True])
def test_one_npz_holds_all_parts(tmp_path, save, test):
    more = {"test_features": FEATURES[:1], "test_labels": LABELS[:1]} if test else {}
    save(tmp_path / "data.npz", features=FEATURES, labels=LABELS, other=np.array(["ignored"]), **more)
    data, places = DataSet.parse({"type": "arrays", "path": "data.npz"}), Places(tmp_path, tmp_path)

    loaded = data.load(places)

    assert data.describe(places).test == (1 if test else None)
    assert loaded.train.features.tolist() == FEATURES.tolist()
    assert (loaded.test.features.tolist() if loaded.test else None) == (FEATURES[:1].tolist() if test else None)


HUGE = header("{'descr': '<f8', 'fortran_order': False, 'shape': (1000000, 1000000), }", bytes(16))
NEGATIVE = header("{'descr': '<f8', 'fortran_order': False, 'shape': (-2, -1), }", bytes(16))
WITH_NAN = np.array([[0, 1], [2, np.nan], [4, 5]])

WRONG = {
    "object": ({"x": np.array([[None], [1], [2]])}, "x.npy: must hold numbers of at most 64 bits, got object"),
    "text": ({"x": np.array([["a"], ["b"], ["c"]])}, "x.npy: must hold numbers of at most 64 bits, got <U1"),
    "complex": ({"x": np.zeros((3, 1), complex)}, "x.npy: must hold numbers of at most 64 bits, got complex128"),
    "dates": ({"x": np.zeros((3, 1), "M8[s]")}, "x.npy: must hold numbers of at most 64 bits, got datetime64[s]"),
    "long double": ({"x": np.zeros((3, 1), "g")}, "x.npy: must hold numbers of at most 64 bits, got float128"),
    "named fields": ({"x": np.zeros(3, [("a", "f4")])}, "x.npy: must hold numbers of at most 64 bits, got [('a', '<f4')]"),
    "a header of 7 TiB": ({"x": HUGE}, "x.npy: must hold 8,000,000,000,000 bytes for its 1000000 x 1000000 values, got 16"),
    "negative axes": ({"x": NEGATIVE}, "x.npy: must have no empty axis, got -2 x -1"),
    "cut short": ({"x": saved(FEATURES)[:-1]}, "x.npy: must hold 24 bytes for its 3 x 2 values, got 23"),
    "bytes behind": ({"x": saved(FEATURES) + b"x"}, "x.npy: must hold 24 bytes for its 3 x 2 values, got 25"),
    "no bytes": ({"x": b""}, "x.npy: must be an array saved by NumPy: EOF: reading magic string, expected 8 bytes got 0"),
    "no array": ({"x": b"1,2,3\n4,5,6\n"}, "x.npy: must be an array saved by NumPy: the magic string is not correct"),
    "a bad header": ({"x": header("{'descr': 1}")}, "x.npy: must be an array saved by NumPy: Header does not contain the correct keys"),
    "code in the header": ({"x": header("__import__('os').getcwd()")}, "x.npy: must be an array saved by NumPy: malformed node or string"),
    "an open bracket in the header": ({"x": header("{(")}, "x.npy: must be an array saved by NumPy: "),
    "a later version": ({"x": b"\x93NUMPY\x03\x00" + bytes(120)}, "x.npy: must be an array saved by NumPy: format 3.0 is for named fields"),
    "no rows": ({"x": np.zeros((0, 2)), "y": np.zeros(0, int)}, "x.npy: must have no empty axis, got 0 x 2"),
    "one axis": ({"x": np.zeros(3)}, "x.npy: must have 2 to 5 axes, examples first, got 3"),
    "a single number": ({"x": np.array(3.0)}, "x.npy: must have 2 to 5 axes, examples first, got no"),
    "six axes": ({"x": np.zeros((3, 1, 1, 1, 1, 1))}, "x.npy: must have 2 to 5 axes, examples first, got 3 x 1 x 1 x 1 x 1 x 1"),
    "other lengths": ({"y": np.array([0, 1])}, "y.npy: must have a label for each of the 3 examples, got 2"),
    "a single label": ({"y": np.array(1)}, "y.npy: must have a label for each of the 3 examples, got no"),
    "one-hot": ({"y": np.eye(3, dtype=int)}, "y.npy: must hold one class index for each example, got 3 x 3 whole numbers"),
    "values in three axes": ({"y": np.zeros((3, 2, 2))}, "y.npy: must be N or N x K values, got 3 x 2 x 2"),
}
WRONG_VALUES = {
    "a NaN": ({"x": WITH_NAN}, "x.npy: must hold finite numbers, got nan at [1, 1]"),
    "infinity far down": (
        {"x": np.where(np.arange(9000) == 8999, np.inf, 0)[:, None], "y": np.arange(9000) % 2},
        "x.npy: must hold finite numbers, got inf at [8999, 0]",
    ),
    "a NaN label": ({"y": np.array([0, np.nan, 1])}, "y.npy: must hold finite numbers, got nan at [1]"),
    "a negative class": ({"y": np.array([0, 1, -1])}, "y.npy: must hold class indices from 0, got -1 at [2]"),
    "a huge class": ({"y": np.array([0, 1, 100_000])}, "y.npy: must hold class indices below 100,000, got 100000 at [2]"),
    "one class": ({"y": np.array([1, 1, 1])}, "y.npy: must hold at least two classes, got only 1"),
    "beyond int64": ({"x": np.array([[0], [1], [2**63]], np.uint64)}, "x.npy: must hold numbers below 2^63, got 9223372036854775808"),
}


@pytest.mark.parametrize(("files", "message"), WRONG.values(), ids=WRONG.keys())
@pytest.mark.parametrize("verb", [describe, load])
def test_a_header_that_is_wrong_is_refused_before_anything_is_read(arrays, tmp_path, verb, files, message):
    with pytest.raises(DataError) as refusal:
        verb(arrays(**files))
    assert str(refusal.value).startswith(f"{tmp_path}/{message}")


@pytest.mark.parametrize(("files", "message"), WRONG_VALUES.values(), ids=WRONG_VALUES.keys())
def test_values_that_are_wrong_are_refused_by_place(arrays, tmp_path, files, message):
    describe(arrays(**files))
    with pytest.raises(DataError) as refusal:
        load(arrays(**files))
    assert str(refusal.value) == f"{tmp_path}/{message}"


@pytest.mark.parametrize(
    ("tx", "ty", "message"),
    [
        (np.zeros((1, 3)), LABELS[:1], "tx.npy: must hold examples of 2 like {folder}/x.npy, got 3"),
        (FEATURES[:1], np.zeros(1), "ty.npy: must hold class indices like {folder}/y.npy, got values, 1 for each example,"),
        (FEATURES[:1], LABELS, "ty.npy: must have a label for each of the 1 examples, got 3"),
    ],
)
def test_a_test_part_that_is_something_else_is_refused(arrays, tmp_path, tx, ty, message):
    with pytest.raises(DataError) as refusal:
        describe(arrays(tx=tx, ty=ty))
    assert str(refusal.value) == f"{tmp_path}/{message.format(folder=tmp_path)}"


def test_classes_are_counted_over_both_parts(arrays):
    assert load(arrays(tx=FEATURES[:1], ty=np.array([4]))).class_names == ("0", "1", "2", "3", "4")


def zipped(path: Path, **members: bytes) -> None:
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in members.items():
            archive.writestr(f"{name}.npy", content)


NPZ_WRONG = {
    "no labels": ({"features": saved(FEATURES), "y": b""}, "data.npz: must hold an array called labels, got features and y"),
    "half a test part": (
        {"features": saved(FEATURES), "labels": saved(LABELS), "test_labels": saved(LABELS)},
        "data.npz: must hold an array called test_features, got ",
    ),
    "a huge member": (
        {"features": HUGE, "labels": saved(LABELS)},
        "data.npz[features]: must hold 8,000,000,000,000 bytes for its 1000000 x 1000000 values, got 16",
    ),
    "an object": ({"features": saved(FEATURES), "labels": saved(np.array([None, 1, 2]))}, "data.npz[labels]: must hold numbers of at most 64 bits, got object"),
}


@pytest.mark.parametrize(("members", "message"), NPZ_WRONG.values(), ids=NPZ_WRONG.keys())
def test_an_npz_that_is_wrong_is_refused(tmp_path, members, message):
    zipped(tmp_path / "data.npz", **members)
    with pytest.raises(DataError) as refusal:
        DataSet.parse({"type": "arrays", "path": "data.npz"}).load(Places(tmp_path, tmp_path))
    assert str(refusal.value).startswith(f"{tmp_path}/{message}")


def test_a_damaged_member_is_refused(tmp_path):
    zipped(tmp_path / "data.npz", features=saved(FEATURES), labels=saved(LABELS))
    content = (tmp_path / "data.npz").read_bytes()
    (tmp_path / "data.npz").write_bytes(content.replace(FEATURES.tobytes(), bytes(24)))
    with pytest.raises(DataError, match=r"data\.npz\[features\]: must be an array saved by NumPy: Bad CRC-32"):
        DataSet.parse({"type": "arrays", "path": "data.npz"}).load(Places(tmp_path, tmp_path))


def test_a_file_that_is_no_archive_is_refused(tmp_path):
    (tmp_path / "data.npz").write_bytes(saved(FEATURES))
    with pytest.raises(DataError, match=r"data\.npz: must be a \.npz archive: File is not a zip file"):
        DataSet.parse({"type": "arrays", "path": "data.npz"}).describe(Places(tmp_path, tmp_path))


def test_a_pickle_is_never_opened(tmp_path, arrays):
    class Trap:
        def __reduce__(self):
            return Path.touch, (tmp_path / "sprung",)

    with pytest.raises(DataError):
        load(arrays(saved(np.array([[Trap()]] * 3))))
    assert not (tmp_path / "sprung").exists()


@pytest.mark.parametrize("fields", [FILES, {"path": "data.npz"}])
def test_a_missing_file_is_unavailable(tmp_path, fields):
    with pytest.raises(Unavailable, match="no such file"):
        DataSet.parse({"type": "arrays", **fields}).describe(Places(tmp_path, tmp_path))


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({}, "must say features and labels, or the path of a .npz"),
        ({"features": "x.npy"}, "must say features and labels, or the path of a .npz"),
        ({**FILES, "test_labels": "ty.npy"}, "must say test_features and test_labels together"),
        ({"path": "data.npz", "labels": "y.npy"}, "must not be said beside path"),
        ({"path": "data.npz", "test_labels": "y.npy"}, "must not be said beside path"),
    ],
)
def test_fields_that_contradict_each_other_are_refused(fields, message):
    with pytest.raises(ValidationError, match=message):
        DataSet.parse({"type": "arrays", **fields})


def test_a_file_that_python_2_wrote_is_read_without_a_remark(arrays):
    old = header("{'descr': '<f4', 'fortran_order': False, 'shape': (3L, 2L), }", FEATURES.tobytes())
    assert load(arrays(old)).train.features.tolist() == FEATURES.tolist()
