"""`LiveFilling` in a browser: opened from disk, without a network, and as a notebook shows it."""

import base64
import re

import keras
import numpy as np
import pytest
from axe_playwright_python.sync_playwright import Axe
from browser import grey_values, module
from playwright.sync_api import expect

import companion
from companion import data, networks
from companion.models import explaining_weights, impute
from companion.page.filling_twin import filling_data
from companion.page.packing import base64_text
from companion.widgets import LiveFilling
from companion.widgets.filling_arguments import uncovered

LIVE = "figure.live-filling[data-state=live]"
CLASSES, EACH, T = 6, 20, 8.0
NAMES = [f"a {digit}" for digit in range(CLASSES)]


@pytest.fixture(scope="module")
def x():
    """Give a picture of each class."""
    digits = data.load()
    first = [digits.train[digits.train_labels == digit][0] for digit in range(CLASSES)]
    return np.stack(first)


@pytest.fixture(scope="module")
def model(x):
    """Make a decoder that draws these, and mixtures of them, by hand."""
    decoder = keras.Sequential(
        [keras.Input((CLASSES,)), keras.layers.Dense(784), keras.layers.Reshape((28, 28, 1))]
    )
    decoder.layers[0].set_weights([8 * x.reshape(CLASSES, -1), np.full(784, -4)])
    return companion.VAE(networks.dense_encoder(CLASSES, gaussian=True), decoder)


@pytest.fixture(scope="module")
def labels():
    return np.repeat(np.arange(CLASSES), EACH)


@pytest.fixture(scope="module")
def codes(labels):
    noise = np.random.default_rng(0).normal(scale=0.1, size=(len(labels), CLASSES))
    return (np.eye(CLASSES)[labels] + noise).astype("float32")


@pytest.fixture(scope="module")
def filling(model, codes, labels, x):
    return LiveFilling(model, codes, labels, x, temperature=T, names=NAMES, label="digit")


@pytest.fixture
def page(open_page, filling):
    page = open_page(filling.to_html())
    page.locator(LIVE).wait_for()
    return page


def slider(page):
    return page.get_by_role("slider", name="Covered")


def completions(page, n=5):
    """Read the completions: grey values as ink, `(n, 28, 28)`."""
    canvases = page.locator(".filling-row canvas")
    assert canvases.count() == n
    return np.stack([1 - grey_values(canvases.nth(i)) / 255 for i in range(n)])


def visible(page):
    return 1 - grey_values(page.locator(".filling-card canvas").nth(1)) / 255


def cover(page, rows, side="below"):
    choose(page, side)
    slider(page).fill(str(rows))


def choose(page, side):
    page.locator(f"input[value={side}]").check(force=True)


def heard(page, words):
    expect(page.locator(".filling-said")).to_contain_text(words)


# The same numbers as the program


@pytest.mark.parametrize(("exactly", "within"), [(True, 1e-6), (False, 1e-3)])
def test_the_page_weighs_codes_as_the_program_does(page, filling, model, codes, x, exactly, within):
    packed = filling_data(filling)
    dtype = "<f4" if exactly else "<f2"
    weights = np.frombuffer(packed["decoder"]["data"], "<f4").astype(dtype)
    masks = [
        ((28, 28), covered, side)
        for covered, side in (
            (0, "below"),
            (14, "below"),
            (9, "above"),
            (20, "left"),
            (5, "right"),
            (28, "right"),
        )
    ]
    script = """async ([module, { layers, dtype, weights, codes, pictures, masks, T }]) => {
        const page = await import(module);
        const { priceCodes, uncovered, unpackBase64, unpackLayers, unpackNumbers } = page;
        const read = (text, dtype) => unpackNumbers(unpackBase64(text), dtype);
        const prices = await priceCodes(
            unpackLayers(layers, read(weights, dtype)), read(codes, dtype));
        const ink = read(pictures, "float32");
        const weigh = (i, seen) => Array.from(
            page.explainingWeights(prices, ink.subarray(784 * i, 784 * (i + 1)), seen, T));
        const each = Array.from({ length: ink.length / 784 });
        return masks.map((mask) => each.map((_, i) => weigh(i, uncovered(...mask))));
    }"""
    sent = {
        "layers": packed["decoder"]["layers"],
        "dtype": "float32" if exactly else "float16",
        "weights": base64_text(weights.tobytes()),
        "codes": base64_text(codes.astype(dtype).tobytes()),
        "pictures": base64_text(x.astype("<f4").tobytes()),
        "masks": masks,
        "T": T,
    }
    found = np.array(page.evaluate(script, [module("filling.mjs"), sent]))
    wanted = [
        explaining_weights(model, x, uncovered(*mask)[None, ..., None], codes, T) for mask in masks
    ]
    assert np.std(wanted, axis=1).max() > 0.03  # else anything would agree
    np.testing.assert_allclose(found, wanted, atol=within)
    np.testing.assert_allclose(found[-1], 1 / len(codes))  # where nothing is seen


