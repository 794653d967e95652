"""Pictures as PNG bytes: grey ones are ink on paper, 0 white and 1 black; colours are light."""

import base64
import io
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike
from PIL import Image

from companion.checks import (
    as_numbers,
    check_array,
    check_count,
    check_has,
    check_numbers,
    is_count,
    received,
)

if TYPE_CHECKING:
    import keras


def decode_pixels(decoder: "keras.Model", z: np.ndarray, activation: str | None) -> np.ndarray:
    """Decode codes to pixel values.

    Args:
        decoder: Keras model, `(batch, latent_dim)` to `(batch, h, w)` or `(batch, h, w, channels)`,
            1 or 3 channels.
        z: float32 array, `(n, latent_dim)`.
        activation: "sigmoid" if `decoder` gives logits, None if it gives pixel values.

    Returns:
        float array, `(n, h, w)` or, in colour, `(n, h, w, 3)`, clipped to [0, 1].

    Raises:
        TypeError: `decoder` is no Keras model, or `z` are no numbers.
        ValueError: `activation` is another one; `z` are no codes; `decoder` gives another shape,
            or NaN, as after a training that diverged.
    """
    from keras import ops

    if activation is not None and not (isinstance(activation, str) and activation == "sigmoid"):
        raise ValueError(
            f"`activation` must be 'sigmoid' or None. {received('activation', activation)}"
        )
    check_has("a Keras model", "__call__", decoder=decoder)
    z = check_array(z, name="z")
    # A direct call: for one code `predict` would take forty times as long.
    pixels = decoder(z, training=False)
    pixels = ops.convert_to_numpy(ops.sigmoid(pixels) if activation == "sigmoid" else pixels)
    if pixels.ndim not in (3, 4) or pixels.shape[3:] not in ((), (1,), (3,)):
        raise ValueError(
            "`decoder` must give pictures, (batch, h, w), (batch, h, w, 1) or (batch, h, w, 3). "
            f"Received: shape={pixels.shape}"
        )
    if np.isnan(pixels).any():
        raise ValueError(f"`decoder` must give finite pixels. Received: NaN, at z={z[0].tolist()}")
    colours = () if pixels.shape[3:] == (1,) else pixels.shape[3:]
    return np.clip(pixels.reshape(*pixels.shape[:3], *colours), 0, 1)


def png(pixels: ArrayLike, scale: int = 1) -> bytes:
    """Draw one picture as PNG bytes.

    Args:
        pixels: float array in [0, 1], to which it is clipped: `(h, w)`, where 0 is paper and 1 is
            ink, or `(h, w, 3)`, red, green and blue light.
        scale: each pixel becomes a square of `scale` x `scale` pixels.

    Returns:
        bytes.

    Raises:
        TypeError: `pixels` are no numbers.
        ValueError: they are no picture, or not finite; `scale` is no positive integer.
    """
    in_colour = as_numbers(pixels, "pixels").shape[2:] == (3,)
    shape = (None, None, 3) if in_colour else (None, None)
    check_numbers(pixels, shape=shape, name="pixels")
    scale = check_count(scale=scale)
    light = np.clip(pixels, 0, 1)
    light = np.rint(255 * (light if in_colour else 1 - light)).astype("uint8")
    picture = Image.fromarray(light)
    picture = picture.resize(
        (picture.width * scale, picture.height * scale), Image.Resampling.NEAREST
    )
    stream = io.BytesIO()
    # Level 1 is several times as fast as the default, and a slider waits for it.
    picture.save(stream, "PNG", compress_level=1)
    return stream.getvalue()


def side_by_side(pixels: np.ndarray, gap: int = 4) -> np.ndarray:
    """Set rows of pictures side by side, on paper.

    Args:
        pixels: float array, `(rows, columns, h, w)` or `(rows, columns, h, w, 3)`, in [0, 1].
        gap: white pixels between two pictures.

    Returns:
        float array, `(rows * (h + gap), columns * (w + gap))`, with the colours last: each picture
        stands in the middle of a cell of its own, so rows divide the height evenly.

    Raises:
        TypeError, ValueError: as for `png`.
    """
    colours = (3,) if as_numbers(pixels, "pixels").shape[4:] == (3,) else ()
    check_numbers(pixels, shape=(None, None, None, None, *colours), name="pixels")
    check_count(least=0, gap=gap)
    around = gap // 2, gap - gap // 2
    cells = with_paper(pixels, around, around)
    rows, columns, h, w = cells.shape[:4]
    return cells.swapaxes(1, 2).reshape(rows * h, columns * w, *colours)


def with_paper(
    pixels: np.ndarray, above_below: tuple[int, int], left_right: tuple[int, int]
) -> np.ndarray:
    """Set each picture on white paper that is larger by so many pixels at its edges.

    Args:
        pixels: float array, `(rows, columns, h, w)`, or `(rows, columns, h, w, 3)` in colour.
        above_below, left_right: pixels before and after it, a pair each.

    Returns:
        float array of the same axes.

    Raises:
        TypeError, ValueError: as for `png`, or a pair is none of integers of 0 or more.
    """
    in_colour = as_numbers(pixels, "pixels").ndim == 5
    check_numbers(pixels, shape=(None,) * 4 + (3,) * in_colour, name="pixels")
    for name, pair in {"above_below": above_below, "left_right": left_right}.items():
        if not (isinstance(pair, tuple | list) and len(pair) == 2) or not all(
            is_count(each, 0) for each in pair
        ):
            raise ValueError(f"`{name}` must be two integers of 0 or more. {received(name, pair)}")
    around = [(0, 0), (0, 0), above_below, left_right, *[(0, 0)] * in_colour]
    return np.pad(pixels, around, constant_values=1 if in_colour else 0)  # light, and no ink


def data_uri(png_bytes: bytes) -> str:
    """Write PNG bytes as an address that needs no file and no network.

    Args:
        png_bytes: of one picture.

    Returns:
        str that begins with "data:image/png;base64,".

    Raises:
        TypeError: they are no bytes.
    """
    if not isinstance(png_bytes, bytes):
        raise TypeError(f"`png_bytes` must be bytes. {received('png_bytes', png_bytes)}")
    return "data:image/png;base64," + base64.b64encode(png_bytes).decode("ascii")
