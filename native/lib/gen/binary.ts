// Generated from native/kernels by `npm run generate`; do not edit.
import { type BufferRef, type CommandWriter, unsupportedTypes } from '../command-writer.js';

/** y = a + b */
export interface AddArgs {
  readonly a: BufferRef;
  readonly b: BufferRef;
  readonly y: BufferRef;
  readonly n: number;
  readonly aStep: number;
  readonly bStep: number;
}

const addT = [0, 1, -1, 2, -1, -1, -1];

/** y = a + b */
export function add(w: CommandWriter, a: AddArgs): void {
  const v0 = addT[a.a.typeCode]!;
  if (v0 < 0) throw unsupportedTypes('add', [a.a], 'f32|bf16|i32');
  const variant = v0;
  const i = w.begin(15);
  const u = w.words;
  u[i] = 82 | (variant << 16);
  w.buffer(i + 2, a.a);
  w.buffer(i + 5, a.b);
  w.buffer(i + 8, a.y);
  w.u64(i + 11, a.n);
  u[i + 13] = a.aStep;
  u[i + 14] = a.bStep;
  w.end(15);
}

/** y = a - b */
export interface SubArgs {
  readonly a: BufferRef;
  readonly b: BufferRef;
  readonly y: BufferRef;
  readonly n: number;
  readonly aStep: number;
  readonly bStep: number;
}

const subT = [0, 1, -1, 2, -1, -1, -1];

/** y = a - b */
export function sub(w: CommandWriter, a: SubArgs): void {
  const v0 = subT[a.a.typeCode]!;
  if (v0 < 0) throw unsupportedTypes('sub', [a.a], 'f32|bf16|i32');
  const variant = v0;
  const i = w.begin(15);
  const u = w.words;
  u[i] = 83 | (variant << 16);
  w.buffer(i + 2, a.a);
  w.buffer(i + 5, a.b);
  w.buffer(i + 8, a.y);
  w.u64(i + 11, a.n);
  u[i + 13] = a.aStep;
  u[i + 14] = a.bStep;
  w.end(15);
}

/** y = a * b */
export interface MulArgs {
  readonly a: BufferRef;
  readonly b: BufferRef;
  readonly y: BufferRef;
  readonly n: number;
  readonly aStep: number;
  readonly bStep: number;
}

const mulT = [0, 1, -1, 2, -1, -1, -1];

/** y = a * b */
export function mul(w: CommandWriter, a: MulArgs): void {
  const v0 = mulT[a.a.typeCode]!;
  if (v0 < 0) throw unsupportedTypes('mul', [a.a], 'f32|bf16|i32');
  const variant = v0;
  const i = w.begin(15);
  const u = w.words;
  u[i] = 84 | (variant << 16);
  w.buffer(i + 2, a.a);
  w.buffer(i + 5, a.b);
  w.buffer(i + 8, a.y);
  w.u64(i + 11, a.n);
  u[i + 13] = a.aStep;
  u[i + 14] = a.bStep;
  w.end(15);
}

/** y = max(a, b); NaN wins */
export interface MaximumArgs {
  readonly a: BufferRef;
  readonly b: BufferRef;
  readonly y: BufferRef;
  readonly n: number;
  readonly aStep: number;
  readonly bStep: number;
}

const maximumT = [0, 1, -1, 2, -1, -1, -1];

/** y = max(a, b); NaN wins */
export function maximum(w: CommandWriter, a: MaximumArgs): void {
  const v0 = maximumT[a.a.typeCode]!;
  if (v0 < 0) throw unsupportedTypes('maximum', [a.a], 'f32|bf16|i32');
  const variant = v0;
  const i = w.begin(15);
  const u = w.words;
  u[i] = 85 | (variant << 16);
  w.buffer(i + 2, a.a);
  w.buffer(i + 5, a.b);
  w.buffer(i + 8, a.y);
  w.u64(i + 11, a.n);
  u[i + 13] = a.aStep;
  u[i + 14] = a.bStep;
  w.end(15);
}

/** y = min(a, b); NaN wins */
export interface MinimumArgs {
  readonly a: BufferRef;
  readonly b: BufferRef;
  readonly y: BufferRef;
  readonly n: number;
  readonly aStep: number;
  readonly bStep: number;
}

const minimumT = [0, 1, -1, 2, -1, -1, -1];

/** y = min(a, b); NaN wins */
export function minimum(w: CommandWriter, a: MinimumArgs): void {
  const v0 = minimumT[a.a.typeCode]!;
  if (v0 < 0) throw unsupportedTypes('minimum', [a.a], 'f32|bf16|i32');
  const variant = v0;
  const i = w.begin(15);
  const u = w.words;
  u[i] = 86 | (variant << 16);
  w.buffer(i + 2, a.a);
  w.buffer(i + 5, a.b);
  w.buffer(i + 8, a.y);
  w.u64(i + 11, a.n);
  u[i + 13] = a.aStep;
  u[i + 14] = a.bStep;
  w.end(15);
}

/** y = a + b, over strided views */
export interface AddBroadcastArgs {
  readonly a: BufferRef;
  readonly b: BufferRef;
  readonly y: BufferRef;
  readonly aStrides: readonly number[];
  readonly bStrides: readonly number[];
  readonly rank: number;
  readonly shape: readonly number[];
}

const addBroadcastT = [0, 1, -1, 2, -1, -1, -1];

/** y = a + b, over strided views */
export function addBroadcast(w: CommandWriter, a: AddBroadcastArgs): void {
  const v0 = addBroadcastT[a.a.typeCode]!;
  if (v0 < 0) throw unsupportedTypes('addBroadcast', [a.a], 'f32|bf16|i32');
  const variant = v0;
  const i = w.begin(42);
  const u = w.words;
  u[i] = 87 | (variant << 16);
  w.buffer(i + 2, a.a);
  w.buffer(i + 5, a.b);
  w.buffer(i + 8, a.y);
  w.i64Array(i + 11, a.aStrides, 6);
  w.i64Array(i + 23, a.bStrides, 6);
  u[i + 35] = a.rank;
  w.u32Array(i + 36, a.shape, 6);
  w.end(42);
}

/** y = a - b, over strided views */
export interface SubBroadcastArgs {
  readonly a: BufferRef;
  readonly b: BufferRef;
  readonly y: BufferRef;
  readonly aStrides: readonly number[];
  readonly bStrides: readonly number[];
  readonly rank: number;
  readonly shape: readonly number[];
}