def test_at_first_the_completions_are_those_of_the_program(page, model, codes, x):
    mask = uncovered((28, 28), 14, "below")[None, ..., None]
    wanted = impute(model, x[:1], mask, codes, draws=5, temperature=T)[0, ..., 0]
    np.testing.assert_allclose(completions(page), wanted, atol=0.01)


@pytest.mark.parametrize("side", ["below", "above", "left", "right"])
def test_what_is_seen_is_kept_and_what_is_covered_is_shaded(page, x, side):
    cover(page, 11, side)
    seen = uncovered((28, 28), 11, side)
    for each in completions(page):
        np.testing.assert_allclose(each[seen], x[0, ..., 0][seen], atol=0.003)
    np.testing.assert_allclose(visible(page)[seen], x[0, ..., 0][seen], atol=0.003)
    covered = 0.3 + 0.25 * x[0, ..., 0][~seen]
    np.testing.assert_allclose(visible(page)[~seen], covered, atol=0.003)


def test_completions_agree_where_all_is_seen_and_disagree_where_nothing_is(page, x):
    cover(page, 0)
    everything = completions(page)
    np.testing.assert_allclose(everything, np.repeat(x[:1, ..., 0], 5, axis=0), atol=0.003)
    np.testing.assert_allclose(visible(page), x[0, ..., 0], atol=0.003)
    heard(page, "0 of 28 rows covered. The digit, as far as can be seen: 0 (100 %).")
    cover(page, 28)
    nothing = completions(page)
    assert np.std(nothing, axis=0).mean() > 0.05
    heard(page, "28 of 28 rows covered. Nothing of the digit is seen:")
    assert page.locator(".filling-shares").text_content().count("(17\N{NO-BREAK SPACE}%)") == 3


# What hands do


def test_the_keyboard_alone_moves_the_cover_and_its_side(page):
    slider(page).focus()
    for key, value in (
        ("Home", 0), ("ArrowRight", 1), ("ArrowUp", 2), ("ArrowLeft", 1), ("End", 28),
    ):  # fmt: skip
        page.keyboard.press(key)
        assert slider(page).input_value() == str(value)
        expect(slider(page)).to_have_attribute("aria-valuetext", f"{value} of 28 rows")
    for key, less in (("PageDown", True), ("PageUp", False)):
        before = int(slider(page).input_value())
        page.keyboard.press(key)
        assert (int(slider(page).input_value()) < before) == less
    page.keyboard.press("Tab")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    assert page.evaluate("document.activeElement.value") == "left"
    expect(slider(page)).to_have_attribute("aria-valuetext", re.compile("of 28 columns$"))
    assert page.get_by_role("radio", name="the left").is_checked()


def test_ink_comes_back_when_the_cover_goes(page):
    before = visible(page)
    slider(page).press("End")
    assert (visible(page) != before).any()
    slider(page).fill("14")
    np.testing.assert_array_equal(visible(page), before)


def test_every_picture_can_be_taken_and_is_named(page, x):
    cover(page, 0)
    for i, name in enumerate(NAMES):
        page.get_by_role("button", name=name, exact=True).click()
        np.testing.assert_allclose(visible(page), x[i, ..., 0], atol=0.003)
        expect(page.locator(".filling-shares")).to_contain_text(f"seen: {i} (")
    described = page.locator(".filling-row canvas").first.get_attribute("aria-label")
    assert described == f"Completion 1, by the code of: {CLASSES - 1}"


