"""Models on several devices, in half precision, and in programs without Keras."""

import os
import subprocess
import sys
from importlib.util import find_spec

import keras
import numpy as np
import pytest
from bars import SHAPE, bars, error
from keras import layers
from test_models_condition import KINDS, make
from thorough import thorough

from companion import metrics, networks
from companion.models import VAE, Autoencoder

under_tensorflow = pytest.mark.skipif(
    keras.backend.backend() != "tensorflow", reason="it is about TensorFlow"
)


@pytest.fixture(scope="module")
def x():
    return bars()


def run(script, folder=None, **environment):
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=folder, env=os.environ | environment,
        capture_output=True, text=True,
    )  # fmt: skip
    assert not done.returncode, done.stderr[:3000]


# One step by SGD of each model; the clouds are so narrow that no draw makes a difference.
STEPS = """
import keras, numpy as np
from companion import networks
from companion.models import VAE, Autoencoder

x = np.random.default_rng(0).random((16, 3, 3, 1), dtype="float32")
label = np.eye(2, dtype="float32")[np.arange(16) % 2]

def step(kind, conditional):
    keras.utils.set_random_seed(0)
    sizes = {"hidden": (4,), "image_shape": (3, 3, 1)}
    picture = keras.Input((3, 3, 1))
    h = keras.layers.Flatten()(picture)
    layer = lambda **more: keras.layers.Dense(2, **more)
    z = layer(activity_regularizer="l2", kernel_regularizer="l2")(h)
    narrow = layer(kernel_initializer="zeros", bias_initializer=keras.initializers.Constant(-25))(h)
    encoder = keras.Model(picture, [z, narrow] if kind is VAE else z)
    code, condition = keras.Input((2,)), keras.Input((2,))
    read = [code, condition] if conditional else [code]
    h = keras.layers.Concatenate()(read) if conditional else code
    drawn = keras.layers.Reshape((3, 3, 1))(keras.layers.Dense(9)(h))
    model = kind(encoder, keras.Model(read if conditional else code, drawn))
    model.compile(keras.optimizers.SGD(0.1))
    data = (x, label) if conditional else x
    told = model.fit(data, batch_size=16, verbose=0).history
    told = [told[name][0] for name in sorted(told)]
    if not conditional:
        told += model.evaluate(data, batch_size=16, verbose=0)
    return [*model.get_weights(), np.float32(told)]

def steps(*models):
    return [array for model in models for array in step(*model)]

def compare(one, two):
    for a, b in zip(one, two, strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-5, atol=1e-6)
"""


@thorough
@under_tensorflow
def test_two_devices_of_a_strategy_step_and_tell_as_one_does():
    run(f"""
import companion, tensorflow as tf
cpu = tf.config.list_physical_devices("CPU")[0]
tf.config.set_logical_device_configuration(cpu, [tf.config.LogicalDeviceConfiguration()] * 2)
{STEPS}
models = [(kind, conditional) for kind in (Autoencoder, VAE) for conditional in (False, True)]
one = steps(*models)
with tf.distribute.MirroredStrategy(["CPU:0", "CPU:1"]).scope():
    two = steps(*models)
compare(one, two)
""")


@thorough
def test_two_devices_of_jax_step_and_tell_as_one_does():
    pytest.importorskip("jax")
    flags = "--xla_force_host_platform_device_count=2 --xla_backend_optimization_level=0"
    run(f"""
import companion
{STEPS}
models = (Autoencoder, False), (VAE, True)
one = steps(*models)
keras.distribution.set_distribution(keras.distribution.DataParallel(auto_shard_dataset=False))
assert len(keras.distribution.list_devices()) == 2
compare(one, steps(*models))
""", KERAS_BACKEND="jax", XLA_FLAGS=flags)  # fmt: skip


@pytest.fixture(params=["mixed_float16", "mixed_bfloat16"])
def policy(request):
    before = keras.config.dtype_policy()
    keras.config.set_dtype_policy(request.param)
    yield request.param
    keras.config.set_dtype_policy(before)


def small(kind, **penalty):
    keras.utils.set_random_seed(0)
    sizes = {"hidden": (8,), "image_shape": SHAPE}
    encoder = networks.dense_encoder(2, gaussian=kind is VAE, **sizes, **penalty)
    model = kind(encoder, networks.dense_decoder(2, **sizes))
    model.compile(keras.optimizers.Adam(1e-2))
    return model


