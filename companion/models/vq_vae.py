"""An autoencoder that writes a picture with the vectors of a list."""

import keras
from keras import ops

from companion.checks import (
    as_numbers,
    check_count,
    check_float,
    check_numbers,
    check_seed,
    generator,
)
from companion.models.autoencoder import Autoencoder
from companion.models.codebook import Codebook
from companion.models.encoder_decoder import EncoderDecoder
from companion.models.inputs import picture_and_condition


@keras.saving.register_keras_serializable(package="companion")
class VQVAE(Autoencoder):
    """Learn to give back a picture that was written with K vectors alone (chapter 17).

        z = encoder(x), a grid of vectors;   e = the nearest of K codes, in each place
        loss = mean over the batch of  -log p(x | decoder(e)) + commitment |z - sg(e)|^2

    where sg(.) lets no gradient pass, and |.|^2 is summed over the places of the grid. The
    gradient of the decoder passes from e to z as if they were one (straight-through). Each code
    follows the vectors nearest to it by running means, or with `decay=None` by a third term
    of the loss, |sg(z) - e|^2.

    It is a Keras model, used as `Autoencoder` is. `fit` and `evaluate` report

    - `reconstruction`: the negative log-likelihood of the target, nats per image,
    - `distance`: |z - e|^2 of a picture,
    - `loss`: reconstruction + commitment distance, + distance without a `decay`, + the penalties
      that the layers add, if any.

    A picture is then a grid of `tokens`, numbers from 0 to K - 1. It has no prior of its own:
    what shall draw new pictures must learn which tokens go together, and `decode` draws them.
    Under a prior of equal chances a grid costs log K nats a place, so that the reconstruction
    and these together bound -log p(x).

    Args:
        encoder: keras.Model, `(batch, *image_shape)` -> `(batch, *grid, width)`.
        decoder: keras.Model, `(batch, *grid, width)` -> `(batch, *image_shape)`, or from
            `[vectors, condition]`.
        codes: K. They begin as N(0, I), or where `start_on` or `codebook` puts them.
        commitment: weight of the pull of each vector to its code, 0 or more.
        decay: of the running means, for each training step, between 0 and 1; None learns the
            codes by the loss.
        restart: a code that is chosen less than this many times as often as an average one, by
            the running mean, is put on one of the batch's vectors, taken at random. From 0,
            which restarts none, to below 1.
        likelihood, sigma: as for `Autoencoder`.
        seed: of the codes that it begins with, and of restarts; with None they are drawn from
            what `keras.utils.set_random_seed` sets.

    Raises:
        TypeError, ValueError: as `Autoencoder` does, and where a number is out of its range, or
            `restart` is asked for without a `decay`.

    Source:
        A. van den Oord, O. Vinyals and K. Kavukcuoglu, "Neural Discrete Representation
        Learning", NIPS 2017, equations 1 to 3, and appendix A.1 for the running means.
    """

    def __init__(
        self, encoder, decoder, codes=64, commitment=0.25, decay=0.95, restart=0.0,
        likelihood="bernoulli", sigma=1.0, seed=None, **kwargs,
    ):  # fmt: skip
        codes = check_count(codes=codes)
        check_float("[0, inf)", commitment=commitment)
        check_float("[0, 1)", restart=restart)
        if decay is not None:
            check_float("(0, 1)", decay=decay)
        elif restart:
            raise ValueError(f"`restart` needs a `decay`. Received: decay=None, {restart=}")
        super().__init__(encoder, decoder, likelihood, sigma, **kwargs)
        self.commitment = float(commitment)
        self._distance_tracker = keras.metrics.Mean(name="distance")
        # In float32 also where the networks compute in float16: small differences decide.
        book = codes, self.latent_dim, decay, restart, check_seed(seed, none=True)
        self._book = Codebook(*book, dtype="float32")
        self._build_by_shapes()

    @property
    def codes(self):
        """How many codes there are, K."""
        return self._book.codes

    @property
    def grid(self):
        """The shape of a picture's tokens; a side that the networks leave open is None."""
        return tuple(self.decoder.inputs[0].shape[1:-1])

    @property
    def codebook(self):
        """The codes, an array `(codes, width)`, which may be set."""
        return ops.convert_to_numpy(self._book.vectors)

    @codebook.setter
    def codebook(self, vectors):
        self._book.assign(check_numbers(vectors, shape=self.codebook.shape, name="codebook"))

    def start_on(self, x, seed=0, condition=None):
        """Put the codes on vectors that the encoder makes of pictures, taken at random.

        Args:
            x, condition: as for `encode`.
            seed: of the choice.
        """
        z = self._codes(self._encode, x, condition, None).reshape(-1, self.latent_dim)
        rows = generator(seed).choice(len(z), self.codes, replace=len(z) < self.codes)
        self.codebook = z[rows]

    def call(self, x, training=None):
        """Give the parts of the loss: the encoder's `vectors`, the `nearest` codes, and `outputs`,
        the decoder's raw output for these.
        """
        x, condition = picture_and_condition(x)
        z = ops.cast(self._encode(x, condition, training), self.variable_dtype)
        e = self._book(z)
        through = z + ops.stop_gradient(e - z)  # e, with the gradient of z
        outputs = self._decode(through, condition, training)
        return {"vectors": z, "nearest": e, "outputs": outputs}

    def compute_loss(self, x=None, y=None, y_pred=None, sample_weight=None, training=True):
        """Give the mean of -log p(x | e) and of the squared distances, weighted."""
        nll, weight = self._nll_of(x, y, y_pred["outputs"], sample_weight, training)
        z, e = y_pred["vectors"], y_pred["nearest"]
        places = tuple(range(1, len(z.shape)))
        distance = ops.sum(ops.square(z - ops.stop_gradient(e)), axis=places)  # (batch,)
        loss = nll + self.commitment * distance
        if self._book.decay is None:
            loss = loss + ops.sum(ops.square(ops.stop_gradient(z) - e), axis=places)
        elif training:
            self._book.follow(ops.stop_gradient(z), weight)
        self._reconstruction_tracker.update_state(weight * nll)
        self._distance_tracker.update_state(weight * distance)
        return self._total(ops.mean(weight * loss))

    def encode(self, x, condition=None, batch_size=None):
        """Give the codes of pictures: in each place the vector that the decoder reads.

        Args:
            x, condition, batch_size: as for `Autoencoder.encode`.

        Returns:
            Codes, an array `(n, *grid, width)`.

        Raises:
            ValueError: pictures or conditions that are refused, or not equally many.
        """
        return self.codebook[self.tokens(x, condition, batch_size)]

    def tokens(self, x, condition=None, batch_size=None):
        """Give the numbers of the codes of pictures.

        Args:
            x, condition, batch_size: as for `Autoencoder.encode`.

        Returns:
            Integers from 0 to codes - 1, an array `(n, *grid)`.

        Raises:
            ValueError: pictures or conditions that are refused, or not equally many.
        """

        def number(*part, **mode):
            return self._book.tokens(ops.cast(self._encode(*part, **mode), self.variable_dtype))

        return self._codes(number, x, condition, batch_size).astype("int64")

    def decode(self, z, condition=None, batch_size=None):
        """Give the pictures of tokens, or of vectors, which need not be codes.

        Args:
            z: tokens, `(n, *grid)`, or vectors, `(n, *grid, width)`. `nll` takes either, too.
            condition, batch_size: as for `Autoencoder.decode`.

        Returns:
            Pixels, an array `(n, *image_shape)`: the means of p(x | z).

        Raises:
            ValueError: tokens that are no numbers of codes, vectors or conditions that are
                refused, or not equally many.
        """
        return super().decode(z, condition, batch_size)

    def predict(self, x, *args, **kwargs):
        """Give reconstructions as pixels, batch by batch, as `keras.Model.predict` does."""
        parts = self._call_keras(super(EncoderDecoder, self).predict, x, *args, **kwargs)
        return self._pixels(parts["outputs"])

    def export(self, filepath, *args, **kwargs):
        """Write the whole model as `keras.Model.export` does: it answers as `predict` does."""
        nearest = keras.Model(self.encoder.inputs, self._book(self.encoder.outputs[0]))
        plain = Autoencoder(nearest, self.decoder, self.likelihood, self.sigma, name=self.name)
        plain.export(filepath, *args, **kwargs)

    def get_config(self):
        book = self._book
        own = {"codes": book.codes, "commitment": self.commitment, "decay": book.decay}
        return {**super().get_config(), **own, "restart": book.restart, "seed": book.seed}

    def _check_z(self, z):
        """Give vectors: those of the tokens, or the given ones if they fit."""
        if as_numbers(z, "z").ndim != 1 + len(self.grid):
            return super()._check_z(z)
        tokens = check_numbers(z, shape=(None, *self.grid), name="z")
        if (tokens % 1).any() or tokens.min() < 0 or tokens.max() >= self.codes:
            raise ValueError(
                f"`z` must hold tokens, integers from 0 to {self.codes - 1}, or vectors, "
                f"(n, {', '.join(map(str, (*self.grid, self.latent_dim)))}). Received: "
                f"numbers from {tokens.min():.3g} to {tokens.max():.3g}"
            )
        return self.codebook[tokens.astype("int64")]

    def _build_by_shapes(self):
        if hasattr(self, "_book"):  # `Autoencoder` asks for it before there is one
            super()._build_by_shapes()
