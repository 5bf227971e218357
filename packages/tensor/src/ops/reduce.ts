/** Ops that reduce dimensions. Floats accumulate in blocks fixed by the shape, so results do not depend on threads. */
import { kernels } from '../backend.js';
import { dtypes } from '../dtype.js';
import { ArgumentError, DTypeError, formatShape } from '../errors.js';
import { defineOp, differentiable, differentiableAll, type Op } from '../op.js';
import { normalizeDim } from '../shape.js';
import { Tensor } from '../tensor.js';
import { div, eq, mul, ne } from './binary.js';
import { along, dense, emptyLike } from './common.js';
import { cast } from './movement.js';
import {
  cost,
  type ReduceOptions,
  type Reduction,
  reduceCases,
  reduction,
  referenceDims,
  restore,
  spread,
} from './reduction.js';
import { maskedFill } from './selection.js';

export type { ReduceOptions } from './reduction.js';

function scaled(x: Tensor, factor: number): Tensor {
  if (factor === 1) return x;
  const y = emptyLike(x);
  kernels.mulScalar(x.device.commands, { x: dense(x), y, n: x.numel, p0: factor, p1: 0 });
  return y;
}

/** The sum, times a factor that depends on the number of elements. */
function total(op: string, x: Tensor, options: ReduceOptions, factor: (count: number) => number) {
  const r = reduction(op, x, options);
  const { outer, cols, inner } = r;
  const scale = factor(cols);
  const y = Tensor.empty(x.device, r.shape, x.dtype);
  kernels.sum(x.device.commands, { x: r.source, y, outer, cols, inner, scale });
  const before = x.shape;
  return differentiable(y, [], (g) => [spread(scaled(g, scale), r.keptShape, before)]);
}

/** Sum over dimensions, or of all elements. `bool` and `u8` are summed as `i32`. */
export const sum = defineOp({
  name: 'sum',
  options: { dim: true, keepdim: true },
  forward: (x: Tensor, options: ReduceOptions = {}) => {
    const counted = x.dtype === 'bool' || x.dtype === 'u8' ? cast(x, { dtype: 'i32' }) : x;
    return total('sum', counted, options, () => 1);
  },
  reference: (x, options) =>
    x.reduce(referenceDims(x, options), options.keepdim ?? false, (v) => v.reduce((a, b) => a + b, 0)),
  cases: [...reduceCases, { inputs: [[0, 3]], options: { dim: 0 } }],
  cost,
});

/** Mean over dimensions, or of all elements, of a floating-point tensor. NaN over none. */
export const mean = defineOp({
  name: 'mean',
  options: { dim: true, keepdim: true },
  forward: (x: Tensor, options: ReduceOptions = {}) => {
    if (!dtypes[x.dtype].float)
      throw new DTypeError(`needs a floating-point tensor; got ${x.dtype}. Convert it with to('f32').`, {
        op: 'mean',
        actual: x.dtype,
      });
    return total('mean', x, options, (count) => 1 / count);
  },
  reference: (x, options) =>
    x.reduce(referenceDims(x, options), options.keepdim ?? false, (v) => v.reduce((a, b) => a + b, 0) / v.length),
  cases: reduceCases,
  cost,
});

/** The products along a reduction. */
function products(x: Tensor, r: Reduction): Tensor {
  const y = Tensor.empty(x.device, r.shape, x.dtype);
  kernels.prod(x.device.commands, { x: r.source, y, outer: r.outer, cols: r.cols, inner: r.inner });
  return y;
}

/**
 * Product over dimensions, or of all elements; 1 over none. `bool` and `u8` are multiplied as `i32`. The gradient of an
 * element is the product of the others, zeros among them or not.
 */
