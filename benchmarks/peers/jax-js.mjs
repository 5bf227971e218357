// jax-js on its WebAssembly backend; everything that has more than one op is jitted.
import { callCost, eventLoopStall, load, random, serve } from './protocol.mjs';

let jax;
let np;

async function start() {
  const loaded = await load('@jax-js/jax');
  jax = loaded.namespace;
  np = jax.numpy;
  await jax.init('wasm');
  jax.defaultDevice('wasm');
  return loaded.version;
}

const matrix = (rows, columns) => np.array(random(rows * columns)).reshape([rows, columns]);

/** Arrays are consumed by use, so arguments are passed as `.ref`. */
const op = (make) => ({
  call: async () => {
    const result = make();
    await result.blockUntilReady();
    result.dispose();
  },
});

function gemm({ m, n, k }) {
  const [a, b] = [matrix(m, k), matrix(k, n)];
  return op(() => np.matmul(a.ref, b.ref));
}

function softmax({ rows, columns }) {
  const x = matrix(rows, columns);
  const run = jax.jit((v) => jax.nn.softmax(v, -1));
  return op(() => run(x.ref));
}

function layerNorm({ rows, columns }) {
  const x = matrix(rows, columns);
  const [weight, bias] = [np.ones([columns]), np.zeros([columns])];
  const run = jax.jit((v, w, b) => jax.nn.standardize(v, -1, { epsilon: 1e-5 }).mul(w).add(b));
  return op(() => run(x.ref, weight.ref, bias.ref));
}

function adamw({ parameters }) {
  let [w, m, v] = [np.array(random(parameters)), np.zeros([parameters]), np.zeros([parameters])];
  const g = np.array(random(parameters));
  const update = jax.jit((w, g, m, v) => {
    const m1 = m.mul(0.9).add(g.ref.mul(0.1));
    const v1 = v.mul(0.999).add(g.ref.mul(g).mul(0.001));
    const w1 = w.mul(1 - 1e-6).sub(m1.ref.mul(1e-4).div(np.sqrt(v1.ref).add(1e-8)));
    return [w1, m1, v1];
  });
  const call = async () => {
    [w, m, v] = update(w, g.ref, m, v);
    await jax.blockUntilReady([w, m, v]);
  };
  return { call };
}

function opCall({ elements }, method) {
  if (method !== 'no autograd') throw new Error('jax-js differentiates functions, not op calls');
  const [a, b] = [np.array(random(elements)), np.array(random(elements))];
  const call = () => a.ref.add(b.ref).dispose();
  return { values: (milliseconds) => callCost(call, milliseconds) };
}

function stall({ m, n, k }) {
  const [a, b] = [matrix(m, k), matrix(k, n)];
  const { call } = op(() => np.matmul(a.ref, b.ref));
  return { values: (milliseconds) => eventLoopStall(call, milliseconds) };
}

serve('jax-js', start, {
  gemm,
  softmax,
  'layer-norm': layerNorm,
  adamw,
  'op-call-cost': opCall,
  'event-loop-stall': stall,
});
