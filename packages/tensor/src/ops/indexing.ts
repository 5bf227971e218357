/** Ops that read or write at positions given by an `i32` tensor. An index out of range fails on the device, naming the op. */
import { kernels } from '../backend.js';
import { ArgumentError, formatShape, ShapeError } from '../errors.js';
import { NdArray } from '../ndarray.js';
import { checkDevices, defineOp, differentiable } from '../op.js';
import { checkIndex, normalizeDim, type Shape, sameShape } from '../shape.js';
import { Tensor } from '../tensor.js';
import { along, checkIs, copyInto, dense, zerosOf } from './common.js';

/** Where the gradient of a table goes: straight into its gradient buffer when there is one, else into new zeros. */
function scatterRows(g: Tensor, index: Tensor, shape: Shape, dim: number, ignoreIndex: number): Tensor {
  const a = along(shape, dim);
  const dx = zerosOf(g, shape);
  kernels.indexAdd(g.device.commands, { x: dense(g), index, y: dx, ...a, count: index.numel, ignoreIndex });
  return dx;
}

const never = -(2 ** 31);

export interface EmbeddingOptions {
  /** The row of this index, which may count from the end, gets no gradient. */
  readonly paddingIdx?: number;
}

/**
 * Rows of `weight` `[count, dim]` at `indices` (any shape): `[...indices, dim]`. The gradient is summed in a fixed
 * order.
 */
export const embedding = defineOp({
  name: 'embedding',
  options: { paddingIdx: true },
  forward: (weight: Tensor, indices: Tensor, { paddingIdx }: EmbeddingOptions = {}) => {
    checkDevices('embedding', weight, indices);
    checkIs('embedding', 'indices', indices, 'i32');
    if (weight.ndim !== 2)
      throw new ShapeError(`weight must be [count, dim]; got ${formatShape(weight.shape)}.`, { op: 'embedding' });
    const ignoreIndex =
      paddingIdx === undefined ? never : checkIndex('embedding', 'paddingIdx', paddingIdx, weight.shape[0]!);
    const index = dense(indices);
    const y = Tensor.empty(weight.device, [...indices.shape, weight.shape[1]!], weight.dtype);
    kernels.indexSelect(weight.device.commands, {
      x: dense(weight),
      index,
      y,
      ...along(weight.shape, 0),
      count: indices.numel,
    });
    return differentiable(y, [index], (g, [saved], context) => {
      const target = context.into(0);
      if (target === null) return [scatterRows(g, saved!, weight.shape, 0, ignoreIndex), null];
      if (!target.accumulate) kernels.fill(g.device.commands, { y: target.tensor, n: target.tensor.numel, value: 0 });
      kernels.indexAdd(g.device.commands, {
        x: dense(g),
        index: saved!,
        y: target.tensor,
        ...along(weight.shape, 0),
        count: saved!.numel,
        ignoreIndex,
      });
      return [null, null];
    });
  },
  reference: (weight, indices) =>
    NdArray.build([...indices.shape, weight.shape[1]!], (i) => weight.at([indices.at(i.slice(0, -1)), i.at(-1)!])),
  cases: [
    { inputs: [[20, 6], { shape: [3, 5], dtype: 'i32', range: [0, 19] }] },
    { inputs: [[4, 3], { shape: [0], dtype: 'i32' }] },
  ],
});

export interface IndexDimOptions {
  readonly dim: number;
}

/** Slices of `x` along `dim` at the positions in `index` `[count]`. */
export const indexSelect = defineOp({
  name: 'indexSelect',
  options: { dim: true },
  forward: (x: Tensor, index: Tensor, { dim }: IndexDimOptions) => {
    checkDevices('indexSelect', x, index);
    checkIs('indexSelect', 'index', index, 'i32');
    if (index.ndim !== 1)
      throw new ShapeError(`index must have one dimension; got ${formatShape(index.shape)}.`, { op: 'indexSelect' });
    const d = normalizeDim('indexSelect', dim, x.ndim);
    const positions = dense(index);
    const y = Tensor.empty(
      x.device,
      x.shape.map((n, i) => (i === d ? index.numel : n)),
      x.dtype,
    );
    kernels.indexSelect(x.device.commands, {
      x: dense(x),
      index: positions,
      y,
      ...along(x.shape, d),
      count: index.numel,
    });
    const before = x.shape;
    return differentiable(y, [positions], (g, [saved]) => [scatterRows(g, saved!, before, d, never), null]);
  },
  reference: (x, index, { dim }) => {
    const d = normalizeDim('indexSelect', dim, x.shape.length);
    return x.mapLines(d, index.data.length, (line) => index.data.map((k) => line[k]!));
  },
  cases: [
    { inputs: [[3, 10, 2], { shape: [7], dtype: 'i32', range: [0, 9] }], options: { dim: 1 } },
    { inputs: [[5], { shape: [8], dtype: 'i32', range: [0, 4] }], options: { dim: 0 } },
  ],
});

/** `index` may be no larger than `x` in any dimension but `dim`. */
function gatherAxis(op: string, x: Shape, index: Tensor, dim: number): number {
  checkIs(op, 'index', index, 'i32');
  const d = normalizeDim(op, dim, x.length);
  if (index.ndim !== x.length || index.shape.some((n, i) => i !== d && n > x[i]!)) {
    throw new ShapeError(
      `index must be at most ${formatShape(x)} in every dimension but ${dim}; got ${formatShape(index.shape)}.`,
      { op, actual: index.shape },
    );
  }
  return d;
}

