/** Order, choice and sampling along one dimension. NaN counts as the largest value. */
import { kernels } from '../backend.js';
import { ArgumentError, formatShape, ShapeError } from '../errors.js';
import type { NdArray } from '../ndarray.js';
import { checkDevices, defineOp, differentiableAll } from '../op.js';
import { normalizeDim, type Shape } from '../shape.js';
import { Tensor } from '../tensor.js';
import { along, checkIs, dense, emptyLike } from './common.js';

/** `x` with `dim` moved last, contiguous, and how to move it back. */
function lastDimension(x: Tensor, dim: number): { rows: Tensor; restore: (y: Tensor) => Tensor } {
  const order = [...x.shape.map((_, d) => d).filter((d) => d !== dim), dim].slice(0, x.ndim);
  const arrange = (t: Tensor, by: readonly number[]) =>
    t.view(
      by.map((d) => t.shape[d]!),
      by.map((d) => t.strides[d]!),
      t.offset,
    );
  if (x.ndim === 0 || dim === x.ndim - 1) return { rows: dense(x), restore: (y) => y };
  const inverse = order.map((_, d) => order.indexOf(d));
  return { rows: arrange(x, order).copyDense(), restore: (y) => arrange(y, inverse).copyDense() };
}

/** The gradient of picking `index` along `dim`. */
function scattered(g: Tensor, index: Tensor, shape: Shape, dim: number): Tensor {
  const dx = Tensor.empty(g.device, shape, g.dtype);
  kernels.fill(g.device.commands, { y: dx, n: dx.numel, value: 0 });
  kernels.scatterAdd(g.device.commands, {
    x: dense(g),
    index,
    y: dx,
    ...along(shape, dim),
    count: index.shape[dim] ?? 1,
  });
  return dx;
}

export interface SortOptions {
  /** Default -1. */
  readonly dim?: number;
  /** Default false. */
  readonly descending?: boolean;
}

function order(line: Float64Array, descending: boolean): number[] {
  const rank = (v: number) => (Number.isNaN(v) ? Number.POSITIVE_INFINITY : v);
  return Array.from(line.keys()).sort(
    (a, b) => (descending ? rank(line[b]!) - rank(line[a]!) : rank(line[a]!) - rank(line[b]!)) || a - b,
  );
}

function sorted(x: Tensor, dim: number, descending: boolean): [Tensor, Tensor] {
  const { rows, restore } = lastDimension(x, dim);
  const values = emptyLike(rows);
  const index = emptyLike(rows, 'i32');
  const cols = x.shape[dim] ?? 1;
  kernels.sort(x.device.commands, {
    x: rows,
    values,
    index,
    rows: cols === 0 ? 0 : x.numel / cols,
    cols,
    descending: descending ? 1 : 0,
  });
  return [restore(values), restore(index)];
}

/** Elements along `dim` in order, stably, and their indices (`i32`), as `[values, indices]`. */
export const sort = defineOp({
  name: 'sort',
  options: { dim: true, descending: true },
  forward: (x: Tensor, { dim = -1, descending = false }: SortOptions = {}) => {
    const d = normalizeDim('sort', dim, x.ndim);
    const [values, index] = sorted(x, d, descending);
    const before = x.shape;
    return differentiableAll([values, index], [index], ([g], [chosen]) => [
      g ? scattered(g, chosen!, before, d) : null,
    ]);
  },
  reference: (x, { dim = -1, descending = false }) => {
    const d = normalizeDim('sort', dim, x.shape.length);
    const n = x.shape[d]!;
    return [
      x.mapLines(d, n, (line) => order(line, descending).map((i) => line[i]!)),
      x.mapLines(d, n, (line) => order(line, descending)),
    ];
  },
  cases: [
    { inputs: [{ shape: [4, 31], distinct: true }], options: { dim: -1, descending: true } },
    { inputs: [{ shape: [50, 3], distinct: true }], options: { dim: 0 } },
    { inputs: [{ shape: [2, 1], distinct: true }] },
  ],
});

/** Indices (`i32`) that put the elements along `dim` in order, stably. No gradient. */
export const argsort = defineOp({
  name: 'argsort',
  options: { dim: true, descending: true },
  forward: (x: Tensor, { dim = -1, descending = false }: SortOptions = {}) =>
    sorted(x, normalizeDim('argsort', dim, x.ndim), descending)[1],
  reference: (x, { dim = -1, descending = false }) => {
    const d = normalizeDim('argsort', dim, x.shape.length);
    return x.mapLines(d, x.shape[d]!, (line) => order(line, descending));
  },
  cases: [{ inputs: [{ shape: [4, 31], distinct: true }] }],
  hasGradient: false,
});

export interface TopkOptions {
  /** How many. */
  readonly k: number;
  /** Default -1. */
  readonly dim?: number;
  /** Default true. */
  readonly largest?: boolean;
}

/**
 * The `k` largest (or smallest) elements along `dim`, in order, and their indices (`i32`, the first of equals), as
 * `[values, indices]`.
 */
