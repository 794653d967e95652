"""The doctor before a healthy model, and before one for each disease."""

import re

import keras
import numpy as np
import pytest
from bars import copies
from scipy.special import expit, logit

from companion import doctor, networks
from companion.doctor import symptoms
from companion.doctor.regression import Fit, regress
from companion.doctor.remainder import remainder, together
from companion.doctor.terms import entropy_of
from companion.doctor.weights import ENTROPY, NLL, SQUARES, TWICE, weights
from companion.models import IWAE, VAE, FreeBitsVAE, SemiSupervisedVAE

SHAPE = (6, 6, 1)
N = 200


@pytest.fixture(scope="module")
def x():
    """Bars at one of six places, as tall as chance has it: two numbers say nearly all."""
    rng = np.random.default_rng(0)
    images = np.zeros((N, *SHAPE), "float32")
    for image, column in zip(images, rng.integers(0, 6, N), strict=True):
        image[rng.integers(1, 5) :, column] = rng.uniform(0.8, 1)
    return images


def trained(x, latent_dim=2, **kwargs):
    keras.utils.set_random_seed(0)
    sizes = {"hidden": (32, 32), "image_shape": SHAPE}
    model = VAE(
        networks.dense_encoder(latent_dim, gaussian=True, **sizes),
        networks.dense_decoder(latent_dim, **sizes),
        **kwargs,
    )
    model.compile(keras.optimizers.Adam(5e-3), steps_per_execution=60)
    return trained_on(model, x)


def trained_on(model, x):
    model.fit(copies(x, 120), batch_size=20, verbose=0)
    return model


@pytest.fixture(scope="module")
def vae(x):
    return trained(x)


def by_hand(model):
    """Give encoder and decoder in NumPy: a stranger to Keras, and many times as quick."""

    def layers(network):
        weights = network.get_weights()
        return list(zip(weights[::2], weights[1::2], strict=True))

    def dense(h, hidden, *heads):
        for kernel, bias in hidden:
            h = np.maximum(h @ kernel + bias, 0)
        return [h @ kernel + bias for kernel, bias in heads]

    *reading, mean, log_var = layers(model.encoder)
    *writing, pixels = layers(model.decoder)
    encode = lambda x: dense(x.reshape(len(x), -1), reading, mean, log_var)  # noqa: E731
    draw = lambda z: dense(z, writing, pixels)[0].reshape(-1, *SHAPE)  # noqa: E731
    return encode, draw


def stranger(model):
    """Give the model as a stranger would describe it, in functions of its own."""
    encode, logits = by_hand(model)
    sample = sampler(encode)
    loss = loss_of(encode, sample, logits, b=model.beta)
    return doctor.Parts(encode, lambda z: expit(logits(z)), sample, loss, model.beta)


@pytest.fixture(scope="module")
def parts(vae):
    return stranger(vae)


@pytest.fixture(scope="module")
def logits(vae):
    return by_hand(vae)[1]


def sampler(encode, seed=1):
    rng = np.random.default_rng(seed)

    def sample(x):
        mean, log_var = encode(x)
        return mean + np.exp(log_var / 2) * rng.standard_normal(mean.shape)

    return sample


def cross_entropy(x, logits):
    return np.logaddexp(0, logits) - x * logits


def squares(x, means):
    return np.square(x - means)


def loss_of(encode, sample, draw, a=1.0, b=1.0, price=cross_entropy):
    """The loss of a stranger, with weights of its own."""

    def loss(x):
        mean, log_var = encode(x)
        kl = (np.exp(log_var) + mean**2 - 1 - log_var).sum(axis=1) / 2
        return (a * price(x, draw(sample(x))).sum(axis=(1, 2, 3)) + b * kl).mean()

    return loss


def complaints(model, x):
    return set(doctor.examine(model, x).complaints)


@pytest.fixture(scope="module")
def report(vae, x):
    return doctor.examine(vae, x)


def test_a_healthy_model_is_called_healthy(report):
    assert report.healthy, report
    assert report["sampling"].value == pytest.approx(1, abs=0.2)


def test_what_a_loss_weighs_once_is_read_as_one(parts, x):
    # One reading scatters by 0.07: from seed to seed, and so from processor to processor.
    reports = [doctor.examine(parts, x, seed) for seed in range(8)]
    for term, margin in [("reconstruction term", 0.1), ("KL term", 0.25)]:
        readings = [report[term].value for report in reports]
        assert np.mean(readings) == pytest.approx(1, abs=margin)


def test_a_stranger_is_examined_as_well(parts, x):
    assert complaints(parts, x) == set()
    seen = doctor.examine(parts._replace(sample=None, loss=None), x)
    assert not {"sampling", "KL term", "reconstruction term"} & set(seen)


@pytest.mark.parametrize("beta", [0.25, 4.0])
def test_a_beta_that_is_meant_is_no_disease_and_one_that_is_not_is(beta, parts, logits, x):
    loss = loss_of(parts.encode, parts.sample, logits, b=beta)
    assert complaints(parts._replace(loss=loss, beta=beta), x) == set()
    assert complaints(parts._replace(loss=loss), x) == {"KL term"}
    readings = [doctor.examine(parts._replace(loss=loss), x, seed)["KL term"] for seed in range(8)]
    assert np.mean([r.value for r in readings]) == pytest.approx(beta, rel=0.3)


@pytest.mark.parametrize(
    ("a", "b", "expected", "words"),
    [
        (1, 0, {"KL term"}, "next to none"),
        (1, -1, {"KL term"}, "sign is wrong"),
        (1, 1 / 36, {"KL term"}, "meant: 1"),
        (1 / 36, 1, {"KL term", "reconstruction term"}, "meant: 1"),
        # A factor of the whole loss moves no minimum.
        (1 / 36, 1 / 36, set(), "the mean over its pixels: a factor of the whole loss"),
        (64, 64, set(), "the sum over the batch: a factor of the whole loss"),
        (0.01, 0.01, set(), "times the cross-entropy of a picture: a factor of the whole loss"),
        (0.01, 0, {"KL term", "reconstruction term"}, "next to none"),
    ],
)
def test_the_scale_of_a_loss_is_read_off(a, b, expected, words, parts, logits, x):
    sick = parts._replace(loss=loss_of(parts.encode, parts.sample, logits, a, b))
    report = doctor.examine(sick, x)
    assert set(report.complaints) == expected
    assert any(words in finding.words for finding in report.values())


def test_a_sigmoid_taken_twice_by_the_loss_is_named(parts, x):
    loss = loss_of(parts.encode, parts.sample, parts.decode)
    report = doctor.examine(parts._replace(loss=loss), x)
    assert set(report.complaints) == {"reconstruction term"}
    assert "a sigmoid applied twice?" in report["reconstruction term"].words


@pytest.fixture(scope="module")
def gaussian_vae(x):
    return trained(x, likelihood="gaussian", sigma=0.1)


def test_a_squared_error_is_recognised_and_its_sigma_named(gaussian_vae, x):
    encode, decode = by_hand(gaussian_vae)
    sample = sampler(encode)
    loss = loss_of(encode, sample, decode, a=1 / (2 * 0.1**2), price=squares)
    found = doctor.examine(doctor.Parts(encode, decode, sample, loss), x)["reconstruction term"]
    assert found.value == pytest.approx(1 / (2 * 0.1**2), rel=0.1)
    assert "with this KL, a Gaussian decoder of sigma" in found.words


