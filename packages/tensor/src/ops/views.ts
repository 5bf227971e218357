/**
 * Ops that give another view of the same memory: strides express the result, so there is no kernel and no copy (but for
 * a `reshape` that strides cannot express). Their gradients put the upstream gradient back in place.
 */
import { ArgumentError, formatShape, ShapeError } from '../errors.js';
import type { NdArray } from '../ndarray.js';
import { defineOp, differentiable, differentiableAll } from '../op.js';
import {
  broadcastShapes,
  broadcastStrides,
  checkShape,
  inferShape,
  normalizeDim,
  numel,
  type Shape,
  sameShape,
} from '../shape.js';
import { Tensor } from '../tensor.js';
import { checkCount, copyInto, part, viewAs, zerosOf } from './common.js';
import { sumTo } from './reduce-to.js';

export interface ShapeOptions {
  /** New sizes; one may be -1 and is inferred. */
  readonly shape: readonly number[];
}

/** The same elements in row-major order under another shape. A view where the strides allow it. */
export const reshape = defineOp({
  name: 'reshape',
  options: { shape: true },
  forward: (x: Tensor, options: ShapeOptions | readonly number[]) => {
    const shape = inferShape('reshape', Array.isArray(options) ? options : (options as ShapeOptions).shape, x.numel);
    const before = x.shape;
    return differentiable(viewAs(x, shape), [], (g) => [viewAs(g, before)]);
  },
  reference: (x, options) =>
    x.reshape(
      inferShape('reshape', Array.isArray(options) ? options : (options as ShapeOptions).shape, numel(x.shape)),
    ),
  cases: [
    { inputs: [[2, 6, 4]], options: { shape: [4, -1] } },
    { inputs: [[5]], options: { shape: [5, 1] } },
  ],
});

export interface FlattenOptions {
  /** First and last dimension to merge. Default 0 and -1. */
  readonly startDim?: number;
  readonly endDim?: number;
}

/** Merges the dimensions from `startDim` to `endDim` into one. */
export const flatten = defineOp({
  name: 'flatten',
  options: { startDim: true, endDim: true },
  forward: (x: Tensor, options: FlattenOptions = {}) => {
    const before = x.shape;
    return differentiable(viewAs(x, flattened(x.shape, options)), [], (g) => [viewAs(g, before)]);
  },
  reference: (x, options) => x.reshape(flattened(x.shape, options)),
  cases: [{ inputs: [[2, 3, 4]] }, { inputs: [[2, 3, 4, 2]], options: { startDim: 1, endDim: 2 } }],
});

function flattened(shape: Shape, { startDim = 0, endDim = -1 }: FlattenOptions): number[] {
  const start = normalizeDim('flatten', startDim, shape.length);
  const end = normalizeDim('flatten', endDim, shape.length);
  if (end < start)
    throw new ArgumentError(`endDim comes before startDim; got ${startDim} and ${endDim}.`, { op: 'flatten' });
  return [...shape.slice(0, start), numel(shape.slice(start, end + 1)), ...shape.slice(end + 1)];
}

function permuted(x: Tensor, dims: readonly number[]): Tensor {
  return x.view(
    dims.map((d) => x.shape[d]!),
    dims.map((d) => x.strides[d]!),
    x.offset,
  );
}

export interface PermuteOptions {
  /** For each dimension of the result, the dimension of `x` it is. */
  readonly dims: readonly number[];
}

/** Reorders the dimensions. A view. */
export const permute = defineOp({
  name: 'permute',
  options: { dims: true },
  forward: (x: Tensor, options: PermuteOptions | readonly number[]) => {
    const dims = permutation(x.shape, options);
    const inverse = new Array<number>(dims.length);
    dims.forEach((d, i) => {
      inverse[d] = i;
    });
    return differentiable(permuted(x, dims), [], (g) => [permuted(g, inverse)]);
  },
  reference: (x, options) => x.permute(permutation(x.shape, options)),
  cases: [
    { inputs: [[2, 3, 4, 5]], options: { dims: [2, 0, 3, 1] } },
    { inputs: [[4, 7]], options: { dims: [-1, 0] } },
  ],
});

