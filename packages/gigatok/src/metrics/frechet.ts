/**
 * Fréchet distance between two sets of features, each taken as a Gaussian (FID, arXiv 1706.08500, when the features are
 * Inception's): `|mu1 - mu2|² + tr(S1 + S2 - 2 (S1 S2)^½)`. The trace of the root is the sum of the roots of the
 * eigenvalues of `R S2 Rᵀ` with `S1 = Rᵀ R`, which are real also where a covariance is singular; negative ones are rounding,
 * taken as 0.
 */
import { ArgumentError, symmetricEigenvalues } from '@tessera/tensor';

/** Mean and covariance (over n - 1) of features, taken in as they come. */
export class FeatureStatistics {
  count = 0;
  readonly #shift: Float64Array;
  readonly #sums: Float64Array;
  readonly #products: Float64Array;

  constructor(readonly features: number) {
    this.#shift = new Float64Array(features);
    this.#sums = new Float64Array(features);
    this.#products = new Float64Array(features * features);
  }

  /** Statistics that were stored, such as those of a reference file. */
  static of(mean: Float64Array, covariance: Float64Array, count: number): GaussianStatistics {
    if (covariance.length !== mean.length ** 2)
      throw new ArgumentError(
        `a covariance of ${mean.length} features has ${mean.length ** 2} elements; got ${covariance.length}.`,
        { op: 'FeatureStatistics' },
      );
    return { mean, covariance, count };
  }

  /** Takes in rows of features. */
  add(rows: ArrayLike<number>): this {
    const d = this.features;
    if (rows.length % d !== 0)
      throw new ArgumentError(`rows must have ${d} features; got ${rows.length} numbers.`, {
        op: 'FeatureStatistics',
        actual: rows.length,
      });
    const line = new Float64Array(d);
    for (let start = 0; start < rows.length; start += d) {
      // Sums of deviations from the first row: what cancels is small then.
      if (this.count === 0) for (let i = 0; i < d; i++) this.#shift[i] = rows[start + i]!;
      for (let i = 0; i < d; i++) line[i] = rows[start + i]! - this.#shift[i]!;
      for (let i = 0; i < d; i++) {
        const x = line[i]!;
        this.#sums[i]! += x;
        for (let j = 0, at = i * d; j <= i; j++, at++) this.#products[at]! += x * line[j]!;
      }
      this.count++;
    }
    return this;
  }

  finish(): GaussianStatistics {
    const d = this.features;
    if (this.count < 2)
      throw new ArgumentError(`a covariance needs two samples or more; got ${this.count}.`, {
        op: 'FeatureStatistics',
      });
    const mean = this.#sums.map((s, i) => this.#shift[i]! + s / this.count);
    const covariance = new Float64Array(d * d);
    for (let i = 0; i < d; i++) {
      for (let j = 0; j <= i; j++) {
        const value = (this.#products[i * d + j]! - (this.#sums[i]! * this.#sums[j]!) / this.count) / (this.count - 1);
        covariance[i * d + j] = value;
        covariance[j * d + i] = value;
      }
    }
    return { mean, covariance, count: this.count };
  }
}

export interface GaussianStatistics {
  readonly mean: Float64Array;
  /** Row by row. */
  readonly covariance: Float64Array;
  /** Samples it was computed from. */
  readonly count: number;
}

export function frechetDistance(a: GaussianStatistics, b: GaussianStatistics): number {
  const n = a.mean.length;
  if (b.mean.length !== n)
    throw new ArgumentError(`both sides must have the same features; got ${n} and ${b.mean.length}.`, {
      op: 'frechetDistance',
    });
  let distance = 0;
  for (let i = 0; i < n; i++) {
    distance += (a.mean[i]! - b.mean[i]!) ** 2 + a.covariance[i * n + i]! + b.covariance[i * n + i]!;
  }
  if (!Number.isFinite(distance))
    throw new ArgumentError('the features hold NaN or infinite values.', { op: 'frechetDistance' });
  const { rows, rank } = semidefiniteFactor(a.covariance, n);
  const between = multiply(multiply(rows, b.covariance, [rank, n, n]), transposed(rows, rank, n), [rank, n, rank]);
  symmetrise(between, rank);
  for (const value of symmetricEigenvalues(between, rank)) distance -= 2 * Math.sqrt(Math.max(0, value));
  return distance;
}

/** `R` of `A = Rᵀ R` for a semi-definite matrix, `[rank, n]`: Cholesky's method, the largest pivot first, until rounding is left. */
function semidefiniteFactor(matrix: Float64Array, n: number): { rows: Float64Array; rank: number } {
  const rows = new Float64Array(n * n);
  const rest = Float64Array.from({ length: n }, (_, i) => matrix[i * n + i]!);
  const negligible = n * Number.EPSILON * rest.reduce((most, x) => Math.max(most, x), 0);
  for (let rank = 0; rank < n; rank++) {
    const pivot = rest.reduce((best, x, i) => (x > rest[best]! ? i : best), 0);
    if (rest[pivot]! <= negligible) return { rows, rank };
    const weights = Float64Array.from({ length: rank }, (_, k) => -rows[k * n + pivot]!);
    const row = rows.subarray(rank * n, (rank + 1) * n);
    row.set(matrix.subarray(pivot * n, (pivot + 1) * n));
    addRows(row, weights, rows, n);
    const root = Math.sqrt(rest[pivot]!);
    for (let j = 0; j < n; j++) {
      row[j]! /= root;
      rest[j]! -= row[j]! ** 2;
    }
    rest[pivot] = 0;
  }
  return { rows, rank: n };
}

/** `a` `[rows, inner]` times `b` `[inner, columns]`. */
function multiply(
  a: Float64Array,
  b: Float64Array,
  [rows, inner, columns]: readonly [number, number, number],
): Float64Array {
  const c = new Float64Array(rows * columns);
  for (let i = 0; i < rows; i++)
    addRows(c.subarray(i * columns, (i + 1) * columns), a.subarray(i * inner, (i + 1) * inner), b, columns);
  return c;
}

/** Adds the first rows of `b`, each times its weight, to `target`: four at a time, so that it is loaded and stored a quarter as often. */
function addRows(target: Float64Array, weights: Float64Array, b: Float64Array, columns: number): void {
  const whole = weights.length - (weights.length % 4);
  for (let k = 0; k < whole; k += 4) {
    const [w0, w1, w2, w3] = [weights[k]!, weights[k + 1]!, weights[k + 2]!, weights[k + 3]!];
    const [r0, r1, r2, r3] = [k * columns, (k + 1) * columns, (k + 2) * columns, (k + 3) * columns];
    for (let j = 0; j < columns; j++)
      target[j]! += w0 * b[r0 + j]! + w1 * b[r1 + j]! + (w2 * b[r2 + j]! + w3 * b[r3 + j]!);
  }
  for (let k = whole; k < weights.length; k++) {
    const w = weights[k]!;
    for (let j = 0, at = k * columns; j < columns; j++, at++) target[j]! += w * b[at]!;
  }
}

function transposed(a: Float64Array, rows: number, columns: number): Float64Array {
  const result = new Float64Array(rows * columns);
  for (let i = 0; i < rows; i++) for (let j = 0; j < columns; j++) result[j * rows + i] = a[i * columns + j]!;
  return result;
}

function symmetrise(a: Float64Array, n: number): void {
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < i; j++) {
      const mean = (a[i * n + j]! + a[j * n + i]!) / 2;
      a[i * n + j] = mean;
      a[j * n + i] = mean;
    }
  }
}
