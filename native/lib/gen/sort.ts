// Generated from native/kernels by `npm run generate`; do not edit.
import { type BufferRef, type CommandWriter, unsupportedTypes } from '../command-writer.js';

/** values = x in ascending order (descending with descending 1), index = where each came from; stable */
export interface SortArgs {
  readonly x: BufferRef;
  readonly values: BufferRef;
  readonly index: BufferRef;
  readonly rows: number;
  readonly cols: number;
  readonly descending: number;
}

const sortT = [0, 1, -1, 2, -1, -1, -1];

/** values = x in ascending order (descending with descending 1), index = where each came from; stable */
export function sort(w: CommandWriter, a: SortArgs): void {
  const v0 = sortT[a.x.typeCode]!;
  if (v0 < 0) throw unsupportedTypes('sort', [a.x], 'f32|bf16|i32');
  const variant = v0;
  const i = w.begin(16);
  const u = w.words;
  u[i] = 243 | (variant << 16);
  w.buffer(i + 2, a.x);
  w.buffer(i + 5, a.values);
  w.buffer(i + 8, a.index);
  w.u64(i + 11, a.rows);
  w.u64(i + 13, a.cols);
  u[i + 15] = a.descending;
  w.end(16);
}

/** values = the k largest (smallest with largest 0) elements of x in order, index = where each came from; k <= cols */
export interface TopkArgs {
  readonly x: BufferRef;
  readonly values: BufferRef;
  readonly index: BufferRef;
  readonly rows: number;
  readonly cols: number;
  readonly k: number;
  readonly largest: number;
}

const topkT = [0, 1, -1, 2, -1, -1, -1];

/** values = the k largest (smallest with largest 0) elements of x in order, index = where each came from; k <= cols */
export function topk(w: CommandWriter, a: TopkArgs): void {
  const v0 = topkT[a.x.typeCode]!;
  if (v0 < 0) throw unsupportedTypes('topk', [a.x], 'f32|bf16|i32');
  const variant = v0;
  const i = w.begin(18);
  const u = w.words;
  u[i] = 244 | (variant << 16);
  w.buffer(i + 2, a.x);
  w.buffer(i + 5, a.values);
  w.buffer(i + 8, a.index);
  w.u64(i + 11, a.rows);
  w.u64(i + 13, a.cols);
  w.u64(i + 15, a.k);
  u[i + 17] = a.largest;
  w.end(18);
}

/** id = one index per row drawn from softmax(logits / temperature) cut to the topK most likely (0: all), then to the smallest set with probability topP, then to those with at least minP times the largest probability, and renormalised; logProb = its logarithm under softmax(logits / temperature) before the cuts. temperature 0 takes the first largest, with logProb under softmax(logits). Row r uses the first word of Philox block (seeds[r], positions[r]). A row with NaN or without a finite logit fails */
export interface SampleTokensArgs {
  readonly logits: BufferRef;
  readonly seeds: BufferRef;
  readonly positions: BufferRef;
  readonly id: BufferRef;
  readonly logProb: BufferRef;
  readonly rows: number;
  readonly cols: number;
  readonly topK: number;
  readonly temperature: number;
  readonly topP: number;
  readonly minP: number;
}

const sampleTokensT = [0, 1, -1, -1, -1, -1, -1];

/** id = one index per row drawn from softmax(logits / temperature) cut to the topK most likely (0: all), then to the smallest set with probability topP, then to those with at least minP times the largest probability, and renormalised; logProb = its logarithm under softmax(logits / temperature) before the cuts. temperature 0 takes the first largest, with logProb under softmax(logits). Row r uses the first word of Philox block (seeds[r], positions[r]). A row with NaN or without a finite logit fails */
export function sampleTokens(w: CommandWriter, a: SampleTokensArgs): void {
  const v0 = sampleTokensT[a.logits.typeCode]!;
  if (v0 < 0) throw unsupportedTypes('sampleTokens', [a.logits], 'f32|bf16');
  const variant = v0;
  const i = w.begin(25);
  const u = w.words;
  u[i] = 245 | (variant << 16);
  w.buffer(i + 2, a.logits);
  w.buffer(i + 5, a.seeds);
  w.buffer(i + 8, a.positions);
  w.buffer(i + 11, a.id);
  w.buffer(i + 14, a.logProb);
  w.u64(i + 17, a.rows);
  w.u64(i + 19, a.cols);
  u[i + 21] = a.topK;
  w.floats[i + 22] = a.temperature;
  w.floats[i + 23] = a.topP;
  w.floats[i + 24] = a.minP;
  w.end(25);
}
