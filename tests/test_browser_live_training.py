"""`LiveTraining`: pressed, trained and judged, from a file beside the page and under its policy."""

import re

import numpy as np
import pytest
from browser import TRAINING, grey_values, hear
from playwright.sync_api import expect
from thorough import first_of
from training_pages import costs, press, step_of, wait_for_step

from companion import LiveTraining
from companion.page.training_files import digits_script, trainer_script

QUICK = {"hidden": (32,), "files": "."}
CLAIMS = {
    "The reconstruction comes some way.": ("closed", 5, None),
    "All codes lie in the circle.": ("inside", 100, None),
    "The KL term stays between.": ("kl", 1, 9),
}


@pytest.fixture
def open_lesson(open_alone, tmp_path):
    """Return a function that opens a page with trainings."""

    def open_lesson(*trainings, parts=True, **options):
        if parts:
            (tmp_path / "trainer.mjs").write_bytes(trainer_script())
            (tmp_path / "digits.mjs").write_bytes(digits_script())
        twins = (
            f'<div class="cell_output"><div class="text_html">{each.to_html()}</div></div>'
            for each in trainings
        )
        return open_alone("".join(twins), **options)

    return open_lesson


def live(page, nth=0):
    figure = page.locator("figure.latent-training").nth(nth)
    figure.scroll_into_view_if_needed()
    expect(figure).to_have_attribute("data-state", "live")
    return figure


def rest(figure):
    figure.get_by_role("button", name="Pause").click()
    expect(figure.locator(".explorer-said")).to_contain_text("Paused.")


def test_it_trains_when_pressed_and_asks_for_no_pictures_before(open_lesson):
    page = open_lesson(LiveTraining(**QUICK))
    figure = live(page)
    assert not any("digits.mjs" in url for url in page.requests)
    press(page, "Play")
    wait_for_step(page, 60)
    first = costs(page)
    rest(figure)
    total, reconstruction, kl = costs(page)
    assert total < 198  # the mean picture costs that much
    assert total == pytest.approx(reconstruction + kl, abs=0.2)
    assert len(first) == 3
    assert {url.split(":")[0] for url in page.requests} <= {"file", "data", "blob"}


def test_it_shows_what_is_asked_for_and_nothing_else(open_lesson):
    page = open_lesson(
        LiveTraining("autoencoder", show=["pictures", "losses"], **QUICK),
        LiveTraining(["VAE", "autoencoder"], show=["map", "samples", "beta"], **QUICK),
    )
    small, large = live(page, 0), live(page, 1)
    for name in ("Explore it", "Save its weights", "Save it as a page", "Open a model"):
        expect(page.get_by_role("button", name=name)).to_have_count(0)
    for figure, dots, radios, beta, cards, curves in (
        (small, 0, 0, 0, ["Held out"], 1),
        (large, 1, 2, 1, ["From the prior", "At the point"], 0),
    ):
        expect(figure.locator(".explorer-map")).to_have_count(dots)
        expect(figure.get_by_role("radio")).to_have_count(radios)
        expect(figure.get_by_role("slider")).to_have_count(beta)
        expect(figure.locator(".explorer-card strong")).to_have_text(cards)
        expect(figure.locator(".training-losses")).to_have_count(curves)
        expect(figure.locator("summary")).to_have_count(0)
        expect(figure.get_by_role("listitem")).to_have_count(0)


def test_its_settings_are_those_of_the_chapter(open_lesson):
    page = open_lesson(LiveTraining(beta=8, latent_dim=16, show=["beta", "samples"], **QUICK))
    figure = live(page)
    expect(figure.get_by_role("slider", name="beta")).to_have_attribute("aria-valuetext", "7.9")
    press(page, "One step")
    wait_for_step(page, 1)
    assert step_of(page) == 1


def test_the_pictures_change_as_it_learns(open_lesson):
    page = open_lesson(LiveTraining("autoencoder", show=["pictures", "samples"], **QUICK))
    live(page)
    canvases = page.locator(".explorer-card canvas")
    press(page, "One step")
    wait_for_step(page, 1)
    before = [grey_values(canvases.nth(i), h, 224) for i, h in enumerate((56, 28))]
    press(page, "Play")
    wait_for_step(page, 80)
    press(page, "Pause")
    after = [grey_values(canvases.nth(i), h, 224) for i, h in enumerate((56, 28))]
    np.testing.assert_array_equal(before[0][:28], after[0][:28])  # held-out pictures stay
    assert (before[0][28:] != after[0][28:]).mean() > 0.1
    assert (before[1] != after[1]).mean() > 0.1


