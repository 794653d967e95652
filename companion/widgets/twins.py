"""A widget and its twin, the HTML that stands in where the widget does not live."""

from IPython.display import display

from companion.page.packing import base64_text


class Twinned:
    """Show the widget, and in an output of its own, out of sight while the widget lives, its twin.

    In one output a notebook that was saved without the state of its widgets, as JupyterLab saves
    it, would show the words "model not found" and not the twin.

    A subclass has `to_html()`, `still()`, PNG bytes for print, `alt_text()`, and `twin`, its name.
    """

    def _ipython_display_(self, **kwargs):
        view = {"version_major": 2, "version_minor": 0, "model_id": self.model_id}
        display({"application/vnd.jupyter.widget-view+json": view}, raw=True)
        twin = {
            "text/plain": repr(self),
            "text/html": self.to_html(),
            "image/png": base64_text(self.still()),
        }
        display(twin, metadata={"image/png": {"alt": self.alt_text()}}, raw=True)
