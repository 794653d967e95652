"""The doctor before a healthy model, and before one for each disease."""

import keras
import numpy as np
import pytest
from bars import copies
from scipy.special import expit

from companion import doctor, networks
from companion.models import VAE

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
        (1 / 36, 1 / 36, {"reconstruction term"}, "the mean over its pixels"),
        (128, 128, {"reconstruction term"}, "times the cross-entropy of a picture"),
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
    report = doctor.examine(gaussian_vae, x)
    assert report["reconstruction term"].value == pytest.approx(1 / (2 * 0.1**2), rel=0.1)
    assert "with this KL, a Gaussian decoder of sigma" in report["reconstruction term"].words
    assert report.healthy, report


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


@pytest.mark.parametrize("likelihood", ["continuous_bernoulli", "categorical"])
def test_a_model_of_another_likelihood_is_measured_by_its_own_price(likelihood, x):
    if likelihood == "categorical":
        x = np.concatenate([x, 1 - x], axis=-1)  # two classes a pixel
    sizes = {"hidden": (32,), "image_shape": x.shape[1:]}
    keras.utils.set_random_seed(0)
    model = VAE(
        networks.dense_encoder(2, gaussian=True, **sizes),
        networks.dense_decoder(2, **sizes),
        likelihood=likelihood,
    )
    model.compile(keras.optimizers.Adam(5e-3), steps_per_execution=40)
    model.fit(copies(x, 40), verbose=0)
    report = doctor.examine(model, x)
    assert {"reconstruction term", "KL term"} <= set(report) - set(report.complaints), report
    assert report["reconstruction term"].value == pytest.approx(1, abs=0.15)
    assert "negative log-likelihood" in report["reconstruction term"].words


def test_the_weight_of_a_kl_that_hardly_differs_is_not_guessed(parts, logits, x):
    def encode(x):
        return 0.05 * parts.encode(x)[0], np.zeros((len(x), 2))

    sample = lambda x: encode(x)[0]  # noqa: E731
    loss = loss_of(encode, sample, logits, b=6)
    sick = doctor.Parts(encode, parts.decode, sample, loss, beta=6)
    kl = doctor.examine(sick, x)["KL term"]
    assert kl.healthy
    assert "cannot be told" in kl.words


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
            "variance for sigma": mean + np.exp(log_var) * noise,
            "log-variance for sigma": mean + log_var * noise,
        }[how]

    return sample


@pytest.mark.parametrize(
    ("how", "words"),
    [
        ("none", "no draw"),
        ("frozen", "one frozen draw"),
        ("shared", "share one draw"),
        ("variance for sigma", "times as widely"),
        ("log-variance for sigma", "times as widely"),
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


def test_points_unused_numbers_and_a_strange_prior_are_noticed(x):
    spare = doctor.examine(stranger(trained(x, latent_dim=12)), x)["units"]
    assert 1 <= spare.value <= 12
    assert spare.healthy
    model = trained(x, beta=0.0)
    assert {"clouds", "prior"} <= complaints(stranger(model), x)
    model.beta = 200.0
    collapsed = doctor.examine(stranger(trained_on(model, x)), x)
    assert {"units", "decoder"} <= set(collapsed.complaints)
    assert "cannot be told" in collapsed["KL term"].words


@pytest.mark.parametrize(("shift", "words"), [(1000, "of sigmas"), (100, "of KL")])
def test_an_infinite_number_of_a_code_ends_the_examination(shift, words, parts, x):
    """At a log-variance of 100 sigma is finite still, and its square is not."""
    sick = parts._replace(encode=lambda x: [parts.encode(x)[0], parts.encode(x)[1] + shift])
    with np.errstate(invalid="ignore"):  # in the stranger's own decoder
        report = doctor.examine(sick._replace(loss=lambda x: 1.0), x)
    assert list(report) == list(report.complaints) == ["numbers"]
    assert words in report["numbers"].words


def test_a_loss_that_is_no_number_ends_the_examination(parts, x):
    def loss(batch):
        return np.nan if len(batch) < 64 else 1.0  # of the last pictures alone

    report = doctor.examine(parts._replace(loss=loss), x)
    assert list(report) == ["numbers"]
    assert report["numbers"].words == "NaN or infinite: 1 of losses"


def test_the_report_reads_as_a_list(report):
    lines = str(report).splitlines()
    assert max(map(len, lines)) <= 76
    assert [line[:2] for line in lines if line[0] != " "] == ["ok"] * 11
    below = " " * lines[0].index("all finite")  # where a finding goes on
    assert all(line.startswith(below) for line in lines if line[0] == " ")
    assert " ".join(str(report).split()) == " ".join(
        " ".join(("ok", name, finding.words)) for name, finding in report.items()
    )
    assert str(report.complaints) == "nothing found"
    ill = doctor.Report({**report, "ink": report["ink"]._replace(healthy=False, words="grey")})
    assert repr(ill.complaints) == "ILL ink  grey"


def test_the_model_keeps_its_weights_and_the_report_its_seed(vae, parts, x):
    before = vae.encoder.get_weights()
    doctor.examine(vae, x, seed=3)
    reports = [doctor.examine(parts, x, seed=3)["decoder"] for _ in range(2)]
    assert reports[0] == reports[1]
    for old, new in zip(before, vae.encoder.get_weights(), strict=True):
        np.testing.assert_array_equal(old, new)


def test_what_cannot_be_examined_is_refused(vae, x):
    with pytest.raises(ValueError, match=r"64 pictures or more. Received: 10"):
        doctor.examine(vae, x[:10])
    with pytest.raises(ValueError, match="x / 255"):
        doctor.examine(vae, 255 * x)
    with pytest.raises(TypeError, match=r"`model` must be a models.VAE, or doctor.Parts"):
        doctor.examine(vae.encoder, x)


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
    ],
)
def test_a_stranger_that_answers_something_else_is_told_so(change, message, parts, x):
    with pytest.raises(ValueError, match=message):
        doctor.examine(parts._replace(**change(parts)), x)
