/**
 * What all forms of attention share: where rows of heads lie in memory, the checks of heads, and the two kernels. Inputs
 * are read through their strides, so heads that are views of a projection cost no copy; results lie in memory as
 * `[batch, row, head, dim]`, so that joining the heads again costs none either.
 */
import { kernels } from '../backend.js';
import { ArgumentError, formatShape, ShapeError } from '../errors.js';
import type { Generator } from '../generator.js';
import { checkDevices, differentiable } from '../op.js';
import { sameShape } from '../shape.js';
import { Tensor } from '../tensor.js';
import { checkSameDType, dense } from './common.js';

export interface AttentionOptions {
  /** Query i sees keys 0 to i only. Default false. */
  readonly isCausal?: boolean;
  /** Allow fewer key heads than query heads: each serves a group of query heads. Default false. */
  readonly enableGqa?: boolean;
  /** Factor of the scores. Default `1 / sqrt(dim)`. */
  readonly scale?: number;
  /** With `isCausal`: how many keys, its own position included, a query sees at most. Default all. */
  readonly slidingWindow?: number;
  /** Probability of zeroing a weight after the softmax; the others are divided by `1 - dropoutP`. Default 0. */
  readonly dropoutP?: number;
  /** Decides what is zeroed. Default: the device's. */
  readonly generator?: Generator;
}

/** Where rows of `[batch, heads, rows, dim]` lie. */
interface Layout {
  readonly batch: number;
  readonly head: number;
  readonly row: number;
}

/** Everything both kernels take besides tensors and layouts. */
interface Problem {
  readonly queryRows: number;
  readonly keyRows: number;
  readonly batch: number;
  readonly heads: number;
  readonly kvHeads: number;
  readonly queries: number;
  readonly keys: number;
  readonly dim: number;
  readonly scale: number;
  readonly causal: number;
  readonly causalOffset: number;
  readonly fromEnd: number;
  readonly window: number;
  readonly dropout: number;
  readonly lseBatch: number;
  readonly lseHead: number;
  readonly maskBatch: number;
  readonly maskHead: number;
  readonly maskRow: number;
  readonly maskCol: number;
}

interface Sides {
  readonly mask?: Tensor | undefined;
  readonly queryStarts?: Tensor | undefined;
  readonly keyStarts?: Tensor | undefined;
  readonly keyLengths?: Tensor | undefined;
}

/** The tensor itself when rows are contiguous, else a copy. */
export function rowsOf(x: Tensor): Tensor {
  return x.strides.at(-1) === 1 || x.shape.at(-1) === 1 ? x : dense(x);
}

/** Layout of `[batch, heads, rows, dim]`, or of packed `[rows, heads, dim]`. */
export function layoutOf(x: Tensor): Layout {
  const s = x.strides;
  return x.ndim === 4 ? { batch: s[0]!, head: s[1]!, row: s[2]! } : { batch: 0, head: s[1]!, row: s[0]! };
}

/** An unset tensor shaped like `x` whose rows of all heads lie together: memory `[batch, row, head, dim]`. */
export function headsLast(x: Tensor): Tensor {
  if (x.ndim === 3) return Tensor.empty(x.device, x.shape, x.dtype);
  const [batch, heads, rows, dim] = x.shape as [number, number, number, number];
  const memory = Tensor.empty(x.device, [batch, rows, heads, dim], x.dtype);
  return memory.view(x.shape, [rows * heads * dim, dim, heads * dim, 1], 0);
}

export function prefixed<P extends string>(
  prefix: P,
  { batch, head, row }: Layout,
): Record<`${P}Batch` | `${P}Head` | `${P}Row`, number> {
  return { [`${prefix}Batch`]: batch, [`${prefix}Head`]: head, [`${prefix}Row`]: row } as Record<
    `${P}Batch` | `${P}Head` | `${P}Row`,
    number
  >;
}

/** The numbers that decide what is zeroed: no mask is kept, the gradient draws them again. */
function reserve({ dropout, batch, heads, queries, keys }: Problem, generator: Generator) {
  return dropout === 0
    ? { seed: 0, offset: 0, again: 0 }
    : generator.reserve(batch * heads * queries * 4 * Math.ceil(keys / 4));
}