const subBroadcastT = [0, 1, -1, 2, -1, -1, -1];

/** y = a - b, over strided views */
export function subBroadcast(w: CommandWriter, a: SubBroadcastArgs): void {
  const v0 = subBroadcastT[a.a.typeCode]!;
  if (v0 < 0) throw unsupportedTypes('subBroadcast', [a.a], 'f32|bf16|i32');
  const variant = v0;
  const i = w.begin(42);
  const u = w.words;
  u[i] = 88 | (variant << 16);
  w.buffer(i + 2, a.a);
  w.buffer(i + 5, a.b);
  w.buffer(i + 8, a.y);
  w.i64Array(i + 11, a.aStrides, 6);
  w.i64Array(i + 23, a.bStrides, 6);
  u[i + 35] = a.rank;
  w.u32Array(i + 36, a.shape, 6);
  w.end(42);
}

/** y = a * b, over strided views */
export interface MulBroadcastArgs {
  readonly a: BufferRef;
  readonly b: BufferRef;
  readonly y: BufferRef;
  readonly aStrides: readonly number[];
  readonly bStrides: readonly number[];
  readonly rank: number;
  readonly shape: readonly number[];
}

const mulBroadcastT = [0, 1, -1, 2, -1, -1, -1];

/** y = a * b, over strided views */
export function mulBroadcast(w: CommandWriter, a: MulBroadcastArgs): void {
  const v0 = mulBroadcastT[a.a.typeCode]!;
  if (v0 < 0) throw unsupportedTypes('mulBroadcast', [a.a], 'f32|bf16|i32');
  const variant = v0;
  const i = w.begin(42);
  const u = w.words;
  u[i] = 89 | (variant << 16);
  w.buffer(i + 2, a.a);
  w.buffer(i + 5, a.b);
  w.buffer(i + 8, a.y);
  w.i64Array(i + 11, a.aStrides, 6);
  w.i64Array(i + 23, a.bStrides, 6);
  u[i + 35] = a.rank;
  w.u32Array(i + 36, a.shape, 6);
  w.end(42);
}

/** y = max(a, b); NaN wins, over strided views */
export interface MaximumBroadcastArgs {
  readonly a: BufferRef;
  readonly b: BufferRef;
  readonly y: BufferRef;
  readonly aStrides: readonly number[];
  readonly bStrides: readonly number[];
  readonly rank: number;
  readonly shape: readonly number[];
}

const maximumBroadcastT = [0, 1, -1, 2, -1, -1, -1];

/** y = max(a, b); NaN wins, over strided views */
export function maximumBroadcast(w: CommandWriter, a: MaximumBroadcastArgs): void {
  const v0 = maximumBroadcastT[a.a.typeCode]!;
  if (v0 < 0) throw unsupportedTypes('maximumBroadcast', [a.a], 'f32|bf16|i32');
  const variant = v0;
  const i = w.begin(42);
  const u = w.words;
  u[i] = 90 | (variant << 16);
  w.buffer(i + 2, a.a);
  w.buffer(i + 5, a.b);
  w.buffer(i + 8, a.y);
  w.i64Array(i + 11, a.aStrides, 6);
  w.i64Array(i + 23, a.bStrides, 6);
  u[i + 35] = a.rank;
  w.u32Array(i + 36, a.shape, 6);
  w.end(42);
}

/** y = min(a, b); NaN wins, over strided views */
export interface MinimumBroadcastArgs {
  readonly a: BufferRef;
  readonly b: BufferRef;
  readonly y: BufferRef;
  readonly aStrides: readonly number[];
  readonly bStrides: readonly number[];
  readonly rank: number;
  readonly shape: readonly number[];
}

const minimumBroadcastT = [0, 1, -1, 2, -1, -1, -1];

/** y = min(a, b); NaN wins, over strided views */
export function minimumBroadcast(w: CommandWriter, a: MinimumBroadcastArgs): void {
  const v0 = minimumBroadcastT[a.a.typeCode]!;
  if (v0 < 0) throw unsupportedTypes('minimumBroadcast', [a.a], 'f32|bf16|i32');
  const variant = v0;
  const i = w.begin(42);
  const u = w.words;
  u[i] = 91 | (variant << 16);
  w.buffer(i + 2, a.a);
  w.buffer(i + 5, a.b);
  w.buffer(i + 8, a.y);
  w.i64Array(i + 11, a.aStrides, 6);
  w.i64Array(i + 23, a.bStrides, 6);
  u[i + 35] = a.rank;
  w.u32Array(i + 36, a.shape, 6);
  w.end(42);
}

/** y = a / b */
export interface DivArgs {
  readonly a: BufferRef;
  readonly b: BufferRef;
  readonly y: BufferRef;
  readonly n: number;
  readonly aStep: number;
  readonly bStep: number;
}

const divT = [0, 1, -1, -1, -1, -1, -1];

/** y = a / b */
export function div(w: CommandWriter, a: DivArgs): void {
  const v0 = divT[a.a.typeCode]!;
  if (v0 < 0) throw unsupportedTypes('div', [a.a], 'f32|bf16');
  const variant = v0;
  const i = w.begin(15);
  const u = w.words;
  u[i] = 92 | (variant << 16);
  w.buffer(i + 2, a.a);
  w.buffer(i + 5, a.b);
  w.buffer(i + 8, a.y);
  w.u64(i + 11, a.n);
  u[i + 13] = a.aStep;
  u[i + 14] = a.bStep;
  w.end(15);
}

/** y = a^b with the special cases of C pow */
export interface PowArgs {
  readonly a: BufferRef;
  readonly b: BufferRef;
  readonly y: BufferRef;
  readonly n: number;
  readonly aStep: number;
  readonly bStep: number;
}

const powT = [0, 1, -1, -1, -1, -1, -1];

/** y = a^b with the special cases of C pow */
export function pow(w: CommandWriter, a: PowArgs): void {
  const v0 = powT[a.a.typeCode]!;
  if (v0 < 0) throw unsupportedTypes('pow', [a.a], 'f32|bf16');
  const variant = v0;
  const i = w.begin(15);
  const u = w.words;
  u[i] = 93 | (variant << 16);
  w.buffer(i + 2, a.a);
  w.buffer(i + 5, a.b);
  w.buffer(i + 8, a.y);
  w.u64(i + 11, a.n);
  u[i + 13] = a.aStep;
  u[i + 14] = a.bStep;
  w.end(15);
}

