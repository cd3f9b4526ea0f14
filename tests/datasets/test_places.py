"""The data root and the permission to download."""

from pathlib import Path

import platformdirs
import pytest

from netspec.errors import UsageError
from netspec.places import data_places

BASE = Path("specs")


@pytest.fixture(autouse=True)
def clean(monkeypatch):
    monkeypatch.delenv("NETSPEC_DATA", raising=False)
    monkeypatch.delenv("NETSPEC_OFFLINE", raising=False)


def test_the_argument_wins_over_the_environment(monkeypatch, tmp_path):
    monkeypatch.setenv("NETSPEC_DATA", str(tmp_path / "environment"))
    assert data_places(tmp_path / "argument", BASE).root == tmp_path / "argument"


def test_the_environment_wins_over_the_cache(monkeypatch, tmp_path):
    monkeypatch.setenv("NETSPEC_DATA", str(tmp_path))
    assert data_places(None, BASE).root == tmp_path


@pytest.mark.parametrize("empty", [None, ""])
def test_the_cache_of_the_user_is_the_last_resort(monkeypatch, empty):
    if empty is not None:
        monkeypatch.setenv("NETSPEC_DATA", empty)
    assert data_places(None, BASE).root == Path(platformdirs.user_cache_dir("netspec")) / "data"


def test_home_may_be_written_as_a_tilde(monkeypatch, tmp_path):
    monkeypatch.setenv("HOME", str(tmp_path))
    assert data_places(Path("~/data"), BASE).root == tmp_path / "data"


def test_the_root_is_absolute_so_that_a_change_of_folder_does_not_move_it(monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    assert data_places(Path("data"), BASE).root == tmp_path / "data"


@pytest.mark.parametrize(("said", "allowed"), [("", True), ("0", True), ("false", True), ("1", False), ("TRUE", False)])
def test_offline_forbids_downloads(monkeypatch, tmp_path, said, allowed):
    monkeypatch.setenv("NETSPEC_OFFLINE", said)
    assert data_places(tmp_path, BASE).download is allowed


def test_downloads_can_be_forbidden_by_the_caller(tmp_path):
    assert not data_places(tmp_path, BASE, download=False).download


def test_an_unclear_offline_is_refused(monkeypatch, tmp_path):
    monkeypatch.setenv("NETSPEC_OFFLINE", "perhaps")
    with pytest.raises(UsageError, match=r"^NETSPEC_OFFLINE must be 1 or 0, got perhaps$"):
        data_places(tmp_path, BASE)


def test_a_root_that_is_a_file_is_refused(tmp_path):
    (tmp_path / "data").write_text("")
    with pytest.raises(UsageError, match=r"^--data-dir must be a folder, got .*data$"):
        data_places(tmp_path / "data", BASE)
