"""A reader's own pictures in "Train it here": how they are read, seen, taken out and trained on."""

import base64
import io
import re

import numpy as np
import pytest
from axe_playwright_python.sync_playwright import Axe
from browser import grey_values, module, serving
from PIL import Image, ImageDraw
from playwright.sync_api import expect
from thorough import first_of, thorough
from training_pages import costs, pause, press, wait_for_step

from companion import data

READ = """async ([address, files]) => {
    const {readPicture} = await import(address);
    const read = async (text) => {
        const bytes = Uint8Array.from(atob(text), c => c.charCodeAt(0));
        return readPicture(new File([bytes], "a.png", {type: "image/png"}))
            .then((ink) => Array.from(ink), ({message}) => message);
    };
    const found = [];
    for (const file of files) found.push(await read(file));
    return found;
}"""
DROP = """([files, where]) => {
    const data = new DataTransfer();
    for (const [name, text, type] of files) {
        const bytes = Uint8Array.from(atob(text), c => c.charCodeAt(0));
        data.items.add(new File([bytes], name, {type}));
    }
    const [kind, names] = where === "paste"
        ? ["paste", {clipboardData: data}] : ["drop", {dataTransfer: data}];
    const event = kind === "paste"
        ? new ClipboardEvent(kind, {...names, bubbles: true, cancelable: true})
        : new DragEvent(kind, {...names, bubbles: true, cancelable: true});
    document.querySelector(".own-drop:not([hidden]), figure").dispatchEvent(event);
}"""


def png(grey, mode="L"):
    """Write an array of grey values in [0, 1], or of bytes, as a PNG."""
    grey = np.asarray(grey)
    grey = grey if grey.dtype == "uint8" else np.rint(255 * grey).astype("uint8")
    stream = io.BytesIO()
    Image.fromarray(grey, mode=None).convert(mode).save(stream, "PNG")
    return stream.getvalue()


def read(page, *contents):
    """Give what the page makes of files: an array (28, 28), or words."""
    texts = [base64.b64encode(content).decode("ascii") for content in contents]
    found = page.evaluate(READ, [module("own_reading.mjs"), texts])
    return [each if isinstance(each, str) else np.reshape(each, (28, 28)) for each in found]


def disc(height, width, middle, radius, paper=1.0, ink=0.0):
    y, x = np.mgrid[:height, :width] + 0.5
    inside = np.hypot(y - middle[0], x - middle[1]) < radius
    return np.where(inside, ink, paper)


@pytest.fixture
def blank(open_page):
    return open_page("")


def test_a_picture_of_the_right_size_stays_as_it_is_on_light_paper_and_on_dark(blank):
    digit = data.load("digits").test[0, ..., 0]
    assert digit.max() == 1
    light, dark = read(blank, png(1 - digit), png(digit))
    np.testing.assert_allclose(light, digit, atol=1 / 255)
    np.testing.assert_allclose(dark, digit, atol=1 / 255)


@pytest.mark.parametrize("size", [(300, 200), (90, 60), (1200, 900)])
def test_what_is_drawn_is_twenty_pixels_long_and_in_the_middle(size, blank):
    height, width = size
    radius = 0.15 * width
    (ink,) = read(blank, png(disc(height, width, (0.7 * height, 0.3 * width), radius)))
    rows, columns = np.nonzero(ink > 0.2)
    assert np.ptp(rows) + 1 == np.ptp(columns) + 1 == 20
    y, x = np.mgrid[:28, :28]
    for axis in (x, y):
        assert (ink * axis).sum() / ink.sum() == pytest.approx(13.5, abs=0.51)  # whole pixels
    # A disc of radius 10, or hardly less: what is half inked at its rim counts as its own.
    assert ink.sum() == pytest.approx(np.pi * 100, rel=0.05)


def test_ink_is_what_differs_from_the_paper_whatever_its_tone(blank):
    tones = [(1.0, 0.0), (0.0, 1.0), (0.9, 0.6), (0.2, 0.5)]  # paper, ink
    found = read(blank, *(png(disc(80, 80, (40, 40), 20, *each)) for each in tones))
    for ink in found:
        np.testing.assert_allclose(ink, found[0], atol=0.02)
        assert ink.max() == 1
        assert ink[0, 0] == 0


