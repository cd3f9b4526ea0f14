"""Downloads from a server on this machine that misbehaves in every way we know of."""

import gzip
import hashlib
import os
import subprocess
import sys
import threading
import time
from collections import Counter
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from netspec.datasets import Places, Unavailable
from netspec.datasets._download import fetch
from netspec.datasets._idx_images import IdxImages
from netspec.datasets._published import Published

FILE = bytes(range(256)) * 400
MD5 = hashlib.md5(FILE).hexdigest()
HTML = b"<html>please log in</html>"


class Handler(BaseHTTPRequestHandler):
    """The folder in the path names the behaviour."""

    def do_GET(self):
        self.server.asked[self.path] += 1
        behaviour, _, name = self.path.strip("/").partition("/")
        getattr(self, behaviour)(self.server.files.get(name, FILE))

    def answer(self, status, content, length=None):
        self.send_response(status)
        if length != "none":
            self.send_header("Content-Length", str(length or len(content)))
        self.end_headers()
        self.wfile.write(content)

    def ok(self, content):
        time.sleep(self.server.delay)
        self.answer(200, content)

    def unmeasured(self, content):
        self.answer(200, content, "none")

    def missing(self, content):
        self.answer(404, HTML)

    def forbidden(self, content):
        self.answer(403, HTML)

    def html(self, content):
        self.answer(200, HTML)

    def cut(self, content):
        self.answer(200, content[:1000], len(content))

    def cut_unmeasured(self, content):
        self.answer(200, content[:1000], "none")

    def long(self, content):
        self.answer(200, content + b"more")

    def silent(self, content):
        self.server.released.wait(5)

    def crawling(self, content):
        self.send_response(200)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        for byte in content[:100]:
            self.wfile.write(bytes([byte]))
            if self.server.released.wait(0.05):
                return

    def handle(self):
        with suppress(ConnectionError):  # a client that gave us up
            super().handle()

    def log_message(self, *args):
        pass


@pytest.fixture
def server():
    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        server.asked, server.files, server.delay, server.released = Counter(), {}, 0, threading.Event()
        server.url = f"http://127.0.0.1:{server.server_port}"
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        yield server
        server.released.set()
        server.shutdown()
        thread.join()


@pytest.fixture(autouse=True)
def no_proxy(monkeypatch):
    monkeypatch.setenv("no_proxy", "*")


def left_in(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()} - {".lock"}


@pytest.mark.parametrize("behaviour", ["ok", "unmeasured"])
def test_the_file_arrives_under_its_name_and_nothing_else(server, tmp_path, behaviour):
    fetch(tmp_path / "new" / "file.gz", [f"{server.url}/{behaviour}/file.gz"], MD5)
    assert (tmp_path / "new" / "file.gz").read_bytes() == FILE
    assert left_in(tmp_path / "new") == {"file.gz"}


BAD = {
    "missing": r"HTTP 404",
    "forbidden": r"HTTP 403",
    "html": rf"sent something else than the published file: MD5 {hashlib.md5(HTML).hexdigest()} instead of {MD5}",
    "cut": r"sent 1,000 of 102,400 bytes",
    "cut_unmeasured": rf"sent something else than the published file: MD5 {hashlib.md5(FILE[:1000]).hexdigest()} instead of {MD5}",
    "long": r"sent something else than the published file: MD5 ",
    "silent": r"timed out",
    "crawling": r"sent only \d+ bytes in 0 s",
}


@pytest.mark.parametrize(("behaviour", "reason"), BAD.items())
def test_a_bad_answer_leaves_nothing_behind_and_says_why(server, tmp_path, behaviour, reason):
    url = f"{server.url}/{behaviour}/file.gz"

    with pytest.raises(Unavailable, match=rf"^file.gz cannot be downloaded; tried {url} \({reason}") as refusal:
        fetch(tmp_path / "file.gz", [url], MD5, timeout_s=0.3)

    assert left_in(tmp_path) == set()
    assert f"put the file into {tmp_path} by hand" in str(refusal.value.help)


