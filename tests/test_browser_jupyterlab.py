"""The sliders in JupyterLab, with a live kernel: from a key press to a new picture."""

import base64
import contextlib
import functools
import re

import nbformat
import numpy as np
import pytest
from lab import serve
from playwright.sync_api import expect
from thorough import thorough

pytestmark = thorough

LATENT_SLIDERS = """
import numpy as np
import companion
from companion import networks
import keras
keras.utils.set_random_seed(0)
codes = np.random.default_rng(0).normal(scale=30, size=(100, 2))
decoder = networks.dense_decoder(2)
sliders = companion.LatentSliders(decoder, codes).add_class("latent")
display(sliders)
"""
TEN_CLASSES = (
    LATENT_SLIDERS.replace("dense_decoder(2)", "dense_decoder(2, condition_shape=(10,))")
    .replace("codes)", "codes, condition=np.eye(10))")
    .replace('"latent"', '"classes"')
)
FRAME_SLIDER = """
import numpy as np
import companion
frames = np.random.default_rng(0).random((5, 28, 28))
captions = ["one", "two", "three", "four", "five"]
display(
    companion.FrameSlider(
        frames, [0, 1, 2, 3, 4], name="level", captions=captions
    ).add_class("frames")
)
"""
EXPLORED_MODELS = """
import keras
import numpy as np
import companion
from companion import networks
keras.utils.set_random_seed(0)
models = {
    "VAE": companion.VAE(networks.dense_encoder(2, gaussian=True), networks.dense_decoder(2)),
    "plain": companion.Autoencoder(networks.dense_encoder(2), networks.dense_decoder(2)),
}
for model in models.values():
    model.set_weights([3 * w for w in model.get_weights()])
"""
# Two boxes beside the explorer: what the kernel knows, and Python that it is to run.
LATENT_EXPLORER = (
    EXPLORED_MODELS
    + """
import base64, json
import ipywidgets
labels = np.arange(300) % 3
x = np.random.default_rng(0).random((3, 28, 28))[labels] ** 4
x = 0.8 * x + 0.2 * np.random.default_rng(1).random((300, 28, 28))
explorer = companion.LatentExplorer(models, x, labels)
known, to_run = ipywidgets.Textarea(description="known"), ipywidgets.Text(description="run")
def tell(*_):
    ink = None if explorer.picture is None else base64.b64encode(explorer.picture).decode()
    known.value = json.dumps({"z": explorer.z, "model": explorer.model, "picture": ink})
explorer.observe(tell, ["z", "model", "picture"])
to_run.observe(lambda change: exec(change.new, globals()), "value")
tell()
display(ipywidgets.VBox([known, to_run]))
explorer
"""
)
GUESS = """
# @title Your guess
import companion
guess = companion.guess(
    "How many?", {"One": "Too few of them.", "Two": "As was measured."}, right="Two"
)
"""
# What needs no kernel, between two headings, at which the keys of a notebook would stop.
HTML_ALONE = """
import numpy as np
import companion
rng = np.random.default_rng(0)
display(companion.LiveCloud((1, -0.5), draws=30))
examples = rng.normal(size=(60, 2)), rng.normal(size=(20, 2)), rng.integers(0, 10, 20)
companion.LabelSheet(rng.random((20, 28, 28)), np.arange(20), *examples, neighbours=4)
"""
# What trains in the page, from what the kernel hands over.
LIVE_TRAINING = """
import companion
claims = {"It learns.": ("closed", 1, None)}
companion.LiveTraining("autoencoder", hidden=(32,), claims=claims)
"""
# All that one kernel can show at once.
FIGURES = LATENT_SLIDERS + FRAME_SLIDER + TEN_CLASSES + LATENT_EXPLORER

# What moves while the kernel goes on to work.
BUSY = (
    LATENT_SLIDERS
    + FRAME_SLIDER
    + EXPLORED_MODELS
    + """
import time
display(companion.LatentExplorer(models, np.random.default_rng(0).random((90, 28, 28))))
time.sleep(60)
"""
)

# Two boxes: Python that the kernel is to run, and what it hears of the first slider.
TALKING = (
    LATENT_SLIDERS
    + """
import ipywidgets
to_run, heard = ipywidgets.Text(description="run"), ipywidgets.Text(description="heard")
to_run.observe(lambda change: exec(change.new, globals()), "value")
def hear(change):
    heard.value = f"{change.new:.3f}"
sliders.sliders[0].observe(hear, "value")
display(ipywidgets.VBox([to_run, heard]))
"""
)