/** The corner of `x` that `index` covers, as a view: `x` itself where they agree in all dimensions but `dim`. */
function covered(x: Tensor, index: Shape, dim: number): Tensor {
  const shape = x.shape.map((n, d) => (d === dim ? n : index[d]!));
  return sameShape(shape, x.shape) ? x : x.view(shape, x.strides, x.offset);
}

/** Adds `source` at `index` along `dim` to `y`, which is contiguous. */
function addAt(y: Tensor, index: Tensor, source: Tensor, dim: number): void {
  const corner = covered(y, index.shape, dim);
  const target = dense(corner);
  const layout = { ...along(target.shape, dim), count: index.shape[dim] ?? 1 };
  kernels.scatterAdd(y.device.commands, { x: dense(source), index, y: target, ...layout });
  if (target !== corner) copyInto(y, target, target.shape, y.strides, y.offset);
}

/** The elements of `x` at `index` along `dim`. */
function takeAt(x: Tensor, index: Tensor, dim: number): Tensor {
  const y = Tensor.empty(x.device, index.shape, x.dtype);
  const source = dense(covered(x, index.shape, dim));
  const layout = { ...along(source.shape, dim), count: index.shape[dim] ?? 1 };
  kernels.gather(x.device.commands, { x: source, index, y, ...layout });
  return y;
}

/**
 * `y[.., k, ..] = x[.., index[.., k, ..], ..]` along `dim`. `index` is at most as large as `x` in the other dimensions.
 */
export const gather = defineOp({
  name: 'gather',
  options: { dim: true },
  forward: (x: Tensor, index: Tensor, { dim }: IndexDimOptions) => {
    checkDevices('gather', x, index);
    const d = gatherAxis('gather', x.shape, index, dim);
    const positions = dense(index);
    const before = x.shape;
    return differentiable(takeAt(x, positions, d), [positions], (g, [saved]) => {
      const dx = zerosOf(g, before);
      addAt(dx, saved!, g, d);
      return [dx, null];
    });
  },
  reference: (x, index, { dim }) => {
    const d = normalizeDim('gather', dim, x.shape.length);
    return NdArray.build(index.shape, (i) => x.at(i.map((n, k) => (k === d ? index.at(i) : n))));
  },
  cases: [
    { inputs: [[4, 9], { shape: [4, 5], dtype: 'i32', range: [0, 8] }], options: { dim: 1 } },
    { inputs: [[3, 4, 2], { shape: [6, 4, 2], dtype: 'i32', range: [0, 2] }], options: { dim: 0 } },
    { inputs: [[3, 4, 2], { shape: [6, 2, 1], dtype: 'i32', range: [0, 2] }], options: { dim: 0 } },
    { inputs: [[], { shape: [], dtype: 'i32', values: [0] }], options: { dim: 0 } },
  ],
});

/** `x` with `source[.., k, ..]` added at `index[.., k, ..]` along `dim`. Repeated positions add up in a fixed order. */
export const scatterAdd = defineOp({
  name: 'scatterAdd',
  options: { dim: true },
  forward: (x: Tensor, index: Tensor, source: Tensor, { dim }: IndexDimOptions) => {
    checkDevices('scatterAdd', x, index, source);
    const d = gatherAxis('scatterAdd', x.shape, index, dim);
    if (!sameShape(index.shape, source.shape)) {
      throw new ShapeError(
        `index and source differ in shape; got ${formatShape(index.shape)} and ${formatShape(source.shape)}.`,
        { op: 'scatterAdd' },
      );
    }
    const positions = dense(index);
    const y = x.copyDense();
    addAt(y, positions, source, d);
    return differentiable(y, [positions], (g, [saved], context) => {
      return [g, null, context.needs(2) ? takeAt(g, saved!, d) : null];
    });
  },
  reference: (x, index, source, { dim }) => {
    const d = normalizeDim('scatterAdd', dim, x.shape.length);
    const y = new NdArray(x.shape, x.data.slice());
    NdArray.build(index.shape, (i) => {
      y.data[y.flat(i.map((n, k) => (k === d ? index.at(i) : n)))]! += source.at(i);
      return 0;
    });
    return y;
  },
  cases: [
    { inputs: [[4, 9], { shape: [4, 6], dtype: 'i32', range: [0, 8] }, [4, 6]], options: { dim: 1 } },
    { inputs: [[3, 5], { shape: [7, 5], dtype: 'i32', range: [0, 2] }, [7, 5]], options: { dim: 0 } },
    { inputs: [[3, 5], { shape: [7, 4], dtype: 'i32', range: [0, 2] }, [7, 4]], options: { dim: 0 } },
  ],
});

export interface OneHotOptions {
  readonly numClasses: number;
}

/** 1 at each index and 0 elsewhere: `[...indices, numClasses]`, `i32`. No gradient. */
export const oneHot = defineOp({
  name: 'oneHot',
  options: { numClasses: true },
  forward: (indices: Tensor, { numClasses }: OneHotOptions) => {
    checkIs('oneHot', 'indices', indices, 'i32');
    if (!Number.isInteger(numClasses) || numClasses < 1)
      throw new ArgumentError(`numClasses must be a positive integer; got ${numClasses}.`, { op: 'oneHot' });
    const y = Tensor.empty(indices.device, [...indices.shape, numClasses], 'i32');
    kernels.oneHot(indices.device.commands, { index: dense(indices), y, n: indices.numel, classes: numClasses });
    return y;
  },
  reference: (indices, { numClasses }) =>
    NdArray.build([...indices.shape, numClasses], (i) => (indices.at(i.slice(0, -1)) === i.at(-1) ? 1 : 0)),
  cases: [{ inputs: [{ shape: [3, 4], dtype: 'i32', range: [0, 5] }], options: { numClasses: 6 } }],
  dtypes: ['i32'],
  hasGradient: false,
});