@pytest.mark.parametrize("kind", [Autoencoder, VAE])
def test_answers_of_half_precision_are_float32(kind, policy, x):
    model = small(kind)
    model.fit(x, verbose=0)
    code = model.encode(x)
    code = code.z_mean if kind is VAE else code
    answers = [code, model.predict(x, verbose=0), model.reconstruct(x), model.nll(x, code)]
    if kind is VAE:
        answers += [model.sample(3, seed=0), model.elbo(x), model.encode(x).kl]
        answers += [metrics.log_likelihood(model, x, draws=3).astype("float32")]
    for answer in answers:
        assert answer.dtype == "float32"
        assert np.isfinite(answer).all()


def test_a_price_in_half_precision_is_what_evaluation_tells(policy):
    """Large pictures and far codes: in half precision the sums would be infinite, or in steps."""
    shape = (160, 160, 3)
    x = np.random.default_rng(0).random((4, *shape), dtype="float32")
    picture = keras.Input(shape)
    pooled = layers.GlobalAveragePooling2D()(picture)
    still = {"kernel_initializer": "zeros"}
    mean = layers.Dense(2, bias_initializer=keras.initializers.Constant(300), **still)(pooled)
    narrow = layers.Dense(2, bias_initializer=keras.initializers.Constant(-20), **still)(pooled)
    code = keras.Input((2,))
    bright = layers.Dense(3, kernel_initializer=keras.initializers.Constant(0.01))(code)
    drawn = layers.UpSampling2D(160)(layers.Reshape((1, 1, 3))(bright))
    model = VAE(keras.Model(picture, [mean, narrow]), keras.Model(code, drawn))
    model.compile("adam")
    told = error(model, x)
    posterior = model.encode(x)
    assert told["reconstruction"] > 66_000  # beyond the largest number of float16
    assert model.nll(x, posterior.z_mean).mean() == pytest.approx(told["reconstruction"], rel=1e-4)
    assert posterior.kl.sum(1).mean() == pytest.approx(told["kl"], rel=1e-4)
    assert model.elbo(x).mean() == pytest.approx(-told["loss"], rel=1e-4)


@pytest.mark.parametrize("kind", [Autoencoder, VAE])
def test_a_penalty_on_activations_trains_in_half_precision(kind, policy, x):
    encoder = keras.Sequential(
        [keras.Input(SHAPE), layers.Flatten(), layers.Dense(2, activity_regularizer="l1")]
    )
    if kind is VAE:
        h = encoder.outputs[0]
        encoder = keras.Model(encoder.inputs, [h, layers.Dense(2)(h)])
    model = kind(encoder, networks.dense_decoder(2, image_shape=SHAPE))
    model.compile("adam")
    assert np.isfinite(model.fit(x, verbose=0).history["loss"]).all()
    told = error(model, x)
    assert told["loss"] > told["reconstruction"]


@pytest.mark.parametrize("kind", [Autoencoder, VAE])
def test_metrics_of_compile_judge_pixels(kind, x):
    model = small(kind)
    if kind is VAE:  # so narrow that the one draw is the mean
        model.encoder.get_layer("z_log_var").bias.assign([-25, -25])
        model.encoder.get_layer("z_log_var").kernel.assign(np.zeros((8, 2)))
    model.compile("adam", metrics=["mae", "binary_crossentropy"])
    told = error(model, x)
    pixels = np.clip(model.predict(x, verbose=0).astype("float64"), 1e-7, 1 - 1e-7)
    assert told["mae"] == pytest.approx(np.abs(x - pixels).mean(), rel=1e-4)
    entropy = -(x * np.log(pixels) + (1 - x) * np.log(1 - pixels)).mean()
    assert told["binary_crossentropy"] == pytest.approx(entropy, rel=1e-4)
    assert error(model, x, 1 - x)["mae"] == pytest.approx(np.abs(1 - x - pixels).mean(), rel=1e-4)
    history = model.fit(x, validation_data=x, verbose=0).history
    assert {"mae", "val_mae"} <= history.keys()
    np.testing.assert_allclose(model.predict_on_batch(x), model.predict(x, verbose=0), atol=1e-6)


@under_tensorflow
@pytest.mark.skipif(find_spec("tf2onnx") is not None, reason="it would be written")
def test_onnx_asks_for_its_exporter_and_not_for_a_call(tmp_path):
    for kind in (Autoencoder, VAE):
        model = small(kind)  # never called
        for part in (model, model.encoder, model.decoder):
            with pytest.raises(ImportError, match="onnx"):
                part.export(tmp_path / "model.onnx", format="onnx", verbose=False)


