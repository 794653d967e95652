"""`LiveCloud` in a browser: dragged, pulled and slid, opened from disk, without a network."""

import numpy as np
import pytest

from companion.page.cloud_twin import LEFT, SIDE, TOP, WIDTH
from companion.widgets import LiveCloud

NAMES = ("μ₁", "μ₂", "log σ₁²", "log σ₂²")
START = (1.0, -0.5, 0.36, -1.8)
ENDS = ((-3, 3), (-3, 3), (-2.4, 1.4), (-2.4, 1.4))


@pytest.fixture(scope="module")
def cloud():
    return LiveCloud(START[:2], START[2:], draws=30)


@pytest.fixture
def page(open_page, cloud):
    return open_page(cloud.to_html())


def places(page, nth=0):
    """Read where the dots stand, in the plane of codes."""
    dots = page.locator("figure.cloud").nth(nth).locator(".cloud-dot")
    found = dots.evaluate_all("all => all.map(e => [+e.getAttribute('cx'), +e.getAttribute('cy')])")
    x, y = np.transpose(found)
    return np.stack([8 * (x - LEFT) / SIDE - 4, 4 - 8 * (y - TOP) / SIDE], axis=1)


def expected(cloud, numbers):
    return np.array(numbers[:2]) + np.exp(np.array(numbers[2:]) / 2) * cloud.noise


def assert_shown(page, cloud, numbers, nth=0):
    page.evaluate("() => new Promise(requestAnimationFrame)")
    np.testing.assert_allclose(places(page, nth), expected(cloud, numbers), atol=2e-3)


def test_at_first_it_shows_what_python_drew(page, cloud):
    assert_shown(page, cloud, START)
    assert page.locator(".cloud-still").is_hidden()


@pytest.mark.parametrize("which", range(4))
def test_each_slider_moves_its_own_number_from_end_to_end(page, cloud, which):
    moved = page.get_by_role("slider", name=NAMES[which], exact=True)
    for key, end in (("Home", ENDS[which][0]), ("End", ENDS[which][1])):
        moved.press(key)
        numbers = [*START[:which], end, *START[which + 1 :]]
        assert_shown(page, cloud, numbers)
    before = places(page)
    for _ in range(5):
        moved.press("ArrowLeft")
    page.evaluate("() => new Promise(requestAnimationFrame)")
    after, (low, high) = places(page), ENDS[which]
    assert (before[:, 1 - which % 2] == after[:, 1 - which % 2]).all()
    numbers = [*START[:which], high - 5 * (high - low) / 80, *START[which + 1 :]]
    np.testing.assert_allclose(after, expected(cloud, numbers), atol=2e-3)


def drag(page, handle, right, up):
    """Drag a handle by so much of the plane of codes."""
    box = page.locator(f".cloud-handle-{handle}").bounding_box()
    unit = page.locator(".cloud-drawing").bounding_box()["width"] / WIDTH * SIDE / 8
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + right * unit, y - up * unit, steps=5)
    page.mouse.up()


def test_the_mean_is_dragged_and_all_dots_come_along(page, cloud):
    before = places(page)
    drag(page, "mean", -1.5, 1)
    page.evaluate("() => new Promise(requestAnimationFrame)")
    np.testing.assert_allclose(places(page) - before, np.full((30, 2), [-1.5, 1]), atol=0.03)
    sliders = page.get_by_role("slider")
    assert abs(float(sliders.nth(0).input_value()) / 80 * 6 - 3 - (-0.5)) < 0.1


@pytest.mark.parametrize("number", [0, 1])
def test_a_width_is_pulled_and_each_dot_moves_by_its_noise(page, cloud, number):
    before = places(page)
    drag(page, f"width-{number + 1}", *((0.5, 0) if number == 0 else (0, 0.5)))
    page.evaluate("() => new Promise(requestAnimationFrame)")
    gone = places(page) - before
    np.testing.assert_allclose(gone[:, number], 0.5 * cloud.noise[:, number], atol=0.1)
    np.testing.assert_allclose(gone[:, 1 - number], 0, atol=1e-9)


