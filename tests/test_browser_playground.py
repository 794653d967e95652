"""The page in which a reader trains: from disk, with the network cut off, under its own policy."""

import json
import re

import keras
import numpy as np
import pytest
from book_pages import POLICY, TRAINING_POLICY
from browser import TRAINING, grey_values, module
from playwright.sync_api import expect
from thorough import thorough
from training_pages import costs, hear_announcements, pause, pixels, press, step_of, wait_for_step

import companion
from companion import data, networks, zoo
from companion.page.training_files import digits_script


def test_a_first_press_on_play_trains_and_nothing_is_asked_for_before(open_training):
    page = open_training()
    assert not any("digits.mjs" in url for url in page.requests)
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


def test_a_drawing_in_the_explorer_is_encoded(open_training):
    page = open_training()
    press(page, "Play")
    wait_for_step(page, 60)
    pause(page)
    press(page, "Explore it")
    field = page.locator(".training-explorer .explorer-field")
    numbers = page.locator(".training-explorer .explorer-field + figcaption > span")
    found = set()
    for across in (0, 60):  # an upright line, and a slanting one
        field.scroll_into_view_if_needed()
        box = field.bounding_box()
        x, y = box["x"] + 50, box["y"] + 40
        page.mouse.move(x, y)
        page.mouse.down()
        page.mouse.move(x + across, y + 90, steps=5)
        page.mouse.up()
        expect(numbers).to_contain_text("at (")
        found.add(numbers.text_content())
        page.locator(".training-explorer").get_by_role("button", name="Start anew").click()
    assert len(found) == 2


def test_drawn_faces_come_when_they_are_chosen_and_are_learnt(open_training):
    page = open_training()
    press(page, "One step")
    wait_for_step(page, 1)
    page.get_by_role("radio", name="drawn faces").check()
    expect(page.locator(".training-progress")).to_have_text("Not started.")
    assert not any("faces.mjs" in url for url in page.requests)
    press(page, "Play")
    wait_for_step(page, 200)
    pause(page)
    scale = page.locator(".training-numbers p").last.text_content()
    assert "251.5" in scale  # what the mean face costs
    total, reconstruction, _ = costs(page)
    assert total < 245
    floor = float(re.search(r"less than ([\d.]+)\.$", scale)[1])
    assert reconstruction > (251.5 + floor) / 2  # less than half of the way
    dots = page.locator(".explorer-map canvas").first
    expect(dots).to_have_attribute("aria-label", "Map of 100 encoded pictures by the network")


def test_other_pictures_can_be_chosen_while_it_trains(open_training):
    page = open_training()
    press(page, "Play")
    wait_for_step(page, 20)
    for name in ("drawn faces", "digits", "drawn faces"):  # and back, before any has come
        page.get_by_role("radio", name=name).check()
        page.get_by_role("button", name="Play", exact=True).click()
    wait_for_step(page, 5)
    pause(page)
    assert "251.5" in page.locator(".training-numbers p").last.text_content()


@thorough
def test_after_its_pause_it_goes_on_when_play_is_pressed_again(open_training):
    page = open_training()
    page.get_by_text("More choices").click()
    page.get_by_label("Hidden units").select_option("64, 32")
    page.get_by_label("Batch").select_option("16")
    for goal in range(2000, 10001, 2000):
        press(page, "Play")
        wait_for_step(page, goal)
        expect(page.get_by_role("button", name="Play", exact=True)).to_be_enabled()
        assert step_of(page) == goal
    curves = page.locator(".training-losses")
    expect(curves).to_have_attribute("aria-label", re.compile("Held-out losses over 10000 steps"))


def test_without_a_kl_term_it_trains_and_its_codes_go_far(open_training):
    page = open_training()
    page.get_by_role("slider", name="beta").press("Home")
    press(page, "Play")
    wait_for_step(page, 300)
    pause(page)
    total, reconstruction, kl = costs(page)
    assert total < np.inf
    assert reconstruction < 198  # the mean picture costs that much
    assert kl > 8  # more than the VAE spends: nothing holds it back
    expect(page.get_by_role("alert")).to_be_hidden()


# How often the map has been drawn: its dots are wiped off before.
REDRAWS = """() => {
    globalThis.redraws = 0;
    const clear = CanvasRenderingContext2D.prototype.clearRect;
    CanvasRenderingContext2D.prototype.clearRect = function (...box) {
        redraws += Number(this.canvas.matches(".explorer-map canvas:first-child"));
        return clear.apply(this, box);
    };
}"""


@thorough
def test_where_motion_is_unwelcome_the_map_is_drawn_once_a_second(open_training):
    page = open_training(reduced_motion="reduce")
    press(page, "Play")
    wait_for_step(page, 1)
    page.evaluate(REDRAWS)
    page.wait_for_timeout(3000)
    assert 1 <= page.evaluate("redraws") <= 4