/** y = a / b, over strided views */
export interface DivBroadcastArgs {
  readonly a: BufferRef;
  readonly b: BufferRef;
  readonly y: BufferRef;
  readonly aStrides: readonly number[];
  readonly bStrides: readonly number[];
  readonly rank: number;
  readonly shape: readonly number[];
}

const divBroadcastT = [0, 1, -1, -1, -1, -1, -1];

/** y = a / b, over strided views */
export function divBroadcast(w: CommandWriter, a: DivBroadcastArgs): void {
  const v0 = divBroadcastT[a.a.typeCode]!;
  if (v0 < 0) throw unsupportedTypes('divBroadcast', [a.a], 'f32|bf16');
  const variant = v0;
  const i = w.begin(42);
  const u = w.words;
  u[i] = 94 | (variant << 16);
  w.buffer(i + 2, a.a);
  w.buffer(i + 5, a.b);
  w.buffer(i + 8, a.y);
  w.i64Array(i + 11, a.aStrides, 6);
  w.i64Array(i + 23, a.bStrides, 6);
  u[i + 35] = a.rank;
  w.u32Array(i + 36, a.shape, 6);
  w.end(42);
}

/** y = a^b with the special cases of C pow, over strided views */
export interface PowBroadcastArgs {
  readonly a: BufferRef;
  readonly b: BufferRef;
  readonly y: BufferRef;
  readonly aStrides: readonly number[];
  readonly bStrides: readonly number[];
  readonly rank: number;
  readonly shape: readonly number[];
}

const powBroadcastT = [0, 1, -1, -1, -1, -1, -1];

/** y = a^b with the special cases of C pow, over strided views */
export function powBroadcast(w: CommandWriter, a: PowBroadcastArgs): void {
  const v0 = powBroadcastT[a.a.typeCode]!;
  if (v0 < 0) throw unsupportedTypes('powBroadcast', [a.a], 'f32|bf16');
  const variant = v0;
  const i = w.begin(42);
  const u = w.words;
  u[i] = 95 | (variant << 16);
  w.buffer(i + 2, a.a);
  w.buffer(i + 5, a.b);
  w.buffer(i + 8, a.y);
  w.i64Array(i + 11, a.aStrides, 6);
  w.i64Array(i + 23, a.bStrides, 6);
  u[i + 35] = a.rank;
  w.u32Array(i + 36, a.shape, 6);
  w.end(42);
}

/** d = -g a / b^2, the gradient of a / b by b */
export interface DivBackwardBArgs {
  readonly a: BufferRef;
  readonly b: BufferRef;
  readonly g: BufferRef;
  readonly d: BufferRef;
  readonly n: number;
  readonly aStep: number;
  readonly bStep: number;
}

const divBackwardBT = [0, 1, -1, -1, -1, -1, -1];

/** d = -g a / b^2, the gradient of a / b by b */
export function divBackwardB(w: CommandWriter, a: DivBackwardBArgs): void {
  const v0 = divBackwardBT[a.a.typeCode]!;
  if (v0 < 0) throw unsupportedTypes('divBackwardB', [a.a], 'f32|bf16');
  const variant = v0;
  const i = w.begin(18);
  const u = w.words;
  u[i] = 96 | (variant << 16);
  w.buffer(i + 2, a.a);
  w.buffer(i + 5, a.b);
  w.buffer(i + 8, a.g);
  w.buffer(i + 11, a.d);
  w.u64(i + 14, a.n);
  u[i + 16] = a.aStep;
  u[i + 17] = a.bStep;
  w.end(18);
}

/** d = g b a^(b - 1), 0 where b is 0: the gradient of a^b by a */
export interface PowBackwardAArgs {
  readonly a: BufferRef;
  readonly b: BufferRef;
  readonly g: BufferRef;
  readonly d: BufferRef;
  readonly n: number;
  readonly aStep: number;
  readonly bStep: number;
}

const powBackwardAT = [0, 1, -1, -1, -1, -1, -1];

/** d = g b a^(b - 1), 0 where b is 0: the gradient of a^b by a */
export function powBackwardA(w: CommandWriter, a: PowBackwardAArgs): void {
  const v0 = powBackwardAT[a.a.typeCode]!;
  if (v0 < 0) throw unsupportedTypes('powBackwardA', [a.a], 'f32|bf16');
  const variant = v0;
  const i = w.begin(18);
  const u = w.words;
  u[i] = 97 | (variant << 16);
  w.buffer(i + 2, a.a);
  w.buffer(i + 5, a.b);
  w.buffer(i + 8, a.g);
  w.buffer(i + 11, a.d);
  w.u64(i + 14, a.n);
  u[i + 16] = a.aStep;
  u[i + 17] = a.bStep;
  w.end(18);
}

/** d = g a^b ln a, 0 where a is 0 and b >= 0: the gradient of a^b by b */
export interface PowBackwardBArgs {
  readonly a: BufferRef;
  readonly b: BufferRef;
  readonly g: BufferRef;
  readonly d: BufferRef;
  readonly n: number;
  readonly aStep: number;
  readonly bStep: number;
}

const powBackwardBT = [0, 1, -1, -1, -1, -1, -1];

/** d = g a^b ln a, 0 where a is 0 and b >= 0: the gradient of a^b by b */
export function powBackwardB(w: CommandWriter, a: PowBackwardBArgs): void {
  const v0 = powBackwardBT[a.a.typeCode]!;
  if (v0 < 0) throw unsupportedTypes('powBackwardB', [a.a], 'f32|bf16');
  const variant = v0;
  const i = w.begin(18);
  const u = w.words;
  u[i] = 98 | (variant << 16);
  w.buffer(i + 2, a.a);
  w.buffer(i + 5, a.b);
  w.buffer(i + 8, a.g);
  w.buffer(i + 11, a.d);
  w.u64(i + 14, a.n);
  u[i + 16] = a.aStep;
  u[i + 17] = a.bStep;
  w.end(18);
}

/** d = g where a > b, g / 2 where a == b, else 0: the gradient of max(a, b) by a */
export interface MaximumBackwardArgs {
  readonly a: BufferRef;
  readonly b: BufferRef;
  readonly g: BufferRef;
  readonly d: BufferRef;
  readonly n: number;
  readonly aStep: number;
  readonly bStep: number;
}

const maximumBackwardT = [0, 1, -1, -1, -1, -1, -1];

