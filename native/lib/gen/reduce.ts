// Generated from native/kernels by `npm run generate`; do not edit.
import { type BufferRef, type CommandWriter, unsupportedTypes } from '../command-writer.js';

/** y = scale * sum of x over the middle dimension; i32 wraps around and takes no scale */
export interface SumArgs {
  readonly x: BufferRef;
  readonly y: BufferRef;
  readonly outer: number;
  readonly cols: number;
  readonly inner: number;
  readonly scale: number;
}

const sumT = [0, 1, -1, 2, -1, -1, -1];

/** y = scale * sum of x over the middle dimension; i32 wraps around and takes no scale */
export function sum(w: CommandWriter, a: SumArgs): void {
  const v0 = sumT[a.x.typeCode]!;
  if (v0 < 0) throw unsupportedTypes('sum', [a.x], 'f32|bf16|i32');
  const variant = v0;
  const i = w.begin(15);
  const u = w.words;
  u[i] = 136 | (variant << 16);
  w.buffer(i + 2, a.x);
  w.buffer(i + 5, a.y);
  w.u64(i + 8, a.outer);
  w.u64(i + 10, a.cols);
  w.u64(i + 12, a.inner);
  w.floats[i + 14] = a.scale;
  w.end(15);
}

/** y = sum of x^2 over the middle dimension */
export interface SumSquaresArgs {
  readonly x: BufferRef;
  readonly y: BufferRef;
  readonly outer: number;
  readonly cols: number;
  readonly inner: number;
}

const sumSquaresT = [0, 1, -1, -1, -1, -1, -1];

/** y = sum of x^2 over the middle dimension */
export function sumSquares(w: CommandWriter, a: SumSquaresArgs): void {
  const v0 = sumSquaresT[a.x.typeCode]!;
  if (v0 < 0) throw unsupportedTypes('sumSquares', [a.x], 'f32|bf16');
  const variant = v0;
  const i = w.begin(14);
  const u = w.words;
  u[i] = 137 | (variant << 16);
  w.buffer(i + 2, a.x);
  w.buffer(i + 5, a.y);
  w.u64(i + 8, a.outer);
  w.u64(i + 10, a.cols);
  w.u64(i + 12, a.inner);
  w.end(14);
}

/** y = sqrt(sum of x^2) over the middle dimension */
export interface Norm2Args {
  readonly x: BufferRef;
  readonly y: BufferRef;
  readonly outer: number;
  readonly cols: number;
  readonly inner: number;
}

const norm2T = [0, 1, -1, -1, -1, -1, -1];

/** y = sqrt(sum of x^2) over the middle dimension */
export function norm2(w: CommandWriter, a: Norm2Args): void {
  const v0 = norm2T[a.x.typeCode]!;
  if (v0 < 0) throw unsupportedTypes('norm2', [a.x], 'f32|bf16');
  const variant = v0;
  const i = w.begin(14);
  const u = w.words;
  u[i] = 138 | (variant << 16);
  w.buffer(i + 2, a.x);
  w.buffer(i + 5, a.y);
  w.u64(i + 8, a.outer);
  w.u64(i + 10, a.cols);
  w.u64(i + 12, a.inner);
  w.end(14);
}

/** y = sum of |x| over the middle dimension */
export interface SumAbsArgs {
  readonly x: BufferRef;
  readonly y: BufferRef;
  readonly outer: number;
  readonly cols: number;
  readonly inner: number;
}

const sumAbsT = [0, 1, -1, -1, -1, -1, -1];

/** y = sum of |x| over the middle dimension */
export function sumAbs(w: CommandWriter, a: SumAbsArgs): void {
  const v0 = sumAbsT[a.x.typeCode]!;
  if (v0 < 0) throw unsupportedTypes('sumAbs', [a.x], 'f32|bf16');
  const variant = v0;
  const i = w.begin(14);
  const u = w.words;
  u[i] = 139 | (variant << 16);
  w.buffer(i + 2, a.x);
  w.buffer(i + 5, a.y);
  w.u64(i + 8, a.outer);
  w.u64(i + 10, a.cols);
  w.u64(i + 12, a.inner);
  w.end(14);
}

/** y = ln(sum of e^x) over the middle dimension */
export interface LogSumExpArgs {
  readonly x: BufferRef;
  readonly y: BufferRef;
  readonly outer: number;
  readonly cols: number;
  readonly inner: number;
}

const logSumExpT = [0, 1, -1, -1, -1, -1, -1];

