/** What reductions over any dimensions share: the layout that kernels take, and the way back. */
import type { NdArray } from '../ndarray.js';
import { broadcastStrides, contiguousStrides, normalizeDims, numel, type Shape } from '../shape.js';
import type { Tensor } from '../tensor.js';
import { dense } from './common.js';

export interface ReduceOptions {
  /** Dimensions to reduce; all when left out, none of an empty list (NumPy's rule; PyTorch reduces all). */
  readonly dim?: number | readonly number[];
  /** Keep reduced dimensions with size 1. Default false. */
  readonly keepdim?: boolean;
}

/** What a reduction over several dimensions becomes: one dimension of a contiguous tensor. */
export interface Reduction {
  /** `x`, with the reduced dimensions next to each other. */
  readonly source: Tensor;
  /** The dimensions of `x` in the order they have in `source`. */
  readonly order: readonly number[];
  readonly outer: number;
  readonly cols: number;
  readonly inner: number;
  /** Shape of the result, and with the reduced dimensions kept as 1. */
  readonly shape: Shape;
  readonly keptShape: Shape;
}

export function reduction(op: string, x: Tensor, { dim, keepdim = false }: ReduceOptions): Reduction {
  const dims = normalizeDims(op, dim, x.ndim);
  const keptShape = x.shape.map((n, d) => (dims.includes(d) ? 1 : n));
  const shape = keepdim ? keptShape : x.shape.filter((_, d) => !dims.includes(d));
  const cols = dims.reduce((n, d) => n * (x.shape[d] ?? 1), 1);
  const adjacent = dims.every((d, i) => i === 0 || d === dims[i - 1]! + 1);
  if (adjacent) {
    const first = dims[0] ?? 0;
    const outer = numel(x.shape.slice(0, first));
    const inner = numel(x.shape.slice(first + dims.length));
    return { source: dense(x), order: x.shape.map((_, d) => d), outer, cols, inner, shape, keptShape };
  }
  const order = [...x.shape.map((_, d) => d).filter((d) => !dims.includes(d)), ...dims];
  const view = x.view(
    order.map((d) => x.shape[d]!),
    order.map((d) => x.strides[d]!),
    x.offset,
  );
  return { source: dense(view), order, outer: numel(shape), cols, inner: 1, shape, keptShape };
}

/** `dx`, shaped like the source of a reduction, with the dimensions in the order of `x` again. */
export function restore(dx: Tensor, { order }: Reduction, shape: Shape): Tensor {
  const strides = contiguousStrides(dx.shape);
  return dx.view(
    shape,
    shape.map((_, d) => strides[order.indexOf(d)]!),
    dx.offset,
  );
}

/** `g`, shaped like the result of a reduction of `shape`, repeated to `shape`. */
export function spread(g: Tensor, keptShape: Shape, shape: Shape): Tensor {
  const source = dense(g);
  const strides = broadcastStrides(keptShape, contiguousStrides(keptShape), shape);
  return source.view(shape, strides, source.offset);
}

/** Cases of every reduction. */
export const reduceCases = [
  { inputs: [[5, 7]], options: { dim: 1, keepdim: false } },
  { inputs: [[2, 3, 4]], options: { dim: [0, 2], keepdim: true } },
  { inputs: [[3, 65, 2]], options: { dim: 1 } },
  { inputs: [[3, 300]], options: { dim: -1, keepdim: true } },
  { inputs: [[1004]] },
  { inputs: [[2, 3, 4, 5]], options: { dim: [1, 2] } },
] as const;

/** The dimensions to reduce, for references. */
export const referenceDims = (x: NdArray, options: ReduceOptions): number[] =>
  normalizeDims('reference', options.dim, x.shape.length);
export const cost = (x: Tensor) => ({ flops: x.numel, bytes: 4 * x.numel });
