"""Streams of batches, each batch looked at before a model gets it.

Nothing is taken from a stream beforehand, so that its order, its length and its workers stay as
they were.
"""

from types import GeneratorType

import keras


def is_stream(x):
    """Say whether `x` hands out batches: it is no array, no arrays together, and no text."""
    if hasattr(x, "__array__") or isinstance(x, list | tuple | dict | set | str | bytes | type):
        return False
    return isinstance(x, keras.utils.PyDataset) or hasattr(x, "__iter__")


def looked_at(stream, look):
    """Give the stream that calls `look(x, y, sample_weight)` for each batch that it hands on.

    Streams of other kinds, such as a DataLoader of PyTorch, come back as they are.
    """
    if _is_dataset(stream):
        return _look_into_dataset(stream, look)
    if isinstance(stream, keras.utils.PyDataset):
        return _LookedAt(stream, look)
    if isinstance(stream, GeneratorType):
        return (_passed(batch, look) for batch in stream)
    return stream


def pictures_in(stream):
    """Give what each batch of a stream has for x, or None where the stream cannot be walked."""
    if isinstance(stream, keras.utils.PyDataset):
        batches = map(stream.__getitem__, range(stream.num_batches))
    elif _is_dataset(stream):
        batches = stream
    else:
        return None
    return (keras.utils.unpack_x_y_sample_weight(batch)[0] for batch in batches)


def _is_dataset(x):
    """Say whether `x` is a tf.data.Dataset, without loading TensorFlow to ask."""
    return hasattr(x, "element_spec") and hasattr(x, "map")


def _passed(batch, look):
    look(*keras.utils.unpack_x_y_sample_weight(batch))
    return batch


def _look_into_dataset(dataset, look):
    import tensorflow as tf

    bare = not isinstance(dataset.element_spec, tuple)

    def passed(*batch):
        parts = keras.utils.unpack_x_y_sample_weight(batch)
        tensors = tf.nest.flatten(parts)

        def look_at(*arrays):
            rest = iter(arrays)
            there = [None if tensor is None else next(rest) for tensor in tensors]
            look(*tf.nest.pack_sequence_as(parts, there))
            return ()

        tf.numpy_function(look_at, [tensor for tensor in tensors if tensor is not None], [])
        return batch[0] if bare else batch

    return dataset.map(passed)


class _LookedAt(keras.utils.PyDataset):
    def __init__(self, dataset, look):
        super().__init__(dataset.workers, dataset.use_multiprocessing, dataset.max_queue_size)
        self.dataset, self.look = dataset, look

    def __getitem__(self, i):
        return _passed(self.dataset[i], self.look)

    @property
    def num_batches(self):
        return self.dataset.num_batches

    def on_epoch_begin(self):
        self.dataset.on_epoch_begin()

    def on_epoch_end(self):
        self.dataset.on_epoch_end()
