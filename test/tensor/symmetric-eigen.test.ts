/** Eigenvalues and eigenvectors of symmetric matrices, on the host in float64. */
import { symmetricEigen, symmetricEigenvalues } from '@tessera/tensor';
import { describe, expect, it } from 'vitest';

const noise = (n: number, seed: number) =>
  Float64Array.from({ length: n }, (_, i) => Math.abs(Math.sin(i * 12.9898 + seed) * 43758.5453) % 1);

describe('eigenvalues', () => {
  it.each([1, 2, 7, 40])('rebuild a symmetric matrix of %i rows', (n) => {
    const half = noise(n * n, n);
    const a = new Float64Array(n * n);
    for (let i = 0; i < n; i++) for (let j = 0; j < n; j++) a[i * n + j] = half[i * n + j]! + half[j * n + i]!;
    const { values, vectors } = symmetricEigen(a, n);
    expect(symmetricEigenvalues(a, n)).toEqual(values);
    for (let i = 0; i < n; i++) {
      for (let j = 0; j < n; j++) {
        let sum = 0;
        for (let k = 0; k < n; k++) sum += values[k]! * vectors[k * n + i]! * vectors[k * n + j]!;
        expect(Math.abs(sum - a[i * n + j]!)).toBeLessThan(1e-12 * n);
      }
    }
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

  it('are those of a diagonal, repeated and zero', () => {
    const { values } = symmetricEigen(Float64Array.from([3, 0, 0, 0, 3, 0, 0, 0, 0]), 3);
    expect(Array.from(values).sort()).toEqual([0, 3, 3]);
  });

  it('of NaN are an error', () => {
    expect(() => symmetricEigenvalues(Float64Array.of(1, Number.NaN, Number.NaN, 1), 2)).toThrow(/did not converge/);
  });
});