def test_a_linear_decoder_may_leave_the_range_a_little(gaussian_vae, x):
    found = doctor.examine(doctor.Parts(gaussian_vae.encode, gaussian_vae.decode), x)["pixels"]
    assert found.healthy
    assert gaussian_vae.decode(gaussian_vae.encode(x).z_mean).min() < 0


@pytest.mark.parametrize(
    ("a", "b", "expected", "words"),
    [
        (1 / 36, 2 * 0.2**2 / 36, set(), "a Gaussian decoder of sigma 0.2"),  # any scale will do
        (12.5, 12.5, set(), "a Gaussian decoder of sigma 0.7"),
        (1 / 36, 1, {"reconstruction term"}, "the mean over its pixels: with this KL"),
        (12.5, 0, {"KL term"}, "no KL term, or next to none"),
        (1 / 36, 0, {"KL term"}, "no KL term, or next to none"),
        (12.5, -1, {"KL term"}, "its sign is wrong"),
    ],
)
def test_of_squared_errors_only_the_width_they_stand_for_counts(
    a, b, expected, words, gaussian_vae, x
):
    encode, decode = by_hand(gaussian_vae)
    sample = sampler(encode)
    loss = loss_of(encode, sample, decode, a, b, squares)
    stranger = doctor.Parts(encode, decode, sample, loss)
    report = doctor.examine(stranger, x)
    assert set(report.complaints) == expected
    assert any(words in finding.words for finding in report.values()), report


def untrained(image_shape=SHAPE, **kwargs):
    keras.utils.set_random_seed(0)
    sizes = {"hidden": (32,), "image_shape": image_shape}
    encoder = networks.dense_encoder(2, gaussian=True, **sizes)
    return VAE(encoder, networks.dense_decoder(2, **sizes), **kwargs)


@pytest.mark.parametrize(
    ("likelihood", "of"),
    [
        ("continuous_bernoulli", lambda x: x),
        ("categorical", lambda x: np.concatenate([x, 1 - x], axis=-1)),  # two classes a pixel
        ("gaussian", lambda x: (x - x.mean()) / x.std()),
        ("bernoulli", lambda x: np.concatenate([x, 1 - x, x / 2], axis=-1)),  # in colour
    ],
)
def test_a_model_of_another_likelihood_or_range_is_measured_by_its_own_price(likelihood, of, x):
    x = of(x)
    report = doctor.examine(untrained(x.shape[1:], likelihood=likelihood), x)
    assert {"reconstruction term", "KL term", "fit"} <= set(report) - set(report.complaints), report
    assert report["reconstruction term"].value == pytest.approx(1, abs=0.25)
    assert "negative log-likelihood" in report["reconstruction term"].words
    assert ("pixels" in report) == (x.min() >= 0)


def test_the_beta_of_a_vae_is_the_one_that_is_meant(x):
    kl = doctor.examine(untrained(beta=4), x)["KL term"]
    assert kl.healthy is True
    assert "meant: 4" in kl.words


def test_dark_pixels_are_called_pale_on_paper_and_dark_in_colour(x):
    assert " paler than 1/2" in symptoms.ink(x, x).words
    assert " darker than 1/2" in symptoms.ink(x.repeat(3, axis=-1), x.repeat(3, axis=-1)).words


def test_a_sigma_that_is_fitted_in_training_stays_as_it_is(x):
    model = untrained(likelihood="gaussian", sigma="optimal")
    before = model.sigma
    doctor.examine(model, x)
    assert model.sigma == before


