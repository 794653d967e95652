"""A process that has loaded Keras and nothing else: what was saved must come back in it."""

import json
import os
import subprocess
import sys

import pytest

# Loading Keras takes longer than most scripts, so that it is loaded once, and each runs in a fork.
SERVER = """
import json, os, sys, traceback
import companion, keras
for line in sys.stdin:
    script, folder = json.loads(line)
    child = os.fork()
    if not child:
        os.chdir(folder)
        with open("said.txt", "w", encoding="utf-8") as said:
            os.dup2(said.fileno(), 1)
            os.dup2(said.fileno(), 2)
        try:
            exec(script, {"__name__": "__main__"})
        except BaseException:
            traceback.print_exc()
            sys.stderr.flush()
            os._exit(1)
        os._exit(0)
    print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)
"""


@pytest.fixture(scope="session")
def run_elsewhere():
    """Yield a function that runs a script in a folder, in a process of its own."""
    if not hasattr(os, "fork"):

        def run_alone(script, folder):
            subprocess.run([sys.executable, "-c", script], cwd=folder, check=True)

        yield run_alone
        return
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    with subprocess.Popen([sys.executable, "-W", "ignore", "-c", SERVER], **pipes) as server:

        def run_elsewhere(script, folder):
            server.stdin.write(json.dumps([script, str(folder)]) + "\n")
            server.stdin.flush()
            if server.stdout.readline().strip() != "0":
                pytest.fail(
                    (folder / "said.txt").read_text(encoding="utf-8")[-3000:], pytrace=False
                )

        yield run_elsewhere
        server.stdin.close()