function permutation(shape: Shape, options: PermuteOptions | readonly number[]): number[] {
  const given = Array.isArray(options) ? (options as readonly number[]) : (options as PermuteOptions).dims;
  const dims = given.map((d) => normalizeDim('permute', d, shape.length));
  if (dims.length !== shape.length || new Set(dims).size !== dims.length) {
    throw new ArgumentError(`dims must name each dimension of ${formatShape(shape)} once; got ${formatShape(given)}.`, {
      op: 'permute',
      actual: given,
    });
  }
  return dims;
}

export interface TransposeOptions {
  /** Default -2. */
  readonly dim0?: number;
  /** Default -1. */
  readonly dim1?: number;
}

/** Swaps two dimensions, by default the last two. A view. */
export const transpose = defineOp({
  name: 'transpose',
  options: { dim0: true, dim1: true },
  forward: (x: Tensor, options: TransposeOptions = {}) => {
    const dims = swapped(x.shape, options);
    return differentiable(permuted(x, dims), [], (g) => [permuted(g, dims)]);
  },
  reference: (x, options) => x.permute(swapped(x.shape, options)),
  cases: [{ inputs: [[2, 3, 4]], options: { dim0: 0, dim1: 2 } }, { inputs: [[3, 5]] }],
});

function swapped(shape: Shape, { dim0 = -2, dim1 = -1 }: TransposeOptions): number[] {
  const dims = shape.map((_, d) => d);
  const a = normalizeDim('transpose', dim0, shape.length);
  const b = normalizeDim('transpose', dim1, shape.length);
  dims[a] = b;
  dims[b] = a;
  return dims;
}

/** Repeats dimensions of size one to reach `shape`, without copying. A view. */
export const expand = defineOp({
  name: 'expand',
  options: { shape: true },
  forward: (x: Tensor, options: ShapeOptions | readonly number[]) => {
    const shape = expanded(x.shape, Array.isArray(options) ? options : (options as ShapeOptions).shape);
    const before = x.shape;
    return differentiable(x.view(shape, broadcastStrides(x.shape, x.strides, shape), x.offset), [], (g) => [
      sumTo(g, before),
    ]);
  },
  reference: (x, options) =>
    x.expand(expanded(x.shape, Array.isArray(options) ? options : (options as ShapeOptions).shape)),
  cases: [
    { inputs: [[3, 1]], options: { shape: [4, 3, 5] } },
    { inputs: [[1]], options: { shape: [6] } },
  ],
});

function expanded(shape: Shape, requested: Shape): Shape {
  const target = requested.map((n, d) => (n === -1 ? (shape[d - requested.length + shape.length] ?? -1) : n));
  checkShape('expand', target);
  if (!sameShape(broadcastShapes('expand', shape, target), target)) {
    throw new ShapeError(
      `cannot expand ${formatShape(shape)} to ${formatShape(requested)}; only dimensions of size 1 can be repeated.`,
      { op: 'expand' },
    );
  }
  return target;
}

export interface DimOptions {
  readonly dim: number;
}

/** Inserts a dimension of size one at `dim`. A view. */
export const unsqueeze = defineOp({
  name: 'unsqueeze',
  options: { dim: true },
  forward: (x: Tensor, { dim }: DimOptions) => {
    const before = x.shape;
    return differentiable(viewAs(x, inserted(x.shape, dim)), [], (g) => [viewAs(g, before)]);
  },
  reference: (x, { dim }) => x.reshape(inserted(x.shape, dim)),
  cases: [
    { inputs: [[3, 4]], options: { dim: -1 } },
    { inputs: [[3, 4]], options: { dim: 0 } },
  ],
});

function inserted(shape: Shape, dim: number): number[] {
  const at = normalizeDim('unsqueeze', dim, shape.length + 1);
  return [...shape.slice(0, at), 1, ...shape.slice(at)];
}