def test_a_phone_can_be_turned_while_it_trains(open_training):
    page = open_training(viewport={"width": 390, "height": 740})
    press(page, "Play")
    wait_for_step(page, 5)
    space = page.locator(".explorer-map")
    for width, height in ((740, 390), (390, 740)):
        page.set_viewport_size({"width": width, "height": height})
        wait_for_step(page, step_of(page) + 10)
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        shown, drawn = space.evaluate(
            "map => [map.clientWidth * devicePixelRatio, map.querySelector('canvas').width]"
        )
        assert drawn == pytest.approx(shown, abs=1)
    pause(page)


def test_a_hidden_tab_trains_on_and_has_its_last_numbers_when_it_rests(open_training):
    page = open_training()
    page.get_by_text("More choices").click()
    page.get_by_label("Hidden units").select_option("64, 32")
    page.get_by_label("Batch").select_option("16")
    page.evaluate("globalThis.requestAnimationFrame = () => 0")  # as where nothing is drawn
    press(page, "Play")
    progress = page.locator(".training-progress")
    expect(progress).to_contain_text("Step 2000,", timeout=60_000)
    expect(page.get_by_role("button", name="Explore it")).to_be_enabled()


def test_a_tab_that_is_shown_again_draws_what_was_learnt_meanwhile(open_training):
    page = open_training()
    page.evaluate("""() => {
        const frame = requestAnimationFrame;
        const kept = [];  // as a browser keeps what asks for a frame of a hidden tab
        globalThis.requestAnimationFrame = (draw) => kept.push(draw);
        globalThis.show = () => {
            globalThis.requestAnimationFrame = frame;
            kept.splice(0).forEach((draw) => frame(draw));
        };
    }""")
    page.evaluate(REDRAWS)
    press(page, "Play")
    page.wait_for_timeout(1500)
    assert page.evaluate("redraws") <= 1  # the empty map
    page.evaluate("show()")
    wait_for_step(page, 30)
    page.wait_for_function("() => redraws > 3")
    pause(page)
    assert step_of(page) > 30


def test_what_is_chosen_while_pictures_load_is_what_is_trained(open_training):
    page = open_training()
    page.evaluate("""() => {
        const press = (words) => [...document.querySelectorAll("button")]
            .find((each) => each.textContent === words).click();
        press("Play");
        [...document.querySelectorAll("input[type=radio]")].at(-1).click();
    }""")  # in one task: nothing has come yet
    wait_for_step(page, 10)
    pause(page)
    assert len(costs(page)) == 1  # of an autoencoder


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


@pytest.mark.parametrize("numbers", ["2, a map", "8, sliders"])
def test_a_page_of_ones_own_works_from_disk_alone(
    numbers, open_training, browser, tmp_path, problems
):
    page = open_training()
    page.get_by_text("More choices").click()
    page.get_by_label("Numbers in a code").select_option(numbers)
    press(page, "Play")
    wait_for_step(page, 60)
    pause(page)
    assert not any("saver.mjs" in url for url in page.requests)
    mine = pixels(page, 2)  # the middle, decoded
    with page.expect_download() as download:
        press(page, "Save it as a page")
    assert download.value.suggested_filename == "my-vae.html"
    path = tmp_path / "elsewhere" / "mine.html"  # where nothing lies beside it
    download.value.save_as(path)
    html = path.read_text(encoding="utf-8")
    assert re.findall(r"{{\w+}}", html) == []
    assert path.stat().st_size < 2_000_000
    steps = step_of(page)

    with browser.new_context(viewport={"width": 1000, "height": 900}) as context:
        context.set_offline(True)
        opened = context.new_page()
        asked = []
        opened.on("request", lambda request: asked.append(request.url))
        opened.on("console", lambda m: m.type == "error" and problems.append(m.text))
        opened.on("pageerror", lambda error: problems.append(str(error)))
        opened.goto(path.as_uri())
        figure = opened.locator("figure.latent-explorer")
        expect(figure).to_have_attribute("data-state", "live")
        expect(opened.get_by_role("heading")).to_have_text(f"My VAE, after {steps} steps")
        decoded = grey_values(figure.locator(".explorer-card > canvas").first)
        assert np.abs(decoded.ravel() - mine).max() <= 1
        if numbers.startswith("2"):
            dots = figure.locator(".explorer-map canvas").first
            expect(dots).to_have_attribute("aria-label", re.compile("Map of 297 encoded pictures"))
        else:
            assert figure.get_by_role("slider").count() == 8
        field = figure.locator(".explorer-field")  # a drawing is encoded, by weights in the file
        field.scroll_into_view_if_needed()
        box = field.bounding_box()
        opened.mouse.move(box["x"] + 60, box["y"] + 40)
        opened.mouse.down()
        opened.mouse.move(box["x"] + 70, box["y"] + 130, steps=5)
        opened.mouse.up()
        numbers_of = figure.locator(".explorer-field + figcaption > span")
        expect(numbers_of).not_to_have_text("Anywhere, at any size.")
        assert {url.split(":")[0] for url in asked} <= {"file", "data"}
        assert len([url for url in asked if url.startswith("file")]) == 1
    with browser.new_context(java_script_enabled=False) as context:
        opened = context.new_page()
        opened.goto(path.as_uri())
        image = opened.get_by_role("img")
        assert image.evaluate("image => image.decode().then(() => image.naturalWidth)") == 12 * 28