def test_uneven_paper_is_blank_around_the_ink(blank):
    rng = np.random.default_rng(0)
    paper = 0.85 - 0.06 * np.arange(200) / 200 + rng.normal(scale=0.01, size=(200, 200))
    ink_ = disc(200, 200, (100, 100), 50) < 0.5
    (ink,) = read(blank, png(np.where(ink_, 0.1, paper).clip(0, 1)))
    assert (ink[:3] == 0).all()
    assert ink[12:16, 12:16].min() > 0.9


def test_a_picture_without_paper_is_cut_to_its_middle_and_keeps_its_tones(blank):
    rng = np.random.default_rng(1)
    photo = rng.random((28, 40)).repeat(5, axis=0).repeat(5, axis=1)
    (found,) = read(blank, png(photo))
    np.testing.assert_allclose(found, 1 - photo[2::5, 2::5][:, 6:34], atol=0.01)


def test_a_colour_is_as_dark_as_pillow_says(blank):
    photo = np.random.default_rng(2).integers(0, 256, (28, 28, 3)).astype("uint8")
    (found,) = read(blank, png(photo, "RGB"))
    wanted = 1 - np.asarray(Image.fromarray(photo).convert("L")) / 255
    np.testing.assert_allclose(found, wanted, atol=1.1 / 255)


def test_what_shows_through_is_paper(blank):
    image = Image.new("RGBA", (60, 60))
    ImageDraw.Draw(image).rectangle((20, 20, 39, 39), fill=(0, 0, 0, 255))
    stream = io.BytesIO()
    image.save(stream, "PNG")
    (ink,) = read(blank, stream.getvalue())
    assert ink[4:24, 4:24].min() == 1
    assert ink.sum() == 400


def test_what_cannot_be_used_is_said_why(blank):
    found = read(blank, b"%PDF-1.7 no picture", b"", png(np.ones((50, 50))), png(np.zeros((9, 9))))
    assert found[:2] == 2 * ["is no picture that this browser can read"]
    assert found[2:] == 2 * ["is blank"]


def test_twelve_megapixels_are_read(blank):
    (ink,) = read(blank, png(disc(3000, 4000, (1000, 3000), 400)))
    rows, columns = np.nonzero(ink > 0.2)
    assert np.ptp(rows) + 1 == np.ptp(columns) + 1 == 20


def test_pictures_of_one_row_or_one_column_do_no_harm(blank):
    line = np.tile([1.0, 0.0, 1.0, 1.0], 10)
    for each in read(blank, png(line[None]), png(line[:, None]), png(np.zeros((1, 1)))):
        assert isinstance(each, str) or np.isfinite(each).all()


# In the page


def digit_files(n, start=0):
    pictures = data.load("digits").train[start : start + n, ..., 0]
    return [(f"{i}.png", png(1 - picture), "image/png") for i, picture in enumerate(pictures)]


def hand_over(page, files, where="drop"):
    texts = [
        (name, base64.b64encode(content).decode("ascii"), kind) for name, content, kind in files
    ]
    page.evaluate(DROP, [texts, where])


def choose(page, name):
    page.get_by_role("radio", name=name).check()


def status(page):
    return page.locator(".own-set:not([hidden]) [role=status]")


def tray(page):
    return page.locator(".own-set:not([hidden]) .own-sheet button")


@pytest.mark.parametrize("where", ["drop", "paste", "choose"])
def test_thirty_pictures_come_in_and_are_trained_on(where, open_training):
    page = open_training()
    choose(page, "your files")
    play = page.get_by_role("button", name="Play", exact=True)
    expect(play).to_be_disabled()
    files = digit_files(30)
    if where == "choose":
        page.locator(".own-drop input").first.set_input_files(
            [{"name": name, "mimeType": kind, "buffer": content} for name, content, kind in files]
        )
    else:
        hand_over(page, files, where)
    expect(status(page)).to_have_text(re.compile("30 pictures, of which 6 are held out. Watch"))
    expect(tray(page)).to_have_count(30)
    shown = grey_values(tray(page).locator("canvas").nth(3))
    wanted = 255 * (1 - data.load("digits").train[3, ..., 0])
    np.testing.assert_allclose(shown, wanted, atol=1.5)
    press(page, "Play")
    wait_for_step(page, 30)
    pause(page)
    dots = page.locator(".explorer-map canvas").first
    expect(dots).to_have_attribute("aria-label", "Map of 30 encoded pictures by the network")
    assert costs(page)[0] > 0
    assert {url.split(":")[0] for url in page.requests} <= {"file", "data", "blob"}
    assert not any("digits.mjs" in url for url in page.requests)


