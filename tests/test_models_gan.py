"""The generative adversarial network: each loss moves its own network, and both can learn."""

import keras
import numpy as np
import pytest
from keras.ops import convert_to_numpy as numpy
from small_models import SMALL, make_pictures

from companion import networks
from companion.models import GAN

X = make_pictures(40)


def make(noise=0.0, compiled=True, **kwargs):
    keras.utils.set_random_seed(0)
    model = GAN(
        networks.dense_decoder(3, **SMALL), networks.dense_encoder(1, **SMALL), noise, **kwargs
    )
    if compiled:
        model.compile(keras.optimizers.SGD(0.1))
    return model


def softplus(x):
    return np.logaddexp(0, x)


@pytest.mark.parametrize("noise", [0.0, 0.4])
def test_the_losses_are_those_of_the_three_logits(noise):
    model = make(noise, seed=0)
    logits = model(X)
    real, drawn, copied = (numpy(logits[n]).ravel() for n in ("real", "drawn", "copied"))
    np.testing.assert_allclose(drawn, copied, rtol=1e-6)
    loss = float(model.compute_loss(X, None, logits))
    assert loss == pytest.approx((softplus(-real) + softplus(copied)).mean(), rel=1e-5)
    told = float(model._generator_tracker.result())
    assert told == pytest.approx(softplus(-drawn).mean(), rel=1e-5)


def moved(noise, **frozen):
    """Take one step by SGD; give the gradients of the networks that may move."""
    model = make(noise, seed=1, compiled=False)
    for name in frozen:
        getattr(model, name).trainable = False
    model.compile(keras.optimizers.SGD(1.0))
    before = {n: getattr(model, n).get_weights() for n in ("generator", "discriminator")}
    model.train_on_batch(X)
    return {
        n: [a - b for a, b in zip(before[n], getattr(model, n).get_weights(), strict=True)]
        for n in before
    }


def slope(noise, network, loss, place):
    """Measure how a loss changes with the bias of a network's last layer, by two points."""
    values = []
    for step in (1e-2, -1e-2):
        model = make(noise, seed=1)
        weights = getattr(model, network).get_weights()
        weights[-1].flat[place] += step
        getattr(model, network).set_weights(weights)
        real, drawn, copied = (numpy(part).ravel() for part in model(X, training=True).values())
        values.append(
            (softplus(-real) + softplus(copied)).mean()
            if loss == "own"
            else softplus(-drawn).mean()
        )
    return (values[0] - values[1]) / 2e-2


@pytest.mark.parametrize("noise", [0.0, 0.3])
def test_the_gradient_of_each_loss_reaches_its_own_network_alone(noise):
    gradients = moved(noise)
    of_d, of_g = gradients["discriminator"][-1].flat[0], gradients["generator"][-1].flat[7]
    assert of_d == pytest.approx(slope(noise, "discriminator", "own", 0), abs=2e-4)
    assert of_g == pytest.approx(slope(noise, "generator", "other", 7), abs=2e-4)


def test_it_learns_what_a_bar_is_and_reports_both_losses():
    x = np.zeros((300, 6, 5, 1), "float32")
    x[np.arange(300), np.arange(300) % 6] = 1
    model = make(compiled=False)
    model.compile(keras.optimizers.Adam(2e-3, beta_1=0.5))
    before = model.sample(200, seed=0)
    history = model.fit(x, batch_size=30, epochs=60, verbose=0).history
    assert set(history) == {"loss", "generator_loss"}
    after = model.sample(200, seed=0)

    def distance(drawn):
        return np.square(drawn[:, None] - x[None, :6]).sum(axis=(2, 3, 4)).min(axis=1).mean()

    assert distance(after) < 0.5 * distance(before)
    assert set(model.evaluate(x, verbose=0, return_dict=True)) == {"loss", "generator_loss"}


def test_the_same_seed_draws_the_same_pictures():
    model = make()
    first, again, other = model.sample(5, 1), model.sample(5, 1), model.sample(5, 2)
    np.testing.assert_array_equal(first, again)
    assert first.shape == (5, 6, 5, 1)
    assert first.min() >= 0
    assert first.max() <= 1
    assert not np.array_equal(first, other)


def test_a_gan_survives_a_file_in_a_fresh_process(tmp_path, run_elsewhere):
    model = make(0.2, seed=5)
    model.fit(X, verbose=0)
    model.save(tmp_path / "gan.keras")
    np.save(tmp_path / "drawn.npy", model.sample(9, seed=0))
    script = """
import keras, numpy as np
import companion.models
model = keras.models.load_model("gan.keras")
assert (model.noise, model.seed, model.latent_dim) == (0.2, 5, 3)
np.testing.assert_allclose(model.sample(9, seed=0), np.load("drawn.npy"), atol=1e-6)
"""
    run_elsewhere(script, tmp_path)


def test_what_does_not_fit_is_named():
    generator, critic = networks.dense_decoder(3, **SMALL), networks.dense_encoder(1, **SMALL)
    shapes = r"what `generator` draws\. Received: shapes \(6, 6, 1\) and \(6, 5, 1\)"
    with pytest.raises(ValueError, match=f"`discriminator` must read {shapes}"):
        GAN(generator, networks.dense_encoder(1, hidden=(4,), image_shape=(6, 6, 1)))
    with pytest.raises(ValueError, match=r"must answer with one logit, .*Received: \(None, 2\)"):
        GAN(generator, networks.dense_encoder(2, **SMALL))
    with pytest.raises(ValueError, match=r"`noise` must be a number in \[0, inf\)"):
        GAN(generator, critic, noise=-1)
    with pytest.raises(ValueError, match="`seed` must be an integer from 0"):
        GAN(generator, critic, seed=-1)
    with pytest.raises(TypeError, match=r"`generator` must be a keras.Model"):
        GAN("net", critic)
    with pytest.raises(TypeError, match=r"`discriminator` must be a keras.Model"):
        GAN(generator, "net")
    with pytest.raises(ValueError, match=r"`x` must lie in \[0, 1\]"):
        make().fit(255 * X, verbose=0)
    with pytest.raises(ValueError, match="`n` must be a positive integer"):
        make().sample(0, seed=0)