/** d = g where a > b, g / 2 where a == b, else 0: the gradient of max(a, b) by a */
export function maximumBackward(w: CommandWriter, a: MaximumBackwardArgs): void {
  const v0 = maximumBackwardT[a.a.typeCode]!;
  if (v0 < 0) throw unsupportedTypes('maximumBackward', [a.a], 'f32|bf16');
  const variant = v0;
  const i = w.begin(18);
  const u = w.words;
  u[i] = 99 | (variant << 16);
  w.buffer(i + 2, a.a);
  w.buffer(i + 5, a.b);
  w.buffer(i + 8, a.g);
  w.buffer(i + 11, a.d);
  w.u64(i + 14, a.n);
  u[i + 16] = a.aStep;
  u[i + 17] = a.bStep;
  w.end(18);
}

/** d = g where a < b, g / 2 where a == b, else 0: the gradient of min(a, b) by a */
export interface MinimumBackwardArgs {
  readonly a: BufferRef;
  readonly b: BufferRef;
  readonly g: BufferRef;
  readonly d: BufferRef;
  readonly n: number;
  readonly aStep: number;
  readonly bStep: number;
}

const minimumBackwardT = [0, 1, -1, -1, -1, -1, -1];

/** d = g where a < b, g / 2 where a == b, else 0: the gradient of min(a, b) by a */
export function minimumBackward(w: CommandWriter, a: MinimumBackwardArgs): void {
  const v0 = minimumBackwardT[a.a.typeCode]!;
  if (v0 < 0) throw unsupportedTypes('minimumBackward', [a.a], 'f32|bf16');
  const variant = v0;
  const i = w.begin(18);
  const u = w.words;
  u[i] = 100 | (variant << 16);
  w.buffer(i + 2, a.a);
  w.buffer(i + 5, a.b);
  w.buffer(i + 8, a.g);
  w.buffer(i + 11, a.d);
  w.u64(i + 14, a.n);
  u[i + 16] = a.aStep;
  u[i + 17] = a.bStep;
  w.end(18);
}

/** d = -g a / b^2, the gradient of a / b by b, over strided views */
export interface DivBackwardBBroadcastArgs {
  readonly a: BufferRef;
  readonly b: BufferRef;
  readonly g: BufferRef;
  readonly d: BufferRef;
  readonly aStrides: readonly number[];
  readonly bStrides: readonly number[];
  readonly rank: number;
  readonly shape: readonly number[];
}

const divBackwardBBroadcastT = [0, 1, -1, -1, -1, -1, -1];

/** d = -g a / b^2, the gradient of a / b by b, over strided views */
export function divBackwardBBroadcast(w: CommandWriter, a: DivBackwardBBroadcastArgs): void {
  const v0 = divBackwardBBroadcastT[a.a.typeCode]!;
  if (v0 < 0) throw unsupportedTypes('divBackwardBBroadcast', [a.a], 'f32|bf16');
  const variant = v0;
  const i = w.begin(45);
  const u = w.words;
  u[i] = 101 | (variant << 16);
  w.buffer(i + 2, a.a);
  w.buffer(i + 5, a.b);
  w.buffer(i + 8, a.g);
  w.buffer(i + 11, a.d);
  w.i64Array(i + 14, a.aStrides, 6);
  w.i64Array(i + 26, a.bStrides, 6);
  u[i + 38] = a.rank;
  w.u32Array(i + 39, a.shape, 6);
  w.end(45);
}

/** d = g b a^(b - 1), 0 where b is 0: the gradient of a^b by a, over strided views */
export interface PowBackwardABroadcastArgs {
  readonly a: BufferRef;
  readonly b: BufferRef;
  readonly g: BufferRef;
  readonly d: BufferRef;
  readonly aStrides: readonly number[];
  readonly bStrides: readonly number[];
  readonly rank: number;
  readonly shape: readonly number[];
}

const powBackwardABroadcastT = [0, 1, -1, -1, -1, -1, -1];

/** d = g b a^(b - 1), 0 where b is 0: the gradient of a^b by a, over strided views */
export function powBackwardABroadcast(w: CommandWriter, a: PowBackwardABroadcastArgs): void {
  const v0 = powBackwardABroadcastT[a.a.typeCode]!;
  if (v0 < 0) throw unsupportedTypes('powBackwardABroadcast', [a.a], 'f32|bf16');
  const variant = v0;
  const i = w.begin(45);
  const u = w.words;
  u[i] = 102 | (variant << 16);
  w.buffer(i + 2, a.a);
  w.buffer(i + 5, a.b);
  w.buffer(i + 8, a.g);
  w.buffer(i + 11, a.d);
  w.i64Array(i + 14, a.aStrides, 6);
  w.i64Array(i + 26, a.bStrides, 6);
  u[i + 38] = a.rank;
  w.u32Array(i + 39, a.shape, 6);
  w.end(45);
}

/** d = g a^b ln a, 0 where a is 0 and b >= 0: the gradient of a^b by b, over strided views */
export interface PowBackwardBBroadcastArgs {
  readonly a: BufferRef;
  readonly b: BufferRef;
  readonly g: BufferRef;
  readonly d: BufferRef;
  readonly aStrides: readonly number[];
  readonly bStrides: readonly number[];
  readonly rank: number;
  readonly shape: readonly number[];
}

const powBackwardBBroadcastT = [0, 1, -1, -1, -1, -1, -1];

/** d = g a^b ln a, 0 where a is 0 and b >= 0: the gradient of a^b by b, over strided views */
export function powBackwardBBroadcast(w: CommandWriter, a: PowBackwardBBroadcastArgs): void {
  const v0 = powBackwardBBroadcastT[a.a.typeCode]!;
  if (v0 < 0) throw unsupportedTypes('powBackwardBBroadcast', [a.a], 'f32|bf16');
  const variant = v0;
  const i = w.begin(45);
  const u = w.words;
  u[i] = 103 | (variant << 16);
  w.buffer(i + 2, a.a);
  w.buffer(i + 5, a.b);
  w.buffer(i + 8, a.g);
  w.buffer(i + 11, a.d);
  w.i64Array(i + 14, a.aStrides, 6);
  w.i64Array(i + 26, a.bStrides, 6);
  u[i + 38] = a.rank;
  w.u32Array(i + 39, a.shape, 6);
  w.end(45);
}

