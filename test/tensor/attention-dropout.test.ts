/** Dropout of attention weights: what is zeroed, that every device zeroes the same, and the gradient of what is left. */
import {
  attentionVarlen,
  type DeviceName,
  device,
  eye,
  Generator,
  noGrad,
  randn,
  repeatInterleave,
  scaledDotProductAttention,
  type Tensor,
  tensor,
} from '@tessera/tensor';
import { describe, expect, test } from 'vitest';
import { testDevices } from '../support/devices.js';

const dropoutP = 0.25;

/** Queries and keys `[batch, heads, rows, dim]`, the same numbers on every device. */
function draw(shape: readonly number[], seed: number, where: DeviceName): Tensor {
  return randn(shape, { generator: new Generator(seed), device: 'cpu' })
    .mul(0.7)
    .to({ device: where });
}

/** Attention's weights `[batch, heads, queries, keys]`: its values are the identity, and a head has `keys` dimensions. */
function weightsOf(q: Tensor, k: Tensor, options: object): Tensor {
  const v = eye(k.shape[2]!, { device: q.device }).to(q.dtype).expand(k.shape);
  return scaledDotProductAttention(q, k, v, undefined, { enableGqa: true, ...options }).to('f32');
}

/** The same from their definition, with the mask of kept weights given. */
function composed(q: Tensor, k: Tensor, v: Tensor, kept: Tensor, isCausal: boolean): Tensor {
  const group = q.shape[1]! / k.shape[1]!;
  const shared = (x: Tensor): Tensor => repeatInterleave(x, { repeats: group, dim: 1 });
  const scores = q.matmul(shared(k).transpose()).mul(1 / Math.sqrt(q.shape[3]!));
  const [queries, keys] = scores.shape.slice(-2) as [number, number];
  const later = tensor(
    Array.from({ length: queries }, (_, i) => Array.from({ length: keys }, (_, j) => isCausal && j > i)),
    { device: q.device },
  );
  const weights = scores.maskedFill(later, { value: Number.NEGATIVE_INFINITY }).softmax({ dim: -1 });
  return weights.mul(kept).matmul(shared(v));
}

const problems = [
  { heads: 4, kvHeads: 2, queries: 64, keys: 64, isCausal: true },
  { heads: 2, kvHeads: 2, queries: 37, keys: 101, isCausal: false },
  { heads: 1, kvHeads: 1, queries: 1, keys: 131, isCausal: false },
  { heads: 1, kvHeads: 1, queries: 1, keys: 1, isCausal: true },
];