@pytest.mark.parametrize("where", ["drop", "paste"])
def test_pictures_that_come_while_digits_are_trained_on_are_trained_on_next(where, open_training):
    page = open_training()
    press(page, "Play")
    wait_for_step(page, 5)
    hand_over(page, digit_files(30), where)
    expect(page.get_by_role("radio", name="your files")).to_be_checked()
    expect(status(page)).to_have_text(re.compile("30 pictures"))
    press(page, "Play")
    wait_for_step(page, 10)
    pause(page)
    dots = page.locator(".explorer-map canvas").first
    expect(dots).to_have_attribute("aria-label", "Map of 30 encoded pictures by the network")


def make_folder(path):
    """Make a folder with pictures, also in a folder within it, and with what is no picture."""
    (path / "more").mkdir(parents=True)
    for name, content, _ in digit_files(12):
        (path / name).write_bytes(content)
    (path / "more" / "one.png").write_bytes(digit_files(1, start=12)[0][1])
    (path / "more" / "notes.txt").write_text("no picture", encoding="utf-8")
    (path / ".DS_Store").write_bytes(b"kept by the system")
    return path


def drop_path(page, path):
    """Drop what lies at a path, as a hand does from the desktop."""
    box = page.locator(".own-drop").bounding_box()
    session = page.context.new_cdp_session(page)
    for kind in ("dragEnter", "dragOver", "drop"):
        where = {"x": box["x"] + 5, "y": box["y"] + 5}
        data_ = {"items": [], "files": [str(path)], "dragOperationsMask": 1}
        session.send("Input.dispatchDragEvent", {"type": kind, **where, "data": data_})


@pytest.mark.parametrize("way", ["drop", "choose"])
def test_a_folder_is_read_with_the_folders_in_it(way, open_training, tmp_path):
    folder = make_folder(tmp_path / "mine")
    page = open_training()
    choose(page, "your files")
    if way == "drop":
        drop_path(page, folder)
    else:
        page.locator(".own-drop input[webkitdirectory]").set_input_files(folder)
    expect(status(page)).to_contain_text("13 pictures, of which 2 are held out.")
    told = page.get_by_role("alert").filter(has_text="notes.txt")
    expect(told).to_have_text("mine/more/notes.txt is no picture that this browser can read.")
    # 2.png before 10.png, and what lies in the folder within after them.
    pictures = data.load("digits").train
    for place, nth in ((2, 2), (10, 10), (12, 12)):
        shown = grey_values(tray(page).nth(place).locator("canvas"))
        np.testing.assert_allclose(shown, 255 * (1 - pictures[nth, ..., 0]), atol=1.5)
    press(page, "Play")
    wait_for_step(page, 5)


def test_a_folder_is_read_from_a_server_where_a_drop_gives_no_handles(open_training, tmp_path):
    folder = make_folder(tmp_path / "mine")
    page = open_training()
    page.context.set_offline(False)
    with serving(tmp_path) as address:
        page.goto(f"{address}/page.html")
        page.evaluate("delete DataTransferItem.prototype.getAsFileSystemHandle")  # as in Firefox
        choose(page, "your files")
        drop_path(page, folder)
        expect(status(page)).to_contain_text("13 pictures, of which 2 are held out.")
        expect(page.get_by_role("alert").filter(has_text="mine/more/notes.txt")).to_be_visible()


def test_a_folder_without_files_is_told(open_training, tmp_path):
    (tmp_path / "empty" / "within").mkdir(parents=True)
    page = open_training()
    choose(page, "your files")
    drop_path(page, tmp_path / "empty")
    expect(page.get_by_role("alert").filter(has_text="no files")).to_be_visible()
    expect(page.get_by_role("button", name="Play", exact=True)).to_be_disabled()


