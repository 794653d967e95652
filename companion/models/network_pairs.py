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


def check_classifier(classifier, encoder, condition):
    """Raise TypeError or ValueError unless a network names the encoder's pictures by conditions."""
    if condition is None or len(condition) != 1:
        raise ValueError(
            "`decoder` must read a code and a label, (batch, k). "
            f"Received: a decoder that reads {'none' if condition is None else condition}"
        )
    (picture, *more), (label,) = _shapes(classifier, "classifier")
    if more or (picture, label) != (encoder.inputs[0].shape[1:], condition):
        raise ValueError(
            "`classifier` must read what `encoder` reads, and write a number for each label: "
            f"{encoder.inputs[0].shape[1:]} -> {condition}. Received: {picture} -> {label}"
        )


def read_by(network, first, condition):
    """Give what a network reads: a picture or a code, and the condition if it reads one."""
    return first if len(network.inputs) == 1 else [first, condition]


def whole(encoder, decoder):
    """Give the two as one model, from pictures to what the decoder makes of codes, or means."""
    picture, *condition = encoder.inputs
    if not condition and len(decoder.inputs) == 2:
        condition = [keras.Input(decoder.inputs[1].shape[1:])]
    outputs = decoder(read_by(decoder, encoder.outputs[0], *condition or [None]), training=False)
    return keras.Model([picture, *condition] if condition else picture, outputs)


def _shapes(model, name, outputs=1):
    """Give the shapes that a model reads, and those that it writes, without the batch axis."""
    if not isinstance(model, keras.Model) or not model.built:
        raise TypeError(f"`{name}` must be a built Keras model. Received: {model!r}")
    read = getattr(model, "inputs", None) or ()  # a subclass of keras.Model has none
    written = getattr(model, "outputs", None) or ()
    named = " with names" if isinstance(getattr(model, "output", None), dict) else ""
    if len(read) not in (1, 2) or len(written) != outputs or named:
        wanted = {1: "one output", 2: "two outputs, z_mean and z_log_var"}[outputs]
        raise TypeError(
            f"`{name}` must be a functional or a sequential model that has one input, or a "
            f"condition as well, and {wanted}. Received: {len(read)} inputs and {len(written)} "
            f"outputs{named}, {model!r}"
        )
    return tuple([tensor.shape[1:] for tensor in tensors] for tensors in (read, written))
