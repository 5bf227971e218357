// Generated from native/kernels by `npm run generate`; do not edit.
import { type BufferRef, type CommandWriter, unsupportedTypes } from '../command-writer.js';

/** offsets[b] = bits set in `mask` before block b of 1024 parameters; the last is the number of active parameters */
export interface MaskOffsetsArgs {
  readonly mask: BufferRef;
  readonly offsets: BufferRef;
  readonly n: number;
}

/** offsets[b] = bits set in `mask` before block b of 1024 parameters; the last is the number of active parameters */
export function maskOffsets(w: CommandWriter, a: MaskOffsetsArgs): void {
  const i = w.begin(10);
  const u = w.words;
  u[i] = 201;
  w.buffer(i + 2, a.mask);
  w.buffer(i + 5, a.offsets);
  w.u64(i + 8, a.n);
  w.end(10);
}

/** counts[s] = bits set in `mask` within segment s, as 64-bit integers */
export interface MaskSegmentCountsArgs {
  readonly mask: BufferRef;
  readonly segmentStarts: BufferRef;
  readonly counts: BufferRef;
  readonly n: number;
  readonly segments: number;
}

/** counts[s] = bits set in `mask` within segment s, as 64-bit integers */
export function maskSegmentCounts(w: CommandWriter, a: MaskSegmentCountsArgs): void {
  const i = w.begin(14);
  const u = w.words;
  u[i] = 202;
  w.buffer(i + 2, a.mask);
  w.buffer(i + 5, a.segmentStarts);
  w.buffer(i + 8, a.counts);
  w.u64(i + 11, a.n);
  u[i + 13] = a.segments;
  w.end(14);
}

/** bit i = before[i] and after[i] differ: mode 0 in their bits, 1 by more than tolerance, 2 by more than tolerance times the larger of both sizes */
export interface MaskChangedArgs {
  readonly before: BufferRef;
  readonly after: BufferRef;
  readonly mask: BufferRef;
  readonly n: number;
  readonly tolerance: number;
  readonly mode: number;
}

const maskChangedP = [0, 1, 2, -1, -1, -1, -1];

/** bit i = before[i] and after[i] differ: mode 0 in their bits, 1 by more than tolerance, 2 by more than tolerance times the larger of both sizes */
export function maskChanged(w: CommandWriter, a: MaskChangedArgs): void {
  const v0 = maskChangedP[a.before.typeCode]!;
  if (v0 < 0) throw unsupportedTypes('maskChanged', [a.before], 'f32|bf16|f16');
  const variant = v0;
  const i = w.begin(15);
  const u = w.words;
  u[i] = 203 | (variant << 16);
  w.buffer(i + 2, a.before);
  w.buffer(i + 5, a.after);
  w.buffer(i + 8, a.mask);
  w.u64(i + 11, a.n);
  w.floats[i + 13] = a.tolerance;
  u[i + 14] = a.mode;
  w.end(15);
}

/** counts[c] = elements of before and after that differ by criterion c: modes[c] and tolerances[c], as in maskChanged */
export interface CountChangedArgs {
  readonly before: BufferRef;
  readonly after: BufferRef;
  readonly modes: BufferRef;
  readonly tolerances: BufferRef;
  readonly counts: BufferRef;
  readonly n: number;
  readonly criteria: number;
}

const countChangedP = [0, 1, 2, -1, -1, -1, -1];

/** counts[c] = elements of before and after that differ by criterion c: modes[c] and tolerances[c], as in maskChanged */
export function countChanged(w: CommandWriter, a: CountChangedArgs): void {
  const v0 = countChangedP[a.before.typeCode]!;
  if (v0 < 0) throw unsupportedTypes('countChanged', [a.before], 'f32|bf16|f16');
  const variant = v0;
  const i = w.begin(20);
  const u = w.words;
  u[i] = 204 | (variant << 16);
  w.buffer(i + 2, a.before);
  w.buffer(i + 5, a.after);
  w.buffer(i + 8, a.modes);
  w.buffer(i + 11, a.tolerances);
  w.buffer(i + 14, a.counts);
  w.u64(i + 17, a.n);
  u[i + 19] = a.criteria;
  w.end(20);
}

/** bit i = |p[i]| < threshold: what a small learning rate can move in 16-bit storage */
export interface MaskSmallArgs {
  readonly p: BufferRef;
  readonly mask: BufferRef;
  readonly n: number;
  readonly threshold: number;
}

const maskSmallP = [0, 1, 2, -1, -1, -1, -1];

