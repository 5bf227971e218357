/**
 * Attention in one pass, without the matrix of scores: over batches, packed sequences, and a cache of keys and values.
 * Inputs are read through their strides, so heads that are views of a projection cost no copy; results lie in memory as
 * `[batch, row, head, dim]`, so that joining the heads again costs none either. And rotary position embedding.
 */
import { kernels } from '../backend.js';
import { ArgumentError, formatShape, ShapeError } from '../errors.js';
import { NdArray } from '../ndarray.js';
import { checkDevices, defineOp, differentiable } from '../op.js';
import { broadcastShapes, broadcastStrides, contiguousStrides, sameShape } from '../shape.js';
import { Tensor } from '../tensor.js';
import { checkIs, checkSameDType, dense } from './common.js';
import { sumTo } from './reduce-to.js';

export interface AttentionOptions {
  /** Query i sees keys 0 to i only. Default false. */
  readonly isCausal?: boolean;
  /** Allow fewer key heads than query heads: each serves a group of query heads. Default false. */
  readonly enableGqa?: boolean;
  /** Factor of the scores. Default `1 / sqrt(dim)`. */
  readonly scale?: number;
  /** With `isCausal`: how many keys, its own position included, a query sees at most. Default all. */
  readonly slidingWindow?: number;
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
function rowsOf(x: Tensor): Tensor {
  return x.strides.at(-1) === 1 || x.shape.at(-1) === 1 ? x : dense(x);
}

/** Layout of `[batch, heads, rows, dim]`, or of packed `[rows, heads, dim]`. */
function layoutOf(x: Tensor): Layout {
  const s = x.strides;
  return x.ndim === 4 ? { batch: s[0]!, head: s[1]!, row: s[2]! } : { batch: 0, head: s[1]!, row: s[0]! };
}

/** An unset tensor shaped like `x` whose rows of all heads lie together: memory `[batch, row, head, dim]`. */
function headsLast(x: Tensor): Tensor {
  if (x.ndim === 3) return Tensor.empty(x.device, x.shape, x.dtype);
  const [batch, heads, rows, dim] = x.shape as [number, number, number, number];
  const memory = Tensor.empty(x.device, [batch, rows, heads, dim], x.dtype);
  return memory.view(x.shape, [rows * heads * dim, dim, heads * dim, 1], 0);
}

function prefixed<P extends string>(
  prefix: P,
  { batch, head, row }: Layout,
): Record<`${P}Batch` | `${P}Head` | `${P}Row`, number> {
  return { [`${prefix}Batch`]: batch, [`${prefix}Head`]: head, [`${prefix}Row`]: row } as Record<
    `${P}Batch` | `${P}Head` | `${P}Row`,
    number
  >;
}

/** Runs the forward kernel; `differentiable` with its gradient. */
function attend(q: Tensor, k: Tensor, v: Tensor, sides: Sides, problem: Problem) {
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
  kernels.attentionForward(q.device.commands, { q: query, k: key, v: value, ...sides, y, lse, ...problem, ...strides });
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
      ...prefixed('dy', layoutOf(dy)),
      ...prefixed('dq', layoutOf(dq)),
      ...prefixed('dk', layoutOf(dk)),
      ...prefixed('dv', layoutOf(dv)),
    });
    return [dq, dk, dv];
  });
}

