// Generated from native/kernels by `npm run generate`; do not edit.
import { type BufferRef, type CommandWriter, unsupportedTypes } from '../command-writer.js';

/** y = softmax(scale * q k^T, masked) v per head; lse = the logarithm of the sum of exponentials of each row */
export interface AttentionForwardArgs {
  readonly q: BufferRef;
  readonly k: BufferRef;
  readonly v: BufferRef;
  readonly mask?: BufferRef | undefined;
  readonly queryStarts?: BufferRef | undefined;
  readonly keyStarts?: BufferRef | undefined;
  readonly keyLengths?: BufferRef | undefined;
  readonly y: BufferRef;
  readonly lse: BufferRef;
  readonly qBatch: number;
  readonly qHead: number;
  readonly qRow: number;
  readonly kBatch: number;
  readonly kHead: number;
  readonly kRow: number;
  readonly vBatch: number;
  readonly vHead: number;
  readonly vRow: number;
  readonly yBatch: number;
  readonly yHead: number;
  readonly yRow: number;
  readonly lseBatch: number;
  readonly lseHead: number;
  readonly maskBatch: number;
  readonly maskHead: number;
  readonly maskRow: number;
  readonly maskCol: number;
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
}

const attentionForwardT = [0, 1, -1, -1, -1, -1, -1];

/** y = softmax(scale * q k^T, masked) v per head; lse = the logarithm of the sum of exponentials of each row */
export function attentionForward(w: CommandWriter, a: AttentionForwardArgs): void {
  const v0 = attentionForwardT[a.q.typeCode]!;
  if (v0 < 0) throw unsupportedTypes('attentionForward', [a.q], 'f32|bf16');
  const variant = v0;
  const i = w.begin(80);
  const u = w.words;
  u[i] = 231 | (variant << 16);
  u[i + 1] = 80;
  w.buffer(i + 2, a.q);
  w.buffer(i + 5, a.k);
  w.buffer(i + 8, a.v);
  w.buffer(i + 11, a.mask);
  w.buffer(i + 14, a.queryStarts);
  w.buffer(i + 17, a.keyStarts);
  w.buffer(i + 20, a.keyLengths);
  w.buffer(i + 23, a.y);
  w.buffer(i + 26, a.lse);
  w.i64(i + 29, a.qBatch);
  w.i64(i + 31, a.qHead);
  w.i64(i + 33, a.qRow);
  w.i64(i + 35, a.kBatch);
  w.i64(i + 37, a.kHead);
  w.i64(i + 39, a.kRow);
  w.i64(i + 41, a.vBatch);
  w.i64(i + 43, a.vHead);
  w.i64(i + 45, a.vRow);
  w.i64(i + 47, a.yBatch);
  w.i64(i + 49, a.yHead);
  w.i64(i + 51, a.yRow);
  w.i64(i + 53, a.lseBatch);
  w.i64(i + 55, a.lseHead);
  w.i64(i + 57, a.maskBatch);
  w.i64(i + 59, a.maskHead);
  w.i64(i + 61, a.maskRow);
  w.i64(i + 63, a.maskCol);
  w.u64(i + 65, a.queryRows);
  w.u64(i + 67, a.keyRows);
  u[i + 69] = a.batch;
  u[i + 70] = a.heads;
  u[i + 71] = a.kvHeads;
  u[i + 72] = a.queries;
  u[i + 73] = a.keys;
  u[i + 74] = a.dim;
  w.floats[i + 75] = a.scale;
  u[i + 76] = a.causal;
  u[i + 77] = a.causalOffset;
  u[i + 78] = a.fromEnd;
  u[i + 79] = a.window;
  w.end(80);
}

/** gradients of attentionForward by q, k and v from the upstream gradient dy; dq, dk, dv have the strides of q, k, v where they are not given */
export interface AttentionBackwardArgs {
  readonly q: BufferRef;
  readonly k: BufferRef;
  readonly v: BufferRef;
  readonly y: BufferRef;
  readonly dy: BufferRef;
  readonly lse: BufferRef;
  readonly mask?: BufferRef | undefined;
  readonly queryStarts?: BufferRef | undefined;
  readonly keyStarts?: BufferRef | undefined;
  readonly keyLengths?: BufferRef | undefined;
  readonly dq: BufferRef;
  readonly dk: BufferRef;
  readonly dv: BufferRef;
  readonly qBatch: number;
  readonly qHead: number;
  readonly qRow: number;
  readonly kBatch: number;
  readonly kHead: number;
  readonly kRow: number;
  readonly vBatch: number;
  readonly vHead: number;
  readonly vRow: number;
  readonly yBatch: number;
  readonly yHead: number;
  readonly yRow: number;
  readonly lseBatch: number;
  readonly lseHead: number;
  readonly maskBatch: number;
  readonly maskHead: number;
  readonly maskRow: number;
  readonly maskCol: number;
  readonly queryRows: number;
  readonly keyRows: number;
  readonly dyBatch: number;
  readonly dyHead: number;
  readonly dyRow: number;
  readonly dqBatch: number;
  readonly dqHead: number;
  readonly dqRow: number;
  readonly dkBatch: number;
  readonly dkHead: number;
  readonly dkRow: number;
  readonly dvBatch: number;
  readonly dvHead: number;
  readonly dvRow: number;
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
}

