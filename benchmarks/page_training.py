"""How fast "Train it here" is beside TensorFlow and TensorFlow.js, and how smooth its page.

    python benchmarks/page_training.py [--runs 3] [--slower 1 4] [--no-tfjs]

First, CPU seconds to 140 held-out nats. All train the VAE with which the page begins, 784-128-64-2
on the book's digits, batch 64, Adam at 0.004, on one thread; what they measure on the way is not
counted. The page's kernel and TensorFlow.js (its WebAssembly backend, which npm brings into a
temporary folder) run in Node.js, which compiles WebAssembly as Chromium does. Then, in Chromium,
the longest task of the page's main thread and the redraws of its map, also on a processor slowed
down by Chromium: tasks of more than 50 ms are felt. Times depend on the machine: compare them
within one run, and where others use it as well, believe the CPU seconds.
"""

import argparse
import base64
import json
import os
import shutil
import statistics
import subprocess
import tempfile
import time
from pathlib import Path

os.environ.setdefault("TF_NUM_INTRAOP_THREADS", "1")
os.environ.setdefault("TF_NUM_INTEROP_THREADS", "1")

import page_tasks
import page_tfjs

import companion
from companion import data, networks
from companion.page.scripts import bundle
from companion.page.training_files import digits_script, kernel

# isort: split
import keras

LEVEL, EVERY, MOST = 140, 20, 1500  # nats; steps between two looks; steps to try

PAGE = """
let given;
globalThis.latentTrainingPictures = (digits) => (given = digits);
{digits}
const pictures = await unpackDigits(given);
const settings = {{ vae: true, latentDim: 2, hidden: [128, 64], beta: 1, rate: 0.004, batch: 64,
  seed: {seed} }};
const training = await makeTraining(settings, pictures, Buffer.from("{kernel}", "base64"));
let cpu = 0;
let loss = Infinity;
while (training.steps < {most} && loss > {level}) {{
  const before = process.cpuUsage();
  for (let i = 0; i < {every}; i++) training.step();
  const {{ user, system }} = process.cpuUsage(before);
  cpu += (user + system) / 1e6;
  const {{ reconstruction, kl }} = training.report();
  loss = reconstruction + kl;
}}
console.log(JSON.stringify({{ cpu, loss, steps: training.steps }}));
"""


def page(seed):
    code = bundle("training.mjs") + PAGE.format(
        digits=digits_script().decode(), kernel=base64.b64encode(kernel()).decode(), seed=seed,
        most=MOST, level=LEVEL, every=EVERY,
    )  # fmt: skip
    command = ["node", "--input-type=module", "-"]
    done = subprocess.run(command, input=code, capture_output=True, text=True, check=True)
    return json.loads(done.stdout)


def tensorflow(seed):
    keras.utils.set_random_seed(seed)
    digits = data.load("digits")
    vae = companion.VAE(
        networks.dense_encoder(2, hidden=(128, 64), gaussian=True, wide_start=True),
        networks.dense_decoder(2, hidden=(64, 128), wide_start=True),
    )
    vae.compile(keras.optimizers.Adam(4e-3))
    vae.fit(digits.train, batch_size=64, steps_per_epoch=1, verbose=0)  # traced and compiled
    cpu, loss, steps = 0.0, float("inf"), 1
    while steps < MOST and loss > LEVEL:
        before = time.process_time()
        vae.fit(digits.train, batch_size=64, verbose=0)
        cpu += time.process_time() - before
        steps += 24
        loss = float(-vae.elbo(digits.test).mean())
    return {"cpu": cpu, "loss": loss, "steps": steps}


def tfjs(folder, seed):
    pictures = {"digits": digits_script().decode(), "seed": seed}
    return page_tfjs.train(
        folder, bundle("training.mjs"), most=MOST, level=LEVEL, every=EVERY, **pictures
    )


def compare(ways, runs):
    """Print what each way takes, and its median as a multiple of the first one's."""
    first = None
    for name, way in ways.items():
        found = [way(seed) for seed in range(runs)]
        for each in found:
            reached = f"{each['steps']} steps, {each['loss']:.1f} nats"
            print(f"{name:15}{each['cpu']:7.2f} s CPU, {reached}")
        median = statistics.median(each["cpu"] for each in found)
        first = first or median
        step = 1000 * statistics.median(each["cpu"] / each["steps"] for each in found)
        print(
            f"{name:15}{median:7.2f} s CPU, the median of {runs}: {median / first:.1f} times the "
            f"page's; {step:.1f} ms a step",
            flush=True,
        )


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--runs", type=int, default=3, help="seeds to try, one after the other")
    parser.add_argument("--slower", type=int, nargs="*", default=[1, 4], help="of the page")
    parser.add_argument("--no-tfjs", action="store_true", help="install nothing from npm")
    options = parser.parse_args()
    ways = {"page": page, "TensorFlow": tensorflow}
    folder = Path(tempfile.mkdtemp())
    try:
        if not options.no_tfjs:
            if page_tfjs.install(folder):
                ways["TensorFlow.js"] = lambda seed: tfjs(folder, seed)
            else:
                print("npm does not bring TensorFlow.js here, so it has no row.")
        compare(ways, options.runs)
        for slower in options.slower:
            page_tasks.report(folder, slower)
    finally:
        shutil.rmtree(folder)


if __name__ == "__main__":
    main()
