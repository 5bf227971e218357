import { family } from '../lib/schema.js';

const types = { T: ['f32', 'bf16'] } as const;

/** Rows of a strided [batch, heads, rows, dim] tensor whose last dimension is contiguous. */
const rows = (heads: string, count: string, name: string) =>
  `T[rowsExtent(batch, ${name}Batch, ${heads}, ${name}Head, ${count}, ${name}Row, dim)]`;
const queryRows = 'queryRows';
const keyRows = 'keyRows';
const mask = 'u8[maskExtent(batch, maskBatch, heads, maskHead, queries, maskRow, keys, maskCol)]?';
const statistics = 'f32[rowsExtent(batch, lseBatch, heads, lseHead, queryRows, 1, 1)]';
const sequences = { queryStarts: 'i32[batch+1]?', keyStarts: 'i32[batch+1]?', keyLengths: 'i32[batch]?' } as const;

const strides = {
  qBatch: 'i64',
  qHead: 'i64',
  qRow: 'i64',
  kBatch: 'i64',
  kHead: 'i64',
  kRow: 'i64',
  vBatch: 'i64',
  vHead: 'i64',
  vRow: 'i64',
  yBatch: 'i64',
  yHead: 'i64',
  yRow: 'i64',
  lseBatch: 'i64',
  lseHead: 'i64',
  maskBatch: 'i64',
  maskHead: 'i64',
  maskRow: 'i64',
  maskCol: 'i64',
} as const;

const params = {
  ...strides,
  /** Rows of the q and k tensors: queries and keys, or with starts the rows of all sequences together. */
  queryRows: 'u64',
  keyRows: 'u64',
  batch: 'u32',
  heads: 'u32',
  kvHeads: 'u32',
  /** The most queries and keys of one batch entry. */
  queries: 'u32',
  keys: 'u32',
  dim: 'u32',
  scale: 'f32',
  /** 1: query i sees keys up to i + causalOffset; with fromEnd 1, counted from the entry's last query and key. */
  causal: 'u32',
  causalOffset: 'i32',
  fromEnd: 'u32',
  /** With causal: how many keys a query sees at most; 0 for all. */
  window: 'u32',
  /**
   * Probability of zeroing a weight; the others are divided by 1 - dropout. The weight of key j for query i of a head
   * takes word j % 4 of the block at counter offset + ((entry * heads + head) * queries + i) * ceil(keys / 4) + j / 4
   * under key seed, on every device.
   */
  dropout: 'f32',
  seed: 'u64',
  offset: 'u64',
} as const;
const live = ['offset'] as const;

/**
 * Attention without the queries x keys matrix. Query heads share kvHeads key heads in groups of heads / kvHeads. With
 * starts, batch entry b is rows starts[b] to starts[b + 1] of packed sequences (its batch stride is 0); with
 * keyLengths, its keys end there. A query that sees no key gets zeros and no gradient. A row's bits depend on its own
 * keys and their absolute positions only, so decoding with a cache repeats the full pass.
 */
export default family('attention', {
  attentionForward: {
    doc: 'y = dropout(softmax(scale * q k^T, masked)) v per head; lse = the logarithm of the sum of exponentials of each row',
    types,
    in: {
      q: rows('heads', queryRows, 'q'),
      k: rows('kvHeads', keyRows, 'k'),
      v: rows('kvHeads', keyRows, 'v'),
      mask,
      ...sequences,
    },
    out: { y: rows('heads', queryRows, 'y'), lse: statistics },
    params,
    live,
  },
  attentionBackward: {
    doc: 'gradients of attentionForward by q, k and v from the upstream gradient dy; dq, dk, dv have the strides of q, k, v where they are not given',
    types,
    in: {
      q: rows('heads', queryRows, 'q'),
      k: rows('kvHeads', keyRows, 'k'),
      v: rows('kvHeads', keyRows, 'v'),
      y: rows('heads', queryRows, 'y'),
      dy: rows('heads', queryRows, 'dy'),
      lse: statistics,
      mask,
      ...sequences,
    },
    out: {
      dq: rows('heads', queryRows, 'dq'),
      dk: rows('kvHeads', keyRows, 'dk'),
      dv: rows('kvHeads', keyRows, 'dv'),
    },
    params: {
      ...params,
      dyBatch: 'i64',
      dyHead: 'i64',
      dyRow: 'i64',
      dqBatch: 'i64',
      dqHead: 'i64',
      dqRow: 'i64',
      dkBatch: 'i64',
      dkHead: 'i64',
      dkRow: 'i64',
      dvBatch: 'i64',
      dvHead: 'i64',
      dvRow: 'i64',
    },
    live,
  },
  rope: {
    doc: 'y = x turned by angles whose cosines and sines are [positions, dim]: first half x1 cos - x2 sin, second half x2 cos + x1 sin (rotate-half); inverse 1 turns back. Row r of a head uses position offset + r',
    types,
    in: {
      x: 'T[rowsExtent(batch, xBatch, heads, xHead, rows, xRow, dim)]',
      cos: 'T[positions*dim]',
      sin: 'T[positions*dim]',
    },
    out: { y: 'T[rowsExtent(batch, yBatch, heads, yHead, rows, yRow, dim)]' },
    params: {
      xBatch: 'i64',
      xHead: 'i64',
      xRow: 'i64',
      yBatch: 'i64',
      yHead: 'i64',
      yRow: 'i64',
      batch: 'u32',
      heads: 'u32',
      rows: 'u32',
      dim: 'u32',
      positions: 'u32',
      offset: 'u32',
      inverse: 'u32',
    },
  },
});