/** bit i = |p[i]| < threshold: what a small learning rate can move in 16-bit storage */
export function maskSmall(w: CommandWriter, a: MaskSmallArgs): void {
  const v0 = maskSmallP[a.p.typeCode]!;
  if (v0 < 0) throw unsupportedTypes('maskSmall', [a.p], 'f32|bf16|f16');
  const variant = v0;
  const i = w.begin(11);
  const u = w.words;
  u[i] = 205 | (variant << 16);
  w.buffer(i + 2, a.p);
  w.buffer(i + 5, a.mask);
  w.u64(i + 8, a.n);
  w.floats[i + 10] = a.threshold;
  w.end(11);
}

/** bit i = bytes[i] is not zero */
export interface MaskFromBytesArgs {
  readonly bytes: BufferRef;
  readonly mask: BufferRef;
  readonly n: number;
}

/** bit i = bytes[i] is not zero */
export function maskFromBytes(w: CommandWriter, a: MaskFromBytesArgs): void {
  const i = w.begin(10);
  const u = w.words;
  u[i] = 206;
  w.buffer(i + 2, a.bytes);
  w.buffer(i + 5, a.mask);
  w.u64(i + 8, a.n);
  w.end(10);
}

/** bytes[i] = bit i of mask */
export interface MaskToBytesArgs {
  readonly mask: BufferRef;
  readonly bytes: BufferRef;
  readonly n: number;
}

/** bytes[i] = bit i of mask */
export function maskToBytes(w: CommandWriter, a: MaskToBytesArgs): void {
  const i = w.begin(10);
  const u = w.words;
  u[i] = 207;
  w.buffer(i + 2, a.mask);
  w.buffer(i + 5, a.bytes);
  w.u64(i + 8, a.n);
  w.end(10);
}

/** bit i = i is among `indices` (any order, repeats allowed; an index outside [0, n) sets nothing) */
export interface MaskFromIndicesArgs {
  readonly indices: BufferRef;
  readonly mask: BufferRef;
  readonly n: number;
  readonly count: number;
}

const maskFromIndicesI = [-1, -1, -1, 0, -1, -1, 1];

/** bit i = i is among `indices` (any order, repeats allowed; an index outside [0, n) sets nothing) */
export function maskFromIndices(w: CommandWriter, a: MaskFromIndicesArgs): void {
  const v0 = maskFromIndicesI[a.indices.typeCode]!;
  if (v0 < 0) throw unsupportedTypes('maskFromIndices', [a.indices], 'i32|i64');
  const variant = v0;
  const i = w.begin(12);
  const u = w.words;
  u[i] = 208 | (variant << 16);
  w.buffer(i + 2, a.indices);
  w.buffer(i + 5, a.mask);
  w.u64(i + 8, a.n);
  w.u64(i + 10, a.count);
  w.end(12);
}

/** indices = positions of the set bits, ascending */
export interface MaskToIndicesArgs {
  readonly mask: BufferRef;
  readonly offsets: BufferRef;
  readonly indices: BufferRef;
  readonly n: number;
  readonly active: number;
}

const maskToIndicesI = [-1, -1, -1, 0, -1, -1, 1];

/** indices = positions of the set bits, ascending */
export function maskToIndices(w: CommandWriter, a: MaskToIndicesArgs): void {
  const v0 = maskToIndicesI[a.indices.typeCode]!;
  if (v0 < 0) throw unsupportedTypes('maskToIndices', [a.indices], 'i32|i64');
  const variant = v0;
  const i = w.begin(15);
  const u = w.words;
  u[i] = 209 | (variant << 16);
  w.buffer(i + 2, a.mask);
  w.buffer(i + 5, a.offsets);
  w.buffer(i + 8, a.indices);
  w.u64(i + 11, a.n);
  w.u64(i + 13, a.active);
  w.end(15);
}

/** y = a | b */
export interface MaskOrArgs {
  readonly a: BufferRef;
  readonly b: BufferRef;
  readonly y: BufferRef;
  readonly n: number;
}

/** y = a | b */
export function maskOr(w: CommandWriter, a: MaskOrArgs): void {
  const i = w.begin(13);
  const u = w.words;
  u[i] = 210;
  w.buffer(i + 2, a.a);
  w.buffer(i + 5, a.b);
  w.buffer(i + 8, a.y);
  w.u64(i + 11, a.n);
  w.end(13);
}

/** y = a & b */
export interface MaskAndArgs {
  readonly a: BufferRef;
  readonly b: BufferRef;
  readonly y: BufferRef;
  readonly n: number;
}

/** y = a & b */
export function maskAnd(w: CommandWriter, a: MaskAndArgs): void {
  const i = w.begin(13);
  const u = w.words;
  u[i] = 211;
  w.buffer(i + 2, a.a);
  w.buffer(i + 5, a.b);
  w.buffer(i + 8, a.y);
  w.u64(i + 11, a.n);
  w.end(13);
}

