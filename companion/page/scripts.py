"""The scripts and style sheets of this folder, as text that stands in a page."""

import json
import re
from importlib.resources import files

IMPORT = re.compile(r'^import \{[^}]*\} from "\./([^"]+)";\n', re.MULTILINE)


def json_script(payload):
    """Write a dict as data in a page, for the script that comes after it."""
    # A name that holds "</script>" must not end the script.
    data = json.dumps(payload, ensure_ascii=False, allow_nan=False).replace("<", "\\u003c")
    return f'<script type="application/json">{data}</script>\n'


def mounting_script(name):
    """Write the script that brings the figures of a page to life, given the module that can."""
    return f'<script type="module">\n{bundle(name)}\nmountAll();\n</script>\n'


def behind(twin):
    """Write the style that keeps a twin out of sight while its widget lives in the same page.

    A notebook shows a widget in one output and its twin in the next. Where the widget is gone, as
    after its kernel in a notebook opened again, what the notebook says in its place goes instead:
    JupyterLab and Notebook 7 call an output the one name, nbclassic the other.

    Args:
        twin: name of the widget, the `data-twin` of its figure and the `data-alive` of its view.
    """
    alive, figure = f'[data-alive="{twin}"]', f'[data-twin="{twin}"]'
    hidden = [f"body:has({alive}) {figure}"]
    for output in (".jp-OutputArea-child", ".output_area"):
        hidden.append(f"body:has({alive}) {output}:has({figure})")
        hidden.append(f"{output}:not(:has({alive})):has(+ {output} {figure})")
    return ",\n".join(hidden) + " { display: none; }\n"


def bundle(name):
    """Read a module and those that it imports, as one script that imports nothing.

    A page opened from disk may load no module, and a widget brings one text.
    """
    modules = {}

    def add(name):
        text = source(name)
        for other in IMPORT.findall(text):
            add(other)
        modules.setdefault(name, IMPORT.sub("", text).strip())

    add(name)
    return "\n\n".join(modules.values())


def source(name):
    """Read a script or a style sheet that lies beside this file."""
    return files("companion.page").joinpath(name).read_text(encoding="utf-8")
