/**
 * CUDA kernels where the registry's small cases do not reach: several tiles, edges of tiles, packed and unaligned rows,
 * each of the kernels a launch chooses between. Compared with the CPU, whose kernels the registry holds to the references.
 */
import {
  attentionVarlen,
  attentionWithCache,
  crossEntropy,
  type DeviceName,
  linearCrossEntropy,
  manualSeed,
  NdArray,
  normal,
  type OpCase,
  oneHot,
  randn,
  registry,
  sampleTokens,
  scaledDotProductAttention,
  sort,
  type Tensor,
  tensor,
  topk,
  uniform,
  vqLookup,
} from '@tessera/tensor';
import { describe, expect, test } from 'vitest';
import { compareValues } from '../support/compare.js';
import { testDevices } from '../support/devices.js';
import { Numbers } from '../support/numbers.js';

const cudaDevices = testDevices.filter((d) => d !== 'cpu');

const attention = (
  queries: number,
  keys: number,
  dim: number,
  options: Record<string, unknown> = {},
  [heads, kvHeads]: readonly [number, number] = [2, 2],
): OpCase => ({
  inputs: [
    [1, heads, queries, dim],
    [1, kvHeads, keys, dim],
    [1, kvHeads, keys, dim],
  ],
  options: { ...(heads !== kvHeads && { enableGqa: true }), ...options },
});

const masked = (queries: number, keys: number, dim: number): OpCase => ({
  inputs: [[2, 2, queries, dim], [2, 2, keys, dim], [2, 2, keys, dim], { shape: [2, 1, queries, keys], dtype: 'bool' }],
});

const conv = (x: readonly number[], weight: readonly number[], options: Record<string, unknown> = {}): OpCase => ({
  inputs: [x, weight, [weight[0]!]],
  options,
});

const cases: Record<string, readonly OpCase[]> = {
  scaledDotProductAttention: [
    attention(150, 150, 16, { isCausal: true }),
    attention(70, 200, 64),
    attention(130, 130, 20, { isCausal: true, slidingWindow: 40 }),
    attention(90, 90, 128, { isCausal: true }, [4, 2]),
    attention(3, 100, 72, {}, [6, 1]),
    attention(40, 40, 160, { isCausal: true }),
    attention(33, 35, 300),
    attention(5, 9, 7, { isCausal: true, scale: -0.3 }),
    // Several tiles of keys add to dq: of all rows, of causal ones, of a window, of groups, and in rows that see nothing.
    attention(200, 300, 128),
    attention(290, 290, 64, { isCausal: true }),
    attention(300, 300, 128, { isCausal: true, slidingWindow: 70 }, [2, 1]),
    attention(150, 150, 256, { isCausal: true }, [3, 1]),
    attention(70, 90, 64, { scale: 0 }),
    attention(90, 50, 100, { isCausal: true }),
    attention(260, 140, 40, { isCausal: true, slidingWindow: 30 }),
    masked(70, 90, 32),
    masked(17, 33, 136),
    // Dropout in each of the kernels that have it.
    attention(90, 150, 64, { isCausal: true, dropoutP: 0.3 }),
    attention(40, 30, 64, { dropoutP: 0.3 }),
    attention(90, 150, 128, { isCausal: true, dropoutP: 0.3 }, [2, 1]),
    attention(40, 30, 128, { dropoutP: 0.3 }),
    attention(40, 70, 200, { dropoutP: 0.3 }),
    attention(20, 35, 300, { isCausal: true, dropoutP: 0.3 }),
  ],
  conv2d: [
    conv([2, 5, 13, 11], [70, 5, 3, 3], { padding: 1 }),
    conv([2, 16, 9, 9], [24, 8, 3, 2], { padding: [1, 0], groups: 2 }),
    conv([3, 8, 17, 16], [16, 8, 3, 3], { stride: 2, padding: 1 }),
    conv([1, 32, 8, 8], [16, 32, 1, 1]),
    conv([1, 9, 20, 19], [8, 9, 3, 3], { dilation: [2, 3], stride: [1, 3], padding: 2 }),
    conv([1, 12, 9, 10], [12, 1, 3, 3], { groups: 12, padding: 1 }),
    conv([3, 8, 24, 24], [9, 8, 2, 2]),
  ],
  // As many vectors as it takes for a lane to hold several.
  codebookEntropies: [
    {
      inputs: [
        [601, 8],
        [550, 8],
      ],
      options: { temperature: 2 },
    },
    {
      inputs: [
        [515, 3],
        [70, 3],
      ],
      options: { temperature: 0.5 },
    },
    {
      inputs: [
        [90, 16],
        [300, 16],
      ],
      options: { temperature: 4 },
    },
  ],
  // Rows that a warp holds, that a block holds, that nobody holds, and that are not whole packs.
  layerNorm: [64, 512, 1000, 4096, 8200, 1026].map((cols) => ({ inputs: [[11, cols], [cols], [cols]] })),
  softmax: [64, 512, 1000, 4096, 8200, 1026].map((cols) => ({ inputs: [[11, cols]], options: { dim: -1 } })),
  logSoftmax: [64, 512, 1000, 4096, 8200, 1026].map((cols) => ({ inputs: [[11, cols]], options: { dim: -1 } })),
  rmsNorm: [{ inputs: [[37, 768], [768]] }, { inputs: [[5, 2056]] }],
  groupNorm: [{ inputs: [[2, 6, 9, 5], [6], [6]], options: { groups: 3 } }],
  maxPool2d: [{ inputs: [[3, 30, 31]], options: { kernelSize: 3, stride: 2, padding: 1 } }],
};

