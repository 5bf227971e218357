// Generated from native/kernels by `npm run generate`; do not edit.
import { type BufferRef, type CommandWriter, unsupportedTypes } from '../command-writer.js';

/** y[o, k, i] = x[o, index[k], i]; an embedding lookup has outer 1 */
export interface IndexSelectArgs {
  readonly x: BufferRef;
  readonly index: BufferRef;
  readonly y: BufferRef;
  readonly outer: number;
  readonly cols: number;
  readonly count: number;
  readonly inner: number;
}

const indexSelectT = [0, 1, 2, 3, -1, 4, -1];

/** y[o, k, i] = x[o, index[k], i]; an embedding lookup has outer 1 */
export function indexSelect(w: CommandWriter, a: IndexSelectArgs): void {
  const v0 = indexSelectT[a.x.typeCode]!;
  if (v0 < 0) throw unsupportedTypes('indexSelect', [a.x], 'f32|bf16|f16|i32|u8');
  const variant = v0;
  const i = w.begin(19);
  const u = w.words;
  u[i] = 149 | (variant << 16);
  w.buffer(i + 2, a.x);
  w.buffer(i + 5, a.index);
  w.buffer(i + 8, a.y);
  w.u64(i + 11, a.outer);
  w.u64(i + 13, a.cols);
  w.u64(i + 15, a.count);
  w.u64(i + 17, a.inner);
  w.end(19);
}

/** y[o, index[k], i] += x[o, k, i], the gradient of indexSelect; rows of y that no index names are not touched, and entries with index == ignoreIndex are passed over */
export interface IndexAddArgs {
  readonly x: BufferRef;
  readonly index: BufferRef;
  readonly y: BufferRef;
  readonly outer: number;
  readonly cols: number;
  readonly count: number;
  readonly inner: number;
  readonly ignoreIndex: number;
}

const indexAddS = [0, 1, -1, -1, -1, -1, -1];

const indexAddT = [0, 1, -1, -1, -1, -1, -1];

/** y[o, index[k], i] += x[o, k, i], the gradient of indexSelect; rows of y that no index names are not touched, and entries with index == ignoreIndex are passed over */
export function indexAdd(w: CommandWriter, a: IndexAddArgs): void {
  const v0 = indexAddS[a.x.typeCode]!;
  const v1 = indexAddT[a.y.typeCode]!;
  if (v0 < 0 || v1 < 0) throw unsupportedTypes('indexAdd', [a.x, a.y], 'f32|bf16 x f32|bf16');
  const variant = v0 * 2 + v1;
  const i = w.begin(20);
  const u = w.words;
  u[i] = 150 | (variant << 16);
  w.buffer(i + 2, a.x);
  w.buffer(i + 5, a.index);
  w.buffer(i + 8, a.y);
  w.u64(i + 11, a.outer);
  w.u64(i + 13, a.cols);
  w.u64(i + 15, a.count);
  w.u64(i + 17, a.inner);
  u[i + 19] = a.ignoreIndex;
  w.end(20);
}

/** y[o, index[k], i] = x[o, k, i]; the last of equal indices stays, rows of y that no index names are not touched */
export interface IndexCopyArgs {
  readonly x: BufferRef;
  readonly index: BufferRef;
  readonly y: BufferRef;
  readonly outer: number;
  readonly cols: number;
  readonly count: number;
  readonly inner: number;
}

const indexCopyT = [0, 1, 2, 3, -1, 4, -1];

/** y[o, index[k], i] = x[o, k, i]; the last of equal indices stays, rows of y that no index names are not touched */
export function indexCopy(w: CommandWriter, a: IndexCopyArgs): void {
  const v0 = indexCopyT[a.x.typeCode]!;
  if (v0 < 0) throw unsupportedTypes('indexCopy', [a.x], 'f32|bf16|f16|i32|u8');
  const variant = v0;
  const i = w.begin(19);
  const u = w.words;
  u[i] = 151 | (variant << 16);
  w.buffer(i + 2, a.x);
  w.buffer(i + 5, a.index);
  w.buffer(i + 8, a.y);
  w.u64(i + 11, a.outer);
  w.u64(i + 13, a.cols);
  w.u64(i + 15, a.count);
  w.u64(i + 17, a.inner);
  w.end(19);
}