export const prod = defineOp({
  name: 'prod',
  options: { dim: true, keepdim: true },
  forward: (x: Tensor, options: ReduceOptions = {}) => {
    const factors = x.dtype === 'bool' || x.dtype === 'u8' ? cast(x, { dtype: 'i32' }) : x;
    return differentiable(products(factors, reduction('prod', factors, options)), [x], (g, [saved]) => {
      const { shape } = saved!;
      const zero = eq(saved!, 0);
      const rest = maskedFill(saved!, zero, { value: 1 });
      const r = reduction('prod', rest, options);
      const others = div(spread(products(rest, r), r.keptShape, shape), rest);
      // Another element is zero where the zeros along the line are not this element alone.
      const zeros = sum(zero, { ...options, keepdim: true });
      const another = ne(cast(zero, { dtype: 'i32' }), zeros);
      return [mul(spread(g, r.keptShape, shape), maskedFill(others, another, { value: 0 }))];
    });
  },
  reference: (x, options) =>
    x.reduce(referenceDims(x, options), options.keepdim ?? false, (v) => v.reduce((a, b) => a * b, 1)),
  cases: [
    { inputs: [[5, 7]], options: { dim: 1 } },
    { inputs: [[2, 3, 4]], options: { dim: [0, 2], keepdim: true } },
    { inputs: [[3, 6, 2]], options: { dim: -2 } },
    { inputs: [[11]] },
    { inputs: [[0, 3]], options: { dim: 0 } },
    // No zero, one and two in a line.
    { inputs: [{ shape: [3, 4], values: [1, 2, 3, 4, 0, 2, -3, 4, 0, 2, 0, 4] }], options: { dim: 1 } },
    // Long lines are cut into parts; one that ends neither in 0 nor in infinity.
    { inputs: [{ shape: [70000], range: [0.999, 1.001] }], rtol: 1e-3 },
  ],
  cost,
});

/** `log(sum(exp(x)))` over dimensions, without overflow. */
export const logsumexp = defineOp({
  name: 'logsumexp',
  options: { dim: true, keepdim: true },
  forward: (x: Tensor, options: ReduceOptions = {}) => {
    const { source, outer, cols, inner, shape } = reduction('logsumexp', x, options);
    const y = Tensor.empty(x.device, shape, x.dtype);
    kernels.logSumExp(x.device.commands, { x: source, y, outer, cols, inner });
    return differentiable(y, [x, y], (g, [saved, lse]) => {
      const again = reduction('logsumexp', saved!, options);
      const dx = emptyLike(again.source);
      kernels.logSumExpBackward(g.device.commands, { x: again.source, y: lse!, g: dense(g), dx, outer, cols, inner });
      return [restore(dx, again, saved!.shape)];
    });
  },
  reference: (x, options) =>
    x.reduce(referenceDims(x, options), options.keepdim ?? false, (v) => {
      const top = v.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY);
      return Number.isFinite(top) ? top + Math.log(v.reduce((a, b) => a + Math.exp(b - top), 0)) : top;
    }),
  cases: reduceCases,
  cost,
});

export interface VarianceOptions extends ReduceOptions {
  /** Subtracted from the count: 1 (default) for the unbiased estimate, 0 for the population's. */
  readonly correction?: number;
}

function variance(op: string, x: Tensor, options: VarianceOptions) {
  const { correction = 1 } = options;
  if (!Number.isFinite(correction)) throw new ArgumentError(`correction must be finite; got ${correction}.`, { op });
  const r = reduction(op, x, options);
  const { outer, cols, inner } = r;
  const y = Tensor.empty(x.device, r.shape, x.dtype);
  const mean = Tensor.empty(x.device, r.shape, 'f32');
  kernels.variance(x.device.commands, { x: r.source, variance: y, mean, outer, cols, inner, correction });
  const gradient = (g: Tensor, saved: Tensor, m: Tensor): Tensor => {
    const again = reduction(op, saved, options);
    const dx = emptyLike(again.source);
    kernels.varianceBackward(g.device.commands, {
      x: again.source,
      mean: m,
      g: dense(g),
      dx,
      outer,
      cols,
      inner,
      correction,
    });
    return restore(dx, again, saved.shape);
  };
  return { y, mean, gradient };
}

const varianceCases = [
  { inputs: [[4, 37]], options: { dim: -1, correction: 0 } },
  { inputs: [[4, 37]], options: { dim: -1, correction: 1 } },
  { inputs: [[3, 5, 4]], options: { dim: [0, 2], keepdim: true } },
  { inputs: [[60]] },
] as const;

function referenceVariance(v: Float64Array, correction: number): number {
  const m = v.reduce((a, b) => a + b, 0) / v.length;
  return v.reduce((a, b) => a + (b - m) ** 2, 0) / (v.length - correction);
}

