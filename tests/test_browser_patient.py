"""The patient in the bug museum's page: broken by switches, examined there and in Python."""

import base64
import functools
import re

import keras
import pytest
from axe_playwright_python.sync_playwright import Axe
from book_pages import POLICY, TRAINING_POLICY
from browser import hear, module
from patients import PATIENTS, parts_of, patient
from playwright.sync_api import expect
from test_browser_training_step import numbers, set_weights, variables_of
from test_page_doctor import names  # noqa: F401
from thorough import first_of
from training_pages import hear_announcements, press, wait_for_step

from companion import data, doctor, zoo
from companion.page.patient_page import patient_html
from companion.page.training_files import digits_script, kernel

ROWS = """rows => rows.map(row => ({
    check: row.querySelector("th").textContent,
    verdict: row.dataset.verdict,
    words: row.querySelector("td:last-child").textContent,
    value: row.dataset.value,
}))"""
NUMBER = re.compile(r"-?\d[\d.]*(e[-+]\d+)?")
# How far the page's measures may be from Python's, which draws other noise: absolute, relative.
CLOSE = {
    "numbers": (0, 0), "pixels": (0.001, 0), "ink": (0.02, 0), "sampling": (0, 0.25),
    "reconstruction term": (0, 0.1), "KL term": (0, 0.35), "fit": (0.5, 0.5), "clouds": (0, 0.1),
    "units": (0, 0), "decoder": (4, 0.1), "baseline": (3, 0.1), "prior": (0, 0.05),
}  # fmt: skip


@pytest.fixture
def open_patient(open_alone, tmp_path):
    """Return a function that opens a page with the patient."""

    def open_patient(policy=TRAINING_POLICY, scripts=True, **options):
        if scripts:
            (tmp_path / "digits.mjs").write_bytes(digits_script())
        return open_alone(patient_html("digits.mjs", "In words."), policy, **options)

    return open_patient


def pause(page):
    press(page, "Pause")
    expect(page.get_by_role("button", name="Play", exact=True)).to_be_enabled()
    expect(page.get_by_role("button", name="Save its weights")).to_be_enabled()


def switch(page, fault):
    return page.locator(f".patient-switches input[value={fault}]")


def caption(page):
    return page.locator(".patient-report caption")


def findings(page):
    """Give what the page's doctor finds, by check."""
    rows = page.locator(".patient-report tr").evaluate_all(ROWS)
    return {row["check"]: row for row in rows}


def examined_at(page, step):
    expect(caption(page)).to_contain_text(f"At step {step}, the doctor finds", timeout=60_000)
    return findings(page)


COURSE = """async ([address, digits, binary, faults, seed]) => {
    const {bounds, examineTraining, makeTraining, unpackDigits} = await import(address);
    let given;
    globalThis.latentTrainingPictures = (pictures) => (given = pictures);
    (0, eval)(digits);
    const unpacked = await unpackDigits(given);
    const training = await makeTraining({vae: true, latentDim: 2, hidden: [128, 64], rate: 0.004,
        batch: 64, beta: 1, seed, faults: []}, {...unpacked, ...await bounds(unpacked)},
        Uint8Array.from(atob(binary), c => c.charCodeAt(0)));
    const told = [];
    const tell = () => {
        const {reconstruction, kl, sick} = training.report();
        const all = new Uint8Array(Float32Array.from(training.weights().values).buffer);
        let words = "";
        for (let i = 0; i < all.length; i += 8192) {
            words += String.fromCharCode(...all.subarray(i, i + 8192));
        }
        told.push({...examineTraining(training), cost: reconstruction + kl, steps: training.steps,
            sick, weights: btoa(words)});
    };
    for (let i = 0; i < 300; i++) training.step();
    training.change({faults});
    tell();
    for (let i = 0; i < 300 && !training.sick; i++) training.step();
    tell();
    return told;
}"""


@pytest.fixture(scope="module")
def course(browser):
    """Return a function that trains in a page for 300 steps, and for 300 more with faults.

    The same course is trained once, for all tests that ask for it.
    """
    binary = base64.b64encode(kernel()).decode("ascii")
    source = [module("checkups.mjs"), digits_script().decode(), binary]
    with browser.new_context(offline=True) as context:
        page, complaints = context.new_page(), []
        hear(page, complaints)
        yield functools.cache(lambda *faults, seed: page.evaluate(COURSE, [*source, faults, seed]))
        assert complaints == []


def in_python(weights, faults):
    """Let the Python doctor examine the museum's model of these faults with the page's weights."""
    keras.utils.set_random_seed(0)
    model = patient(faults)
    set_weights(model, numbers(weights), [each.shape for each in variables_of(model)])
    return doctor.examine(parts_of(model), data.load("digits").test)


