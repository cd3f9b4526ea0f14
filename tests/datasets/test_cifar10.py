"""CIFAR-10 in its three published forms, made small; torchvision reads one of them beside us."""

import hashlib
import io
import os
import pickle
import struct
import tarfile
import threading
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import ClassVar

import numpy as np
import pytest

from netspec.datasets import DataSet, Description, Places, Unavailable
from netspec.datasets.cifar10 import Cifar10, Part
from netspec.errors import DataError
from netspec.modules.vision import vision
from netspec.shapes import Convolutional

RANDOM = np.random.default_rng(0)
NAMES = ("data_batch_1", "data_batch_2", "test_batch")
BATCHES = {name: (RANDOM.integers(0, 256, (4, 3072), np.uint8), RANDOM.integers(0, 10, 4)) for name in NAMES}
BINARY = {f"{name}.bin": b"".join(bytes([label]) + row.tobytes() for row, label in zip(*batch, strict=True)) for name, batch in BATCHES.items()}


class Python2(pickle._Pickler):
    """Writes bytes as Python 2 wrote its strings: BINSTRING, a length of four bytes, the bytes."""

    def save_bytes(self, content):
        self.write(pickle.BINSTRING + struct.pack("<i", len(content)) + content)

    dispatch: ClassVar = {**pickle._Pickler.dispatch, bytes: save_bytes}


def as_python_2(content: object) -> bytes:
    stream = io.BytesIO()
    Python2(stream, protocol=2).dump(content)
    return stream.getvalue()


PICKLED = {name: as_python_2({"data": pixels, "labels": labels.tolist(), "batch_label": name}) for name, (pixels, labels) in BATCHES.items()}


def md5(content: bytes) -> str:
    return hashlib.md5(content).hexdigest()


def archive(files: dict[str, bytes]) -> bytes:
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode="w:gz") as tar:
        for name, content in files.items():
            member = tarfile.TarInfo(f"cifar-10-batches-bin/{name}")
            member.size = len(content)
            tar.addfile(member, io.BytesIO(content))
    return stream.getvalue()


@pytest.fixture
def small(monkeypatch):
    """Two training batches and one for the test, of four images each, published so."""

    def made(packed=b"", pickled=PICKLED, mirror=""):
        first, second, test = (Part(name, 4, md5(pickled[name])) for name in NAMES)
        values = {"mirrors": (mirror,), "archive": ("cifar-10-binary.tar.gz", md5(packed)), "train": (first, second), "test": (test,)}
        for name, value in values.items():
            monkeypatch.setattr(Cifar10, name, value)
        return Cifar10()

    return made


def put(folder: Path, files: dict[str, bytes]) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in files.items():
        (folder / name).write_bytes(content)


def places(root: Path, *, download: bool = False) -> Places:
    return Places(root, root, download=download)


def test_it_is_described_without_any_file(tmp_path):
    assert DataSet.parse("cifar10").describe(places(tmp_path)) == Description(Convolutional(3, 32, 32), classes=10, train=50000, test=10000)


@pytest.mark.parametrize("form", ["binary", "pickled", "archive"])
def test_every_form_holds_the_same_images_plane_by_plane(tmp_path, form, small):
    packed = archive(BINARY)
    form_of = {"binary": ("cifar-10-batches-bin", BINARY), "pickled": ("cifar-10-batches-py", PICKLED), "archive": (".", {"cifar-10-binary.tar.gz": packed})}
    put(tmp_path / form_of[form][0], form_of[form][1])

    loaded = small(packed).load(places(tmp_path))

    assert loaded.test is not None
    assert loaded.train.features.shape == (8, 3, 32, 32)
    assert loaded.train.features[5, 2, 3, 7] == BATCHES["data_batch_2"][0][1][2 * 1024 + 3 * 32 + 7]
    assert loaded.train.labels.tolist() == [*BATCHES["data_batch_1"][1], *BATCHES["data_batch_2"][1]]
    assert loaded.test.features.tobytes() == BATCHES["test_batch"][0].tobytes()
    assert (loaded.train.labels.dtype, loaded.value_range, len(loaded.class_names)) == (np.int64, (0.0, 255.0), 10)


def test_torchvision_reads_the_same_from_the_same_folder(tmp_path, small):
    vision()  # where torchvision's own library does not load
    from torchvision.datasets import CIFAR10

    names = pickle.dumps({"label_names": list(Cifar10.class_names)}, protocol=2)
    put(tmp_path / "cifar-10-batches-py", PICKLED | {"batches.meta": names})

    class Theirs(CIFAR10):
        train_list = [[name, md5(PICKLED[name])] for name in NAMES[:2]]  # noqa: RUF012  # as torchvision has it
        test_list = [[NAMES[2], md5(PICKLED[NAMES[2]])]]  # noqa: RUF012
        meta = {"filename": "batches.meta", "key": "label_names", "md5": md5(names)}  # noqa: RUF012

    ours, theirs = small().load(places(tmp_path)), Theirs(str(tmp_path), train=True)

    assert np.array_equal(ours.train.features, theirs.data.transpose(0, 3, 1, 2))
    assert ours.train.labels.tolist() == theirs.targets
    assert list(ours.class_names) == theirs.classes