// `var` is a reserved word: the function is `variance` here and `var` in the exports and methods.
/** Variance over dimensions, or of all elements, from deviations of the mean (no cancellation). */
const varOp = defineOp({
  name: 'var',
  options: { dim: true, keepdim: true, correction: true },
  forward: (x: Tensor, options: VarianceOptions = {}) => {
    const { y, mean: m, gradient } = variance('var', x, options);
    return differentiable(y, [x, m], (g, [saved, savedMean]) => [gradient(g, saved!, savedMean!)]);
  },
  reference: (x, options) =>
    x.reduce(referenceDims(x, options), options.keepdim ?? false, (v) => referenceVariance(v, options.correction ?? 1)),
  cases: varianceCases,
});

export { varOp as var };

/** Standard deviation over dimensions, or of all elements. The gradient at zero is zero. */
export const std = defineOp({
  name: 'std',
  options: { dim: true, keepdim: true, correction: true },
  forward: (x: Tensor, options: VarianceOptions = {}) => {
    const { y: squared, mean: m, gradient } = variance('std', x, options);
    const y = emptyLike(squared);
    kernels.sqrt(x.device.commands, { x: squared, y, n: squared.numel });
    return differentiable(y, [x, m, y], (g, [saved, savedMean, root]) => {
      const upstream = emptyLike(root!);
      kernels.sqrtBackward(g.device.commands, { y: root!, g: dense(g), dx: upstream, n: root!.numel });
      return [gradient(zeroWhereZero(upstream, root!), saved!, savedMean!)];
    });
  },
  reference: (x, options) =>
    x.reduce(referenceDims(x, options), options.keepdim ?? false, (v) =>
      Math.sqrt(referenceVariance(v, options.correction ?? 1)),
    ),
  cases: varianceCases,
});

/** `g`, but 0 where `length` is 0: there a square root has no finite slope. */
function zeroWhereZero(g: Tensor, length: Tensor): Tensor {
  return maskedFill(g, eq(length, 0), { value: 0 });
}

/** Euclidean norm over dimensions, or of all elements. The gradient at zero is zero. */
export const norm = defineOp({
  name: 'norm',
  options: { dim: true, keepdim: true },
  forward: (x: Tensor, options: ReduceOptions = {}) => {
    const r = reduction('norm', x, options);
    const y = Tensor.empty(x.device, r.shape, x.dtype);
    kernels.norm2(x.device.commands, { x: r.source, y, outer: r.outer, cols: r.cols, inner: r.inner });
    return differentiable(y, [x, y], (g, [saved, length]) => {
      const factor = zeroWhereZero(div(g, length!), length!);
      return [mul(saved!, spread(factor, r.keptShape, saved!.shape))];
    });
  },
  reference: (x, options) =>
    x.reduce(referenceDims(x, options), options.keepdim ?? false, (v) => Math.sqrt(v.reduce((a, b) => a + b * b, 0))),
  cases: [
    { inputs: [[5, 8]], options: { dim: -1 } },
    { inputs: [[4, 3, 2]], options: { dim: [0, 2] } },
    { inputs: [[33]] },
  ],
});

type ExtremeKernel = typeof kernels.max;

/** With `dim`: values and indices along it. Without: the value of all elements. */
export interface ExtremeOptions {
  /** Default: all elements are compared. */
  readonly dim?: number;
  /** Whether `dim` stays, with size 1. Default false. */
  readonly keepdim?: boolean;
}

/** The lines of elements that are compared, and the shape of what is found in each. */
function compared(op: string, x: Tensor, { dim, keepdim = false }: ExtremeOptions) {
  const d = dim === undefined ? undefined : normalizeDim(op, dim, x.ndim);
  const lines = d === undefined ? { outer: 1, cols: x.numel, inner: 1 } : along(x.shape, d);
  if (lines.cols === 0) throw new ArgumentError(`no elements to choose from in ${formatShape(x.shape)}.`, { op });
  const kept = (n: number, i: number): number[] => (d !== undefined && i !== d ? [n] : keepdim ? [1] : []);
  return { lines, shape: x.shape.flatMap(kept) };
}