def by_check(told):
    return {each["check"]: each for each in told["findings"]}


def ill(told):
    return {each["check"] for each in told["findings"] if each["healthy"] is False}


def agree(found, report):
    assert list(found) == list(report)
    for check, wanted in report.items():
        mine = found[check]
        assert mine["healthy"] == wanted.healthy, (mine, wanted)
        assert NUMBER.sub("", mine["words"]) == NUMBER.sub("", wanted.words)
        if wanted.healthy is not None and "share one draw" not in wanted.words:
            atol, rtol = CLOSE[check]
            assert mine["value"] == pytest.approx(wanted.value, abs=atol, rel=rtol), check


@pytest.mark.parametrize("fault", first_of(["", *PATIENTS]))
def test_the_page_and_python_find_the_same_of_the_same_patient(fault, course):
    faults = [fault] if fault else []
    told = course(*faults, seed=0)
    agree(by_check(told[0]), in_python(told[0]["weights"], faults))
    if fault != "sign":  # which is lost by then
        agree(by_check(told[1]), in_python(told[1]["weights"], faults))


# What the museum says of the patient


@pytest.fixture
def healthy_cost(course):
    return lambda seed: course(seed=seed)[1]["cost"]


@pytest.mark.parametrize("seed", first_of(range(3)))
def test_a_mean_is_told_at_once_and_cannot_be_told_after_the_collapse(seed, course):
    at_once, later = course("mean", seed=seed)
    assert ill(at_once) == {"reconstruction term", "KL term"}
    assert by_check(at_once)["KL term"]["value"] == pytest.approx(784, rel=0.1)
    assert by_check(later)["KL term"]["words"].endswith("try before training")
    assert by_check(later)["units"]["value"] == 0 or "decoder" in ill(later) or later["cost"] > 198
    assert later["loss"] < at_once["loss"] / 4


@pytest.mark.parametrize("seed", first_of(range(3)))
def test_two_switches_make_a_weight_that_is_their_product(seed, course):
    told = course("mean", "averaged", seed=seed)[0]
    assert by_check(told)["KL term"]["value"] == pytest.approx(784 / 2, rel=0.1)


@pytest.mark.parametrize("seed", first_of(range(3)))
def test_without_a_draw_the_model_ends_worse_than_the_mean_picture(seed, course):
    at_once, later = course("none", seed=seed)
    assert ill(at_once) == {"sampling"}
    assert ill(later) == {"sampling", "baseline"}
    assert later["loss"] < 150 < 198 < later["cost"]


@pytest.mark.parametrize("seed", first_of(range(3)))
def test_a_shared_draw_is_told_by_sampling_alone(seed, course, healthy_cost):
    for told in course("shared", seed=seed):
        assert ill(told) == {"sampling"}
    assert told["cost"] == pytest.approx(healthy_cost(seed), abs=8)


@pytest.mark.parametrize("seed", first_of(range(3)))
def test_the_wrong_sign_sends_the_loss_below_the_floor_and_loses_the_model(seed, course):
    at_once, later = course("sign", seed=seed)
    assert by_check(at_once)["KL term"]["words"].endswith("its sign is wrong")
    assert later["sick"]
    assert later["steps"] < 400
    assert later["loss"] < -1000


def test_what_is_saved_opens_in_python(open_patient, tmp_path):
    page = open_patient()
    press(page, "Play")
    wait_for_step(page, 60)
    pause(page)
    with page.expect_download() as download:
        press(page, "Save its weights")
    path = tmp_path / "patient.json"
    download.value.save_as(path)
    told = page.locator(".training-costs").text_content()
    cost = float(re.search(r"([\d.]+) nats", told)[1])
    found = zoo.from_page(path).evaluate(data.load("digits").test, verbose=0, return_dict=True)
    assert found["reconstruction"] + found["kl"] == pytest.approx(cost, abs=2)


@pytest.mark.parametrize(
    ("fault", "check", "words"),
    first_of(
        [
            ("mean", "KL term", r"[6-9]\d\d times KL"),
            ("averaged", "KL term", ""),
            ("sign", "KL term", r"its sign is wrong"),
            ("twice", "reconstruction term", r"a sigmoid applied twice\?"),
            ("none", "sampling", r"no draw: z is the same at each call"),
            ("shared", "sampling", r"all pictures of a batch share one draw"),
        ]
    ),
)
def test_each_switch_is_told_by_its_symptom_and_its_cure(fault, check, words, open_patient):
    page = open_patient()
    press(page, "Play")
    wait_for_step(page, 100)
    pause(page)
    assert findings(page)[check]["verdict"] == "ok"
    switch(page, fault).focus()
    page.keyboard.press("Space")
    row = page.locator("tr[data-verdict='ILL']").filter(has_text=check)
    if fault == "averaged":  # one reading in fifty takes a half for a whole; the next one does not
        press(page, "Play")
        expect(page.locator(".patient-course li").filter(has_text="KL term 0.")).not_to_have_count(
            0
        )
        return
    expect(row).to_contain_text(re.compile(words))
    expect(page.locator(".patient-cures li").first).to_contain_text("The fix: ")
    expect(page.locator(".patient-course li").last).to_contain_text(check)
    switch(page, fault).uncheck()
    expect(row).to_have_count(0)


