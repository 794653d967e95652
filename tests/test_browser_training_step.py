"""The kernel that trains in a page, in a browser: held to Keras, loss by loss and step by step."""

import base64
import gzip
import re
import shutil
import subprocess
from pathlib import Path

import keras
import numpy as np
import pytest
import tensorflow as tf
from browser import module
from patients import PATIENTS, patient
from thorough import first_of

import companion
from companion import data, metrics, networks
from companion.page.training_files import FACES, digits_script, faces_script, kernel

ROOT = Path(__file__).parents[1]
RATE = 1e-3

# vae, latent_dim, hidden, beta, likelihood, sigma
CASES = {
    "VAE": (True, 2, (32, 16), 1.0, "bernoulli", 1.0),
    "autoencoder": (False, 2, (32, 16), 1.0, "bernoulli", 1.0),
    "VAE without KL": (True, 2, (32, 16), 0.0, "bernoulli", 1.0),
    "large beta": (True, 2, (32, 16), 100.0, "bernoulli", 1.0),
    "eight numbers": (True, 8, (64, 32), 0.3, "bernoulli", 1.0),
    "code of eight": (False, 8, (64, 32), 1.0, "bernoulli", 1.0),
    "of no round width": (True, 3, (37, 5), 1.0, "bernoulli", 1.0),
    "one hidden layer": (True, 2, (20,), 1.0, "bernoulli", 1.0),
    "wide": (True, 2, (256, 64), 1.0, "bernoulli", 1.0),
    "Gaussian": (True, 2, (32, 16), 1.0, "gaussian", 0.1),
    "Gaussian code": (False, 2, (32, 16), 1.0, "gaussian", 1.0),
}

# Takes `steps` steps from given weights on given pictures and draws, and tells what came out.
STEPS = """async ([address, binary, shape, batches, given]) => {
    const {drawNoise, faultOf, makeNetwork} = await import(address);
    const bytes = (text) => Uint8Array.from(atob(text), c => c.charCodeAt(0));
    const numbers = (text) => new Float32Array(bytes(text).buffer);
    const text = (array) => {
        const all = new Uint8Array(Float32Array.from(array).buffer);
        let words = "";
        for (let i = 0; i < all.length; i += 8192) {
            words += String.fromCharCode(...all.subarray(i, i + 8192));
        }
        return btoa(words);
    };
    const net = await makeNetwork(shape, shape.rows, binary && bytes(binary));
    net.weights.set(numbers(given.weights));
    const [pictures, noise] = [numbers(given.pictures), numbers(given.noise)];
    const [losses, d] = [[], shape.latentDim];
    const fault = faultOf(shape.faults ?? [], d);
    const beta = fault.beta * shape.beta;
    let gradients, once;
    batches.forEach((rows, step) => {
        rows.forEach((row, i) => net.put(pictures.subarray(784 * row, 784 * (row + 1)), i));
        let next = step * rows.length * d;
        drawNoise(net.noise, rows.length, d, fault, {normal: () => noise[next++]});
        const {reconstruction, kl} = net.losses(rows.length, beta, true, fault);
        losses.push([fault.weight * reconstruction / rows.length, kl / rows.length, beta]);
        gradients ??= text(net.gradients);
        net.adam(shape.rate);
        once ??= text(net.weights);
    });
    return {losses, gradients, once, weights: text(net.weights), plain: net.plain};
}"""


@pytest.fixture(scope="module")
def pictures():
    return data.load("digits").train


@pytest.fixture
def blank(open_page):
    return open_page("")


def text_of(array):
    return base64.b64encode(np.asarray(array, "<f4").tobytes()).decode("ascii")


def numbers(text):
    return np.frombuffer(base64.b64decode(text), "<f4")


def make_model(vae, latent_dim, hidden, beta, likelihood, sigma, seed=0):
    keras.utils.set_random_seed(seed)
    encoder = networks.dense_encoder(latent_dim, hidden=hidden, gaussian=vae, wide_start=True)
    decoder = networks.dense_decoder(latent_dim, hidden=hidden[::-1], wide_start=True)
    options = {"likelihood": likelihood, "sigma": sigma}
    if vae:
        return companion.VAE(encoder, decoder, beta=beta, **options)
    return companion.Autoencoder(encoder, decoder, **options)