# A cover over a picture, Python that the kernel is to run, and what it hears of the cover.
LIVE_FILLING = (
    EXPLORED_MODELS
    + """
import ipywidgets
rng = np.random.default_rng(0)
filling = companion.LiveFilling(
    models["VAE"], rng.normal(size=(60, 2)), np.arange(60) % 3, rng.random((2, 28, 28)),
    temperature=50,
)
to_run, heard = ipywidgets.Text(description="run"), ipywidgets.Text(description="heard")
to_run.observe(lambda change: exec(change.new, globals()), "value")
def hear(*_):
    which = [np.array_equal(filling.picture, each) for each in filling.x]
    heard.value = f"{filling.covered}, {filling.side}, {which}"
filling.observe(hear, ["covered", "side", "picture"])
display(ipywidgets.VBox([to_run, heard]))
filling
"""
)

# A decoder that only the kernel can run, and a training, whose bar goes away.
KERNEL_ALONE = (
    LATENT_SLIDERS
    + FRAME_SLIDER
    + """
from companion import callbacks
class Doubled(keras.Sequential):
    def call(self, *args, **kwargs):
        return 2 * super().call(*args, **kwargs)
network = [keras.Input((2,)), keras.layers.Dense(784), keras.layers.Reshape((28, 28, 1))]
asked = companion.LatentSliders(Doubled(network), codes).add_class("asked")
display(asked)
decoder.compile("adam", "mse")
decoder.fit(codes[:4], np.zeros((4, 28, 28, 1)), verbose=0, callbacks=[callbacks.ProgressBar()])
"""
)

# Twice the same explorer, and a box with Python that the kernel is to run.
TWO_VIEWS = (
    EXPLORED_MODELS
    + """
import os
import time
import ipywidgets
explorer = companion.LatentExplorer(models, np.random.default_rng(0).random((90, 28, 28)))
to_run = ipywidgets.Text(description="run")
to_run.observe(lambda change: exec(change.new, globals()), "value")
display(to_run, explorer)
explorer
"""
)


@pytest.fixture(scope="module")
def lab(tmp_path_factory):
    """Start JupyterLab, and give its folder and its address."""
    folder = tmp_path_factory.mktemp("lab")
    with serve(folder, folder) as (address, _):
        yield folder, address


@pytest.fixture(scope="module")
def notebook(lab, browser):
    """Return a function that runs a cell in a notebook of its own, and gives the page with it.

    The same cell is run once, by one kernel, for all tests that ask for it.
    """
    folder, address = lab
    with contextlib.ExitStack() as stack:

        @functools.cache
        def notebook(source):
            name = f"notebook-{len(list(folder.glob('*.ipynb')))}"
            cells = [
                nbformat.v4.new_code_cell(source.strip()),
                nbformat.v4.new_markdown_cell("# End"),
            ]
            written = nbformat.v4.new_notebook(cells=cells)
            written.metadata["kernelspec"] = {"name": "python3", "display_name": "Python 3"}
            nbformat.write(written, folder / f"{name}.ipynb")
            options = {"viewport": {"width": 1200, "height": 900}}
            page = stack.enter_context(browser.new_context(**options)).new_page()
            # In a workspace of its own, where no other notebook is open.
            page.goto(f"{address}lab/workspaces/{name}/tree/{name}.ipynb?token=t")
            run_first_cell(page)
            return page

        yield notebook


IDLE = "window.jupyterapp?.shell.currentWidget?.sessionContext?.session?.kernel?.status == 'idle'"


def run_first_cell(page):
    """Run the first cell, once the kernel listens; a key pressed before that would be lost."""
    page.wait_for_function(IDLE, timeout=120_000)
    page.evaluate("void jupyterapp.commands.execute('notebook:run-cell')")
    page.locator(".jp-InputPrompt", has_text=re.compile(r"\[[*\d]")).first.wait_for()


def shown(output):
    """Give an output of a cell, once it is there."""
    output.first.wait_for(timeout=120_000)
    return output


PICTURE = "canvas => canvas.toDataURL()"


def press(widget, handle, key):
    """Press a key, and wait until the picture is another one."""
    canvas = widget.locator("canvas")
    before = canvas.evaluate(PICTURE)
    handle.press(key)
    canvas.page.wait_for_function(
        "([canvas, before]) => canvas.toDataURL() !== before", arg=[canvas.element_handle(), before]
    )


