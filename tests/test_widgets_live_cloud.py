"""`LiveCloud`: what it draws at first, in words and as a picture; its colours; its doors."""

import re
import xml.etree.ElementTree as ET

import numpy as np
import pytest
from scipy.stats import norm

from companion.page.cloud_twin import DENSEST, LEFT, SIDE, TOP, cloud_payload
from companion.page.scripts import source
from companion.plots.style import SYMBOLS
from companion.widgets import LiveCloud

MEAN, LOG_VAR = np.array([1.0, -0.5]), np.array([0.36, -1.8])


@pytest.fixture(scope="module")
def cloud():
    return LiveCloud(MEAN, LOG_VAR, draws=40, label="cloud of a digit")


@pytest.fixture(scope="module")
def parts(cloud):
    root = ET.fromstring(cloud.still())
    found = {}
    for el in root.iter():
        found.setdefault(el.get("class"), []).append(el)
    return found


def in_plane(x, y):
    """Give what a place in the drawing means."""
    return np.array([8 * (x - LEFT) / SIDE - 4, 4 - 8 * (y - TOP) / SIDE])


def test_each_dot_is_mean_plus_width_times_noise(cloud, parts):
    drawn = [in_plane(float(dot.get("cx")), float(dot.get("cy"))) for dot in parts["cloud-dot"]]
    np.testing.assert_allclose(drawn, MEAN + np.exp(LOG_VAR / 2) * cloud.noise, atol=1e-3)


def test_the_ellipses_lie_one_and_two_standard_deviations_round_the_mean(parts):
    for n, ellipse in enumerate(parts["cloud-width"], start=1):
        x, y, rx, ry = (float(ellipse.get(name)) for name in ("cx", "cy", "rx", "ry"))
        np.testing.assert_allclose(in_plane(x, y), MEAN, atol=1e-3)
        widths = 8 * np.array([rx, ry]) / SIDE
        np.testing.assert_allclose(widths, n * np.exp(LOG_VAR / 2), atol=1e-3)


@pytest.mark.parametrize("number", [0, 1])
def test_each_bell_is_the_density_of_its_number(parts, number):
    path = parts["cloud-bell"][number].get("d")
    points = np.array([tuple(map(float, p.split())) for p in path.removeprefix("M").split("L")])
    values = np.array([in_plane(x, y)[number] for x, y in points])
    heights = TOP - 4 - points[:, 1] if number == 0 else points[:, 0] - (LEFT + SIDE + 4)
    density = norm.pdf(values, MEAN[number], np.exp(LOG_VAR[number] / 2))
    np.testing.assert_allclose(DENSEST * heights / 60, density, atol=1e-2)


def test_it_says_what_it_shows(cloud):
    assert cloud.alt_text().startswith("cloud of a digit: 40 dots in the plane")
    assert f'alt="{cloud.alt_text()}"' in cloud.to_html()
    assert repr(cloud) == "LiveCloud(40 draws)"
    assert cloud._repr_html_() == cloud.to_html()


def test_the_same_seed_gives_the_same_bytes_and_another_one_other_dots():
    one, again, other = (LiveCloud(seed=seed) for seed in (1, 1, 2))
    assert one.to_html() == again.to_html()
    assert (one.noise != other.noise).all()


def test_the_page_has_the_noise_to_six_digits_and_the_rest_as_it_is(cloud):
    told = cloud_payload(cloud)
    np.testing.assert_allclose(told["noise"], cloud.noise, rtol=1e-5)
    assert (told["mean"], told["logVar"]) == (MEAN.tolist(), LOG_VAR.tolist())
    assert (told["limit"], told["logVars"], told["densest"]) == (4, (-2.4, 1.4), DENSEST)
    assert (told["plane"], told["label"]) == ([LEFT, TOP, SIDE], "cloud of a digit")


def test_a_cross_marks_the_mean_and_the_axes_have_their_numbers(cloud, parts):
    (cross,) = parts["cloud-mean"]
    x, y = map(float, cross.get("d").removeprefix("M").split("h")[0].split())
    np.testing.assert_allclose(in_plane(x + 8, y), MEAN, atol=1e-2)
    texts = re.findall(r'<text x="([\d.]+)" y="([\d.]+)" text-anchor="(\w+)">(.*?)<', cloud.still())
    below = {text: in_plane(float(x), 0)[0] for x, _, side, text in texts if side == "middle"}
    beside = {text: in_plane(0, float(y) - 5)[1] for _, y, side, text in texts if side == "end"}
    wanted = {f"{n}".replace("-", "\N{MINUS SIGN}"): n for n in (-4, -2, 0, 2, 4)}
    assert below == pytest.approx(wanted)
    assert beside == pytest.approx(wanted)
    assert len(parts["cloud-tick"]) == 5
    assert all(float(y) > TOP + SIDE for _, y, side, _ in texts if side == "middle")
    assert all(float(x) < LEFT for x, _, side, _ in texts if side == "end")


def test_the_dots_are_cut_off_where_the_plane_ends(cloud, parts):
    plane = [str(number) for number in (LEFT, TOP, SIDE, SIDE)]
    (frame,) = parts["cloud-plane"]
    assert [frame.get(name) for name in ("x", "y", "width", "height")] == plane
    box = 'x="{}" y="{}" width="{}" height="{}"'.format(*plane)
    assert f'<clipPath id="plane"><rect {box}/></clipPath>' in cloud.still()
    assert cloud.still().index('clip-path="url(#plane)"') < cloud.still().index('cloud-dot" cx')


def test_at_first_it_is_the_prior():
    prior = LiveCloud()
    assert (prior.z_mean.tolist(), prior.z_log_var.tolist()) == ([0, 0], [0, 0])
    assert (len(prior.noise), prior.label) == (150, "cloud")


@pytest.mark.parametrize("name", ["z", "mu", "sigma"])
def test_its_colours_are_those_of_the_symbols(cloud, name):
    light, dark = SYMBOLS[name]
    assert f"--{name}: {light};" in cloud.still()
    assert f"--{name}: var(--symbol-{name}, {light});" in source("cloud.css")
    in_the_dark = re.search(r'theme-light="false"\][^}]*\}', source("cloud.css"))[0]
    assert f"--{name}: {dark};" in in_the_dark


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        ({"z_mean": [0]}, r"`z_mean` must"),
        ({"z_mean": [0, 3.1]}, r"`z_mean` must lie between -3 and 3. Received: \[0.0, 3.1\]"),
        ({"z_log_var": [0, 1.5]}, "`z_log_var` must lie between -2.4 and 1.4"),
        ({"z_log_var": [0, np.nan]}, "`z_log_var` must"),
        ({"z_mean": "ab"}, "`z_mean` must"),
        ({"draws": 0}, "`draws` must"),
        ({"seed": -1}, "`seed` must"),
        ({"label": 3}, "`label` must be a text"),
    ],
)
def test_what_it_cannot_show_is_named(arguments, complaint):
    with pytest.raises((TypeError, ValueError), match=complaint):
        LiveCloud(**arguments)


def test_its_ends_may_be_asked_for():
    LiveCloud((-3, 3), (-2.4, 1.4), draws=1)
