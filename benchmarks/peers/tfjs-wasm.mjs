// TensorFlow.js on its WebAssembly backend (SIMD; in Node it runs on one thread whatever is asked for).
import { join } from 'node:path';
import { callCost, eventLoopStall, load, random, serve } from './protocol.mjs';

let tf;

async function start() {
  const core = await load('@tensorflow/tfjs');
  tf = core.module;
  const wasm = await load('@tensorflow/tfjs-backend-wasm');
  wasm.module.setWasmPaths(join(wasm.root, 'dist/'));
  await tf.setBackend('wasm');
  await tf.ready();
  return core.version;
}

/** Wasm calls are synchronous, so an op is done when it returns; only its output is released. */
const op = (make) => ({
  call: () => {
    make().dispose();
  },
});

function gemm({ m, n, k }) {
  const a = tf.tensor2d(random(m * k), [m, k]);
  const b = tf.tensor2d(random(k * n), [k, n]);
  return { ...op(() => tf.matMul(a, b)), close: () => tf.dispose([a, b]) };
}

function softmax({ rows, columns }) {
  const x = tf.tensor2d(random(rows * columns), [rows, columns]);
  return { ...op(() => tf.softmax(x)), close: () => x.dispose() };
}

function layerNorm({ rows, columns }) {
  const x = tf.tensor2d(random(rows * columns), [rows, columns]);
  const [weight, bias] = [tf.ones([columns]), tf.zeros([columns])];
  const make = () =>
    tf.tidy(() => {
      const { mean, variance } = tf.moments(x, 1, true);
      return x.sub(mean).mul(variance.add(1e-5).rsqrt()).mul(weight).add(bias);
    });
  return { ...op(make), close: () => tf.dispose([x, weight, bias]) };
}

function adamw({ parameters }) {
  const weights = tf.variable(tf.tensor1d(random(parameters)));
  const gradient = tf.tensor1d(random(parameters));
  const optimizer = tf.train.adam(1e-4);
  const call = () => optimizer.applyGradients({ [weights.name]: gradient });
  return { call, close: () => tf.dispose([weights, gradient]) };
}

function opCall({ elements }, method) {
  const [a, b] = [tf.tensor1d(random(elements)), tf.tensor1d(random(elements))];
  if (method !== 'no autograd') throw new Error('autograd cost is not separable in TensorFlow.js');
  const { call } = op(() => tf.add(a, b));
  return { values: (milliseconds) => callCost(call, milliseconds), close: () => tf.dispose([a, b]) };
}

function stall({ m, n, k }) {
  const a = tf.tensor2d(random(m * k), [m, k]);
  const b = tf.tensor2d(random(k * n), [k, n]);
  const call = async () => {
    const c = tf.matMul(a, b);
    await c.data();
    c.dispose();
  };
  return { values: (milliseconds) => eventLoopStall(call, milliseconds), close: () => tf.dispose([a, b]) };
}

serve('tfjs-wasm', start, {
  gemm,
  softmax,
  'layer-norm': layerNorm,
  adamw,
  'op-call-cost': opCall,
  'event-loop-stall': stall,
});
