"""What a notebook stores of sliders, an explorer and a progress bar: twins, and nothing dead."""

import base64
import io
import re

import keras
import nbformat
import notebooks
import numpy as np
import pytest
from nbclient import NotebookClient
from PIL import Image
from small_models import make_pictures, make_vae

from companion.widgets import (
    FrameSlider,
    LatentExplorer,
    LatentSliders,
    LiveFilling,
    LiveTraining,
    twins,
)


def make_sliders(scale=1.0):
    kernel = keras.initializers.Constant(scale)
    layers = [keras.Input((2,)), keras.layers.Dense(4, kernel_initializer=kernel)]
    decoder = keras.Sequential([*layers, keras.layers.Reshape((2, 2, 1))])
    return LatentSliders(decoder, np.random.default_rng(0).normal(size=(9, 2)), label="it")


def make_frames():
    return FrameSlider(np.zeros((3, 2, 8)), [0, 1, 2], name="step", columns=("a", "b"))


def make_explorer():
    return LatentExplorer(make_vae(), make_pictures(9))


def make_training():
    return LiveTraining(["VAE", "autoencoder"])


def make_filling():
    codes = np.random.default_rng(0).normal(size=(9, 2))
    return LiveFilling(make_vae(), codes, x=make_pictures(2), label="digit")


WORDS = {
    make_sliders: ("LatentSliders(latent_dim=2)", "Film strip of the it: 2 rows of pictures"),
    make_frames: ("FrameSlider(3 frames)", "Film strip of the picture (a, b): 3 rows"),
    make_explorer: ("LatentExplorer('VAE')", "Grid of what VAE decodes all over its map"),
    make_filling: ("LiveFilling(9 codes)", "2 rows of pictures: each begins with a digit"),
    make_training: ("LiveTraining('VAE', 'autoencoder')", "A row of handwritten digits"),
}
every_widget = pytest.mark.parametrize("make", WORDS)


@every_widget
def test_a_widget_is_shown_and_in_an_output_of_its_own_its_twin(make, monkeypatch):
    shown = []
    monkeypatch.setattr(twins, "display", lambda data, **kwargs: shown.append((data, kwargs)))
    widget = make()
    widget._ipython_display_()
    (view, _), (twin, options) = shown
    assert view[notebooks.VIEW]["model_id"] == widget.model_id
    assert view.keys() == {notebooks.VIEW}  # no words where no widget can be shown
    words, alt = WORDS[make]
    assert twin["text/plain"] == words
    assert twin["text/html"] == widget.to_html()
    assert base64.b64decode(twin["image/png"]) == widget.still()
    assert options["metadata"]["image/png"]["alt"].startswith(alt)


@every_widget
def test_the_page_can_tell_which_twin_is_whose(make):
    widget, again = make(), make()
    picture = widget if hasattr(widget, "_twin") else widget.picture
    (named,) = re.findall(r'<figure [^>]*data-twin="([^"]+)"', widget.to_html())
    assert named == picture._twin == widget.twin
    assert again.twin == widget.twin
    assert make_sliders(scale=2.0).twin != make_sliders().twin


SHARED = {
    make_sliders: {"_data", "_twin", "_decoder", "_pixels", "sliders"},
    make_frames: {"_data", "_twin", "slider"},
    make_explorer: {"_data", "_twin", "_first", "z", "model", "picture"},
    make_filling: {"_data", "_twin", "picture", "covered", "side"},
    make_training: {"_data", "_twin", "_kernel", "_script"},
}


@every_widget
def test_what_the_page_draws_by_is_sent_to_it(make):
    widget = make()
    sent = (widget if hasattr(widget, "_twin") else widget.picture).get_state()
    assert SHARED[make] <= sent.keys()
    assert re.fullmatch("[0-9a-f]{12}", sent["_twin"])
    for name in SHARED[make] & {"sliders", "slider"}:  # by their names: widgets of their own
        assert "IPY_MODEL_" in str(sent[name])


CODE = """
import keras, numpy as np
import companion
from companion import callbacks, networks
vae = companion.VAE(networks.dense_encoder(2, gaussian=True), networks.dense_decoder(2))
vae.compile("adam")
x = np.random.default_rng(0).random((64, 28, 28, 1)).astype("float32")
vae.fit(x, batch_size=8, epochs=2, verbose=0, callbacks=[callbacks.ProgressBar()])
display(companion.LatentSliders(vae.decoder, vae.encode(x).z_mean))
display(companion.FrameSlider(x[:3, ..., 0], [0, 1, 2], name="step"))
display(companion.LiveFilling(vae, vae.encode(x).z_mean, x=x[:3]))
companion.LatentExplorer(vae, x)
"""


def test_a_saved_notebook_shows_the_twins_alone():
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(CODE.strip())])
    NotebookClient(notebook, timeout=300, kernel_name="python3").execute()
    nbformat.validate(notebook)
    outputs = [out for out in notebook.cells[0].outputs if "data" in out]
    kinds = [sorted(out["data"]) for out in outputs]
    twin = ["image/png", "text/html", "text/plain"]
    assert kinds == [["text/html"], *4 * ([notebooks.VIEW], twin)]
    assert outputs[0]["data"]["text/html"] == ""  # where the bar was
    for out in outputs[2::2]:
        Image.open(io.BytesIO(base64.b64decode(out["data"]["image/png"]))).verify()
    stored = notebooks.normalise(notebook)
    assert [sorted(out["data"]) for out in stored.cells[-1].outputs] == 4 * [twin]
    assert "widgets" not in stored.metadata
