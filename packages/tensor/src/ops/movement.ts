/** Ops that copy elements into another arrangement, without computing on them. What strides can express is in views.ts. */
import { kernels } from '../backend.js';
import { type DType, dtypes } from '../dtype.js';
import { ArgumentError, formatShape, ShapeError } from '../errors.js';
import { NdArray } from '../ndarray.js';
import { checkDevices, defineOp, differentiable } from '../op.js';
import { checkInteger } from '../options.js';
import { checkRank, collapse, normalizeDim, normalizeDims, numel, type Shape, sameShape } from '../shape.js';
import { Tensor } from '../tensor.js';
import { along, atStart, checkSameDType, copyInto, dense, emptyLike, part, viewAs } from './common.js';
import type { DimOptions } from './views.js';

/** Joins tensors along `dim` (default 0). Their other sizes must agree. */
export const cat = defineOp({
  name: 'cat',
  options: { dim: true },
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

/** Joins tensors of one shape along a new dimension `dim` (default 0). */
export const stack = defineOp({
  name: 'stack',
  options: { dim: true },
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
          ? g.view(
              g.shape.filter(without),
              g.strides.filter(without),
              g.numel === 0 ? g.offset : g.offset + i * g.strides[d]!,
            )
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

/** Reverses the order of elements along `dims`. */
export const flip = defineOp({
  name: 'flip',
  options: { dims: true },
  forward: (x: Tensor, { dims }: FlipOptions) => {
    const at = normalizeDims('flip', dims, x.ndim);
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

/** Surrounds `x` with `value`. Negative padding crops. */
export const pad = defineOp({
  name: 'pad',
  options: { padding: true, value: true },
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

export interface RepeatInterleaveOptions extends Partial<DimOptions> {
  readonly repeats: number;
}

/**
 * Repeats each slice along `dim`, or each element of the flattened tensor when `dim` is left out, `repeats` times in
 * place: a, a, b, b.
 */
export const repeatInterleave = defineOp({
  name: 'repeatInterleave',
  options: { dim: true, repeats: true },
  forward: (x: Tensor, { repeats, dim }: RepeatInterleaveOptions) => {
    const op = 'repeatInterleave';
    if (!Number.isInteger(repeats) || repeats < 0)
      throw new ArgumentError(`repeats must be a non-negative integer; got ${repeats}.`, { op, actual: repeats });
    const shape = dim === undefined ? [x.numel] : x.shape;
    const d = normalizeDim(op, dim ?? 0, shape.length);
    const source = dense(x);
    const a = along(shape, d);
    const wide = source.view([a.outer, a.cols, repeats, a.inner], [a.cols * a.inner, a.inner, 0, 1], source.offset);
    const y = viewAs(
      wide.copyDense(),
      shape.map((n, i) => (i === d ? n * repeats : n)),
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
  reference: (given, { repeats, dim }) => {
    const x = dim === undefined ? given.reshape([given.data.length]) : given;
    const d = normalizeDim('repeatInterleave', dim ?? 0, x.shape.length);
    return x.mapLines(d, x.shape[d]! * repeats, (line) =>
      Float64Array.from({ length: line.length * repeats }, (_, i) => line[Math.floor(i / repeats)]!),
    );
  },
  cases: [
    { inputs: [[2, 4, 2]], options: { repeats: 3, dim: 1 } },
    { inputs: [[3, 2]], options: { repeats: 2 } },
    { inputs: [[3, 2]], options: { repeats: 0, dim: 0 } },
  ],
});

export interface TriangleOptions {
  /** Diagonal to cut along; 0 is the main one, positive lies above. Default 0. */
  readonly diagonal?: number;
}

type TriangleKernel = typeof kernels.tril;

function triangle(op: string, kernel: TriangleKernel, x: Tensor, diagonal: number): Tensor {
  if (x.ndim < 2) throw new ShapeError(`needs at least two dimensions; got ${formatShape(x.shape)}.`, { op });
  checkInteger(op, 'diagonal', diagonal);
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

/** The lower triangle of each matrix; the rest is 0. */
export const tril = defineOp({
  name: 'tril',
  options: { diagonal: true },
  forward: (x: Tensor, { diagonal = 0 }: TriangleOptions = {}) =>
    differentiable(triangle('tril', kernels.tril, x, diagonal), [], (g) => [
      triangle('tril', kernels.tril, g, diagonal),
    ]),
  reference: (x, { diagonal = 0 }) => NdArray.build(x.shape, (i) => (i.at(-1)! - i.at(-2)! <= diagonal ? x.at(i) : 0)),
  cases: [{ inputs: [[5, 6]], options: { diagonal: 1 } }, { inputs: [[2, 3, 3]] }],
});

/** The upper triangle of each matrix; the rest is 0. */
export const triu = defineOp({
  name: 'triu',
  options: { diagonal: true },
  forward: (x: Tensor, { diagonal = 0 }: TriangleOptions = {}) =>
    differentiable(triangle('triu', kernels.triu, x, diagonal), [], (g) => [
      triangle('triu', kernels.triu, g, diagonal),
    ]),
  reference: (x, { diagonal = 0 }) => NdArray.build(x.shape, (i) => (i.at(-1)! - i.at(-2)! >= diagonal ? x.at(i) : 0)),
  cases: [{ inputs: [[5, 6]], options: { diagonal: -1 } }, { inputs: [[2, 3, 3]] }],
});

/** The tensor itself when its elements lie in row-major order, else a copy in which they do. */
export const contiguous = defineOp({
  name: 'contiguous',
  forward: (x: Tensor) => (x.isContiguous ? x : differentiable(x.copyDense(), [], (g) => [g])),
  reference: (x) => x,
  cases: [{ inputs: [[3, 4]] }],
});

/** A copy with memory of its own. */
export const clone = defineOp({
  name: 'clone',
  forward: (x: Tensor) => differentiable(x.copyDense(), [], (g) => [g]),
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

/**
 * The elements in another dtype: floats round to nearest even, floats to integers truncate and saturate, `bool` is `x
 * != 0`. The tensor itself when it has that dtype.
 */
export const cast = defineOp({
  name: 'cast',
  options: { dtype: true },
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
