"""Reading the two file formats of the MNIST family, and refusing what is not it."""

import gzip
import hashlib
import math
import zipfile

import numpy as np


class CorruptDataError(ValueError):
    """A file is there, but it is not the official data."""


def read(path, wanted, called=None):
    """Read arrays from a file and check that they are the official ones.

    Args:
        path: of an `.npz` file, or of a gzipped idx file, which holds one array.
        wanted: for each array, `{name: (shape, sha256 of its bytes)}`; all of
            them are uint8.
        called: what an error calls the file; by default its path.

    Returns:
        A dict of uint8 arrays, by name.

    Raises:
        FileNotFoundError: there is no such file.
        CorruptDataError: it is no such archive, it is cut short, or an array in
            it is missing, of another type or shape, or has other values.
    """
    called = called or path
    with open(path, "rb") as file:  # says FileNotFoundError where that is the trouble
        unpack = _unpack_npz if zipfile.is_zipfile(file) else _unpack_idx
        file.seek(0)
        try:
            arrays = unpack(file, {name: _most(shape) for name, (shape, _) in wanted.items()})
        except MemoryError:
            raise  # the machine's trouble, not the file's
        except Exception as error:  # a parser that is fed garbage may raise anything
            raise CorruptDataError(
                f"{called} is not an intact file of {', '.join(wanted)}. "
                f"Found: {type(error).__name__}: {error}"
            ) from error
    for name, (shape, sha256) in wanted.items():
        _check(arrays[name], shape, sha256, f"`{name}` in {called}")
    return arrays


def _most(shape):
    """Give the bytes that are unpacked at most: those of an array of float64, and a header."""
    return 8 * math.prod(shape) + 10_000


def _unpack_npz(file, most):
    with np.load(file, allow_pickle=False) as archive:
        missing = [name for name in most if name not in archive]
        if missing:
            raise ValueError(f"no {', '.join(missing)} among the arrays {archive.files}")
        for name in most:
            size = archive.zip.getinfo(f"{name}.npy").file_size
            if size > most[name]:
                raise ValueError(f"`{name}` would unpack to {size} bytes")
        return {name: np.asarray(archive[name]) for name in most}


def _unpack_idx(file, most):
    """Read an idx file: 0, 0, 8 for uint8, the rank, big-endian sizes, the values."""
    ((name, size),) = most.items()
    content = gzip.GzipFile(fileobj=file).read(size)
    if content[:3] != b"\x00\x00\x08":
        raise ValueError(f"the header starts with {content[:3]}, not with that of idx bytes")
    rank = content[3]
    shape = np.frombuffer(content, ">u4", count=rank, offset=4)
    return {name: np.frombuffer(content, np.uint8, offset=4 + 4 * rank).reshape(shape)}


def _check(array, shape, sha256, called):
    if array.dtype != np.uint8 or array.shape != shape:
        raise CorruptDataError(
            f"{called} must be uint8 of shape {shape}. Found: {array.dtype} of shape {array.shape}"
        )
    found = hashlib.sha256(np.ascontiguousarray(array)).hexdigest()
    if found != sha256:
        raise CorruptDataError(
            f"{called} does not hold the official values, of sha256 {sha256[:12]}…. "
            f"Found: values from {array.min()} to {array.max()}, of sha256 {found[:12]}…"
        )
