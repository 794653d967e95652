"""Files are written whole or not at all, and what a killed run leaves does not stay."""

import errno
import os
import subprocess
import sys
from pathlib import Path

import pytest

from companion.files import UNFINISHED, workplace, write

BOTH = {"a": b"new a", "b": b"new b"}
needs_locks = pytest.mark.skipif(sys.platform == "win32", reason="Windows locks no folders")


def contents(folder):
    return {path.name: path.read_bytes() if path.is_file() else None for path in folder.iterdir()}


@pytest.fixture
def older(tmp_path):
    """A folder with an older file."""
    (tmp_path / "a").write_bytes(b"old a")
    return tmp_path


def refused(folder):
    with pytest.raises(OSError, match="cannot be written: ") as caught:
        write(folder, BOTH)
    return str(caught.value)


def test_files_are_written_into_a_new_folder_and_over_older_ones(older):
    write(older / "new" / "folder", BOTH)
    assert contents(older / "new" / "folder") == BOTH
    write(older, BOTH)
    assert contents(older) == BOTH | {"new": None}


@pytest.mark.parametrize("name", BOTH)
def test_a_folder_in_the_place_of_a_file_is_met_before_any_is_replaced(name, tmp_path):
    for each in BOTH:
        (tmp_path / each).mkdir() if each == name else (tmp_path / each).write_bytes(b"old")
    before = contents(tmp_path)
    message = (
        f"{tmp_path} cannot be written: {name} is a folder. What was there before is as it was."
    )
    assert refused(tmp_path) == message
    assert contents(tmp_path) == before


def test_a_full_disk_leaves_nothing(older, monkeypatch):
    write_bytes = Path.write_bytes

    def full(path, content):
        write_bytes(path, content[:2])
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(Path, "write_bytes", full)
    assert "No space left on device. What was there before is as it was." in refused(older)
    assert contents(older) == {"a": b"old a"}


def test_a_move_that_is_refused_after_another_is_told_as_it_is(older, monkeypatch):
    replace = Path.replace

    def busy(path, target):
        if target.name == "b":
            raise PermissionError(errno.EACCES, "Permission denied")
        return replace(path, target)

    monkeypatch.setattr(Path, "replace", busy)
    assert refused(older).endswith("Permission denied. a is new, the rest is as it was.")
    assert contents(older) == {"a": b"new a"}


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has other modes")
def test_a_file_that_is_replaced_leaves_its_mode(older):
    (older / "a").chmod(0o640)
    write(older, BOTH)
    assert (older / "a").stat().st_mode & 0o777 == 0o640
    mask = os.umask(0)
    os.umask(mask)
    assert (older / "b").stat().st_mode & 0o777 == 0o666 & ~mask


UNTIL_KILLED = """
import sys
from pathlib import Path
from companion.files import workplace
with workplace(Path(sys.argv[1])) as place:
    (place / "half").write_bytes(b"half a file")
    print(place.name, flush=True)
    sys.stdin.read()
"""


@needs_locks
def test_what_a_killed_run_has_left_is_removed_and_what_a_living_one_has_is_not(older):
    command = [sys.executable, "-c", UNTIL_KILLED, str(older)]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    with subprocess.Popen(command, **pipes) as run:
        name = run.stdout.readline().strip()
        write(older, BOTH)
        assert contents(older) == BOTH | {name: None}
        assert contents(older / name) == {"half": b"half a file"}
        run.kill()
        run.wait()
    assert (older / name).exists()
    write(older, BOTH)
    assert contents(older) == BOTH


@needs_locks
def test_only_folders_of_its_own_are_removed(older):
    kept = {f"{UNFINISHED}thesis", "unfinished-abcdefgh", "tmpabcdefgh"}
    for name in kept:
        (older / name).mkdir()
    elsewhere = older / "elsewhere"
    elsewhere.mkdir()
    (older / f"{UNFINISHED}12345678").symlink_to(elsewhere)
    write(older, BOTH)
    assert kept | {"elsewhere", f"{UNFINISHED}12345678", *BOTH} == set(contents(older))


def test_two_places_in_one_folder_do_not_meet(tmp_path):
    with workplace(tmp_path) as one, workplace(tmp_path) as other:
        assert one != other
        assert one.is_dir()
    assert contents(tmp_path) == {}


def test_an_interrupt_leaves_nothing(older, monkeypatch):
    def interrupt(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr("shutil.copymode", interrupt)  # once a first file is there
    with pytest.raises(KeyboardInterrupt):
        write(older, BOTH)
    assert contents(older) == {"a": b"old a"}


@needs_locks
def test_where_folders_cannot_be_locked_files_are_written_and_nothing_is_removed(
    older, monkeypatch
):
    monkeypatch.setattr("companion.files.fcntl", None)
    left = older / f"{UNFINISHED}12345678"
    left.mkdir()
    write(older, BOTH)
    assert contents(older) == BOTH | {left.name: None}
