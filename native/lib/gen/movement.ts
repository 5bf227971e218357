// Generated from native/kernels by `npm run generate`; do not edit.
import { type BufferRef, type CommandWriter, unsupportedTypes } from '../command-writer.js';

/** y = the view of x that begins at xStart with shape and xStrides, as contiguous elements */
export interface CopyStridedArgs {
  readonly x: BufferRef;
  readonly y: BufferRef;
  readonly xStart: number;
  readonly xStrides: readonly number[];
  readonly rank: number;
  readonly shape: readonly number[];
}

const copyStridedT = [0, 1, 2, 3, -1, 4, -1];

/** y = the view of x that begins at xStart with shape and xStrides, as contiguous elements */
export function copyStrided(w: CommandWriter, a: CopyStridedArgs): void {
  const v0 = copyStridedT[a.x.typeCode]!;
  if (v0 < 0) throw unsupportedTypes('copyStrided', [a.x], 'f32|bf16|f16|i32|u8');
  const variant = v0;
  const i = w.begin(29);
  const u = w.words;
  u[i] = 128 | (variant << 16);
  w.buffer(i + 2, a.x);
  w.buffer(i + 5, a.y);
  w.u64(i + 8, a.xStart);
  w.i64Array(i + 10, a.xStrides, 6);
  u[i + 22] = a.rank;
  w.u32Array(i + 23, a.shape, 6);
  w.end(29);
}

/** the view of y that begins at yStart with shape and yStrides (no two elements in one place) = contiguous x */
export interface CopyIntoStridedArgs {
  readonly x: BufferRef;
  readonly y: BufferRef;
  readonly yStart: number;
  readonly yStrides: readonly number[];
  readonly rank: number;
  readonly shape: readonly number[];
}

const copyIntoStridedT = [0, 1, 2, 3, -1, 4, -1];

/** the view of y that begins at yStart with shape and yStrides (no two elements in one place) = contiguous x */
export function copyIntoStrided(w: CommandWriter, a: CopyIntoStridedArgs): void {
  const v0 = copyIntoStridedT[a.x.typeCode]!;
  if (v0 < 0) throw unsupportedTypes('copyIntoStrided', [a.x], 'f32|bf16|f16|i32|u8');
  const variant = v0;
  const i = w.begin(29);
  const u = w.words;
  u[i] = 129 | (variant << 16);
  w.buffer(i + 2, a.x);
  w.buffer(i + 5, a.y);
  w.u64(i + 8, a.yStart);
  w.i64Array(i + 10, a.yStrides, 6);
  u[i + 22] = a.rank;
  w.u32Array(i + 23, a.shape, 6);
  w.end(29);
}

/** y = value */
export interface FillArgs {
  readonly y: BufferRef;
  readonly n: number;
  readonly value: number | (() => number);
}

const fillT = [0, 1, 2, 3, -1, 4, -1];

/** y = value */
export function fill(w: CommandWriter, a: FillArgs): void {
  const v0 = fillT[a.y.typeCode]!;
  if (v0 < 0) throw unsupportedTypes('fill', [a.y], 'f32|bf16|f16|i32|u8');
  const variant = v0;
  const i = w.begin(9);
  const u = w.words;
  u[i] = 130 | (variant << 16);
  w.buffer(i + 2, a.y);
  w.u64(i + 5, a.n);
  w.live(i + 7, 'f64', a.value);
  w.end(9);
}

/** y[i] = start + i * step */
export interface ArangeArgs {
  readonly y: BufferRef;
  readonly n: number;
  readonly start: number;
  readonly step: number;
}

const arangeT = [0, 1, -1, 2, -1, -1, -1];

/** y[i] = start + i * step */
export function arange(w: CommandWriter, a: ArangeArgs): void {
  const v0 = arangeT[a.y.typeCode]!;
  if (v0 < 0) throw unsupportedTypes('arange', [a.y], 'f32|bf16|i32');
  const variant = v0;
  const i = w.begin(11);
  const u = w.words;
  u[i] = 131 | (variant << 16);
  w.buffer(i + 2, a.y);
  w.u64(i + 5, a.n);
  w.f64(i + 7, a.start);
  w.f64(i + 9, a.step);
  w.end(11);
}

