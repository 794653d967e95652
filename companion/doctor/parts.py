"""What the doctor looks at: the functions of a model, held to what they promise."""

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
from keras.ops import convert_to_numpy

from companion.checks import as_numbers, check_float, check_has
from companion.models import IWAE, VAE, FreeBitsVAE, SemiSupervisedVAE


class Parts(NamedTuple):
    """What is examined: functions of arrays, each with a batch axis in front.

    `sample` and `loss` may be None: then what needs them is not examined. `nll` is needed
    only where a reconstruction has another price than a cross-entropy or a squared error, as
    with a variance that is learnt, or where pictures have values outside [0, 1].
    """

    encode: Callable[..., Any]  #: `x -> (z_mean, z_log_var)`, each `(n, latent_dim)`
    decode: Callable[..., Any]  #: `z -> pictures`, of the shape of x, in its range: in [0, 1]
    sample: Callable[..., Any] | None = (
        None  #: `x -> z`, `(n, latent_dim)`, a new draw at each call
    )
    loss: Callable[..., Any] | None = None  #: `x ->` what training makes small, for this batch
    beta: float = 1.0  #: the weight of KL that is meant
    nll: Callable[..., Any] | None = None  #: `x, z ->` -log p(x | z) of each picture: nats, `(n,)`


def parts_of(model, x, condition=None):
    """Give the `Parts` of a `models.VAE`, or let `Parts` through; and what they read.

    Returns:
        `Parts`, and `x`. Where the model reads a condition, they are read together, in rows
        `(n, pixels + numbers of the condition)`, so that a picture that is picked out brings its
        condition with it.
    """
    if isinstance(model, Parts):
        check_float("[0, inf)", beta=model.beta)
        for name in ("encode", "decode", "sample", "loss", "nll"):
            part = getattr(model, name)
            if name in ("encode", "decode") or part is not None:
                check_has("a function of arrays", "__call__", **{name: part})
        if condition is not None:
            raise ValueError(
                "`condition` must be None beside `Parts`: let each of their functions set one "
                f"condition for all of x. Received: {type(condition).__name__}"
            )
        return model, x
    if not isinstance(model, VAE):
        raise TypeError(
            "`model` must be a models.VAE, or doctor.Parts that say how another model encodes and "
            f"decodes. Received: {model!r}"
        )

    condition = model._inputs.condition(condition, len(x))
    rows = x if condition is None else np.concatenate([_flat(x), _flat(condition)], axis=1)

    def apart(rows):
        if condition is None:
            return rows, None
        pictures, conditions = np.split(rows, [x[0].size], axis=1)
        return (
            pictures.reshape(-1, *x.shape[1:]),
            conditions.reshape(-1, *condition.shape[1:]),
        )

    def encode(rows):
        return model.encode(*apart(rows))

    def decode(z):
        return model.decode(z, condition)

    def sample(rows):
        return model.sampling(list(encode(rows)))

    def loss(rows):
        read = rows if condition is None else apart(rows)
        value = model.compute_loss(x=read, y_pred=model(read, training=False), training=False)
        model.reset_metrics()
        return value

    def nll(rows, z):
        pictures, conditions = apart(rows)
        return model.nll(pictures, z, conditions)

    # Their losses are something else by design, and so are no reconstruction and beta KL.
    of_two_terms = not isinstance(model, FreeBitsVAE | IWAE | SemiSupervisedVAE)
    return Parts(encode, decode, sample, loss if of_two_terms else None, model.beta, nll), rows


def _flat(array):
    return array.reshape(len(array), -1)


def held_to_their_word(parts, image_shape):
    """Wrap `Parts` so that each answers in float32 arrays of the shape that is asked for.

    Raises, when called:
        ValueError: a function gives something else; it is named, and so is what it gave.
    """

    def encode(x):
        answer = parts.encode(x)
        if not isinstance(answer, tuple | list):
            answer = [answer]
        if len(answer) != 2:
            raise ValueError(
                "`encode` must give two arrays, (z_mean, z_log_var). "
                f"Received: {len(answer)} of them"
            )
        z_mean = _array(answer[0], "encode(x)")
        if z_mean.ndim != 2 or len(z_mean) != len(x):
            raise ValueError(
                f"`encode` must give arrays of shape ({len(x)}, latent_dim); flatten a code that "
                f"has another. Received: z_mean of shape {z_mean.shape}"
            )
        return z_mean, _of_shape(answer[1], z_mean.shape, "encode")

    def decode(z):
        return _of_shape(parts.decode(z), (len(z), *image_shape), "decode")

    def sample(x):
        return _of_shape(parts.sample(x), encode(x)[0].shape, "sample")

    def loss(x):
        value = _array(parts.loss(x), "loss(x)")
        if value.size != 1:
            raise ValueError(
                "`loss` must give one number for a batch, the one that training makes small. "
                f"Received: shape {value.shape}"
            )
        return float(value.reshape(()))

    def nll(x, z):
        return _of_shape(parts.nll(x, z), (len(x),), "nll")

    given = {"sample": sample, "loss": loss, "nll": nll}
    return parts._replace(
        encode=encode,
        decode=decode,
        **{name: part for name, part in given.items() if getattr(parts, name) is not None},
    )


def _array(tensor, name):
    return as_numbers(convert_to_numpy(tensor), name).astype("float32")


def _of_shape(tensor, shape, name):
    array = _array(tensor, name)
    if array.shape != shape:
        raise ValueError(f"`{name}` must give shape {shape} here. Received: {array.shape}")
    return array
