"""The page in which a reader trains: from disk, with the network cut off, under its own policy."""

import re

import numpy as np
import pytest
from book_pages import POLICY, TRAINING_POLICY
from browser import PAGE, module
from playwright.sync_api import expect

from companion import data, zoo
from companion.page.training_files import digits_script
from companion.page.training_page import training_html

STEP = re.compile(r"Step (\d+)")
WIDE = {"viewport": {"width": 1280, "height": 1000}}
MORE_THAN = """least => {
    const found = /Step (\\d+)/.exec(document.querySelector(".training-progress").textContent);
    return found && Number(found[1]) >= least;
}"""


@pytest.fixture
def open_training(browser, tmp_path, problems):
    """Return a function that opens a page that trains, from disk, under a policy."""
    contexts = []

    def open_training(policy=TRAINING_POLICY, digits=True, **options):
        if digits:
            (tmp_path / "digits.mjs").write_bytes(digits_script())
        html = PAGE.format(twins=training_html("digits.mjs", "data:,", "A still.", "In words."))
        meta = f'<meta http-equiv="Content-Security-Policy" content="{policy}">'
        file = tmp_path / "page.html"
        html = html.replace('<meta charset="utf-8">', f'<meta charset="utf-8">{meta}')
        file.write_text(html, encoding="utf-8")
        context = browser.new_context(**(WIDE | options))
        contexts.append(context)
        context.set_offline(True)
        page = context.new_page()
        page.on("pageerror", lambda error: problems.append(str(error)))
        page.requests = []
        page.on("request", lambda request: page.requests.append(request.url))
        page.goto(file.as_uri())
        return page

    yield open_training
    for context in contexts:
        context.close()


def press(page, name):
    page.get_by_role("button", name=name, exact=True).click()


def wait_for_step(page, least):
    page.wait_for_function(MORE_THAN, arg=least, timeout=120_000)


def pause(page):
    press(page, "Pause")
    expect(page.get_by_role("button", name="Play", exact=True)).to_be_enabled()
    expect(page.get_by_role("button", name="Explore it")).to_be_enabled()


def step_of(page):
    return int(STEP.search(page.locator(".training-progress").text_content())[1])


def costs(page):
    """Give the numbers of the line of costs: of a VAE their sum, the reconstruction, the KL."""
    return [float(x) for x in re.findall(r"[\d.]+", page.locator(".training-costs").text_content())]


def pixels(page, nth):
    """Read the grey values of the nth canvas: held-out pictures, those of the prior, the point."""
    script = """canvas => Array.from(
        canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data)"""
    values = page.locator(".explorer-card canvas").nth(nth).evaluate(script)
    return np.array(values).reshape(-1, 4)[:, 0]


def test_a_first_press_on_play_trains_and_nothing_is_asked_for_before(open_training):
    page = open_training()
    assert not any("digits" in url for url in page.requests)
    press(page, "Play")
    wait_for_step(page, 1)
    first = costs(page)
    assert first[0] == pytest.approx(first[1] + first[2], abs=0.2)
    wait_for_step(page, 150)
    pause(page)
    after = step_of(page)
    total, reconstruction, kl = costs(page)
    assert total < 175  # the mean picture costs 198
    assert total == pytest.approx(reconstruction + kl, abs=0.2)
    assert kl > 1
    assert page.locator(".training-numbers").text_content().count("197.6") == 1
    page.wait_for_timeout(300)
    assert step_of(page) == after  # it rests
    assert {url.split(":")[0] for url in page.requests} <= {"file", "data", "blob"}


def test_one_step_is_one_step_and_the_same_seed_gives_the_same_numbers(open_training):
    page = open_training()
    found = []
    for _ in range(2):
        for i in range(3):
            press(page, "One step")
            wait_for_step(page, i + 1)
        assert step_of(page) == 3
        found.append((costs(page), pixels(page, 1)))
        press(page, "Start again")
        expect(page.locator(".training-progress")).to_contain_text("Step 0,")
    assert found[0][0] == found[1][0]
    np.testing.assert_array_equal(found[0][1], found[1][1])


def test_beta_moves_while_it_trains_and_squeezes_the_codes(open_training):
    page = open_training()
    press(page, "Play")
    wait_for_step(page, 100)
    beta = page.get_by_role("slider", name="beta")
    beta.focus()
    beta.press("End")
    expect(beta).to_have_attribute("aria-valuetext", "100")
    wait_for_step(page, 300)
    pause(page)
    assert costs(page)[2] < 1
    beta.press("Home")
    expect(beta).to_have_attribute("aria-valuetext", "0")


def test_an_absurd_learning_rate_is_told_and_can_be_left(open_training):
    page = open_training()
    page.get_by_text("More choices").click()
    page.get_by_label("Learning rate").select_option("1")
    press(page, "Play")
    told = page.get_by_role("alert")
    expect(told).to_contain_text("has diverged", timeout=60_000)
    expect(page.get_by_role("button", name="Play", exact=True)).to_be_disabled()
    page.get_by_label("Learning rate").select_option("0.001")
    press(page, "Start again")
    expect(told).to_be_hidden()
    press(page, "Play")
    wait_for_step(page, 10)


def test_an_autoencoder_has_one_cost_and_no_beta(open_training):
    page = open_training()
    page.get_by_role("radio", name="autoencoder").check()
    expect(page.locator(".training-beta")).to_be_hidden()
    press(page, "Play")
    wait_for_step(page, 60)
    pause(page)
    assert len(costs(page)) == 1