/** y[o, k, i] = x[o, index[o, k, i], i] */
export interface GatherArgs {
  readonly x: BufferRef;
  readonly index: BufferRef;
  readonly y: BufferRef;
  readonly outer: number;
  readonly cols: number;
  readonly count: number;
  readonly inner: number;
}

const gatherT = [0, 1, 2, 3, -1, 4, -1];

/** y[o, k, i] = x[o, index[o, k, i], i] */
export function gather(w: CommandWriter, a: GatherArgs): void {
  const v0 = gatherT[a.x.typeCode]!;
  if (v0 < 0) throw unsupportedTypes('gather', [a.x], 'f32|bf16|f16|i32|u8');
  const variant = v0;
  const i = w.begin(19);
  const u = w.words;
  u[i] = 152 | (variant << 16);
  w.buffer(i + 2, a.x);
  w.buffer(i + 5, a.index);
  w.buffer(i + 8, a.y);
  w.u64(i + 11, a.outer);
  w.u64(i + 13, a.cols);
  w.u64(i + 15, a.count);
  w.u64(i + 17, a.inner);
  w.end(19);
}

/** y[o, index[o, k, i], i] = x[o, k, i]; the last of equal indices stays */
export interface ScatterArgs {
  readonly x: BufferRef;
  readonly index: BufferRef;
  readonly y: BufferRef;
  readonly outer: number;
  readonly cols: number;
  readonly count: number;
  readonly inner: number;
}

const scatterT = [0, 1, 2, 3, -1, 4, -1];

/** y[o, index[o, k, i], i] = x[o, k, i]; the last of equal indices stays */
export function scatter(w: CommandWriter, a: ScatterArgs): void {
  const v0 = scatterT[a.x.typeCode]!;
  if (v0 < 0) throw unsupportedTypes('scatter', [a.x], 'f32|bf16|f16|i32|u8');
  const variant = v0;
  const i = w.begin(19);
  const u = w.words;
  u[i] = 153 | (variant << 16);
  w.buffer(i + 2, a.x);
  w.buffer(i + 5, a.index);
  w.buffer(i + 8, a.y);
  w.u64(i + 11, a.outer);
  w.u64(i + 13, a.cols);
  w.u64(i + 15, a.count);
  w.u64(i + 17, a.inner);
  w.end(19);
}

/** y[o, index[o, k, i], i] += x[o, k, i], the gradient of gather */
export interface ScatterAddArgs {
  readonly x: BufferRef;
  readonly index: BufferRef;
  readonly y: BufferRef;
  readonly outer: number;
  readonly cols: number;
  readonly count: number;
  readonly inner: number;
}

const scatterAddT = [0, 1, -1, 2, -1, -1, -1];

/** y[o, index[o, k, i], i] += x[o, k, i], the gradient of gather */
export function scatterAdd(w: CommandWriter, a: ScatterAddArgs): void {
  const v0 = scatterAddT[a.x.typeCode]!;
  if (v0 < 0) throw unsupportedTypes('scatterAdd', [a.x], 'f32|bf16|i32');
  const variant = v0;
  const i = w.begin(19);
  const u = w.words;
  u[i] = 154 | (variant << 16);
  w.buffer(i + 2, a.x);
  w.buffer(i + 5, a.index);
  w.buffer(i + 8, a.y);
  w.u64(i + 11, a.outer);
  w.u64(i + 13, a.cols);
  w.u64(i + 15, a.count);
  w.u64(i + 17, a.inner);
  w.end(19);
}
