"""Files that are written whole or not at all."""

import errno
import os
import shutil
import tempfile
from contextlib import ExitStack, contextmanager
from pathlib import Path

try:
    import fcntl
except ImportError:  # Windows
    fcntl = None  # type: ignore[assignment]

UNFINISHED = "companion-unfinished-"  # a folder's name begins so, and eight characters follow


def write(folder, contents):
    """Write files that have their names only once all bytes of all of them are there.

    A file that is replaced leaves its mode to the new one.

    Args:
        folder: pathlib.Path; it is made if it is not there.
        contents: dict from a file's name to its bytes.

    Raises:
        OSError: they cannot be written; what had these names before is as it was, unless
            the message names some that the system let be replaced before it refused another.
    """
    replaced = []
    try:
        with workplace(folder) as place:
            for name, content in contents.items():
                (place / name).write_bytes(content)
                if (folder / name).is_dir():
                    raise IsADirectoryError(errno.EISDIR, f"{name} is a folder")
                if (folder / name).exists():
                    shutil.copymode(folder / name, place / name)
            for name in contents:
                (place / name).replace(folder / name)
                replaced.append(name)
    except OSError as error:
        kept = f"{', '.join(replaced)} is new, the rest" if replaced else "What was there before"
        raise OSError(
            f"{folder} cannot be written: {error.strerror or error}. {kept} is as it was."
        ) from error


@contextmanager
def workplace(folder):
    """Give a new folder for files on their way into `folder`; afterwards it is gone.

    It lies in `folder` itself, so that a move is atomic and needs no room. A run keeps a lock on
    its own, which the system takes away when the run ends, however it ends: those that killed
    runs have left are known by that, and removed. Where folders cannot be locked, as on Windows,
    they stay.

    Args:
        folder: pathlib.Path; it is made if it is not there.

    Yields:
        pathlib.Path.

    Raises:
        OSError: it cannot be made.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with ExitStack() as stack:
        with _lock(folder):  # so that none is met between its making and its locking
            for left in folder.glob(UNFINISHED + 8 * "?"):
                with _lock(left, wait=False) as dead:
                    if dead:
                        shutil.rmtree(left, ignore_errors=True)
            place = tempfile.TemporaryDirectory(dir=folder, prefix=UNFINISHED)
            path = Path(stack.enter_context(place))
            stack.enter_context(_lock(path))
        yield path


@contextmanager
def _lock(folder, wait=True):
    """Lock a folder, and say whether that could be done."""
    with ExitStack() as stack:
        try:
            handle = os.open(folder, os.O_RDONLY)
            stack.callback(os.close, handle)
            fcntl.flock(handle, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
            locked = True
        except (AttributeError, OSError):  # Windows; another run has it, or the disk knows no locks
            locked = False
        yield locked
