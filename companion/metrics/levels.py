"""What a trained loss is to be compared with: a baseline above, a floor below.

Both are in nats per image, as `losses.bernoulli_nll` is. Chapter 1 uses them.
"""

import numpy as np
from keras import ops
from scipy.special import entr, logit

from companion import losses
from companion.checks import check_images, check_several


def floor(x):
    """Give the least cross-entropy that any reconstruction of grey pixels can reach.

    It is the mean entropy of an image,

        sum_i [ -x_i log x_i - (1 - x_i) log(1 - x_i) ],

    reached by the perfect reconstruction and by it alone; zero if all pixels
    are exactly 0 or 1.

    Args:
        x: pixels in [0, 1], `(n, ...)`.

    Returns:
        Nats per image, a float.

    Raises:
        TypeError, ValueError: as for `check_images`: no numbers, none at all,
            NaN, or values outside [0, 1].

    Example:
        >>> import numpy as np
        >>> from companion import metrics
        >>> metrics.floor(np.ones((5, 28, 28, 1)))
        0.0
        >>> round(metrics.floor(np.full((5, 28, 28, 1), 0.5)), 1)  # 784 log 2
        543.4
    """
    x = check_images(x)
    check_several(x)
    return float(entropy(x).mean())


def entropy(x):
    """Give the entropy of each picture of grey pixels in [0, 1], `(n,)`, in nats."""
    x = np.asarray(x, "float64").reshape(len(x), -1)
    return (entr(x) + entr(1 - x)).sum(axis=1)


def baseline(train, test):
    """Give the cross-entropy of `test` if each picture is answered by the mean of `train`.

    No model that looks at its input should be worse. The mean is Krichevsky and
    Trofimov's (1981): half an inked and half a blank picture are added to
    `train`, so that a pixel which is blank in all of it still costs a finite
    number of nats where a test picture has ink.

    Args:
        train: pixels in [0, 1], `(n, ...)`.
        test: pixels in [0, 1], `(m, ...)`.

    Returns:
        Nats per image, a float.

    Raises:
        TypeError, ValueError: as for `floor`; the two sets' pictures differ in shape.
    """
    train = check_images(train, name="train")
    check_several(train, name="train")
    test = check_images(test, shape=train.shape[1:], name="test")
    mean = (train.sum(axis=0, dtype="float64") + 0.5) / (len(train) + 1)
    answer = np.broadcast_to(logit(mean).astype("float32"), test.shape)  # the same to each
    nll = losses.bernoulli_nll(test, answer)  # (m,)
    return float(ops.convert_to_numpy(nll).mean())