@pytest.mark.parametrize("behaviour", BAD)
def test_after_a_bad_mirror_the_next_one_is_asked(server, tmp_path, behaviour):
    urls = [f"{server.url}/{behaviour}/file.gz", f"{server.url}/ok/file.gz"]
    fetch(tmp_path / "file.gz", urls, MD5, timeout_s=0.3)
    assert (tmp_path / "file.gz").read_bytes() == FILE
    assert left_in(tmp_path) == {"file.gz"}


def test_a_refused_connection_is_a_bad_answer_too(tmp_path):
    with pytest.raises(Unavailable, match="Connection refused"):
        fetch(tmp_path / "file.gz", ["http://127.0.0.1:9/file.gz"], MD5, timeout_s=0.3)


def test_every_mirror_tried_is_named(server, tmp_path):
    urls = [f"{server.url}/missing/file.gz", f"{server.url}/forbidden/file.gz"]
    with pytest.raises(Unavailable) as refusal:
        fetch(tmp_path / "file.gz", urls, MD5)
    assert str(refusal.value) == f"file.gz cannot be downloaded; tried {urls[0]} (HTTP 404), {urls[1]} (HTTP 403)"


def test_what_a_killed_download_left_is_overwritten(server, tmp_path):
    (tmp_path / "file.gz.part").write_bytes(FILE[:500] * 1000)
    fetch(tmp_path / "file.gz", [f"{server.url}/ok/file.gz"], MD5)
    assert (tmp_path / "file.gz").read_bytes() == FILE


def test_a_file_that_is_there_is_not_asked_for(server, tmp_path):
    (tmp_path / "file.gz").write_bytes(b"mine")
    fetch(tmp_path / "file.gz", [f"{server.url}/ok/file.gz"], MD5)
    assert (tmp_path / "file.gz").read_bytes() == b"mine"
    assert not server.asked


def test_a_folder_that_cannot_be_made_is_named(server, tmp_path):
    (tmp_path / "data").write_text("a file")
    with pytest.raises(Unavailable, match=rf"^{tmp_path / 'data' / 'raw'}: cannot be written to: Not a directory$"):
        fetch(tmp_path / "data" / "raw" / "file.gz", [f"{server.url}/ok/file.gz"], MD5)


def test_of_four_processes_one_downloads_and_all_have_the_file(server, tmp_path):
    server.delay = 0.3
    code = "import sys; from pathlib import Path; from netspec.datasets._download import fetch; fetch(Path(sys.argv[1]), [sys.argv[2]], sys.argv[3])"
    command = [sys.executable, "-c", code, str(tmp_path / "file.gz"), f"{server.url}/ok/file.gz", MD5]
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).resolve().parents[2])}

    processes = [subprocess.Popen(command, env=environment) for _ in range(4)]

    assert [process.wait(30) for process in processes] == [0, 0, 0, 0]
    assert server.asked == {"/ok/file.gz": 1}
    assert (tmp_path / "file.gz").read_bytes() == FILE


def published(name: str, content: bytes, sizes: tuple[int, ...]) -> Published:
    return Published(name, sizes, hashlib.md5(gzip.compress(content, mtime=0)).hexdigest())


def test_a_data_set_downloads_its_four_files_once(server, tmp_path):
    images, labels = bytes([0, 0, 8, 3, 0, 0, 0, 2, 0, 0, 0, 1, 0, 0, 0, 1, 7, 9]), bytes([0, 0, 8, 1, 0, 0, 0, 2, 0, 1])
    server.files = {f"{part}-{name}.gz": gzip.compress(content, mtime=0) for part in "ab" for name, content in (("x", images), ("y", labels))}

    class Tiny(IdxImages):
        folder = "Tiny"
        mirrors = (f"{server.url}/ok/",)
        files = tuple(published(f"{part}-{name}", content, sizes) for part in "ab" for name, content, sizes in (("x", images, (2, 1, 1)), ("y", labels, (2,))))
        class_names = ("a", "b")

    loaded = Tiny(type="tiny").load(Places(tmp_path, tmp_path))
    again = Tiny(type="tiny").load(Places(tmp_path, tmp_path, download=False))

    assert loaded.train.features.ravel().tolist() == again.train.features.ravel().tolist() == [7, 9]
    assert set(server.asked.values()) == {1}
    assert left_in(tmp_path / "Tiny" / "raw") == {"a-x.gz", "a-y.gz", "b-x.gz", "b-y.gz"}