@pytest.fixture(scope="module")
def places(x):
    """Give the third of each picture in which its bar stands, one-hot."""
    return np.eye(3, dtype="float32")[x.max(axis=1)[..., 0].argmax(axis=1) // 2]


@pytest.fixture(scope="module")
def conditional(x, places):
    """A VAE that is told in which third the bar stands, so that its codes need not say it."""
    keras.utils.set_random_seed(0)
    picture, place, code = keras.Input(SHAPE), keras.Input((3,)), keras.Input((2,))
    h = keras.layers.Concatenate()([keras.layers.Flatten()(picture), place])
    h = keras.layers.Dense(32, activation="relu")(h)
    codes = [keras.layers.Dense(2)(h), keras.layers.Dense(2)(h)]
    h = keras.layers.Concatenate()([code, place])
    h = keras.layers.Dense(64, activation="relu")(h)
    drawn = keras.layers.Reshape(SHAPE)(keras.layers.Dense(36)(h))
    model = VAE(keras.Model([picture, place], codes), keras.Model([code, place], drawn))
    model.compile(keras.optimizers.Adam(1e-2), steps_per_execution=50)
    model.fit((copies(x, 50), copies(places, 50)), batch_size=20, verbose=0)
    return model


def test_a_model_with_a_condition_is_examined_with_that_of_each_picture(conditional, x, places):
    report = doctor.examine(conditional, x, condition=places)
    assert report.healthy, report
    assert report["reconstruction term"].value == pytest.approx(1, abs=0.1)
    kl = conditional.encode(x, places).kl.sum(axis=1)
    nats = -(conditional.elbo(x, draws=10, condition=places) + kl).mean()
    assert float(report["baseline"].words.split()[0]) == pytest.approx(nats, rel=0.1)


def test_a_condition_may_have_several_axes(x, places):
    picture, place, code = keras.Input(SHAPE), keras.Input((3, 1)), keras.Input((2,))
    flat = keras.layers.Flatten()
    h = keras.layers.Concatenate()([flat(picture), flat(place)])
    codes = [keras.layers.Dense(2)(h), keras.layers.Dense(2)(h)]
    h = keras.layers.Concatenate()([code, flat(place)])
    drawn = keras.layers.Reshape(SHAPE)(keras.layers.Dense(36)(h))
    model = VAE(keras.Model([picture, place], codes), keras.Model([code, place], drawn))
    report = doctor.examine(model, x, condition=places[..., None])
    assert report["reconstruction term"].value == pytest.approx(1, abs=0.25)


def test_a_condition_that_does_not_fit_is_refused(conditional, vae, parts, x, places):
    with pytest.raises(ValueError, match=r"`condition` must be an array \(n, 3\) here.*none"):
        doctor.examine(conditional, x)
    with pytest.raises(ValueError, match=r"`condition` must hold one for each.* 199 for 200"):
        doctor.examine(conditional, x, condition=places[1:])
    with pytest.raises(ValueError, match="`condition` must be none here"):
        doctor.examine(vae, x, condition=places)
    with pytest.raises(ValueError, match="`condition` must be None beside `Parts`"):
        doctor.examine(parts, x, condition=places)


def test_pictures_in_another_range_are_examined_by_a_price_of_their_own(gaussian_vae, parts, x):
    encode, decode = by_hand(gaussian_vae)

    def nll(x, z):
        return squares(x, 5 * decode(z) - 1).sum(axis=(1, 2, 3)) / (2 * 0.5**2)

    wide = doctor.Parts(lambda x: encode((x + 1) / 5), lambda z: 5 * decode(z) - 1)
    wide = with_price(wide._replace(sample=sampler(wide.encode)), nll)
    report = doctor.examine(wide, 5 * x - 1)
    assert report.healthy, report
    assert not {"pixels", "ink"} & set(report)
    half = doctor.Parts(
        parts.encode, lambda z: parts.decode(z) - 0.5, nll=lambda x, z: x[:, 0, 0, 0]
    )
    assert not {"pixels", "ink"} & set(doctor.examine(half, x - 0.5))
    assert not {"pixels", "ink"} & set(doctor.examine(half, 1.6 * x))
    with pytest.raises(ValueError, match=r"`x` must lie in .* Received: values from -1 to 3.99"):
        doctor.examine(wide._replace(nll=None), 5 * x - 1)


@pytest.fixture
def laplace(parts, x):
    """A decoder of absolute errors, which costs neither a cross-entropy nor a square."""

    def nll(x, z):
        return (np.abs(x - parts.decode(z)) / 0.1).sum(axis=(1, 2, 3))

    return with_price(parts, nll)


@pytest.fixture
def learnt(parts, x):
    """A decoder that says how sure it is, of each pixel."""

    def nll(x, z):
        means = parts.decode(z)
        log_sigma = 2 * means - 2.5 + 0.3 * z[:, :1, None, None]
        errors = np.square(x - means) * np.exp(-2 * log_sigma) / 2
        return (errors + log_sigma).sum(axis=(1, 2, 3))

    return with_price(parts, nll)


def with_price(parts, nll, kl=lambda m, v: m**2 + np.exp(v) - 1 - v):
    """Give the stranger another price of a picture, or of a code."""

    def loss(x):
        return (nll(x, parts.sample(x)) + kl(*parts.encode(x)).sum(axis=1) / 2).mean()

    return parts._replace(nll=nll, loss=loss)


def test_the_price_that_a_model_gives_is_the_one_that_counts(laplace, x):
    report = doctor.examine(laplace, x)
    assert report.healthy, report
    assert "squared error" in report["baseline"].words
    z = laplace.encode(x)[0]
    gain = (laplace.nll(x, np.roll(z, 1, axis=0)) - laplace.nll(x, z)).mean()
    assert report["decoder"].value == pytest.approx(gain, rel=0.2)


@pytest.mark.parametrize(("times", "unit"), [(1.0005, "nats"), (1.01, "squared error")])
def test_the_mean_picture_is_priced_in_nats_only_where_the_model_is(times, unit, parts, x):
    price = lambda x, z: times * entropy_of(x, parts.decode(z))  # noqa: E731
    report = doctor.examine(parts._replace(loss=None, nll=price), x)
    assert unit in report["baseline"].words, report


def test_what_cannot_be_told_is_called_unknown_and_what_to_give_is_said(learnt, laplace, x):
    report = doctor.examine(learnt._replace(nll=None), x)
    unknown = [name for name, finding in report.items() if finding.healthy is None]
    assert unknown == ["reconstruction term", "KL term", "fit"]
    assert not report.healthy
    assert not report.complaints
    assert "give the model's own price, as `nll`" in report["fit"].words
    assert str(report).splitlines()[0] == "ok       numbers              all finite"
    assert "\nUNKNOWN  fit                  both terms" in str(report)
    kl = doctor.examine(laplace._replace(nll=None), x)["KL term"]
    assert kl.healthy is None
    assert "`nll`, may tell it" in kl.words
    assert doctor.examine(learnt, x).complaints == {}


@pytest.mark.parametrize(
    ("kl", "words"),
    [
        (lambda m, v: m**2 + np.exp(v / 2) - 1 - v, r"e^(v/2) in the place of e^v"),
        (lambda m, v: m**2 + np.exp(2 * v) - 1 - 2 * v, "a log-variance read as log-sigma"),
        (lambda m, v: m**2, "the means alone, and no variance"),
        (lambda m, v: m**2 + np.exp(v) - 1, "no logarithm of the variance"),
    ],
)
@pytest.mark.parametrize("factor", [1, 1 / 36])
def test_a_term_that_only_resembles_kl_is_named(kl, words, factor, parts, logits, x):
    def nll(x, z):
        return cross_entropy(x, logits(z)).sum(axis=(1, 2, 3))

    wrong = with_price(parts, nll, kl).loss
    report = doctor.examine(parts._replace(loss=lambda x: factor * wrong(x)), x)
    assert "fit" in report.complaints
    assert words in report["fit"].words


@pytest.mark.parametrize("factor", [1, 1 / 36, 64])
def test_a_kl_of_moments_that_are_averaged_over_the_batch_is_noticed(factor, parts, logits, x):
    """Of 64 copies of one picture it is the true one."""

    def loss(x):
        m, v = parts.encode(x)
        kl = ((m.mean(axis=0) ** 2 + np.exp(v).mean(axis=0) - 1 - v.mean(axis=0)) / 2).sum()
        draws = logits(parts.sample(x))
        return factor * (cross_entropy(x, draws).sum(axis=(1, 2, 3)).mean() + kl)

    report = doctor.examine(parts._replace(loss=loss), x)
    assert list(report.complaints) == ["fit"]
    words = report["fit"].words
    assert "something is averaged over the batch too early" in words
    whole, single = map(float, re.findall("[0-9.]+(?= together|: )", words))
    assert report["fit"].value == pytest.approx(whole / single, rel=1e-3) != 1


@pytest.mark.parametrize("how", ["none", "frozen", "shared", "shared by numbers"])
def test_a_loss_with_draws_of_another_kind_still_costs_a_batch_what_its_pictures_cost(
    how, parts, logits, x
):
    sick = parts._replace(loss=loss_of(parts.encode, draws(parts.encode, how), logits))
    assert all("over the batch" not in doctor.examine(sick, x, seed)["fit"].words
               for seed in range(5))  # fmt: skip


@pytest.mark.parametrize(
    ("batches", "scatter", "rest", "off", "noticed"),
    [
        # The error of a mean of 8 is 0.5 here; 5 of them, and a thousandth of 100.
        ([-1, 1, -1, 1, -1, 1, -1, 1], 9, 0, 2.59, False),
        ([-1, 1, -1, 1, -1, 1, -1, 1], 9, 0, 2.61, True),
        ([0] * 8, 1.6, 0, 2.09, False),  # no draws in the loss: 0.4 by those of the copies
        ([0] * 8, 1.6, 0, 2.11, True),
        ([1e-9, 0] * 4, 1.6, 0, 2.09, False),
        ([0.04, -0.04] * 4, 1.6, 0, 2.09, True),  # few draws, but draws
        ([0] * 8, 0, 6.4**2, 4.09, False),  # 0.8, by what the terms leave
        ([0] * 8, 0, 6.4**2, 4.11, True),
    ],
)
@pytest.mark.parametrize("sign", [-1, 1])
def test_a_batch_costs_what_its_pictures_cost_up_to_five_errors(
    batches, scatter, rest, off, noticed, sign
):
    copies = 50 + scatter * np.tile([1.0, -1.0], 32) + np.zeros((64, 64))
    batches = 100 + sign * off + np.sqrt(7 / 8) * np.sqrt(2) * np.array(batches)
    found = together(batches, np.full(64, 100.0), Fit(2, 1, 0.1, rest, 1), copies)
    assert (found is not None) == noticed, found


@pytest.mark.parametrize("kind", [FreeBitsVAE, IWAE])
def test_of_a_loss_that_is_something_else_by_design_nothing_is_asked(kind, x):
    plain = untrained()
    report = doctor.examine(kind(plain.encoder, plain.decoder), x)
    assert not {"reconstruction term", "KL term", "fit"} & set(report)
    assert {"sampling", "clouds", "units", "prior"} <= set(report)


def test_of_a_loss_with_labels_nothing_is_asked(x, places):
    sizes = {"hidden": (8,), "image_shape": SHAPE}
    networks_of_it = (
        networks.dense_encoder(2, gaussian=True, condition_shape=(3,), **sizes),
        networks.dense_decoder(2, condition_shape=(3,), **sizes),
        networks.dense_encoder(3, **sizes),
    )
    report = doctor.examine(SemiSupervisedVAE(*networks_of_it), x, condition=places)
    assert "fit" not in report
    assert report["sampling"].healthy


def test_a_sigmoid_is_not_called_taken_twice_where_no_reconstruction_is_seen(parts, logits, x):
    blank = lambda z: np.full((len(z), *SHAPE), 0.5)  # noqa: E731
    loss = loss_of(parts.encode, parts.sample, lambda z: 0 * logits(z))
    report = doctor.examine(parts._replace(decode=blank, loss=loss), x)
    assert "decoder" in report.complaints
    assert "sigmoid" not in report["reconstruction term"].words


def test_a_constant_in_a_loss_is_no_disease_and_a_third_term_is_noticed(parts, logits, x):
    assert complaints(parts._replace(loss=lambda x: parts.loss(x) + 3), x) == set()

    def nll(x, z):
        return cross_entropy(x, logits(z)).sum(axis=(1, 2, 3))

    odd = parts._replace(
        nll=nll, loss=lambda x: parts.loss(x) + 9 * np.sin(9 * x.sum(axis=1)).mean()
    )
    report = doctor.examine(odd, x)
    assert "fit" in report.complaints
    assert "something else in it" in report["fit"].words


def test_the_weight_of_a_kl_that_hardly_differs_is_not_guessed(parts, logits, x):
    def encode(x):
        return 0.05 * parts.encode(x)[0], np.zeros((len(x), 2))

    sample = lambda x: encode(x)[0]  # noqa: E731
    loss = loss_of(encode, sample, logits, b=6)
    sick = doctor.Parts(encode, parts.decode, sample, loss, beta=6)
    kl = doctor.examine(sick, x)["KL term"]
    assert kl.healthy is None
    assert "cannot be told" in kl.words


def test_the_weight_of_a_kl_that_differs_little_is_told_by_the_sum_of_the_loss():
    """All means are 2 from the centre, and a code's price scatters by nats."""
    x = np.random.default_rng(0).random((N, *SHAPE))
    rng = np.random.default_rng(1)

    def encode(x):
        angle, radius = 6 * x.sum(axis=(1, 2, 3)), 2 + 0.05 * x[:, 0, 0, 0]
        z_mean = np.stack([radius * np.cos(angle), radius * np.sin(angle)], axis=1)
        return z_mean, np.full_like(z_mean, -2)

    def sample(x):
        z_mean, z_log_var = encode(x)
        return z_mean + np.exp(z_log_var / 2) * rng.standard_normal(z_mean.shape)

    def nll(x, z):
        return 9 * x[:, 1, 1, 0] + 9 * (z - encode(x)[0]).sum(axis=1)

    flat = doctor.Parts(encode, lambda z: np.full((len(z), *SHAPE), 0.4), sample)
    kl = doctor.examine(with_price(flat, nll), x)["KL term"]
    assert kl.healthy is True
    assert kl.value == pytest.approx(1, abs=0.1)
    assert "(± 0.03), by the sum of the loss; meant: 1" in kl.words


def draws(encode, how):
    """Ways to draw a code that are wrong."""
    frozen = np.random.default_rng(0).standard_normal((N, 2))
    rng = np.random.default_rng(0)

    def sample(x):
        mean, log_var = encode(x)
        noise = rng.standard_normal(mean.shape)
        return {
            "none": mean,
            "frozen": mean + np.exp(log_var / 2) * frozen[: len(mean)],
            "shared": mean + np.exp(log_var / 2) * noise[:1],
            "shared by numbers": mean + np.exp(log_var / 2) * noise[:, :1],
            "variance for sigma": mean + np.exp(log_var) * noise,
            "log-variance for sigma": mean + log_var * noise,
            "not centred": mean + np.exp(log_var / 2) * np.abs(noise),
        }[how]

    return sample


@pytest.mark.parametrize(
    ("how", "words"),
    [
        ("none", "no draw"),
        ("frozen", "one frozen draw"),
        ("shared", "all pictures of a batch share one draw"),
        ("shared by numbers", "numbers of a code share one draw"),
        ("variance for sigma", "times as widely"),
        ("log-variance for sigma", "times as widely"),
        ("not centred", "sigmas off the encoder's mean"),
    ],
)
def test_wrong_ways_to_draw_are_told_apart(how, words, parts, x):
    sick = parts._replace(sample=draws(parts.encode, how), loss=None)
    report = doctor.examine(sick, x)
    assert list(report.complaints) == ["sampling"]
    assert words in report["sampling"].words


def test_narrow_draws_are_not_taken_for_shared_ones(parts, x):
    def narrow(x):
        mean = parts.encode(x)[0]
        return mean + 0.05 * (parts.sample(x) - mean)

    found = doctor.examine(parts._replace(sample=narrow, loss=None), x)["sampling"]
    assert found.value == pytest.approx(0.05, rel=0.3)
    assert "times as widely" in found.words


@pytest.mark.parametrize(
    ("spoil", "expected"),
    [
        (expit, {"ink", "baseline"}),  # twice
        (lambda p: np.log(p / (1 - p)), {"pixels"}),  # never
        (lambda p: p - 0.25 * (p < 0.04), {"pixels"}),  # outputs of a cross-entropy, clipped at 0
        (lambda p: p[::-1], {"baseline"}),  # of another picture
        (lambda p: p.mean(axis=0, keepdims=True) + 0 * p, {"decoder"}),
        (lambda p: 0 * p + 0.5, {"ink", "decoder", "baseline"}),
        (lambda p: p * np.nan, {"numbers"}),
    ],
)
def test_pictures_that_are_none_are_noticed(spoil, expected, parts, x):
    sick = parts._replace(decode=lambda z: spoil(parts.decode(z)), loss=None)
    assert expected <= complaints(sick, x)


def test_numbers_that_say_nothing_are_counted_and_a_code_of_them_is_a_disease(parts, logits, x):
    def encode(x):
        return [np.concatenate([part, 0 * part], axis=1) for part in parts.encode(x)]

    spare = doctor.Parts(encode, lambda z: parts.decode(z[:, :2]))
    report = doctor.examine(spare, x)
    assert report.healthy
    assert report["units"].value == 2

    def nothing(x):
        return np.zeros((len(x), 2)), np.zeros((len(x), 2))

    loss = loss_of(nothing, sampler(nothing), logits)
    report = doctor.examine(doctor.Parts(nothing, lambda z: parts.decode(0 * z), loss=loss), x)
    assert {"units", "decoder"} <= set(report.complaints)
    assert "cannot be told" in report["KL term"].words


def moved(parts, logits, far, narrow, beta=1.0):
    """Give the same model with its codes `far` off, and its clouds so many times as narrow."""

    def encode(x):
        z_mean, z_log_var = parts.encode(x)
        return z_mean + far, z_log_var - 2 * np.log(narrow)

    sample = sampler(encode)
    loss = loss_of(encode, sample, lambda z: logits(z - far), b=beta)
    return doctor.Parts(encode, lambda z: parts.decode(z - far), sample, loss, beta)


def test_points_and_a_strange_prior_are_noticed(parts, logits, x):
    plain = moved(parts, logits, far=3, narrow=1000, beta=0.0)
    assert complaints(plain, x) == {"clouds", "prior"}
    assert complaints(plain._replace(loss=None), x) == {"clouds", "prior"}


def test_codes_that_the_loss_pulls_to_the_prior_need_not_be_there_yet(parts, logits, x):
    young = moved(parts, logits, far=3, narrow=1)
    report = doctor.examine(young, x)
    assert report.healthy, report
    assert "the KL term pulls them in" in report["prior"].words
    for change in ({"loss": None}, {"loss": moved(parts, logits, 3, 1, 0.0).loss}):
        assert "prior" in complaints(young._replace(**change), x)


@pytest.mark.parametrize(("shift", "words"), [(1000, "of sigmas"), (100, "of KL")])
def test_an_infinite_number_of_a_code_ends_the_examination(shift, words, parts, x):
    """At a log-variance of 100 sigma is finite still, and its square is not."""
    sick = parts._replace(encode=lambda x: [parts.encode(x)[0], parts.encode(x)[1] + shift])
    report = doctor.examine(sick._replace(loss=lambda x: 1.0), x)
    assert list(report) == list(report.complaints) == ["numbers"]
    assert words in report["numbers"].words


@pytest.mark.parametrize(
    ("network", "value"),
    [
        ("encoder", np.nan),
        ("encoder", np.inf),
        ("decoder", np.nan),
        ("decoder", np.inf),
        ("decoder", 1e12),
    ],
)
def test_a_model_with_weights_that_are_lost_is_examined_all_the_same(network, value, x):
    model = untrained()
    part = getattr(model, network)
    part.set_weights([weight + value for weight in part.get_weights()])
    report = doctor.examine(model, x)
    assert report.complaints, report
    if not np.isfinite(value):
        assert list(report) == ["numbers"]
        assert "of losses" in report["numbers"].words
        assert ("of means" in report["numbers"].words) == (network == "encoder")


def test_a_training_that_diverged_is_told_by_its_numbers(x):
    model = untrained()
    model.compile(keras.optimizers.SGD(10.0))
    model.fit(copies(x, 5), verbose=0)
    assert str(doctor.examine(model, x)).startswith("ILL numbers  NaN or infinite: 400 of means")


def test_prices_that_are_infinite_for_some_draws_leave_the_weights_unknown(parts, x):
    nll = iter([np.ones(N), np.full(4096, np.inf), np.ones(N)])
    report = doctor.examine(parts._replace(nll=lambda x, z: next(nll)), x)
    assert report["reconstruction term"].healthy is None
    assert "infinite" in report["reconstruction term"].words


def test_a_loss_that_is_no_number_ends_the_examination(parts, x):
    def loss(batch):
        return np.nan if len(batch) < 64 else 1.0  # of the last pictures alone

    report = doctor.examine(parts._replace(loss=loss), x)
    assert list(report) == ["numbers"]
    assert report["numbers"].words == "NaN or infinite: 1 of losses"


def test_the_report_reads_as_a_list(report):
    lines = str(report).splitlines()
    assert max(map(len, lines)) <= 76
    assert [line[:2] for line in lines if line[0] != " "] == ["ok"] * 12
    below = " " * lines[0].index("all finite")  # where a finding goes on
    assert all(line.startswith(below) for line in lines if line[0] == " ")
    assert " ".join(str(report).split()) == " ".join(
        " ".join(("ok", name, finding.words)) for name, finding in report.items()
    )
    assert str(report.complaints) == "nothing found"
    ill = doctor.Report({**report, "ink": report["ink"]._replace(healthy=False, words="grey")})
    assert repr(ill.complaints) == "ILL ink  grey"


def test_a_notebook_shows_the_report_as_a_table(report):
    html = report._repr_html_()
    assert html.count("<tr>") == len(report)
    assert ">numbers</th>" in html
    assert ">all finite</td>" in html
    ill = report["ink"]._replace(healthy=False, words="1 < 2")
    html = doctor.Report(ink=ill)._repr_html_()
    assert "<strong>ILL</strong>" in html
    assert "1 &lt; 2" in html
    unknown = doctor.Report(ink=ill._replace(healthy=None))._repr_html_()
    assert "<strong>UNKNOWN</strong>" in unknown
    assert doctor.Report()._repr_html_() == "<p>nothing found</p>"


def test_the_model_keeps_its_weights_and_the_report_its_seed(vae, parts, x):
    before = vae.encoder.get_weights()
    doctor.examine(vae, x, seed=3)
    reports = [doctor.examine(parts, x, seed=3)["decoder"] for _ in range(2)]
    assert reports[0] == reports[1]
    for old, new in zip(before, vae.encoder.get_weights(), strict=True):
        np.testing.assert_array_equal(old, new)


def test_a_model_is_examined_as_it_answers_and_its_metrics_are_reset(x):
    """Its networks are never told that they train, or dropout would be in the loss."""
    told = []

    class Listener(keras.layers.Layer):
        def call(self, h, training=None):
            told.append(training)
            return h

    model = untrained()
    layers = [keras.Input(SHAPE), Listener(), keras.layers.Flatten()]
    h = keras.Sequential(layers)(picture := keras.Input(SHAPE))
    heads = [keras.layers.Dense(2)(h) for _ in range(2)]
    model = VAE(keras.Model(picture, heads), model.decoder)
    told.clear()
    doctor.examine(model, x)
    assert set(told) == {False}
    assert {m.name: float(m.result()) for m in model.metrics} == {"reconstruction": 0, "kl": 0}


def test_codes_are_drawn_as_widely_as_their_clouds(x):
    drawn = []

    def decode(z):
        drawn.append(z)
        return np.full((len(z), *SHAPE), 0.5)

    cloud = lambda x: (np.zeros((len(x), 2)), np.full((len(x), 2), 2 * np.log(0.1)))  # noqa: E731
    doctor.examine(doctor.Parts(cloud, decode, loss=lambda x: 1.0), x)
    assert len(drawn) == 3  # the pictures' own, those of others, and of the terms of the loss
    for z in drawn:
        np.testing.assert_allclose(z.std(axis=0), 0.1, rtol=0.2)


def test_each_picture_is_asked_for_its_loss_once(parts, x):
    asked = []

    def loss(batch):
        if (batch == batch[:1]).all():
            asked.append(batch[0].tobytes())
        return parts.loss(batch)

    _, first = np.unique(x.reshape(N, -1), axis=0, return_index=True)
    doctor.examine(parts._replace(loss=loss), x[first[:64]])
    assert len(asked) == len(set(asked)) == 64


def test_what_cannot_be_examined_is_refused(vae, x):
    with pytest.raises(ValueError, match=r"64 pictures or more. Received: 63"):
        doctor.examine(vae, x[:63])
    with pytest.raises(ValueError, match="x / 255"):
        doctor.examine(vae, 255 * x)
    with pytest.raises(ValueError, match="x / 255"):
        doctor.examine(untrained(likelihood="gaussian"), (255 * x).astype("uint8"))
    with pytest.raises(TypeError, match=r"`model` must be a models.VAE, or doctor.Parts"):
        doctor.examine(vae.encoder, x)


@pytest.mark.parametrize("beta", ["x", np.nan, np.inf, -1, None])
def test_a_beta_that_is_no_weight_is_refused(beta, parts, x):
    message = r"`beta` must be a number in \[0, inf\). Received: beta="
    with pytest.raises((TypeError, ValueError), match=message):
        doctor.examine(parts._replace(beta=beta, loss=None), x)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (
            lambda p: {"encode": lambda x: (*p.encode(x), p.sample(x))},
            r"`encode` must give two arrays, \(z_mean, z_log_var\). Received: 3 of them",
        ),
        (
            lambda p: {"encode": lambda x: p.encode(x)[0]},
            r"`encode` must give two arrays, \(z_mean, z_log_var\). Received: 1 of them",
        ),
        (
            lambda p: {"encode": lambda x: [part[:, None] for part in p.encode(x)]},
            r"flatten a code that has another. Received: z_mean of shape \(200, 1, 2\)",
        ),
        (
            lambda p: {"encode": lambda x: (p.encode(x)[0], p.encode(x)[1][:, :1])},
            r"`encode` must give shape \(200, 2\) here. Received: \(200, 1\)",
        ),
        (
            lambda p: {"decode": lambda z: p.decode(z).reshape(len(z), -1)},
            r"`decode` must give shape \(200, 6, 6, 1\) here. Received: \(200, 36\)",
        ),
        (
            lambda p: {"sample": lambda x: p.sample(x)[:1]},
            r"`sample` must give shape \(200, 2\) here. Received: \(1, 2\)",
        ),
        (
            lambda p: {"loss": lambda x: p.encode(x)[0].sum(axis=1)},
            r"`loss` must give one number for a batch.* Received: shape \(64,\)",
        ),
        (
            lambda p: {"nll": lambda x, z: np.zeros((len(x), 1))},
            r"`nll` must give shape \(200,\) here. Received: \(200, 1\)",
        ),
        (
            lambda p: {"encode": lambda x: [part[:1] for part in p.encode(x)]},
            r"arrays of shape \(200, latent_dim\).* z_mean of shape \(1, 2\)",
        ),
    ],
)
def test_a_stranger_that_answers_something_else_is_told_so(change, message, parts, x):
    with pytest.raises(ValueError, match=message):
        doctor.examine(parts._replace(**change(parts)), x)