def in_order(arrays, vae):
    """Give kernels and biases as the page has them: both heads of a VAE as one layer."""
    pairs = list(zip(arrays[::2], arrays[1::2], strict=True))
    if vae:
        at = next(i for i, (kernel, _) in enumerate(pairs) if kernel.shape == pairs[i + 1][0].shape)
        mean, log_var = pairs[at : at + 2]
        heads = [np.concatenate(each, axis=-1) for each in zip(mean, log_var, strict=True)]
        pairs[at : at + 2] = [heads]
    return np.concatenate([np.ravel(each) for pair in pairs for each in pair])


def variables_of(model):
    return [*model.encoder.trainable_variables, *model.decoder.trainable_variables]


def keras_steps(model, pictures, batches, noise, monkeypatch):
    """Take the same steps in Keras, each with the draws that are given."""
    optimizer = keras.optimizers.Adam(RATE)
    variables = variables_of(model)
    losses, first, once = [], None, None
    for rows, draws in zip(batches, noise, strict=True):
        x = tf.constant(pictures[rows])
        with monkeypatch.context() as patch, tf.GradientTape() as tape:
            patch.setattr(keras.random, "normal", lambda *_, draws=draws, **__: tf.constant(draws))
            model.reset_metrics()
            loss = model.compute_loss(x, y_pred=model(x, training=True))
        gradients = tape.gradient(loss, variables)
        names = {metric.name: float(metric.result()) for metric in model.metrics}
        losses.append([names.get("reconstruction", float(loss)), names.get("kl", 0.0)])
        first = first or [np.array(each) for each in gradients]
        optimizer.apply(gradients, variables)
        once = once or [np.array(each) for each in variables]
    return losses, first, once


def page_steps(page, weights, pictures, batches, noise, *, shape, plain=False):
    given = {"weights": weights, "pictures": pictures, "noise": noise}
    given = {name: text_of(array) for name, array in given.items()}
    binary = None if plain else base64.b64encode(kernel()).decode("ascii")
    rows = [batch.tolist() for batch in batches]
    found = page.evaluate(STEPS, [module("training.mjs"), binary, shape, rows, given])
    assert found["plain"] == plain
    return found


def shape_of(vae, latent_dim, hidden, beta, likelihood, sigma, rows, rate=RATE):
    return {
        "pixels": 784, "vae": vae, "latentDim": latent_dim, "hidden": hidden, "beta": beta,
        "likelihood": likelihood, "sigma": sigma, "rows": rows, "rate": rate,
    }  # fmt: skip


@pytest.mark.parametrize("plain", first_of([False, True]), ids=["compiled", "plain"])
@pytest.mark.parametrize("case", CASES)
def test_losses_gradients_and_steps_are_those_of_keras(case, plain, pictures, blank, monkeypatch):
    vae, latent_dim, *_ = CASES[case]
    rng = np.random.default_rng(0)
    batches = [rng.choice(200, 9, replace=False) for _ in range(3)]
    noise = rng.normal(size=(3, 9, latent_dim)).astype("float32")
    model = make_model(*CASES[case])
    weights = in_order(model.encoder.get_weights() + model.decoder.get_weights(), vae)
    found = page_steps(
        blank, weights, pictures[:200], batches, noise, plain=plain, shape=shape_of(*CASES[case], 9)
    )
    losses, gradients, once = keras_steps(model, pictures, batches, noise, monkeypatch)
    np.testing.assert_allclose(np.array(found["losses"])[:, :2], losses, rtol=1e-4, atol=1e-4)
    assert_same_steps(found, gradients, once, model, vae)


def assert_same_steps(found, gradients, once, model, vae=True):
    """Hold the page's first gradients, and its weights after one step and after all, to Keras'."""
    wanted = in_order(gradients, vae)
    largest = np.abs(wanted).max()
    np.testing.assert_allclose(numbers(found["gradients"]), wanted, rtol=0, atol=1e-4 * largest)
    np.testing.assert_allclose(numbers(found["once"]), in_order(once, vae), rtol=0, atol=1e-4)
    # Adam divides by the size of a gradient, so the last bit of one that is nearly 0 may count.
    after = in_order([np.array(each) for each in variables_of(model)], vae)
    difference = np.abs(numbers(found["weights"]) - after)
    assert np.quantile(difference, 0.999) < 1e-5
    assert difference.max() < RATE


