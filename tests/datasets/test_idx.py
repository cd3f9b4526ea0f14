"""IDX files: found, read strictly, refused when damaged."""

import gzip
import hashlib
from pathlib import Path
from typing import ClassVar

import numpy as np
import pytest

from netspec.datasets import Places, Unavailable
from netspec.datasets._idx import read_idx
from netspec.datasets._idx_images import IdxImages
from netspec.datasets._published import Published
from netspec.errors import DataError

PIXELS = bytes(range(12))
IMAGES = bytes([0, 0, 8, 3, 0, 0, 0, 2, 0, 0, 0, 2, 0, 0, 0, 3]) + PIXELS
LABELS = bytes([0, 0, 8, 1, 0, 0, 0, 2]) + bytes([1, 0])


def md5(content: bytes) -> str:
    return hashlib.md5(content).hexdigest()


def packed(content: bytes) -> bytes:
    return gzip.compress(content, mtime=0)


IMAGE_FILE = Published("images", (2, 2, 3), md5(packed(IMAGES)), md5(IMAGES))
LABEL_FILE = Published("labels", (2,), md5(packed(LABELS)), md5(LABELS))


class Tiny(IdxImages):
    """Two training and two test images; without a tag of its own, so that no listing shows it."""

    folder = "Tiny"
    mirrors = ()
    files = (IMAGE_FILE, LABEL_FILE, IMAGE_FILE, LABEL_FILE)
    class_names: ClassVar = ("zero", "one")


class Unhashed(Tiny):
    files = tuple(Published(file.name, file.sizes, file.packed_md5) for file in Tiny.files)


def places(root: Path) -> Places:
    return Places(root, root, download=False)


def put(folder: Path, files: dict[str, bytes]) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in files.items():
        (folder / name).write_bytes(content)


@pytest.mark.parametrize("folder", ["Tiny/raw", "."])
@pytest.mark.parametrize("files", [{"images": IMAGES, "labels": LABELS}, {"images.gz": packed(IMAGES), "labels.gz": packed(LABELS)}])
def test_files_are_found_in_either_folder_packed_or_not(tmp_path, folder, files):
    put(tmp_path / folder, files)

    loaded = Tiny(type="tiny").load(places(tmp_path))

    assert loaded.train.features.tolist() == [[[[0, 1, 2], [3, 4, 5]]], [[[6, 7, 8], [9, 10, 11]]]]
    assert loaded.train.labels.tolist() == [1, 0]
    assert (loaded.train.features.dtype, loaded.train.labels.dtype) == (np.uint8, np.int64)
    assert loaded.train.features.flags.writeable
    assert loaded.class_names == ("zero", "one")
    assert loaded.value_range == (0, 255)


def test_a_file_packed_anew_is_as_good_where_the_unpacked_hash_is_known(tmp_path):
    put(tmp_path, {"images.gz": gzip.compress(IMAGES, 1, mtime=9)})
    assert read_idx(tmp_path / "images.gz", IMAGE_FILE).tobytes() == PIXELS


def test_unpacked_files_without_a_hash_are_not_taken_from_the_root_where_another_set_may_lie(tmp_path):
    put(tmp_path, {"images": IMAGES, "labels": LABELS})
    with pytest.raises(Unavailable):
        Unhashed(type="tiny").load(places(tmp_path))


def test_unpacked_files_without_a_hash_are_taken_from_the_folder_of_the_set(tmp_path):
    put(tmp_path / "Tiny/raw", {"images": IMAGES, "labels": LABELS})
    assert len(Unhashed(type="tiny").load(places(tmp_path)).train) == 2


FLIPPED = IMAGES[:-1] + b"\x00"
BAD_CRC = packed(IMAGES)[:-8] + bytes(4) + packed(IMAGES)[-4:]
DAMAGED = {
    "empty": ("images", b"", "must begin with the magic number 0x00000803, got an empty file"),
    "labels instead of images": ("images", LABELS, "must begin with the magic number 0x00000803, got 0x00000801"),
    "html": ("images", b"<html></html>", "must begin with the magic number 0x00000803, got 0x3c68746d"),
    "other counts": ("images", IMAGES[:7] + b"\x03" + IMAGES[8:], "must hold 2 x 2 x 3 values by its header, got 3 x 2 x 3"),
    "cut in the header": ("images", IMAGES[:9], "must hold 2 x 2 x 3 values by its header, got 2 x 0"),
    "truncated": ("images", IMAGES[:-1], "must be 28 bytes long unpacked, got 27"),
    "trailing bytes": ("images", IMAGES + b"x", "must be 28 bytes long unpacked, got more"),
    "a flipped byte": ("images", FLIPPED, f"must be the published file with MD5 {md5(IMAGES)}, got {md5(FLIPPED)}"),
    "truncated gzip": ("images.gz", packed(IMAGES)[:-9], "the compressed data end too early"),
    "wrong checksum": ("images.gz", BAD_CRC, "must be a whole gzip file: CRC check failed"),
    "no gzip": ("images.gz", IMAGES, "must be a whole gzip file: Not a gzipped file"),
    "bytes after gzip": ("images.gz", packed(IMAGES) + b"junk", "must be a whole gzip file: Not a gzipped file"),
    "more than known in gzip": ("images.gz", packed(IMAGES + bytes(10**6)), "must be 28 bytes long unpacked, got more"),
    "a flipped byte in gzip": ("images.gz", packed(FLIPPED), f"must be the published file with MD5 {md5(IMAGES)}, got {md5(FLIPPED)}"),
}


@pytest.mark.parametrize(("name", "content", "message"), DAMAGED.values(), ids=DAMAGED.keys())
def test_a_damaged_file_is_refused_by_what_is_wrong(tmp_path, name, content, message):
    put(tmp_path, {name: content})

    with pytest.raises(DataError) as refusal:
        read_idx(tmp_path / name, IMAGE_FILE)

    assert str(refusal.value).startswith(f"{tmp_path / name}: {message}")
    assert refusal.value.help == f"delete {tmp_path / name} to download it again"
    assert not isinstance(refusal.value, Unavailable)  # a stand-in must not hide the damage


def test_a_packed_file_is_held_against_the_packed_hash_where_only_that_is_published(tmp_path):
    put(tmp_path, {"images.gz": packed(FLIPPED)})
    with pytest.raises(DataError, match=f"MD5 {md5(packed(IMAGES))}, got {md5(packed(FLIPPED))}"):
        read_idx(tmp_path / "images.gz", Unhashed.files[0])


def test_labels_beyond_the_classes_are_refused(tmp_path):
    put(tmp_path / "Tiny/raw", {"images": IMAGES, "labels": LABELS[:-1] + b"\x02"})
    with pytest.raises(DataError, match=r"labels: labels must be at most 1, got 2$"):
        Unhashed(type="tiny").load(places(tmp_path))


def test_offline_a_missing_set_is_unavailable_at_once_and_says_where_to_put_it(tmp_path):
    with pytest.raises(Unavailable, match=r"^tiny: images is not in .*, and downloading is off$") as refusal:
        Tiny(type="tiny").load(places(tmp_path))
    assert f"put images.gz into {tmp_path / 'Tiny' / 'raw'}" in str(refusal.value.help)
    assert not any(tmp_path.iterdir())