@pytest.mark.parametrize("name", ["encode", "decode", "sample", "loss", "nll"])
def test_parts_that_are_no_functions_or_answer_no_numbers_are_named(name, x):
    fine = {
        "encode": lambda x: (np.zeros((len(x), 2)), np.zeros((len(x), 2))),
        "decode": lambda z: np.full((len(z), *SHAPE), 0.5),
        "sample": lambda x: np.zeros((len(x), 2)),
        "loss": lambda x: 1.0,
        "nll": lambda x, z: np.ones(len(x)),
    }
    strange = [3, "text"] + ([None] if name in ("encode", "decode") else [])
    for each in strange:
        with pytest.raises(TypeError, match=f"`{name}` must be a function of arrays. Received:"):
            doctor.examine(doctor.Parts(**fine | {name: each}), x)
    with pytest.raises((TypeError, ValueError), match=f"`{name}"):
        doctor.examine(doctor.Parts(**fine | {name: lambda *_: ["a", "b"]}), x)


def shares(*pairs):
    """Give an array of 1000 numbers, so many of each value, and 0 for the others."""
    return np.concatenate([*(np.full(n, value) for value, n in pairs), np.zeros(1000)])[:1000, None]


# Two columns of draws that are exactly uncorrelated and of width 1.
A, B = (
    np.sqrt(1000)
    * np.linalg.qr(np.c_[np.ones(1000), np.random.default_rng(0).standard_normal((1000, 2))])[0][
        :, 1:
    ].T
)


