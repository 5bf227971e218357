/**
 * A row's result has the same bits whatever other rows are computed with it: log-probabilities taken during rollouts, a
 * token at a time, equal those of the training pass over whole sequences, bit for bit.
 */
import {
  attentionVarlen,
  attentionWithCache,
  conv2d,
  convTranspose2d,
  type DType,
  layerNorm,
  linear,
  linearAdd,
  linearLogProb,
  logSoftmax,
  matmul,
  randn,
  rmsNorm,
  scaledDotProductAttention,
  scope,
  softmax,
  type Tensor,
  tensor,
} from '@tessera/tensor';
import { describe, expect, test } from 'vitest';

const most = 70;

/** Values as they are stored: bf16 widens to f32 without loss, so equal values are equal bits, but for zeros' signs and NaN. */
async function values(x: Tensor): Promise<number[]> {
  return [...(await x.data())].map(Number);
}

/** `op` of the first rows of `x`, and of rows from the middle, against the same rows of `op(x)`. */
async function expectInvariant(x: Tensor, op: (x: Tensor) => Tensor): Promise<void> {
  using whole = scope(() => op(x));
  const all = await values(whole);
  const width = all.length / x.shape[0]!;
  for (let rows = 1; rows < most; rows++) {
    for (const start of [0, Math.floor((most - rows) / 2)]) {
      using part = scope(() => op(x.narrow({ dim: 0, start, length: rows })));
      const some = await values(part);
      const first = some.findIndex((v, i) => v !== all[start * width + i]);
      if (first >= 0) {
        throw new Error(
          `${rows} rows from ${start}: element ${first} (row ${Math.floor(first / width)}) is ${some[first]}, of all rows ${all[start * width + first]}`,
        );
      }
    }
  }
}

describe.each(['f32', 'bf16'] as DType[])('%s', (dtype) => {
  const random = (...shape: number[]) => scope(() => randn(shape).to(dtype));

  test.each([
    [64, 48],
    [37, 19],
    [300, 130],
    [256, 1000],
    [1030, 33],
    [16, 1],
  ])('linear %i to %i', async (features, out) => {
    using x = random(most, features);
    using weight = random(out, features);
    using bias = random(out);
    using residual = random(1, out);
    await expectInvariant(x, (rows) => linear(rows, weight));
    await expectInvariant(x, (rows) => linear(rows, weight, bias, { activation: 'gelu' }));
    await expectInvariant(x, (rows) => linearAdd(residual.expand([rows.shape[0]!, out]), rows, weight, bias));
    using right = random(features, out);
    await expectInvariant(x, (rows) => matmul(rows, right));
  });

  test('matrix products of several batches', async () => {
    using x = random(most, 5, 33);
    using y = random(33, 40);
    await expectInvariant(x, (rows) => matmul(rows, y));
    using z = random(1, 33, 40);
    await expectInvariant(x, (rows) => matmul(rows, z.expand([rows.shape[0]!, 33, 40])));
  });

  test.each([
    [3, 8],
    [16, 20],
    [33, 16],
  ])('convolutions of %i to %i channels, and their input gradients', async (channels, filters) => {
    using x = random(most, channels, 5, 6);
    using weight = random(filters, channels, 3, 3);
    using bias = random(filters);
    await expectInvariant(x, (rows) => conv2d(rows, weight, bias, { padding: 1 }));
    using y = random(most, filters, 5, 6);
    await expectInvariant(y, (rows) => convTranspose2d(rows, weight, undefined, { padding: 1 }));
  });

  test.each([1, 7, 64, 257])('normalisations and softmax over %i', async (cols) => {
    using x = random(most, cols);
    using weight = random(cols);
    await expectInvariant(x, (rows) => layerNorm(rows, weight, weight));
    await expectInvariant(x, (rows) => rmsNorm(rows, weight));
    await expectInvariant(x, (rows) => softmax(rows, { dim: -1 }));
    await expectInvariant(x, (rows) => logSoftmax(rows, { dim: -1 }));
  });

  test('linearLogProb', async () => {
    using x = random(most, 40);
    using weight = random(301, 40);
    using tokens = tensor(Int32Array.from({ length: most }, (_, i) => (i * 37) % 301));
    for (const output of [0, 1]) {
      await expectInvariant(x, (rows) => {
        const count = rows.shape[0]!;
        // The token of a row must follow it: take the offset of the part from its view.
        const start = rows.offset / 40;
        return linearLogProb(rows, weight, tokens.narrow({ dim: 0, start, length: count }))[output]!;
      });
    }
  });

  test('attention over a batch', async () => {
    using q = random(most, 2, 5, 16);
    await expectInvariant(q, (rows) => scaledDotProductAttention(rows, rows, rows, { isCausal: true }));
  });

  test('attention of packed sequences and of a cache, against whole sequences', async () => {
    const [length, heads, kvHeads, dim] = [most, 4, 2, 16];
    using q = random(1, heads, length, dim);
    using k = random(1, kvHeads, length, dim);
    using v = random(1, kvHeads, length, dim);
    using whole = scope(() => scaledDotProductAttention(q, k, v, { isCausal: true, enableGqa: true }));
    const expected = await values(scope(() => whole.permute([2, 0, 1, 3]).contiguous()));
    for (let start = 0; start < length; start += 7) {
      for (const count of [1, 2, 7]) {
        if (start + count > length) continue;
        using part = scope(() =>
          attentionWithCache(q.narrow({ dim: 2, start, length: count }), k, v, tensor(Int32Array.of(start + count)))
            .permute([2, 0, 1, 3])
            .contiguous(),
        );
        const from = start * heads * dim;
        expect(await values(part)).toEqual(expected.slice(from, from + count * heads * dim));
      }
    }
    const rows = (x: Tensor, n: number) =>
      x.narrow({ dim: 2, start: 0, length: n }).permute([0, 2, 1, 3]).flatten({ endDim: 1 });
    using packed = scope(() => {
      const [a, b] = [33, length];
      const join = (x: Tensor) => {
        const both = randn([a + b, x.shape[1]!, dim]).to(dtype);
        both.narrow({ dim: 0, start: 0, length: a }).copy_(rows(x, a));
        both.narrow({ dim: 0, start: a, length: b }).copy_(rows(x, b));
        return both;
      };
      return attentionVarlen(join(q), join(k), join(v), tensor(Int32Array.of(0, a, a + b)), {
        maxSeqlen: length,
        isCausal: true,
      });
    });
    const found = await values(packed);
    expect(found.slice(0, 33 * heads * dim)).toEqual(expected.slice(0, 33 * heads * dim));
    expect(found.slice(33 * heads * dim)).toEqual(expected);
  });
});
