"""A layer that puts the nearest of a few vectors in the place of each."""

import keras
import numpy as np
from keras import ops

LEAST_COUNT = 1e-6  # a code that is never used keeps its vector, and does not become 0 / 0


@keras.saving.register_keras_serializable(package="companion")
class Codebook(keras.layers.Layer):
    """Hold K vectors e_k, and give for each vector of a grid the nearest one (chapter 17).

        token(z) = argmin_k |z - e_k|^2,   the answer is e_token(z)

    With a `decay`, e_k = m_k / n_k follows the vectors that chose it, by running means of
    their sum and of their number; without, the e_k are weights that an optimizer moves.

    Args:
        codes: K.
        width: how many numbers a vector has.
        decay, restart, seed: as for `models.VQVAE`.

    Call arguments:
        z: `(batch, *grid, width)`.

    Returns:
        The nearest code of each, of the same shape.

    Source:
        A. van den Oord, O. Vinyals and K. Kavukcuoglu, "Neural Discrete Representation
        Learning", NIPS 2017, equation 1 and, for the running means, appendix A.1.
    """

    def __init__(self, codes, width, decay=0.95, restart=0.0, seed=None, **kwargs):
        super().__init__(**kwargs)
        self.codes, self.width = codes, width
        self.decay, self.restart, self.seed = decay, restart, seed
        self.seed_generator = keras.random.SeedGenerator(seed)
        shape, normal = (codes, width), keras.initializers.RandomNormal(stddev=1.0, seed=seed)
        if decay is None:
            self._vectors = self.add_weight(shape, normal, name="vectors")
        else:  # n_k and m_k; under a strategy of TensorFlow the replicas keep their mean
            running = {"trainable": False, "aggregation": "mean"}
            self._counts = self.add_weight((codes,), "ones", name="counts", **running)
            self._sums = self.add_weight(shape, normal, name="sums", **running)
        self.built = True  # its weights wait for no shape

    @property
    def vectors(self):
        """The codes, a tensor `(codes, width)`."""
        if self.decay is None:
            return ops.convert_to_tensor(self._vectors)
        return self._sums / self._counts[:, None]

    def assign(self, vectors):
        """Put other vectors in the place of all codes."""
        if self.decay is None:
            self._vectors.assign(vectors)
        else:
            self._counts.assign(np.ones(self.codes))
            self._sums.assign(vectors)

    def tokens(self, z):
        """Give the number of the nearest code: `(batch, *grid, width)` -> `(batch, *grid)`."""
        e = self.vectors
        # |z|^2 is the same for every code.
        return ops.argmin(ops.sum(e**2, axis=1) - 2 * ops.matmul(z, ops.transpose(e)), axis=-1)

    def call(self, z):
        return ops.take(self.vectors, self.tokens(z), axis=0)

    def follow(self, z, weight):
        """Let each code follow the vectors nearest to it, each with the weight of its picture.

            n_k <- decay n_k + (1 - decay) K / N (their number)
            m_k <- decay m_k + (1 - decay) K / N (their sum)

        where N is the number of all vectors in the batch, so that n_k is 1 for an average code.
        """
        chosen = ops.one_hot(self.tokens(z), self.codes, dtype=z.dtype)  # (batch, *grid, codes)
        chosen = chosen * ops.reshape(weight, (-1,) + (1,) * (len(z.shape) - 1))
        chosen, z = ops.reshape(chosen, (-1, self.codes)), ops.reshape(z, (-1, self.width))
        step = (1 - self.decay) * self.codes / ops.cast(ops.shape(z)[0], z.dtype)
        n = self.decay * self._counts + step * ops.sum(chosen, axis=0)
        m = self.decay * self._sums + step * ops.matmul(ops.transpose(chosen), z)
        if self.restart:
            n, m = self._restarted(n, m, z)
        kept = ops.maximum(n, LEAST_COUNT)
        self._sums.assign(m * (kept / n)[:, None])
        self._counts.assign(kept)

    def _restarted(self, n, m, z):
        """Put codes that are hardly chosen on vectors of the batch, as codes of average use."""
        dead = n < self.restart
        places = keras.random.randint((self.codes,), 0, ops.shape(z)[0], seed=self.seed_generator)
        m = ops.where(dead[:, None], ops.take(z, places, axis=0), m)
        return ops.where(dead, 1.0, n), m

    def compute_output_shape(self, input_shape):
        return input_shape

    def get_config(self):
        own = ("codes", "width", "decay", "restart", "seed")
        return {**super().get_config(), **{name: getattr(self, name) for name in own}}