def drawn(first, second, shift=0):
    """Give the arguments of `sampling` for draws from N(0, I)."""
    draws = np.c_[first, second] + shift
    return draws, draws + 1, np.zeros_like(draws), np.ones_like(draws)


def spread(*widths):
    """Give means of these widths, `(1000, len(widths))`."""
    return A[:, None] * np.array(widths)


@pytest.mark.parametrize(
    ("check", "arguments", "healthy"),
    [
        ("pixels", [shares((-0.21, 30))], False),
        ("pixels", [shares((-0.19, 30))], True),
        ("pixels", [shares((1.21, 30))], False),
        ("pixels", [shares((1.19, 30))], True),
        ("pixels", [shares((9, 21))], False),
        ("pixels", [shares((9, 19))], True),
        ("ink", [shares(), shares((0.6, 949))], True),
        ("ink", [shares(), shares((0.6, 951))], False),
        ("ink", [shares((1, 600)), shares((0.6, 500), (0.485, 500))], True),
        ("ink", [shares((1, 600)), shares((0.6, 500), (0.495, 500))], False),
        ("ink", [shares((0.49, 1000)), shares((0.6, 1000))], False),
        ("ink", [shares((0.51, 1000)), shares((0.6, 1000))], True),
        ("sampling", drawn(0.79 * A, B), False),
        ("sampling", drawn(0.81 * A, B), True),
        ("sampling", drawn(1.24 * A, B), True),
        ("sampling", drawn(1.26 * A, B), False),
        ("sampling", drawn(A, B, shift=[0.24, -0.24]), True),
        ("sampling", drawn(A, B, shift=[0.26, 0]), False),
        ("sampling", drawn(A, B, shift=[0, -0.26]), False),
        ("sampling", drawn(A, 0.88 * A + np.sqrt(1 - 0.88**2) * B), True),
        ("sampling", drawn(A, 0.92 * A + np.sqrt(1 - 0.92**2) * B), False),
        ("sampling", drawn(A, -0.92 * A + np.sqrt(1 - 0.92**2) * B), False),
        ("clouds", [spread(1, 1, 1), spread(1, 1, 1) * 0 + [0.001, 0.0052, 0.0052]], True),
        ("clouds", [spread(1, 1, 1), spread(1, 1, 1) * 0 + [1, 0.0048, 0.0048]], False),
        ("units", [np.full((9, 2), 0.0105)], True),
        ("units", [np.full((9, 2), 0.0095)], False),
        ("decoder", [np.zeros(9), np.full(9, 1.05)], True),
        ("decoder", [np.zeros(9), np.full(9, 0.95)], False),
        ("baseline", [np.full(9, 0.99), np.ones(9), "nats"], True),
        ("baseline", [np.ones(9), np.ones(9), "nats"], False),
        ("prior", [spread(0.27, 1), np.full((1000, 2), 0.3)], True),  # 0.40^2 = 0.26^2 + 0.30^2
        ("prior", [spread(0.25, 1), np.full((1000, 2), 0.3)], False),
        ("prior", [spread(2.45, 1), np.full((1000, 2), 0.3)], True),
        ("prior", [spread(2.52, 1), np.full((1000, 2), 0.3)], False),
        ("prior", [np.add(spread(1, 1), [0, 1.95]), np.full((1000, 2), 0.3)], True),
        ("prior", [np.add(spread(1, 1), [0, -2.05]), np.full((1000, 2), 0.3)], False),
        ("prior", [spread(9, 1), np.full((1000, 2), 0.3), True], True),  # it is pulled in
    ],
)
def test_a_symptom_is_one_from_its_threshold_on(check, arguments, healthy):
    finding = getattr(symptoms, check)(*arguments)
    assert finding.check == check
    assert finding.healthy is healthy, finding


