/** Fixtures of gradient clipping (`clipping.json`) and of weight averaging (`averaging.json`), tensors beside them. */
import { join } from 'node:path';
import { openSafetensors, type TensorSource } from '@tessera/data';
import * as optim from '@tessera/optim';
import { type DeviceName, tensor } from '@tessera/tensor';
import { compareValues } from '../support/compare.js';
import { copyInto } from './optimizer.js';
import { type Handler, runCase } from './runner.js';

const tolerance = { rtol: 1e-5, atol: 1e-6 };

type Case = Readonly<Record<string, unknown>> & { readonly id: string };

/** The tensors `<prefix>/<name>` as one flat f32 buffer with entries. */
async function flatFrom(source: TensorSource, prefix: string, device: DeviceName, gradients: string | null) {
  const names = source.names.filter((n) => n.startsWith(`${prefix}/`)).map((n) => n.slice(prefix.length + 1));
  const entries: optim.FlatEntry[] = [];
  const [values, slopes]: [number[], number[]] = [[], []];
  for (const name of names) {
    const { data, shape } = await source.read(`${prefix}/${name}`);
    entries.push({ name, shape, offset: values.length, length: data.length });
    for (const value of data) values.push(Number(value));
    if (gradients === null) continue;
    for (const value of (await source.read(`${gradients}/${name}`)).data) slopes.push(Number(value));
  }
  return {
    data: tensor(values, { device }).keep(),
    grad: tensor(gradients === null ? values.map(() => 0) : slopes, { device }).keep(),
    entries,
    zeroGrad: () => {},
    finishGradients: () => {},
  } satisfies optim.FlatParameters;
}

const clips: readonly [RegExp, (flat: optim.FlatParameters, c: Case) => void][] = [
  [
    /^torch-norm/,
    (flat, c) => {
      const normType = c.norm_type === 'inf' ? Number.POSITIVE_INFINITY : Number(c.norm_type);
      using norm = optim.clipGradNorm(flat, Number(c.max_norm), { normType });
      compareValues('norm', norm.dataSync() as Float32Array, [Number(c.total_norm)], tolerance);
    },
  ],
  [/^torch-value/, (flat, c) => optim.clipGradValue(flat, Number(c.clip_value))],
  [/^optax-value/, (flat, c) => optim.clipGradValue(flat, Number(c.max_delta))],
  [/^optax-global/, (flat, c) => optim.clipGradNorm(flat, Number(c.max_norm), { eps: 0 }).dispose()],
  [/^algoperf/, (flat, c) => optim.clipGradNorm(flat, Number(c.grad_clip)).dispose()],
  [/^optax-blockrms/, (flat, c) => optim.clipTensorRms(flat, Number(c.threshold))],
  [
    /^optax-agc/,
    (flat, c) => optim.adaptiveGradientClip(flat, Number(c.clipping), { eps: Number(c.eps), units: 'columns' }),
  ],
  [/^optax-normalize/, (flat, c) => optim.normalizeGradients(flat, Number(c.scale))],
];

export const runClipping: Handler = async ({ folder, name, content }, options, report) => {
  await using source = await openSafetensors(join(folder, 'clipping.safetensors'));
  for (const c of content.cases as readonly Case[]) {
    const [scale, rule] = c.id.split('/') as [string, string];
    const clip = clips.find(([pattern]) => pattern.test(rule))?.[1];
    if (clip === undefined) {
      report({ name: `${name}/${c.id}`, failure: null, notOffered: rule });
      continue;
    }
    await runCase(`${name}/${c.id}`, options, report, async () => {
      const flat = await flatFrom(source, `${scale}/param`, options.device as DeviceName, `${scale}/grad`);
      clip(flat, c);
      const all = flat.grad.dataSync() as Float32Array;
      for (const entry of flat.entries) {
        const { data } = await source.read(`${c.id}/${entry.name}`);
        compareValues(entry.name, all.subarray(entry.offset, entry.offset + entry.length), data, tolerance);
      }
    });
  }
};

function averageOf(c: Case, flat: optim.FlatParameters): optim.WeightAverage | optim.LatestAverage | null {
  const decay = Number(c.decay);
  if (c.id.startsWith('lawa')) return new optim.LatestAverage(flat, Number(c.k));
  if (c.id.startsWith('polynomial')) return new optim.WeightAverage(flat, optim.polynomialDecay(Number(c.gamma)));
  if (c.id === 'torch-swa') return new optim.WeightAverage(flat, optim.meanDecay());
  if (c.id.startsWith('torch-ema')) return new optim.WeightAverage(flat, (t) => (t === 1 ? 0 : decay));
  if (!c.id.startsWith('optax-ema')) return null;
  if (c.debias) return new optim.WeightAverage(flat, optim.exponentialDecay(decay, { debias: true }));
  return new optim.WeightAverage(flat, decay, { start: 'zero' });
}

export const runAveraging: Handler = async ({ folder, name, content }, options, report) => {
  await using source = await openSafetensors(join(folder, 'averaging.safetensors'));
  for (const c of content.cases as readonly Case[]) {
    await runCase(`${name}/${c.id}`, options, report, async () => {
      const names = source.names.filter((n) => n.startsWith('sequence/')).map((n) => n.slice('sequence/'.length));
      const at = c.at as readonly number[];
      for (const tensorName of names) {
        const { data, shape } = await source.read(`sequence/${tensorName}`);
        const length = data.length / shape[0]!;
        const flat = {
          data: tensor(new Float32Array(length), { device: options.device as DeviceName }).keep(),
          grad: tensor(new Float32Array(length), { device: options.device as DeviceName }).keep(),
          entries: [{ name: tensorName, shape: shape.slice(1), offset: 0, length }],
          zeroGrad: () => {},
          finishGradients: () => {},
        };
        using average = averageOf(c, flat);
        if (average === null) throw new Error(`unknown average ${c.id}`);
        const expected = (await source.read(`${c.id}/${tensorName}`)).data;
        for (let t = 0; t < shape[0]!; t++) {
          copyInto(flat.data, Float32Array.from(data.slice(t * length, (t + 1) * length) as Float32Array, Number));
          average.update();
          const index = at.indexOf(t + 1);
          if (index < 0) continue;
          const seen = average.evalParams().get(tensorName)!.dataSync() as Float32Array;
          const wanted = expected.slice(index * length, (index + 1) * length);
          compareValues(`${tensorName} after ${t + 1}`, seen, wanted, tolerance);
        }
      }
    });
  }
};