function extreme(
  name: 'max' | 'min',
  kernel: ExtremeKernel,
  better: (a: number, b: number) => boolean,
): Op<(x: Tensor, options?: ExtremeOptions) => [values: Tensor, indices: Tensor]> {
  return defineOp({
    name,
    options: { dim: true, keepdim: true },
    forward: (x: Tensor, options: ExtremeOptions = {}) => {
      const { lines, shape } = compared(name, x, options);
      const y = Tensor.empty(x.device, shape, x.dtype);
      const index = Tensor.empty(x.device, shape, 'i32');
      kernel(x.device.commands, { x: dense(x), y, index, ...lines });
      const before = x.shape;
      return differentiableAll([y, index], [index], ([g], [chosen]) => {
        if (!g) return [null];
        const dx = Tensor.empty(g.device, before, g.dtype);
        kernels.fill(g.device.commands, { y: dx, n: dx.numel, value: 0 });
        kernels.scatter(g.device.commands, { x: dense(g), index: chosen!, y: dx, ...lines, count: 1 });
        return [dx];
      });
    },
    reference: (x, options) => {
      const [dims, keepdim] = [referenceDims(x, options), options.keepdim ?? false];
      const best = (v: Float64Array) => v.reduce((at, value, i) => (better(value, v[at]!) ? i : at), 0);
      return [x.reduce(dims, keepdim, (v) => v[best(v)]!), x.reduce(dims, keepdim, best)];
    },
    cases: [
      { inputs: [{ shape: [9, 13], distinct: true }], options: { dim: 0 } },
      { inputs: [{ shape: [9, 13], distinct: true }], options: { dim: -1, keepdim: true } },
      { inputs: [{ shape: [3, 1000], distinct: true }], options: { dim: 1 } },
      { inputs: [{ shape: [5, 5], distinct: true }] },
    ],
  });
}

/**
 * Largest elements along `dim` and their indices (`i32`, the first of equals), as `[values, indices]`; over all
 * elements when `dim` is left out (PyTorch then gives the value alone, and shares the gradient among equals). NaN wins.
 * The gradient goes to the chosen element.
 */
export const max = extreme('max', kernels.max, (a, b) => a > b);
/**
 * Smallest elements along `dim` and their indices (`i32`, the first of equals), as `[values, indices]`; over all
 * elements when `dim` is left out (PyTorch then gives the value alone, and shares the gradient among equals). NaN wins.
 * The gradient goes to the chosen element.
 */
export const min = extreme('min', kernels.min, (a, b) => a < b);

function argExtreme(
  name: 'argmax' | 'argmin',
  kernel: ExtremeKernel,
  better: (a: number, b: number) => boolean,
): Op<(x: Tensor, options?: ExtremeOptions) => Tensor> {
  return defineOp({
    name,
    options: { dim: true, keepdim: true },
    forward: (x: Tensor, options: ExtremeOptions = {}) => {
      const { lines, shape } = compared(name, x, options);
      const index = Tensor.empty(x.device, shape, 'i32');
      kernel(x.device.commands, { x: dense(x), index, ...lines });
      return index;
    },
    reference: (x, options) =>
      x.reduce(referenceDims(x, options), options.keepdim ?? false, (v) =>
        v.reduce((at, value, i) => (better(value, v[at]!) ? i : at), 0),
      ),
    cases: [
      { inputs: [[6, 50]], options: { dim: 1 } },
      { inputs: [[6, 50]], options: { dim: 0, keepdim: true } },
      { inputs: [[7, 3]] },
    ],
    hasGradient: false,
  });
}

/**
 * Index (`i32`) of the largest element along `dim`, the first of equals; of the flattened tensor when `dim` is left
 * out. No gradient.
 */
export const argmax = argExtreme('argmax', kernels.max, (a, b) => a > b);
/**
 * Index (`i32`) of the smallest element along `dim`, the first of equals; of the flattened tensor when `dim` is left
 * out. No gradient.
 */
export const argmin = argExtreme('argmin', kernels.min, (a, b) => a < b);

export interface CumsumOptions {
  readonly dim: number;
}

function runningSum(x: Tensor, dim: number, reverse: number): Tensor {
  const y = emptyLike(x);
  kernels.cumsum(x.device.commands, { x: dense(x), y, ...along(x.shape, dim), reverse });
  return y;
}

/** Running sum along `dim`. */
export const cumsum = defineOp({
  name: 'cumsum',
  options: { dim: true },
  forward: (x: Tensor, { dim }: CumsumOptions) => {
    const d = normalizeDim('cumsum', dim, x.ndim);
    return differentiable(runningSum(x, d, 0), [], (g) => [runningSum(g, d, 1)]);
  },
  reference: (x, { dim }) => {
    const d = normalizeDim('cumsum', dim, x.shape.length);
    return x.mapLines(d, x.shape[d]!, (line) => {
      let total = 0;
      return line.map((v) => (total += v));
    });
  },
  cases: [
    { inputs: [[3, 29]], options: { dim: 1 } },
    { inputs: [[5, 4]], options: { dim: 0 } },
  ],
});
