/**
 * Vector quantisation: the nearest code of every vector, and how evenly and how surely the codes are used. No op here
 * makes a matrix of vectors by codes.
 */
import { kernels } from '../backend.js';
import { ArgumentError, formatShape, ShapeError } from '../errors.js';
import { NdArray } from '../ndarray.js';
import { checkDevices, defineOp, differentiableAll } from '../op.js';
import { checkFinite } from '../options.js';
import { Tensor } from '../tensor.js';
import { mul, sub } from './binary.js';
import { checkIs, dense, emptyLike } from './common.js';
import { normalize } from './loss.js';

/** How near a code is: squared Euclidean distance, or that of both vectors divided by their norms. */
export type VqMetric = 'l2' | 'cosine';

export interface VqLookupOptions {
  /** Default `'l2'`. */
  readonly metric?: VqMetric;
  /** `i32` `[codes]`: how often each code was chosen is added to it, in place. */
  readonly counts?: Tensor;
}

interface Sizes {
  readonly rows: number;
  readonly codes: number;
  readonly dims: number;
}

function checkCodebook(op: string, z: Tensor, codebook: Tensor): Sizes {
  checkDevices(op, z, codebook);
  checkIs(op, 'z', z, 'f32', 'bf16');
  checkIs(op, 'codebook', codebook, 'f32', 'bf16');
  if (z.ndim === 0 || codebook.ndim !== 2 || z.shape.at(-1) !== codebook.shape[1]) {
    throw new ShapeError(
      `z must be [..., dims] and codebook [codes, dims]; got ${formatShape(z.shape)} and ${formatShape(codebook.shape)}.`,
      { op, actual: [z.shape, codebook.shape] },
    );
  }
  const [codes, dims] = codebook.shape as [number, number];
  if (codes === 0) throw new ShapeError('the codebook has no codes; expected at least one.', { op });
  return { rows: dims === 0 ? 0 : z.numel / dims, codes, dims };
}

/** Contiguous f32 values: scores are computed in f32 whatever the dtype of the codebook. */
function asFloat(x: Tensor): Tensor {
  return x.dtype === 'f32' ? dense(x) : converted(x, 'f32');
}

function converted(x: Tensor, dtype: 'f32' | 'bf16'): Tensor {
  const y = emptyLike(x, dtype);
  kernels.cast(x.device.commands, { x: dense(x), y, n: x.numel });
  return y;
}

function lines(x: NdArray): Float64Array[] {
  const cols = x.shape.at(-1)!;
  return Array.from({ length: x.data.length / cols }, (_, r) => x.data.slice(r * cols, (r + 1) * cols));
}

function unit(line: Float64Array): Float64Array {
  return line.map((v) => v / Math.max(1e-12, Math.hypot(...line)));
}

function squaredDistance(a: Float64Array, b: Float64Array): number {
  return a.reduce((total, v, d) => total + (v - b[d]!) ** 2, 0);
}

/**
 * Index of the row of `codebook` `[codes, dims]` nearest to each vector of `z` `[..., dims]`: `i32` `[...]`. Among
 * equally near codes the lowest index wins; codes with NaN are never chosen; a vector with NaN gets 0. Scores are f32,
 * so codes whose distances differ by less than about 1e-7 of the norms may change places.
 */