def test_eight_numbers_have_sliders_that_decode(open_training):
    page = open_training()
    page.get_by_text("More choices").click()
    page.get_by_label("Numbers in a code").select_option("8, sliders")
    press(page, "Play")
    wait_for_step(page, 40)
    pause(page)
    sliders = page.locator(".explorer-space input[type=range]")
    assert sliders.count() == 8
    before = pixels(page, 2)
    sliders.first.press("End")
    page.wait_for_timeout(300)
    assert (pixels(page, 2) != before).any()


def test_the_point_on_the_map_decodes_by_keyboard(open_training):
    page = open_training()
    press(page, "One step")
    wait_for_step(page, 1)
    before = pixels(page, 2)
    page.get_by_role("application").focus()
    for _ in range(5):
        page.keyboard.press("Shift+ArrowRight")
    page.wait_for_timeout(300)
    assert (pixels(page, 2) != before).any()


def test_what_was_trained_opens_in_the_explorer_and_decodes_alike(open_training):
    page = open_training()
    press(page, "Play")
    wait_for_step(page, 60)
    pause(page)
    mine = pixels(page, 2)
    press(page, "Explore it")
    card = page.locator(".training-explorer .explorer-card > canvas")
    expect(card).to_be_visible()
    script = 'c => Array.from(c.getContext("2d").getImageData(0, 0, 28, 28).data)'
    decoded = np.array(card.evaluate(script)).reshape(-1, 4)[:, 0]
    assert np.abs(decoded - mine).max() <= 1  # of 255: both decode the middle
    press(page, "Play")
    expect(card).to_have_count(0)


@pytest.mark.parametrize("kind", ["VAE", "autoencoder"])
def test_what_is_saved_opens_in_python_and_costs_the_same(kind, open_training, tmp_path):
    page = open_training()
    page.get_by_role("radio", name=kind).check()
    press(page, "Play")
    wait_for_step(page, 60)
    pause(page)
    with page.expect_download() as download:
        press(page, "Save its weights")
    path = tmp_path / download.value.suggested_filename
    assert path.name == f"my-{kind.lower()}.json"
    download.value.save_as(path)
    model = zoo.from_page(path)
    assert type(model).__name__ == {"VAE": "VAE"}.get(kind, "Autoencoder")
    held_out = data.load("digits").test
    found = model.evaluate(held_out, verbose=0, return_dict=True)
    # A VAE's draws differ, and so its reconstruction by a little.
    assert found["reconstruction"] == pytest.approx(costs(page)[-2 if kind == "VAE" else 0], abs=1)
    if kind == "VAE":
        assert found["kl"] == pytest.approx(costs(page)[2], abs=0.06)


@pytest.mark.parametrize(
    ("policy", "said"),
    [
        (TRAINING_POLICY.replace("worker-src blob:", "worker-src 'none'"), "of computing."),
        (TRAINING_POLICY.replace(" 'wasm-unsafe-eval'", ""), "without WebAssembly"),
        (POLICY, "without WebAssembly"),
    ],
    ids=["no worker", "no WebAssembly", "neither"],
)
def test_where_a_worker_or_webassembly_is_refused_it_trains_all_the_same(
    policy, said, open_training
):
    page = open_training(policy)
    press(page, "Play")
    wait_for_step(page, 12)
    pause(page)
    assert said in page.locator(".training-progress").text_content()
    assert costs(page)[0] < 1000


def test_a_missing_file_of_digits_is_told(open_training, tmp_path):
    page = open_training(digits=False)
    press(page, "Play")
    told = page.get_by_role("alert")
    expect(told).to_contain_text("the file digits.mjs cannot be loaded")
    (tmp_path / "digits.mjs").write_bytes(digits_script())
    press(page, "Play")  # it can be tried again
    wait_for_step(page, 1)
    expect(told).to_be_hidden()


@pytest.mark.parametrize("width", [360, 390])
def test_a_narrow_page_does_not_scroll_sideways(width, open_training):
    page = open_training(viewport={"width": width, "height": 740})
    page.get_by_text("More choices").click()
    press(page, "One step")
    wait_for_step(page, 1)
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_progress_is_announced_now_and_then_and_not_at_every_report(open_training):
    page = open_training()
    page.evaluate("""() => {
        globalThis.told = [];
        const said = document.querySelector(".explorer-said");
        new MutationObserver(() => told.push(said.textContent)).observe(said, {childList: true});
    }""")
    press(page, "Play")
    wait_for_step(page, 120)
    pause(page)
    told = page.evaluate("told")
    assert len(told) <= 4, told
    assert re.fullmatch(r"Paused\. Step \d+: [\d.]+ nats on held-out pictures\.", told[-1])


def test_without_scripts_there_are_a_picture_and_a_sentence(open_training):
    page = open_training(java_script_enabled=False)
    expect(page.locator("figure.latent-training img")).to_have_attribute("alt", "A still.")
    expect(page.get_by_text("In words.")).to_be_visible()
    assert page.locator("figure.latent-training button").count() == 0


def test_only_the_page_that_trains_may_compile_and_start_a_worker(site):
    asking = {
        path.name
        for path in site.rglob("*.html")
        if "wasm-unsafe-eval" in path.read_text(encoding="utf-8").split("</head>")[0]
    }
    assert asking == {"playground.html"}


@pytest.mark.parametrize(
    ("codes", "half"),
    [([], 2.6), ([0.1, -0.2], 2.6), ([2.5, -2.5, 0.0, 2.5], 3.25), ([float("nan")] * 4, 2.6)],
    ids=["none", "near", "at the edge", "not finite"],
)
def test_the_view_of_the_map_holds_the_circles_and_most_codes(codes, half, open_page):
    script = """async ([address, codes]) => {
        const {halfOf} = await import(address);
        return halfOf(codes.map(Number));
    }"""
    words = ["NaN" if np.isnan(code) else str(code) for code in codes]
    found = open_page("").evaluate(script, [module("live_map.mjs"), words])
    assert found == pytest.approx(half)
