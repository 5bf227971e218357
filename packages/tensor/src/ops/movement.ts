/**
 * Ops that move elements without computing on them. Where strides can express the result (`permute`, `narrow`,
 * `expand`, ...) it is a view: no memory, no kernel. The others copy.
 */
import { kernels } from '../backend.js';
import { type DType, dtypes } from '../dtype.js';
import { ArgumentError, formatShape, ShapeError } from '../errors.js';
import { NdArray } from '../ndarray.js';
import { checkDevices, defineOp, differentiable, differentiableAll } from '../op.js';
import {
  broadcastShapes,
  broadcastStrides,
  checkShape,
  collapse,
  inferShape,
  normalizeDim,
  numel,
  reshapeStrides,
  type Shape,
  sameShape,
} from '../shape.js';
import { Tensor } from '../tensor.js';
import { along, atStart, checkRank, checkSameDType, copyDense, dense, emptyLike } from './common.js';
import { sumTo } from './reduce-to.js';

/** The same elements in order under another shape; a view where strides allow, else a copy. */
function viewAs(x: Tensor, shape: Shape): Tensor {
  const strides = reshapeStrides(x.shape, x.strides, shape);
  if (strides !== null) return x.view(shape, strides, x.offset);
  const copy = copyDense(x);
  return copy.view(shape, reshapeStrides(copy.shape, copy.strides, shape)!, 0);
}

function zeros(like: Tensor, shape: Shape): Tensor {
  const y = Tensor.empty(like.device, shape, like.dtype);
  kernels.fill(like.device.commands, { y, n: y.numel, value: 0 });
  return y;
}

/** Writes `x` over the part of `y` that has strides `strides` from element `start`. */
export function copyInto(y: Tensor, x: Tensor, shape: Shape, strides: readonly number[], start: number): void {
  const view = collapse(shape, strides);
  checkRank('copy', view.shape, shape);
  kernels.copyIntoStrided(y.device.commands, {
    x: dense(x),
    y: atStart(y),
    yStart: start,
    rank: view.shape.length,
    shape: view.shape,
    yStrides: view.strides[0]!,
  });
}

export interface ShapeOptions {
  /** New sizes; one may be -1 and is inferred. */
  readonly shape: readonly number[];
}

