// What the CTC loss promises beyond the values that the registry checks.
import { ctcLoss, logSoftmax, randn, tensor } from '@tessera/tensor';
import { describe, expect, it } from 'vitest';

const lengths = (...values: number[]) => tensor(Int32Array.from(values));
const labels = (rows: number, ...values: number[]) => lengths(...values).reshape([rows, values.length / rows]);

describe('ctcLoss', () => {
  it('is infinite, with NaN gradients, where a target does not fit, and zero with zeroInfinity', async () => {
    for (const zeroInfinity of [false, true]) {
      const x = randn([3, 1, 4]).setRequiresGrad();
      // Two equal labels need a blank between them: three labels need four frames here.
      const loss = ctcLoss(logSoftmax(x, { dim: -1 }), labels(1, 1, 1, 2), lengths(3), lengths(3), { zeroInfinity });
      loss.backward();
      expect(await loss.item()).toBe(zeroInfinity ? 0 : Number.POSITIVE_INFINITY);
      const gradient = [...(await x.grad!.data())];
      expect(gradient.every((g) => (zeroInfinity ? g === 0 : Number.isNaN(g)) || g === 0)).toBe(true);
      expect(gradient.some(Number.isNaN)).toBe(!zeroInfinity);
    }
  });

  it('gives no gradient to frames beyond the input length', async () => {
    const x = randn([6, 2, 4]).setRequiresGrad();
    ctcLoss(x, labels(2, 1, 2, 3, 1), lengths(4, 6), lengths(2, 1)).backward();
    const gradient = await x.grad!.data();
    for (const t of [4, 5]) for (let c = 0; c < 4; c++) expect(gradient[(t * 2 + 0) * 4 + c]).toBe(0);
    expect(gradient.slice((5 * 2 + 1) * 4).some((g) => g !== 0)).toBe(true);
  });

  it('names a label or a length that is out of range', async () => {
    const x = randn([5, 1, 4]);
    await expect(ctcLoss(x, labels(1, 4), lengths(5), lengths(1)).item()).rejects.toThrow(/label out of range.*got 4/);
    await expect(ctcLoss(x, labels(1, 1), lengths(6), lengths(1)).item()).rejects.toThrow(/input length.*got 6/);
    await expect(ctcLoss(x, labels(1, 1), lengths(5), lengths(2)).item()).rejects.toThrow(/target length.*got 2/);
    expect(() => ctcLoss(x, labels(1, 1), lengths(5, 5), lengths(1))).toThrow(/inputLengths/);
    expect(() => ctcLoss(x, labels(1, 1), lengths(5), lengths(1), { blank: 4 })).toThrow(/blank/);
  });
});
