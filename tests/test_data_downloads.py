"""MNIST and Fashion-MNIST: the user's file, Keras' cache, the download.

A small data set of the same layout stands in for the real one, and a server on
this machine for that of Keras. The real files are read where they are.
"""

import contextlib
import gzip
import hashlib
import http.server
import importlib.util
import io
import json
import os
import shutil
import subprocess
import sys
import threading
import tracemalloc
import zipfile
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from companion import data
from companion.data import CorruptDataError, DataUnavailableError, array_files, keras_sets

FOLDER = os.environ.get("COMPANION_DATA_DIR", "")


def real(name):
    """Mark a test that needs the real file."""
    return pytest.mark.skipif(
        not FOLDER or not Path(FOLDER, f"{name}.npz").is_file(),
        reason=f"COMPANION_DATA_DIR names no folder with {name}.npz",
    )


# -- a small data set, and a server that has it


def small_arrays():
    rng = np.random.default_rng(0)
    return {
        "x_train": rng.integers(0, 256, (20, 28, 28), "uint8"),
        "y_train": np.arange(20, dtype="uint8") % 10,
        "x_test": rng.integers(0, 256, (10, 28, 28), "uint8"),
        "y_test": np.arange(10, dtype="uint8"),
    }


def npz(arrays):
    file = io.BytesIO()
    np.savez(file, **arrays)
    return file.getvalue()


def idx(array):
    sizes = b"".join(size.to_bytes(4, "big") for size in array.shape)
    return gzip.compress(bytes([0, 0, 8, array.ndim]) + sizes + array.tobytes())


ARRAYS = small_arrays()
NPZ = npz(ARRAYS)
FASHION_FILES = {
    "train-images-idx3-ubyte.gz": idx(ARRAYS["x_train"]),
    "train-labels-idx1-ubyte.gz": idx(ARRAYS["y_train"]),
    "t10k-images-idx3-ubyte.gz": idx(ARRAYS["x_test"]),
    "t10k-labels-idx1-ubyte.gz": idx(ARRAYS["y_test"]),
}
SMALL = {
    "sha256": {name: hashlib.sha256(x.tobytes()).hexdigest() for name, x in ARRAYS.items()},
    "train_size": 20,
    "test_size": 10,
}


class Server(http.server.ThreadingHTTPServer):
    """Serves `files`; `send(handler, content)` says how."""

    def __init__(self, files):
        super().__init__(("127.0.0.1", 0), Handler)
        self.files, self.asked, self.send, self.encodings = files, [], send_whole, set()
        self.url = f"http://127.0.0.1:{self.server_port}/"


class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        name = self.path.strip("/")
        self.server.asked.append(name)
        self.server.encodings.add(self.headers["Accept-Encoding"])
        if name in self.server.files:
            self.server.send(self, self.server.files[name])
        else:
            self.send_error(404)

    def log_message(self, *args):
        pass


def send_head(handler, length):
    handler.send_response(200)
    if length is not None:
        handler.send_header("Content-Length", str(length))
    handler.end_headers()


def send_whole(handler, content):
    send_head(handler, len(content))
    handler.wfile.write(content)


