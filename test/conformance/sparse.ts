/** Fixtures of sparse masked optimizers (rl/sparse_*): parameters, compact moments and norms after recorded gradients. */
import { join } from 'node:path';
import { openSafetensors, type TensorSource } from '@tessera/data';
import {
  type FlatParameters,
  type Optimizer,
  type Precision,
  type Schedule,
  SparseAdamW,
  SparseSGD,
  Subnetwork,
} from '@tessera/optim';
import { type DeviceName, type DType, type Tensor, tensor, zeros } from '@tessera/tensor';
import { compareValues, type Tolerance } from '../support/compare.js';
import { copyInto } from './optimizer.js';
import { type Handler, type RunOptions, runCase } from './runner.js';

interface SparseCase {
  readonly algorithm: string;
  readonly hyperparameters: {
    readonly lr: number;
    readonly betas?: readonly [number, number];
    readonly eps?: number;
    readonly weight_decay?: number;
    readonly momentum?: number;
    readonly max_grad_norm?: number | null;
    readonly clip_norm_scope?: string;
    readonly warmup_steps?: number;
    readonly storage?: 'f32' | 'bf16' | 'bf16_master';
    readonly steps: number;
  };
  readonly expected_scalars: { readonly grad_norms?: readonly number[] };
  readonly tolerances: Readonly<Record<string, Tolerance | string>>;
  readonly tensors: Readonly<Record<string, { readonly shape: readonly number[] }>>;
}

export const runSparseCase: Handler = async (fixture, options, report) => {
  const source = await openSafetensors(join(fixture.folder, 'tensors.safetensors'));
  try {
    await runCase(fixture.name, options, report, () =>
      check(fixture.content as unknown as SparseCase, source, options),
    );
  } finally {
    await source.close();
  }
};

async function check(c: SparseCase, source: TensorSource, { device }: RunOptions): Promise<void> {
  const h = c.hyperparameters;
  const names = Object.keys(c.tensors).flatMap((t) => (t.startsWith('param.') ? [t.slice('param.'.length)] : []));
  const dtype: DType = (h.storage ?? 'f32') === 'f32' ? 'f32' : 'bf16';
  const flat = await flatOf(names, source, dtype, device as DeviceName);
  const mask = await gathered(names, (name) => `mask.${name}`, source);
  const initial = (await flat.data.data()) as Float32Array;
  using subnetwork = await Subnetwork.fromBytes(
    flat,
    tensor(
      Array.from(mask, (v) => v !== 0),
      { dtype: 'bool', device: device as DeviceName },
    ),
  );
  using optimizer = makeOptimizer(c, subnetwork);
  for (let step = 1; step <= h.steps; step++) {
    copyInto(flat.grad, await gathered(names, (name) => `grad.${step}.${name}`, source));
    optimizer.step();
    const norm = c.expected_scalars.grad_norms?.[step - 1];
    if (norm !== undefined && h.max_grad_norm != null) {
      const seen = await optimizer.gradientNorm.item();
      compareValues(`norm of step ${step}`, [seen], [norm], { rtol: 1e-5, atol: 0 });
    }
    if (c.tensors[`expected.param.${step}.${names[0]}`] === undefined) continue;
    const expected = await gathered(names, (name) => `expected.param.${step}.${name}`, source);
    const values = (await flat.data.data()) as Float32Array;
    const frozen = initial.map((v, i) => (mask[i] === 0 ? v : values[i]!));
    compareValues(`step ${step}, outside the mask`, values, frozen, { rtol: 0, atol: 0 });
    compareValues(`step ${step}`, values, expected, tolerance(c, 'param'));
  }
  const { state } = optimizer.stateDict();
  for (const name of names) {
    for (const part of ['exp_avg', 'exp_avg_sq', 'momentum_buffer', 'master']) {
      const stored = state[name]![part] as Tensor | undefined;
      if (stored === undefined || c.tensors[`expected.${part}.${name}`] === undefined) continue;
      const { data } = await source.read(`expected.${part}.${name}`);
      const kind = part === 'master' ? 'master' : 'moments';
      compareValues(`${part} of ${name}`, (await stored.data()) as Float32Array, data, tolerance(c, kind));
    }
  }
  flat.data.dispose();
  flat.grad.dispose();
}

function makeOptimizer(c: SparseCase, subnetwork: Subnetwork): Optimizer {
  const h = c.hyperparameters;
  const precision: Precision = h.storage === 'bf16_master' ? 'master' : 'plain';
  const rise = h.warmup_steps ?? 0;
  const schedule: Schedule = (t) => (rise === 0 ? 1 : Math.min(1, (t + 1) / rise));
  const shared = {
    lr: h.lr,
    weightDecay: h.weight_decay ?? 0,
    precision,
    schedule,
    clipScope: h.clip_norm_scope === 'full' ? 'dense' : 'masked',
    ...(h.max_grad_norm != null && { clipNorm: h.max_grad_norm }),
  } as const;
  if (c.algorithm === 'sparse masked SGD') return new SparseSGD(subnetwork, { ...shared, momentum: h.momentum ?? 0 });
  return new SparseAdamW(subnetwork, {
    ...shared,
    ...(h.betas && { betas: h.betas }),
    ...(h.eps !== undefined && { eps: h.eps }),
  });
}

function tolerance(c: SparseCase, kind: string): Tolerance {
  const given = c.tolerances[kind] ?? c.tolerances.tensor;
  if (given === 'exact' || given === 'bit-exact') return { rtol: 0, atol: 0 };
  return typeof given === 'object' ? given : { rtol: 1e-6, atol: 1e-7 };
}

/** The named tensors, one after another. */
async function gathered(names: readonly string[], at: (name: string) => string, source: TensorSource) {
  const parts = await Promise.all(names.map((name) => source.read(at(name))));
  return Float32Array.from(parts.flatMap((part) => Array.from(part.data as ArrayLike<number>, Number)));
}

async function flatOf(
  names: readonly string[],
  source: TensorSource,
  dtype: DType,
  device: DeviceName,
): Promise<FlatParameters> {
  let offset = 0;
  const entries = [];
  for (const name of names) {
    const { shape, data } = await source.read(`param.${name}`);
    entries.push({ name, shape, offset, length: data.length });
    offset += data.length;
  }
  const values = await gathered(names, (name) => `param.${name}`, source);
  return {
    data: tensor(values, { dtype, device }).keep(),
    grad: zeros([offset], { device }).keep(),
    entries,
    zeroGrad: () => {},
    finishGradients: () => {},
  };
}