/** d = g where a > b, g / 2 where a == b, else 0: the gradient of max(a, b) by a, over strided views */
export interface MaximumBackwardBroadcastArgs {
  readonly a: BufferRef;
  readonly b: BufferRef;
  readonly g: BufferRef;
  readonly d: BufferRef;
  readonly aStrides: readonly number[];
  readonly bStrides: readonly number[];
  readonly rank: number;
  readonly shape: readonly number[];
}

const maximumBackwardBroadcastT = [0, 1, -1, -1, -1, -1, -1];

/** d = g where a > b, g / 2 where a == b, else 0: the gradient of max(a, b) by a, over strided views */
export function maximumBackwardBroadcast(w: CommandWriter, a: MaximumBackwardBroadcastArgs): void {
  const v0 = maximumBackwardBroadcastT[a.a.typeCode]!;
  if (v0 < 0) throw unsupportedTypes('maximumBackwardBroadcast', [a.a], 'f32|bf16');
  const variant = v0;
  const i = w.begin(45);
  const u = w.words;
  u[i] = 104 | (variant << 16);
  w.buffer(i + 2, a.a);
  w.buffer(i + 5, a.b);
  w.buffer(i + 8, a.g);
  w.buffer(i + 11, a.d);
  w.i64Array(i + 14, a.aStrides, 6);
  w.i64Array(i + 26, a.bStrides, 6);
  u[i + 38] = a.rank;
  w.u32Array(i + 39, a.shape, 6);
  w.end(45);
}

/** d = g where a < b, g / 2 where a == b, else 0: the gradient of min(a, b) by a, over strided views */
export interface MinimumBackwardBroadcastArgs {
  readonly a: BufferRef;
  readonly b: BufferRef;
  readonly g: BufferRef;
  readonly d: BufferRef;
  readonly aStrides: readonly number[];
  readonly bStrides: readonly number[];
  readonly rank: number;
  readonly shape: readonly number[];
}

const minimumBackwardBroadcastT = [0, 1, -1, -1, -1, -1, -1];

/** d = g where a < b, g / 2 where a == b, else 0: the gradient of min(a, b) by a, over strided views */
export function minimumBackwardBroadcast(w: CommandWriter, a: MinimumBackwardBroadcastArgs): void {
  const v0 = minimumBackwardBroadcastT[a.a.typeCode]!;
  if (v0 < 0) throw unsupportedTypes('minimumBackwardBroadcast', [a.a], 'f32|bf16');
  const variant = v0;
  const i = w.begin(45);
  const u = w.words;
  u[i] = 105 | (variant << 16);
  w.buffer(i + 2, a.a);
  w.buffer(i + 5, a.b);
  w.buffer(i + 8, a.g);
  w.buffer(i + 11, a.d);
  w.i64Array(i + 14, a.aStrides, 6);
  w.i64Array(i + 26, a.bStrides, 6);
  u[i + 38] = a.rank;
  w.u32Array(i + 39, a.shape, 6);
  w.end(45);
}

/** y = a == b */
export interface EqArgs {
  readonly a: BufferRef;
  readonly b: BufferRef;
  readonly y: BufferRef;
  readonly n: number;
  readonly aStep: number;
  readonly bStep: number;
}

const eqT = [0, 1, -1, 2, -1, 3, -1];

/** y = a == b */
export function eq(w: CommandWriter, a: EqArgs): void {
  const v0 = eqT[a.a.typeCode]!;
  if (v0 < 0) throw unsupportedTypes('eq', [a.a], 'f32|bf16|i32|u8');
  const variant = v0;
  const i = w.begin(15);
  const u = w.words;
  u[i] = 106 | (variant << 16);
  w.buffer(i + 2, a.a);
  w.buffer(i + 5, a.b);
  w.buffer(i + 8, a.y);
  w.u64(i + 11, a.n);
  u[i + 13] = a.aStep;
  u[i + 14] = a.bStep;
  w.end(15);
}

/** y = a != b */
export interface NeArgs {
  readonly a: BufferRef;
  readonly b: BufferRef;
  readonly y: BufferRef;
  readonly n: number;
  readonly aStep: number;
  readonly bStep: number;
}

const neT = [0, 1, -1, 2, -1, 3, -1];

/** y = a != b */
export function ne(w: CommandWriter, a: NeArgs): void {
  const v0 = neT[a.a.typeCode]!;
  if (v0 < 0) throw unsupportedTypes('ne', [a.a], 'f32|bf16|i32|u8');
  const variant = v0;
  const i = w.begin(15);
  const u = w.words;
  u[i] = 107 | (variant << 16);
  w.buffer(i + 2, a.a);
  w.buffer(i + 5, a.b);
  w.buffer(i + 8, a.y);
  w.u64(i + 11, a.n);
  u[i + 13] = a.aStep;
  u[i + 14] = a.bStep;
  w.end(15);
}

/** y = a < b */
export interface LtArgs {
  readonly a: BufferRef;
  readonly b: BufferRef;
  readonly y: BufferRef;
  readonly n: number;
  readonly aStep: number;
  readonly bStep: number;
}

const ltT = [0, 1, -1, 2, -1, 3, -1];

/** y = a < b */
export function lt(w: CommandWriter, a: LtArgs): void {
  const v0 = ltT[a.a.typeCode]!;
  if (v0 < 0) throw unsupportedTypes('lt', [a.a], 'f32|bf16|i32|u8');
  const variant = v0;
  const i = w.begin(15);
  const u = w.words;
  u[i] = 108 | (variant << 16);
  w.buffer(i + 2, a.a);
  w.buffer(i + 5, a.b);
  w.buffer(i + 8, a.y);
  w.u64(i + 11, a.n);
  u[i + 13] = a.aStep;
  u[i + 14] = a.bStep;
  w.end(15);
}

/** y = a <= b */
export interface LeArgs {
  readonly a: BufferRef;
  readonly b: BufferRef;
  readonly y: BufferRef;
  readonly n: number;
  readonly aStep: number;
  readonly bStep: number;
}

const leT = [0, 1, -1, 2, -1, 3, -1];

/** y = a <= b */
export function le(w: CommandWriter, a: LeArgs): void {
  const v0 = leT[a.a.typeCode]!;
  if (v0 < 0) throw unsupportedTypes('le', [a.a], 'f32|bf16|i32|u8');
  const variant = v0;
  const i = w.begin(15);
  const u = w.words;
  u[i] = 109 | (variant << 16);
  w.buffer(i + 2, a.a);
  w.buffer(i + 5, a.b);
  w.buffer(i + 8, a.y);
  w.u64(i + 11, a.n);
  u[i + 13] = a.aStep;
  u[i + 14] = a.bStep;
  w.end(15);
}

