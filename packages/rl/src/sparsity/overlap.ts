/**
 * How two updates of one base agree: which parameters both moved (o1, o2 and Jaccard, beside what chance gives two masks
 * of these sizes), and how near the results are. Definitions: arXiv 2505.11711, section 5 and appendix E.
 */
import { RlError } from '../errors.js';
import type { WeightSource } from '../weights.js';
import { toF32 } from './compare.js';

export interface UpdateOverlap {
  readonly parameters: number;
  readonly updated1: number;
  readonly updated2: number;
  readonly both: number;
  /** Share of the first update's parameters that the second moved too, and the other way round. */
  readonly o1: number;
  readonly o2: number;
  /** The same for masks drawn at random with these sizes: the densities. */
  readonly chance1: number;
  readonly chance2: number;
  readonly jaccard: number;
  readonly chanceJaccard: number;
  /** Share of parameters whose two results are within a tolerance, by the tolerance. */
  readonly agreement: Readonly<Record<string, number>>;
  /** Norm of the difference of the updates over the norm of the first. */
  readonly relativeDistance: number;
  /** Cosine between the updates. */
  readonly cosine: number;
}

export interface OverlapOptions {
  /** An update within it counts as none. Default 0. */
  readonly tolerance?: number;
  /** Default 0, 1e-5, 1e-4, 1e-3. */
  readonly agreementAt?: readonly number[];
}

/** Compares two updates of one base, tensor by tensor. All three must have the same tensors. */
export async function compareUpdates(
  base: WeightSource,
  first: WeightSource,
  second: WeightSource,
  { tolerance = 0, agreementAt = [0, 1e-5, 1e-4, 1e-3] }: OverlapOptions = {},
): Promise<UpdateOverlap> {
  let [parameters, updated1, updated2, both] = [0, 0, 0, 0];
  let [dot, norm1, norm2, distance] = [0, 0, 0, 0];
  const limits = agreementAt.map((limit) => Math.fround(limit));
  const limit = Math.fround(tolerance);
  const agreeing = limits.map(() => 0);
  for (const name of base.names) {
    if (!first.has(name) || !second.has(name))
      throw new RlError('COMPARE_NAMES', `${name} is missing in one of the updates.`);
    const [x, a, b] = (await Promise.all([base, first, second].map((w) => w.read(name)))).map(toF32) as [
      Float32Array,
      Float32Array,
      Float32Array,
    ];
    if (a.length !== x.length || b.length !== x.length)
      throw new RlError('COMPARE_SHAPE', `${name} has other shapes in the updates.`);
    parameters += x.length;
    for (let i = 0; i < x.length; i++) {
      const d1 = Math.fround(a[i]! - x[i]!);
      const d2 = Math.fround(b[i]! - x[i]!);
      const moved1 = !(Math.abs(d1) <= limit);
      const moved2 = !(Math.abs(d2) <= limit);
      if (moved1) updated1++;
      if (moved2) updated2++;
      if (moved1 && moved2) both++;
      const apart = Math.abs(Math.fround(a[i]! - b[i]!));
      for (let t = 0; t < limits.length; t++) if (apart <= limits[t]!) agreeing[t]!++;
      dot += d1 * d2;
      norm1 += d1 * d1;
      norm2 += d2 * d2;
      distance += (d1 - d2) ** 2;
    }
  }
  const [p, q] = [updated1 / parameters, updated2 / parameters];
  return {
    parameters,
    updated1,
    updated2,
    both,
    o1: both / updated1,
    o2: both / updated2,
    chance1: q,
    chance2: p,
    jaccard: both / (updated1 + updated2 - both),
    chanceJaccard: (p * q) / (p + q - p * q),
    agreement: Object.fromEntries(agreementAt.map((at, t) => [String(at), agreeing[t]! / parameters])),
    relativeDistance: Math.sqrt(distance / norm1),
    cosine: dot / Math.sqrt(norm1 * norm2),
  };
}