/** Removes dimension `dim` when its size is one, or every dimension of size one when no `dim` is given. A view. */
export const squeeze = defineOp({
  name: 'squeeze',
  options: { dim: true },
  forward: (x: Tensor, options: Partial<DimOptions> = {}) => {
    const before = x.shape;
    return differentiable(viewAs(x, squeezed(x.shape, options.dim)), [], (g) => [viewAs(g, before)]);
  },
  reference: (x, options) => x.reshape(squeezed(x.shape, options.dim)),
  cases: [
    { inputs: [[3, 1, 4]], options: { dim: 1 } },
    { inputs: [[1, 3, 1]] },
    { inputs: [[3, 4]], options: { dim: 0 } },
  ],
});

function squeezed(shape: Shape, dim: number | undefined): number[] {
  const at = dim === undefined ? -1 : normalizeDim('squeeze', dim, shape.length);
  return shape.filter((n, d) => n !== 1 || (dim !== undefined && d !== at));
}

export interface NarrowOptions extends DimOptions {
  readonly start: number;
  readonly length: number;
}

/** Zeros of `shape` with `g` in the part along `dim` that begins at `start`. */
function placed(g: Tensor, shape: Shape, dim: number, start: number): Tensor {
  const y = zerosOf(g, shape);
  copyInto(y, g, g.shape, y.strides, start * y.strides[dim]!);
  return y;
}

function narrowRange(
  op: string,
  shape: Shape,
  { dim, start, length }: NarrowOptions,
): { dim: number; start: number; length: number } {
  const d = normalizeDim(op, dim, shape.length);
  const size = shape[d] ?? 0;
  const from = start < 0 ? start + size : start;
  if (!Number.isInteger(from) || !Number.isInteger(length) || from < 0 || length < 0 || from + length > size) {
    throw new ArgumentError(
      `the range does not fit dimension ${dim} of ${formatShape(shape)}; got start ${start} and length ${length}; expected 0 <= start <= start + length <= ${size}.`,
      { op },
    );
  }
  return { dim: d, start: from, length };
}

/** `length` elements along `dim` from `start` on. A view. */
export const narrow = defineOp({
  name: 'narrow',
  options: { dim: true, start: true, length: true },
  forward: (x: Tensor, options: NarrowOptions) => {
    const { dim, start, length } = narrowRange('narrow', x.shape, options);
    const before = x.shape;
    return differentiable(part(x, dim, start, length), [], (g) => [placed(g, before, dim, start)]);
  },
  reference: (x, options) => {
    const { dim, start, length } = narrowRange('narrow', x.shape, options);
    return x.mapLines(dim, length, (line) => line.slice(start, start + length));
  },
  cases: [
    { inputs: [[3, 9, 2]], options: { dim: 1, start: 2, length: 5 } },
    { inputs: [[7]], options: { dim: 0, start: 0, length: 0 } },
  ],
});

export interface SelectOptions extends DimOptions {
  readonly index: number;
}

/** The slice at `index` along `dim`, which vanishes; negative counts from the end. A view. */
export const select = defineOp({
  name: 'select',
  options: { dim: true, index: true },
  forward: (x: Tensor, { dim, index }: SelectOptions) => {
    const size = x.shape[normalizeDim('select', dim, x.ndim)]!;
    if (!(Number.isInteger(index) && index >= -size && index < size)) {
      throw new ArgumentError(
        `index is out of range; got ${index} for dimension ${dim} of ${formatShape(x.shape)}; expected an integer from ${-size} to ${size - 1}.`,
        { op: 'select', actual: index },
      );
    }
    const range = narrowRange('select', x.shape, { dim, start: index, length: 1 });
    const { shape: before } = x;
    const slice = part(x, range.dim, range.start, 1);
    const keep = (_: unknown, d: number) => d !== range.dim;
    const y = slice.view(slice.shape.filter(keep), slice.strides.filter(keep), slice.offset);
    return differentiable(y, [], (g) => [placed(viewAs(g, slice.shape), before, range.dim, range.start)]);
  },
  reference: (x, { dim, index }) => {
    const range = narrowRange('select', x.shape, { dim, start: index, length: 1 });
    return x.mapLines(range.dim, 1, (line) => [line[range.start]!]).reshape(x.shape.filter((_, d) => d !== range.dim));
  },
  cases: [
    { inputs: [[3, 4, 2]], options: { dim: 1, index: -1 } },
    { inputs: [[5]], options: { dim: 0, index: 2 } },
  ],
});

