"""What a chapter stands on: its seed, and the settings of Keras."""

import os

import keras

# What Keras has where nobody chose otherwise, in ~/.keras/keras.json say.
KERAS_SETTINGS = {
    "backend": "tensorflow",
    "image_data_format": "channels_last",
    "floatx": "float32",
    "epsilon": 1e-7,
}


def chapter_seed() -> int:
    """Give the seed of a chapter's randomness: `$COMPANION_SEED`, or 0.

    `make sweep` runs the chapters with other seeds, to see that their claims
    do not hang on this one. They do hang on the settings of Keras, which are
    looked at as well, because a user's own are read without a word.

    Returns:
        int.

    Raises:
        ValueError: the variable holds something else than a whole number of 0 or more.
        RuntimeError: Keras has another backend than TensorFlow, or other settings
            than its own.
    """
    for setting, wanted in KERAS_SETTINGS.items():
        received = getattr(keras.config, setting)()
        if received != wanted:
            raise RuntimeError(
                f"The chapters need Keras with {setting}={wanted!r}. Received: {received!r}, "
                "from KERAS_BACKEND or from ~/.keras/keras.json. Change it there, and restart."
            )
    text = os.environ.get("COMPANION_SEED") or "0"
    if not text.isdecimal():
        raise ValueError(f"COMPANION_SEED must be a whole number, 0 or more. Received: {text!r}")
    return int(text)