@pytest.mark.parametrize("plain", first_of([False, True]), ids=["compiled", "plain"])
@pytest.mark.parametrize("faults", [*PATIENTS, "sign+shared", "twice+none"])
def test_broken_steps_are_those_of_the_museums_model(faults, plain, pictures, blank, monkeypatch):
    names = faults.split("+")
    rng = np.random.default_rng(0)
    batches = [rng.choice(200, 9, replace=False) for _ in range(3)]
    noise = rng.normal(size=(3, 9, 2)).astype("float32")
    keras.utils.set_random_seed(0)
    model = patient(names)
    weights = in_order(model.encoder.get_weights() + model.decoder.get_weights(), True)
    shape = shape_of(True, 2, (128, 64), 1.0, "bernoulli", 1.0, 9) | {"faults": names}
    found = page_steps(blank, weights, pictures[:200], batches, noise, plain=plain, shape=shape)
    losses, gradients, once = keras_steps(model, pictures, batches, noise, monkeypatch)
    reconstruction, kl, beta = np.transpose(found["losses"])
    whole = [loss for loss, _ in losses]
    np.testing.assert_allclose(reconstruction + beta * kl, whole, rtol=1e-4)
    assert_same_steps(found, gradients, once, model)


@pytest.mark.parametrize("seed", first_of(range(5)))
def test_after_equal_steps_the_held_out_loss_is_tensorflows(seed, pictures, blank, monkeypatch):
    case = (True, 2, (64, 32), 1.0, "bernoulli", 1.0)
    rng = np.random.default_rng(seed)
    batches = [rng.choice(len(pictures), 32, replace=False) for _ in range(150)]
    noise = rng.normal(size=(150, 32, 2)).astype("float32")
    model = make_model(*case, seed=seed)
    weights = in_order(model.encoder.get_weights() + model.decoder.get_weights(), True)
    found = page_steps(
        blank, weights, pictures, batches, noise, shape=shape_of(*case, 32, rate=4e-3)
    )
    draws = tf.Variable(noise[0])
    monkeypatch.setattr(keras.random, "normal", lambda *_, **__: draws)
    model.compile(keras.optimizers.Adam(4e-3))
    for rows, each in zip(batches, noise, strict=True):
        draws.assign(each)
        model.train_on_batch(pictures[rows])
    monkeypatch.undo()
    held_out = data.load("digits").test
    wanted = -model.elbo(held_out).mean()
    shapes = [each.shape for each in variables_of(model)]
    set_weights(model, numbers(found["weights"]), shapes)
    assert wanted < 185  # it has learnt something: the mean picture costs 198
    assert -model.elbo(held_out).mean() == pytest.approx(wanted, abs=1)


def set_weights(model, weights, shapes):
    """Give a VAE of two hidden layers the weights of the page."""
    sizes = [int(np.prod(shape)) for shape in shapes]
    trunk, heads, rest = sizes[:4], sizes[4:8], sizes[8:]
    cut = np.split(weights, np.cumsum([*trunk, sum(heads[::2]), sum(heads[1::2]), *rest])[:-1])
    kernel, bias = cut[4].reshape(shapes[4][0], -1), cut[5]
    d = len(bias) // 2
    arrays = [*cut[:4], kernel[:, :d], bias[:d], kernel[:, d:], bias[d:], *cut[6:]]
    for variable, array in zip(variables_of(model), arrays, strict=True):
        variable.assign(array.reshape(variable.shape))


def test_a_log_variance_beyond_its_limit_costs_what_the_model_says(pictures, blank, monkeypatch):
    case = (True, 2, (8,), 1.0, "bernoulli", 1.0)
    model = make_model(*case)
    bias = model.encoder.get_layer("z_log_var").bias
    bias.assign([40.0, -40.0])
    weights = in_order(model.encoder.get_weights() + model.decoder.get_weights(), True)
    batches, noise = [np.arange(4)], np.zeros((1, 4, 2), "float32")
    found = page_steps(blank, weights, pictures[:4], batches, noise, shape=shape_of(*case, 4))
    losses, *_ = keras_steps(model, pictures, batches, noise, monkeypatch)
    np.testing.assert_allclose(np.array(found["losses"])[:, :2], losses, rtol=1e-4)


PICTURES = """async ([address, script]) => {
    const {bounds, unpackDigits} = await import(address);
    let given;
    globalThis.latentTrainingPictures = (digits) => (given = digits);
    (0, eval)(script);
    const digits = await unpackDigits(given);
    const all = new Uint8Array(new Float32Array([...digits.train, ...digits.test]).buffer);
    let words = "";
    for (let i = 0; i < all.length; i += 8192) {
        words += String.fromCharCode(...all.subarray(i, i + 8192));
    }
    return {pictures: btoa(words), labels: [digits.trainLabels, digits.testLabels],
        bounds: await bounds(digits)};
}"""