export const vqLookup = defineOp({
  name: 'vqLookup',
  options: { metric: true, counts: true },
  forward: (z: Tensor, codebook: Tensor, { metric = 'l2', counts }: VqLookupOptions = {}) => {
    const op = 'vqLookup';
    const sizes = checkCodebook(op, z, codebook);
    if (metric !== 'l2' && metric !== 'cosine') {
      throw new ArgumentError(`unknown metric; got '${String(metric)}'; expected 'l2' or 'cosine'.`, {
        op,
        actual: metric,
      });
    }
    if (counts !== undefined) {
      checkDevices(op, z, counts);
      checkIs(op, 'counts', counts, 'i32');
      if (counts.numel !== sizes.codes || !counts.isContiguous) {
        throw new ShapeError(`counts must be contiguous [${sizes.codes}]; got ${formatShape(counts.shape)}.`, { op });
      }
    }
    const ids = Tensor.empty(z.device, z.shape.slice(0, -1), 'i32');
    kernels.vqLookup(z.device.commands, {
      z: dense(z),
      codebook: asFloat(codebook),
      counts,
      ids,
      ...sizes,
      cosine: metric === 'cosine' ? 1 : 0,
    });
    return ids;
  },
  reference: (z, codebook, { metric = 'l2' }) => {
    const prepare = metric === 'cosine' ? unit : (line: Float64Array) => line;
    const codes = lines(codebook).map(prepare);
    const ids = lines(z).map((line) => {
      const distances = codes.map((code) => squaredDistance(prepare(line), code));
      return distances.indexOf(Math.min(...distances));
    });
    return new NdArray(z.shape.slice(0, -1), Float64Array.from(ids));
  },
  cases: [
    {
      inputs: [
        [3, 50, 8],
        [100, 8],
      ],
    },
    {
      inputs: [
        [70, 8],
        [40, 8],
      ],
      options: { metric: 'cosine' },
    },
    {
      inputs: [
        [33, 3],
        [65, 3],
      ],
    },
    {
      inputs: [
        [20, 16],
        [1, 16],
      ],
    },
  ],
  hasGradient: false,
  cost: (z, codebook) => ({
    flops: 2 * z.numel * codebook.shape[0]!,
    bytes: 4 * (z.numel + codebook.numel + z.numel / codebook.shape[1]!),
  }),
});

export interface CodebookEntropyOptions {
  /** Divides the squared distances. Default 0.01. */
  readonly temperature?: number;
  /** Added to the mean assignment inside the logarithm. Default 1e-5. */
  readonly eps?: number;
}

function checkEntropy(op: string, z: Tensor, codebook: Tensor, temperature: number, eps: number) {
  if (!(temperature > 0 && Number.isFinite(temperature)))
    throw new ArgumentError(`temperature must be positive and finite; got ${temperature}.`, { op });
  checkFinite(op, 'eps', eps, 0);
  return checkCodebook(op, z, codebook);
}

/**
 * With `p = softmax(-|z - e|² / temperature)` over the codes `e` of `codebook` `[codes, dims]`, for each vector of `z`
 * `[..., dims]`: `[sample, batch]`, the mean over the vectors of the entropy of `p`, and the entropy of the mean of
 * `p`, `-sum a log(a + eps)`. Scalars, f32, in nats. Memory grows with vectors plus codes, not with their product.
 * Terms of `p` so small that all codes together stay below f32 resolution count as zero. Source: arXiv 2504.08736, Eq.
 * 4.
 */
export const codebookEntropies = defineOp({
  name: 'codebookEntropies',
  options: { temperature: true, eps: true },
  forward: (z: Tensor, codebook: Tensor, { temperature = 0.01, eps = 1e-5 }: CodebookEntropyOptions = {}) => {
    const sizes = checkEntropy('codebookEntropies', z, codebook, temperature, eps);
    const { device } = z;
    const params = { ...sizes, temperature, epsilon: eps };
    const vectors = dense(z);
    const codes = asFloat(codebook);
    const sampleEntropy = Tensor.empty(device, [], 'f32');
    const codebookEntropy = Tensor.empty(device, [], 'f32');
    const logSums = Tensor.empty(device, [sizes.rows], 'f32');
    const meanAssignment = Tensor.empty(device, [sizes.codes], 'f32');
    kernels.codebookEntropyForward(device.commands, {
      z: vectors,
      codebook: codes,
      sampleEntropy,
      codebookEntropy,
      logSums,
      meanAssignment,
      ...params,
    });
    const saved = [vectors, codes, logSums, meanAssignment];
    return differentiableAll([sampleEntropy, codebookEntropy], saved, ([dsample, dbatch], [x, e, l, a], context) => {
      const dz = context.needs(0) ? emptyLike(x!) : undefined;
      const dcodebook = context.needs(1) ? emptyLike(e!) : undefined;
      kernels.codebookEntropyBackward(device.commands, {
        dsampleEntropy: dsample ? dense(dsample) : undefined,
        dcodebookEntropy: dbatch ? dense(dbatch) : undefined,
        z: x!,
        codebook: e!,
        logSums: l!,
        meanAssignment: a!,
        dz,
        dcodebook,
        ...params,
      });
      return [dz ?? null, dcodebook && codebook.dtype === 'bf16' ? converted(dcodebook, 'bf16') : (dcodebook ?? null)];
    });
  },
  reference: (z, codebook, { temperature = 0.01, eps = 1e-5 }) => {
    const codes = lines(codebook);
    const mean = new Float64Array(codes.length);
    const vectors = lines(z);
    let sample = 0;
    for (const line of vectors) {
      const scores = codes.map((code) => -squaredDistance(line, code) / temperature);
      const top = Math.max(...scores);
      const logSum = top + Math.log(scores.reduce((total, s) => total + Math.exp(s - top), 0));
      scores.forEach((s, k) => {
        const p = Math.exp(s - logSum);
        sample -= p * (s - logSum);
        mean[k]! += p / vectors.length;
      });
    }
    const batch = mean.reduce((total, a) => total - a * Math.log(a + eps), 0);
    return [NdArray.scalar(sample / vectors.length), NdArray.scalar(batch)];
  },
  cases: [
    {
      inputs: [
        [21, 4],
        [37, 4],
      ],
      options: { temperature: 1 },
    },
    {
      inputs: [
        [2, 9, 8],
        [70, 8],
      ],
      options: { temperature: 3, eps: 1e-3 },
    },
    {
      inputs: [
        [10, 3],
        [5, 3],
      ],
      options: { temperature: 0.5 },
    },
  ],
  cost: (z, codebook) => ({
    flops: 2 * (2 * z.numel + 8 * (z.numel / codebook.shape[1]!)) * codebook.shape[0]!,
    bytes: 4 * (z.numel + codebook.numel),
  }),
});