def test_a_file_may_be_dropped_before_a_folder(open_training, tmp_path):
    folder = make_folder(tmp_path / "mine")
    page = open_training()
    choose(page, "your files")
    drop_path(page, folder / "0.png")
    expect(tray(page)).to_have_count(1)
    drop_path(page, folder / "more")
    expect(tray(page)).to_have_count(2)


def test_only_the_pictures_near_the_window_of_the_tray_are_drawn(open_training):
    page = open_training()
    choose(page, "your files")
    hand_over(page, digit_files(500))
    expect(tray(page)).to_have_count(500)
    drawn = tray(page).locator("canvas")
    expect(tray(page).first.locator("canvas")).to_have_count(1)
    assert drawn.count() < 250
    tray(page).last.scroll_into_view_if_needed()
    expect(tray(page).last.locator("canvas")).to_have_count(1)
    expect(tray(page).first.locator("canvas")).to_have_count(0)
    shown = grey_values(tray(page).last.locator("canvas"))
    wanted = 255 * (1 - data.load("digits").train[499, ..., 0])
    np.testing.assert_allclose(shown, wanted, atol=1.5)
    assert drawn.count() < 250


def test_pictures_that_are_all_alike_are_no_divergence(open_training):
    page = open_training()
    choose(page, "your files")
    hand_over(page, 40 * digit_files(1))
    expect(tray(page)).to_have_count(40)
    press(page, "Play")
    wait_for_step(page, 200)
    pause(page)
    expect(page.get_by_role("alert").filter(has_text="diverged")).to_have_count(0)


def test_a_picture_can_be_taken_out_and_the_training_then_begins_anew(open_training):
    page = open_training()
    choose(page, "your files")
    hand_over(page, digit_files(4))
    expect(tray(page)).to_have_count(4)
    press(page, "One step")
    wait_for_step(page, 1)
    tray(page).nth(1).focus()
    page.keyboard.press("ArrowRight")
    expect(tray(page).nth(2)).to_be_focused()
    page.keyboard.press("Enter")
    expect(tray(page)).to_have_count(3)
    expect(tray(page).nth(2)).to_be_focused()
    assert [each.get_attribute("aria-label") for each in tray(page).all()] == [
        f"Take out picture {i}" for i in (1, 2, 3)
    ]
    expect(page.locator(".training-progress")).to_have_text("Not started.")
    expect(page.get_by_role("button", name="Explore it")).to_be_disabled()
    press(page, "Play")
    wait_for_step(page, 5)
    press(page, "Take all out")  # while it trains
    expect(page.locator(".training-progress")).to_have_text("Not started.")
    expect(page.get_by_role("button", name="Play", exact=True)).to_be_disabled()
    hand_over(page, digit_files(2))
    expect(tray(page)).to_have_count(2)
    press(page, "Play")
    wait_for_step(page, 5)


def test_what_cannot_be_read_is_named_and_the_rest_is_taken(open_training):
    page = open_training()
    choose(page, "your files")
    wrong = [(f"{name}.png", b"%PDF-1.7", "image/png") for name in "abcde"]
    hand_over(page, [*digit_files(2), *wrong, ("white.png", png(np.ones((40, 40))), "image/png")])
    told = page.get_by_role("alert").filter(has_text="a.png")
    expect(told).to_contain_text("a.png is no picture that this browser can read")
    expect(told).to_contain_text("; 3 more were not taken.")
    expect(tray(page)).to_have_count(2)
    hand_over(page, digit_files(1))
    expect(tray(page)).to_have_count(3)
    expect(told).to_be_hidden()


def test_one_picture_is_too_few_and_two_are_enough(open_training):
    page = open_training()
    choose(page, "your files")
    hand_over(page, digit_files(1))
    expect(status(page)).to_contain_text("A training needs another")
    expect(page.get_by_role("button", name="One step")).to_be_disabled()
    hand_over(page, digit_files(1, start=1))
    expect(status(page)).to_contain_text("2 pictures, of which 1 is held out. So few")
    press(page, "Play")
    wait_for_step(page, 20)


