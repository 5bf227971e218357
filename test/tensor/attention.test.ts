/** Attention over packed sequences and caches, and rows that see nothing; draws of the sampler. */
import {
  arange,
  attentionVarlen,
  attentionWithCache,
  full,
  linearLogits,
  linearLogProb,
  manualSeed,
  randn,
  sampleTokens,
  scaledDotProductAttention,
  tensor,
  zeros,
} from '@tessera/tensor';
import { expect, test } from 'vitest';
import { testDevices } from '../support/devices.js';

test('decoding with a cache gives the rows of the full causal pass, bit for bit, whatever the batch', async () => {
  manualSeed(1);
  const [heads, kvHeads, length, dim] = [4, 2, 150, 16];
  const q = randn([1, heads, length, dim]);
  const k = randn([1, kvHeads, length, dim]);
  const v = randn([1, kvHeads, length, dim]);
  const whole = scaledDotProductAttention(q, k, v, undefined, { isCausal: true, enableGqa: true });
  for (const at of [0, 1, 127, 128, 149]) {
    const row = q.narrow({ dim: 2, start: at, length: 1 });
    const expected = await whole.narrow({ dim: 2, start: at, length: 1 }).data();
    const alone = attentionWithCache(row, k, v, tensor([at + 1], { dtype: 'i32' }));
    expect(await alone.data()).toEqual(expected);
    const twice = (t: typeof q) => t.expand([3, ...t.shape.slice(1)]);
    const batched = attentionWithCache(twice(row), twice(k), twice(v), tensor([1, at + 1, length], { dtype: 'i32' }));
    expect(await batched.select({ dim: 0, index: 1 }).data()).toEqual(expected);
  }
});

test('packed sequences equal the sequences one by one, values and gradients', async () => {
  manualSeed(2);
  const starts = [0, 5, 5, 140];
  const q = randn([140, 2, 8], { requiresGrad: true });
  const packed = attentionVarlen(q, q, q, tensor(starts, { dtype: 'i32' }), { isCausal: true, maxSeqlen: 135 });
  packed.square().sum().backward();
  const gradient = await q.grad!.data();
  const values = await packed.data();
  for (const [start, end] of [
    [0, 5],
    [5, 140],
  ] as const) {
    const part = q
      .detach()
      .narrow({ dim: 0, start, length: end - start })
      .clone()
      .setRequiresGrad();
    const heads = part.permute([1, 0, 2]).unsqueeze({ dim: 0 });
    const y = scaledDotProductAttention(heads, heads, heads, undefined, { isCausal: true })
      .squeeze({ dim: 0 })
      .permute([1, 0, 2]);
    y.square().sum().backward();
    expect(await y.data()).toEqual(values.slice(start * 16, end * 16));
    const expected = await part.grad!.data();
    for (let i = 0; i < expected.length; i++) expect(gradient[start * 16 + i]).toBeCloseTo(expected[i]!, 4);
  }
});

test('a query that may attend to nothing gives zeros and no gradient', async () => {
  const q = randn([1, 1, 2, 8], { requiresGrad: true });
  const mask = tensor([
    [true, true],
    [false, false],
  ]);
  const y = scaledDotProductAttention(q, q, q, mask);
  y.sum().backward();
  expect(Array.from((await y.data()).slice(8))).toEqual(new Array(8).fill(0));
  expect(Array.from(await q.grad!.data()).every(Number.isFinite)).toBe(true);
});

test('draws follow the distribution, the cuts hold, and a row does not depend on its batch', async () => {
  const n = 20_000;
  const logits = tensor([[Math.log(0.5), Math.log(0.3), Math.log(0.2), Number.NEGATIVE_INFINITY]])
    .expand([n, 4])
    .contiguous();
  const seeds = full([n], 7, { dtype: 'i32' });
  const positions = tensor(Int32Array.from({ length: n }, (_, i) => i));
  const frequencies = async (options: object) => {
    const ids = await sampleTokens(logits, seeds, positions, options)[0]!.data();
    return [0, 1, 2, 3].map((id) => ids.filter((x) => x === id).length / n);
  };
  const plain = await frequencies({});
  for (const [i, p] of [0.5, 0.3, 0.2, 0].entries()) expect(Math.abs(plain[i]! - p)).toBeLessThan(0.015);
  expect((await frequencies({ topK: 2 }))[2]).toBe(0);
  expect((await frequencies({ topP: 0.6 }))[2]).toBe(0);
  expect((await frequencies({ minP: 0.5 }))[2]).toBe(0);
  const one = (t: typeof logits) => t.narrow({ dim: 0, start: 11, length: 1 });
  const [alone] = sampleTokens(one(logits), one(seeds), one(positions));
  const [all] = sampleTokens(logits, seeds, positions);
  expect(await alone!.data()).toEqual((await all!.data()).slice(11, 12));
  await expect(
    sampleTokens(full([1, 3], Number.NaN), full([1], 0, { dtype: 'i32' }), full([1], 0, { dtype: 'i32' }))[0]!.data(),
  ).rejects.toMatchObject({ code: 'NOT_A_DISTRIBUTION' });
});