def send_half(handler, content):
    """As a connection that breaks."""
    send_head(handler, len(content))
    handler.wfile.write(content[: len(content) // 2])


def send_half_of_unknown_length(handler, content):
    send_head(handler, None)
    handler.wfile.write(content[: len(content) // 2])


@pytest.fixture
def server():
    with Server({"mnist.npz": NPZ, **FASHION_FILES}) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield server
        server.shutdown()
        thread.join()


@pytest.fixture(autouse=True)
def cache(monkeypatch, tmp_path):
    """An empty Keras cache, and no other place to look in."""
    for name in ("COMPANION_DATA_DIR", "HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("KERAS_HOME", str(tmp_path / "keras"))
    return tmp_path / "keras" / "datasets"


@pytest.fixture
def mnist(server):
    return replace(keras_sets.MNIST, base_url=server.url, **SMALL)


@pytest.fixture
def fashion(server):
    return replace(keras_sets.FASHION_MNIST, base_url=server.url, **SMALL)


@pytest.fixture
def brought(monkeypatch, tmp_path):
    """A function that puts content where COMPANION_DATA_DIR points."""
    monkeypatch.setenv("COMPANION_DATA_DIR", str(tmp_path / "brought"))

    def bring(content, name="mnist.npz"):
        path = tmp_path / "brought" / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(content)
        return path

    return bring


def put(path, content):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)


def files_in(folder):
    return sorted(path.name for path in folder.rglob("*"))


def assert_is_small(loaded):
    np.testing.assert_allclose(loaded.train[..., 0] * 255, ARRAYS["x_train"], atol=1e-4)
    np.testing.assert_allclose(loaded.test[..., 0] * 255, ARRAYS["x_test"], atol=1e-4)
    np.testing.assert_array_equal(loaded.train_labels, ARRAYS["y_train"])
    np.testing.assert_array_equal(loaded.test_labels, ARRAYS["y_test"])


# -- the user's file


def test_a_brought_file_is_read_and_nothing_is_downloaded(mnist, server, brought, cache):
    brought(NPZ)
    assert_is_small(keras_sets.load(mnist))
    assert server.asked == []
    assert not cache.exists()


def test_a_brought_file_wins_over_the_cache(fashion, brought, cache):
    brought(NPZ, "fashion_mnist.npz")
    put(cache / "fashion-mnist" / "train-images-idx3-ubyte.gz", b"never looked at")
    assert_is_small(keras_sets.load(fashion))


def test_a_compressed_file_is_as_good(mnist, brought):
    file = io.BytesIO()
    np.savez_compressed(file, **ARRAYS)
    brought(file.getvalue())
    assert_is_small(keras_sets.load(mnist))


class Touch:
    """Makes a file when unpickled."""

    def __init__(self, path):
        self.path = path

    def __reduce__(self):
        return open, (str(self.path), "w")


def zipped(**members):
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for name, content in members.items():
            archive.writestr(f"{name}.npy", content)
    return file.getvalue()


def flipped(content):
    """One bit differs in the middle, where the pictures are."""
    return content[:5000] + bytes([content[5000] ^ 1]) + content[5001:]


def changed(**arrays):
    return npz({**ARRAYS, **arrays})


def bomb():
    """A small file that unpacks to 39 MB, more than any array of this data has."""
    file = io.BytesIO()
    np.savez_compressed(file, **{**ARRAYS, "x_train": np.zeros((50_000, 28, 28), "uint8")})
    return file.getvalue()


ONE_PIXEL = ARRAYS["x_train"].copy()
ONE_PIXEL[7, 14, 14] ^= 1

WRONG = {
    "empty": (b"", "not an intact file"),
    "text": (b"<html>404</html>", "not an intact file"),
    "truncated": (NPZ[: len(NPZ) // 2], "not an intact file"),
    "bit flipped": (flipped(NPZ), "not an intact file.*CRC"),
    "one array only": (npz({"x_train": ARRAYS["x_train"]}), "no y_train, x_test, y_test among"),
    "no arrays": (zipped(**dict.fromkeys(ARRAYS, b"hello")), "must be uint8.*Found"),
    "objects": (changed(x_train=np.array([1, "a"], dtype=object)), "Object arrays"),
    "too few": (changed(x_train=ARRAYS["x_train"][:19]), r"\(20, 28, 28\).*\(19, 28, 28\)"),
    "flat": (changed(x_test=ARRAYS["x_test"].reshape(10, 784)), r"`x_test`.*\(10, 784\)"),
    "floats": (changed(x_train=ARRAYS["x_train"] / 255), "must be uint8.*float64"),
    "label 10": (changed(y_test=ARRAYS["y_test"] + np.uint8(1)), "`y_test`.*from 1 to 10"),
    "zip bomb": (bomb(), "`x_train` would unpack to 39200128 bytes"),
    "one pixel": (changed(x_train=ONE_PIXEL), "`x_train`.*official values.*sha256"),
}


@pytest.mark.parametrize("wrong", WRONG)
def test_a_brought_file_that_is_wrong_is_refused(mnist, server, brought, wrong):
    content, message = WRONG[wrong]
    path = brought(content)
    with pytest.raises(CorruptDataError, match=f"(?s){message}") as caught:
        keras_sets.load(mnist)
    assert str(path) in str(caught.value)
    assert "Replace the file, or delete it" in str(caught.value)
    assert server.asked == []  # no silent way round


def test_a_pickle_in_a_file_is_never_run(mnist, brought, tmp_path):
    trap = np.empty(1, dtype=object)
    trap[0] = Touch(tmp_path / "pwned")
    brought(changed(x_train=trap))
    with pytest.raises(CorruptDataError):
        keras_sets.load(mnist)
    assert not (tmp_path / "pwned").exists()


# -- Keras' cache


def test_what_keras_downloaded_is_used(mnist, fashion, server, cache):
    put(cache / "mnist.npz", NPZ)
    for name, content in FASHION_FILES.items():
        put(cache / "fashion-mnist" / name, content)
    assert_is_small(keras_sets.load(mnist))
    assert_is_small(keras_sets.load(fashion))
    assert server.asked == []


def test_urls_and_cached_names_are_those_of_keras():
    """Read in the source of the installed Keras, which is not imported."""
    keras = Path(importlib.util.find_spec("keras").origin).parent / "src" / "datasets"
    for spec in (keras_sets.MNIST, keras_sets.FASHION_MNIST):
        source = (keras / f"{spec.name}.py").read_text(encoding="utf-8")
        assert f'"{spec.base_url}"' in source
        for path in map(Path, spec.files):
            assert path.name in source
            assert all(f'"{part}"' in source for part in path.parts[:-1])


def test_the_cache_is_below_the_home_folder_unless_keras_is_told_another(monkeypatch, tmp_path):
    monkeypatch.delenv("KERAS_HOME")
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("USERPROFILE", str(tmp_path))
    put(tmp_path / ".keras" / "datasets" / "mnist.npz", NPZ)
    assert_is_small(keras_sets.load(replace(keras_sets.MNIST, base_url="none", **SMALL)))


@pytest.mark.parametrize("home", ["none", "missing", "unwritable"])
def test_without_a_home_to_write_into_the_cache_is_in_the_folder_for_what_passes(
    home, mnist, monkeypatch, tmp_path
):
    def expanduser(path):
        return path if home == "none" else path.replace("~", str(tmp_path / "home"))

    if home == "unwritable":
        (tmp_path / "home").mkdir()
        monkeypatch.setattr(os, "access", lambda _, mode: mode != os.W_OK)
    monkeypatch.delenv("KERAS_HOME")
    monkeypatch.setattr("os.path.expanduser", expanduser)
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "passing"))
    assert_is_small(keras_sets.load(mnist))
    assert (tmp_path / "passing" / ".keras" / "datasets" / "mnist.npz").is_file()


def test_without_a_home_a_folder_that_begins_with_it_is_told_of(mnist, server, monkeypatch):
    server.files.clear()
    monkeypatch.setenv("COMPANION_DATA_DIR", "~/data")
    monkeypatch.setattr("os.path.expanduser", lambda path: path)
    assert f"{Path('~/data/mnist.npz')} (COMPANION_DATA_DIR): no such file" in refused(mnist)


@pytest.mark.parametrize("wrong", ["empty", "truncated", "one pixel"])
def test_a_corrupt_cached_file_is_downloaded_again_and_says_so(mnist, server, cache, wrong):
    put(cache / "mnist.npz", WRONG[wrong][0])
    with pytest.warns(UserWarning, match="(?s)mnist.npz.*Downloading it again") as caught:
        assert_is_small(keras_sets.load(mnist))
    assert len(caught) == 1
    assert server.asked == ["mnist.npz"]
    assert (cache / "mnist.npz").read_bytes() == NPZ


def test_a_corrupt_cached_file_is_named_when_it_cannot_be_replaced(mnist, server, cache):
    put(cache / "mnist.npz", b"rubbish")
    server.files.clear()
    with (
        pytest.warns(UserWarning, match="Downloading it again"),
        pytest.raises(DataUnavailableError, match=r"mnist.npz is not an intact file"),
    ):
        keras_sets.load(mnist)
    assert (cache / "mnist.npz").read_bytes() == b"rubbish"


def test_a_machine_without_memory_is_not_taken_for_a_wrong_file(monkeypatch, tmp_path):
    def full(*_):
        raise MemoryError

    (tmp_path / "small.npz").write_bytes(npz({"x": np.zeros(3, "uint8")}))
    monkeypatch.setattr(array_files, "_unpack_npz", full)
    with pytest.raises(MemoryError):
        array_files.read(tmp_path / "small.npz", {"x": ((3,), "")})


def test_no_more_of_a_gzip_file_is_unpacked_than_an_array_may_hold(fashion, cache):
    wanted = fashion.wanted(("x_test",))
    put(cache / "bomb.gz", gzip.compress(bytes(30_000_000)))
    tracemalloc.start()
    with pytest.raises(CorruptDataError, match="not an intact file"):
        array_files.read(cache / "bomb.gz", wanted)
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert most < 3_000_000


# -- the download


def test_a_download_lands_in_the_cache_and_is_not_repeated(mnist, server, cache):
    assert_is_small(keras_sets.load(mnist))
    assert_is_small(keras_sets.load(mnist))
    assert server.asked == ["mnist.npz"]
    assert server.encodings == {"identity"}  # else a .gz might be unpacked on the way
    assert (cache / "mnist.npz").read_bytes() == NPZ
    assert files_in(cache) == ["mnist.npz"]


def test_fashion_mnist_is_downloaded_in_four_files(fashion, server, cache):
    assert_is_small(keras_sets.load(fashion))
    assert sorted(server.asked) == sorted(FASHION_FILES)
    for name, content in FASHION_FILES.items():
        assert (cache / "fashion-mnist" / name).read_bytes() == content


def test_only_the_missing_file_is_downloaded(fashion, server, cache):
    missing, *there = FASHION_FILES
    for name in there:
        put(cache / "fashion-mnist" / name, FASHION_FILES[name])
    assert_is_small(keras_sets.load(fashion))
    assert server.asked == [missing]


def test_an_empty_folder_of_the_user_does_not_stop_the_download(mnist, brought):
    assert_is_small(keras_sets.load(mnist))


def test_without_a_terminal_a_download_prints_nothing(mnist, capfd):
    keras_sets.load(mnist)
    assert capfd.readouterr() == ("", "")


def test_in_a_terminal_a_download_shows_a_bar(mnist, capsys, monkeypatch):
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True, raising=False)
    keras_sets.load(mnist)
    shown = capsys.readouterr().err
    assert "mnist.npz" in shown
    assert "100%" in shown


def refused(spec):
    with pytest.raises(DataUnavailableError) as caught:
        keras_sets.load(spec)
    return str(caught.value)


def test_a_failed_download_tells_what_was_tried_and_what_to_do(mnist, server, brought, cache):
    server.files.clear()
    path = brought(b"").with_name("mnist.npz")
    path.unlink()
    message = refused(mnist)
    assert f"{path} (COMPANION_DATA_DIR): no such file" in message
    assert f"{cache / 'mnist.npz'}: no such file" in message
    assert f"{server.url}mnist.npz: HTTPError: 404" in message
    assert "set the environment variable COMPANION_DATA_DIR" in message
    assert "`digits` needs no network" in message


def test_without_the_environment_variable_the_error_says_that_it_is_not_set(mnist, server):
    server.files.clear()
    assert "COMPANION_DATA_DIR: not set" in refused(mnist)


def test_no_network_is_a_data_unavailable_error(mnist):
    closed = replace(mnist, base_url="http://127.0.0.1:1/")
    assert "http://127.0.0.1:1/mnist.npz: ConnectionError" in refused(closed)


@pytest.mark.parametrize("send", [send_half, send_half_of_unknown_length])
def test_a_broken_connection_leaves_no_file(mnist, fashion, server, cache, send):
    server.send = send
    assert f"{server.url}mnist.npz: " in refused(mnist)
    assert f"{server.url}train-images-idx3-ubyte.gz: " in refused(fashion)
    assert files_in(cache) == ["fashion-mnist"]
    server.send = send_whole
    assert_is_small(keras_sets.load(mnist))


def test_other_data_at_the_url_is_not_kept(mnist, server, cache):
    server.files["mnist.npz"] = WRONG["one pixel"][0]
    message = refused(mnist)
    assert f"`x_train` in {server.url}mnist.npz does not hold the official values" in message
    assert files_in(cache) == []


@contextlib.contextmanager
def files_limited_to(size):
    """Any longer file cannot be written, as on a full disk."""
    resource = pytest.importorskip("resource")
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def test_a_full_disk_leaves_no_file(mnist, cache):
    with files_limited_to(1000):
        message = refused(mnist)
    assert "File too large" in message
    assert files_in(cache) == []


@pytest.mark.filterwarnings("ignore::UserWarning")  # where the system tells it from no file
def test_a_folder_that_cannot_be_made_is_a_data_unavailable_error(mnist, cache):
    put(cache.parent, b"a file where the folder should be")
    assert "Error" in refused(mnist)


def test_an_interrupted_download_leaves_no_file(mnist, server, cache, monkeypatch):
    def interrupt(*args, **kwargs):
        raise KeyboardInterrupt

    monkeypatch.setattr("tqdm.std.tqdm.update", interrupt)
    with pytest.raises(KeyboardInterrupt):
        keras_sets.load(mnist)
    assert files_in(cache) == []


ANOTHER_PROCESS = """
import json, sys
from dataclasses import replace
from companion.data import keras_sets
spec = replace(keras_sets.MNIST, **json.loads(sys.argv[1]))
print(round(float(keras_sets.load(spec).train.sum() * 255)))
"""


def test_two_processes_that_download_at_once_both_get_the_data(server, cache):
    both_asked = threading.Barrier(2, timeout=30)

    def send_slowly(handler, content):
        send_head(handler, len(content))
        for start in range(0, len(content), 4000):
            if start == 8000:
                both_asked.wait()  # each has half a file when the other starts
            handler.wfile.write(content[start : start + 4000])

    server.send = send_slowly
    command = [sys.executable, "-c", ANOTHER_PROCESS, json.dumps({"base_url": server.url, **SMALL})]
    runs = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(2)]
    printed = [run.communicate(timeout=60)[0] for run in runs]
    expected = int(ARRAYS["x_train"].sum(dtype="int64"))
    assert [abs(int(text) - expected) <= expected * 1e-6 for text in printed] == [True, True]
    assert server.asked == ["mnist.npz"] * 2
    assert files_in(cache) == ["mnist.npz"]
    assert (cache / "mnist.npz").read_bytes() == NPZ


# -- the real files


@real("mnist")
def test_the_real_mnist_is_loaded(monkeypatch):
    monkeypatch.setenv("COMPANION_DATA_DIR", FOLDER)
    mnist = data.load("mnist")
    assert mnist.train.shape == (60000, 28, 28, 1)
    assert mnist.test.shape == (10000, 28, 28, 1)
    assert mnist.train_labels[:10].tolist() == [5, 0, 4, 1, 9, 2, 1, 3, 1, 4]
    assert mnist.train.mean() == pytest.approx(0.1307, abs=1e-4)  # the constants that
    assert mnist.train.std() == pytest.approx(0.3081, abs=1e-4)  # everyone normalises by


@real("fashion_mnist")
def test_the_real_fashion_mnist_is_loaded(monkeypatch):
    monkeypatch.setenv("COMPANION_DATA_DIR", FOLDER)
    fashion = data.load("fashion_mnist")
    assert fashion.train.shape == (60000, 28, 28, 1)
    assert np.bincount(fashion.train_labels).tolist() == [6000] * 10
    assert fashion.class_names[fashion.train_labels[0]] == "Ankle boot"
    assert fashion.train.mean() == pytest.approx(0.2860, abs=1e-4)


@real("mnist")
def test_the_real_mnist_is_found_in_the_cache(cache):
    cache.mkdir(parents=True)
    shutil.copy(Path(FOLDER, "mnist.npz"), cache)
    assert data.load("mnist").test_labels[:5].tolist() == [7, 2, 1, 0, 4]


@real("fashion_mnist")
def test_the_real_fashion_mnist_is_found_in_the_cache_as_idx_files(cache):
    with np.load(Path(FOLDER, "fashion_mnist.npz")) as archive:
        for path, (name,) in keras_sets.FASHION_MNIST.files.items():
            header = bytes([0, 0, 8, archive[name].ndim])
            sizes = np.array(archive[name].shape, ">u4").tobytes()
            content = gzip.compress(header + sizes + archive[name].tobytes(), compresslevel=1)
            put(cache / path, content)
    fashion = data.load("fashion_mnist")
    assert fashion.test_labels[:5].tolist() == [9, 2, 1, 1, 6]


@real("mnist")
def test_one_wrong_pixel_in_the_real_mnist_is_noticed(brought):
    with np.load(Path(FOLDER, "mnist.npz")) as archive:
        arrays = dict(archive)
    arrays["x_train"][59999, 14, 14] ^= 1
    brought(npz(arrays))
    with pytest.raises(CorruptDataError, match=r"`x_train`.*official values"):
        data.load("mnist")
