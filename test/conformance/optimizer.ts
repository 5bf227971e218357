/** Fixtures of optimizers: trajectories on small problems, compared with the float64 oracle under the f32 tolerance. */
import { join } from 'node:path';
import { openSafetensors, type TensorSource } from '@tessera/data';
import { type FlatParameters, type ParameterGroup, WeightAverage } from '@tessera/optim';
import { type DeviceName, device as deviceOf, type Tensor, tensor, zeros } from '@tessera/tensor';
import { compareValues } from '../support/compare.js';
import { missing, offered, toOptions } from './optimizers.js';
import { loadProblem, type Problem } from './problems.js';
import { type Handler, type RunOptions, runCase } from './runner.js';

interface OptimizerCase {
  readonly id: string;
  readonly optimizer: string;
  readonly hyperparameters: Record<string, unknown>;
  readonly lr_multiplier: readonly number[] | null;
  readonly clip?: { readonly form: string; readonly max_norm: number } | null;
  readonly groups?: readonly ({ readonly params: readonly string[] } & Record<string, unknown>)[] | null;
  readonly problem: Problem;
  readonly checkpoints: readonly number[];
  readonly ill_conditioned: boolean;
  readonly contains_nan: boolean;
  readonly tolerance: {
    readonly f32: { readonly rtol: number; readonly atol_by_checkpoint: Readonly<Record<string, number>> } | null;
    /** Where the oracle computes in f32 only. */
    readonly f64: { readonly rtol: number; readonly atol: number };
  };
}

export const runOptimizerCase: Handler = async (fixture, options, report) => {
  const c = fixture.content as unknown as OptimizerCase;
  const lacking = missing(c.optimizer, c.hyperparameters);
  if (lacking !== null) {
    report({ name: fixture.name, failure: null, notOffered: lacking });
    return;
  }
  const source = await openSafetensors(join(fixture.folder, 'tensors.safetensors'));
  try {
    await runCase(fixture.name, options, report, () => check(c, source, options));
  } finally {
    await source.close();
  }
};

/** A flat buffer that the test fills itself. */
async function flatOf(names: readonly string[], c: OptimizerCase, source: TensorSource, device: DeviceName) {
  const values: number[] = [];
  const entries = [];
  for (const name of names) {
    const { data, shape } = await source.read(`init/${name}`);
    entries.push({ name, shape, offset: values.length, length: data.length });
    for (const value of data) values.push(Number(value));
  }
  const flat: FlatParameters = {
    data: tensor(values, { device }).keep(),
    grad: zeros([values.length], { device }).keep(),
    entries,
    zeroGrad: () => {},
    finishGradients: () => {},
  };
  if (entries.length === 0) throw new Error(`${c.id}: a group without parameters`);
  return flat;
}

async function check(c: OptimizerCase, source: TensorSource, { device }: RunOptions): Promise<void> {
  const { make, defaults, accumulates = false, average, prepare, after } = offered[c.optimizer]!;
  const names = c.problem.params.map((p) => p.name);
  const flats: FlatParameters[] = [];
  const groups: ParameterGroup[] = [];
  for (const { params, ...own } of c.groups ?? [{ params: names }]) {
    const flat = await flatOf(params, c, source, device as DeviceName);
    flats.push(flat);
    groups.push({ ...toOptions(own), params: flat });
  }
  const factors = c.lr_multiplier;
  using optimizer = make(groups, {
    ...defaults,
    ...toOptions(c.hyperparameters),
    ...(factors && { schedule: (t: number) => factors[t]! }),
    ...(c.clip && { clipNorm: c.clip.max_norm, clipEps: c.clip.form === 'optax' ? 0 : 1e-6 }),
  });
  const evaluate = await loadProblem(c.problem, source);
  const read = () => {
    const values = new Map<string, Float32Array>();
    for (const { data, entries } of flats) {
      const all = data.dataSync() as Float32Array;
      for (const { name, offset, length } of entries) values.set(name, all.slice(offset, offset + length));
    }
    return values;
  };
  let values = read();
  using averaged = average && new WeightAverage(groups, average());
  const last = c.checkpoints.at(-1) ?? c.problem.steps;
  let comparing = true;
  for (let step = 0; step < last; step++) {
    const { gradients, loss } = evaluate(values, step);
    for (const flat of flats) write(flat, gradients, accumulates && optimizer.pending > 0);
    prepare?.(groups, toOptions(c.hyperparameters));
    optimizer.step({ loss });
    after?.(optimizer, step, toOptions(c.hyperparameters));
    averaged?.update();
    values = read();
    for (const [name, v] of values) {
      if (!v.every(Number.isFinite)) throw new Error(`${name} after step ${step + 1} is not finite`);
    }
    if (!comparing || !c.checkpoints.includes(step + 1)) continue;
    const { rtol, atol } = toleranceAt(c, step + 1);
    const evaluated = (averaged ?? optimizer).evalParams();
    for (const name of names) {
      const at = `${String(step + 1).padStart(3, '0')}/${name}`;
      const expected = await source.read(`f64/step${at}`);
      // Where the reference divides zero by zero, ours goes on: nothing is left to compare with.
      if (c.contains_nan && [...expected.data].some((v) => Number.isNaN(Number(v)))) comparing = false;
      if (!comparing) break;
      compareValues(`${name} after step ${step + 1}`, values.get(name)!, expected.data, { rtol, atol });
      if (!source.has(`f64/eval${at}`)) continue;
      const evaluation = await source.read(`f64/eval${at}`);
      const seen = evaluated.get(name)!.dataSync() as Float32Array;
      compareValues(`${name} to evaluate after step ${step + 1}`, seen, evaluation.data, { rtol, atol });
    }
    for (const t of evaluated.values()) t.dispose();
  }
  for (const flat of flats) for (const t of [flat.data, flat.grad]) t.dispose();
}

function toleranceAt({ tolerance: { f32, f64 } }: OptimizerCase, step: number): { rtol: number; atol: number } {
  return f32 === null ? f64 : { rtol: f32.rtol, atol: f32.atol_by_checkpoint[step] ?? 2e-6 };
}

function write(flat: FlatParameters, gradients: ReadonlyMap<string, Float64Array>, add: boolean): void {
  const all = add ? Float32Array.from(flat.grad.dataSync() as Float32Array) : new Float32Array(flat.data.numel);
  for (const { name, offset } of flat.entries) {
    for (const [i, g] of gradients.get(name)!.entries()) all[offset + i]! += g;
  }
  copyInto(flat.grad, all);
}

/** Overwrites a contiguous tensor. */
export function copyInto(target: Tensor, values: Float32Array): void {
  using fresh = tensor(values, { device: deviceOf(target.device), dtype: target.dtype });
  target.copy_(fresh);
}
