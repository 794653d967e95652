"""Grey pictures as PNG bytes: ink on paper, so 0 is white and 1 is black."""

import base64
import io

import numpy as np
from PIL import Image

from companion.checks import check_count, check_numbers


def decode_pixels(decoder, z, activation):
    """Decode codes to pixel values.

    Args:
        decoder: Keras model, `(batch, latent_dim)` to `(batch, h, w)` or `(batch, h, w, 1)`.
        z: float32 array, `(n, latent_dim)`.
        activation: "sigmoid" if `decoder` gives logits, None if it gives pixel values.

    Returns:
        float array, `(n, h, w)`, clipped to [0, 1].

    Raises:
        ValueError: `activation` is another one; `decoder` gives another shape, or NaN, as
            after a training that diverged.
    """
    from keras import ops

    if activation not in ("sigmoid", None):
        raise ValueError(f"`activation` must be 'sigmoid' or None. Received: {activation=}")
    # A direct call: for one code `predict` would take forty times as long.
    pixels = decoder(z, training=False)
    pixels = ops.convert_to_numpy(ops.sigmoid(pixels) if activation == "sigmoid" else pixels)
    if pixels.ndim not in (3, 4) or pixels.shape[3:] not in ((), (1,)):
        raise ValueError(
            "`decoder` must give pictures, (batch, h, w) or (batch, h, w, 1). "
            f"Received: shape={pixels.shape}"
        )
    if np.isnan(pixels).any():
        raise ValueError(f"`decoder` must give finite pixels. Received: NaN, at z={z[0].tolist()}")
    return np.clip(pixels.reshape(pixels.shape[:3]), 0, 1)


def png(pixels, scale=1):
    """Draw one picture as PNG bytes.

    Args:
        pixels: float array, `(h, w)`, in [0, 1]: 0 is paper, 1 is ink; it is clipped to that.
        scale: each pixel becomes a square of `scale` x `scale` pixels.

    Returns:
        bytes.

    Raises:
        TypeError: `pixels` are no numbers.
        ValueError: they are no picture, or not finite; `scale` is no positive integer.
    """
    check_numbers(pixels, shape=(None, None), name="pixels")
    check_count(scale=scale)
    grey = np.rint(255 * (1 - np.clip(pixels, 0, 1))).astype("uint8")
    picture = Image.fromarray(grey)
    picture = picture.resize(
        (grey.shape[1] * scale, grey.shape[0] * scale), Image.Resampling.NEAREST
    )
    stream = io.BytesIO()
    # Level 1 is several times as fast as the default, and a slider waits for it.
    picture.save(stream, "PNG", compress_level=1)
    return stream.getvalue()


def side_by_side(pixels, gap=4):
    """Set rows of pictures side by side, on paper.

    Args:
        pixels: float array, `(rows, columns, h, w)`, in [0, 1].
        gap: white pixels between two pictures.

    Returns:
        float array, `(rows * (h + gap), columns * (w + gap))`: each picture
        stands in the middle of a cell of its own, so rows divide the height evenly.

    Raises:
        TypeError, ValueError: as for `png`.
    """
    check_numbers(pixels, shape=(None,) * 4, name="pixels")
    check_count(least=0, gap=gap)
    before, after = gap // 2, gap - gap // 2
    cells = np.pad(pixels, [(0, 0), (0, 0), (before, after), (before, after)])
    rows, columns, h, w = cells.shape
    return cells.transpose(0, 2, 1, 3).reshape(rows * h, columns * w)


def data_uri(png_bytes):
    """Write PNG bytes as an address that needs no file and no network.

    Args:
        png_bytes: of one picture.

    Returns:
        str that begins with "data:image/png;base64,".
    """
    return "data:image/png;base64," + base64.b64encode(png_bytes).decode("ascii")