def read(canvas):
    """Give the grey values of a canvas."""
    script = """c => { const { data, height, width } =
        c.getContext('2d').getImageData(0, 0, c.width, c.height);
        return [Array.from(data), height, width]; }"""
    data, *shape = canvas.evaluate(script)
    return np.reshape(data, (*shape, 4))[..., 0]


def here(source):
    """Run a cell in this process too, where nothing is displayed; give its names."""
    names = {"display": lambda *_: None}
    exec(source, names)
    return names


def shows(canvas, sliders, z):
    """Hold the picture in the page to the one that the decoder gives here, once it is drawn."""
    wanted = 255 * (1 - sliders.live.pixels(np.float32([z]))[0])
    for _ in range(100):
        if np.abs(read(canvas) - wanted).max() < 0.76:
            return
        canvas.page.wait_for_timeout(100)
    np.testing.assert_allclose(read(canvas), wanted, atol=0.76)


def test_every_slider_redraws_over_its_whole_range_what_the_decoder_gives(notebook):
    page = notebook(FIGURES)
    sliders = here(LATENT_SLIDERS)["sliders"]
    widget, z = page.locator(".latent"), sliders.start.copy()
    handles = shown(widget.locator(".noUi-handle"))
    assert handles.count() == 2
    for i in range(2):
        handle = handles.nth(i)
        handle.press("Home")
        z[i] = sliders.low[i]
        shows(widget.locator("canvas"), sliders, z)
        for key in ["PageUp"] * 5 + ["ArrowRight", "End"]:
            press(widget, handle, key)
        z[i] = sliders.high[i]
        shows(widget.locator("canvas"), sliders, z)
    widget.get_by_role("button", name="Reset").click()
    shows(widget.locator("canvas"), sliders, sliders.start)
    widget.get_by_role("button", name="Random").click()
    shows(widget.locator("canvas"), sliders, sliders.codes[0])
    twins = page.locator("figure.latent-sliders")
    assert twins.count() == 2  # for the time when the widgets are gone
    assert twins.filter(visible=True).count() == 0


def test_a_code_is_drawn_as_each_class(notebook):
    page = notebook(FIGURES)
    sliders = here(TEN_CLASSES)["sliders"]
    widget, z = page.locator(".classes"), sliders.start.copy()
    handle = shown(widget.locator(".noUi-handle").first)
    handle.press("Home")
    z[0] = sliders.low[0]
    shows(widget.locator("canvas"), sliders, z)
    assert widget.locator("canvas").bounding_box()["width"] > 500


def test_a_slider_over_frames_shows_each_of_them_with_its_caption(notebook):
    page = notebook(FIGURES)
    widget = page.locator(".frames")
    handle = shown(widget.locator(".noUi-handle"))
    press(widget, handle, "Home")
    for text in ("two", "three", "four", "five"):
        press(widget, handle, "ArrowRight")
        expect(widget.locator(".frame-caption")).to_have_text(text)
    assert not page.locator("figure.frame-slider").is_visible()


def test_python_hears_the_sliders_and_moves_them(notebook):
    page = notebook(TALKING)
    sliders = here(LATENT_SLIDERS)["sliders"]
    widget = page.locator(".latent")
    canvas = shown(widget.locator("canvas"))
    heard = page.locator(".jp-OutputArea input[type=text]").nth(1)
    widget.locator(".noUi-handle").first.press("End")
    expect(heard).to_have_value(f"{sliders.high[0]:.3f}")
    press_in_kernel(page, canvas, "sliders.z = sliders.low")
    shows(canvas, sliders, sliders.low)
    # New weights come with the next move.
    weights = "decoder.set_weights([-w for w in decoder.get_weights()]); sliders.z = sliders.high"
    press_in_kernel(page, canvas, weights)
    sliders.decoder.set_weights([-w for w in sliders.decoder.get_weights()])
    shows(canvas, sliders, sliders.high)
    run_in_kernel(page, "decoder.set_weights([w * np.nan for w in decoder.get_weights()])")
    widget.locator(".noUi-handle").first.press("Home")
    expect(widget.get_by_role("status")).to_contain_text("NaN in place of a picture")


