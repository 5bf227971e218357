/**
 * Fréchet distance between two sets of features, each taken as a Gaussian (FID, arXiv 1706.08500, when the features are
 * Inception's): `|mu1 - mu2|² + tr(S1 + S2 - 2 (S1 S2)^½)`. The trace of the root is the sum of the roots of the
 * eigenvalues of `S1^½ S2 S1^½`, which are real also where a covariance is singular; negative ones are rounding, taken as 0.
 */
import { ArgumentError, symmetricEigen, symmetricEigenvalues } from '@tessera/tensor';

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
  const root = squareRoot(a.covariance, n);
  const between = multiply(multiply(root, b.covariance, n), root, n);
  symmetrise(between, n);
  for (const value of symmetricEigenvalues(between, n)) distance -= 2 * Math.sqrt(Math.max(0, value));
  return distance;
}

function squareRoot(matrix: Float64Array, n: number): Float64Array {
  const { values, vectors } = symmetricEigen(matrix, n);
  const scaled = new Float64Array(n * n);
  for (let k = 0; k < n; k++) {
    const root = Math.sqrt(Math.max(0, values[k]!));
    for (let j = 0; j < n; j++) scaled[k * n + j] = root * vectors[k * n + j]!;
  }
  const transposed = new Float64Array(n * n);
  for (let k = 0; k < n; k++) for (let i = 0; i < n; i++) transposed[i * n + k] = vectors[k * n + i]!;
  return multiply(transposed, scaled, n);
}

function multiply(a: Float64Array, b: Float64Array, n: number): Float64Array {
  const c = new Float64Array(n * n);
  for (let i = 0; i < n; i++) {
    for (let k = 0; k < n; k++) {
      const x = a[i * n + k]!;
      for (let j = 0, to = i * n, from = k * n; j < n; j++, to++, from++) c[to]! += x * b[from]!;
    }
  }
  return c;
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