def test_the_published_hashes_are_torchvisions():
    vision()
    from torchvision.datasets import CIFAR10

    assert [[part.name, part.md5] for part in (*Cifar10.train, *Cifar10.test)] == [*CIFAR10.train_list, *CIFAR10.test_list]


class Evil:
    """What runs when it is unpickled by the usual means."""

    def __reduce__(self):
        return os.mkdir, ("run",)


@pytest.mark.parametrize("content", [{"data": Evil(), "labels": []}, Evil(), {"labels": [1]}, [1, 2], {"data": np.zeros((4, 5)), "labels": [0, 0, 0, 0]}])
def test_a_pickled_file_that_holds_anything_else_is_refused_and_never_runs(tmp_path, monkeypatch, content, small):
    monkeypatch.chdir(tmp_path)
    files = PICKLED | {"data_batch_2": as_python_2(content)}
    put(tmp_path / "cifar-10-batches-py", files)

    with pytest.raises(DataError, match=r"data_batch_2: must hold "):
        small(pickled=files).load(places(tmp_path))
    assert not (tmp_path / "run").exists()


def test_a_pickled_file_that_was_changed_is_not_even_opened(tmp_path, small):
    put(tmp_path / "cifar-10-batches-py", PICKLED | {"test_batch": pickle.dumps(Evil())})

    with pytest.raises(DataError, match=r"test_batch: must be the published file with MD5 "):
        small().load(places(tmp_path))


@pytest.mark.parametrize(
    ("files", "said"),
    [
        ({"data_batch_1.bin": BINARY["data_batch_1.bin"][:-1]}, r"data_batch_1.bin: must be 12,292 bytes long, got 12,291"),
        ({"test_batch.bin": b"\x0a" + BINARY["test_batch.bin"][1:]}, r"cifar10: classes must be at most 9, got 10"),
    ],
)
def test_a_damaged_binary_file_is_refused(tmp_path, files, said, small):
    put(tmp_path / "cifar-10-batches-bin", BINARY | files)

    with pytest.raises(DataError, match=said):
        small().load(places(tmp_path))


@pytest.mark.parametrize(
    ("packed", "said"),
    [
        (archive(BINARY)[:3000], "must be a whole archive"),
        (b"no archive", "must be a whole archive"),
        (archive({name: BINARY[name] for name in list(BINARY)[:2]}), r"must hold test_batch\.bin"),
        (archive(BINARY | {"test_batch.bin": b"short"}), r"test_batch\.bin: must be 12,292 bytes long, got 5"),
    ],
)
def test_a_damaged_archive_is_refused(tmp_path, packed, said, small):
    put(tmp_path, {"cifar-10-binary.tar.gz": packed})

    with pytest.raises(DataError, match=said):
        small(packed).load(places(tmp_path))


def test_an_archive_that_is_not_the_published_one_is_refused(tmp_path, small):
    put(tmp_path, {"cifar-10-binary.tar.gz": archive(BINARY)})

    with pytest.raises(DataError, match=f"cifar-10-binary.tar.gz: must be the published file with MD5 {md5(b'')}"):
        small().load(places(tmp_path))


def test_without_files_and_network_it_is_said_what_to_do(tmp_path, small):
    with pytest.raises(Unavailable, match=r"neither cifar-10-batches-py nor cifar-10-binary\.tar\.gz is in") as refusal:
        small().load(places(tmp_path))

    assert "--data-dir" in str(refusal.value.help)


@pytest.fixture
def server(tmp_path, monkeypatch):
    """A server of the files in tmp_path/server, which notes what it was asked for."""
    monkeypatch.setenv("no_proxy", "*")
    asked = []

    class Handler(SimpleHTTPRequestHandler):
        def log_message(self, *args):
            asked.append(self.path)

    with ThreadingHTTPServer(("127.0.0.1", 0), partial(Handler, directory=tmp_path / "server")) as started:
        thread = threading.Thread(target=started.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        yield f"http://127.0.0.1:{started.server_port}/", asked
        started.shutdown()
        thread.join()


def test_it_is_downloaded_once(tmp_path, server, small):
    packed, (url, asked) = archive(BINARY), server
    put(tmp_path / "server", {"cifar-10-binary.tar.gz": packed})
    ours = small(packed, mirror=url)

    first, again = (ours.load(places(tmp_path / "data", download=download)) for download in (True, False))

    assert asked == ["/cifar-10-binary.tar.gz"]
    assert first.train.features.tobytes() == again.train.features.tobytes()
