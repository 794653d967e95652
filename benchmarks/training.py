"""How long a 2-D VAE trains until it is good: `fit` as people write it, and the quick recipe.

    python benchmarks/training.py [--runs 3] [--published]

One net, 784-512-128-2-128-512-784, on MNIST's 60,000 pictures. The clock runs while
training runs, the tracing of the first step included; it stands while the held-out
-ELBO is measured, on the 10,000 test pictures with one draw of z each. Given are the
seconds until that is 155 nats or less, 153, and 150, for each way of training, in turn,
in one process. Machines differ and are noisy: what counts is the ratio of two lines of
one run.

`--published` trains Keras' own VAE example too (keras.io/examples/generative/vae, by
F. Chollet): its convolutions, its batch of 128 and its Adam at 1e-3, but on the training
pictures alone; for one seed, and until 155 nats. It takes some minutes.
"""

import argparse
import statistics
import time

import companion  # isort: skip  (before keras: it makes TensorFlow's start quiet)
import keras
from keras import layers

from companion import data, networks, pipeline, schedules

LEVELS = 155, 153, 150  # nats per image
BATCH = 128
HIDDEN = 512, 128


class Watch(keras.callbacks.Callback):
    """Stop the clock every quarter of an epoch, measure, and note when each level is passed."""

    def __init__(self, test, every, levels=LEVELS):
        super().__init__()
        self.test, self.every, self.levels = test, every, levels
        self.passed, self.seconds, self._next = {}, 0.0, every

    def on_train_begin(self, logs=None):
        self._started = time.perf_counter()

    def on_train_batch_end(self, batch, logs=None):
        if int(self.model.optimizer.iterations) < self._next:
            return
        self._next += self.every
        self.seconds += time.perf_counter() - self._started
        loss = -self.model.elbo(self.test).mean()
        for level in self.levels:
            if loss <= level:
                self.passed.setdefault(level, self.seconds)
        if len(self.passed) == len(self.levels):
            self.model.stop_training = True
        self._started = time.perf_counter()


def dense_vae(wide_start):
    return companion.VAE(
        networks.dense_encoder(2, hidden=HIDDEN, gaussian=True),
        networks.dense_decoder(2, hidden=HIDDEN[::-1], wide_start=wide_start),
    )


def as_people_write_it(train, watch, epochs=20):
    model = dense_vae(wide_start=False)
    model.compile(keras.optimizers.Adam(1e-3))
    model.fit(train, batch_size=BATCH, epochs=epochs, verbose=0, callbacks=[watch])


def recipe(train, watch, epochs):
    model = dense_vae(wide_start=True)
    rate = schedules.warmup_cosine(1e-2, steps=epochs * (len(train) // BATCH))
    model.compile(keras.optimizers.Adam(rate, beta_2=0.99), steps_per_execution=32)
    batches = pipeline.shuffled_batches(train, BATCH)
    model.fit(batches, epochs=epochs, verbose=0, callbacks=[watch])


def published(train, watch, epochs=30):
    convolution = {"kernel_size": 3, "strides": 2, "padding": "same", "activation": "relu"}
    picture = keras.Input((28, 28, 1))
    h = layers.Conv2D(32, **convolution)(picture)
    h = layers.Conv2D(64, **convolution)(h)
    h = layers.Dense(16, activation="relu")(layers.Flatten()(h))
    encoder = keras.Model(picture, [layers.Dense(2)(h), layers.Dense(2)(h)])
    decoder = keras.Sequential(
        [
            keras.Input((2,)),
            layers.Dense(7 * 7 * 64, activation="relu"),
            layers.Reshape((7, 7, 64)),
            layers.Conv2DTranspose(64, **convolution),
            layers.Conv2DTranspose(32, **convolution),
            layers.Conv2DTranspose(1, 3, padding="same"),
        ]
    )
    model = companion.VAE(encoder, decoder)
    model.compile(keras.optimizers.Adam(1e-3))
    model.fit(train, batch_size=BATCH, epochs=epochs, verbose=0, callbacks=[watch])


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--runs", type=int, default=3, help="seeds to try, one after the other")
    parser.add_argument("--published", action="store_true", help="train Keras' own example too")
    arguments = parser.parse_args()
    mnist = data.load("mnist")
    ways = {
        "fit as people write it": as_people_write_it,
        "recipe, 1 epoch": lambda *args: recipe(*args, epochs=1),
        "recipe, 2 epochs": lambda *args: recipe(*args, epochs=2),
    }
    seeds = {name: range(arguments.runs) for name in ways}
    if arguments.published:
        ways["Keras' published example"], seeds["Keras' published example"] = published, [0]

    seconds = {name: {level: [] for level in LEVELS} for name in ways}
    for name, train in ways.items():
        for seed in seeds[name]:
            keras.utils.set_random_seed(seed)
            levels = LEVELS[:1] if train is published else LEVELS
            watch = Watch(mnist.test, len(mnist.train) // BATCH // 4, levels)
            train(mnist.train, watch)
            for level in levels:
                seconds[name][level].append(watch.passed.get(level, float("inf")))
            print(f"{name}, seed {seed}: {watch.passed}", flush=True)

    print("\nmedian seconds of training to a held-out -ELBO of ...")
    print(f"{'':26}" + "".join(f"{level:>8}" for level in LEVELS))
    for name, levels in seconds.items():
        print(f"{name:26}" + "".join(_cell(times) for times in levels.values()))


def _cell(times):
    if not times:
        return "       -"
    median = statistics.median(times)
    return "   never" if median == float("inf") else f"{median:8.1f}"


if __name__ == "__main__":
    main()