@under_tensorflow
def test_what_export_writes_answers_as_predict_does_without_the_package(x, tmp_path):
    for kind in (Autoencoder, VAE):
        fresh = small(kind)  # never called
        fresh.save(tmp_path / "model.keras")
        loaded = keras.saving.load_model(tmp_path / "model.keras", compile=False)
        for name, model in {"fresh": fresh, "loaded": loaded}.items():
            model.export(tmp_path / f"{kind.__name__}-{name}", verbose=False)
        loaded.decoder.export(tmp_path / f"{kind.__name__}-decoder", verbose=False)
        loaded.encoder.export(tmp_path / f"{kind.__name__}-encoder", verbose=False)
        np.save(tmp_path / f"{kind.__name__}.npy", loaded.predict(x, verbose=0))
    label = np.eye(KINDS, dtype="float32")[np.arange(60) % KINDS]
    for condition in ((KINDS,), None):  # which the encoder reads, or does not
        model = make(VAE, condition)
        model.export(tmp_path / f"labelled-{condition}", verbose=False)
        np.save(tmp_path / f"labelled-{condition}.npy", model.predict((x, label), verbose=0))
    np.savez(tmp_path / "given.npz", x=x, label=label)
    run("""
import sys, numpy as np, tensorflow as tf
x, label = np.load("given.npz").values()

def answer_of(name, given):
    loaded = tf.saved_model.load(name)
    return loaded.serve(given)

for kind in ("Autoencoder", "VAE"):
    wanted = np.load(f"{kind}.npy")
    for name in ("fresh", "loaded"):
        pixels = answer_of(f"{kind}-{name}", x)
        np.testing.assert_allclose(pixels, wanted, atol=1e-5)
    code = answer_of(f"{kind}-encoder", x)
    code = code[0] if kind == "VAE" else code
    logits = answer_of(f"{kind}-decoder", code)
    np.testing.assert_allclose(tf.sigmoid(logits), wanted, atol=1e-5)
    if hasattr(tf, "lite"):
        for part, given, answer in (("encoder", x, code), ("decoder", code.numpy(), logits)):
            written = tf.lite.TFLiteConverter.from_saved_model(f"{kind}-{part}").convert()
            reader = tf.lite.Interpreter(model_content=written)
            reader.resize_tensor_input(reader.get_input_details()[0]["index"], given.shape)
            reader.allocate_tensors()
            reader.set_tensor(reader.get_input_details()[0]["index"], given)
            reader.invoke()
            said = [reader.get_tensor(each["index"]) for each in reader.get_output_details()]
            assert any(np.allclose(each, answer, atol=1e-4) for each in said), (kind, part)
for name in ("(6,)", "None"):
    pixels = answer_of(f"labelled-{name}", [tf.constant(x), tf.constant(label)])
    np.testing.assert_allclose(pixels, np.load(f"labelled-{name}.npy"), atol=1e-5)
assert "companion" not in sys.modules
""", tmp_path)  # fmt: skip


class Unnamed(keras.Model):
    def __init__(self, *outputs):
        super().__init__()
        self.heads = [layers.Dense(2) for _ in range(2)]

    def call(self, x):
        x = keras.ops.reshape(x, (-1, 36))
        return [head(x) for head in self.heads]


def test_networks_whose_layers_keras_does_not_know_are_refused(x):
    decoder = networks.dense_decoder(2, image_shape=SHAPE)
    subclassed = Unnamed()
    subclassed(x)
    picture = keras.Input(SHAPE)
    h = layers.Flatten()(picture)
    named = keras.Model(picture, {"mean": layers.Dense(2)(h), "log_var": layers.Dense(2)(h)})
    alone = keras.Model(picture, {"code": layers.Dense(2)(h)})
    for kind, encoder, received in (
        (VAE, subclassed, "0 inputs and 0 outputs"),
        (Autoencoder, subclassed, "0 inputs and 0 outputs"),
        (VAE, named, "2 outputs with names"),
        (Autoencoder, alone, "1 outputs with names"),
    ):
        with pytest.raises(TypeError, match=f"functional or a sequential model.*{received}"):
            kind(encoder, decoder)


@pytest.mark.parametrize("draws", [1, 5])
def test_draws_of_the_bound_are_spawned_from_one_seed(draws, x):
    model = small(VAE)
    seeds = np.random.SeedSequence(3).spawn(draws)
    posterior = model.encode(x)
    nll = sum(model.nll(x, posterior.sample(seed)) for seed in seeds) / draws
    np.testing.assert_array_equal(model.elbo(x, draws, seed=3), -nll - posterior.kl.sum(axis=1))


def test_any_number_of_draws_can_be_interrupted(x, monkeypatch):
    model, prices = small(VAE), []

    def price(*_, **__):
        prices.append(1)
        if len(prices) == 3:
            raise KeyboardInterrupt
        return np.zeros(60)

    monkeypatch.setattr(model, "_nll", price)
    with pytest.raises(KeyboardInterrupt):
        model.elbo(x, draws=10**12)