@pytest.mark.parametrize(
    ("narrow", "shift", "words"),
    [
        (0.095, 1, "all pictures of a batch share one draw"),
        (0.105, 1, "z lies 1.00 sigmas off the encoder's mean"),
        ([1, 0.095], [0, 1], "all pictures of a batch share one draw"),  # of one number alone
        (1, [0.1, -0.3], "z lies 0.30 sigmas off the encoder's mean on average"),
    ],
)
def test_draws_that_lie_off_the_mean_are_told_from_shared_ones(narrow, shift, words):
    narrow = np.ones(2) * narrow
    assert words in symptoms.sampling(*drawn(narrow[0] * A, narrow[1] * B, shift)).words


@pytest.mark.parametrize(
    ("width", "shift", "healthy"),
    [
        (0.55, 0, False), (0.57, 0, True), (1.44, 0, True), (1.45, 0, False),
        (1, 0.62, True), (1, -0.62, True), (1, 0.63, False), (1, -0.63, False),
        (0.8, 0.49, True), (0.8, 0.51, False), (0.3, 0.6, False),
    ],
)  # fmt: skip
def test_of_64_pictures_draws_may_be_wider_or_narrower_by_luck(width, shift, healthy):
    up_and_down = np.tile([1.0, -1.0], 32)[:, None]
    draws = width * up_and_down + shift
    found = symptoms.sampling(draws, draws + 1, np.zeros((64, 1)), np.ones((64, 1)))
    assert found.healthy is healthy, found