export interface SplitOptions extends Partial<DimOptions> {
  /** Size of each piece; a number for equal pieces, of which the last may be smaller. */
  readonly sizes: number | readonly number[];
}

function pieces(op: string, size: number, sizes: number | readonly number[]): readonly number[] {
  if (typeof sizes === 'number') {
    if (!Number.isInteger(sizes) || sizes <= 0)
      throw new ArgumentError(`piece size must be a positive integer; got ${sizes}.`, { op });
    return Array.from({ length: Math.max(1, Math.ceil(size / sizes)) }, (_, i) => Math.min(sizes, size - i * sizes));
  }
  if (sizes.some((n) => !Number.isInteger(n) || n < 0) || sizes.reduce((a, b) => a + b, 0) !== size) {
    throw new ArgumentError(`sizes must add up to ${size}; got ${formatShape(sizes)}.`, {
      op,
      actual: sizes,
      expected: size,
    });
  }
  return sizes;
}

function splitInto(x: Tensor, dim: number, sizes: readonly number[]) {
  const starts = sizes.map((_, i) => sizes.slice(0, i).reduce((a, b) => a + b, 0));
  const outputs = sizes.map((length, i) => part(x, dim, starts[i]!, length));
  const { shape } = x;
  return differentiableAll(outputs, [], (gradients) => {
    const like = gradients.find((g) => g !== null)!;
    const all = gradients.every((g) => g !== null);
    const dx = all ? Tensor.empty(like.device, shape, like.dtype) : zerosOf(like, shape);
    gradients.forEach((g, i) => {
      if (g !== null) copyInto(dx, g, g.shape, dx.strides, starts[i]! * dx.strides[dim]!);
    });
    return [dx];
  });
}

function referenceSplit(x: NdArray, dim: number, sizes: readonly number[]): NdArray[] {
  let start = 0;
  return sizes.map((length) => {
    const from = start;
    start += length;
    return x.mapLines(dim, length, (line) => line.slice(from, from + length));
  });
}

/** Cuts `x` along `dim` (default 0) into pieces of the given sizes. Views. */
export const split = defineOp({
  name: 'split',
  options: { dim: true, sizes: true },
  forward: (x: Tensor, { sizes, dim = 0 }: SplitOptions) => {
    const d = normalizeDim('split', dim, x.ndim);
    return splitInto(x, d, pieces('split', x.shape[d]!, sizes));
  },
  reference: (x, { sizes, dim = 0 }) => {
    const d = normalizeDim('split', dim, x.shape.length);
    return referenceSplit(x, d, pieces('split', x.shape[d]!, sizes));
  },
  cases: [
    { inputs: [[2, 9]], options: { sizes: [2, 3, 4], dim: 1 } },
    { inputs: [[7, 2]], options: { sizes: 3 } },
  ],
});

export interface ChunkOptions {
  /** How many pieces; the last may be smaller, and there may be fewer. */
  readonly chunks: number;
  /** Default 0. */
  readonly dim?: number;
}

/** Cuts `x` along `dim` into at most `chunks` pieces of equal size. Views. */
export const chunk = defineOp({
  name: 'chunk',
  options: { chunks: true, dim: true },
  forward: (x: Tensor, { chunks, dim = 0 }: ChunkOptions) => {
    const d = normalizeDim('chunk', dim, x.ndim);
    return splitInto(
      x,
      d,
      pieces('chunk', x.shape[d]!, Math.max(1, Math.ceil(x.shape[d]! / checkCount('chunk', chunks)))),
    );
  },
  reference: (x, { chunks, dim = 0 }) => {
    const d = normalizeDim('chunk', dim, x.shape.length);
    return referenceSplit(x, d, pieces('chunk', x.shape[d]!, Math.ceil(x.shape[d]! / chunks)));
  },
  cases: [
    { inputs: [[2, 12]], options: { chunks: 3, dim: -1 } },
    { inputs: [[7, 2]], options: { chunks: 3 } },
  ],
});
