"""The last layer of an encoder: it writes a code, or a Gaussian over codes."""

import keras
from keras import layers


def encoder_of(trunk, latent_dim, gaussian=False, **code):
    """Build an encoder from its layers up to the code.

    Args:
        trunk: a `keras.Input`, and layers, the last of which gives `(batch, features)`.
        latent_dim: numbers in a code.
        gaussian: write the mean and the log-variance of a Gaussian over codes, and no code.
        code: arguments of the layer that writes the code, for an encoder that is not Gaussian.

    Returns:
        keras.Sequential, to `(batch, latent_dim)`; or keras.Model, to two of them.

    Raises:
        ValueError: a Gaussian is asked for together with arguments of a code.
    """
    if not gaussian:
        return keras.Sequential(
            [*trunk, layers.Dense(latent_dim, name="code", **code)], name="encoder"
        )
    if any(value is not None for value in code.values()):
        raise ValueError(f"A Gaussian over codes is no code. Received: gaussian=True and {code}")
    picture, *hidden = trunk
    h = picture
    for layer in hidden:
        h = layer(h)
    heads = [layers.Dense(latent_dim, name=name)(h) for name in ("z_mean", "z_log_var")]
    return keras.Model(picture, heads, name="encoder")
