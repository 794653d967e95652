"""CPU seconds of training to 140 held-out nats: the page's kernel beside TensorFlow.

    python benchmarks/page_training.py [--runs 3]

Both train the VAE that the page "Train it here" begins with, 784-128-64-2 on the book's digits,
batch 64, Adam at 0.004; what they measure on the way is not counted. The kernel runs in Node.js,
which compiles WebAssembly as Chromium does. Times depend on the
machine: compare them within one run.
"""

import argparse
import base64
import json
import statistics
import subprocess
import time

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


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--runs", type=int, default=3, help="seeds to try, one after the other")
    runs = parser.parse_args().runs
    for way in (page, tensorflow):
        found = [way(seed) for seed in range(runs)]
        for each in found:
            reached = f"{each['steps']} steps, {each['loss']:.1f} nats"
            print(f"{way.__name__:11}{each['cpu']:7.2f} s CPU, {reached}")
        median = statistics.median(each["cpu"] for each in found)
        print(f"{way.__name__:11}{median:7.2f} s CPU, the median of {runs}", flush=True)


if __name__ == "__main__":
    main()