const attentionBackwardT = [0, 1, -1, -1, -1, -1, -1];

/** gradients of attentionForward by q, k and v from the upstream gradient dy; dq, dk, dv have the strides of q, k, v where they are not given */
export function attentionBackward(w: CommandWriter, a: AttentionBackwardArgs): void {
  const v0 = attentionBackwardT[a.q.typeCode]!;
  if (v0 < 0) throw unsupportedTypes('attentionBackward', [a.q], 'f32|bf16');
  const variant = v0;
  const i = w.begin(116);
  const u = w.words;
  u[i] = 232 | (variant << 16);
  u[i + 1] = 116;
  w.buffer(i + 2, a.q);
  w.buffer(i + 5, a.k);
  w.buffer(i + 8, a.v);
  w.buffer(i + 11, a.y);
  w.buffer(i + 14, a.dy);
  w.buffer(i + 17, a.lse);
  w.buffer(i + 20, a.mask);
  w.buffer(i + 23, a.queryStarts);
  w.buffer(i + 26, a.keyStarts);
  w.buffer(i + 29, a.keyLengths);
  w.buffer(i + 32, a.dq);
  w.buffer(i + 35, a.dk);
  w.buffer(i + 38, a.dv);
  w.i64(i + 41, a.qBatch);
  w.i64(i + 43, a.qHead);
  w.i64(i + 45, a.qRow);
  w.i64(i + 47, a.kBatch);
  w.i64(i + 49, a.kHead);
  w.i64(i + 51, a.kRow);
  w.i64(i + 53, a.vBatch);
  w.i64(i + 55, a.vHead);
  w.i64(i + 57, a.vRow);
  w.i64(i + 59, a.yBatch);
  w.i64(i + 61, a.yHead);
  w.i64(i + 63, a.yRow);
  w.i64(i + 65, a.lseBatch);
  w.i64(i + 67, a.lseHead);
  w.i64(i + 69, a.maskBatch);
  w.i64(i + 71, a.maskHead);
  w.i64(i + 73, a.maskRow);
  w.i64(i + 75, a.maskCol);
  w.u64(i + 77, a.queryRows);
  w.u64(i + 79, a.keyRows);
  w.i64(i + 81, a.dyBatch);
  w.i64(i + 83, a.dyHead);
  w.i64(i + 85, a.dyRow);
  w.i64(i + 87, a.dqBatch);
  w.i64(i + 89, a.dqHead);
  w.i64(i + 91, a.dqRow);
  w.i64(i + 93, a.dkBatch);
  w.i64(i + 95, a.dkHead);
  w.i64(i + 97, a.dkRow);
  w.i64(i + 99, a.dvBatch);
  w.i64(i + 101, a.dvHead);
  w.i64(i + 103, a.dvRow);
  u[i + 105] = a.batch;
  u[i + 106] = a.heads;
  u[i + 107] = a.kvHeads;
  u[i + 108] = a.queries;
  u[i + 109] = a.keys;
  u[i + 110] = a.dim;
  w.floats[i + 111] = a.scale;
  u[i + 112] = a.causal;
  u[i + 113] = a.causalOffset;
  u[i + 114] = a.fromEnd;
  u[i + 115] = a.window;
  w.end(116);
}

/** y = x turned by angles whose cosines and sines are [positions, dim]: first half x1 cos - x2 sin, second half x2 cos + x1 sin (rotate-half); inverse 1 turns back. Row r of a head uses position offset + r */
export interface RopeArgs {
  readonly x: BufferRef;
  readonly cos: BufferRef;
  readonly sin: BufferRef;
  readonly y: BufferRef;
  readonly xBatch: number;
  readonly xHead: number;
  readonly xRow: number;
  readonly yBatch: number;
  readonly yHead: number;
  readonly yRow: number;
  readonly batch: number;
  readonly heads: number;
  readonly rows: number;
  readonly dim: number;
  readonly positions: number;
  readonly offset: number;
  readonly inverse: number;
}

const ropeT = [0, 1, -1, -1, -1, -1, -1];

/** y = x turned by angles whose cosines and sines are [positions, dim]: first half x1 cos - x2 sin, second half x2 cos + x1 sin (rotate-half); inverse 1 turns back. Row r of a head uses position offset + r */
export function rope(w: CommandWriter, a: RopeArgs): void {
  const v0 = ropeT[a.x.typeCode]!;
  if (v0 < 0) throw unsupportedTypes('rope', [a.x], 'f32|bf16');
  const variant = v0;
  const i = w.begin(33);
  const u = w.words;
  u[i] = 233 | (variant << 16);
  u[i + 1] = 33;
  w.buffer(i + 2, a.x);
  w.buffer(i + 5, a.cos);
  w.buffer(i + 8, a.sin);
  w.buffer(i + 11, a.y);
  w.i64(i + 14, a.xBatch);
  w.i64(i + 16, a.xHead);
  w.i64(i + 18, a.xRow);
  w.i64(i + 20, a.yBatch);
  w.i64(i + 22, a.yHead);
  w.i64(i + 24, a.yRow);
  u[i + 26] = a.batch;
  u[i + 27] = a.heads;
  u[i + 28] = a.rows;
  u[i + 29] = a.dim;
  u[i + 30] = a.positions;
  u[i + 31] = a.offset;
  u[i + 32] = a.inverse;
  w.end(33);
}
