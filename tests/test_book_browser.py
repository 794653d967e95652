"""Every page of the built book in a browser, with the network cut off."""

import functools
import http.server
import re
import threading
from pathlib import Path

import pytest

BOOK = Path(__file__).parents[1] / "book"
PAGES = sorted(path.stem for path in BOOK.iterdir() if path.suffix in (".md", ".ipynb"))

every_page = pytest.mark.parametrize("name", PAGES)
every_size = pytest.mark.parametrize("width", [1280, 390])
every_theme = pytest.mark.parametrize("theme", ["light", "dark"])


def is_elsewhere(url):
    return not url.startswith(("file:", "data:", "blob:", "http://127.0.0.1:"))


@pytest.fixture
def open_page(browser, site):
    """Return a function that opens a page of the book from disk and hears its complaints."""
    contexts, complaints = [], []

    def open_page(name, *, width=1280, theme="light", url=None):
        context = browser.new_context(
            viewport={"width": width, "height": 800}, color_scheme=theme, reduced_motion="reduce"
        )
        contexts.append(context)
        context.route(is_elsewhere, lambda route: route.abort())  # and so a failed request, below
        page = context.new_page()
        page.on("console", lambda m: m.type in ("error", "warning") and complaints.append(m.text))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("requestfailed", lambda request: complaints.append(f"failed: {request.url}"))
        page.goto(url or (site / "book" / f"{name}.html").as_uri())
        page.wait_for_load_state("load")
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert complaints == []


@every_page
@every_size
@every_theme
def test_a_page_opens_without_a_complaint_and_without_sideways_scrolling(
    name, width, theme, open_page
):
    page = open_page(name, width=width, theme=theme)
    page.wait_for_timeout(200)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert page.evaluate("document.documentElement.dataset.theme") == theme


@every_page
def test_a_page_shows_its_mathematics(name, open_page):
    page = open_page(name)
    formulas = page.locator(".math")
    (source,) = (path for path in BOOK.glob(f"{name}.*") if path.suffix in (".md", ".ipynb"))
    if not re.search(r"\$[^$ \n][^$\n]*\$", source.read_text(encoding="utf-8")):
        return
    assert formulas.count() > 0
    page.wait_for_function("document.querySelectorAll('mjx-container').length > 0")
    assert page.locator("mjx-container").count() == formulas.count()
    assert page.locator("mjx-merror").count() == 0


@every_page
def test_pictures_are_there(name, open_page):
    page = open_page(name)
    loaded = (
        "images => images.map(i => (i.loading = 'eager', i.decode().then(() => i.naturalWidth)))"
    )
    widths = page.locator("article img").evaluate_all(
        f"async images => Promise.all(({loaded})(images))"
    )
    assert all(width > 0 for width in widths)


def sliders(page):
    return page.locator("figure.latent-sliders input[type=range]")


def picture(page):
    return page.locator("figure.latent-sliders canvas").first.evaluate("c => c.toDataURL()")


def press(page, slider, key):
    slider.press(key)
    page.evaluate("() => new Promise(done => requestAnimationFrame(() => setTimeout(done)))")


@every_size
def test_every_slider_of_chapter_1_draws_over_its_whole_range(width, open_page):
    page = open_page("01-an-autoencoder-in-twenty-lines", width=width)
    page.wait_for_selector("figure.latent-sliders canvas")
    assert sliders(page).count() == 2
    for i in range(2):
        slider = sliders(page).nth(i)
        press(page, slider, "Home")
        seen = [picture(page)]
        for _ in range(10):
            press(page, slider, "PageUp")
            seen.append(picture(page))
        assert len(set(seen)) == len(seen)
        press(page, slider, "End")
        assert slider.evaluate("s => s.value === s.max")


def test_a_finger_moves_a_slider(open_page, browser):
    page = open_page("01-an-autoencoder-in-twenty-lines", width=390)
    page.wait_for_selector("figure.latent-sliders canvas")
    before = picture(page)
    slider = sliders(page).first
    slider.scroll_into_view_if_needed()
    box = slider.bounding_box()
    assert box["height"] >= 24
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] * 0.95, box["y"] + box["height"] / 2, steps=5)
    page.mouse.up()
    assert picture(page) != before


@every_size
def test_the_slider_of_chapter_4_shows_every_noise_level(width, open_page):
    page = open_page("04-removing-noise", width=width)
    page.wait_for_selector("figure.frame-slider[data-state=live]")
    slider = page.get_by_role("slider", name="noise level")
    canvas, caption = page.locator(".frame-live canvas"), page.locator(".frame-caption")
    slider.press("Home")
    assert caption.text_content().startswith("No noise")
    seen = []
    for i in range(21):
        assert slider.get_attribute("aria-valuetext") == f"{i / 20:.2f}"
        seen.append((canvas.evaluate("c => c.toDataURL()"), caption.text_content()))
        slider.press("ArrowRight")
    assert slider.evaluate("s => s.value === s.max")
    for pictures_or_words in zip(*seen, strict=True):
        assert len(set(pictures_or_words)) == 21
    assert all("the network" in words.lower() and "dB" in words for _, words in seen)


def test_a_solution_unfolds(open_page):
    page = open_page("01-an-autoencoder-in-twenty-lines")
    solution = page.locator("details, .admonition.solution").filter(has_text="Solution").first
    toggle = page.locator(".solution .toggle-button, details > summary").first
    hidden = page.get_by_text("eight = train_briefly").first
    assert not hidden.is_visible()
    toggle.click()
    assert solution.count()
    assert page.locator("text=latent_dim=8").first.is_visible()


@pytest.fixture
def server(site):
    """Serve the built book on this machine, and give its address."""
    handler = functools.partial(http.server.SimpleHTTPRequestHandler, directory=str(site))
    handler.log_message = lambda *args: None
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as httpd:
        thread = threading.Thread(target=httpd.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{httpd.server_port}"
        httpd.shutdown()
        thread.join()


def test_search_finds_a_word_without_a_network(server, open_page):
    page = open_page("search", url=f"{server}/search.html?q=baseline")
    page.wait_for_selector("#search-results a")
    found = page.locator("#search-results a").all_inner_texts()
    assert any("An autoencoder in twenty lines" in text for text in found)
