"""The two ends of a network: it may read a condition, and may write a Gaussian over codes."""

import keras
from keras import layers

from companion.checks import check_bool


def encoder_of(trunk, latent_dim, gaussian=False, condition_shape=None, **code):
    """Build an encoder from its layers up to the code.

    Args:
        trunk: a `keras.Input`, and layers, the last of which gives `(batch, features)`.
        latent_dim: numbers in a code.
        gaussian: write the mean and the log-variance of a Gaussian over codes, and no code.
        condition_shape: of the condition that it reads too, which joins what the first of the
            layers gives, `(batch, features)`; None for none.
        code: arguments of the layer that writes the code, for an encoder that is not Gaussian.

    Returns:
        keras.Sequential, to `(batch, latent_dim)`; or keras.Model, to two of them, or from
        two inputs.

    Raises:
        TypeError: `gaussian` is neither True nor False.
        ValueError: a Gaussian is asked for together with arguments of a code.
    """
    check_bool(gaussian=gaussian)
    if gaussian and any(value is not None for value in code.values()):
        raise ValueError(f"A Gaussian over codes is no code. Received: gaussian=True and {code}")
    if not gaussian and condition_shape is None:
        return keras.Sequential(
            [*trunk, layers.Dense(latent_dim, name="code", **code)], name="encoder"
        )
    picture, flatten, *hidden = trunk
    inputs, h = picture, flatten(picture)
    if condition_shape is not None:
        condition, h = beside(condition_shape, h)
        inputs = [picture, condition]
    for layer in hidden:
        h = layer(h)
    if gaussian:
        outputs = [layers.Dense(latent_dim, name=name)(h) for name in ("z_mean", "z_log_var")]
    else:
        outputs = layers.Dense(latent_dim, name="code", **code)(h)
    return keras.Model(inputs, outputs, name="encoder")


def beside(condition_shape, features):
    """Set a condition beside features: give its `keras.Input`, and both as `(batch, numbers)`."""
    condition = keras.Input(condition_shape, name="condition")
    flat = condition if len(condition_shape) == 1 else layers.Flatten("channels_last")(condition)
    return condition, layers.Concatenate()([features, flat])
