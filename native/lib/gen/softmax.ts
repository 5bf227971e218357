// Generated from native/kernels by `npm run generate`; do not edit.
import { type BufferRef, type CommandWriter, unsupportedTypes } from '../command-writer.js';

/** y = softmax(x) over the middle dimension of [outer, cols, inner] */
export interface SoftmaxForwardArgs {
  readonly x: BufferRef;
  readonly y: BufferRef;
  readonly outer: number;
  readonly cols: number;
  readonly inner: number;
}

const softmaxForwardT = [0, 1, -1, -1, -1, -1, -1];

/** y = softmax(x) over the middle dimension of [outer, cols, inner] */
export function softmaxForward(w: CommandWriter, a: SoftmaxForwardArgs): void {
  const v0 = softmaxForwardT[a.x.typeCode]!;
  if (v0 < 0) throw unsupportedTypes('softmaxForward', [a.x], 'f32|bf16');
  const variant = v0;
  const i = w.begin(14);
  const u = w.words;
  u[i] = 160 | (variant << 16);
  w.buffer(i + 2, a.x);
  w.buffer(i + 5, a.y);
  w.u64(i + 8, a.outer);
  w.u64(i + 10, a.cols);
  w.u64(i + 12, a.inner);
  w.end(14);
}

/** dx = y (g - sum of g y) over the middle dimension of [outer, cols, inner] */
export interface SoftmaxBackwardArgs {
  readonly y: BufferRef;
  readonly g: BufferRef;
  readonly dx: BufferRef;
  readonly outer: number;
  readonly cols: number;
  readonly inner: number;
}

const softmaxBackwardT = [0, 1, -1, -1, -1, -1, -1];

/** dx = y (g - sum of g y) over the middle dimension of [outer, cols, inner] */
export function softmaxBackward(w: CommandWriter, a: SoftmaxBackwardArgs): void {
  const v0 = softmaxBackwardT[a.y.typeCode]!;
  if (v0 < 0) throw unsupportedTypes('softmaxBackward', [a.y], 'f32|bf16');
  const variant = v0;
  const i = w.begin(17);
  const u = w.words;
  u[i] = 161 | (variant << 16);
  w.buffer(i + 2, a.y);
  w.buffer(i + 5, a.g);
  w.buffer(i + 8, a.dx);
  w.u64(i + 11, a.outer);
  w.u64(i + 13, a.cols);
  w.u64(i + 15, a.inner);
  w.end(17);
}

/** y = x - ln(sum of e^x) over the middle dimension of [outer, cols, inner] */
export interface LogSoftmaxForwardArgs {
  readonly x: BufferRef;
  readonly y: BufferRef;
  readonly outer: number;
  readonly cols: number;
  readonly inner: number;
}

const logSoftmaxForwardT = [0, 1, -1, -1, -1, -1, -1];

/** y = x - ln(sum of e^x) over the middle dimension of [outer, cols, inner] */
export function logSoftmaxForward(w: CommandWriter, a: LogSoftmaxForwardArgs): void {
  const v0 = logSoftmaxForwardT[a.x.typeCode]!;
  if (v0 < 0) throw unsupportedTypes('logSoftmaxForward', [a.x], 'f32|bf16');
  const variant = v0;
  const i = w.begin(14);
  const u = w.words;
  u[i] = 162 | (variant << 16);
  w.buffer(i + 2, a.x);
  w.buffer(i + 5, a.y);
  w.u64(i + 8, a.outer);
  w.u64(i + 10, a.cols);
  w.u64(i + 12, a.inner);
  w.end(14);
}

/** dx = g - e^y * sum of g over the middle dimension of [outer, cols, inner] */
export interface LogSoftmaxBackwardArgs {
  readonly y: BufferRef;
  readonly g: BufferRef;
  readonly dx: BufferRef;
  readonly outer: number;
  readonly cols: number;
  readonly inner: number;
}

const logSoftmaxBackwardT = [0, 1, -1, -1, -1, -1, -1];

/** dx = g - e^y * sum of g over the middle dimension of [outer, cols, inner] */
export function logSoftmaxBackward(w: CommandWriter, a: LogSoftmaxBackwardArgs): void {
  const v0 = logSoftmaxBackwardT[a.y.typeCode]!;
  if (v0 < 0) throw unsupportedTypes('logSoftmaxBackward', [a.y], 'f32|bf16');
  const variant = v0;
  const i = w.begin(17);
  const u = w.words;
  u[i] = 163 | (variant << 16);
  w.buffer(i + 2, a.y);
  w.buffer(i + 5, a.g);
  w.buffer(i + 8, a.dx);
  w.u64(i + 11, a.outer);
  w.u64(i + 13, a.cols);
  w.u64(i + 15, a.inner);
  w.end(17);
}

/** dx = g * e^(x - y) with y = logSumExp(x) over the middle dimension of [outer, cols, inner] */
export interface LogSumExpBackwardArgs {
  readonly x: BufferRef;
  readonly y: BufferRef;
  readonly g: BufferRef;
  readonly dx: BufferRef;
  readonly outer: number;
  readonly cols: number;
  readonly inner: number;
}

const logSumExpBackwardT = [0, 1, -1, -1, -1, -1, -1];

/** dx = g * e^(x - y) with y = logSumExp(x) over the middle dimension of [outer, cols, inner] */
export function logSumExpBackward(w: CommandWriter, a: LogSumExpBackwardArgs): void {
  const v0 = logSumExpBackwardT[a.x.typeCode]!;
  if (v0 < 0) throw unsupportedTypes('logSumExpBackward', [a.x], 'f32|bf16');
  const variant = v0;
  const i = w.begin(20);
  const u = w.words;
  u[i] = 164 | (variant << 16);
  w.buffer(i + 2, a.x);
  w.buffer(i + 5, a.y);
  w.buffer(i + 8, a.g);
  w.buffer(i + 11, a.dx);
  w.u64(i + 14, a.outer);
  w.u64(i + 16, a.cols);
  w.u64(i + 18, a.inner);
  w.end(20);
}
