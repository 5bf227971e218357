/** Ops that ask something of elements: is it a number, are all of them true. They answer with `bool` tensors. */
import { kernels } from '../backend.js';
import { dtypes } from '../dtype.js';
import { defineOp, type Op } from '../op.js';
import { Tensor } from '../tensor.js';
import { eq, lt, ne } from './binary.js';
import { emptyLike } from './common.js';
import { cost, type ReduceOptions, reduction, referenceDims } from './reduction.js';
import { abs } from './unary.js';

/** How many elements along `dim` are not 0 (NaN is not), and how many there are. */
function countNonZero(op: string, x: Tensor, options: ReduceOptions): { count: Tensor; of: number } {
  const { source, outer, cols, inner, shape } = reduction(op, x, options);
  const count = Tensor.empty(x.device, shape, 'i32');
  kernels.countNonZero(x.device.commands, { x: source, y: count, outer, cols, inner });
  return { count, of: cols };
}

const quantifierCases = [
  { inputs: [{ shape: [5, 7], range: [0, 1] }], options: { dim: 1 } },
  { inputs: [{ shape: [2, 3, 4], range: [0, 1] }], options: { dim: [0, 2], keepdim: true } },
  { inputs: [{ shape: [3, 2, 9], range: [0, 1] }], options: { dim: -2 } },
  { inputs: [{ shape: [4, 3], values: [1, 1, 1, 0, 0, 0, 1, 0, 1, 2, 3, 4] }], options: { dim: 1 } },
  { inputs: [{ shape: [6], values: [1, 1, 1, 1, 1, 1] }] },
  { inputs: [{ shape: [6], values: [0, 0, 0, 0, 0, 0] }] },
  { inputs: [[0, 3]], options: { dim: 0 } },
  { inputs: [[0]] },
] as const;

/** True where no element over dimensions, or of all elements, is 0; over none it is true. No gradient. */
export const all = defineOp({
  name: 'all',
  options: { dim: true, keepdim: true },
  forward: (x: Tensor, options: ReduceOptions = {}) => {
    const { count, of } = countNonZero('all', x, options);
    return eq(count, of);
  },
  reference: (x, options) =>
    x.reduce(referenceDims(x, options), options.keepdim ?? false, (v) => (v.every((a) => a !== 0) ? 1 : 0)),
  cases: quantifierCases,
  dtypes: ['f32', 'bf16', 'i32', 'u8', 'bool'],
  hasGradient: false,
  cost,
});

/** True where some element over dimensions, or of all elements, is not 0; over none it is false. No gradient. */
export const any = defineOp({
  name: 'any',
  options: { dim: true, keepdim: true },
  forward: (x: Tensor, options: ReduceOptions = {}) => ne(countNonZero('any', x, options).count, 0),
  reference: (x, options) =>
    x.reduce(referenceDims(x, options), options.keepdim ?? false, (v) => (v.some((a) => a !== 0) ? 1 : 0)),
  cases: quantifierCases,
  dtypes: ['f32', 'bf16', 'i32', 'u8', 'bool'],
  hasGradient: false,
  cost,
});

/** `test` of each element; what it is of integers, all of which are finite, is `ofIntegers`. */
function classify(
  name: string,
  test: (x: Tensor) => Tensor,
  ofIntegers: 0 | 1,
  reference: (x: number) => boolean,
): Op<(x: Tensor) => Tensor> {
  return defineOp({
    name,
    forward: (x: Tensor) => {
      if (dtypes[x.dtype].float) return test(x);
      const y = emptyLike(x, 'bool');
      kernels.fill(x.device.commands, { y, n: y.numel, value: ofIntegers });
      return y;
    },
    reference: (x) => x.map((v) => (reference(v) ? 1 : 0)),
    cases: [
      {
        inputs: [{ shape: [2, 3], values: [Number.NaN, Number.POSITIVE_INFINITY, 0, -1, Number.NEGATIVE_INFINITY, 3] }],
      },
      { inputs: [[0]] },
    ],
    hasGradient: false,
  });
}

/** True where an element is NaN. No gradient. */
export const isnan = classify('isnan', (x) => ne(x, x), 0, Number.isNaN);
/** True where an element is plus or minus infinity. No gradient. */
export const isinf = classify(
  'isinf',
  (x) => eq(abs(x), Number.POSITIVE_INFINITY),
  0,
  (v) => Math.abs(v) === Infinity,
);
/** True where an element is neither NaN nor infinite. No gradient. */
export const isfinite = classify('isfinite', (x) => lt(abs(x), Number.POSITIVE_INFINITY), 1, Number.isFinite);
