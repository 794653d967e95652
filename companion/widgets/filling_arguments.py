"""What `LiveFilling` accepts: a model that a page can run, its codes, pictures, and a cover."""

import numpy as np

from companion.checks import check_array, check_has, check_images
from companion.page.packing import pack_float16
from companion.widgets.live_decoder import LiveDecoder

SIDES = ("below", "above", "left", "right")
MOST = 10_000_000  # prices of pixels that a page keeps: of 12,000 codes at 28 x 28


def uncovered(shape, covered, side):
    """Say which pixels are seen where so many rows or columns are covered from a side."""
    height, width = shape
    rows, columns = np.mgrid[:height, :width]
    return {
        "below": rows < height - covered,
        "above": rows >= covered,
        "left": columns >= covered,
        "right": columns < width - covered,
    }[side]


def check_drawn_codes(model, codes):
    """Return the codes of a model that prices each pixel by itself, or say what is wrong."""
    check_has(
        "a models.VAE or a models.Autoencoder",
        "encoder", "decoder", "likelihood", "condition_shape",
        model=model,
    )  # fmt: skip
    if model.condition_shape is not None:
        raise ValueError("`model` must read no condition. Received: one that does")
    if model.likelihood != "bernoulli":
        raise ValueError(
            "`model` must have a Bernoulli likelihood, by which each pixel is ink or paper. "
            f"Received: likelihood={model.likelihood!r}"
        )
    codes = check_array(codes, shape=(model.latent_dim,), name="codes")
    if np.abs(codes).max() > np.finfo("float16").max:
        raise ValueError(
            "`codes` must be numbers that float16 can hold. "
            f"Received: largest number {np.abs(codes).max():g}"
        )
    return codes


def read_decoder(model, codes):
    """Give the layers of a decoder, up to its logits, and the shape of its pictures."""
    live = LiveDecoder(model.decoder, "sigmoid", codes[0])
    layers = live.layers()
    if layers is None or len(live.shape) != 2:
        raise ValueError(
            "`model` must have a decoder of grey pictures that a page can run: a chain of dense "
            f"layers and transposed convolutions. Received: {model.decoder!r}"
        )
    pack_float16(layers)  # which says it if a weight is too large
    most = MOST // int(np.prod(live.shape))
    if len(codes) > most:
        raise ValueError(
            f"`codes` must be {most} or fewer, for a page keeps the price of each pixel at each "
            f"of them. Received: {len(codes)}"
        )
    return [*layers[:-1], layers[-1]._replace(activation="linear")], tuple(live.shape)


def check_pictures(x, shape):
    """Return pictures as float32, `(n, h, w)`, none of them for None."""
    if x is None:
        return np.zeros((0, *shape), "float32")
    x = check_images(x, name="x")
    if x.shape[1:] not in (shape, (*shape, 1)):
        raise ValueError(f"`x` must have shape {('n', *shape)}. Received: shape={x.shape}")
    return x.reshape(-1, *shape)
