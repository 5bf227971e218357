/** Attention in one pass, without the matrix of scores: over batches, packed sequences, and a cache of keys and values. */
import { ArgumentError, formatShape, ShapeError } from '../errors.js';
import { NdArray } from '../ndarray.js';
import { checkDevices, defineOp } from '../op.js';
import { broadcastShapes, broadcastStrides, sameShape } from '../shape.js';
import type { Tensor } from '../tensor.js';
import { type AttentionOptions, attend, checkHeads, kernelOptions, noMask } from './attention-kernel.js';
import { checkIs, dense } from './common.js';

export type { AttentionOptions } from './attention-kernel.js';

function checkRank4(op: string, ...tensors: readonly Tensor[]): void {
  for (const t of tensors) {
    if (t.ndim !== 4)
      throw new ShapeError(`q, k and v must be [batch, heads, rows, dim]; got ${formatShape(t.shape)}.`, {
        op,
        actual: t.shape,
      });
  }
}

/**
 * `dropout(softmax(scale * q kᵀ)) v` per head for `q` `[batch, heads, queries, dim]`, `k` and `v` `[batch, heads, keys,
 * dim]`. `mask` (optional, `bool`) broadcasts to `[batch, heads, queries, keys]`; true means attend. A query that may
 * attend to nothing gives zeros (PyTorch gives NaN). Source: arXiv 1706.03762, 2205.14135.
 */
export const scaledDotProductAttention = defineOp({
  name: 'scaledDotProductAttention',
  options: { isCausal: true, enableGqa: true, scale: true, slidingWindow: true, dropoutP: true, generator: true },
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
        ...kernelOptions(op, dim, given),
        lseBatch: heads * queries,
        lseHead: queries,
        ...maskStrides,
      },
      given.generator,
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
  /** Keys of the longest sequence, with `cuSeqlensK`. */
  readonly maxSeqlenK?: number;
}

/**
 * Attention within each of several sequences packed one after another: `q` `[total, heads, dim]`, `k` and `v` `[total,
 * kvHeads, dim]`; sequence s is rows `cuSeqlens[s]` to `cuSeqlens[s + 1]` (`i32`, ascending, from 0 to total). Needs no
 * padding. Key heads may be fewer than query heads. With `cuSeqlensK` (optional) sequence s has the rows of `k` and `v` that
 * this one gives, and its queries are the last of them. Names and alignment: flash-attn 2.1.
 */