@thorough
def test_of_five_thousand_pictures_two_thousand_are_taken(open_training):
    page = open_training()
    choose(page, "your files")
    one = digit_files(50)
    page.evaluate(
        """([files]) => {
        const data = new DataTransfer();
        for (let i = 0; i < 5000; i++) {
            const [name, text, type] = files[i % files.length];
            const bytes = Uint8Array.from(atob(text), c => c.charCodeAt(0));
            data.items.add(new File([bytes], i + name, {type}));
        }
        document.querySelector(".own-drop").dispatchEvent(
            new DragEvent("drop", {dataTransfer: data, bubbles: true, cancelable: true}));
    }""",
        [[(name, base64.b64encode(content).decode("ascii"), kind) for name, content, kind in one]],
    )
    told = page.get_by_role("alert").filter(has_text="The tray is full")
    expect(told).to_contain_text("so 3000 more files were left out.", timeout=120_000)
    expect(status(page)).to_have_text("2000 pictures, of which 400 are held out.")
    press(page, "Play")
    wait_for_step(page, 10)
    pause(page)
    dots = page.locator(".explorer-map canvas").first
    expect(dots).to_have_attribute("aria-label", "Map of 400 encoded pictures by the network")


def test_drawings_are_added_one_by_one_and_trained_on(open_training):
    page = open_training()
    choose(page, "your drawings")
    add = page.get_by_role("button", name="Add this drawing")
    field = page.locator(".own-pad .explorer-field")
    for i in range(3):
        expect(add).to_be_disabled()  # as long as nothing is drawn
        box = field.bounding_box()
        x, y = box["x"] + 30, box["y"] + 40
        page.mouse.move(x, y)
        page.mouse.down()
        page.mouse.move(x + 60 + 20 * i, y + 90, steps=5)
        page.mouse.up()
        add.click()
    expect(status(page)).to_contain_text("3 pictures, of which 1 is held out. So few")
    inked = 255 - grey_values(tray(page).locator("canvas").first)
    rows, columns = np.nonzero(inked > 100)
    assert max(np.ptp(rows), np.ptp(columns)) + 1 == pytest.approx(20, abs=1)
    press(page, "Play")
    wait_for_step(page, 20)
    choose(page, "your files")  # which are others
    expect(tray(page)).to_have_count(0)
    choose(page, "your drawings")
    expect(tray(page)).to_have_count(3)


@pytest.mark.parametrize("n", first_of([20, 60, 120]))
def test_a_training_on_few_digits_ends_worse_than_the_mean_picture(n, open_training):
    page = open_training()
    choose(page, "your files")
    hand_over(page, digit_files(n))
    expect(tray(page)).to_have_count(n)
    early = []
    for i in range(60):  # step by step: while it plays, not each step is shown
        press(page, "One step")
        wait_for_step(page, i + 1)
        early.append(costs(page)[0])
    mean_picture = re.search(r"costs ([\d.]+)", page.locator(".training-numbers").text_content())
    press(page, "Play")
    wait_for_step(page, 1000)
    pause(page)
    assert min(early) < float(mean_picture[1]) < costs(page)[0]


def test_own_pictures_have_no_classes_in_the_explorer_and_a_drawing_has_their_size(open_training):
    page = open_training()
    choose(page, "your files")
    hand_over(page, digit_files(20))
    expect(tray(page)).to_have_count(20)
    press(page, "Play")
    wait_for_step(page, 50)
    pause(page)
    press(page, "Explore it")
    explorer = page.locator(".training-explorer")
    expect(explorer.locator(".explorer-map")).to_be_visible()
    expect(explorer).not_to_contain_text("trained on")


@pytest.mark.parametrize("way", ["your files", "your drawings"])
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_tray_and_its_ways_in_are_accessible(theme, way, open_training):
    page = open_training(viewport={"width": 360, "height": 740})
    page.evaluate("theme => document.documentElement.dataset.theme = theme", theme)
    choose(page, "your files")
    hand_over(page, [*digit_files(2), ("notes.png", b"%PDF-1.7", "image/png")])
    expect(tray(page)).to_have_count(2)
    choose(page, way)
    results = Axe().run(page, context=".latent-training", options={"resultTypes": ["violations"]})
    found = [(rule["id"], rule["nodes"][0]["html"]) for rule in results.response["violations"]]
    assert found == []
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