/** y = ln(sum of e^x) over the middle dimension */
export function logSumExp(w: CommandWriter, a: LogSumExpArgs): void {
  const v0 = logSumExpT[a.x.typeCode]!;
  if (v0 < 0) throw unsupportedTypes('logSumExp', [a.x], 'f32|bf16');
  const variant = v0;
  const i = w.begin(14);
  const u = w.words;
  u[i] = 140 | (variant << 16);
  w.buffer(i + 2, a.x);
  w.buffer(i + 5, a.y);
  w.u64(i + 8, a.outer);
  w.u64(i + 10, a.cols);
  w.u64(i + 12, a.inner);
  w.end(14);
}

/** y = product of x over the middle dimension; i32 wraps around */
export interface ProdArgs {
  readonly x: BufferRef;
  readonly y: BufferRef;
  readonly outer: number;
  readonly cols: number;
  readonly inner: number;
}

const prodT = [0, 1, -1, 2, -1, -1, -1];

/** y = product of x over the middle dimension; i32 wraps around */
export function prod(w: CommandWriter, a: ProdArgs): void {
  const v0 = prodT[a.x.typeCode]!;
  if (v0 < 0) throw unsupportedTypes('prod', [a.x], 'f32|bf16|i32');
  const variant = v0;
  const i = w.begin(14);
  const u = w.words;
  u[i] = 141 | (variant << 16);
  w.buffer(i + 2, a.x);
  w.buffer(i + 5, a.y);
  w.u64(i + 8, a.outer);
  w.u64(i + 10, a.cols);
  w.u64(i + 12, a.inner);
  w.end(14);
}

/** y = maximum over the middle dimension (NaN wins), index = where it is first */
export interface MaxArgs {
  readonly x: BufferRef;
  readonly y?: BufferRef | undefined;
  readonly index?: BufferRef | undefined;
  readonly outer: number;
  readonly cols: number;
  readonly inner: number;
}

const maxT = [0, 1, -1, 2, -1, -1, -1];

/** y = maximum over the middle dimension (NaN wins), index = where it is first */
export function max(w: CommandWriter, a: MaxArgs): void {
  const v0 = maxT[a.x.typeCode]!;
  if (v0 < 0) throw unsupportedTypes('max', [a.x], 'f32|bf16|i32');
  const variant = v0;
  const i = w.begin(17);
  const u = w.words;
  u[i] = 142 | (variant << 16);
  w.buffer(i + 2, a.x);
  w.buffer(i + 5, a.y);
  w.buffer(i + 8, a.index);
  w.u64(i + 11, a.outer);
  w.u64(i + 13, a.cols);
  w.u64(i + 15, a.inner);
  w.end(17);
}

/** y = minimum over the middle dimension (NaN wins), index = where it is first */
export interface MinArgs {
  readonly x: BufferRef;
  readonly y?: BufferRef | undefined;
  readonly index?: BufferRef | undefined;
  readonly outer: number;
  readonly cols: number;
  readonly inner: number;
}

const minT = [0, 1, -1, 2, -1, -1, -1];

/** y = minimum over the middle dimension (NaN wins), index = where it is first */
export function min(w: CommandWriter, a: MinArgs): void {
  const v0 = minT[a.x.typeCode]!;
  if (v0 < 0) throw unsupportedTypes('min', [a.x], 'f32|bf16|i32');
  const variant = v0;
  const i = w.begin(17);
  const u = w.words;
  u[i] = 143 | (variant << 16);
  w.buffer(i + 2, a.x);
  w.buffer(i + 5, a.y);
  w.buffer(i + 8, a.index);
  w.u64(i + 11, a.outer);
  w.u64(i + 13, a.cols);
  w.u64(i + 15, a.inner);
  w.end(17);
}

/** variance = sum of (x - mean)^2 / (cols - correction) over the middle dimension, and the mean in f32 */
export interface VarianceArgs {
  readonly x: BufferRef;
  readonly variance: BufferRef;
  readonly mean?: BufferRef | undefined;
  readonly outer: number;
  readonly cols: number;
  readonly inner: number;
  readonly correction: number;
}

const varianceT = [0, 1, -1, -1, -1, -1, -1];

/** variance = sum of (x - mean)^2 / (cols - correction) over the middle dimension, and the mean in f32 */
export function variance(w: CommandWriter, a: VarianceArgs): void {
  const v0 = varianceT[a.x.typeCode]!;
  if (v0 < 0) throw unsupportedTypes('variance', [a.x], 'f32|bf16');
  const variant = v0;
  const i = w.begin(18);
  const u = w.words;
  u[i] = 144 | (variant << 16);
  w.buffer(i + 2, a.x);
  w.buffer(i + 5, a.variance);
  w.buffer(i + 8, a.mean);
  w.u64(i + 11, a.outer);
  w.u64(i + 13, a.cols);
  w.u64(i + 15, a.inner);
  w.floats[i + 17] = a.correction;
  w.end(18);
}