def test_other_completions_are_other_samples_of_the_same_weights(page):
    cover(page, 28)
    words, before = page.locator(".filling-shares").text_content(), completions(page)
    page.get_by_role("button", name="Other completions").click()
    assert (completions(page) != before).any()
    assert page.locator(".filling-shares").text_content() == words


def draw(page, *places):
    """Draw a stroke through places, given as shares of the field's sides."""
    box = page.locator(".explorer-field").bounding_box()
    for i, (across, down) in enumerate(places):
        to = box["x"] + across * box["width"], box["y"] + down * box["height"]
        page.mouse.move(*to, steps=4)
        if i == 0:
            page.mouse.down()
    page.mouse.up()


def test_a_drawing_is_brought_to_the_size_of_the_data_and_completed(page):
    page.get_by_role("button", name="Start anew").click()
    np.testing.assert_allclose(visible(page), 0.3, atol=0.003)  # there is nothing to be seen
    heard(page, "Nothing of the digit is seen:")
    draw(page, (0.2, 0.2), (0.2, 0.5))  # a small one, in a corner
    cover(page, 0)
    ink = np.argwhere(visible(page) > 0.3)
    assert np.ptp(ink[:, 0]) > 15
    np.testing.assert_allclose(ink.mean(axis=0), 13.5, atol=1)
    expect(page.locator(".filling-shares")).to_contain_text("seen: 1 (")
    np.testing.assert_allclose(completions(page), visible(page)[None].repeat(5, 0), atol=0.003)


def test_a_finger_draws_on_a_phone_and_nothing_is_wider_than_it(open_page, filling):
    for width in (390, 360):
        page = open_page(
            filling.to_html(), has_touch=True, viewport={"width": width, "height": 800}
        )
        page.locator(LIVE).wait_for()
        page.get_by_role("button", name="Start anew").tap()
        before = visible(page)
        page.locator(".explorer-field").tap()
        page.evaluate("() => new Promise(requestAnimationFrame)")
        assert (visible(page) != before).any()
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        action = "e => getComputedStyle(e).touchAction"
        assert page.locator(".explorer-field").evaluate(action) == "none"
        for button in page.get_by_role("button").all():
            assert button.bounding_box()["height"] >= 24


def test_a_move_is_told_once_the_hand_rests(page):
    heard(page, "14 of 28 rows")
    page.locator(".filling-said").evaluate("""line => {
        window.said = [];
        new MutationObserver(() => said.push(line.textContent)).observe(line, { childList: true });
    }""")
    for _ in range(5):
        slider(page).press("ArrowRight")
    heard(page, "19 of 28 rows")
    assert page.evaluate("said.length") == 1


def test_two_figures_of_a_page_keep_apart(open_page, filling, model, codes):
    other = LiveFilling(model, codes, covered=3, draws=2)
    page = open_page(filling.to_html(), other.to_html())
    page.locator(LIVE).nth(1).wait_for()
    figures = page.locator(LIVE)
    figures.nth(0).locator("input[value=above]").check(force=True)
    figures.nth(0).get_by_role("slider").press("End")
    second = figures.nth(1)
    assert second.get_by_role("slider").input_value() == "3"
    assert second.locator("input[value=below]").is_checked()
    assert second.locator(".filling-row canvas").count() == 2
    assert second.locator(".filling-shares").text_content() == ""
    assert second.locator(".filling-pictures").count() == 0


# Elsewhere


def test_without_scripts_and_in_print_there_is_the_picture(open_page, filling, page):
    still = open_page(filling.to_html(), java_script_enabled=False).locator(".filling-film img")
    assert still.is_visible()
    assert still.get_attribute("alt") == filling.alt_text()
    assert page.locator(".filling-film").is_hidden()
    page.emulate_media(media="print")
    assert page.locator(".filling-film img").is_visible()
    assert page.locator(".filling-live").is_hidden()


def test_broken_numbers_are_told_and_the_picture_stays(open_page, filling):
    html = re.sub(r'("decoder": \{.*?"data": ")....', r"\1", filling.to_html())
    page = open_page(html)
    page.locator("figure.live-filling[data-state=failed]").wait_for()
    assert "This figure cannot work: its weights hold" in page.get_by_role("alert").text_content()
    assert page.locator(".filling-film img").is_visible()


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axe_finds_nothing_to_object_to(page, theme):
    page.evaluate(f"document.documentElement.dataset.theme = '{theme}'")
    slider(page).press("ArrowRight")
    found = Axe().run(page, context="figure").response["violations"]
    assert [each["id"] for each in found] == []