def test_no_hand_brings_it_beyond_its_ends(page, cloud):
    drag(page, "mean", 20, 20)
    assert_shown(page, cloud, (3, 3, *START[2:]))
    drag(page, "mean", -6, -6)
    drag(page, "width-1", -9, 0)  # through the mean, to the other side
    assert page.get_by_role("slider", name=NAMES[2], exact=True).input_value() == "80"


def test_a_finger_drags_a_handle_and_scrolls_elsewhere(open_page, cloud):
    page = open_page(cloud.to_html(), has_touch=True, viewport={"width": 390, "height": 500})
    action = "e => getComputedStyle(e).touchAction"
    assert page.locator(".cloud-handle-mean").evaluate(action) == "none"
    assert page.locator(".cloud-drawing").evaluate(action) == "auto"
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    radius = page.locator(".cloud-handle-mean").bounding_box()["width"] / 2
    assert radius >= 12  # a target of 24 pixels


def test_new_noise_moves_the_dots_and_not_the_cloud(page, cloud):
    ellipse = page.locator(".cloud-width").first
    shape = "e => ['cx', 'cy', 'rx', 'ry'].map((a) => e.getAttribute(a))"
    before, dots = ellipse.evaluate(shape), places(page)
    page.get_by_role("button", name="New noise").click()
    page.evaluate("() => new Promise(requestAnimationFrame)")
    assert ellipse.evaluate(shape) == before
    assert np.abs(places(page) - dots).max() > 0.1
    page.get_by_role("slider").first.press("End")
    page.get_by_role("button", name="Start again").click()
    assert_shown(page, cloud, START)
    assert page.get_by_role("slider").first.get_attribute("aria-valuetext") == "1.00"


def test_it_tells_the_sum_of_the_ringed_dot(page, cloud):
    said = page.locator(".cloud-said")
    first = said.text_content()
    page.get_by_role("button", name="Ring another dot").click()
    page.evaluate("() => new Promise(requestAnimationFrame)")
    assert said.text_content() != first
    ring = page.locator(".cloud-ring").evaluate("e => [e.getAttribute('cx'), e.getAttribute('cy')]")
    x, y = map(float, ring)
    z = 8 * (x - LEFT) / SIDE - 4, 4 - 8 * (y - TOP) / SIDE
    for value, ending in zip(z, (",", "."), strict=True):
        assert f"= {value:.2f}{ending}".replace("-", "\N{MINUS SIGN}") in said.text_content()
    assert "σ₁ = 1.20, σ₂ = 0.41." in said.text_content()


def test_the_picture_says_in_words_where_it_is(page):
    page.get_by_role("slider", name=NAMES[0], exact=True).press("End")
    page.evaluate("() => new Promise(requestAnimationFrame)")
    told = page.locator(".cloud-drawing").get_attribute("aria-label")
    assert told == "cloud: mean 3.00, −0.50, standard deviations 1.20, 0.41"  # noqa: RUF001


def test_two_clouds_move_apart(open_page, cloud):
    page = open_page(cloud.to_html(), LiveCloud(draws=20, seed=3).to_html())
    clips = page.locator("figure.cloud clipPath").evaluate_all("all => all.map((e) => e.id)")
    assert len(set(clips)) == 2
    before = places(page, 1)
    page.get_by_role("slider").first.press("End")
    assert_shown(page, cloud, (3, *START[1:]))
    assert (places(page, 1) == before).all()


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_dots_and_lines_are_seen_on_either_paper(page, theme):
    page.evaluate("theme => { document.documentElement.dataset.theme = theme }", theme)
    ink = page.locator(".cloud-drawing text").first.evaluate("e => getComputedStyle(e).fill")
    paper = page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert ink != paper


def test_without_scripts_and_in_print_there_is_the_picture(open_page, cloud, page):
    still = open_page(cloud.to_html(), java_script_enabled=False).locator(".cloud-still")
    assert still.is_visible()
    assert still.get_attribute("alt") == cloud.alt_text()
    page.emulate_media(media="print")
    assert page.locator(".cloud-still").is_visible()
    assert page.locator(".cloud-live").is_hidden()


def test_a_broken_cloud_keeps_its_picture_and_says_so(open_page, cloud):
    page = open_page(cloud.to_html().replace('"noise": [[', '"noise": 1, "n": [['))
    assert "cannot be moved" in page.get_by_role("alert").text_content()
    assert page.locator(".cloud-still").is_visible()