def press_in_kernel(page, canvas, code):
    """Let the kernel run Python that changes a picture, and wait until it has."""
    before = canvas.evaluate(PICTURE)
    run_in_kernel(page, code)
    page.wait_for_function(
        "([canvas, before]) => canvas.toDataURL() !== before", arg=[canvas.element_handle(), before]
    )


def run_command(page, name):
    """Run a command of JupyterLab, and wait for its end."""
    page.evaluate("name => jupyterapp.commands.execute(name)", name)


def test_a_notebook_opened_again_shows_twins_that_move_and_nothing_dead(notebook, lab, browser):
    page = notebook(KERNEL_ALONE)
    folder, address = lab
    shown(page.locator(".asked canvas"))
    expect(page.locator(".jp-InputPrompt").first).to_have_text("[1]:", timeout=60_000)
    # The kernel starts anew: what the page can draw it still draws, and the rest is told once.
    page.evaluate("void jupyterapp.shell.currentWidget.sessionContext.restartKernel()")
    gone = page.get_by_role("status").filter(has_text="gone", visible=True)
    expect(gone).to_have_count(2, timeout=30_000)
    for name in (".latent", ".frames"):
        press(page.locator(name), page.locator(f"{name} .noUi-handle").first, "Home")
    expect(page.locator(".asked").get_by_role("status")).to_contain_text("Only Python can decode")
    expect(page.locator(".latent").get_by_role("status")).to_contain_text("no longer hears")
    signs = "e => getComputedStyle(e, '::before').content"
    for broken in page.locator(".jupyter-widgets-disconnected").all():
        assert broken.evaluate(signs) == "none"
    run_command(page, "docmanager:save")
    path = page.evaluate("jupyterapp.shell.currentWidget.context.path")
    page.wait_for_function(IDLE, timeout=60_000)  # the new one, which nobody needs
    page.evaluate("jupyterapp.shell.currentWidget.sessionContext.shutdown()")

    copy = folder / "copy.ipynb"  # which nobody here has run, and so is not trusted
    source = (folder / path).read_text(encoding="utf-8")
    copy.write_text(source.replace("seed(0)", "seed(1)"), encoding="utf-8")
    for name, trusted in ((path, True), (copy.name, False)):
        with browser.new_context(viewport={"width": 1200, "height": 900}) as context:
            again = context.new_page()
            again.goto(f"{address}lab/workspaces/again-{name[:-6]}/tree/{name}?token=t")
            figures = again.locator("figure.latent-sliders, figure.frame-slider")
            expect(figures.filter(visible=True)).to_have_count(3, timeout=60_000)
            dead = again.locator(".jp-OutputArea-child", has_text="model not found")
            expect(dead).to_have_count(3 if trusted else 0, timeout=60_000)
            assert dead.filter(visible=True).count() == 0
            moving = again.locator("figure[data-state=live]")
            expect(moving).to_have_count(2 if trusted else 0)
            strips = again.get_by_role("img", name="Film strip").filter(visible=True)
            assert strips.count() == (1 if trusted else 3)
            for figure in moving.all():
                press(figure, figure.get_by_role("slider").first, "Home")


