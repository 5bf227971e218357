/**
 * Precision and recall of generated features (arXiv 1904.06991), density and coverage (arXiv 2002.09797). A set's
 * manifold is balls around its points that reach to the k-th nearest other point. Squared distances, float64.
 */
import { ArgumentError } from '@tessera/tensor';

export interface ManifoldScores {
  /** Share of samples within a ball of the reference. */
  readonly precision: number;
  /** Share of the reference within a ball of the samples. */
  readonly recall: number;
  /** Reference balls that a sample is in, over k, on average. */
  readonly density: number;
  /** Share of reference balls with a sample in them. */
  readonly coverage: number;
}

/** Features as rows. */
export interface FeatureRows {
  readonly data: ArrayLike<number>;
  readonly features: number;
}

/** Squared distance of each row to the `k`-th nearest other row of its set. */
export function nearestRadii({ data, features }: FeatureRows, k = 3): Float64Array {
  const n = data.length / features;
  if (n <= k) throw new ArgumentError(`needs more than ${k} rows; got ${n}.`, { op: 'nearestRadii', actual: n });
  const radii = new Float64Array(n);
  const distances = new Float64Array(n - 1);
  for (let i = 0; i < n; i++) {
    let at = 0;
    for (let j = 0; j < n; j++) if (j !== i) distances[at++] = squaredDistance(data, i, data, j, features);
    radii[i] = distances.sort()[k - 1]!;
  }
  return radii;
}

export function manifoldScores(reference: FeatureRows, samples: FeatureRows, k = 3): ManifoldScores {
  const { features } = reference;
  if (samples.features !== features)
    throw new ArgumentError(`both sides must have the same features; got ${features} and ${samples.features}.`, {
      op: 'manifoldScores',
    });
  const [own, theirs] = [nearestRadii(reference, k), nearestRadii(samples, k)];
  const [n, m] = [own.length, theirs.length];
  const recalled = new Uint8Array(n);
  const covered = new Uint8Array(n);
  let [precise, inside] = [0, 0];
  for (let j = 0; j < m; j++) {
    let hits = 0;
    for (let i = 0; i < n; i++) {
      const d = squaredDistance(reference.data, i, samples.data, j, features);
      if (d <= own[i]!) {
        hits++;
        covered[i] = 1;
      }
      if (d <= theirs[j]!) recalled[i] = 1;
    }
    inside += hits;
    if (hits > 0) precise++;
  }
  const share = (flags: Uint8Array) => flags.reduce((a, b) => a + b, 0) / n;
  return { precision: precise / m, recall: share(recalled), density: inside / (k * m), coverage: share(covered) };
}

function squaredDistance(a: ArrayLike<number>, i: number, b: ArrayLike<number>, j: number, features: number): number {
  let sum = 0;
  for (let d = 0, x = i * features, y = j * features; d < features; d++, x++, y++) sum += (a[x]! - b[y]!) ** 2;
  return sum;
}