@pytest.mark.parametrize("name", ["slider", "radio", "button"])
def test_the_focus_is_seen(page, name):
    page.get_by_role(name).first.focus()
    page.keyboard.press("Tab")
    page.keyboard.press("Shift+Tab")
    outlined = """() => { const e = document.activeElement;
        const shown = e.type === "radio" ? e.nextElementSibling : e;
        return getComputedStyle(shown).outlineStyle; }"""
    assert page.evaluate(outlined) == "solid"


# As a notebook shows it, by a model that is none

VIEW = """async ([module, data, parts, picture]) => {
    const { default: { render } } = await import(module);
    const bytes = (text) =>
        new DataView(Uint8Array.from(atob(text), (c) => c.charCodeAt(0)).buffer);
    for (const part of parts) data[part].data = bytes(data[part].data);
    const state = { _data: data, _twin: "it", picture: bytes(picture), covered: 14, side: "below" };
    const heard = new Map();
    window.told = [];
    window.python = (changes) => {
        Object.assign(state, changes);
        for (const name of Object.keys(changes)) heard.get(`change:${name}`)();
    };
    const model = {
        get: (name) => state[name],
        set(name, value) {
            const changes = typeof name === "string" ? { [name]: value } : name;
            Object.assign(state, changes);
            window.told.push(Object.keys(changes));
            for (const each of Object.keys(changes)) heard.get(`change:${each}`)?.();
        },
        save_changes: () => (window.saved = { ...state }),
        on: (name, hear) => heard.set(name, hear),
        off: (name) => heard.delete(name),
    };
    const el = document.body.appendChild(document.createElement("div"));
    window.stop = await render({ model, el });
    window.listening = () => heard.size;
}"""


@pytest.fixture
def view(open_page, filling, x):
    page, packed = open_page(""), filling_data(filling)
    parts = ("codes", "decoder", "pictures")
    for part in parts:
        packed[part] = {**packed[part], "data": base64_text(packed[part]["data"])}
    picture = base64_text(x[0].astype("<f4").tobytes())
    page.evaluate(VIEW, [module("filling.mjs"), packed, parts, picture])
    return page


def test_a_notebook_shows_the_same_and_tells_the_kernel_what_changes(view, model, codes, x):
    mask = uncovered((28, 28), 14, "below")[None, ..., None]
    wanted = impute(model, x[:1], mask, codes, draws=5, temperature=T)[0, ..., 0]
    np.testing.assert_allclose(completions(view), wanted, atol=0.003)
    assert view.evaluate("told") == []  # what the kernel knows
    slider(view).press("ArrowRight")
    choose(view, "above")
    view.evaluate("() => new Promise(requestAnimationFrame)")
    assert view.evaluate("[saved.covered, saved.side]") == [15, "above"]
    view.get_by_role("button", name="a 3").click()
    view.evaluate("() => new Promise(requestAnimationFrame)")
    ink = view.evaluate("btoa(String.fromCharCode(...new Uint8Array(saved.picture.buffer)))")
    ink = np.frombuffer(base64.b64decode(ink), "<f4")
    np.testing.assert_array_equal(ink.reshape(28, 28), x[3, ..., 0])


def test_python_moves_the_cover_and_puts_a_picture_there(view, x):
    view.evaluate("python({ covered: 5, side: 'right' })")
    expect(slider(view)).to_have_attribute("aria-valuetext", "5 of 28 columns")
    np.testing.assert_allclose(visible(view)[:, :23], x[0, :, :23, 0], atol=0.003)
    ink = base64_text(x[4].astype("<f4").tobytes())
    bytes_of = "Uint8Array.from(atob(ink), (c) => c.charCodeAt(0)).buffer"
    view.evaluate(f"(ink) => python({{ picture: new DataView({bytes_of}) }})", ink)
    np.testing.assert_allclose(visible(view)[:, :23], x[4, :, :23, 0], atol=0.003)
    view.evaluate("python({ picture: null })")
    np.testing.assert_allclose(visible(view), 0.3, atol=0.003)
    assert view.evaluate("told") == []
    view.evaluate("stop()")
    assert view.evaluate("listening()") == 0