def test_sound_draws_of_few_pictures_and_many_numbers_are_called_sound():
    still = np.zeros((64, 64)), np.ones((64, 64))
    pairs = np.random.default_rng(0).standard_normal((100, 2, 64, 64))
    assert all(symptoms.sampling(*pair, *still).healthy for pair in pairs)


@pytest.mark.parametrize(
    ("check", "arguments", "value"),
    [
        ("numbers", [], 0),
        ("pixels", [shares((9, 21), (-9, 9))], 0.03),
        ("ink", [shares(), shares((0.6, 940))], 0.06),
        ("clouds", [spread(2, 2, 2), spread(1, 1, 1) * 0 + [1, 0.5, 0.2]], 0.25),
        ("decoder", [np.ones(9), np.full(9, 3)], 2),
        ("baseline", [np.ones(9), np.full(9, 3), "nats"], 2),
        ("baseline", [np.full(9, 3), np.ones(9), "nats"], -2),
    ],
)
def test_what_a_symptom_measures_is_told(check, arguments, value):
    assert getattr(symptoms, check)(*arguments).value == pytest.approx(value)


def test_how_many_units_are_used_and_which_width_is_worst_is_told():
    assert symptoms.units(np.full((9, 1), 1) * [0.0095, 0.0105, 3]).value == 2
    assert symptoms.sampling(*drawn(0.7 * A, 1.38 * B)).value == pytest.approx(0.7)
    assert symptoms.sampling(*drawn(0.75 * A, 1.38 * B)).value == pytest.approx(1.38)
    assert symptoms.prior(spread(0.7, 1.38), np.zeros(1)).value == pytest.approx(0.7)
    clouds = np.repeat([[2.0], [0.1]], 500, axis=0)  # of two widths
    assert symptoms.prior(0 * clouds, clouds).value == pytest.approx(np.sqrt((4 + 0.01) / 2))


@pytest.mark.parametrize(
    ("name", "a", "b", "error", "healthy", "words"),
    [
        (ENTROPY, 0.71, 2, 0.001, (True, False), "meant: 1"),
        (ENTROPY, 0.69, 2, 0.001, (False, False), "meant: 1"),
        (ENTROPY, 1.39, 3, 0.001, (True, False), "meant: 1"),
        (ENTROPY, 1.41, 3, 0.001, (False, False), "meant: 1"),
        (ENTROPY, 1, 0.71, 0.001, (True, True), "meant: 1"),
        (ENTROPY, 1, 0.69, 0.001, (True, False), "meant: 1"),
        (ENTROPY, 1, 0.69, 0.105, (True, True), "meant: 1"),
        (ENTROPY, 1, 0.69, 0.101, (True, False), "meant: 1"),
        (ENTROPY, 1, 0.049, 0.001, (True, False), "no KL term"),
        (ENTROPY, 1, 0.051, 0.001, (True, False), "0.051 times KL"),
        (ENTROPY, 1, 0.19, 0.1, (True, False), "no KL term"),
        (ENTROPY, 1, 0.21, 0.1, (True, False), "0.21 times KL"),
        (ENTROPY, 1, 0.2, 0.166, (True, False), "no KL term"),
        (ENTROPY, 1, 0.2, 0.168, (True, False), "0.2 times KL"),
        (ENTROPY, 1, 0.6, 0.29, (True, True), "0.6 times KL"),
        (ENTROPY, 1, 0.6, 0.31, (True, None), "`nll`, may tell it"),
        (NLL, 1, 0.6, 0.31, (True, None), "(± 0.3)"),
        (NLL, 1, -2.5, 0.99, (True, False), "meant: 1"),
        (NLL, 1, -2.5, 1.01, (True, None), "cannot be told"),
        (NLL, 1, -0.31, 0.1, (True, False), "sign is wrong"),
        (ENTROPY, 0.01, 0.006, 0.0031, (None, None), "cannot be told"),
        (ENTROPY, -1, 1, 0.001, (False, False), "no reconstruction"),
        (SQUARES, 1, 2 * 1.49**2, 0.001, (True, True), "sigma 1.5"),
        (SQUARES, 1, 2 * 1.51**2, 0.001, (False, True), "sigma 1.5"),
        (SQUARES, 1, 0.00019, 1e-6, (True, False), "no KL term"),
        (SQUARES, 1, 0.00021, 1e-6, (True, True), "times KL"),
        (SQUARES, 1, 0.0089, 0.003, (True, False), "no KL term"),
        (SQUARES, 1, 0.0091, 0.003, (True, True), "times KL"),
        (SQUARES, 1, 0.001, 0.0031, (True, False), "no KL term"),
        (SQUARES, 1, 0.001, 0.0033, (True, None), "cannot be told"),
    ],
)
def test_a_weight_is_wrong_from_its_threshold_on(name, a, b, error, healthy, words):
    findings = weights(name, Fit(a, b, error, 1, 1), "", 1, 1.0, (np.nan, np.nan))
    assert tuple(finding.healthy for finding in findings) == healthy, findings
    assert any(words in finding.words for finding in findings), findings
    wrong_sign = any("its sign is wrong" in finding.words for finding in findings)
    assert wrong_sign == (b < -3 * error), findings


@pytest.mark.parametrize(("b", "healthy"), [(0.0, True), (1.0, False)])
def test_where_no_kl_is_meant_none_beside_a_squared_error_is_right(b, healthy):
    _, kl = weights(SQUARES, Fit(1, b, 1e-6, 1, 1), "", 0, 1.0, (np.nan, np.nan))
    assert kl.healthy is healthy
    assert "meant: 0" in kl.words


@pytest.mark.parametrize(
    ("told", "healthy"),
    [
        ((0.96, 0.01), True),
        ((0.94, 0.01), None),
        ((0.81, 0.065), True),
        ((0.81, 0.062), None),
        ((1, 0.099), True),
        ((1, 0.101), None),
    ],
)
def test_a_weight_that_pictures_do_not_tell_may_be_told_by_their_sum(told, healthy):
    vague = Fit(1, 0.6, 0.31, 1, 1)
    assert weights(NLL, vague, "", 1, 1.0, told)[1].healthy is healthy
    assert weights(NLL, vague, "", 1, 0.019, told)[1].healthy is None