export const topk = defineOp({
  name: 'topk',
  options: { k: true, dim: true, largest: true },
  forward: (x: Tensor, { k, dim = -1, largest = true }: TopkOptions) => {
    const d = normalizeDim('topk', dim, x.ndim);
    const cols = x.shape[d] ?? 1;
    if (!Number.isInteger(k) || k < 0 || k > cols)
      throw new ArgumentError(`k must be an integer from 0 to ${cols}; got ${k}.`, { op: 'topk', actual: k });
    const { rows, restore } = lastDimension(x, d);
    const shape = x.ndim === 0 && k === 1 ? [] : [...rows.shape.slice(0, -1), k];
    const values = Tensor.empty(x.device, shape, x.dtype);
    const index = Tensor.empty(x.device, shape, 'i32');
    kernels.topk(x.device.commands, {
      x: rows,
      values,
      index,
      rows: cols === 0 ? 0 : x.numel / cols,
      cols,
      k,
      largest: largest ? 1 : 0,
    });
    const [top, at] = [restore(values), restore(index)];
    const before = x.shape;
    return differentiableAll([top, at], [at], ([g], [chosen]) => [g ? scattered(g, chosen!, before, d) : null]);
  },
  reference: (x, { k, dim = -1, largest = true }) => {
    const d = normalizeDim('topk', dim, x.shape.length);
    const pick = (line: Float64Array) => order(line, largest).slice(0, k);
    return [x.mapLines(d, k, (line) => pick(line).map((i) => line[i]!)), x.mapLines(d, k, pick)];
  },
  cases: [
    { inputs: [{ shape: [5, 40], distinct: true }], options: { k: 4, dim: -1 } },
    { inputs: [{ shape: [9, 3], distinct: true }], options: { k: 9, dim: 0, largest: false } },
    { inputs: [{ shape: [2, 700], distinct: true }], options: { k: 33 } },
  ],
});

export interface SampleOptions {
  /** 0 picks the most likely. Default 1. */
  readonly temperature?: number;
  /** Keep this many of the most likely; 0 for all. Default 0. */
  readonly topK?: number;
  /** Then keep the smallest set with at least this share of the probability. Default 1. */
  readonly topP?: number;
  /** Then keep those with at least this share of the largest probability. Default 0. */
  readonly minP?: number;
}

/**
 * Draws one index per row of `logits` `[rows, classes]` from `softmax(logits / temperature)`, cut and renormalised as
 * the options say: `[ids (i32), logProbs (f32)]`. `logProbs` are under `softmax(logits / temperature)` before the cuts
 * (at temperature 0 under `softmax(logits)`), for logits of `linearLogits` with the bits of `linearLogProb`. A row's
 * draw depends on its `seeds[row]` and `positions[row]` (`i32`) and its logits alone, never on the batch. A row with
 * NaN or without a finite logit fails. No gradient.
 */
export const sampleTokens = defineOp({
  name: 'sampleTokens',
  options: { temperature: true, topK: true, topP: true, minP: true },
  forward: (
    logits: Tensor,
    seeds: Tensor,
    positions: Tensor,
    { temperature = 1, topK = 0, topP = 1, minP = 0 }: SampleOptions = {},
  ): [ids: Tensor, logProbs: Tensor] => {
    const op = 'sampleTokens';
    checkDevices(op, logits, seeds, positions);
    checkIs(op, 'seeds', seeds, 'i32');
    checkIs(op, 'positions', positions, 'i32');
    if (logits.ndim !== 2 || seeds.numel !== logits.shape[0] || positions.numel !== logits.shape[0]) {
      throw new ShapeError(
        `needs logits [rows, classes], seeds [rows] and positions [rows]; got ${formatShape(logits.shape)}, ${formatShape(seeds.shape)} and ${formatShape(positions.shape)}.`,
        { op },
      );
    }
    if (!(temperature >= 0 && Number.isFinite(temperature)))
      throw new ArgumentError(`temperature must be finite and not negative; got ${temperature}.`, {
        op,
        actual: temperature,
      });
    if (!Number.isInteger(topK) || topK < 0)
      throw new ArgumentError(`topK must be a non-negative integer; got ${topK}.`, { op, actual: topK });
    if (!(topP > 0 && topP <= 1))
      throw new ArgumentError(`topP must be above 0 and at most 1; got ${topP}.`, { op, actual: topP });
    if (!(minP >= 0 && minP <= 1))
      throw new ArgumentError(`minP must be from 0 to 1; got ${minP}.`, { op, actual: minP });
    const [rows, cols] = logits.shape as [number, number];
    const id = Tensor.empty(logits.device, [rows], 'i32');
    const logProb = Tensor.empty(logits.device, [rows], 'f32');
    kernels.sampleTokens(logits.device.commands, {
      logits: dense(logits),
      seeds: dense(seeds),
      positions: dense(positions),
      id,
      logProb,
      rows,
      cols,
      topK: Math.min(topK, cols),
      temperature,
      topP,
      minP,
    });
    return [id, logProb];
  },
  reference: (logits): NdArray[] => [
    logits.reduce([1], false, (line) => order(line, true)[0]!),
    logits.reduce([1], false, (line) => {
      const top = Math.max(...line);
      return -Math.log(line.reduce((a, v) => a + Math.exp(v - top), 0));
    }),
  ],
  // Temperature 0 is the part with one right answer; draws are tested by their frequencies.
  cases: [
    { inputs: [[3, 50], { shape: [3], dtype: 'i32' }, { shape: [3], dtype: 'i32' }], options: { temperature: 0 } },
  ],
  hasGradient: false,
});
