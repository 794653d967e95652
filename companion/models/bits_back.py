"""Real bytes from a VAE: bits-back coding, by asymmetric numeral systems."""

import numpy as np
from scipy.special import expit
from scipy.stats import norm

from companion.checks import check_array, check_count, check_has, generator, is_count, received

BUCKETS, CLOUD, PIXEL = 10, 20, 16  # bits: of a number of the code, of q's table, of a pixel's


class Message:
    """Hold a message as a stack of symbols: rANS, with a head of 64 bits (chapter 16).

        push, for a share f / 2^b of the numbers below 2^b, those from `start` on:
            head = floor(head / f) 2^b + head mod f + start
        pop takes it back:
            head = f floor(head / 2^b) + head mod 2^b - start

    A symbol of chance f / 2^b makes the message longer by -log2 of it, and one that is popped
    by a distribution that nobody wrote with makes it shorter by as much. Where a stack is empty
    it goes on with random bits, which count as soon as they come back.

    Args:
        data: bytes that `to_bytes` gave, or none for an empty message.
        seed: of the random bits under an empty stack.

    Raises:
        TypeError: `data` are no bytes.
        ValueError: `data` is no message.

    Source:
        J. Duda, "Asymmetric numeral systems" (2013), the range variant.
    """

    def __init__(self, data=b"", seed=0):
        if not isinstance(data, bytes | bytearray):
            raise TypeError(f"`data` must be bytes. {received('data', data)}")
        if data and (len(data) < 8 or len(data) % 4):
            raise ValueError(f"`data` must be bytes of a message. Received: {len(data)} bytes")
        words = np.frombuffer(data, "<u4").tolist() or [0, 1]
        self.words, self.head = words[:-2], words[-2] | words[-1] << 32
        self._rng = generator(seed)

    def push(self, start, share, bits):
        """Write a symbol whose numbers are the `share` from `start` on, of 2^bits.

        Args:
            start: the first of its numbers.
            share: how many there are, 1 or more.
            bits: all numbers lie below 2^bits, from 1 to 32.

        Raises:
            ValueError: these are no numbers below 2^bits.
        """
        start, share, bits = _checked_symbol(start, share, bits)
        if self.head >= share << 64 - bits:
            self.words.append(self.head & 0xFFFFFFFF)
            self.head >>= 32
        self.head = (self.head // share << bits) + self.head % share + start

    def peek(self, bits):
        """Give the number that says which symbol is on top.

        Args:
            bits: as for `push`.

        Returns:
            int below 2^bits, one of the numbers of that symbol.

        Raises:
            ValueError: `bits` is no integer from 1 to 32.
        """
        _, _, bits = _checked_symbol(0, 1, bits)
        return self.head & (1 << bits) - 1

    def pop(self, start, share, bits):
        """Take the symbol from the top, of which `peek` told.

        Args:
            start, share, bits: as for `push`.

        Raises:
            ValueError: as for `push`.
        """
        start, share, bits = _checked_symbol(start, share, bits)
        self.head = share * (self.head >> bits) + (self.head & (1 << bits) - 1) - start
        while self.head < 1 << 32:
            word = self.words.pop() if self.words else int(self._rng.integers(1 << 32))
            self.head = self.head << 32 | word

    def to_bytes(self):
        """Give all of it, as words of four bytes, the head last."""
        words = [*self.words, self.head & 0xFFFFFFFF, self.head >> 32]
        return np.array(words, "<u4").tobytes()


def _checked_symbol(start, share, bits):
    """Give the three as `int`, or say why the `share` numbers from `start` on lie not below 2^bits.

    Integers of NumPy would overflow in a head of 64 bits.
    """
    ints = type(bits) is type(start) is type(share) is int
    if ints and 1 <= bits <= 32 and 0 <= start < start + share <= 1 << bits:
        # Nearly always, and asking more of every pixel would take longer than writing it.
        return start, share, bits
    if not is_count(bits) or bits > 32:
        raise ValueError(f"`bits` must be an integer from 1 to 32. {received('bits', bits)}")
    bits = int(bits)
    if not (is_count(start, 0) and is_count(share) and int(start) + int(share) <= 1 << bits):
        raise ValueError(
            f"`start` and `share` must be integers, from 0 and 1 on, of a sum up to {1 << bits}. "
            f"Received: start={start!r}, share={share!r}"
        )
    return int(start), int(share), bits


def compress(vae, x, seed=0):
    """Write black and white pictures as bytes, by bits-back coding.

        for each picture:  pop z by q(z | x),  push x by p(x | z),  push z by p(z)

    Popping the code gives back the bits that choosing it takes, so that a picture costs minus
    the ELBO. The first picture's code is popped from random bits, which a message pays once. The
    code lies on a grid of 1,024 steps for each number, which are equally likely under the prior.
    The message can be read only by the same model, on a machine that computes the same numbers
    to the last bit.

    Args:
        vae: models.VAE with the Bernoulli likelihood, without a condition.
        x: pictures of 0 and 1, `(n, *image_shape)`.
        seed: of the random bits that the first picture's code is taken from.

    Returns:
        bytes.

    Raises:
        TypeError, ValueError: the model or the pictures are of another kind.

    Source:
        J. Townsend, T. Bird and D. Barber, "Practical Lossless Compression with Latent Variables
        using Bits Back Coding", ICLR 2019.
    """
    x = _checked(vae, x)
    message = Message(seed=seed)
    for picture in x:
        places = [_pop(message, table, CLOUD) for table in _cloud_tables(vae, picture)]
        ink = _pixel_shares(vae, places)
        for value, share in zip(picture.ravel().tolist(), ink, strict=True):
            message.push(*_of_pixel(value, share), PIXEL)
        for place in places:
            message.push(place, 1, BUCKETS)
    return message.to_bytes()


def decompress(vae, data, n):
    """Read `n` pictures from bytes that `compress` wrote with the same model.

        for each picture:  pop z by p(z),  pop x by p(x | z),  push z by q(z | x)

    Args:
        vae: the model that `compress` had.
        data: bytes.
        n: how many pictures.

    Returns:
        Pictures of 0 and 1, float32 `(n, *image_shape)`.

    Raises:
        TypeError, ValueError: the model is of another kind, or `data` is no message.
    """
    check_count(n=n)
    shape = _checked(vae).encoder.inputs[0].shape[1:]
    message, pictures = Message(data), []
    for _ in range(n):
        places = []
        for _ in range(vae.latent_dim):
            places.append(message.peek(BUCKETS))
            message.pop(places[-1], 1, BUCKETS)
        places.reverse()
        values = []
        for share in reversed(_pixel_shares(vae, places)):
            values.append(float(message.peek(PIXEL) < share))
            message.pop(*_of_pixel(values[-1], share), PIXEL)
        pictures.append(np.array(values[::-1], "float32").reshape(shape))
        tables = _cloud_tables(vae, pictures[-1])
        for place, table in zip(reversed(places), reversed(tables), strict=True):
            message.push(int(table[place]), int(table[place + 1] - table[place]), CLOUD)
    return np.stack(pictures[::-1])


def _pop(message, table, bits):
    place = int(np.searchsorted(table, message.peek(bits), side="right")) - 1
    message.pop(int(table[place]), int(table[place + 1] - table[place]), bits)
    return place


def _cloud_tables(vae, picture):
    """Give the cumulated shares of the 1,024 steps under q(z_j | x), a row for each number."""
    q, steps = vae.encode(picture[None]), 1 << BUCKETS
    edges = norm.ppf(np.arange(steps + 1) / steps)
    below = norm.cdf((edges - q.z_mean[0][:, None]) / q.sigma[0][:, None].astype("float64"))
    # Many steps far from the mean have no share. Nobody writes them, for nobody ever pops them.
    return np.round(below * (1 << CLOUD)).astype("int64")


def _pixel_shares(vae, places):
    """Give how many of the 2^16 numbers stand for ink, for each pixel, under p(x | z)."""
    z = norm.ppf((np.array(places) + 0.5) / (1 << BUCKETS)).astype("float32")
    logits = np.asarray(vae.decoder(z[None], training=False), "float64").ravel()
    return np.clip(np.round(expit(logits) * (1 << PIXEL)), 1, (1 << PIXEL) - 1).astype(int).tolist()


def _of_pixel(value, share):
    """Give the start and the share of a pixel: ink lies below blank."""
    return (0, share) if value else (share, (1 << PIXEL) - share)


def _checked(vae, x=None):
    check_has("a models.VAE", "encode", "elbo", vae=vae)
    if vae.likelihood != "bernoulli" or vae.condition_shape is not None:
        raise ValueError(
            "`vae` must have the Bernoulli likelihood and no condition. "
            f"Received: {vae.likelihood!r}, condition_shape={vae.condition_shape}"
        )
    if x is None:
        return vae
    x = check_array(x, shape=vae.encoder.inputs[0].shape[1:])
    if not np.isin(x, (0, 1)).all():
        raise ValueError("`x` must hold 0 and 1 only. Received: other values")
    return x