def test_an_untrained_patient_is_examined_before_its_first_step(open_patient):
    page = open_patient()
    switch(page, "mean").check()
    assert not any("digits.mjs" in url for url in page.requests)
    press(page, "Play")
    wait_for_step(page, 30)
    course = page.locator(".patient-course li")
    expect(course.first).to_have_text(
        re.compile(r"^Step 0: reconstruction term 0\.001\d+, KL term [6-9]\d\d, decoder .*baseline")
    )
    press(page, "Pause")
    press(page, "Start again")
    expect(caption(page)).to_have_text("At step 0, the doctor finds")
    expect(page.locator(".patient-note")).to_contain_text("say nothing yet")
    assert {url.split(":")[0] for url in page.requests} <= {"file", "data", "blob"}


def test_a_patient_with_the_wrong_sign_is_lost_and_its_last_report_stays(open_patient):
    page = open_patient()
    press(page, "Play")
    wait_for_step(page, 60)
    switch(page, "sign").check()
    told = page.get_by_role("alert")
    expect(told).to_contain_text("has diverged", timeout=60_000)
    expect(page.get_by_role("button", name="Play", exact=True)).to_be_disabled()
    course = page.locator(".patient-course li").filter(has_text="KL term -")
    expect(course).not_to_have_count(0)
    switch(page, "sign").uncheck()
    press(page, "Start again")
    expect(told).to_be_hidden()
    press(page, "Play")
    wait_for_step(page, 10)


def test_the_same_seed_gives_the_same_report(open_patient):
    page = open_patient()
    reports = []
    for _ in range(2):
        press(page, "Play")
        wait_for_step(page, 1)
        press(page, "Pause")
        press(page, "Start again")
        reports.append(examined_at(page, 0))
    assert reports[0] == reports[1]


@pytest.mark.parametrize(
    "policy", [POLICY, TRAINING_POLICY.replace("worker-src blob:", "worker-src 'none'")]
)
def test_where_a_worker_is_refused_it_is_examined_all_the_same(policy, open_patient):
    page = open_patient(policy)
    switch(page, "none").check()
    press(page, "Play")
    wait_for_step(page, 5)
    assert findings(page)["sampling"]["words"] == "no draw: z is the same at each call"


def test_a_missing_file_of_digits_is_told_to_the_reader(open_patient, tmp_path):
    page = open_patient(scripts=False)
    press(page, "Play")
    told = page.get_by_role("alert")
    expect(told).to_contain_text("the file digits.mjs cannot be loaded")
    (tmp_path / "digits.mjs").write_bytes(digits_script())
    press(page, "Play")
    wait_for_step(page, 1)
    expect(told).to_be_hidden()


@pytest.mark.parametrize("width", [360, 390])
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_it_is_accessible_and_does_not_scroll_sideways(width, theme, open_patient):
    page = open_patient(theme=theme, viewport={"width": width, "height": 740})
    switch(page, "mean").check()
    press(page, "Play")
    wait_for_step(page, 30)
    press(page, "Pause")
    expect(caption(page)).to_contain_text("the doctor finds")
    page.locator(".patient-report summary").click()
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    options = {"resultTypes": ["violations"]}
    results = Axe().run(page, context=".latent-patient", options=options)
    assert not results.response["violations"], results.generate_report()


def test_complaints_are_announced_when_they_change_and_not_at_every_report(open_patient):
    page = open_patient()
    hear_announcements(page)
    press(page, "Play")
    wait_for_step(page, 200)
    pause(page)
    told = page.evaluate("told")
    assert len(told) <= 5, told
    assert re.fullmatch(r"Paused\. Step \d+: The doctor complains of nothing\.", told[-1])


def test_without_scripts_there_is_a_sentence(open_patient):
    page = open_patient(java_script_enabled=False)
    expect(page.get_by_text("In words.")).to_be_visible()
    assert page.locator("figure.latent-patient button").count() == 0


def test_links_lead_to_exhibits_of_the_built_page(names, site):  # noqa: F811
    page = (site / "book" / "bug-museum.html").read_text(encoding="utf-8")
    for address in names["addresses"]:
        assert f'id="{address[1:]}"' in page
