"""A variational autoencoder that is trained on the bound of several draws."""

import math

import keras
from keras import ops

from companion.checks import check_count
from companion.losses import gaussian_kl
from companion.models.inputs import picture_and_condition
from companion.models.vae import VAE, _bounded


@keras.saving.register_keras_serializable(package="companion")
class IWAE(VAE):
    """Train on the mean of several weights, in place of one.

        log w_i = log p(x | z_i) + beta ( log p(z_i) - log q(z_i | x) ),   z_i ~ q(z | x)
        loss = mean over the batch of  -log( 1/k sum_i w_i )

    With beta = 1 it is minus the importance-weighted bound, which lies between the ELBO and
    log p(x) on average, and rises with k; with k = 1 it is the ELBO, whose KL term is estimated by
    the draw. A step costs the decoder k times the work. All else is as for `VAE`, also `elbo`.
    `reconstruction` and `kl`, which `fit` and `evaluate` report, are means over the draws and the
    KL divergence itself, so `loss` lies below their sum.

    Args:
        encoder, decoder: as for `VAE`, and so is all else but
        draws: k, how many codes are drawn for each picture, 1 or more.

    Raises:
        TypeError, ValueError: as `VAE` does, and where `draws` is no positive integer.

    Source:
        Y. Burda et al., "Importance Weighted Autoencoders" (2015), equation 8.
    """

    def __init__(self, encoder, decoder, draws=5, **kwargs):
        draws = check_count(draws=draws)
        super().__init__(encoder, decoder, **kwargs)
        self.draws = draws

    def call(self, x, training=None):
        """Give the parts of the loss: `z_mean` and `z_log_var`; for all draws `codes`,
        `(batch * k, latent_dim)`, and what the decoder makes of them, `drawn`; `outputs` is of the
        first draw.
        """
        x, condition = picture_and_condition(x)
        z_mean, z_log_var = (
            ops.cast(part, self.variable_dtype) for part in self._encode(x, condition, training)
        )
        z_log_var = _bounded(z_log_var)
        z = self.sampling([self._of_draws(z_mean), self._of_draws(z_log_var)])
        drawn = self._decode(z, self._of_draws(condition), training)
        parts = {"z_mean": z_mean, "z_log_var": z_log_var, "codes": z}
        return parts | {"drawn": drawn, "outputs": drawn[:: self.draws]}

    def compute_loss(self, x=None, y=None, y_pred=None, sample_weight=None, training=True):
        """Give the mean of minus the bound; with a target `y`, of the one with p(y | z)."""
        target = picture_and_condition(x)[0] if y is None else y
        parts = map(self._of_draws, (target, sample_weight))
        nll, weight = self._nll_of(None, next(parts), y_pred["drawn"], next(parts), training)
        mean, log_var, z = y_pred["z_mean"], y_pred["z_log_var"], y_pred["codes"]
        noise = (z - self._of_draws(mean)) / ops.exp(self._of_draws(log_var) / 2)
        # log p(z) - log q(z | x): the two normalising constants cancel.
        log_ratio = ops.sum(ops.square(noise) + self._of_draws(log_var) - ops.square(z), -1) / 2
        log_w = ops.reshape(self._beta * log_ratio - nll, (-1, self.draws))  # (batch, k)
        bound = ops.logsumexp(log_w, axis=1) - math.log(self.draws)
        self._reconstruction_tracker.update_state(weight * nll)
        weight = weight[:: self.draws]
        self._kl_tracker.update_state(weight * gaussian_kl(mean, log_var))
        return self._total(ops.mean(-weight * bound))

    def _of_draws(self, part):
        """Repeat each row of a tensor for each of its draws."""
        return None if part is None else ops.repeat(part, self.draws, axis=0)

    def get_config(self):
        return {**super().get_config(), "draws": self.draws}
