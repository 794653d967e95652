"""JupyterLab for the tests that open notebooks in it, with nothing of the user's."""

import contextlib
import json
import os
import subprocess
import sys
import urllib.request
from urllib.error import URLError


@contextlib.contextmanager
def serve(root, home, python=sys.executable, environment=os.environ):
    """Start JupyterLab on a folder, by the given Python; give its address and its process.

    Args:
        root: the folder with the notebooks.
        home: a folder for what the server writes about itself, such as its log.
    """
    names = ("JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "JUPYTER_RUNTIME_DIR")
    folders = {name: str(home / name) for name in names}
    (home / "JUPYTER_DATA_DIR").mkdir(exist_ok=True)  # for what is trusted
    command = [
        python, "-m", "jupyterlab", "--no-browser", "--allow-root", "--ServerApp.port=0",
        "--IdentityProvider.token=t", f"--ServerApp.root_dir={root}",
        "--LabApp.expose_app_in_browser=True",
    ]  # fmt: skip
    with (home / "log").open("w", encoding="utf-8") as log:
        server = subprocess.Popen(command, env={**environment, **folders}, stdout=log, stderr=log)
        try:
            yield _address(server, home), server
        finally:
            server.terminate()
            server.wait(30)


def _address(server, home):
    """Wait until the server answers; it writes down its address a moment before it listens."""
    for _ in range(300):
        for file in (home / "JUPYTER_RUNTIME_DIR").glob("jpserver-*.json"):
            with contextlib.suppress(ValueError, URLError):  # half a file, or no server yet
                url = json.loads(file.read_text(encoding="utf-8"))["url"]
                with urllib.request.urlopen(f"{url}api"):
                    return url
        try:
            server.wait(0.2)
        except subprocess.TimeoutExpired:
            continue
        break
    raise RuntimeError(f"JupyterLab did not start:\n{(home / 'log').read_text(encoding='utf-8')}")