def test_a_cloud_and_a_sheet_of_labels_outlive_their_kernel(notebook, lab, browser):
    page = notebook(HTML_ALONE)
    shown(page.locator("figure.label-sheet[data-state=live]"))

    def use(page):
        """Move the cloud by mouse and keyboard, and label two pictures."""
        cloud, sheet = page.locator("figure.cloud"), page.locator("figure.label-sheet")
        dot = cloud.locator(".cloud-dot").first
        where = [dot.get_attribute("cx")]
        cloud.locator(".cloud-handle-mean").hover()
        x, y = (cloud.locator(".cloud-handle-mean").bounding_box()[at] for at in ("x", "y"))
        page.mouse.down()
        page.mouse.move(x - 30, y + 30, steps=3)
        page.mouse.up()
        expect(dot).not_to_have_attribute("cx", where[-1])
        for key in ("Home", "ArrowRight", "ArrowUp", "End"):
            where.append(dot.get_attribute("cx"))
            cloud.get_by_role("slider").first.press(key)
            expect(dot).not_to_have_attribute("cx", where[-1])
        cloud.get_by_role("button", name="Start again").click()
        expect(dot).to_have_attribute("cx", where[0])
        sheet.get_by_role("button", name="Start again").click()
        sheet.locator(".label-grid button").first.click()
        for key in ("3", "ArrowRight", "ArrowDown", "0"):
            page.keyboard.press(key)
        expect(sheet.get_by_role("status")).to_contain_text("2 of 10 labels, 2 kinds")
        assert page.evaluate("document.activeElement.ariaLabel") == "Picture 12, labelled 0"
        assert page.locator(".jp-Dialog").count() == 0  # a notebook restarts by 0, 0

    use(page)
    page.evaluate("void jupyterapp.shell.currentWidget.sessionContext.restartKernel()")
    page.wait_for_function(IDLE, timeout=60_000)
    use(page)
    run_command(page, "docmanager:save")
    path = page.evaluate("jupyterapp.shell.currentWidget.context.path")
    page.evaluate("jupyterapp.shell.currentWidget.sessionContext.shutdown()")

    folder, address = lab
    copy = folder / "clouds-copy.ipynb"  # which nobody here has run, and so is not trusted
    source = (folder / path).read_text(encoding="utf-8")
    copy.write_text(source.replace("# End", "# The end"), encoding="utf-8")
    for name in (path, copy.name):
        with browser.new_context(viewport={"width": 1200, "height": 900}) as context:
            again = context.new_page()
            again.goto(f"{address}lab/workspaces/again-{name[:-6]}/tree/{name}?token=t")
            figures = again.locator("figure.cloud, figure.label-sheet")
            expect(figures).to_have_count(2, timeout=60_000)
            if name == path:
                expect(again.locator("figure[data-state=live]")).to_have_count(2)
                use(again)
            else:
                stills = figures.get_by_role("img").filter(visible=True)
                expect(stills).to_have_count(2)
                assert again.locator("figure[data-state]").count() == 0


LOOK = """async () => {
    for (let frame = 0; frame < 1000; frame++) {
        await new Promise(requestAnimationFrame);
        const known = JSON.parse(document.querySelector(".jp-OutputArea textarea").value);
        const words = document.querySelector(".explorer-card span").textContent;
        const z = known.z.map(x => (Math.round(100 * x) / 100 + 0).toFixed(2));
        if (words.replaceAll("\u2212", "-") !== `at (${z.join(", ")})`) continue;
        const canvas = document.querySelector(".explorer-card > canvas");
        const grey = canvas.getContext("2d").getImageData(0, 0, 28, 28).data;
        return { ...known, grey: Array.from(grey).filter((_, i) => i % 4 === 0) };
    }
    throw new Error("the page shows another z than the kernel knows");
}"""


def look(page, act="", steps=1):
    """Give what the kernel knows and what the page shows, once they agree about z.

    Before each of several looks the page runs `act`, JavaScript in which `i` counts them.
    """
    states = page.evaluate(
        f"""async () => {{
            const states = [];
            for (let i = 0; i < {steps}; i++) {{
                {act};
                states.push(await ({LOOK})());
            }}
            return states;
        }}"""
    )
    for state in states:
        state["grey"] = np.reshape(state["grey"], (28, 28))
        if state["picture"] is not None:
            ink = np.frombuffer(base64.b64decode(state["picture"]), "float32")
            state["picture"] = ink.reshape(28, 28, 1)
    return states


def run_in_kernel(page, code):
    """Let the kernel run Python, by the box that a cell has for it."""
    box = page.locator(".jp-OutputArea input[type=text]").first
    box.fill(code)
    box.press("Enter")


def column(states, name):
    return np.array([state[name] for state in states])


def pixels(model, z):
    """Decode codes `(n, 2)` by Keras: grey values `(n, 28, 28)`."""
    return 255 * (1 - model.decode(z)[..., 0])