/** Runs the forward kernel; `differentiable` with its gradient. */
export function attend(
  q: Tensor,
  k: Tensor,
  v: Tensor,
  sides: Sides,
  problem: Problem,
  generator: Generator = q.device.generator,
) {
  const [query, key, value] = [rowsOf(q), rowsOf(k), rowsOf(v)];
  const y = headsLast(query);
  const lse = Tensor.empty(
    q.device,
    [Math.max(1, problem.lseBatch === 0 ? 1 : problem.batch), problem.heads, problem.queryRows],
    'f32',
  );
  const strides = {
    ...prefixed('q', layoutOf(query)),
    ...prefixed('k', layoutOf(key)),
    ...prefixed('v', layoutOf(value)),
    ...prefixed('y', layoutOf(y)),
  };
  const { seed, offset, again } = reserve(problem, generator);
  kernels.attentionForward(q.device.commands, {
    q: query,
    k: key,
    v: value,
    ...sides,
    y,
    lse,
    ...problem,
    ...strides,
    seed,
    offset,
  });
  const extra = [sides.mask, sides.queryStarts, sides.keyStarts, sides.keyLengths].filter((t) => t !== undefined);
  return differentiable(y, [query, key, value, y, lse, ...extra], (g, saved) => {
    const [qs, ks, vs, ys, ls, ...rest] = saved as [Tensor, Tensor, Tensor, Tensor, Tensor, ...Tensor[]];
    const restored = Object.fromEntries(
      Object.entries(sides).flatMap(([name, t]) => (t === undefined ? [] : [[name, rest.shift()!]])),
    );
    const dy = rowsOf(g);
    const [dq, dk, dv] = [headsLast(qs), headsLast(ks), headsLast(vs)];
    kernels.attentionBackward(g.device.commands, {
      q: qs,
      k: ks,
      v: vs,
      y: ys,
      dy,
      lse: ls,
      ...restored,
      dq,
      dk,
      dv,
      ...problem,
      ...strides,
      seed,
      offset: again,
      ...prefixed('dy', layoutOf(dy)),
      ...prefixed('dq', layoutOf(dq)),
      ...prefixed('dk', layoutOf(dk)),
      ...prefixed('dv', layoutOf(dv)),
    });
    return [dq, dk, dv];
  });
}

export function checkHeads(op: string, q: Tensor, k: Tensor, v: Tensor, headDim: number, gqa: boolean): void {
  checkDevices(op, q, k, v);
  checkSameDType(op, q, k, v);
  if (!sameShape(k.shape, v.shape))
    throw new ShapeError(`k and v differ in shape; got ${formatShape(k.shape)} and ${formatShape(v.shape)}.`, { op });
  if (q.shape.at(-1) !== k.shape.at(-1) || q.shape.at(-1) === 0) {
    throw new ShapeError(
      `q and k differ in their last dimension; got ${formatShape(q.shape)} and ${formatShape(k.shape)}.`,
      { op },
    );
  }
  const [heads, kvHeads] = [q.shape[headDim]!, k.shape[headDim]!];
  if (heads !== kvHeads && (!gqa || kvHeads === 0 || heads % kvHeads !== 0)) {
    throw new ShapeError(
      `${heads} query heads do not go with ${kvHeads} key heads; expected ${gqa ? 'a multiple' : 'as many (or { enableGqa: true } with a multiple)'}.`,
      { op, actual: [q.shape, k.shape] },
    );
  }
}

export function kernelOptions(
  op: string,
  dim: number,
  { isCausal = false, scale = 1 / Math.sqrt(dim), slidingWindow = 0, dropoutP = 0 }: AttentionOptions,
) {
  if (!Number.isFinite(scale)) throw new ArgumentError(`scale must be finite; got ${scale}.`, { op, actual: scale });
  if (!Number.isInteger(slidingWindow) || slidingWindow < 0)
    throw new ArgumentError(`slidingWindow must be a positive integer; got ${slidingWindow}.`, { op });
  if (slidingWindow > 0 && !isCausal) throw new ArgumentError('slidingWindow needs isCausal.', { op });
  if (!(dropoutP >= 0 && dropoutP < 1))
    throw new ArgumentError(`dropoutP must be from 0 to below 1; got ${dropoutP}.`, { op, actual: dropoutP });
  const window = Math.min(slidingWindow, 2 ** 31 - 1);
  return { scale, causal: isCausal ? 1 : 0, causalOffset: 0, fromEnd: 0, window, dropout: dropoutP };
}

export const noMask = { maskBatch: 0, maskHead: 0, maskRow: 0, maskCol: 0 };