export const reshape = defineOp({
  name: 'reshape',
  doc: 'The same elements in row-major order under another shape. A view where the strides allow it.',
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

export const flatten = defineOp({
  name: 'flatten',
  doc: 'Merges the dimensions from `startDim` to `endDim` into one.',
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

export const permute = defineOp({
  name: 'permute',
  doc: 'Reorders the dimensions. A view.',
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

export const transpose = defineOp({
  name: 'transpose',
  doc: 'Swaps two dimensions, by default the last two. A view.',
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

export const expand = defineOp({
  name: 'expand',
  doc: 'Repeats dimensions of size one to reach `shape`, without copying. A view.',
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

export const unsqueeze = defineOp({
  name: 'unsqueeze',
  doc: 'Inserts a dimension of size one at `dim`. A view.',
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

export const squeeze = defineOp({
  name: 'squeeze',
  doc: 'Removes dimension `dim` when its size is one, or every dimension of size one when no `dim` is given. A view.',
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

/** The part of `x` along `dim`, as a view. */
function part(x: Tensor, dim: number, start: number, length: number): Tensor {
  const shape = x.shape.map((n, d) => (d === dim ? length : n));
  return x.view(shape, x.strides, x.offset + start * x.strides[dim]!);
}

/** Zeros of `shape` with `g` in the part along `dim` that begins at `start`. */
function placed(g: Tensor, shape: Shape, dim: number, start: number): Tensor {
  const y = zeros(g, shape);
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

export const narrow = defineOp({
  name: 'narrow',
  doc: '`length` elements along `dim` from `start` on. A view.',
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

export const select = defineOp({
  name: 'select',
  doc: 'The slice at `index` along `dim`, which vanishes; negative counts from the end. A view.',
  forward: (x: Tensor, { dim, index }: SelectOptions) => {
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

export interface SplitOptions extends DimOptions {
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
    const dx = all ? Tensor.empty(like.device, shape, like.dtype) : zeros(like, shape);
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

export const split = defineOp({
  name: 'split',
  doc: 'Cuts `x` along `dim` into pieces of the given sizes. Views.',
  forward: (x: Tensor, { sizes, dim }: SplitOptions) => {
    const d = normalizeDim('split', dim, x.ndim);
    return splitInto(x, d, pieces('split', x.shape[d]!, sizes));
  },
  reference: (x, { sizes, dim }) => {
    const d = normalizeDim('split', dim, x.shape.length);
    return referenceSplit(x, d, pieces('split', x.shape[d]!, sizes));
  },
  cases: [
    { inputs: [[2, 9]], options: { sizes: [2, 3, 4], dim: 1 } },
    { inputs: [[7, 2]], options: { sizes: 3, dim: 0 } },
  ],
});

export interface ChunkOptions {
  /** How many pieces; the last may be smaller, and there may be fewer. */
  readonly chunks: number;
  /** Default 0. */
  readonly dim?: number;
}

export const chunk = defineOp({
  name: 'chunk',
  doc: 'Cuts `x` along `dim` into at most `chunks` pieces of equal size. Views.',
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

function checkCount(op: string, n: number): number {
  if (!Number.isInteger(n) || n <= 0)
    throw new ArgumentError(`expected a positive integer; got ${n}.`, { op, actual: n });
  return n;
}

export const cat = defineOp({
  name: 'cat',
  doc: 'Joins tensors along `dim` (default 0). Their other sizes must agree.',
  forward: (tensors: readonly Tensor[], { dim = 0 }: Partial<DimOptions> = {}) => {
    const first = tensors[0];
    if (first === undefined) throw new ArgumentError('needs at least one tensor; got none.', { op: 'cat' });
    checkDevices('cat', ...tensors);
    checkSameDType('cat', ...(tensors as [Tensor, ...Tensor[]]));
    const d = normalizeDim('cat', dim, first.ndim);
    for (const t of tensors) {
      if (t.ndim !== first.ndim || t.shape.some((n, i) => i !== d && n !== first.shape[i])) {
        throw new ShapeError(
          `sizes differ outside dimension ${dim}; got ${tensors.map((x) => formatShape(x.shape)).join(' and ')}.`,
          { op: 'cat' },
        );
      }
    }
    const sizes = tensors.map((t) => t.shape[d]!);
    const starts = sizes.map((_, i) => sizes.slice(0, i).reduce((a, b) => a + b, 0));
    const y = Tensor.empty(
      first.device,
      first.shape.map((n, i) => (i === d ? sizes.reduce((a, b) => a + b, 0) : n)),
      first.dtype,
    );
    tensors.forEach((t, i) => {
      copyInto(y, t, t.shape, y.strides, starts[i]! * y.strides[d]!);
    });
    return differentiable(y, [], (g, _, context) =>
      sizes.map((length, i) => (context.needs(i) ? part(g, d, starts[i]!, length) : null)),
    );
  },
  reference: (tensors, { dim = 0 }) => {
    const arrays = tensors;
    const d = normalizeDim('cat', dim, arrays[0]!.shape.length);
    return concatenate(arrays, d);
  },
  cases: [
    {
      inputs: [
        [5, 4, 5],
        [7, 4, 5],
        [5, 4, 5],
      ],
      options: { dim: 0 },
    },
    {
      inputs: [
        [3, 1, 5],
        [3, 3, 5],
        [3, 2, 5],
      ],
      options: { dim: 1 },
    },
    {
      inputs: [
        [3, 4, 6],
        [3, 4, 0],
        [3, 4, 1],
      ],
      options: { dim: -1 },
    },
  ],
  inputsAsList: true,
});

function concatenate(arrays: readonly NdArray[], d: number): NdArray {
  const sizes = arrays.map((a) => a.shape[d]!);
  const shape = arrays[0]!.shape.map((n, i) => (i === d ? sizes.reduce((a, b) => a + b, 0) : n));
  return NdArray.build(shape, (index) => {
    let at = index[d]!;
    let i = 0;
    while (at >= sizes[i]!) at -= sizes[i++]!;
    return arrays[i]!.at(index.map((x, k) => (k === d ? at : x)));
  });
}

export const stack = defineOp({
  name: 'stack',
  doc: 'Joins tensors of one shape along a new dimension `dim` (default 0).',
  forward: (tensors: readonly Tensor[], { dim = 0 }: Partial<DimOptions> = {}) => {
    const first = tensors[0];
    if (first === undefined) throw new ArgumentError('needs at least one tensor; got none.', { op: 'stack' });
    checkDevices('stack', ...tensors);
    checkSameDType('stack', ...(tensors as [Tensor, ...Tensor[]]));
    for (const t of tensors) {
      if (!sameShape(t.shape, first.shape)) {
        throw new ShapeError(`shapes differ; got ${tensors.map((x) => formatShape(x.shape)).join(' and ')}.`, {
          op: 'stack',
        });
      }
    }
    const d = normalizeDim('stack', dim, first.ndim + 1);
    const shape = [...first.shape.slice(0, d), tensors.length, ...first.shape.slice(d)];
    const y = Tensor.empty(first.device, shape, first.dtype);
    const without = (_: unknown, i: number) => i !== d;
    tensors.forEach((t, i) => {
      copyInto(y, t, t.shape, y.strides.filter(without), i * y.strides[d]!);
    });
    return differentiable(y, [], (g, _, context) =>
      tensors.map((_t, i) =>
        context.needs(i)
          ? g.view(g.shape.filter(without), g.strides.filter(without), g.offset + i * g.strides[d]!)
          : null,
      ),
    );
  },
  reference: (tensors, { dim = 0 }) => {
    const arrays = tensors;
    const d = normalizeDim('stack', dim, arrays[0]!.shape.length + 1);
    return concatenate(
      arrays.map((a) => a.reshape([...a.shape.slice(0, d), 1, ...a.shape.slice(d)])),
      d,
    );
  },
  cases: [
    {
      inputs: [
        [2, 3],
        [2, 3],
        [2, 3],
        [2, 3],
      ],
      options: { dim: 1 },
    },
    { inputs: [[3], [3]] },
  ],
  inputsAsList: true,
});

/** `x` read backwards along `dims`. */
function flipped(x: Tensor, dims: readonly number[]): Tensor {
  const y = emptyLike(x);
  if (x.numel === 0) return y;
  const strides = x.strides.map((s, d) => (dims.includes(d) ? -s : s));
  const start = dims.reduce((at, d) => at + (x.shape[d]! - 1) * x.strides[d]!, x.offset);
  const view = collapse(x.shape, strides);
  checkRank('flip', view.shape, x.shape);
  kernels.copyStrided(x.device.commands, {
    x: atStart(x),
    y,
    xStart: start,
    rank: view.shape.length,
    shape: view.shape,
    xStrides: view.strides[0]!,
  });
  return y;
}

export interface FlipOptions {
  readonly dims: readonly number[];
}

export const flip = defineOp({
  name: 'flip',
  doc: 'Reverses the order of elements along `dims`.',
  forward: (x: Tensor, { dims }: FlipOptions) => {
    const at = dims.map((d) => normalizeDim('flip', d, x.ndim));
    return differentiable(flipped(x, at), [], (g) => [flipped(g, at)]);
  },
  reference: (x, { dims }) =>
    NdArray.build(x.shape, (index) =>
      x.at(
        index.map((i, d) => (dims.some((k) => (k + x.shape.length) % x.shape.length === d) ? x.shape[d]! - 1 - i : i)),
      ),
    ),
  cases: [
    { inputs: [[2, 3, 4]], options: { dims: [0, 2] } },
    { inputs: [[5]], options: { dims: [-1] } },
  ],
});

export interface PadOptions {
  /** Elements before and after, in pairs from the last dimension, as in PyTorch: `[left, right, top, bottom]`. */
  readonly padding: readonly number[];
  /** Default 0. */
  readonly value?: number;
}

function padded(op: string, shape: Shape, padding: readonly number[]): { before: number[]; shape: number[] } {
  if (padding.length % 2 !== 0 || padding.length > 2 * shape.length || !padding.every(Number.isInteger)) {
    throw new ArgumentError(
      `padding must be pairs of integers, at most one pair per dimension of ${formatShape(shape)}; got ${formatShape(padding)}.`,
      { op },
    );
  }
  const before = shape.map((_, d) => padding[2 * (shape.length - 1 - d)] ?? 0);
  const after = shape.map((_, d) => padding[2 * (shape.length - 1 - d) + 1] ?? 0);
  const result = shape.map((n, d) => n + before[d]! + after[d]!);
  if (result.some((n) => n < 0))
    throw new ArgumentError(`padding ${formatShape(padding)} removes more than there is of ${formatShape(shape)}.`, {
      op,
    });
  return { before, shape: result };
}

function padWith(x: Tensor, before: readonly number[], shape: Shape, value: number): Tensor {
  if (x.ndim > 6) throw new ShapeError(`at most 6 dimensions; got ${formatShape(x.shape)}.`, { op: 'pad' });
  const y = Tensor.empty(x.device, shape, x.dtype);
  kernels.pad(x.device.commands, { x: dense(x), y, value, before, rank: x.ndim, shape, xShape: x.shape });
  return y;
}

export const pad = defineOp({
  name: 'pad',
  doc: 'Surrounds `x` with `value`. Negative padding crops.',
  forward: (x: Tensor, { padding, value = 0 }: PadOptions) => {
    const { before, shape } = padded('pad', x.shape, padding);
    const original = x.shape;
    const inverse = before.map((n) => -n);
    return differentiable(padWith(x, before, shape, value), [], (g) => [padWith(g, inverse, original, 0)]);
  },
  reference: (x, { padding, value = 0 }) => {
    const { before, shape } = padded('pad', x.shape, padding);
    return NdArray.build(shape, (index) => {
      const source = index.map((i, d) => i - before[d]!);
      return source.every((i, d) => i >= 0 && i < x.shape[d]!) ? x.at(source) : value;
    });
  },
  cases: [
    { inputs: [[2, 3, 4]], options: { padding: [1, 2, 0, 3], value: 0.5 } },
    { inputs: [[5]], options: { padding: [-1, 2] } },
  ],
});

export interface RepeatInterleaveOptions extends DimOptions {
  readonly repeats: number;
}

export const repeatInterleave = defineOp({
  name: 'repeatInterleave',
  doc: 'Repeats each slice along `dim` `repeats` times in place: a, a, b, b.',
  forward: (x: Tensor, { repeats, dim }: RepeatInterleaveOptions) => {
    const d = normalizeDim('repeatInterleave', dim, x.ndim);
    checkCount('repeatInterleave', repeats);
    const source = dense(x);
    const a = along(x.shape, d);
    const wide = source.view([a.outer, a.cols, repeats, a.inner], [a.cols * a.inner, a.inner, 0, 1], source.offset);
    const y = viewAs(
      copyDense(wide),
      x.shape.map((n, i) => (i === d ? n * repeats : n)),
    );
    const before = x.shape;
    return differentiable(y, [], (g) => {
      const upstream = dense(g);
      const dx = Tensor.empty(g.device, before, g.dtype);
      kernels.sum(g.device.commands, {
        x: upstream,
        y: dx,
        outer: a.outer * a.cols,
        cols: repeats,
        inner: a.inner,
        scale: 1,
      });
      return [dx];
    });
  },
  reference: (x, { repeats, dim }) => {
    const d = normalizeDim('repeatInterleave', dim, x.shape.length);
    return x.mapLines(d, x.shape[d]! * repeats, (line) =>
      Float64Array.from({ length: line.length * repeats }, (_, i) => line[Math.floor(i / repeats)]!),
    );
  },
  cases: [{ inputs: [[2, 4, 2]], options: { repeats: 3, dim: 1 } }],
});

export interface TriangleOptions {
  /** Diagonal to cut along; 0 is the main one, positive lies above. Default 0. */
  readonly diagonal?: number;
}

type TriangleKernel = typeof kernels.tril;

function triangle(op: string, kernel: TriangleKernel, x: Tensor, diagonal: number): Tensor {
  if (x.ndim < 2) throw new ShapeError(`needs at least two dimensions; got ${formatShape(x.shape)}.`, { op });
  const y = emptyLike(x);
  kernel(x.device.commands, {
    x: dense(x),
    y,
    batch: numel(x.shape.slice(0, -2)),
    rows: x.size(-2),
    cols: x.size(-1),
    diagonal,
  });
  return y;
}

export const tril = defineOp({
  name: 'tril',
  doc: 'The lower triangle of each matrix; the rest is 0.',
  forward: (x: Tensor, { diagonal = 0 }: TriangleOptions = {}) =>
    differentiable(triangle('tril', kernels.tril, x, diagonal), [], (g) => [
      triangle('tril', kernels.tril, g, diagonal),
    ]),
  reference: (x, { diagonal = 0 }) => NdArray.build(x.shape, (i) => (i.at(-1)! - i.at(-2)! <= diagonal ? x.at(i) : 0)),
  cases: [{ inputs: [[5, 6]], options: { diagonal: 1 } }, { inputs: [[2, 3, 3]] }],
});

export const triu = defineOp({
  name: 'triu',
  doc: 'The upper triangle of each matrix; the rest is 0.',
  forward: (x: Tensor, { diagonal = 0 }: TriangleOptions = {}) =>
    differentiable(triangle('triu', kernels.triu, x, diagonal), [], (g) => [
      triangle('triu', kernels.triu, g, diagonal),
    ]),
  reference: (x, { diagonal = 0 }) => NdArray.build(x.shape, (i) => (i.at(-1)! - i.at(-2)! >= diagonal ? x.at(i) : 0)),
  cases: [{ inputs: [[5, 6]], options: { diagonal: -1 } }, { inputs: [[2, 3, 3]] }],
});

export const contiguous = defineOp({
  name: 'contiguous',
  doc: 'The tensor itself when its elements lie in row-major order, else a copy in which they do.',
  forward: (x: Tensor) => (x.isContiguous ? x : differentiable(copyDense(x), [], (g) => [g])),
  reference: (x) => x,
  cases: [{ inputs: [[3, 4]] }],
});

export const clone = defineOp({
  name: 'clone',
  doc: 'A copy with memory of its own.',
  forward: (x: Tensor) => differentiable(copyDense(x), [], (g) => [g]),
  reference: (x) => x,
  cases: [{ inputs: [[3, 4]] }, { inputs: [[]] }],
});

function castTo(x: Tensor, dtype: DType): Tensor {
  const y = emptyLike(x, dtype);
  const source = dense(x);
  if (dtype === 'bool') kernels.castToBool(x.device.commands, { x: source, y, n: x.numel });
  else kernels.cast(x.device.commands, { x: source, y, n: x.numel });
  return y;
}

export const cast = defineOp({
  name: 'cast',
  doc: 'The elements in another dtype: floats round to nearest even, floats to integers truncate and saturate, `bool` is `x != 0`. The tensor itself when it has that dtype.',
  forward: (x: Tensor, { dtype }: { readonly dtype: DType }) => {
    if (x.dtype === dtype) return x;
    const before = x.dtype;
    const y = castTo(x, dtype);
    return dtypes[dtype].float && dtypes[before].float ? differentiable(y, [], (g) => [castTo(g, before)]) : y;
  },
  reference: (x, { dtype }) =>
    dtype === 'i32' ? x.map(Math.trunc) : dtype === 'bool' ? x.map((v) => (v !== 0 ? 1 : 0)) : x,
  cases: [
    { inputs: [[3, 5]], options: { dtype: 'f32' } },
    { inputs: [[3, 5]], options: { dtype: 'i32' } },
    { inputs: [[17]], options: { dtype: 'bool' } },
  ],
});
