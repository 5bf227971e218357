/** Eigenvalues of symmetric matrices, on the host in float64. */
import { symmetricEigenvalues } from '@tessera/tensor';
import { describe, expect, it } from 'vitest';

const noise = (n: number, seed: number) =>
  Float64Array.from({ length: n }, (_, i) => Math.abs(Math.sin(i * 12.9898 + seed) * 43758.5453) % 1);

describe('eigenvalues', () => {
  it.each([1, 2, 7, 40])('are those that a matrix of %i rows was made of', (n) => {
    // A = H D H with a reflection H = 1 - 2 v v' and known D.
    const known = noise(n, n).map((x) => 2 * x - 1);
    const raw = noise(n, n + 1);
    const length = Math.sqrt(raw.reduce((sum, x) => sum + x * x, 0));
    const v = raw.map((x) => x / length);
    const h = (i: number, j: number) => (i === j ? 1 : 0) - 2 * v[i]! * v[j]!;
    const a = Float64Array.from({ length: n * n }, (_, at) => {
      const [i, j] = [Math.floor(at / n), at % n];
      return known.reduce((sum, d, k) => sum + h(i, k) * d * h(j, k), 0);
    });
    const found = symmetricEigenvalues(a, n).toSorted();
    for (const [i, value] of known.toSorted().entries()) expect(Math.abs(found[i]! - value)).toBeLessThan(1e-13 * n);
  });

  it('are found where most of them are zero', () => {
    const [features, samples] = [160, 20];
    const rows = noise(features * samples, 3);
    const gram = Float64Array.from({ length: features * features }, (_, at) => {
      const [i, j] = [Math.floor(at / features), at % features];
      let sum = 0;
      for (let r = 0; r < samples; r++) sum += (rows[r * features + i]! * rows[r * features + j]!) / samples;
      return sum;
    });
    const sorted = symmetricEigenvalues(gram, features).toSorted().reverse();
    expect(sorted[samples - 1]).toBeGreaterThan(1e-3);
    expect(Math.abs(sorted[samples]!)).toBeLessThan(1e-13);
  });

  it('are found where features repeat, so that rounding of rounding is left', () => {
    const [features, samples, distinct] = [128, 3, 8];
    const rows = noise(distinct * samples, 3);
    const gram = Float64Array.from({ length: features * features }, (_, at) => {
      const [i, j] = [Math.floor(at / features) % distinct, at % distinct];
      return [0, 1, 2].reduce((sum, r) => sum + rows[r * distinct + i]! * rows[r * distinct + j]!, 0);
    });
    for (const scale of [1, 1e-150, 1e150]) {
      const sorted = symmetricEigenvalues(
        gram.map((x) => x * scale),
        features,
      )
        .toSorted()
        .reverse();
      expect(sorted[samples - 1]).toBeGreaterThan(1e-2 * scale);
      expect(Math.abs(sorted[samples]!)).toBeLessThan(1e-12 * scale);
    }
  });

  it('are those of a diagonal, repeated and zero', () => {
    const values = symmetricEigenvalues(Float64Array.from([3, 0, 0, 0, 3, 0, 0, 0, 0]), 3);
    expect(Array.from(values).sort()).toEqual([0, 3, 3]);
  });

  it('of NaN are an error', () => {
    expect(() => symmetricEigenvalues(Float64Array.of(1, Number.NaN, Number.NaN, 1), 2)).toThrow(/did not converge/);
  });
});
