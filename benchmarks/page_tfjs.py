"""The same training in TensorFlow.js on its WebAssembly backend, which npm brings into a folder."""

import json
import subprocess

PACKAGES = ("@tensorflow/tfjs@4.22.0", "@tensorflow/tfjs-backend-wasm@4.22.0")

TRAIN = """
import { createRequire } from "node:module";
const require = createRequire("{folder}/");
const tf = require("@tensorflow/tfjs");
const wasm = require("@tensorflow/tfjs-backend-wasm");
wasm.setWasmPaths("{folder}/node_modules/@tensorflow/tfjs-backend-wasm/dist/");
wasm.setThreadsCount(1);
await tf.setBackend("wasm");
let given;
globalThis.latentTrainingPictures = (digits) => (given = digits);
{digits}
const { train, test } = await unpackDigits(given);
const [n, held] = [train.length / 784, test.length / 784];
const dice = makeRandom({seed});
const uniform = (shape, limit) =>
  tf.randomUniform(shape, -limit, limit, "float32", 1e9 * dice.uniform());
const normal = (shape, sigma) => // as wide as it was before it is cut off, as in Keras
  tf.truncatedNormal(shape, 0, sigma / 0.8796, "float32", 1e9 * dice.uniform());
// Kernel and bias of a layer, as networks.dense_encoder and dense_decoder draw them.
function layer(inputs, units, kind) {
  const edge = Math.sqrt(6 / (inputs + (kind === "heads" ? units / 2 : units)));
  const [kernel, bias] = {
    relu: () => [normal([inputs, units], Math.sqrt(2 / inputs)), tf.zeros([units])],
    code: () => [uniform([inputs, units], Math.SQRT1_2), uniform([units], Math.SQRT1_2)],
  }[kind]?.() ?? [uniform([inputs, units], edge), tf.zeros([units])];
  return [tf.variable(kernel), tf.variable(bias)];
}
const weights = [layer(784, 128, "relu"), layer(128, 64, "relu"), layer(64, 4, "heads"),
  layer(2, 64, "code"), layer(64, 128, "relu"), layer(128, 784, "linear")];
const dense = (h, i) => tf.add(tf.matMul(h, weights[i][0]), weights[i][1]);
const hidden = (h, i) => tf.relu(dense(h, i));
/** -ELBO, in nats per picture. */
const loss = (x, noise) => {
  const [mean, logVar] = tf.split(dense(hidden(hidden(x, 0), 1), 2), 2, 1);
  const z = tf.add(mean, tf.mul(tf.exp(tf.mul(logVar, 0.5)), noise));
  const logits = dense(hidden(hidden(z, 3), 4), 5);
  const reconstruction = tf.sum(tf.sub(tf.softplus(logits), tf.mul(x, logits)));
  const terms = tf.sub(tf.add(tf.square(mean), tf.exp(logVar)), tf.add(logVar, 1));
  const kl = tf.mul(0.5, tf.sum(terms));
  return tf.div(tf.add(reconstruction, kl), x.shape[0]);
};
const adam = tf.train.adam(0.004, 0.9, 0.999, 1e-7);
const gaussian = (rows) =>
  tf.tensor2d(Float32Array.from({ length: 2 * rows }, dice.normal), [rows, 2]);
const [heldOut, fixed] = [tf.tensor2d(test, [held, 784]), gaussian(held)];
const order = Int32Array.from({ length: n }, (_, i) => i);
const batch = new Float32Array(64 * 784);
let next = n;
function step() {
  if (next + 64 > n) {
    for (let i = n - 1; i > 0; i--) {
      const j = Math.floor(dice.uniform() * (i + 1));
      [order[i], order[j]] = [order[j], order[i]];
    }
    next = 0;
  }
  for (let i = 0; i < 64; i++, next++) {
    batch.set(train.subarray(784 * order[next], 784 * (order[next] + 1)), 784 * i);
  }
  tf.tidy(() => {
    const [x, noise] = [tf.tensor2d(batch, [64, 784]), gaussian(64)];
    adam.minimize(() => loss(x, noise));
  });
}
let [cpu, nats, steps] = [0, Infinity, 0];
while (steps < {most} && nats > {level}) {
  const before = process.cpuUsage();
  for (let i = 0; i < {every}; i++) step();
  const { user, system } = process.cpuUsage(before);
  cpu += (user + system) / 1e6;
  steps += {every};
  nats = tf.tidy(() => loss(heldOut, fixed).dataSync()[0]);
}
console.log(JSON.stringify({ cpu, loss: nats, steps }));
"""


def install(folder):
    """Install the packages into a folder; False where npm or the registry is not to be had."""
    command = [
        "npm",
        "install",
        "--silent",
        "--no-audit",
        "--no-fund",
        "--prefix",
        folder,
        *PACKAGES,
    ]
    try:
        return subprocess.run(command, capture_output=True, timeout=600).returncode == 0
    except (OSError, subprocess.TimeoutExpired):
        return False


def train(folder, module, **words):
    """Train in Node.js; `module` has `makeRandom` and `unpackDigits`, `words` fill it in."""
    code = TRAIN
    for name, value in {"folder": folder, **words}.items():
        code = code.replace(f"{{{name}}}", str(value))
    done = subprocess.run(
        ["node", "--input-type=module", "-"], input=module + code, capture_output=True, text=True
    )
    if done.returncode:
        raise RuntimeError(done.stderr)
    return json.loads(done.stdout.splitlines()[-1])