test('topP keeps the smallest set that has the share, however far down it reaches', async () => {
  manualSeed(3);
  const classes = 6000;
  const at = arange(64);
  for (const [spread, topP] of [
    [0.1, 0.05],
    [0.1, 0.3],
    [0.1, 0.97],
    [4, 0.99],
  ] as const) {
    using row = randn([1, classes]).mul(spread);
    const p = [...(await row.softmax({ dim: -1 }).data())].sort((a, b) => b - a);
    let topK = 0;
    for (let sum = 0; sum < topP; topK++) sum += p[topK]!;
    const logits = row.expand([64, classes]).contiguous();
    const [ids] = sampleTokens(logits, at, at, { topP });
    const [expected] = sampleTokens(logits, at, at, { topK });
    expect(await ids!.data()).toEqual(await expected!.data());
  }
});

test('log-probabilities of draws have the bits of linearLogProb', async () => {
  manualSeed(2);
  for (const dtype of ['f32', 'bf16'] as const) {
    for (const [rows, features, classes] of [
      [1, 64, 307],
      [37, 128, 16],
      [5, 33, 5000],
    ] as const) {
      for (const temperature of [1, 0.7]) {
        const hidden = randn([rows, features]).to(dtype);
        const weight = randn([classes, features]).to(dtype);
        const at = arange(rows);
        const [ids, drawn] = sampleTokens(linearLogits(hidden, weight), at, at, { temperature });
        const [expected] = linearLogProb(hidden, weight, ids!, { temperature });
        expect(await drawn!.data()).toEqual(await expected!.data());
      }
    }
  }
});

test.each(testDevices)('indexCopy_ overwrites the named slices and nothing else on %s', async (device) => {
  const x = zeros([2, 3, 2], { device });
  const source = tensor(Float32Array.of(1, 2, 3, 4, 5, 6, 7, 8), { shape: [2, 2, 2], device });
  x.indexCopy_(tensor([2, 0], { dtype: 'i32', device }), source, { dim: 1 });
  expect(Array.from(await x.data())).toEqual([3, 4, 0, 0, 1, 2, 7, 8, 0, 0, 5, 6]);
  const transposed = zeros([2, 3], { device }).transpose({ dim0: 0, dim1: 1 });
  transposed.indexCopy_(
    tensor([1, 1], { dtype: 'i32', device }),
    tensor(Float32Array.of(1, 2, 3, 4), { shape: [2, 2], device }),
    { dim: 0 },
  );
  expect(Array.from(await transposed.data())).toEqual([0, 0, 3, 4, 0, 0]);
  x.indexCopy_(tensor([3], { dtype: 'i32', device }), zeros([2, 1, 2], { device }), { dim: 1 });
  await expect(x.device.synchronize()).rejects.toMatchObject({ code: 'INDEX' });
  expect(() => x.indexCopy_(tensor([0], { dtype: 'i32', device }), source, { dim: 1 })).toThrow(/\[2, 1, 2\]/);
});

test.each(testDevices)(
  'a score of NaN makes its row NaN, whatever the block of keys it lies in, on %s',
  async (device) => {
    const [length, dim] = [300, 8];
    for (const queries of [1, 40]) {
      const q = full([1, 1, queries, dim], 0.5, { device });
      const v = full([1, 1, length, dim], 1, { device });
      for (const [first, past] of [
        [0, length],
        [0, 128],
        [128, 256],
        [256, length],
        [130, 131],
      ] as const) {
        const keys = new Float32Array(length * dim).fill(0.1).fill(Number.NaN, first * dim, past * dim);
        const k = tensor(keys, { shape: [1, 1, length, dim], device });
        const y = await scaledDotProductAttention(q, k, v).data();
        expect(Array.from(y).every(Number.isNaN), `${queries} queries, keys ${first} to ${past}`).toBe(true);
      }
    }
  },
);