/** y = a > b */
export interface GtArgs {
  readonly a: BufferRef;
  readonly b: BufferRef;
  readonly y: BufferRef;
  readonly n: number;
  readonly aStep: number;
  readonly bStep: number;
}

const gtT = [0, 1, -1, 2, -1, 3, -1];

/** y = a > b */
export function gt(w: CommandWriter, a: GtArgs): void {
  const v0 = gtT[a.a.typeCode]!;
  if (v0 < 0) throw unsupportedTypes('gt', [a.a], 'f32|bf16|i32|u8');
  const variant = v0;
  const i = w.begin(15);
  const u = w.words;
  u[i] = 110 | (variant << 16);
  w.buffer(i + 2, a.a);
  w.buffer(i + 5, a.b);
  w.buffer(i + 8, a.y);
  w.u64(i + 11, a.n);
  u[i + 13] = a.aStep;
  u[i + 14] = a.bStep;
  w.end(15);
}

/** y = a >= b */
export interface GeArgs {
  readonly a: BufferRef;
  readonly b: BufferRef;
  readonly y: BufferRef;
  readonly n: number;
  readonly aStep: number;
  readonly bStep: number;
}

const geT = [0, 1, -1, 2, -1, 3, -1];

/** y = a >= b */
export function ge(w: CommandWriter, a: GeArgs): void {
  const v0 = geT[a.a.typeCode]!;
  if (v0 < 0) throw unsupportedTypes('ge', [a.a], 'f32|bf16|i32|u8');
  const variant = v0;
  const i = w.begin(15);
  const u = w.words;
  u[i] = 111 | (variant << 16);
  w.buffer(i + 2, a.a);
  w.buffer(i + 5, a.b);
  w.buffer(i + 8, a.y);
  w.u64(i + 11, a.n);
  u[i + 13] = a.aStep;
  u[i + 14] = a.bStep;
  w.end(15);
}

/** y = a == b, over strided views */
export interface EqBroadcastArgs {
  readonly a: BufferRef;
  readonly b: BufferRef;
  readonly y: BufferRef;
  readonly aStrides: readonly number[];
  readonly bStrides: readonly number[];
  readonly rank: number;
  readonly shape: readonly number[];
}

const eqBroadcastT = [0, 1, -1, 2, -1, 3, -1];

/** y = a == b, over strided views */
export function eqBroadcast(w: CommandWriter, a: EqBroadcastArgs): void {
  const v0 = eqBroadcastT[a.a.typeCode]!;
  if (v0 < 0) throw unsupportedTypes('eqBroadcast', [a.a], 'f32|bf16|i32|u8');
  const variant = v0;
  const i = w.begin(42);
  const u = w.words;
  u[i] = 112 | (variant << 16);
  w.buffer(i + 2, a.a);
  w.buffer(i + 5, a.b);
  w.buffer(i + 8, a.y);
  w.i64Array(i + 11, a.aStrides, 6);
  w.i64Array(i + 23, a.bStrides, 6);
  u[i + 35] = a.rank;
  w.u32Array(i + 36, a.shape, 6);
  w.end(42);
}

/** y = a != b, over strided views */
export interface NeBroadcastArgs {
  readonly a: BufferRef;
  readonly b: BufferRef;
  readonly y: BufferRef;
  readonly aStrides: readonly number[];
  readonly bStrides: readonly number[];
  readonly rank: number;
  readonly shape: readonly number[];
}

const neBroadcastT = [0, 1, -1, 2, -1, 3, -1];

/** y = a != b, over strided views */
export function neBroadcast(w: CommandWriter, a: NeBroadcastArgs): void {
  const v0 = neBroadcastT[a.a.typeCode]!;
  if (v0 < 0) throw unsupportedTypes('neBroadcast', [a.a], 'f32|bf16|i32|u8');
  const variant = v0;
  const i = w.begin(42);
  const u = w.words;
  u[i] = 113 | (variant << 16);
  w.buffer(i + 2, a.a);
  w.buffer(i + 5, a.b);
  w.buffer(i + 8, a.y);
  w.i64Array(i + 11, a.aStrides, 6);
  w.i64Array(i + 23, a.bStrides, 6);
  u[i + 35] = a.rank;
  w.u32Array(i + 36, a.shape, 6);
  w.end(42);
}

/** y = a < b, over strided views */
export interface LtBroadcastArgs {
  readonly a: BufferRef;
  readonly b: BufferRef;
  readonly y: BufferRef;
  readonly aStrides: readonly number[];
  readonly bStrides: readonly number[];
  readonly rank: number;
  readonly shape: readonly number[];
}

const ltBroadcastT = [0, 1, -1, 2, -1, 3, -1];

/** y = a < b, over strided views */
export function ltBroadcast(w: CommandWriter, a: LtBroadcastArgs): void {
  const v0 = ltBroadcastT[a.a.typeCode]!;
  if (v0 < 0) throw unsupportedTypes('ltBroadcast', [a.a], 'f32|bf16|i32|u8');
  const variant = v0;
  const i = w.begin(42);
  const u = w.words;
  u[i] = 114 | (variant << 16);
  w.buffer(i + 2, a.a);
  w.buffer(i + 5, a.b);
  w.buffer(i + 8, a.y);
  w.i64Array(i + 11, a.aStrides, 6);
  w.i64Array(i + 23, a.bStrides, 6);
  u[i + 35] = a.rank;
  w.u32Array(i + 36, a.shape, 6);
  w.end(42);
}

/** y = a <= b, over strided views */
export interface LeBroadcastArgs {
  readonly a: BufferRef;
  readonly b: BufferRef;
  readonly y: BufferRef;
  readonly aStrides: readonly number[];
  readonly bStrides: readonly number[];
  readonly rank: number;
  readonly shape: readonly number[];
}

const leBroadcastT = [0, 1, -1, 2, -1, 3, -1];

/** y = a <= b, over strided views */
export function leBroadcast(w: CommandWriter, a: LeBroadcastArgs): void {
  const v0 = leBroadcastT[a.a.typeCode]!;
  if (v0 < 0) throw unsupportedTypes('leBroadcast', [a.a], 'f32|bf16|i32|u8');
  const variant = v0;
  const i = w.begin(42);
  const u = w.words;
  u[i] = 115 | (variant << 16);
  w.buffer(i + 2, a.a);
  w.buffer(i + 5, a.b);
  w.buffer(i + 8, a.y);
  w.i64Array(i + 11, a.aStrides, 6);
  w.i64Array(i + 23, a.bStrides, 6);
  u[i + 35] = a.rank;
  w.u32Array(i + 36, a.shape, 6);
  w.end(42);
}