/** y = a & ~b */
export interface MaskAndNotArgs {
  readonly a: BufferRef;
  readonly b: BufferRef;
  readonly y: BufferRef;
  readonly n: number;
}

/** y = a & ~b */
export function maskAndNot(w: CommandWriter, a: MaskAndNotArgs): void {
  const i = w.begin(13);
  const u = w.words;
  u[i] = 212;
  w.buffer(i + 2, a.a);
  w.buffer(i + 5, a.b);
  w.buffer(i + 8, a.y);
  w.u64(i + 11, a.n);
  w.end(13);
}

/** y = a ^ b */
export interface MaskXorArgs {
  readonly a: BufferRef;
  readonly b: BufferRef;
  readonly y: BufferRef;
  readonly n: number;
}

/** y = a ^ b */
export function maskXor(w: CommandWriter, a: MaskXorArgs): void {
  const i = w.begin(13);
  const u = w.words;
  u[i] = 213;
  w.buffer(i + 2, a.a);
  w.buffer(i + 5, a.b);
  w.buffer(i + 8, a.y);
  w.u64(i + 11, a.n);
  w.end(13);
}

/** compact = the active elements of dense, in order */
export interface GatherMaskedArgs {
  readonly dense: BufferRef;
  readonly mask: BufferRef;
  readonly offsets: BufferRef;
  readonly compact: BufferRef;
  readonly n: number;
  readonly active: number;
}

const gatherMaskedD = [0, 1, 2, -1, -1, -1, -1];

const gatherMaskedC = [0, 1, 2, -1, -1, -1, -1];

/** compact = the active elements of dense, in order */
export function gatherMasked(w: CommandWriter, a: GatherMaskedArgs): void {
  const v0 = gatherMaskedD[a.dense.typeCode]!;
  const v1 = gatherMaskedC[a.compact.typeCode]!;
  if (v0 < 0 || v1 < 0) throw unsupportedTypes('gatherMasked', [a.dense, a.compact], 'f32|bf16|f16 x f32|bf16|f16');
  const variant = v0 * 3 + v1;
  const i = w.begin(18);
  const u = w.words;
  u[i] = 214 | (variant << 16);
  w.buffer(i + 2, a.dense);
  w.buffer(i + 5, a.mask);
  w.buffer(i + 8, a.offsets);
  w.buffer(i + 11, a.compact);
  w.u64(i + 14, a.n);
  w.u64(i + 16, a.active);
  w.end(18);
}

/** the active elements of dense = compact, in order; the others stay */
export interface ScatterMaskedArgs {
  readonly compact: BufferRef;
  readonly mask: BufferRef;
  readonly offsets: BufferRef;
  readonly dense: BufferRef;
  readonly n: number;
  readonly active: number;
}

const scatterMaskedD = [0, 1, 2, -1, -1, -1, -1];

const scatterMaskedC = [0, 1, 2, -1, -1, -1, -1];

/** the active elements of dense = compact, in order; the others stay */
export function scatterMasked(w: CommandWriter, a: ScatterMaskedArgs): void {
  const v0 = scatterMaskedD[a.dense.typeCode]!;
  const v1 = scatterMaskedC[a.compact.typeCode]!;
  if (v0 < 0 || v1 < 0) throw unsupportedTypes('scatterMasked', [a.dense, a.compact], 'f32|bf16|f16 x f32|bf16|f16');
  const variant = v0 * 3 + v1;
  const i = w.begin(18);
  const u = w.words;
  u[i] = 215 | (variant << 16);
  w.buffer(i + 2, a.compact);
  w.buffer(i + 5, a.mask);
  w.buffer(i + 8, a.offsets);
  w.buffer(i + 11, a.dense);
  w.u64(i + 14, a.n);
  w.u64(i + 16, a.active);
  w.end(18);
}

/** x = 0 where the bit in mask is not set */
export interface ApplyMaskArgs {
  readonly mask: BufferRef;
  readonly x: BufferRef;
  readonly n: number;
}

const applyMaskD = [0, 1, 2, -1, -1, -1, -1];

/** x = 0 where the bit in mask is not set */
export function applyMask(w: CommandWriter, a: ApplyMaskArgs): void {
  const v0 = applyMaskD[a.x.typeCode]!;
  if (v0 < 0) throw unsupportedTypes('applyMask', [a.x], 'f32|bf16|f16');
  const variant = v0;
  const i = w.begin(10);
  const u = w.words;
  u[i] = 216 | (variant << 16);
  w.buffer(i + 2, a.mask);
  w.buffer(i + 5, a.x);
  w.u64(i + 8, a.n);
  w.end(10);
}
