"""Files that are written whole or not at all."""

import tempfile
from pathlib import Path


def write(folder, contents):
    """Write files that have their names only once all bytes of all of them are there.

    Args:
        folder: pathlib.Path; it is made if it is not there.
        contents: dict from a file's name to its bytes.

    Raises:
        OSError: they cannot be written; what had these names before is as it was.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        # A folder of its own in the same place: the moves are atomic and need no room, and
        # whatever goes wrong, the folder is removed.
        with tempfile.TemporaryDirectory(dir=folder, prefix="unfinished-") as place:
            parts = [Path(place) / name for name in contents]
            for part, content in zip(parts, contents.values(), strict=True):
                part.write_bytes(content)
            for part in parts:
                part.replace(folder / part.name)
    except OSError as error:
        raise OSError(
            f"{folder} cannot be written: {error.strerror}. What was there before is as it was."
        ) from error
