"""Handwritten digits that come with scikit-learn: no download, ready in a second."""

import numpy as np

from companion.data.image_data import ImageData

CLASS_NAMES = tuple("0123456789")


def load():
    """Load the 1,797 digits, enlarged from 8x8 to 28x28 pixels.

    Returns:
        `ImageData` with 1,500 pictures to train on and 297 to test on, the
        same ones every time, stratified by class.

    Source:
        E. Alpaydin and C. Kaynak, "Optical Recognition of Handwritten Digits",
        UCI Machine Learning Repository, 1998, doi:10.24432/C50P49; the test
        part of it, as bundled by scikit-learn. Licence CC BY 4.0.
    """
    train, test, train_labels, test_labels = ink_counts()
    return ImageData(
        train=_enlarged(train),
        test=_enlarged(test),
        train_labels=train_labels,
        test_labels=test_labels,
        class_names=CLASS_NAMES,
        name="digits",
        licence="CC BY 4.0",
        source="Alpaydin and Kaynak (1998), doi:10.24432/C50P49, bundled with scikit-learn",
    )


def ink_counts():
    """Give the scans as they are, in the order of `load`: what a page enlarges by itself.

    Returns:
        `(train, test, train_labels, test_labels)`: whole numbers of ink from 0 to 16, `(n, 8, 8)`,
        and classes.
    """
    from sklearn.datasets import load_digits
    from sklearn.model_selection import train_test_split

    ink, labels = load_digits(return_X_y=True)
    return train_test_split(
        ink.reshape(-1, 8, 8), labels,
        train_size=1500, test_size=297, stratify=labels, random_state=0,
    )  # fmt: skip


def _enlarged(ink):
    return np.stack([_enlarge(counts) for counts in ink / 16])[..., None]


def _enlarge(counts):
    """Return 8x8 ink counts in [0, 1] as a crisp 28x28 picture in [0, 1]."""
    from PIL import Image

    framed = np.pad(counts, 1).astype("float32")  # 10x10: a margin, as MNIST has one
    smooth = Image.fromarray(framed).resize((28, 28), Image.Resampling.LANCZOS)
    # Enlarging blurs, and Lanczos overshoots: the stretch sharpens the edges
    # and brings the values back into [0, 1].
    return np.clip((np.asarray(smooth) - 0.3) / 0.45, 0, 1)