/** A case's outputs and gradients on a device, for inputs and upstream gradients that depend on the case alone. */
async function results(name: string, { inputs, options }: OpCase, dtype: 'f32' | 'bf16', device: DeviceName) {
  const numbers = new Numbers(1);
  const tensors = inputs.map((given) => {
    const { shape, dtype: own = dtype } = 'shape' in given ? given : { shape: given };
    const values = NdArray.build(shape, () => (own === 'bool' ? numbers.integer(0, 1) : numbers.uniform(-2, 2)));
    const t = tensor(Float32Array.from(values.data), { shape, dtype: own, device });
    return own === 'bool' ? t : t.setRequiresGrad();
  });
  const call = registry.get(name)!.call as (...args: unknown[]) => Tensor | Tensor[];
  manualSeed(3);
  const [y] = [call(...tensors, options ?? {})].flat();
  const upstream = NdArray.build(y!.shape, () => numbers.uniform(-1, 1));
  y!.backward({ gradient: tensor(Float32Array.from(upstream.data), { shape: y!.shape, dtype: y!.dtype, device }) });
  const found = [y!, ...tensors.filter((t) => t.requiresGrad).map((t) => t.grad!)];
  return Promise.all(found.map(async (t) => [...(await t.data())]));
}

describe.each(cudaDevices)('%s', (device) => {
  for (const [name, list] of Object.entries(cases)) {
    for (const dtype of ['f32', 'bf16'] as const) {
      test.each(list.map((c) => [JSON.stringify(c), c] as const))(`${name} ${dtype} %s`, async (_, c) => {
        const [actual, expected] = [await results(name, c, dtype, device), await results(name, c, dtype, 'cpu')];
        expected.forEach((values, i) => {
          const largest = Math.max(...values.map(Math.abs));
          const [rtol, atol] = dtype === 'f32' ? [1e-5, 2e-5 * largest] : [1.6e-2, 1.2e-2 * largest];
          compareValues(i === 0 ? 'y' : `gradient ${i}`, actual[i]!, values, { rtol, atol });
        });
      });
    }
  }

  test.each([3, 8, 16, 40])('the nearest of many codes of %d dimensions are those of the CPU', async (dim) => {
    const [z, codebook] = [randn([600, dim]), randn([300, dim])];
    const ids = async (where: DeviceName) => [
      ...(await vqLookup(z.to({ device: where }), codebook.to({ device: where })).data()),
    ];
    expect(await ids(device)).toEqual(await ids('cpu'));
  });

  test('packed sequences of several tiles, values and gradients, are those of the CPU', async () => {
    const inputs = [randn([420, 4, 64]), randn([420, 2, 64]), randn([420, 2, 64]), randn([420, 4, 64])];
    const on = async (where: DeviceName) => {
      const [q, k, v, dy] = inputs.map((t) => t.to({ device: where, dtype: 'bf16' }));
      for (const t of [q!, k!, v!]) t.setRequiresGrad();
      const starts = tensor([0, 5, 5, 180, 420], { dtype: 'i32', device: where });
      const y = attentionVarlen(q!, k!, v!, starts, { isCausal: true, enableGqa: true, maxSeqlen: 240 });
      y.backward({ gradient: dy! });
      return Promise.all([y, q!.grad!, k!.grad!, v!.grad!].map(async (t) => [...(await t.data())]));
    };
    const [actual, expected] = [await on(device), await on('cpu')];
    expected.forEach((values, i) => {
      const atol = 1.2e-2 * Math.max(...values.map(Math.abs));
      compareValues(i === 0 ? 'y' : `gradient ${i}`, actual[i]!, values, { rtol: 1.6e-2, atol });
    });
  });

  test('linearCrossEntropy over several blocks of rows and columns, with and without a known upstream gradient', async () => {
    for (const [classes, dtype] of [
      [70, 'f32'],
      [7, 'f32'],
      [71, 'bf16'],
      [1104, 'bf16'],
    ] as const) {
      const [rows, features] = [150, 24];
      const inputs = [randn([rows, features]), randn([classes, features]), randn([classes])];
      const targets = Int32Array.from({ length: rows }, (_, i) => (i % 9 === 4 ? -100 : (i * 31) % classes));
      for (const reduction of ['mean', 'none'] as const) {
        const on = async (where: DeviceName) => {
          const [hidden, weight, bias] = inputs.map((t) => t.detach().to({ device: where, dtype }).setRequiresGrad());
          const labels = tensor(targets, { device: where });
          const loss = linearCrossEntropy(hidden!, weight!, labels, bias, { reduction, labelSmoothing: 0.1 });
          loss.sum().mul(3).backward();
          return Promise.all([loss, hidden!.grad!, weight!.grad!, bias!.grad!].map(async (t) => [...(await t.data())]));
        };
        const [actual, expected] = [await on(device), await on('cpu')];
        expected.forEach((values, i) => {
          const [rtol, atol] = dtype === 'f32' || i === 0 ? [1e-5, 2e-5] : [1.6e-2, 8e-3];
          const largest = Math.max(...values.map(Math.abs));
          compareValues(i === 0 ? 'loss' : `gradient ${i}`, actual[i]!, values, { rtol, atol: atol * largest });
        });
      }
    }
  });

  test('attention over a long cache, cut into stretches, is that of the CPU', async () => {
    for (const dim of [64, 128, 192]) {
      const inputs = [randn([3, 4, 2, dim]), randn([3, 2, 1024, dim]), randn([3, 2, 1024, dim])];
      const on = async (where: DeviceName) => {
        const [q, k, v] = inputs.map((t) => t.to({ device: where, dtype: 'bf16' }));
        const lengths = tensor([1, 700, 1013], { dtype: 'i32', device: where });
        return [...(await attentionWithCache(q!, k!, v!, lengths).data())];
      };
      const [actual, expected] = [await on(device), await on('cpu')];
      for (let i = 0; i < expected.length; i++) expect(Math.abs(actual[i]! - expected[i]!)).toBeLessThan(4e-3);
    }
  });

  test('decoding repeats the bits of the full causal pass, whatever the batch and however keys are cut', async () => {
    for (const dtype of ['bf16', 'f32'] as const) {
      const make = (heads: number, rows: number) => randn([1, heads, rows, 24], { device, dtype });
      const [q, k, v] = [make(2, 1100), make(1, 1100), make(1, 1100)];
      const whole = scaledDotProductAttention(q, k, v, undefined, { isCausal: true, enableGqa: true });
      for (const at of [0, 511, 512, 1099]) {
        const [row, expected] = [q, whole].map((t) => t.narrow({ dim: 2, start: at, length: 1 }));
        const decode = (copies: number) => {
          const [rows, keys, values] = [row!, k, v].map((t) => t.expand([copies, ...t.shape.slice(1)]));
          const lengths = tensor(Array<number>(copies).fill(at + 1), { dtype: 'i32', device });
          return attentionWithCache(rows!, keys!, values!, lengths).select({ dim: 0, index: copies - 1 });
        };
        const bits = [...(await expected!.data())];
        expect([...(await decode(1).data())]).toEqual(bits);
        expect([...(await decode(9).data())]).toEqual(bits);
      }
    }
  });

  test('the same seeds draw the same tokens as on the CPU, whatever is cut', async () => {
    const rows = 40;
    const logits = normal([rows, 3000], { std: 3 });
    const seeds = Array.from({ length: rows }, (_, i) => i * 7919);
    const positions = seeds.map((_, i) => i % 5);
    for (const options of [
      {},
      { temperature: 0 },
      { temperature: 0.7, topK: 50 },
      { topP: 0.9 },
      { minP: 0.05 },
      { temperature: 1.3, topK: 200, topP: 0.8, minP: 0.01 },
      { topK: 1 },
      { topP: 1e-6 },
    ]) {
      const draw = async (where: DeviceName) => {
        const i32 = { dtype: 'i32', device: where } as const;
        const [ids, logProbs] = sampleTokens(
          logits.to({ device: where }),
          tensor(seeds, i32),
          tensor(positions, i32),
          options,
        );
        return { ids: [...(await ids!.data())], logProbs: [...(await logProbs!.data())] };
      };
      const [actual, expected] = [await draw(device), await draw('cpu')];
      expect(actual.ids).toEqual(expected.ids);
      compareValues('logProbs', actual.logProbs, expected.logProbs, { rtol: 1e-5, atol: 1e-5 });
    }
  });

  test('equal elements keep their order in long rows, and k may be anything', async () => {
    const x = uniform([2, 5000], { low: -20, high: 20 }).to('bf16');
    const order = async (where: DeviceName) => {
      const here = x.to({ device: where });
      const [, sorted] = sort(here, { descending: true });
      const found = [];
      for (const k of [1, 100, 2048, 4000]) {
        const [values, index] = topk(here, { k });
        found.push([...(await values!.data())], [...(await index!.data())]);
      }
      return [[...(await sorted!.data())], ...found];
    };
    expect(await order(device)).toEqual(await order('cpu'));
  });

  test('bad data reject the next await with the op, and nothing else suffers', async () => {
    const i32 = (values: number[]) => tensor(values, { dtype: 'i32', device });
    const x = tensor([1, 2, 3, 4, 5, 6], { shape: [3, 2], device });
    const logits = tensor([1, Number.NaN, 3, 4], { shape: [2, 2], device });
    const bad: [string, string, () => Tensor][] = [
      ['indexSelect', 'INDEX', () => x.indexSelect(i32([0, 3]), { dim: 0 })],
      ['indexSelect', 'INDEX', () => x.indexSelect(i32([-1]), { dim: 0 })],
      ['gather', 'INDEX', () => x.gather(tensor([0, 7], { shape: [1, 2], dtype: 'i32', device }), { dim: 0 })],
      ['oneHot', 'INDEX', () => oneHot(i32([2, 5]), { numClasses: 5 })],
      ['crossEntropy', 'INDEX', () => crossEntropy(x, i32([0, 1, 2]))],
      ['sampleTokens', 'NOT_A_DISTRIBUTION', () => sampleTokens(logits, i32([1, 1]), i32([0, 0]))[0]!],
    ];
    for (const [op, code, run] of bad) {
      const y = run();
      await expect(y.data(), op).rejects.toMatchObject({ op, code });
      expect([...(await x.add(1).data())]).toEqual([2, 3, 4, 5, 6, 7]);
    }
  });
});