function checkHeads(op: string, q: Tensor, k: Tensor, v: Tensor, headDim: number, gqa: boolean): void {
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

function options(
  op: string,
  dim: number,
  { isCausal = false, scale = 1 / Math.sqrt(dim), slidingWindow = 0 }: AttentionOptions,
) {
  if (!Number.isFinite(scale)) throw new ArgumentError(`scale must be finite; got ${scale}.`, { op, actual: scale });
  if (!Number.isInteger(slidingWindow) || slidingWindow < 0)
    throw new ArgumentError(`slidingWindow must be a positive integer; got ${slidingWindow}.`, { op });
  if (slidingWindow > 0 && !isCausal) throw new ArgumentError('slidingWindow needs isCausal.', { op });
  return { scale, causal: isCausal ? 1 : 0, causalOffset: 0, fromEnd: 0, window: slidingWindow };
}

const noMask = { maskBatch: 0, maskHead: 0, maskRow: 0, maskCol: 0 };

function checkRank4(op: string, ...tensors: readonly Tensor[]): void {
  for (const t of tensors) {
    if (t.ndim !== 4)
      throw new ShapeError(`q, k and v must be [batch, heads, rows, dim]; got ${formatShape(t.shape)}.`, {
        op,
        actual: t.shape,
      });
  }
}

export const scaledDotProductAttention = defineOp({
  name: 'scaledDotProductAttention',
  doc: '`softmax(scale * q kᵀ) v` per head for `q` `[batch, heads, queries, dim]`, `k` and `v` `[batch, heads, keys, dim]`. `mask` (optional, `bool`) broadcasts to `[batch, heads, queries, keys]`; true means attend. A query that may attend to nothing gives zeros (PyTorch gives NaN). Source: arXiv 1706.03762, 2205.14135.',
  forward: (q: Tensor, k: Tensor, v: Tensor, mask?: Tensor, given: AttentionOptions = {}) => {
    const op = 'scaledDotProductAttention';
    checkRank4(op, q, k, v);
    checkHeads(op, q, k, v, 1, given.enableGqa ?? false);
    const [batch, heads, queries, dim] = q.shape as [number, number, number, number];
    const [keyBatch, kvHeads, keys] = k.shape as [number, number, number];
    if (keyBatch !== batch)
      throw new ShapeError(`batches differ; got ${formatShape(q.shape)} and ${formatShape(k.shape)}.`, { op });
    let maskStrides = noMask;
    if (mask !== undefined) {
      checkDevices(op, q, mask);
      checkIs(op, 'mask', mask, 'bool', 'u8');
      const full = [batch, heads, queries, keys];
      if (!sameShape(broadcastShapes(op, mask.shape, full), full))
        throw new ShapeError(`mask does not broadcast to ${formatShape(full)}; got ${formatShape(mask.shape)}.`, {
          op,
        });
      const [maskBatch, maskHead, maskRow, maskCol] = broadcastStrides(mask.shape, mask.strides, full) as [
        number,
        number,
        number,
        number,
      ];
      maskStrides = { maskBatch, maskHead, maskRow, maskCol };
    }
    return attend(
      q,
      k,
      v,
      { mask },
      {
        queryRows: queries,
        keyRows: keys,
        batch,
        heads,
        kvHeads,
        queries,
        keys,
        dim,
        ...options(op, dim, given),
        lseBatch: heads * queries,
        lseHead: queries,
        ...maskStrides,
      },
    );
  },
  reference: (q, k, v, mask, given) => referenceAttention(q, k, v, mask, given),
  optionalInputs: 4,
  cases: [
    {
      inputs: [
        [2, 4, 6, 8],
        [2, 4, 6, 8],
        [2, 4, 6, 8],
      ],
      options: { isCausal: true },
    },
    {
      inputs: [
        [1, 4, 9, 16],
        [1, 2, 9, 16],
        [1, 2, 9, 16],
      ],
      options: { isCausal: true, enableGqa: true },
    },
    {
      inputs: [
        [2, 2, 5, 8],
        [2, 2, 11, 8],
        [2, 2, 11, 8],
      ],
    },
    {
      inputs: [
        [1, 3, 40, 20],
        [1, 1, 140, 20],
        [1, 1, 140, 20],
      ],
      options: { enableGqa: true, scale: 0.5 },
    },
    { inputs: [[2, 3, 6, 8], [2, 3, 8, 8], [2, 3, 8, 8], { shape: [2, 1, 6, 8], dtype: 'bool' }] },
    {
      inputs: [
        [1, 2, 150, 8],
        [1, 2, 150, 8],
        [1, 2, 150, 8],
      ],
      options: { isCausal: true, slidingWindow: 20 },
    },
  ],
  cost: (q, k, v) => ({ flops: 4 * q.numel * k.shape[2]!, bytes: 4 * (2 * q.numel + k.numel + v.numel) }),
});

function referenceAttention(
  q: NdArray,
  k: NdArray,
  v: NdArray,
  mask: NdArray | undefined,
  given: AttentionOptions,
): NdArray {
  const [batch, heads, queries, dim] = q.shape as [number, number, number, number];
  const [, kvHeads, keys] = k.shape as [number, number, number];
  const { scale = 1 / Math.sqrt(dim), isCausal = false, slidingWindow = 0 } = given;
  const allowed = mask?.expand([batch, heads, queries, keys]);
  const y = NdArray.full(q.shape, 0);
  NdArray.build([batch, heads, queries], ([b, h, i]) => {
    const kv = Math.floor(h! / (heads / kvHeads));
    const scores = Float64Array.from({ length: keys }, (_, j) => {
      const hidden =
        (isCausal && (j > i! || (slidingWindow > 0 && j <= i! - slidingWindow))) ||
        (allowed !== undefined && allowed.at([b!, h!, i!, j]) === 0);
      if (hidden) return Number.NEGATIVE_INFINITY;
      let dot = 0;
      for (let d = 0; d < dim; d++) dot += q.at([b!, h!, i!, d]) * k.at([b!, kv, j, d]);
      return scale * dot;
    });
    const top = scores.reduce((a, c) => Math.max(a, c), Number.NEGATIVE_INFINITY);
    if (top === Number.NEGATIVE_INFINITY) return 0;
    const weights = scores.map((s) => Math.exp(s - top));
    const total = weights.reduce((a, c) => a + c, 0);
    for (let d = 0; d < dim; d++) {
      y.data[y.flat([b!, h!, i!, d])] = weights.reduce(
        (sum, w, j) => sum + (w === 0 ? 0 : (w / total) * v.at([b!, kv, j, d])),
        0,
      );
    }
    return 0;
  });
  return y;
}

export interface VarlenOptions extends AttentionOptions {
  /** Length of the longest sequence. */
  readonly maxSeqlen: number;
}

export const attentionVarlen = defineOp({
  name: 'attentionVarlen',
  doc: 'Attention within each of several sequences packed one after another: `q` `[total, heads, dim]`, `k` and `v` `[total, kvHeads, dim]`; sequence s is rows `cuSeqlens[s]` to `cuSeqlens[s + 1]` (`i32`, ascending, from 0 to total). Needs no padding. Key heads may be fewer than query heads.',
  forward: (q: Tensor, k: Tensor, v: Tensor, cuSeqlens: Tensor, given: VarlenOptions) => {
    const op = 'attentionVarlen';
    checkHeads(op, q, k, v, 1, true);
    checkDevices(op, q, cuSeqlens);
    checkIs(op, 'cuSeqlens', cuSeqlens, 'i32');
    if (q.ndim !== 3 || k.ndim !== 3 || q.shape[0] !== k.shape[0]) {
      throw new ShapeError(
        `q, k and v must be [total, heads, dim] with one total; got ${formatShape(q.shape)} and ${formatShape(k.shape)}.`,
        { op },
      );
    }
    if (cuSeqlens.ndim !== 1 || cuSeqlens.numel < 2)
      throw new ShapeError(`cuSeqlens must be [sequences + 1]; got ${formatShape(cuSeqlens.shape)}.`, { op });
    if (!Number.isInteger(given.maxSeqlen) || given.maxSeqlen < 0)
      throw new ArgumentError(`maxSeqlen must be a non-negative integer; got ${given.maxSeqlen}.`, { op });
    const [total, heads, dim] = q.shape as [number, number, number];
    const starts = dense(cuSeqlens);
    const result = attend(
      q,
      k,
      v,
      { queryStarts: starts, keyStarts: starts },
      {
        queryRows: total,
        keyRows: total,
        batch: cuSeqlens.numel - 1,
        heads,
        kvHeads: k.shape[1]!,
        queries: given.maxSeqlen,
        keys: given.maxSeqlen,
        dim,
        ...options(op, dim, given),
        lseBatch: 0,
        lseHead: total,
        ...noMask,
      },
    );
    return result;
  },
  reference: (q, k, v, cuSeqlens, given) => {
    const y = NdArray.full(q.shape, 0);
    for (let s = 0; s + 1 < cuSeqlens.data.length; s++) {
      const [start, end] = [cuSeqlens.data[s]!, cuSeqlens.data[s + 1]!];
      const part = (x: NdArray) =>
        NdArray.build([1, x.shape[1]!, end - start, x.shape[2]!], ([, h, i, d]) => x.at([start + i!, h!, d!]));
      const out = referenceAttention(part(q), part(k), part(v), undefined, given);
      NdArray.build(out.shape, (index) => (y.data[y.flat([start + index[2]!, index[1]!, index[3]!])] = out.at(index)));
    }
    return y;
  },
  cases: [],
});

export interface CachedAttentionOptions {
  /** Factor of the scores. Default `1 / sqrt(dim)`. */
  readonly scale?: number;
  /** How many keys, its own position included, a query sees at most. Default all. */
  readonly slidingWindow?: number;
}

export const attentionWithCache = defineOp({
  name: 'attentionWithCache',
  doc: "Causal attention of the newest queries `[batch, heads, queries, dim]` over caches `[batch, kvHeads, capacity, dim]`, of which entry b holds `lengths[b]` (`i32`) keys, the queries' own included. Bit for bit the rows of the full causal pass. No gradient.",
  forward: (q: Tensor, kCache: Tensor, vCache: Tensor, lengths: Tensor, given: CachedAttentionOptions = {}) => {
    const op = 'attentionWithCache';
    checkRank4(op, q, kCache, vCache);
    checkHeads(op, q, kCache, vCache, 1, true);
    checkDevices(op, q, lengths);
    checkIs(op, 'lengths', lengths, 'i32');
    const [batch, heads, queries, dim] = q.shape as [number, number, number, number];
    const [, kvHeads, keys] = kCache.shape as [number, number, number];
    if (lengths.numel !== batch || kCache.shape[0] !== batch) {
      throw new ShapeError(
        `needs one cache and one length per batch entry; got ${formatShape(kCache.shape)} and ${formatShape(lengths.shape)} for ${batch}.`,
        { op },
      );
    }
    return attend(
      q,
      kCache,
      vCache,
      { keyLengths: dense(lengths) },
      {
        queryRows: queries,
        keyRows: keys,
        batch,
        heads,
        kvHeads,
        queries,
        keys,
        dim,
        ...options(op, dim, { ...given, isCausal: true }),
        fromEnd: 1,
        lseBatch: heads * queries,
        lseHead: queries,
        ...noMask,
      },
    ).output;
  },
  reference: (q, kCache, vCache, lengths, given) => {
    const y = NdArray.full(q.shape, 0);
    lengths.data.forEach((length, b) => {
      const queries = q.shape[2]!;
      const entry = (x: NdArray, rows: number) =>
        NdArray.build([1, x.shape[1]!, rows, x.shape[3]!], ([, h, i, d]) => x.at([b, h!, i!, d!]));
      const visible = NdArray.build([1, 1, queries, length], ([, , i, j]) =>
        j! <= length - queries + i! && (!given.slidingWindow || j! > length - queries + i! - given.slidingWindow)
          ? 1
          : 0,
      );
      const out = referenceAttention(
        entry(q, queries),
        entry(kCache, length),
        entry(vCache, length),
        visible,
        given.scale === undefined ? {} : { scale: given.scale },
      );
      NdArray.build(out.shape, (index) => (y.data[y.flat([b, ...index.slice(1)])] = out.at(index)));
    });
    return y;
  },
  cases: [],
  hasGradient: false,
});

export interface RotaryOptions {
  /** Position of the first row: row r uses row `offset + r` of `cos` and `sin`. Default 0. */
  readonly offset?: number;
}

function turn(x: Tensor, cos: Tensor, sin: Tensor, offset: number, inverse: number): Tensor {
  const source = rowsOf(x);
  const [batch, heads, rows, dim] = x.shape as [number, number, number, number];
  const y = headsLast(x);
  kernels.rope(x.device.commands, {
    x: source,
    cos,
    sin,
    y,
    batch,
    heads,
    rows,
    dim,
    positions: cos.shape[0]!,
    offset,
    inverse,
    ...prefixed('x', layoutOf(source)),
    ...prefixed('y', layoutOf(y)),
  });
  return y;
}

export const applyRotaryEmbedding = defineOp({
  name: 'applyRotaryEmbedding',
  doc: 'Rotary position embedding, rotate-half convention (Hugging Face Llama): `x cos + rotateHalf(x) sin` for `x` `[batch, heads, rows, dim]` or, packed, `[rows, heads, dim]`; `cos` and `sin` `[positions, dim]`. Source: arXiv 2104.09864.',
  forward: (given: Tensor, cos: Tensor, sin: Tensor, { offset = 0 }: RotaryOptions = {}) => {
    const op = 'applyRotaryEmbedding';
    checkDevices(op, given, cos, sin);
    checkSameDType(op, given, cos, sin);
    if ((given.ndim !== 4 && given.ndim !== 3) || given.shape.at(-1)! % 2 !== 0) {
      throw new ShapeError(
        `x must be [batch, heads, rows, dim] or [rows, heads, dim] with an even dim; got ${formatShape(given.shape)}.`,
        { op, actual: given.shape },
      );
    }
    const packed = given.ndim === 3;
    const x = packed ? headsFirst(given) : given;
    const rows = x.shape[2]!;
    if (!sameShape(cos.shape, sin.shape) || cos.ndim !== 2 || cos.shape[1] !== x.shape[3]) {
      throw new ShapeError(
        `cos and sin must be [positions, ${x.shape[3]}]; got ${formatShape(cos.shape)} and ${formatShape(sin.shape)}.`,
        { op },
      );
    }
    if (!Number.isInteger(offset) || offset < 0 || offset + rows > cos.shape[0]!) {
      throw new ArgumentError(
        `positions ${offset} to ${offset + rows - 1} are not in cos and sin, which have ${cos.shape[0]}.`,
        { op, actual: offset },
      );
    }
    const [c, s] = [dense(cos), dense(sin)];
    const shaped = (y: Tensor): Tensor => (packed ? y.view(given.shape, contiguousStrides(given.shape), y.offset) : y);
    return differentiable(shaped(turn(x, c, s, offset, 0)), [x, c, s], (upstream, [input, cs, sn], context) => {
      const g = packed ? headsFirst(upstream) : upstream;
      return [
        context.needs(0) ? shaped(turn(g, cs!, sn!, offset, 1)) : null,
        context.needs(1) ? angleGradient(g, input!, cs!, offset) : null,
        context.needs(2) ? angleGradient(g, rotateHalf(input!), cs!, offset) : null,
      ];
    });
  },
  reference: (x, cos, sin, { offset = 0 }) => {
    if (x.shape.length === 3) {
      const half = x.shape[2]! / 2;
      return NdArray.build(x.shape, (index) => {
        const [r, h, d] = index as [number, number, number];
        const other = d < half ? -x.at([r, h, d + half]) : x.at([r, h, d - half]);
        return x.at(index) * cos.at([offset + r, d]) + other * sin.at([offset + r, d]);
      });
    }
    const half = x.shape[3]! / 2;
    return NdArray.build(x.shape, (index) => {
      const [b, h, r, d] = index as [number, number, number, number];
      const other = d < half ? -x.at([b, h, r, d + half]) : x.at([b, h, r, d - half]);
      return x.at(index) * cos.at([offset + r, d]) + other * sin.at([offset + r, d]);
    });
  },
  cases: [
    {
      inputs: [
        [2, 3, 7, 16],
        [7, 16],
        [7, 16],
      ],
    },
    {
      inputs: [
        [1, 2, 3, 4],
        [9, 4],
        [9, 4],
      ],
      options: { offset: 5 },
    },
    {
      inputs: [
        [5, 3, 8],
        [5, 8],
        [5, 8],
      ],
    },
  ],
});

/** Packed `[rows, heads, dim]` as `[1, heads, rows, dim]`. */
function headsFirst(x: Tensor): Tensor {
  const [rows, heads, dim] = x.shape as [number, number, number];
  const [row, head, last] = x.strides as [number, number, number];
  return x.view([1, heads, rows, dim], [0, head, row, last], x.offset);
}

/** The gradient by `cos` (with `x`) or `sin` (with `rotateHalf(x)`): the product summed over batch and heads, at its positions. */
function angleGradient(g: Tensor, x: Tensor, table: Tensor, offset: number): Tensor {
  const product = Tensor.empty(g.device, g.shape, g.dtype);
  kernels.mul(g.device.commands, {
    a: dense(g),
    b: dense(x),
    y: product,
    n: g.numel,
    aStep: g.numel === 1 ? 0 : 1,
    bStep: g.numel === 1 ? 0 : 1,
  });
  const [, , rows, dim] = g.shape as [number, number, number, number];
  const sums = sumTo(product, [rows, dim]);
  const full = Tensor.empty(g.device, table.shape, table.dtype);
  kernels.fill(g.device.commands, { y: full, n: full.numel, value: 0 });
  const part = full.view([rows, dim], [dim, 1], offset * dim);
  kernels.addScaled(g.device.commands, { x: dense(sums), y: part, n: rows * dim, alpha: 1 });
  return full;
}

/** `[-x2, x1]` for the halves `[x1, x2]` of the last dimension. */
function rotateHalf(x: Tensor): Tensor {
  const [batch, heads, rows, dim] = x.shape as [number, number, number, number];
  const zero = Tensor.empty(x.device, [rows, dim], x.dtype);
  const one = Tensor.empty(x.device, [rows, dim], x.dtype);
  kernels.fill(x.device.commands, { y: zero, n: rows * dim, value: 0 });
  kernels.fill(x.device.commands, { y: one, n: rows * dim, value: 1 });
  const y = Tensor.empty(x.device, [batch, heads, rows, dim], x.dtype);
  const source = rowsOf(x);
  // A turn by 90 degrees.
  kernels.rope(x.device.commands, {
    x: source,
    cos: zero,
    sin: one,
    y,
    batch,
    heads,
    rows,
    dim,
    positions: rows,
    offset: 0,
    inverse: 0,
    ...prefixed('x', layoutOf(source)),
    ...prefixed('y', layoutOf(y)),
  });
  return y;
}