/** y = a > b, over strided views */
export interface GtBroadcastArgs {
  readonly a: BufferRef;
  readonly b: BufferRef;
  readonly y: BufferRef;
  readonly aStrides: readonly number[];
  readonly bStrides: readonly number[];
  readonly rank: number;
  readonly shape: readonly number[];
}

const gtBroadcastT = [0, 1, -1, 2, -1, 3, -1];

/** y = a > b, over strided views */
export function gtBroadcast(w: CommandWriter, a: GtBroadcastArgs): void {
  const v0 = gtBroadcastT[a.a.typeCode]!;
  if (v0 < 0) throw unsupportedTypes('gtBroadcast', [a.a], 'f32|bf16|i32|u8');
  const variant = v0;
  const i = w.begin(42);
  const u = w.words;
  u[i] = 116 | (variant << 16);
  w.buffer(i + 2, a.a);
  w.buffer(i + 5, a.b);
  w.buffer(i + 8, a.y);
  w.i64Array(i + 11, a.aStrides, 6);
  w.i64Array(i + 23, a.bStrides, 6);
  u[i + 35] = a.rank;
  w.u32Array(i + 36, a.shape, 6);
  w.end(42);
}

/** y = a >= b, over strided views */
export interface GeBroadcastArgs {
  readonly a: BufferRef;
  readonly b: BufferRef;
  readonly y: BufferRef;
  readonly aStrides: readonly number[];
  readonly bStrides: readonly number[];
  readonly rank: number;
  readonly shape: readonly number[];
}

const geBroadcastT = [0, 1, -1, 2, -1, 3, -1];

/** y = a >= b, over strided views */
export function geBroadcast(w: CommandWriter, a: GeBroadcastArgs): void {
  const v0 = geBroadcastT[a.a.typeCode]!;
  if (v0 < 0) throw unsupportedTypes('geBroadcast', [a.a], 'f32|bf16|i32|u8');
  const variant = v0;
  const i = w.begin(42);
  const u = w.words;
  u[i] = 117 | (variant << 16);
  w.buffer(i + 2, a.a);
  w.buffer(i + 5, a.b);
  w.buffer(i + 8, a.y);
  w.i64Array(i + 11, a.aStrides, 6);
  w.i64Array(i + 23, a.bStrides, 6);
  u[i + 35] = a.rank;
  w.u32Array(i + 36, a.shape, 6);
  w.end(42);
}

/** y = a and b (nonzero is true) */
export interface LogicalAndArgs {
  readonly a: BufferRef;
  readonly b: BufferRef;
  readonly y: BufferRef;
  readonly n: number;
  readonly aStep: number;
  readonly bStep: number;
}

/** y = a and b (nonzero is true) */
export function logicalAnd(w: CommandWriter, a: LogicalAndArgs): void {
  const i = w.begin(15);
  const u = w.words;
  u[i] = 118;
  w.buffer(i + 2, a.a);
  w.buffer(i + 5, a.b);
  w.buffer(i + 8, a.y);
  w.u64(i + 11, a.n);
  u[i + 13] = a.aStep;
  u[i + 14] = a.bStep;
  w.end(15);
}

/** y = a or b (nonzero is true) */
export interface LogicalOrArgs {
  readonly a: BufferRef;
  readonly b: BufferRef;
  readonly y: BufferRef;
  readonly n: number;
  readonly aStep: number;
  readonly bStep: number;
}

/** y = a or b (nonzero is true) */
export function logicalOr(w: CommandWriter, a: LogicalOrArgs): void {
  const i = w.begin(15);
  const u = w.words;
  u[i] = 119;
  w.buffer(i + 2, a.a);
  w.buffer(i + 5, a.b);
  w.buffer(i + 8, a.y);
  w.u64(i + 11, a.n);
  u[i + 13] = a.aStep;
  u[i + 14] = a.bStep;
  w.end(15);
}

/** y = a xor b (nonzero is true) */
export interface LogicalXorArgs {
  readonly a: BufferRef;
  readonly b: BufferRef;
  readonly y: BufferRef;
  readonly n: number;
  readonly aStep: number;
  readonly bStep: number;
}

/** y = a xor b (nonzero is true) */
export function logicalXor(w: CommandWriter, a: LogicalXorArgs): void {
  const i = w.begin(15);
  const u = w.words;
  u[i] = 120;
  w.buffer(i + 2, a.a);
  w.buffer(i + 5, a.b);
  w.buffer(i + 8, a.y);
  w.u64(i + 11, a.n);
  u[i + 13] = a.aStep;
  u[i + 14] = a.bStep;
  w.end(15);
}

/** y = a and b (nonzero is true), over strided views */
export interface LogicalAndBroadcastArgs {
  readonly a: BufferRef;
  readonly b: BufferRef;
  readonly y: BufferRef;
  readonly aStrides: readonly number[];
  readonly bStrides: readonly number[];
  readonly rank: number;
  readonly shape: readonly number[];
}

/** y = a and b (nonzero is true), over strided views */
export function logicalAndBroadcast(w: CommandWriter, a: LogicalAndBroadcastArgs): void {
  const i = w.begin(42);
  const u = w.words;
  u[i] = 121;
  w.buffer(i + 2, a.a);
  w.buffer(i + 5, a.b);
  w.buffer(i + 8, a.y);
  w.i64Array(i + 11, a.aStrides, 6);
  w.i64Array(i + 23, a.bStrides, 6);
  u[i + 35] = a.rank;
  w.u32Array(i + 36, a.shape, 6);
  w.end(42);
}

/** y = a or b (nonzero is true), over strided views */
export interface LogicalOrBroadcastArgs {
  readonly a: BufferRef;
  readonly b: BufferRef;
  readonly y: BufferRef;
  readonly aStrides: readonly number[];
  readonly bStrides: readonly number[];
  readonly rank: number;
  readonly shape: readonly number[];
}