def test_the_page_has_the_digits_of_the_book_and_their_bounds(blank):
    script = digits_script()
    found = blank.evaluate(PICTURES, [module("training_pictures.mjs"), script.decode()])
    digits = data.load("digits")
    wanted = np.concatenate([digits.train, digits.test])
    np.testing.assert_allclose(numbers(found["pictures"]), wanted.ravel(), atol=1e-6)
    assert found["labels"] == [digits.train_labels.tolist(), digits.test_labels.tolist()]
    assert found["bounds"]["floor"] == pytest.approx(metrics.floor(digits.test), abs=1e-2)
    baseline = metrics.baseline(digits.train, digits.test)
    assert found["bounds"]["baseline"] == pytest.approx(baseline, abs=1e-2)


SOME_FACES = """async ([address, script]) => {
    const {unpackFaces} = await import(address);
    let given;
    globalThis.latentTrainingPictures = (faces) => (given = faces);
    (0, eval)(script);
    const {train, test, trainLabels, testLabels, classNames} = await unpackFaces(given);
    const ends = [train.slice(0, 784), train.slice(-784), test.slice(0, 784), test.slice(-784)];
    return {ends: ends.map((each) => Array.from(each)), labels: [trainLabels, testLabels],
        many: [train.length / 784, test.length / 784], classNames};
}"""


def test_the_page_has_the_first_faces_of_the_package_in_sixteen_tones(blank):
    script = faces_script()
    found = blank.evaluate(SOME_FACES, [module("training_faces.mjs"), script.decode()])
    faces = data.load("faces")
    train, test = (faces.train[: FACES[0]], faces.test[: FACES[1]])
    assert found["many"] == list(FACES)
    assert found["classNames"] == list(faces.class_names)
    assert found["labels"] == [
        faces.train_labels[: FACES[0]].tolist(), faces.test_labels[: FACES[1]].tolist()
    ]  # fmt: skip
    wanted = np.reshape([train[0], train[-1], test[0], test[-1]], (4, -1))
    np.testing.assert_allclose(found["ends"], wanted, atol=0.5 / 15 + 1e-6)


# Trains with a doctor whose visits last a second of a clock that is made up: it goes on by a
# millisecond whenever it is read, as after each step. Tells the steps at which reports came.
PACE = """async ([address]) => {
    const {answer} = await import(address);
    let clock = 0;
    performance.now = () => (clock += 1);
    const random = (n) => Float32Array.from({length: 784 * n}, (_, i) => (i % 7) / 7);
    const pictures = {train: random(32), test: random(8)};
    const start = {vae: true, latentDim: 2, hidden: [8], beta: 1, rate: 1e-3, batch: 4, seed: 0};
    const told = [];
    await new Promise((done, fail) => {
        const port = {postMessage({report, failed}) {
            if (failed) fail(new Error(failed));
            if (report && (told.push(report.steps) === 6 || !report.playing)) done();
        }};
        answer(port, 30, () => { clock += 1000; });
        port.onmessage({data: {pictures}});
        port.onmessage({data: {start, play: true}});
    });
    return told;
}"""


def test_a_doctor_who_takes_long_does_not_make_reports_rare(blank):
    steps = blank.evaluate(PACE, [module("answering.mjs")])
    assert len(steps) == 6
    assert max(np.diff(steps)) < 200


@pytest.mark.parametrize("script", [digits_script, faces_script])
def test_kernel_and_data_are_light(script):
    assert len(gzip.compress(kernel())) <= 4096
    assert len(script()) <= 150_000


def test_the_kernel_is_what_its_source_compiles_to(tmp_path):
    version = re.search(r"needs clang (\d+)", (ROOT / "Makefile").read_text(encoding="utf-8"))[1]
    clang = shutil.which("clang")
    told = clang and subprocess.run([clang, "--version"], capture_output=True, text=True).stdout
    if not told or f"version {version}." not in told or not shutil.which("wasm-ld"):
        pytest.skip(f"clang {version} with wasm-ld is not here, so the kernel is not built again.")
    output = tmp_path / "kernel.wasm"
    subprocess.run(["make", "-s", "kernel", f"OUTPUT={output}"], cwd=ROOT, check=True)
    assert output.read_bytes() == kernel()
