import { type Device, empty, randn, type Tensor, tensor, zeros } from '@tessera/tensor';
import { adamStep, maskOffsets, sparseAdamStep } from '@tessera/tensor/kernels';
import type { Case, Contestant, Rival, Size, Work } from '../work.js';
import { pending } from './pending.js';

const parameters = 2 ** 25;
/** Reads parameter, gradient and both moments, writes parameter and moments. */
const denseBytes = 7 * 4 * parameters;

export const adamw: Work = {
  name: 'adamw',
  summary: 'one AdamW step over f32 parameters',
  cases: [
    {
      label: '32M',
      size: { parameters },
      cost: { bytes: denseBytes },
      rivals: [
        { peer: 'torch', method: 'fused', atLeast: 0.95 },
        { peer: 'torch', method: 'foreach' },
        { peer: 'optax', method: 'jit' },
        { peer: 'jax-js', method: '' },
        { peer: 'tfjs-wasm', method: '' },
      ],
    },
    {
      label: '256M',
      device: 'cuda',
      size: { parameters: 2 ** 28 },
      cost: { bytes: 7 * 4 * 2 ** 28 },
      ofLimitAtLeast: 0.9,
      rivals: [{ peer: 'torch', method: 'fused', atLeast: 1 }],
    },
    {
      label: '10000 tensors of 100',
      size: { parameters: 1_000_000, tensors: 10_000 },
      cost: { bytes: 7 * 4 * 1_000_000 },
      rivals: [
        { peer: 'torch', method: 'fused', atLeast: 1 },
        { peer: 'torch', method: 'foreach' },
      ],
    },
  ],
  ours: dense,
};

/** AdamW at its second step, as the kernel takes it. */
const rule = {
  firstIndex: 0,
  seed: 0,
  offset: 0,
  beta1: 0.9,
  beta2: 0.999,
  eps: 1e-8,
  momentWeight: 1 / (1 - 0.9 ** 2),
  gradWeight: 0,
  rootScale: 1 / Math.sqrt(1 - 0.999 ** 2),
  lr: 1e-4,
  weightDecay: 0.01,
  gradFactor: 1,
  decoupled: 1,
  rounding: 0,
  segments: 0,
  gradScales: 0,
};

function contestant(tensors: readonly Tensor[], call: () => void, stateBytes?: number): Contestant {
  const close = () => {
    for (const each of tensors) each.dispose();
  };
  return { call, close, ...(stateBytes === undefined ? {} : { stateBytes }) };
}

function dense({ parameters: n }: Size, _method: string, device: Device): Contestant {
  const [param, grad] = [randn([n!], { device }), randn([n!], { device })];
  const [expAvg, expAvgSq] = [zeros([n!], { device }), zeros([n!], { device })];
  return contestant([param, grad, expAvg, expAvgSq], () => adamStep({ ...rule, param, grad, expAvg, expAvgSq, n: n! }));
}

async function masked({ parameters, density }: Size, _method: string, device: Device): Promise<Contestant> {
  const n = parameters!;
  const [param, grad] = [randn([n], { device }), randn([n], { device })];
  const bits = new Int32Array(Math.ceil(n / 32));
  let active = 0;
  for (let i = 0; i < n; i++) {
    if (Math.random() >= density!) continue;
    bits[i >> 5]! |= 1 << (i & 31);
    active++;
  }
  await device.synchronize();
  const before = device.memory().live;
  const mask = tensor(bits, { device });
  const offsets = empty([Math.ceil(n / 1024) + 1], { dtype: 'i32', device });
  maskOffsets({ mask, offsets, n });
  const [expAvg, expAvgSq] = [zeros([active], { device }), zeros([active], { device })];
  await device.synchronize();
  const step = () => sparseAdamStep({ ...rule, mask, offsets, param, grad, expAvg, expAvgSq, n, active, gradCount: n });
  return contestant([param, grad, mask, offsets, expAvg, expAvgSq], step, device.memory().live - before);
}

/** Each density against the dense fused step on the same parameters, which is what it replaces. */
function sparse(density: number, atLeast: number): Case {
  const rivals: Rival[] = [{ peer: 'torch', method: 'fused', atLeast }];
  const stateAtMost = (8 * density + 0.25) * parameters;
  return { label: `32M density ${density * 100}%`, size: { parameters, density }, rivals, stateAtMost };
}

function sparseOnCuda(density: number, atLeast: number): Case {
  const rivals: Rival[] = [{ peer: 'tessera', work: 'adamw', method: '', atLeast }];
  return { label: `256M density ${density * 100}%`, device: 'cuda', size: { parameters: 2 ** 28, density }, rivals };
}

export const sparseAdamw: Work = {
  name: 'sparse-adamw',
  summary: 'one AdamW step on a random subset of the parameters, compact moments; the peer steps all of them',
  cases: [
    sparse(0.05, 3),
    sparse(0.2, 1.6),
    sparse(0.3, 1.3),
    sparseOnCuda(0.05, 3),
    sparseOnCuda(0.2, 1.7),
    sparseOnCuda(0.3, 1.4),
  ],
  ours: masked,
};

/** 32 matrices of 1024 x 1024: the same 32M parameters as above, in the shape that matrix methods need. */
function named(
  label: string,
  atLeast: number,
  rivals: readonly Omit<Rival, 'atLeast'>[],
  size = { matrices: 32, rows: 1024, columns: 1024 },
): Case {
  return { label, method: label, size, rivals: rivals.map((rival) => ({ ...rival, atLeast })) };
}

const torch = (method: string) => ({ peer: 'torch', method }) as const;
const optax = (method: string) => ({ peer: 'optax', method }) as const;

export const optimizers: Work = {
  name: 'optimizers',
  summary: 'one step of each optimizer over 32M f32 parameters (Muon: 3.1M)',
  cases: [
    named('NAdamW', 0.95, [torch('NAdamW foreach'), optax('NAdamW')]),
    named('Lion', 0.95, [optax('Lion')]),
    named('SGD', 0.95, [torch('SGD fused'), optax('SGD')]),
    named('Prodigy', 4, [optax('Prodigy')]),
    named('DAdaptAdamW', 4, [optax('DAdaptAdamW')]),
    named('DoG', 4, [optax('DoG')]),
    named('ScheduleFreeAdamW', 4, [optax('ScheduleFreeAdamW')]),
    named('Muon', 1.5, [torch('Muon'), optax('Muon')], { matrices: 3, rows: 1024, columns: 1024 }),
  ],
  ours: pending('@tessera/optim'),
};
