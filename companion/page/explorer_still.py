"""What print shows of an explorer: decoded pictures from all over its codes."""

import numpy as np

from companion.page.axes import ranges
from companion.pictures import png, side_by_side

GRID = 12  # pictures to a side


def explorer_still(model, codes, start):
    """Draw what is decoded over the codes of a model, as `LatentExplorer.still` says.

    Args:
        model: `PageModel`.
        codes: `(n, latent_dim)`.
        start: `(latent_dim,)`, where the numbers rest that do not move.

    Returns:
        PNG bytes.
    """
    low, high = ranges(codes)
    if model.latent_dim == 2:
        z1, z2 = (np.linspace(*ends, GRID, dtype="float32") for ends in zip(low, high, strict=True))
        z = np.stack(np.meshgrid(z1, z2[::-1]), axis=-1)
    else:
        z = np.tile(np.clip(start, low, high), (model.latent_dim, GRID, 1))
        for i in range(model.latent_dim):
            z[i, :, i] = np.linspace(low[i], high[i], GRID)
    pixels = model.decode(z.reshape(-1, model.latent_dim))
    return png(side_by_side(pixels.reshape(*z.shape[:2], *model.shape), gap=2))