describe.each(testDevices)('on %s', (name) => {
  test.each(problems)('$queries x $keys weights: zeroes the share, scales the rest', async (problem) => {
    const { heads, kvHeads, queries, keys, isCausal } = problem;
    for (const dtype of ['f32', 'bf16'] as const) {
      const q = draw([2, heads, queries, keys], 1, name).to(dtype);
      const k = draw([2, kvHeads, keys, keys], 2, name).to(dtype);
      const plain = await weightsOf(q, k, { isCausal }).data();
      const dropped = await weightsOf(q, k, { isCausal, dropoutP, generator: new Generator(9) }).data();
      const seen = plain.filter((w) => w > 1e-30).length;
      const gone = dropped.filter((w, i) => w === 0 && plain[i]! > 1e-30).length;
      expect(Math.abs(gone - dropoutP * seen)).toBeLessThanOrEqual(4 * Math.sqrt(dropoutP * (1 - dropoutP) * seen));
      const error = dropped.map((w, i) => (w === 0 ? 0 : Math.abs(w * (1 - dropoutP) - plain[i]!) / plain[i]!));
      // Tensor cores round weights and results, here and there: four roundings to 8 bits.
      expect(Math.max(...error)).toBeLessThan(dtype === 'f32' ? 1e-5 : 4 * 2 ** -8);
    }
  });

  test.each(problems)('$queries x $keys weights: the gradient is that of the kept ones', async (problem) => {
    const { heads, kvHeads, queries, keys, isCausal } = problem;
    const shapes = [
      [heads, queries],
      [kvHeads, keys],
      [kvHeads, keys],
    ] as const;
    for (const dim of [24, 80]) {
      const inputs = shapes.map(([h, rows], i) => draw([2, h, rows, dim], i, name).setRequiresGrad());
      const [q, k, v] = inputs as [Tensor, Tensor, Tensor];
      const generator = new Generator(4);
      const keptOf = noGrad(() => {
        const same = (h: number, rows: number) => draw([2, h, rows, keys], 7, name);
        const options = { isCausal, dropoutP, generator: new Generator(4) };
        return weightsOf(same(heads, queries), same(kvHeads, keys), options)
          .ne(0)
          .to('f32')
          .mul(1 / (1 - dropoutP));
      });
      const gradients = async (y: Tensor) => {
        const upstream = draw(y.shape, 8, name);
        for (const x of inputs) x.grad = null;
        y.mul(upstream).sum().backward();
        return Promise.all([y, ...inputs.map((x) => x.grad!)].map((t) => t.data()));
      };
      const options = { isCausal, dropoutP, generator, enableGqa: true };
      const actual = await gradients(scaledDotProductAttention(q, k, v, undefined, options));
      const expected = await gradients(composed(q, k, v, keptOf, isCausal));
      for (const [i, values] of actual.entries()) {
        const error = values.map((x, at) => Math.abs(x - expected[i]![at]!));
        expect(Math.max(...error)).toBeLessThan(1e-4);
      }
    }
  });

  test('every device draws the same, packed sequences and long rows included', async () => {
    const run = async (where: DeviceName) => {
      const generator = new Generator(3);
      const [q, k, v] = [0, 1, 2].map((seed) => draw([1, 2, 70, 16], seed, where)) as [Tensor, Tensor, Tensor];
      const [longQ, longK] = [draw([1, 2, 3, 16], 5, where), draw([1, 1, 1100, 16], 6, where)];
      const rows = draw([90, 2, 8], 7, where);
      const starts = tensor([0, 33, 33, 90], { dtype: 'i32', device: where });
      const results = (['f32', 'bf16'] as const).flatMap((dtype) => [
        scaledDotProductAttention(q.to(dtype), k.to(dtype), v.to(dtype), undefined, { dropoutP, generator }),
        scaledDotProductAttention(longQ.to(dtype), longK.to(dtype), longK.to(dtype), undefined, {
          dropoutP,
          generator,
          enableGqa: true,
        }),
        attentionVarlen(rows.to(dtype), rows.to(dtype), rows.to(dtype), starts, {
          maxSeqlen: 57,
          isCausal: true,
          dropoutP,
          generator,
        }),
      ]);
      return { state: generator.state, values: await Promise.all(results.map((t) => t.to('f32').data())) };
    };
    const [here, cpu] = [await run(name), await run('cpu')];
    expect(here.state).toEqual(cpu.state);
    for (const [i, values] of here.values.entries()) {
      const error = Math.max(...values.map((x, at) => Math.abs(x - cpu.values[i]![at]!)));
      expect(error).toBeLessThan(i < 3 ? 1e-5 : 3e-2);
    }
  });

  test('a recorded step draws anew at each replay, its gradient with it', async () => {
    const generator = new Generator(2);
    const [q, k] = [draw([1, 1, 16, 16], 1, name), draw([1, 1, 16, 16], 2, name)];
    const v = eye(16, { device: name }).expand([1, 1, 16, 16]).contiguous().setRequiresGrad();
    const { recording, result } = device(name).record(() => {
      v.grad?.zero_();
      const y = scaledDotProductAttention(q, k, v, undefined, { dropoutP, generator });
      y.sum().backward();
      return y.detach();
    });
    const states: string[] = [];
    for (let replay = 0; replay < 3; replay++) {
      if (replay > 0) recording.replay();
      const weights = await result.data();
      states.push(Array.from(weights, (w) => (w === 0 ? '.' : 'x')).join(''));
      // The gradient of a value is the sum of the weights it got.
      const gradient = await v.grad!.data();
      for (let key = 0; key < 16; key++) {
        let sum = 0;
        for (let i = 0; i < 16; i++) sum += weights[i * 16 + key]!;
        expect(gradient[key * 16]).toBeCloseTo(sum, 5);
      }
    }
    expect(new Set(states).size).toBe(3);
    recording.dispose();
  });
});

test('a probability outside [0, 1) is refused', () => {
  const q = randn([1, 1, 2, 4]);
  const starts = tensor([0, 2], { dtype: 'i32' });
  const rows = randn([2, 1, 4]);
  for (const p of [1, 1.5, -0.1, Number.NaN]) {
    const message = `dropoutP must be from 0 to below 1; got ${p}.`;
    expect(() => scaledDotProductAttention(q, q, q, { dropoutP: p })).toThrow(message);
    expect(() => attentionVarlen(rows, rows, rows, starts, { maxSeqlen: 2, dropoutP: p })).toThrow(message);
  }
});