def test_the_explorer_decodes_and_encodes_as_keras_does_and_its_traits_are_live(notebook):
    page = notebook(FIGURES)
    exec(EXPLORED_MODELS, names := {})
    models = names["models"]
    page.emulate_media(reduced_motion="reduce")
    the_map = shown(page.get_by_role("application"))
    assert not page.locator("figure.latent-explorer").is_visible()

    # The hand moves the point, and the kernel hears of it.
    the_map.click(position={"x": 40, "y": 60})
    (corner,) = look(page)
    press = """
        const key = ["ArrowUp", "ArrowDown", "ArrowLeft", "ArrowRight"][Math.random() * 4 | 0];
        const shiftKey = i % 4 > 0;
        const event = new KeyboardEvent("keydown", { key, shiftKey, bubbles: true });
        document.querySelector(".explorer-map").dispatchEvent(event)"""
    states = [corner, *look(page, press, steps=200)]
    decoded = pixels(models["VAE"], column(states, "z"))
    assert decoded.std(axis=0).mean() > 5  # else anything would agree
    np.testing.assert_allclose(column(states, "grey"), decoded, atol=0.76)
    before = look(page)[0]["z"]
    the_map.press("Shift+ArrowRight")  # which the notebook does not take for itself
    the_map.press("Shift+ArrowUp")
    assert look(page)[0]["z"] != before

    # The picture that it puts on the field comes to the kernel with its code.
    page.locator(".explorer-classes button").first.click()
    page.get_by_text("Reconstruction").wait_for()  # the encoder is asked for now
    pick = "document.querySelectorAll('.explorer-classes button')[i % 3].click()"
    states = look(page, pick, steps=200)
    codes = models["VAE"].encode(column(states, "picture")).z_mean
    assert len(np.unique(codes, axis=0)) > 50
    np.testing.assert_allclose(column(states, "z"), codes, atol=1e-3)

    # Python moves the point, takes the picture away, shows another model and another picture.
    def run(code):
        run_in_kernel(page, code)

    run("explorer.z = (0.5, -0.25)")
    page.get_by_text("at (0.50, \N{MINUS SIGN}0.25)").wait_for()
    np.testing.assert_allclose(
        look(page)[0]["grey"], pixels(models["VAE"], [(0.5, -0.25)])[0], atol=0.76
    )
    run("explorer.picture = None")
    page.get_by_text("Draw here").wait_for()
    run("explorer.model = 'plain'")
    page.wait_for_function("document.querySelectorAll('[type=radio]')[1].checked")
    run("explorer.picture = x[0]")
    page.get_by_text("A given picture").wait_for()
    (given,) = look(page)
    assert given["model"] == "plain"
    z = models["plain"].encode(given["picture"][None])
    np.testing.assert_allclose([given["z"]], z, atol=1e-3)
    np.testing.assert_allclose(given["grey"], pixels(models["plain"], z)[0], atol=1)

    # The hand shows the first model again: the same picture, its code by that model.
    page.get_by_role("radio", name="VAE").check()
    page.wait_for_function(
        "JSON.parse(document.querySelector('.jp-OutputArea textarea').value).model == 'VAE'"
    )
    (again,) = look(page)
    np.testing.assert_array_equal(again["picture"], given["picture"])
    z_mean = models["VAE"].encode(given["picture"][None]).z_mean
    np.testing.assert_allclose([again["z"]], z_mean, atol=1e-3)
    assert page.locator(".latent-error").filter(visible=True).count() == 0


def test_sliders_and_explorer_move_while_their_kernel_works(notebook):
    page = notebook(BUSY)
    the_map = shown(page.get_by_role("application"))
    press(page.locator(".explorer-card").first, the_map, "Shift+ArrowRight")
    for name in (".latent", ".frames"):
        press(page.locator(name), page.locator(f"{name} .noUi-handle").first, "End")
    assert page.locator(".jp-Notebook-ExecutionIndicator[data-status=busy]").count() == 1


def test_python_hears_the_cover_and_moves_it(notebook):
    page = notebook(LIVE_FILLING)
    slider = shown(page.locator(".filling-live").get_by_role("slider"))
    heard = page.locator(".jp-OutputArea input[type=text]").nth(1)
    slider.press("ArrowRight")
    expect(heard).to_have_value("15, below, [True, False]")
    page.get_by_role("radio", name="the left").check(force=True)
    expect(heard).to_have_value("15, left, [True, False]")
    page.get_by_role("button", name="picture 2").click()
    expect(heard).to_have_value("15, left, [False, True]")
    run_in_kernel(page, "filling.side = 'above'; filling.covered = 3")
    expect(slider).to_have_attribute("aria-valuetext", "3 of 28 rows")
    canvas = page.locator(".filling-card canvas").nth(1)
    before = canvas.evaluate(PICTURE)
    run_in_kernel(page, "filling.picture = filling.x[0]")
    page.wait_for_function(
        "([canvas, before]) => canvas.toDataURL() !== before", arg=[canvas.element_handle(), before]
    )
    expect(heard).to_have_value("3, above, [True, False]")
    assert not page.locator("figure.live-filling").is_visible()


