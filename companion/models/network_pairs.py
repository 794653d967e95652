"""Two networks that shall work as one: what each reads and writes, and whether it fits."""

import keras


def check_pair(encoder, decoder, encoder_outputs=1):
    """Raise TypeError or ValueError unless the decoder reads what the encoder writes, and back.

    The decoder may read a condition as well, and then so may the encoder.
    """
    (picture, *with_picture), codes = _shapes(encoder, "encoder", encoder_outputs)
    (code_read, *with_code), (picture_written,) = _shapes(decoder, "decoder")
    if any(code != code_read for code in codes):
        raise ValueError(
            "`decoder` must read what `encoder` writes. Received: encoder output "
            f"{', '.join(map(str, codes))}, decoder input {code_read}"
        )
    if picture_written != picture:
        raise ValueError(
            "`decoder` must write what `encoder` reads. Received: decoder output "
            f"{picture_written}, encoder input {picture}"
        )
    if with_picture and with_picture != with_code:
        raise ValueError(
            "`decoder` must read the condition that `encoder` reads. Received: encoder "
            f"{with_picture[0]}, decoder {with_code[0] if with_code else 'none'}"
        )
    if with_code and not with_code[0]:
        raise ValueError(
            "The condition must have shape (batch, k), as by keras.Input((1,)) for a number. "
            "Received: (batch,)"
        )


def read_by(network, first, condition):
    """Give what a network reads: a picture or a code, and the condition if it reads one."""
    return first if len(network.inputs) == 1 else [first, condition]


def _shapes(model, name, outputs=1):
    """Give the shapes that a model reads, and those that it writes, without the batch axis."""
    if not isinstance(model, keras.Model) or not model.built:
        raise TypeError(f"`{name}` must be a built Keras model. Received: {model!r}")
    inputs = model.inputs or ()
    if (
        len(inputs) not in (1, 2)
        or len(model.outputs) != outputs
        or isinstance(model.output_shape, dict)
    ):
        wanted = {1: "one output", 2: "two outputs, z_mean and z_log_var"}[outputs]
        raise TypeError(
            f"`{name}` must have one input, or a condition as well, and {wanted}. Received: "
            f"{len(inputs)} inputs and {len(model.outputs)} outputs, {model!r}"
        )
    return tuple([tensor.shape[1:] for tensor in tensors] for tensors in (inputs, model.outputs))