def test_a_page_of_an_autoencoder_of_faces_has_their_classes(open_training, browser, tmp_path):
    page = open_training()
    page.get_by_role("radio", name="drawn faces").check()
    page.get_by_role("radio", name="autoencoder").check()
    press(page, "One step")
    wait_for_step(page, 1)
    expect(page.get_by_role("button", name="Save it as a page")).to_be_enabled()
    with page.expect_download() as download:
        press(page, "Save it as a page")
    assert download.value.suggested_filename == "my-autoencoder.html"
    download.value.save_as(tmp_path / "mine.html")
    with browser.new_context() as context:
        opened = context.new_page()
        opened.goto((tmp_path / "mine.html").as_uri())
        expect(opened.locator("figure.latent-explorer")).to_have_attribute("data-state", "live")
        expect(opened.get_by_role("button", name="clean-shaven")).to_be_visible()


def test_where_the_page_to_fill_is_missing_this_is_told(open_training, tmp_path):
    page = open_training()
    press(page, "One step")
    wait_for_step(page, 1)
    (tmp_path / "saver.mjs").unlink()
    press(page, "Save it as a page")
    told = page.get_by_role("alert")
    expect(told).to_contain_text("No page can be saved: the file saver.mjs cannot be loaded")


def open_model(page, path):
    page.locator("input[type=file][accept*=json]").set_input_files(path)


@pytest.mark.parametrize("data_name", ["digits", "faces", None])
def test_a_model_of_python_opens_in_the_explorer(data_name, open_training, tmp_path):
    keras.utils.set_random_seed(0)
    model = companion.VAE(
        networks.dense_encoder(2, hidden=(20,), gaussian=True, wide_start=True),
        networks.dense_decoder(2, hidden=(20,), wide_start=True),
    )
    path = zoo.to_page(model, tmp_path / "from-python.json", data=data_name)
    page = open_training()
    open_model(page, path)
    explorer = page.locator(".training-explorer")
    expect(explorer).to_contain_text("From from-python.json")
    many = {"digits": 297, "faces": 100, None: 0}[data_name]
    dots = explorer.locator(".explorer-map canvas").first
    expect(dots).to_have_attribute("aria-label", f"Map of {many} encoded pictures by A VAE")
    decoded = grey_values(explorer.locator(".explorer-card > canvas").first)
    wanted = 255 * (1 - model.decode(np.zeros((1, 2), "float32"))[0, ..., 0])
    np.testing.assert_allclose(decoded, wanted, atol=1)
    press(page, "Play")
    expect(dots).to_have_count(0)


@pytest.mark.parametrize("kind", ["VAE", "autoencoder"])
def test_a_model_that_was_saved_opens_again_and_decodes_alike(kind, open_training, tmp_path):
    page = open_training()
    page.get_by_role("radio", name=kind).check()
    press(page, "Play")
    wait_for_step(page, 40)
    pause(page)
    press(page, "Explore it")
    card = page.locator(".training-explorer .explorer-card > canvas").first
    before = grey_values(card)
    with page.expect_download() as download:
        press(page, "Save its weights")
    download.value.save_as(tmp_path / "mine.json")
    page = open_training()
    open_model(page, tmp_path / "mine.json")
    expect(page.locator(".training-explorer")).to_contain_text("From mine.json")
    after = grey_values(page.locator(".training-explorer .explorer-card > canvas").first)
    np.testing.assert_array_equal(before, after)


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (None, "it is no file of JSON"),
        ({"format": "another"}, "it was not written by this page"),
        ({"kind": "gan"}, "it does not say what network it holds"),
        ({"hidden": []}, "it does not say what network it holds"),
        ({"hidden": [8]}, "weights where"),
        ({"weights": "%"}, "its weights are damaged"),
        ({"weights": "AADAfw=="}, "it holds 1 weights where"),
    ],
    ids=["no JSON", "format", "kind", "no layers", "sizes", "base64", "too few"],
)
def test_a_wrong_file_is_refused_in_words(change, told, open_training, tmp_path):
    model = companion.Autoencoder(
        networks.dense_encoder(2, hidden=(4,)), networks.dense_decoder(2, hidden=(4,))
    )
    path = zoo.to_page(model, tmp_path / "wrong.json")
    if change is None:
        path.write_bytes(b"%PDF-1.7")
    else:
        content = json.loads(path.read_text(encoding="utf-8")) | change
        path.write_text(json.dumps(content), encoding="utf-8")
    page = open_training()
    open_model(page, path)
    alert = page.get_by_role("alert").filter(has_text="wrong.json cannot be opened: ")
    expect(alert).to_contain_text(told)
    expect(page.locator(".training-explorer .explorer-map")).to_have_count(0)


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
    page = open_training(scripts=False)
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
    hear_announcements(page)
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


def test_only_the_pages_that_train_may_compile_and_start_a_worker(site):
    asking = {
        path.name
        for path in site.rglob("*.html")
        if "wasm-unsafe-eval" in path.read_text(encoding="utf-8").split("</head>")[0]
    }
    assert asking == set(TRAINING)


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
