"""One file from the network, with a progress bar."""

import sys
from contextlib import ExitStack


def fetch(url, path):
    """Download `url` to `path`; whether that is the right file is not looked at.

    Raises:
        OSError: the network, the server or the disk does not do its part; the
            errors of `requests` are of this kind too.
    """
    from pooch import HTTPDownloader

    with ExitStack() as stack:

        def close_later(answer, **_):  # Pooch does not, where a download fails
            stack.callback(answer.close)

        HTTPDownloader(
            progressbar=stack.enter_context(_progress_bar(path.name)),
            chunk_size=2**16,
            # As Keras asks: the bytes as they are, a .gz not unpacked on the way.
            headers={"Accept-Encoding": "identity"},
            hooks={"response": close_later},
        )(url, path, None)


def _progress_bar(title):
    """Return a bar that shows in a terminal and in a notebook, and nowhere else."""
    from tqdm.auto import tqdm
    from tqdm.notebook import tqdm_notebook

    shown = sys.stderr.isatty() or issubclass(tqdm, tqdm_notebook)
    # Pooch sets the total once it knows it; until then the bar must have one.
    return tqdm(desc=title, total=1, unit="B", unit_scale=True, disable=not shown)