export const attentionVarlen = defineOp({
  name: 'attentionVarlen',
  options: {
    isCausal: true,
    enableGqa: true,
    scale: true,
    slidingWindow: true,
    dropoutP: true,
    generator: true,
    maxSeqlen: true,
    maxSeqlenK: true,
  },
  forward: (
    q: Tensor,
    k: Tensor,
    v: Tensor,
    cuSeqlens: Tensor,
    cuSeqlensK?: Tensor,
    given: VarlenOptions = { maxSeqlen: -1 },
  ) => {
    const op = 'attentionVarlen';
    const { maxSeqlen, maxSeqlenK = maxSeqlen } = given;
    checkHeads(op, q, k, v, 1, true);
    checkDevices(op, q, cuSeqlens, cuSeqlensK);
    if (q.ndim !== 3 || k.ndim !== 3 || (cuSeqlensK === undefined && q.shape[0] !== k.shape[0])) {
      throw new ShapeError(
        `q, k and v must be [total, heads, dim], with one total unless there is cuSeqlensK; got ${formatShape(q.shape)} and ${formatShape(k.shape)}.`,
        { op },
      );
    }
    for (const [name, starts] of Object.entries({ cuSeqlens, cuSeqlensK })) {
      if (starts === undefined) continue;
      checkIs(op, name, starts, 'i32');
      if (starts.ndim !== 1 || starts.numel < 2 || starts.numel !== cuSeqlens.numel)
        throw new ShapeError(`${name} must be [sequences + 1]; got ${formatShape(starts.shape)}.`, { op });
    }
    for (const [name, length] of Object.entries({ maxSeqlen, maxSeqlenK })) {
      if (!Number.isInteger(length) || length < 0)
        throw new ArgumentError(`${name} must be a non-negative integer; got ${length}.`, { op });
    }
    const [total, heads, dim] = q.shape as [number, number, number];
    const queryStarts = dense(cuSeqlens);
    return attend(
      q,
      k,
      v,
      { queryStarts, keyStarts: cuSeqlensK === undefined ? queryStarts : dense(cuSeqlensK) },
      {
        queryRows: total,
        keyRows: k.shape[0]!,
        batch: cuSeqlens.numel - 1,
        heads,
        kvHeads: k.shape[1]!,
        queries: maxSeqlen,
        keys: maxSeqlenK,
        dim,
        ...kernelOptions(op, dim, given),
        fromEnd: 1,
        lseBatch: 0,
        lseHead: total,
        ...noMask,
      },
      given.generator,
    );
  },
  reference: (q, k, v, cuSeqlens, cuSeqlensK, given) => {
    const y = NdArray.full(q.shape, 0);
    const { isCausal = false, slidingWindow = 0, ...options } = given;
    const keyStarts = (cuSeqlensK ?? cuSeqlens).data;
    const rows = (x: NdArray, start: number, end: number) =>
      NdArray.build([1, x.shape[1]!, end - start, x.shape[2]!], ([, h, i, d]) => x.at([start + i!, h!, d!]));
    for (let s = 0; s + 1 < cuSeqlens.data.length; s++) {
      const [start, end] = [cuSeqlens.data[s]!, cuSeqlens.data[s + 1]!];
      const [first, past] = [keyStarts[s]!, keyStarts[s + 1]!];
      const shift = past - first - (end - start);
      const seen = NdArray.build([1, 1, end - start, past - first], ([, , i, j]) =>
        !isCausal || (j! <= i! + shift && (slidingWindow === 0 || j! > i! + shift - slidingWindow)) ? 1 : 0,
      );
      const out = referenceAttention(rows(q, start, end), rows(k, first, past), rows(v, first, past), seen, options);
      NdArray.build(out.shape, (index) => (y.data[y.flat([start + index[2]!, index[1]!, index[3]!])] = out.at(index)));
    }
    return y;
  },
  optionalInputs: 5,
  cases: [
    {
      inputs: [[23, 4, 8], [23, 2, 8], [23, 2, 8], { shape: [5], dtype: 'i32', values: [0, 7, 7, 20, 23] }],
      options: { maxSeqlen: 13, isCausal: true },
    },
    {
      inputs: [[9, 2, 5], [9, 2, 5], [9, 2, 5], { shape: [3], dtype: 'i32', values: [0, 1, 9] }],
      options: { maxSeqlen: 8, scale: 0.7 },
    },
    {
      inputs: [[150, 1, 16], [150, 1, 16], [150, 1, 16], { shape: [3], dtype: 'i32', values: [0, 130, 150] }],
      options: { maxSeqlen: 130, isCausal: true, slidingWindow: 9 },
    },
    {
      inputs: [[0, 2, 4], [0, 2, 4], [0, 2, 4], { shape: [2], dtype: 'i32', values: [0, 0] }],
      options: { maxSeqlen: 0 },
    },
    {
      inputs: [
        [12, 4, 8],
        [151, 2, 8],
        [151, 2, 8],
        { shape: [4], dtype: 'i32', values: [0, 4, 4, 12] },
        { shape: [4], dtype: 'i32', values: [0, 9, 11, 151] },
      ],
      options: { maxSeqlen: 8, maxSeqlenK: 140, isCausal: true },
    },
  ],
});

export interface CachedAttentionOptions {
  /** Factor of the scores. Default `1 / sqrt(dim)`. */
  readonly scale?: number;
  /** How many keys, its own position included, a query sees at most. Default all. */
  readonly slidingWindow?: number;
}

/**
 * Causal attention of the newest queries `[batch, heads, queries, dim]` over caches `[batch, kvHeads, capacity, dim]`,
 * of which entry b holds `lengths[b]` (`i32`) keys, the queries' own included. Bit for bit the rows of the full causal
 * pass. No gradient.
 */
export const attentionWithCache = defineOp({
  name: 'attentionWithCache',
  options: { scale: true, slidingWindow: true },
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
        ...kernelOptions(op, dim, { ...given, isCausal: true }),
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
  cases: [
    { inputs: [[2, 4, 3, 8], [2, 2, 12, 8], [2, 2, 12, 8], { shape: [2], dtype: 'i32', values: [12, 5] }] },
    {
      inputs: [[1, 2, 1, 16], [1, 2, 150, 16], [1, 2, 150, 16], { shape: [1], dtype: 'i32', values: [140] }],
      options: { scale: 0.3, slidingWindow: 20 },
    },
  ],
  hasGradient: false,
});