/** dx = g * 2 (x - mean) / (cols - correction) */
export interface VarianceBackwardArgs {
  readonly x: BufferRef;
  readonly mean: BufferRef;
  readonly g: BufferRef;
  readonly dx: BufferRef;
  readonly outer: number;
  readonly cols: number;
  readonly inner: number;
  readonly correction: number;
}

const varianceBackwardT = [0, 1, -1, -1, -1, -1, -1];

/** dx = g * 2 (x - mean) / (cols - correction) */
export function varianceBackward(w: CommandWriter, a: VarianceBackwardArgs): void {
  const v0 = varianceBackwardT[a.x.typeCode]!;
  if (v0 < 0) throw unsupportedTypes('varianceBackward', [a.x], 'f32|bf16');
  const variant = v0;
  const i = w.begin(21);
  const u = w.words;
  u[i] = 145 | (variant << 16);
  w.buffer(i + 2, a.x);
  w.buffer(i + 5, a.mean);
  w.buffer(i + 8, a.g);
  w.buffer(i + 11, a.dx);
  w.u64(i + 14, a.outer);
  w.u64(i + 16, a.cols);
  w.u64(i + 18, a.inner);
  w.floats[i + 20] = a.correction;
  w.end(21);
}

/** y = running sum of x along the middle dimension, from the end with reverse 1 */
export interface CumsumArgs {
  readonly x: BufferRef;
  readonly y: BufferRef;
  readonly outer: number;
  readonly cols: number;
  readonly inner: number;
  readonly reverse: number;
}

const cumsumT = [0, 1, -1, 2, -1, -1, -1];

/** y = running sum of x along the middle dimension, from the end with reverse 1 */
export function cumsum(w: CommandWriter, a: CumsumArgs): void {
  const v0 = cumsumT[a.x.typeCode]!;
  if (v0 < 0) throw unsupportedTypes('cumsum', [a.x], 'f32|bf16|i32');
  const variant = v0;
  const i = w.begin(15);
  const u = w.words;
  u[i] = 146 | (variant << 16);
  w.buffer(i + 2, a.x);
  w.buffer(i + 5, a.y);
  w.u64(i + 8, a.outer);
  w.u64(i + 10, a.cols);
  w.u64(i + 12, a.inner);
  u[i + 14] = a.reverse;
  w.end(15);
}

/** y = how many elements of x along the middle dimension are not 0 */
export interface CountNonZeroArgs {
  readonly x: BufferRef;
  readonly y: BufferRef;
  readonly outer: number;
  readonly cols: number;
  readonly inner: number;
}

const countNonZeroT = [0, 1, -1, 2, -1, 3, -1];

/** y = how many elements of x along the middle dimension are not 0 */
export function countNonZero(w: CommandWriter, a: CountNonZeroArgs): void {
  const v0 = countNonZeroT[a.x.typeCode]!;
  if (v0 < 0) throw unsupportedTypes('countNonZero', [a.x], 'f32|bf16|i32|u8');
  const variant = v0;
  const i = w.begin(14);
  const u = w.words;
  u[i] = 147 | (variant << 16);
  w.buffer(i + 2, a.x);
  w.buffer(i + 5, a.y);
  w.u64(i + 8, a.outer);
  w.u64(i + 10, a.cols);
  w.u64(i + 12, a.inner);
  w.end(14);
}

/** y = 1 when any of the n elements of x is NaN or infinite, else 0 */
export interface NonFiniteArgs {
  readonly x: BufferRef;
  readonly y: BufferRef;
  readonly n: number;
}

const nonFiniteT = [0, 1, -1, -1, -1, -1, -1];

/** y = 1 when any of the n elements of x is NaN or infinite, else 0 */
export function nonFinite(w: CommandWriter, a: NonFiniteArgs): void {
  const v0 = nonFiniteT[a.x.typeCode]!;
  if (v0 < 0) throw unsupportedTypes('nonFinite', [a.x], 'f32|bf16');
  const variant = v0;
  const i = w.begin(10);
  const u = w.words;
  u[i] = 148 | (variant << 16);
  w.buffer(i + 2, a.x);
  w.buffer(i + 5, a.y);
  w.u64(i + 8, a.n);
  w.end(10);
}