export interface CodebookEntropyLossOptions extends CodebookEntropyOptions {
  /** Whether `z` and `codebook` are l2-normalised first, as for `metric: 'cosine'`. Default false. */
  readonly normalize?: boolean;
  /** Weight of the mean entropy of the vectors' assignments. Default 1. */
  readonly sampleWeight?: number;
  /** Weight of the entropy of the mean assignment, which is subtracted. Default 1. */
  readonly batchWeight?: number;
}

/**
 * `sampleWeight * sample - batchWeight * batch` of `codebookEntropies`: low when every vector is sure of its code and
 * all codes are used. Source: arXiv 2504.08736, Eq. 4, with the squared distance of the released code.
 */
export const codebookEntropyLoss = defineOp({
  name: 'codebookEntropyLoss',
  options: { temperature: true, eps: true, normalize: true, sampleWeight: true, batchWeight: true },
  forward: (z: Tensor, codebook: Tensor, options: CodebookEntropyLossOptions = {}) => {
    const op = 'codebookEntropyLoss';
    const {
      normalize: unitVectors = false,
      sampleWeight = 1,
      batchWeight = 1,
      temperature = 0.01,
      eps = 1e-5,
    } = options;
    checkEntropy(op, z, codebook, temperature, eps);
    checkFinite(op, 'sampleWeight', sampleWeight);
    checkFinite(op, 'batchWeight', batchWeight);
    const [sample, batch] = unitVectors
      ? codebookEntropies(normalize(z, { dim: -1 }), normalize(codebook), { temperature, eps })
      : codebookEntropies(z, codebook, { temperature, eps });
    return sub(
      sampleWeight === 1 ? sample! : mul(sample!, sampleWeight),
      batchWeight === 1 ? batch! : mul(batch!, batchWeight),
    );
  },
  reference: (z, codebook, options) => {
    const { normalize: unitVectors = false, sampleWeight = 1, batchWeight = 1, ...rest } = options;
    const prepare = (x: NdArray) => (unitVectors ? x.mapLines(x.shape.length - 1, x.shape.at(-1)!, unit) : x);
    const entropies = codebookEntropies.definition.reference as unknown as (
      ...args: [NdArray, NdArray, CodebookEntropyOptions]
    ) => [NdArray, NdArray];
    const [sample, batch] = entropies(prepare(z), prepare(codebook), rest);
    return NdArray.scalar(sampleWeight * sample.data[0]! - batchWeight * batch.data[0]!);
  },
  cases: [
    {
      inputs: [
        [21, 4],
        [37, 4],
      ],
      options: { temperature: 1 },
    },
    {
      inputs: [
        [21, 8],
        [37, 8],
      ],
      options: { temperature: 0.1, normalize: true, sampleWeight: 0.5, batchWeight: 2 },
    },
  ],
});
