"""What `LiveCloud` shows: a drawing of a Gaussian cloud, which a script lets the reader move."""

from html import escape

import numpy as np
from scipy.stats import norm

from companion.page.packing import base64_text, short
from companion.page.scripts import json_script, mounting_script, source

LIMIT = 4  # the axes reach from -4 to 4
LOG_VARS = (-2.4, 1.4)  # sigma from 0.3 to 2
DENSEST = 1.4  # where the marginals end
# The plane in the drawing: its left and top edge, and its side. The marginals stand beside it.
LEFT, TOP, SIDE = 34, 66, 300
WIDTH, HEIGHT = 400, 394
# The colours of the symbols on paper; in a page those of its theme.
STYLE = """
.cloud-drawing { --ink: #222832; --z: #0072b2; --mu: #780f2d; --sigma: #87690f;
  font-family: "Segoe UI", Helvetica, Arial, sans-serif; font-size: 15px; }
.cloud-drawing text { fill: var(--ink); }
.cloud-plane, .cloud-tick { fill: none; stroke: var(--ink); stroke-opacity: 0.5; }
.cloud-dot { fill: var(--z); fill-opacity: 0.55; }
.cloud-width, .cloud-bell { fill: none; stroke: var(--sigma); stroke-width: 2.2; }
.cloud-mean { fill: none; stroke: var(--mu); stroke-width: 3.5; }
""".strip()


def cloud_html(cloud):
    """Write a figure: the drawing of a cloud, which a script makes live.

    Args:
        cloud: `LiveCloud`.

    Returns:
        str, the same for the same cloud.
    """
    still = "data:image/svg+xml;base64," + base64_text(cloud_svg(cloud).encode())
    return (
        f"<style>\n{source('cloud.css')}</style>\n"
        f'<figure class="cloud" aria-label="{escape(cloud.label)}">\n'
        f'<img class="cloud-still" src="{still}" alt="{escape(alt_text(cloud))}">\n'
        f"{json_script(cloud_payload(cloud))}"
        f"{mounting_script('cloud.mjs')}</figure>"
    )


def alt_text(cloud):
    """Describe the drawing to a reader who cannot see it."""
    return (
        f"{cloud.label}: {len(cloud.noise)} dots in the plane, two ellipses round their mean, at "
        "one and two standard deviations, and a bell curve for each number at top and right."
    )


def cloud_payload(cloud):
    """Gather what `cloud.mjs` needs.

    Returns:
        dict that JSON can hold; its keys are explained at the head of `cloud.mjs`.
    """
    return {
        "mean": short(cloud.z_mean),
        "logVar": short(cloud.z_log_var),
        "noise": [short(each) for each in cloud.noise],
        "limit": LIMIT,
        "logVars": LOG_VARS,
        "densest": DENSEST,
        "plane": [LEFT, TOP, SIDE],
        "label": cloud.label,
    }


def cloud_svg(cloud):
    """Draw the cloud as it is at first, in a file of SVG on white paper."""
    mean, sigma = cloud.z_mean, np.exp(cloud.z_log_var / 2)
    (x, y), scale = _place(mean), SIDE / (2 * LIMIT)
    dots = [_place(z) for z in mean + sigma * cloud.noise]
    inside = f'<clipPath id="plane"><rect {_box(LEFT, TOP, SIDE, SIDE)}/></clipPath>'
    return "\n".join(
        (
            f'<svg class="cloud-drawing" xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" '
            f'height="{HEIGHT}" viewBox="0 0 {WIDTH} {HEIGHT}">',
            f"<style>\n{STYLE}\n</style>",
            f'<rect class="cloud-paper" width="{WIDTH}" height="{HEIGHT}" fill="#fff"/>',
            f'<defs>{inside}</defs><rect class="cloud-plane" {_box(LEFT, TOP, SIDE, SIDE)}/>',
            *map(_tick, range(-LIMIT, LIMIT + 1, 2)),
            *(_bell(j, mean[j], sigma[j]) for j in (0, 1)),
            '<g clip-path="url(#plane)">',
            *(f'<circle class="cloud-dot" cx="{a:.2f}" cy="{b:.2f}" r="2.6"/>' for a, b in dots),
            *(
                f'<ellipse class="cloud-width" cx="{x:.2f}" cy="{y:.2f}" '
                f'rx="{n * scale * sigma[0]:.2f}" ry="{n * scale * sigma[1]:.2f}"/>'
                for n in (1, 2)
            ),
            f'<path class="cloud-mean" d="M{x - 8:.2f} {y:.2f}h16m-8 -8v16"/>',
            "</g>",
            "</svg>\n",
        )
    )


def _place(z):
    """Give the place of a code in the drawing."""
    scale = SIDE / (2 * LIMIT)
    return LEFT + scale * (z[0] + LIMIT), TOP + SIDE - scale * (z[1] + LIMIT)


def _box(x, y, width, height):
    return f'x="{x}" y="{y}" width="{width}" height="{height}"'


def _tick(value):
    text = f"{value}".replace("-", "\N{MINUS SIGN}")
    (x, y), bottom = _place((value, value)), TOP + SIDE
    return (
        f'<path class="cloud-tick" d="M{x:g} {bottom}v5M{LEFT} {y:g}h-5"/>'
        f'<text x="{x:g}" y="{bottom + 21}" text-anchor="middle">{text}</text>'
        f'<text x="{LEFT - 9}" y="{y + 5:g}" text-anchor="end">{text}</text>'
    )


def _bell(j, mean, sigma):
    line = np.linspace(-LIMIT, LIMIT, 161)
    heights = 60 * norm.pdf(line, mean, sigma) / DENSEST
    along = [_place((value, value))[j] for value in line]
    across = TOP - 4 - heights if j == 0 else LEFT + SIDE + 4 + heights
    points = zip(*((along, across) if j == 0 else (across, along)), strict=True)
    path = "L".join(f"{a:.2f} {b:.2f}" for a, b in points)
    return f'<path class="cloud-bell" data-number="{j}" d="M{path}"/>'
