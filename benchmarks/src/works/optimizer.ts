import {
  Adafactor,
  AdamW,
  COCOB,
  DAdaptAdam,
  DoG,
  DoWG,
  type FlatParameters,
  Lion,
  Mechanic,
  Muon,
  NadamW,
  type Optimizer,
  Prodigy,
  RAdam,
  ScheduleFreeAdamW,
  SGD,
  SOAP,
  SparseAdamW,
  Subnetwork,
} from '@tessera/optim';
import { type Device, type DType, randn, scope } from '@tessera/tensor';
import type { Size } from '../protocol.js';
import type { Case, Contestant, Rival, Work } from '../work.js';

const parameters = 2 ** 25;
/** Reads parameter, gradient and both moments, writes parameter and moments. */
const denseBytes = 7 * 4 * parameters;

export const adamw: Work = {
  name: 'adamw',
  summary: 'one AdamW step over all parameters',
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
      label: '256M bf16, f32 master copy',
      device: 'cuda',
      size: { parameters: 2 ** 28, bf16: 1 },
      cost: { bytes: (2 + 2 + 6 * 4) * 2 ** 28 }, // gradient and parameter in bf16; master copy and moments, read and written
      ofLimitAtLeast: 0.9,
      rivals: [{ peer: 'torch', method: 'fused' }],
    },
    {
      label: '148 tensors',
      size: { parameters: 148 * 2 ** 17, tensors: 148 },
      cost: { bytes: 7 * 4 * 148 * 2 ** 17 },
      rivals: [
        { peer: 'torch', method: 'fused', atLeast: 1 },
        { peer: 'torch', method: 'foreach' },
      ],
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

interface FlatOptions {
  readonly dtype?: DType;
  /** Of each tensor. */
  readonly shape?: readonly number[];
}

/** Parameters cut into equal tensors, with gradients that stay as they are. */
function flatParameters(n: number, tensors: number, device: Device, options: FlatOptions = {}): FlatParameters {
  const length = n / tensors;
  const { dtype = 'f32', shape = [length] } = options;
  const entries = Array.from({ length: tensors }, (_, i) => ({
    name: String(i),
    shape,
    offset: i * length,
    length,
  }));
  const grad = scope(() => randn([n], { device, dtype }).mul(1e-3));
  return { data: randn([n], { device, dtype }), grad, entries, zeroGrad: () => {}, finishGradients: () => {} };
}

const steps = (optimizer: Optimizer, flat: FlatParameters, stateBytes?: number): Contestant => ({
  call: () => void optimizer.step(),
  ...(stateBytes === undefined ? {} : { stateBytes }),
  close: () => {
    flat.data.dispose();
    flat.grad.dispose();
    optimizer.dispose();
  },
});

function dense({ parameters: n, tensors, bf16 }: Size, _method: string, device: Device): Contestant {
  const flat = flatParameters(n!, tensors ?? 1, device, { dtype: bf16 ? 'bf16' : 'f32' });
  const precision = bf16 ? 'master' : 'plain';
  return steps(new AdamW(flat, { lr: 1e-4, weightDecay: 0.01, precision }), flat);
}

async function masked({ parameters: n, density }: Size, _method: string, device: Device): Promise<Contestant> {
  const flat = flatParameters(n!, 1, device);
  await device.synchronize();
  const before = device.memory().live;
  const subnetwork = await Subnetwork.random(flat, density!);
  const optimizer = new SparseAdamW(subnetwork, { lr: 1e-4, weightDecay: 0.01 });
  optimizer.step();
  await device.synchronize();
  return steps(optimizer, flat, device.memory().live - before);
}

const optimizerOf: Readonly<Record<string, (flat: FlatParameters) => Optimizer>> = {
  NAdamW: (flat) => new NadamW(flat, { lr: 1e-4, weightDecay: 0.01 }),
  Lion: (flat) => new Lion(flat, { lr: 1e-4 }),
  SGD: (flat) => new SGD(flat, { lr: 1e-2, momentum: 0.9, nesterov: true }),
  RAdam: (flat) => new RAdam(flat, { lr: 1e-4 }),
  ScheduleFreeAdamW: (flat) => new ScheduleFreeAdamW(flat, { lr: 1e-3 }),
  DAdaptAdamW: (flat) => new DAdaptAdam(flat, { form: 'optax' }),
  Prodigy: (flat) => new Prodigy(flat, { form: 'optax' }),
  DoG: (flat) => new DoG(flat),
  DoWG: (flat) => new DoWG(flat),
  COCOB: (flat) => new COCOB(flat),
  Mechanic: (flat) => new Mechanic(new AdamW(flat, { lr: 1, weightDecay: 1e-4 })),
  Adafactor: (flat) => new Adafactor(flat, { lr: 1e-4 }),
  Muon: (flat) => new Muon(flat, { lr: 1e-3 }),
  'Muon bf16': (flat) => new Muon(flat, { lr: 1e-3, dtype: 'bf16' }),
};

function namedOptimizer({ matrices, rows, columns }: Size, name: string, device: Device): Contestant {
  const flat = flatParameters(matrices! * rows! * columns!, matrices!, device, { shape: [rows!, columns!] });
  return steps(optimizerOf[name]!(flat), flat);
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
function named(label: string, atLeast: number, rivals: readonly Omit<Rival, 'atLeast'>[]): Case {
  const size = { matrices: 32, rows: 1024, columns: 1024 };
  return { label, method: label, size, rivals: rivals.map((rival) => ({ ...rival, atLeast })) };
}

const torch = (method: string) => ({ peer: 'torch', method }) as const;
const optax = (method: string) => ({ peer: 'optax', method }) as const;

export const optimizers: Work = {
  name: 'optimizers',
  summary: 'one step of each optimizer over 32M f32 parameters',
  cases: [
    named('NAdamW', 0.95, [torch('NAdamW foreach'), optax('NAdamW')]),
    named('Lion', 0.95, [optax('Lion')]),
    named('SGD', 0.95, [torch('SGD fused'), optax('SGD')]),
    named('RAdam', 1, [torch('RAdam foreach'), optax('RAdam')]),
    named('ScheduleFreeAdamW', 4, [optax('ScheduleFreeAdamW')]),
    named('DAdaptAdamW', 4, [optax('DAdaptAdamW')]),
    named('Prodigy', 4, [optax('Prodigy')]),
    named('DoG', 4, [optax('DoG')]),
    named('DoWG', 4, [optax('DoWG')]),
    named('COCOB', 1, [optax('COCOB')]),
    named('Mechanic', 1, [optax('Mechanic')]),
    named('Adafactor', 1, [torch('Adafactor foreach'), optax('Adafactor')]),
    named('Muon', 1.5, [optax('Muon')]),
    named('Muon bf16', 1.5, [torch('Muon')]),
  ],
  ours: namedOptimizer,
};

export const soap: Work = {
  name: 'soap',
  summary: "ten steps of SOAP, in which every basis is renewed once; the peer is written after the authors' code",
  cases: [
    {
      label: '4 x 512 x 512',
      size: { matrices: 4, rows: 512, columns: 512, steps: 10 },
      rivals: [{ peer: 'torch', method: '', atLeast: 1.5 }],
    },
  ],
  ours: ({ matrices, rows, columns, steps: count }, _method, device) => {
    const flat = flatParameters(matrices! * rows! * columns!, matrices!, device, { shape: [rows!, columns!] });
    const optimizer = new SOAP(flat, { lr: 3e-3 });
    const each = steps(optimizer, flat);
    return {
      ...each,
      call: () => {
        for (let i = 0; i < count!; i++) optimizer.step();
      },
    };
  },
};
