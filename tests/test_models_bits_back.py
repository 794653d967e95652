"""Bits-back coding: bytes that another program reads, as long as the ELBO says."""

from itertools import pairwise

import keras
import numpy as np
import pytest
from scipy.special import expit
from scipy.stats import norm
from small_models import SMALL, make_autoencoder, make_vae

from companion import networks
from companion.models import VAE, Message, compress, decompress
from companion.models.bits_back import _cloud_tables


@pytest.fixture(scope="module")
def trained():
    """Give a VAE that knows its bars, and bars that it has not seen."""
    rng = np.random.default_rng(0)
    x = np.zeros((600, 6, 5, 1), "float32")
    x[np.arange(600), rng.integers(6, size=600)] = 1
    x = np.abs(x - (rng.random(x.shape) < 0.02)).astype("float32")
    vae = make_vae(3)
    vae.compile(keras.optimizers.Adam(1e-2))
    vae.fit(x[:500], batch_size=50, epochs=30, verbose=0)
    return vae, x[500:]


def read_by_another_program(data, vae, n):
    """Read a message in its own way: one large number, no stack, the tables made by sums."""
    words = [int.from_bytes(data[i : i + 4], "little") for i in range(0, len(data), 4)]
    state = words.pop() << 32 | words.pop()

    def take(table):
        nonlocal state
        total = sum(table)
        rest, low = state % total, 0
        symbol = 0
        while rest >= low + table[symbol]:
            low += table[symbol]
            symbol += 1
        state = table[symbol] * (state // total) + rest - low
        if state < 2**32:
            state = state * 2**32 + words.pop()
        return symbol

    def put(table, symbol):
        nonlocal state
        total, share = sum(table), table[symbol]
        if state >= share * 2**64 // total:
            words.append(state % 2**32)
            state //= 2**32
        state = state // share * total + state % share + sum(table[:symbol])

    pictures = []
    for _ in range(n):
        place = [take([1] * 1024) for _ in range(3)][::-1]
        z = norm.ppf((np.array([place]) + 0.5) / 1024).astype("float32")
        chance = expit(np.asarray(vae.decoder(z, training=False), "float64")).ravel()
        ink = [min(max(round(c * 65536), 1), 65535) for c in chance]
        pixels = [1 - take([c, 65536 - c]) for c in reversed(ink)][::-1]
        pictures.append(np.array(pixels, "float32").reshape(6, 5, 1))
        q = vae.encode(pictures[-1][None])
        for j in (2, 1, 0):
            edges = [norm.ppf(k / 1024) for k in range(1025)]
            below = [norm.cdf(e, float(q.z_mean[0, j]), float(q.sigma[0, j])) for e in edges]
            ends = [round(b * 2**20) for b in below]
            put([b - a for a, b in pairwise(ends)], place[j])
    return np.array(pictures[::-1])


def test_another_program_reads_the_bytes_without_loss(trained):
    vae, x = trained
    data = compress(vae, x[:12])
    np.testing.assert_array_equal(read_by_another_program(data, vae, 12), x[:12])


def test_what_was_written_is_read_without_loss_and_depends_on_the_seed_only_in_its_bits(trained):
    vae, x = trained
    for seed in (0, 7):
        data = compress(vae, x, seed)
        read = decompress(vae, data, len(x))
        np.testing.assert_array_equal(read, x)
        assert read.dtype == "float32"
    assert compress(vae, x) == compress(vae, x, 0) != data
    assert abs(len(compress(vae, x)) - len(data)) < 0.1 * len(data)


def test_it_is_about_as_long_as_minus_the_elbo(trained):
    vae, x = trained
    bits = 8 * len(compress(vae, x))
    elbo = -vae.elbo(x, draws=20).sum() / np.log(2)
    assert 0.95 * elbo < bits < 1.05 * elbo + 64 + 32 * 3


def test_no_code_is_taken_from_steps_that_its_cloud_does_not_reach(trained):
    vae, x = trained
    steps = norm.ppf((np.arange(1024) + 0.5) / 1024)
    for picture in x[:20]:
        q = vae.encode(picture[None])
        far = np.abs(steps - q.z_mean[0][:, None]) > 6 * q.sigma[0][:, None]
        assert far.any()
        shares = np.diff(_cloud_tables(vae, picture))
        assert shares[far].sum() == 0  # or a number is, now and then, popped from there
        np.testing.assert_array_equal(shares.sum(axis=1), 2**20)


@pytest.mark.parametrize("bits", [1, 8, 16, 20])
def test_a_message_gives_back_what_was_pushed_last_first(bits):
    rng = np.random.default_rng(bits)
    message, symbols = Message(), []
    for _ in range(300):
        share = int(rng.integers(1, 1 << bits)) if bits > 1 else 1
        start = int(rng.integers(0, (1 << bits) - share + 1))
        symbols.append((start, share))
        message.push(start, share, bits)
    message = Message(bytearray(message.to_bytes()))
    for start, share in reversed(symbols):
        assert start <= message.peek(bits) < start + share
        message.pop(start, share, bits)
    assert (message.words, message.head) == ([], 1 << 32)


def test_a_symbol_costs_its_logarithm():
    message = Message()
    for _ in range(4000):
        message.push(3, 10, 12)
    cost = 4000 * np.log2(4096 / 10)
    assert 8 * len(message.to_bytes()) == pytest.approx(cost, rel=0.01)


def test_random_bits_under_an_empty_stack_are_as_often_1_as_0_in_every_place():
    message, numbers = Message(seed=3), []
    for _ in range(1000):
        numbers.append(message.peek(16))
        message.pop(numbers[-1], 1, 16)
    places = np.unpackbits(np.array(numbers[2:], ">u2").view("uint8")).reshape(-1, 16)
    np.testing.assert_allclose(places.mean(axis=0), 0.5, atol=0.08)
    assert message.peek(16) != Message(seed=4).peek(16) or message.head != Message(seed=4).head


@pytest.mark.parametrize("bits", [1, 8, 32])
def test_a_head_that_would_overflow_by_one_spills_a_word(bits):
    message = Message(np.array([5, 1 << 31], "<u4").tobytes())  # a head of 2^63 + 5
    message.head = 1 << 63
    message.push(0, 1 << bits - 1, bits)
    assert message.head < 1 << 64
    message.pop(0, 1 << bits - 1, bits)
    assert (message.words, message.head) == ([], 1 << 63)


def test_a_pixel_of_which_the_decoder_is_sure_may_be_the_other_one_all_the_same():
    vae, x = make_vae(), (np.arange(60) % 3 == 0).reshape(2, 6, 5, 1).astype("float32")
    weights = vae.decoder.get_weights()
    weights[-1] = np.where(np.arange(30) % 2, 40, -40).astype("float32")
    vae.decoder.set_weights(weights)
    np.testing.assert_array_equal(decompress(vae, compress(vae, x), 2), x)


@pytest.mark.parametrize(
    ("symbol", "message"),
    [
        ((0, 1, 0), "`bits` must be an integer from 1 to 32. Received: bits=0"),
        ((0, 1, 33), "`bits` must be an integer from 1 to 32"),
        ((-1, 1, 8), "`start` and `share` must be integers, from 0 and 1 on, of a sum up to 256"),
        ((0, 0, 8), "Received: start=0, share=0"),
        ((256, 1, 8), "of a sum up to 256"),
        ((2**32, 1, 32), f"of a sum up to {2**32}"),
        ((np.uint8(200), np.uint8(100), 8), "of a sum up to 256"),
        ((0.0, 1, 8), "Received: start=0.0"),
        ((0, True, 8), "share=True"),
    ],
)
def test_a_symbol_that_is_none_is_refused_and_nothing_is_written(symbol, message):
    empty = Message()
    for method in (empty.push, empty.pop):
        with pytest.raises(ValueError, match=message):
            method(*symbol)
    with pytest.raises(ValueError, match="`bits` must be"):
        empty.peek("8")
    assert empty.to_bytes() == Message().to_bytes()


@pytest.mark.parametrize("kind", [np.int64, np.int32, np.uint8])
def test_integers_of_numpy_write_and_read_what_those_of_python_do(kind):
    """A head of 64 bits is beyond them all."""
    ours, theirs, symbol = Message(), Message(), (3, 200, 8)
    for _ in range(30):
        ours.push(*map(kind, symbol))
        theirs.push(*symbol)
    assert ours.to_bytes() == theirs.to_bytes()
    assert ours.peek(kind(8)) == theirs.peek(8)
    for _ in range(30):
        ours.pop(*map(kind, symbol))
    assert ours.to_bytes() == Message().to_bytes()


@pytest.mark.parametrize("data", [None, "text", [1, 2], 3])
def test_a_message_is_made_of_bytes(data):
    with pytest.raises(TypeError, match=r"`data` must be bytes\. Received: data="):
        Message(data)


@pytest.mark.parametrize("size", [1, 4, 7, 9, 10, 11, 13, 14])
def test_bytes_that_are_no_message_are_refused(size):
    with pytest.raises(
        ValueError, match=rf"`data` must be bytes of a message\. Received: {size} bytes"
    ):
        Message(b"1" * size)


def test_only_black_and_white_pictures_and_their_models_are_taken():
    vae = make_vae()
    for grey in (np.full((2, 6, 5, 1), 0.5), np.eye(6)[None, :, :5, None] / 2):
        with pytest.raises(ValueError, match="`x` must hold 0 and 1 only"):
            compress(vae, grey)
    with pytest.raises(ValueError, match=r"`x` must have shape \(n, 6, 5, 1\)"):
        compress(vae, np.zeros((2, 5, 5, 1)))
    with pytest.raises(TypeError, match=r"`vae` must be a models.VAE"):
        compress(make_autoencoder(), np.zeros((2, 6, 5, 1)))
    grey = VAE(vae.encoder, vae.decoder, likelihood="gaussian")
    with pytest.raises(ValueError, match="`vae` must have the Bernoulli likelihood"):
        decompress(grey, b"12345678", 1)
    reading = VAE(
        networks.dense_encoder(2, gaussian=True, condition_shape=(3,), **SMALL),
        networks.dense_decoder(2, condition_shape=(3,), **SMALL),
    )
    with pytest.raises(ValueError, match="no condition"):
        compress(reading, np.zeros((2, 6, 5, 1)))
    with pytest.raises(ValueError, match="`n` must be a positive integer"):
        decompress(vae, b"12345678", 0)