def test_two_views_show_the_same_and_without_a_kernel_there_are_words(notebook):
    page = notebook(TWO_VIEWS)
    page.emulate_media(reduced_motion="reduce")
    maps = page.get_by_role("application")
    shown(maps.nth(1))
    first, second = (page.locator(".explorer-live").nth(i) for i in range(2))
    decoded = "[...document.querySelectorAll('.explorer-card > canvas')].map(c => c.toDataURL())"

    def agree_on_another(before):
        page.wait_for_function(
            f"before => {{ const [a, b] = {decoded}; return a === b && a !== before; }}", arg=before
        )
        return page.evaluate(decoded)[0]

    begin = page.evaluate(decoded)[0]
    maps.nth(0).press("Shift+ArrowRight")
    moved = agree_on_another(begin)
    second.get_by_role("radio", name="plain").check()
    agree_on_another(moved)
    assert first.get_by_role("radio", name="plain").is_checked()
    second.locator(".explorer-classes button").first.click()
    first.get_by_text("A given picture").wait_for()
    page.wait_for_function(  # both have the same point and the same code
        """() => { const [a, b] = [...document.querySelectorAll('.explorer-live')].map(view =>
            [...view.querySelectorAll('.explorer-card span')].map(s => s.textContent).join());
            return a && a === b; }"""
    )

    # What was fetched goes on working without a kernel; for the rest there are words.
    run_in_kernel(page, "os._exit(1)")
    page.locator(".jp-Dialog button").first.click()
    before = page.evaluate(decoded)[0]
    maps.nth(0).press("Shift+ArrowLeft")
    page.wait_for_function(f"before => {decoded}[0] !== before", arg=before)
    first.get_by_role("radio", name="VAE").click()  # its decoder is there, but no encoder
    alert = first.get_by_role("alert")
    alert.wait_for()
    assert alert.text_content() == (
        "VAE cannot be shown: the kernel that it came from is gone, so run its cell again."
    )
    assert first.get_by_role("radio", name="plain").is_checked()
    before = page.evaluate(decoded)[0]
    maps.nth(0).press("Shift+ArrowUp")
    page.wait_for_function(f"before => {decoded}[0] !== before", arg=before)


def test_a_guess_is_made_in_a_notebook_and_read_where_the_notebook_is_not_trusted(
    notebook, lab, browser
):
    page = notebook(GUESS)
    guess = shown(page.locator("div.guess[data-state=live]"))
    assert not guess.locator(".guess-told").is_visible()
    guess.get_by_role("radio", name="One").check()
    guess.get_by_role("button", name="This is my guess").click()
    expect(guess.get_by_role("status")).to_contain_text("Not so. Too few of them.")
    expect(guess.get_by_role("status")).to_contain_text("Measured: Two. As was measured.")
    run_command(page, "docmanager:save")
    folder, address = lab
    path = page.evaluate("jupyterapp.shell.currentWidget.context.path")
    page.evaluate("jupyterapp.shell.currentWidget.sessionContext.shutdown()")

    copy = folder / "guess-copy.ipynb"
    source = (folder / path).read_text(encoding="utf-8")
    copy.write_text(source.replace("Your guess", "A guess"), encoding="utf-8")
    with browser.new_context(viewport={"width": 1200, "height": 900}) as context:
        again = context.new_page()
        again.goto(f"{address}lab/workspaces/guess-copy/tree/{copy.name}?token=t")
        output = again.locator(".jp-OutputArea")
        output.get_by_text("Predict. How many?").first.wait_for(timeout=60_000)
        sentence = output.get_by_text("As was measured.").first
        assert not sentence.is_visible()
        output.get_by_text("What each answer would mean").click()
        expect(sentence).to_be_visible()


def test_a_training_is_handed_over_by_the_kernel_and_runs_in_the_page(notebook):
    page = notebook(LIVE_TRAINING)
    training = page.locator(".latent-training[data-alive]")
    shown(training).get_by_role("button", name="Play").click()
    expect(training.locator(".training-progress")).to_contain_text(
        re.compile(r"Step [1-9]\d\d"), timeout=60_000
    )
    training.get_by_role("button", name="Pause").click()
    expect(training.get_by_role("listitem")).to_have_attribute("data-holds", "true")
    expect(training.get_by_role("status")).to_contain_text("1 of 1 claims hold.")
    twin = page.locator("figure.latent-training")
    assert all(not each.is_visible() for each in twin.all())
