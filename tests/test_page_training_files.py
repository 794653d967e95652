"""What a page needs to train in: each script hands over what it is named for."""

import base64
import json
import re
import zlib

import numpy as np
from sklearn.datasets import load_digits

from companion.data import faces
from companion.data.digits import ink_counts
from companion.page import training_files
from companion.page.explorer_twin import blank_page
from companion.page.patient_page import patient_html
from companion.page.scripts import bundle, source
from companion.page.training_page import training_html


def handed_over(script, taker):
    """Give what a script calls its taker with."""
    text = script.decode()
    assert text.startswith(f"{taker}(")
    assert text.endswith(");\n")
    return json.loads(text[len(taker) + 1 : -3])


def test_a_figure_is_handed_script_styles_and_kernel():
    parts = handed_over(training_files.trainer_script(), "latentTrainingParts")
    assert base64.b64decode(parts["kernel"]) == training_files.kernel()
    assert parts["kernel"][:8] == "AGFzbQEA"  # how WebAssembly begins
    assert parts["script"] == training_files.training_script()
    assert parts["styles"] == training_files.styles()
    assert parts.keys() == {"script", "styles", "kernel"}


def test_a_saved_training_is_handed_its_page():
    page = handed_over(training_files.saver_script(), "latentTrainingSaver")
    assert page == json.loads(json.dumps(blank_page()))


def test_digits_are_handed_over_as_they_are_those_to_train_on_first():
    packed = handed_over(training_files.digits_script(), "latentTrainingPictures")
    ink = np.frombuffer(packed["ink"].encode(), "uint8").reshape(-1, 8, 8) - ord("a")
    labels = np.array(list(packed["labels"]), int)
    train, test, train_labels, test_labels = ink_counts()
    np.testing.assert_array_equal(ink[: packed["train"]], train)
    np.testing.assert_array_equal(ink[packed["train"] :], test)
    np.testing.assert_array_equal(labels, [*train_labels, *test_labels])
    scans = {tuple(scan): label for scan, label in zip(*load_digits(return_X_y=True), strict=True)}
    for scan, label in zip(ink[::97], labels[::97], strict=True):
        assert scans[tuple(scan.ravel().astype(float))] == label


def test_faces_are_handed_over_in_sixteen_tones_two_to_a_byte():
    packed = handed_over(training_files.faces_script(), "latentTrainingPictures")
    both = np.frombuffer(zlib.decompress(base64.b64decode(packed["packed"])), "uint8")
    tones = np.stack([both // 16, both % 16], axis=1).reshape(-1, 28, 28)
    train, n = packed["train"], len(packed["labels"])
    assert (train, n, len(tones)) == (480, 580, 580)
    assert packed["classNames"] == list(faces.CLASS_NAMES)
    for part, seed, of in ((slice(train), 0, 4000), (slice(train, n), 1, 1200)):
        attributes = faces.sample_attributes(of, seed=seed)[: len(tones[part])]
        drawn = faces.draw(attributes).reshape(-1, 28, 28)
        assert 0.03 < np.abs(tones[part] / 15 - drawn).max() < 1 / 30 + 1e-6
        labels = np.array(list(packed["labels"][part]), int)
        np.testing.assert_array_equal(labels, attributes.moustache)


def figure_of(html, module, styles):
    """Give what a figure's script is told, and see that the script and its styles are there."""
    assert f'<script type="module">\n{bundle(module)}\nmountAll();\n</script>' in html
    assert all(source(style) in html for style in styles)
    return json.loads(re.search(r'<script type="application/json">(.*?)</script>', html)[1])


def test_a_figure_to_train_in_is_told_the_addresses_of_what_it_loads():
    html = training_html("d.mjs", "f.mjs", "s.mjs", "still.png", 'a "row"', "1 < 2")
    assert figure_of(html, "playground.mjs", training_files.STYLES) == {
        "kernel": base64.b64encode(training_files.kernel()).decode(),
        "digits": "d.mjs", "faces": "f.mjs", "saver": "s.mjs",
    }  # fmt: skip
    assert '<img src="still.png" alt="a &quot;row&quot;">' in html
    assert "<figcaption>1 &lt; 2</figcaption>" in html


def test_a_figure_to_break_is_told_where_its_digits_are():
    html = patient_html("d.mjs", "1 < 2")
    styles = ("latent.css", "explorer.css", "playground.css", "patient.css")
    assert figure_of(html, "patient.mjs", styles) == {
        "kernel": base64.b64encode(training_files.kernel()).decode(), "digits": "d.mjs",
    }  # fmt: skip
    assert "<figcaption>1 &lt; 2</figcaption>" in html
