"""The page on larger machines: its programs run, outlive a kill, and step as one device does."""

import json
import os
import re
import socket
import subprocess
import sys
from pathlib import Path

import keras
import numpy as np
import pytest
from PIL import Image
from thorough import thorough

PAGE = Path(__file__).parents[1] / "book" / "machines.md"

pytestmark = [
    thorough,
    pytest.mark.skipif(
        keras.backend.backend() != "tensorflow", reason="the page is about TensorFlow"
    ),
]
# Small pictures, one step an epoch; clouds so narrow that no draw makes a difference.
SMALL = {
    "(64, 64": "(4, 4",
    "batch(128": "batch(16",
    "32, filters=(32, 64, 128)": "2, filters=(3,)",
    "32, filters=(128, 64, 32)": "2, filters=(3,)",
    '    model.compile("adam")': """
    head = model.encoder.get_layer("z_log_var")
    head.kernel.assign(0 * head.kernel), head.bias.assign(0 * head.bias - 25)
    head.trainable = False
    model.compile(keras.optimizers.Adam(0.05))""",
    "epochs=20": "epochs=4",
    "len(saved), 20": "len(saved), 4",
}


def program(name):
    """Give a program of the page, for small pictures: the one that holds `name`."""
    blocks = re.findall(r"```python\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    (text,) = (block for block in blocks if name in block)
    for old, new in SMALL.items():
        text = text.replace(old, new)
    return text


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    folder = tmp_path_factory.mktemp("machines")
    (folder / "pictures").mkdir()
    rng = np.random.default_rng(0)
    for i in range(16):
        pixels = rng.integers(0, 256, (4, 4, 3)).astype("uint8")
        Image.fromarray(pixels).save(folder / "pictures" / f"{i:02}.png")
    return folder


def start(text, folder, **environment):
    return subprocess.Popen(
        [sys.executable, "-c", text], cwd=folder, env=os.environ | environment,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip


@pytest.fixture(scope="module")
def whole(place):
    """Train as the program for a laptop does, in this process: its losses, and the model."""
    before = Path.cwd()
    os.chdir(place)
    try:
        names = {}
        exec(program("BackupAndRestore").replace("model.fit(", "told = model.fit("), names)
    finally:
        os.chdir(before)
    return names["told"].history["loss"], names["model"]


def test_a_killed_training_goes_on_from_its_backup(place, whole):
    """The folder `backup` is as an interrupted training leaves it."""
    killed = program("BackupAndRestore").replace(
        "callbacks=[backup]",
        "callbacks=[backup, keras.callbacks.LambdaCallback(on_train_batch_begin=lambda i, logs: "
        "int(model.optimizer.iterations) == 2 and os.kill(os.getpid(), 9))]",
    )
    first = start("import os\n" + killed, place)
    first.communicate()
    assert first.returncode == -9
    assert (place / "backup").exists()
    second = start(program("BackupAndRestore") + "print(model.optimizer.iterations.numpy())", place)
    out, err = second.communicate()
    assert not second.returncode, err[-2000:]
    assert "Epoch 3/4" in out
    assert "Epoch 2/4" not in out
    assert out.split()[-1] == "4"
    _, model = whole
    loaded = keras.saving.load_model(place / "model.keras")
    for ours, theirs in zip(loaded.get_weights(), model.get_weights(), strict=True):
        np.testing.assert_allclose(ours, theirs, rtol=1e-4, atol=1e-5)


def free_ports(n):
    sockets = [socket.create_server(("localhost", 0)) for _ in range(n)]
    ports = [each.getsockname()[1] for each in sockets]
    for each in sockets:
        each.close()
    return ports


def start_workers(text, folder):
    cluster = {"worker": [f"localhost:{port}" for port in free_ports(2)]}
    return [
        start(
            text, folder,
            TF_CONFIG=json.dumps({"cluster": cluster, "task": {"type": "worker", "index": i}}),
        )
        for i in range(2)
    ]  # fmt: skip


def told_in(out):
    """Give the loss of each epoch that a worker has printed."""
    lines = re.findall(r"^(\d+) (\d+\.\d+)$", out, re.MULTILINE)
    return {epoch: float(loss) for epoch, loss in lines}


def test_two_workers_step_and_tell_as_one_device_does_and_go_on_after_one_was_killed(place, whole):
    text = program("MultiWorkerMirroredStrategy")
    deadly = "    if (index, epoch) == (1, 2):\n        os.kill(os.getpid(), 9)\n"
    spoilt = text.replace("    model.reset_metrics()\n", deadly + "    model.reset_metrics()\n")
    workers = start_workers(spoilt, place)
    losses = [[], []]
    for i, worker in ((1, workers[1]), (0, workers[0])):
        out, err = worker.communicate()
        assert worker.returncode == (-9 if i else 1), err[-2000:]
        losses[i] += told_in(out).values()
    assert len(list((place / "kept" / "0").iterdir())) == 2
    for i, worker in enumerate(start_workers(text, place)):
        out, err = worker.communicate()
        assert not worker.returncode or i, err[-2000:]  # the first may be gone before the other
        assert list(told_in(out)) == ["2", "3"]
        losses[i] += told_in(out).values()
    told, model = whole
    np.testing.assert_allclose(np.mean(losses, axis=0), told, rtol=1e-4)
    loaded = keras.saving.load_model(place / "kept" / "0" / "003.keras")
    for ours, theirs in zip(loaded.get_weights(), model.get_weights(), strict=True):
        np.testing.assert_allclose(ours, theirs, rtol=1e-4, atol=1e-5)