@pytest.mark.parametrize("width", [0, 2])
def test_the_regression_finds_the_weights_behind_the_noise_of_the_copies(width):
    """The wider noise makes a mean of 4 copies vary as much as the pictures do."""
    rng, fits = np.random.default_rng(0), []
    for _ in range(100):
        truth, kl, else_ = rng.standard_normal((3, 2000))
        copies = truth[:, None] + width * rng.standard_normal((2000, 4))
        loss = 3 * truth + 2 * kl + else_ + 7  # = truth + 2 (kl + truth) + ...
        fits.append(regress(loss, copies, kl + truth))
    a, b, error, rest, noise = np.mean(fits, axis=0)
    assert (a, b) == pytest.approx((1, 2), abs=0.03)
    assert rest == pytest.approx(1 + width**2 / 4, rel=0.05)
    assert noise == pytest.approx(2 * width**2 / 4, abs=0.1)
    if not width:
        assert error == pytest.approx(np.std([fit.b for fit in fits]), rel=0.2)


@pytest.mark.parametrize("loss", [0.0, 1.0, 1234.5])
def test_a_loss_that_is_the_same_for_all_pictures_is_no_loss_of_a_vae(loss, parts, x):
    found = doctor.examine(parts._replace(loss=lambda x: loss), x)
    assert found["fit"].words == "the loss is the same for all pictures"
    assert found.complaints.keys() == {"reconstruction term", "KL term", "fit"}


def test_a_kl_that_hardly_differs_and_a_fit_that_hardly_fits_have_their_thresholds():
    sure = Fit(1, 1, 0.01, 1, 1)
    assert weights(NLL, sure, "", 1, 0.021, (np.nan, np.nan))[1].healthy is True
    assert weights(NLL, sure, "", 1, 0.019, (np.nan, np.nan))[1].healthy is None
    assert weights(NLL, Fit(1, 0, 0.001, 1, 1), "", 0, 1, (0, 1))[1].healthy is True
    assert weights(NLL, Fit(1, 0.051, 0.001, 1, 1), "", 0, 1, (0, 1))[1].healthy is False
    assert Fit(1, 1, 0.01, rest=2.9, noise=1).holds
    assert not Fit(1, 1, 0.01, rest=3.1, noise=1).holds


def test_a_kl_is_not_called_wrong_where_a_wrong_one_would_be_the_same():
    means, no_log_var = A[:64, None], np.zeros((64, 1))  # sigma = 1: every e^v and v / 2 agree
    copies = 9 * B[:64, None] + np.zeros((64, 64))
    loss = copies.mean(axis=1) + means[:, 0] ** 2 / 2
    sure = Fit(1, 1, 0.01, 1, 1)
    assert remainder(NLL, sure, loss, copies, (means, no_log_var), beta=1).healthy is True


@pytest.mark.parametrize(
    ("name", "rest", "healthy"),
    [(NLL, 2.0, True), (NLL, 8.0, False), (ENTROPY, 8.0, None), (SQUARES, 4.5, True)],
)
def test_what_both_terms_leave_is_told_in_units_of_what_draws_leave(name, rest, healthy):
    means, no_log_var = A[:64, None], np.zeros((64, 1))
    copies = 9 * B[:64, None] + np.zeros((64, 64))
    loss = copies.mean(axis=1) + means[:, 0] ** 2 / 2
    fit = Fit(1, 1, 0.01, rest, noise=2)
    found = remainder(name, fit, loss, copies, (means, no_log_var), beta=1)
    assert found.healthy is healthy
    assert found.value == pytest.approx(np.sqrt(rest / 2))
    assert found.words.startswith(f"both terms leave {np.sqrt(rest / 2):.2g} times the scatter")


@pytest.mark.parametrize(
    ("name", "named"), [(NLL, True), (ENTROPY, True), (TWICE, False), (SQUARES, False)]
)
@pytest.mark.parametrize("beta", [1, 3])
def test_a_mistaken_kl_is_named_only_where_prices_are_nats(name, named, beta):
    means, log_var = A[:64, None], 0.5 * B[:64, None] - 1
    copies = 9 * A[64:128, None] + np.zeros((64, 64))
    loss = copies.mean(axis=1) + beta * means[:, 0] ** 2 / 2  # a KL of the means alone
    found = remainder(name, Fit(1, beta, 0.01, 1, 1), loss, copies, (means, log_var), beta)
    assert ("the means alone, and no variance" in found.words) == named
    assert found.healthy is not named


def test_no_kl_term_is_wrong_by_its_distance_from_what_is_meant():
    for weight, healthy in ((0.04, True), (-0.04, False)):  # from 0.02
        fit = Fit(1, weight, 0.001, 1, 1)
        assert weights(NLL, fit, "", 0.02, 1.0, (np.nan, np.nan))[1].healthy is healthy
    kl = weights(SQUARES, Fit(1, 1, 0.01, 1, 1), "", 0, 1.0, (np.nan, np.nan))[1]
    assert kl.healthy is False
    assert kl.words.endswith("; meant: 0")


def test_a_weight_is_told_beside_a_nat_or_beside_a_squared_error():
    fit = Fit(2, 3, 0.01, 1, 1)
    a, b = weights(ENTROPY, fit, "", 1, 1.0, (np.nan, np.nan))
    assert (a.value, b.value) == (2, 1.5)
    assert "1.5 times KL (± 0.005) for a nat" in b.words
    a, b = weights(SQUARES, fit, "", 1, 1.0, (np.nan, np.nan))
    assert (a.value, b.value) == (2, 3)
    assert f"sigma {np.sqrt(3 / 4):.2g}" in a.words
    assert "3 times KL (± 0.01) for 2 times the squared error" in b.words
    kl = weights(NLL, Fit(1, 0.6, 0.31, 1, 1), "", 1, 1.0, (0.96, 0.01))[1]
    assert kl.value == 0.96
    assert "0.96 times KL (± 0.01), by the sum of the loss; meant: 1" in kl.words


@pytest.mark.parametrize(("fate", "healthy"), [(1, True), (0, False)])
def test_a_decoder_is_asked_for_the_codes_of_other_pictures(fate, healthy):
    """One number, the share of ink, is all that a code has: other numbers of it are none."""
    share = np.linspace(0.05, 0.95, 64, dtype="float32")
    ink = (np.random.default_rng(0).random((64, *SHAPE)) < share[:, None, None, None]) * 1.0
    model = doctor.Parts(
        lambda x: (logit(x.mean(axis=(1, 2, 3)))[:, None], np.full((len(x), 1), -9.0)),
        lambda z: expit(fate * z)[..., None, None] * np.ones(SHAPE),
    )
    assert doctor.examine(model, ink)["decoder"].healthy is healthy


@pytest.mark.parametrize("seed", [-1, 1.5, "0", None])
def test_a_seed_that_is_none_is_refused(seed, x):
    model = untrained()
    with pytest.raises(ValueError, match="`seed` must be an integer"):
        doctor.examine(model, x, seed)
    with pytest.raises(ValueError, match="`seed` must be an integer"):
        model.elbo(x, seed=seed)