def test_claims_are_judged_with_their_numbers_while_it_trains(open_lesson):
    page = open_lesson(LiveTraining(claims=CLAIMS, **QUICK))
    figure = live(page)
    rows = figure.get_by_role("listitem")
    expect(rows).to_have_count(3)
    expect(rows.nth(0)).to_contain_text("Not measured")
    expect(rows.nth(2)).to_contain_text("Asked for 1 to 9 nats.")
    press(page, "Play")
    wait_for_step(page, 100)
    rest(figure)
    expect(rows.nth(0)).to_have_attribute("data-holds", "true")
    expect(rows.nth(1)).to_have_attribute("data-holds", "false")
    expect(rows.nth(1)).to_contain_text(re.compile(r"Fails.*Here \d+\.\d, asked for at least 100"))
    _, reconstruction, kl = costs(page)
    expect(rows.nth(2)).to_contain_text(f"Here {kl:.1f}, ")
    scale = figure.locator(".training-numbers p").last.text_content()
    baseline, floor = (float(x) for x in re.findall(r"\d+\.\d", scale))
    closed = 100 * (baseline - reconstruction) / (baseline - floor)
    shown = float(re.search(r"Here ([\d.]+)", rows.nth(0).text_content())[1])
    assert shown == pytest.approx(closed, abs=0.2)
    said = figure.get_by_role("status").text_content()
    assert re.search(r"[12] of 3 claims hold\.$", said)
    press(page, "Start again")
    expect(rows.nth(1)).to_contain_text("Holds")  # at first all codes lie near the middle


def test_two_trainings_of_a_page_do_not_disturb_each_other(open_lesson):
    page = open_lesson(
        LiveTraining("autoencoder", show=["losses"], **QUICK), LiveTraining(seed=1, **QUICK)
    )
    one, other = live(page, 0), live(page, 1)
    one.get_by_role("button", name="One step").click()
    expect(one.locator(".training-progress")).to_contain_text("Step 1,")
    expect(other.locator(".training-progress")).to_have_text("Not started.")
    other.get_by_role("button", name="One step").click()
    expect(other.locator(".training-progress")).to_contain_text("Step 1,")
    assert sum("trainer.mjs" in url for url in page.requests) == 1


def test_without_the_files_it_says_where_one_can_train(open_lesson):
    page = open_lesson(LiveTraining(**QUICK), parts=False)
    figure = page.locator("figure.latent-training")
    expect(figure).to_have_attribute("data-state", "failed")
    expect(figure.locator("figcaption")).to_contain_text("In a notebook, run the cell above")
    expect(figure.get_by_role("img")).to_be_visible()


def test_without_scripts_there_are_digits_and_a_sentence(open_lesson):
    page = open_lesson(LiveTraining(**QUICK), java_script_enabled=False)
    expect(page.get_by_role("img")).to_be_visible()
    expect(page.get_by_text("a network is trained here")).to_be_visible()


CHAPTERS = TRAINING[1:]
CLAIMED = {"06-why-it-cannot-dream.html": 2, "09-your-first-vae.html": 2}


@pytest.mark.parametrize("scheme", first_of(["file", "http"]))
@pytest.mark.parametrize("name", CHAPTERS)
def test_each_chapter_trains_in_the_built_book(name, scheme, site, browser, request):
    start = site.as_uri() if scheme == "file" else request.getfixturevalue("server")
    with browser.new_context(viewport={"width": 1280, "height": 900}) as context:
        page, complaints = context.new_page(), []
        hear(page, complaints)
        page.goto(f"{start}/book/{name}")
        page.wait_for_load_state("load")
        figure = page.locator("figure.latent-training")
        expect(figure).to_have_count(1)
        figure.scroll_into_view_if_needed()
        expect(figure).to_have_attribute("data-state", "live")
        claims = figure.locator(".training-claims li")
        expect(claims).to_have_count(CLAIMED.get(name, 0))
        figure.get_by_role("button", name="Play").click()
        wait_for_step(page, 30)
        assert "without WebAssembly" not in figure.locator(".training-progress").text_content()
        before = costs(page)
        if figure.get_by_role("slider", name="beta").count():
            figure.get_by_role("slider", name="beta").press("End")
        wait_for_step(page, step_of(page) + 30)
        rest(figure)
        assert costs(page) != before
        for claim in claims.all():
            expect(claim).to_contain_text(re.compile("(Holds|Fails).*Here [0-9.]+, asked for"))
        assert complaints == []


@pytest.mark.parametrize("width", [360, 390])
def test_a_narrow_page_does_not_scroll_sideways(width, open_lesson):
    page = open_lesson(
        LiveTraining(["VAE", "autoencoder"], claims=CLAIMS, **QUICK),
        viewport={"width": width, "height": 740},
    )
    live(page)
    press(page, "One step")
    wait_for_step(page, 1)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