/** y = a or b (nonzero is true), over strided views */
export function logicalOrBroadcast(w: CommandWriter, a: LogicalOrBroadcastArgs): void {
  const i = w.begin(42);
  const u = w.words;
  u[i] = 122;
  w.buffer(i + 2, a.a);
  w.buffer(i + 5, a.b);
  w.buffer(i + 8, a.y);
  w.i64Array(i + 11, a.aStrides, 6);
  w.i64Array(i + 23, a.bStrides, 6);
  u[i + 35] = a.rank;
  w.u32Array(i + 36, a.shape, 6);
  w.end(42);
}

/** y = a xor b (nonzero is true), over strided views */
export interface LogicalXorBroadcastArgs {
  readonly a: BufferRef;
  readonly b: BufferRef;
  readonly y: BufferRef;
  readonly aStrides: readonly number[];
  readonly bStrides: readonly number[];
  readonly rank: number;
  readonly shape: readonly number[];
}

/** y = a xor b (nonzero is true), over strided views */
export function logicalXorBroadcast(w: CommandWriter, a: LogicalXorBroadcastArgs): void {
  const i = w.begin(42);
  const u = w.words;
  u[i] = 123;
  w.buffer(i + 2, a.a);
  w.buffer(i + 5, a.b);
  w.buffer(i + 8, a.y);
  w.i64Array(i + 11, a.aStrides, 6);
  w.i64Array(i + 23, a.bStrides, 6);
  u[i + 35] = a.rank;
  w.u32Array(i + 36, a.shape, 6);
  w.end(42);
}

/** y = condition ? a : b */
export interface WhereArgs {
  readonly condition: BufferRef;
  readonly a: BufferRef;
  readonly b: BufferRef;
  readonly y: BufferRef;
  readonly n: number;
  readonly conditionStep: number;
  readonly aStep: number;
  readonly bStep: number;
}

const whereT = [0, 1, -1, 2, -1, 3, -1];

/** y = condition ? a : b */
export function where(w: CommandWriter, a: WhereArgs): void {
  const v0 = whereT[a.a.typeCode]!;
  if (v0 < 0) throw unsupportedTypes('where', [a.a], 'f32|bf16|i32|u8');
  const variant = v0;
  const i = w.begin(19);
  const u = w.words;
  u[i] = 124 | (variant << 16);
  w.buffer(i + 2, a.condition);
  w.buffer(i + 5, a.a);
  w.buffer(i + 8, a.b);
  w.buffer(i + 11, a.y);
  w.u64(i + 14, a.n);
  u[i + 16] = a.conditionStep;
  u[i + 17] = a.aStep;
  u[i + 18] = a.bStep;
  w.end(19);
}

/** y = condition ? a : b, over strided views */
export interface WhereBroadcastArgs {
  readonly condition: BufferRef;
  readonly a: BufferRef;
  readonly b: BufferRef;
  readonly y: BufferRef;
  readonly aStrides: readonly number[];
  readonly bStrides: readonly number[];
  readonly conditionStrides: readonly number[];
  readonly rank: number;
  readonly shape: readonly number[];
}

const whereBroadcastT = [0, 1, -1, 2, -1, 3, -1];

/** y = condition ? a : b, over strided views */
export function whereBroadcast(w: CommandWriter, a: WhereBroadcastArgs): void {
  const v0 = whereBroadcastT[a.a.typeCode]!;
  if (v0 < 0) throw unsupportedTypes('whereBroadcast', [a.a], 'f32|bf16|i32|u8');
  const variant = v0;
  const i = w.begin(57);
  const u = w.words;
  u[i] = 125 | (variant << 16);
  w.buffer(i + 2, a.condition);
  w.buffer(i + 5, a.a);
  w.buffer(i + 8, a.b);
  w.buffer(i + 11, a.y);
  w.i64Array(i + 14, a.aStrides, 6);
  w.i64Array(i + 26, a.bStrides, 6);
  w.i64Array(i + 38, a.conditionStrides, 6);
  u[i + 50] = a.rank;
  w.u32Array(i + 51, a.shape, 6);
  w.end(57);
}

/** y = value where mask is nonzero (zero with invert 1), else x */
export interface MaskedFillArgs {
  readonly x: BufferRef;
  readonly mask: BufferRef;
  readonly y: BufferRef;
  readonly n: number;
  readonly value: number;
  readonly maskStep: number;
  readonly invert: number;
}

const maskedFillT = [0, 1, -1, 2, -1, 3, -1];

/** y = value where mask is nonzero (zero with invert 1), else x */
export function maskedFill(w: CommandWriter, a: MaskedFillArgs): void {
  const v0 = maskedFillT[a.x.typeCode]!;
  if (v0 < 0) throw unsupportedTypes('maskedFill', [a.x], 'f32|bf16|i32|u8');
  const variant = v0;
  const i = w.begin(17);
  const u = w.words;
  u[i] = 126 | (variant << 16);
  w.buffer(i + 2, a.x);
  w.buffer(i + 5, a.mask);
  w.buffer(i + 8, a.y);
  w.u64(i + 11, a.n);
  w.f64(i + 13, a.value);
  u[i + 15] = a.maskStep;
  u[i + 16] = a.invert;
  w.end(17);
}

/** y = value where mask is nonzero (zero with invert 1), else x, over strided views */
export interface MaskedFillBroadcastArgs {
  readonly x: BufferRef;
  readonly mask: BufferRef;
  readonly y: BufferRef;
  readonly xStrides: readonly number[];
  readonly maskStrides: readonly number[];
  readonly value: number;
  readonly rank: number;
  readonly shape: readonly number[];
  readonly invert: number;
}

const maskedFillBroadcastT = [0, 1, -1, 2, -1, 3, -1];

/** y = value where mask is nonzero (zero with invert 1), else x, over strided views */
export function maskedFillBroadcast(w: CommandWriter, a: MaskedFillBroadcastArgs): void {
  const v0 = maskedFillBroadcastT[a.x.typeCode]!;
  if (v0 < 0) throw unsupportedTypes('maskedFillBroadcast', [a.x], 'f32|bf16|i32|u8');
  const variant = v0;
  const i = w.begin(45);
  const u = w.words;
  u[i] = 127 | (variant << 16);
  w.buffer(i + 2, a.x);
  w.buffer(i + 5, a.mask);
  w.buffer(i + 8, a.y);
  w.i64Array(i + 11, a.xStrides, 6);
  w.i64Array(i + 23, a.maskStrides, 6);
  w.f64(i + 35, a.value);
  u[i + 37] = a.rank;
  w.u32Array(i + 38, a.shape, 6);
  u[i + 44] = a.invert;
  w.end(45);
}