/** y[i0, i1, ...] = x[i0 - before0, i1 - before1, ...] where that exists, else value; a negative before crops */
export interface PadArgs {
  readonly x: BufferRef;
  readonly y: BufferRef;
  readonly value: number;
  readonly before: readonly number[];
  readonly rank: number;
  readonly shape: readonly number[];
  readonly xShape: readonly number[];
}

const padT = [0, 1, 2, 3, -1, 4, -1];

/** y[i0, i1, ...] = x[i0 - before0, i1 - before1, ...] where that exists, else value; a negative before crops */
export function pad(w: CommandWriter, a: PadArgs): void {
  const v0 = padT[a.x.typeCode]!;
  if (v0 < 0) throw unsupportedTypes('pad', [a.x], 'f32|bf16|f16|i32|u8');
  const variant = v0;
  const i = w.begin(35);
  const u = w.words;
  u[i] = 132 | (variant << 16);
  w.buffer(i + 2, a.x);
  w.buffer(i + 5, a.y);
  w.f64(i + 8, a.value);
  w.i64Array(i + 10, a.before, 6);
  u[i + 22] = a.rank;
  w.u32Array(i + 23, a.shape, 6);
  w.u32Array(i + 29, a.xShape, 6);
  w.end(35);
}

/** y = x where column - row <= diagonal, else 0, for each of batch matrices [rows, cols] */
export interface TrilArgs {
  readonly x: BufferRef;
  readonly y: BufferRef;
  readonly batch: number;
  readonly rows: number;
  readonly cols: number;
  readonly diagonal: number;
}

const trilT = [0, 1, 2, 3, -1, 4, -1];

/** y = x where column - row <= diagonal, else 0, for each of batch matrices [rows, cols] */
export function tril(w: CommandWriter, a: TrilArgs): void {
  const v0 = trilT[a.x.typeCode]!;
  if (v0 < 0) throw unsupportedTypes('tril', [a.x], 'f32|bf16|f16|i32|u8');
  const variant = v0;
  const i = w.begin(16);
  const u = w.words;
  u[i] = 133 | (variant << 16);
  w.buffer(i + 2, a.x);
  w.buffer(i + 5, a.y);
  w.u64(i + 8, a.batch);
  w.u64(i + 10, a.rows);
  w.u64(i + 12, a.cols);
  w.i64(i + 14, a.diagonal);
  w.end(16);
}

/** y = x where column - row >= diagonal, else 0, for each of batch matrices [rows, cols] */
export interface TriuArgs {
  readonly x: BufferRef;
  readonly y: BufferRef;
  readonly batch: number;
  readonly rows: number;
  readonly cols: number;
  readonly diagonal: number;
}

const triuT = [0, 1, 2, 3, -1, 4, -1];

/** y = x where column - row >= diagonal, else 0, for each of batch matrices [rows, cols] */
export function triu(w: CommandWriter, a: TriuArgs): void {
  const v0 = triuT[a.x.typeCode]!;
  if (v0 < 0) throw unsupportedTypes('triu', [a.x], 'f32|bf16|f16|i32|u8');
  const variant = v0;
  const i = w.begin(16);
  const u = w.words;
  u[i] = 134 | (variant << 16);
  w.buffer(i + 2, a.x);
  w.buffer(i + 5, a.y);
  w.u64(i + 8, a.batch);
  w.u64(i + 10, a.rows);
  w.u64(i + 12, a.cols);
  w.i64(i + 14, a.diagonal);
  w.end(16);
}

/** y[i, c] = c == index[i]; an index outside 0..classes fails */
export interface OneHotArgs {
  readonly index: BufferRef;
  readonly y: BufferRef;
  readonly n: number;
  readonly classes: number;
}

const oneHotT = [0, 1, -1, 2, -1, 3, -1];

/** y[i, c] = c == index[i]; an index outside 0..classes fails */
export function oneHot(w: CommandWriter, a: OneHotArgs): void {
  const v0 = oneHotT[a.y.typeCode]!;
  if (v0 < 0) throw unsupportedTypes('oneHot', [a.y], 'f32|bf16|i32|u8');
  const variant = v0;
  const i = w.begin(12);
  const u = w.words;
  u[i] = 135 | (variant << 16);
  w.buffer(i + 2, a.index);
  w.buffer(i + 5, a.y);
  w.u64(i + 8, a.n);
  w.u64(i + 10, a.classes);
  w.end(12);
}
