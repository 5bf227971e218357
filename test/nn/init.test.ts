/** First values of layers and the initialisers: PyTorch's distributions, checked by their moments and bounds. */
import { Conv2d, Embedding, init, Linear, MultiheadAttention } from '@tessera/nn';
import { ArgumentError, device, empty, Generator, manualSeed, ones, type Tensor } from '@tessera/tensor';
import { beforeEach, describe, expect, test } from 'vitest';

beforeEach(() => manualSeed(1));

describe('first values', () => {
  const statistics = async (t: Tensor) => {
    const data = Float64Array.from(await t.data());
    const mean = data.reduce((a, b) => a + b, 0) / data.length;
    const std = Math.sqrt(data.reduce((a, b) => a + (b - mean) ** 2, 0) / data.length);
    return { mean, std, min: data.reduce((a, b) => Math.min(a, b)), max: data.reduce((a, b) => Math.max(a, b)) };
  };

  test("of layers are PyTorch's", async () => {
    const bound = 1 / Math.sqrt(400);
    for (const t of [...new Linear(400, 100).parameters(), ...new Conv2d(100, 64, 2).parameters()]) {
      const { min, max, std } = await statistics(t);
      expect(min).toBeGreaterThanOrEqual(-bound);
      expect(max).toBeLessThan(bound);
      expect(max).toBeGreaterThan(0.9 * bound);
      expect(std / (bound / Math.sqrt(3))).toBeCloseTo(1, t.numel > 1000 ? 1 : 0);
    }
    const table = new Embedding(100, 200, { paddingIdx: 3 }).weight;
    expect((await statistics(table)).std).toBeCloseTo(1, 1);
    expect(new Set(await table.narrow({ dim: 0, start: 3, length: 1 }).data())).toEqual(new Set([0]));
    const mha = new MultiheadAttention(100, 2);
    expect((await statistics(mha.inProjWeight)).max).toBeLessThan(Math.sqrt(6 / 400));
    expect((await statistics(mha.outProj.bias!)).max).toBe(0);
  });

  test('repeat for a generator', () => {
    const make = (seed: number) => new Linear(5, 5, { generator: new Generator(seed) }).weight.dataSync();
    expect(make(3)).toEqual(make(3));
    expect(make(3)).not.toEqual(make(4));
  });

  test.each([
    ['xavierUniform', init.xavierUniform, 2 / (200 * 9 + 300 * 9)],
    ['xavierNormal', init.xavierNormal, 2 / (200 * 9 + 300 * 9)],
    ['kaimingUniform', init.kaimingUniform, 2 / (200 * 9)],
    ['kaimingNormal', init.kaimingNormal, 2 / (200 * 9)],
    [
      'kaimingNormal by outputs',
      (t: Tensor) => init.kaimingNormal(t, { mode: 'fanOut', nonlinearity: 'linear' }),
      1 / (300 * 9),
    ],
  ] as const)('%s has the variance of its formula', async (_, initialise, variance) => {
    const { mean, std } = await statistics(initialise(ones([300, 200, 3, 3])));
    expect(std ** 2 / variance).toBeCloseTo(1, 1);
    expect(Math.abs(mean)).toBeLessThan(std / 100);
  });

  test('truncNormal is the normal distribution between its bounds', async () => {
    // Variance of the standard normal within [-2, 2] and within [2, 3], from float64 formulas.
    const wide = await statistics(init.truncNormal(ones([100_000])));
    expect(wide.min).toBeGreaterThanOrEqual(-2);
    expect(wide.max).toBeLessThanOrEqual(2);
    expect(wide.std ** 2).toBeCloseTo(0.7737, 2);
    const tail = await statistics(init.truncNormal(ones([100_000]), { low: 2, high: 3 }));
    expect(tail.min).toBeGreaterThanOrEqual(2);
    expect(tail.max).toBeLessThanOrEqual(3);
    expect(tail.mean).toBeCloseTo(2.3159, 2);
    const cpu = device('cpu');
    cpu.resetPeakMemory();
    const large = init.truncNormal(empty([2 ** 22]));
    await cpu.synchronize();
    expect(cpu.memory().peak).toBeLessThan(6 * 4 * large.numel); // a large model must not need many times its weights
    const narrow = await statistics(init.truncNormal(ones([100_000], { dtype: 'bf16' }), { std: 0.02 }));
    expect(narrow.std).toBeCloseTo(0.02, 3);
    expect(() => init.truncNormal(ones([1]), { low: 1, high: 0 })).toThrow(ArgumentError);
  });

  test.each([[[6, 20]], [[20, 6]], [[5, 5]], [[4, 3, 2]]])('orthogonal rows or columns of %j', async (shape) => {
    const matrix = init.orthogonal(ones(shape), { gain: 2 }).reshape([shape[0]!, -1]);
    const wide = matrix.shape[0]! <= matrix.shape[1]!;
    const square = wide ? matrix.matmul(matrix.transpose()) : matrix.transpose().matmul(matrix);
    const n = square.shape[0]!;
    (await square.data()).forEach((v, i) => {
      expect(v).toBeCloseTo(Math.floor(i / n) === i % n ? 4 : 0, 5);
    });
  });

  test('are not made under skipInit, even when it throws', () => {
    expect(() =>
      init.skipInit(() => {
        throw new Error('stop');
      }),
    ).toThrow('stop');
    expect([...init.constant(ones([2]), 3).dataSync()]).toEqual([3, 3]);
    expect(init.skipInit(() => [...init.constant(ones([2]), 3).dataSync()])).toEqual([1, 1]);
  });
});
