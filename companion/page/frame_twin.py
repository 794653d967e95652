"""The twin of `FrameSlider`: all its frames in HTML, and a slider over them."""

from html import escape

from companion.page.scripts import behind, json_script, mounting_script, source
from companion.pictures import data_uri, png


def frame_html(slider):
    """Write a figure: a film strip, which a script replaces by a slider over all frames.

    Everything is inline, because a page opened from disk may load nothing.

    Args:
        slider: `FrameSlider`.

    Returns:
        str, the same for the same frames.
    """
    rows = "".join(f"<li>{slider.texts[i]}</li>" for i in slider.film_frames())
    return (
        f"<style>\n{source('frames.css')}{behind(slider.twin)}</style>\n"
        f'<figure class="frame-slider" data-twin="{slider.twin}" '
        f'aria-label="{escape(slider.label)}">\n'
        f'<div class="frame-film">{_heads(slider.columns)}'
        f'<div class="frame-strip"><ol aria-hidden="true">{rows}</ol>'
        f'<img src="{data_uri(slider.still())}" alt="{escape(alt_text(slider))}"></div>\n'
        f"<figcaption>{escape(film_caption(slider))}</figcaption></div>\n"
        f"{json_script(frame_payload(slider))}"
        f"{mounting_script('frames.mjs')}</figure>"
    )


def alt_text(slider):
    """Describe the film strip to a reader who cannot see it."""
    columns = f" ({', '.join(slider.columns)})" if slider.columns else ""
    return (
        f"Film strip of the {slider.label}{columns}: "
        f"{len(slider.film_frames())} rows, one for each {slider.name}."
    )


def film_caption(slider):
    """Say what each row of the film strip belongs to, with its caption where it has one."""
    lines = [f"{slider.name} {slider.texts[i]}" for i in slider.film_frames()]
    captions = [slider.captions[i] for i in slider.film_frames()]
    return " ".join(
        f"{line}: {caption.rstrip('.')}." if caption else f"{line}."
        for line, caption in zip(lines, captions, strict=True)
    )


def frame_payload(slider):
    """Gather what `frames.mjs` needs.

    Returns:
        dict that JSON can hold; its keys are explained at the head of `frames.mjs`.
    """
    n, h, w, *colours = slider.frames.shape
    return {
        "name": slider.name,
        "values": slider.texts,
        "columns": list(slider.columns),
        "captions": slider.captions,
        "label": slider.label,
        "start": slider.start,
        "shape": [h, w],
        "sprite": data_uri(png(slider.frames.reshape(n * h, w, *colours))),
    }


def _heads(columns):
    if not columns:
        return ""
    heads = "".join(f"<span>{escape(column)}</span>" for column in columns)
    return f'<div class="frame-heads" aria-hidden="true">{heads}</div>'
