"""A variational autoencoder whose first nats are free."""

import keras
from keras import ops

from companion.checks import check_float
from companion.models.vae import VAE


@keras.saving.register_keras_serializable(package="companion")
class FreeBitsVAE(VAE):
    """Pay for a number of the code only beyond its free nats (chapter 12).

        price = beta sum_j max( floor, mean over the batch of KL(q(z_j | x) || N(0, 1)) )

    Below the floor a number costs the same whatever it says, so nothing pulls it to the
    prior. `kl` in what `fit` and `evaluate` report is the divergence itself, without the
    floor, and `elbo` is the bound as ever: the floor changes what is trained, and not what
    is measured. The price of a picture depends on its batch, so `loss` does so too.

    Args:
        encoder, decoder: as for `VAE`, and so is all else but
        floor: nats that each number of the code has free, 0 or more.

    Raises:
        TypeError, ValueError: as `VAE` does, and where `floor` is no number from 0 on.

    Source:
        D. P. Kingma et al., "Improving Variational Inference with Inverse Autoregressive
        Flow" (2016), free bits, with a group for each number of the code.
    """

    def __init__(self, encoder, decoder, floor=0.1, **kwargs):
        check_float("[0, inf)", floor=floor)
        super().__init__(encoder, decoder, **kwargs)
        self.floor = float(floor)

    def price(self, kl):
        """Give what a code costs: the same for each picture of the batch.

        Args:
            kl: as for `VAE.price`.

        Returns:
            Nats per image, a tensor `(batch,)`.
        """
        of_numbers = ops.maximum(ops.mean(kl, axis=0), self.floor)  # (latent_dim,)
        return self._beta * ops.sum(of_numbers) * ops.ones_like(kl[:, 0])

    def get_config(self):
        return {**super().get_config(), "floor": self.floor}
