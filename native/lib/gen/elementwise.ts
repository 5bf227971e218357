// Generated from native/kernels by `npm run generate`; do not edit.
import { type BufferRef, type CommandWriter, unsupportedTypes } from '../command-writer.js';

/** y = |x| */
export interface AbsArgs {
  readonly x: BufferRef;
  readonly y: BufferRef;
  readonly n: number;
}

const absT = [0, 1, -1, -1, -1, -1, -1];

/** y = |x| */
export function abs(w: CommandWriter, a: AbsArgs): void {
  const v0 = absT[a.x.typeCode]!;
  if (v0 < 0) throw unsupportedTypes('abs', [a.x], 'f32|bf16');
  const variant = v0;
  const i = w.begin(10);
  const u = w.words;
  u[i] = 16 | (variant << 16);
  w.buffer(i + 2, a.x);
  w.buffer(i + 5, a.y);
  w.u64(i + 8, a.n);
  w.end(10);
}

/** y = -x */
export interface NegArgs {
  readonly x: BufferRef;
  readonly y: BufferRef;
  readonly n: number;
}

const negT = [0, 1, -1, -1, -1, -1, -1];

/** y = -x */
export function neg(w: CommandWriter, a: NegArgs): void {
  const v0 = negT[a.x.typeCode]!;
  if (v0 < 0) throw unsupportedTypes('neg', [a.x], 'f32|bf16');
  const variant = v0;
  const i = w.begin(10);
  const u = w.words;
  u[i] = 17 | (variant << 16);
  w.buffer(i + 2, a.x);
  w.buffer(i + 5, a.y);
  w.u64(i + 8, a.n);
  w.end(10);
}

/** y = e^x */
export interface ExpArgs {
  readonly x: BufferRef;
  readonly y: BufferRef;
  readonly n: number;
}

const expT = [0, 1, -1, -1, -1, -1, -1];

/** y = e^x */
export function exp(w: CommandWriter, a: ExpArgs): void {
  const v0 = expT[a.x.typeCode]!;
  if (v0 < 0) throw unsupportedTypes('exp', [a.x], 'f32|bf16');
  const variant = v0;
  const i = w.begin(10);
  const u = w.words;
  u[i] = 18 | (variant << 16);
  w.buffer(i + 2, a.x);
  w.buffer(i + 5, a.y);
  w.u64(i + 8, a.n);
  w.end(10);
}

/** y = e^x - 1, accurate near 0 */
export interface Expm1Args {
  readonly x: BufferRef;
  readonly y: BufferRef;
  readonly n: number;
}

const expm1T = [0, 1, -1, -1, -1, -1, -1];

/** y = e^x - 1, accurate near 0 */
export function expm1(w: CommandWriter, a: Expm1Args): void {
  const v0 = expm1T[a.x.typeCode]!;
  if (v0 < 0) throw unsupportedTypes('expm1', [a.x], 'f32|bf16');
  const variant = v0;
  const i = w.begin(10);
  const u = w.words;
  u[i] = 19 | (variant << 16);
  w.buffer(i + 2, a.x);
  w.buffer(i + 5, a.y);
  w.u64(i + 8, a.n);
  w.end(10);
}

/** y = ln x */
export interface LogArgs {
  readonly x: BufferRef;
  readonly y: BufferRef;
  readonly n: number;
}

const logT = [0, 1, -1, -1, -1, -1, -1];

/** y = ln x */
export function log(w: CommandWriter, a: LogArgs): void {
  const v0 = logT[a.x.typeCode]!;
  if (v0 < 0) throw unsupportedTypes('log', [a.x], 'f32|bf16');
  const variant = v0;
  const i = w.begin(10);
  const u = w.words;
  u[i] = 20 | (variant << 16);
  w.buffer(i + 2, a.x);
  w.buffer(i + 5, a.y);
  w.u64(i + 8, a.n);
  w.end(10);
}

/** y = ln(1 + x), accurate near 0 */
export interface Log1pArgs {
  readonly x: BufferRef;
  readonly y: BufferRef;
  readonly n: number;
}

const log1pT = [0, 1, -1, -1, -1, -1, -1];

/** y = ln(1 + x), accurate near 0 */
export function log1p(w: CommandWriter, a: Log1pArgs): void {
  const v0 = log1pT[a.x.typeCode]!;
  if (v0 < 0) throw unsupportedTypes('log1p', [a.x], 'f32|bf16');
  const variant = v0;
  const i = w.begin(10);
  const u = w.words;
  u[i] = 21 | (variant << 16);
  w.buffer(i + 2, a.x);
  w.buffer(i + 5, a.y);
  w.u64(i + 8, a.n);
  w.end(10);
}

/** y = sqrt(x) */
export interface SqrtArgs {
  readonly x: BufferRef;
  readonly y: BufferRef;
  readonly n: number;
}

const sqrtT = [0, 1, -1, -1, -1, -1, -1];

/** y = sqrt(x) */
export function sqrt(w: CommandWriter, a: SqrtArgs): void {
  const v0 = sqrtT[a.x.typeCode]!;
  if (v0 < 0) throw unsupportedTypes('sqrt', [a.x], 'f32|bf16');
  const variant = v0;
  const i = w.begin(10);
  const u = w.words;
  u[i] = 22 | (variant << 16);
  w.buffer(i + 2, a.x);
  w.buffer(i + 5, a.y);
  w.u64(i + 8, a.n);
  w.end(10);
}

/** y = 1 / sqrt(x) */
export interface RsqrtArgs {
  readonly x: BufferRef;
  readonly y: BufferRef;
  readonly n: number;
}

const rsqrtT = [0, 1, -1, -1, -1, -1, -1];

/** y = 1 / sqrt(x) */
export function rsqrt(w: CommandWriter, a: RsqrtArgs): void {
  const v0 = rsqrtT[a.x.typeCode]!;
  if (v0 < 0) throw unsupportedTypes('rsqrt', [a.x], 'f32|bf16');
  const variant = v0;
  const i = w.begin(10);
  const u = w.words;
  u[i] = 23 | (variant << 16);
  w.buffer(i + 2, a.x);
  w.buffer(i + 5, a.y);
  w.u64(i + 8, a.n);
  w.end(10);
}

/** y = 1 / x */
export interface ReciprocalArgs {
  readonly x: BufferRef;
  readonly y: BufferRef;
  readonly n: number;
}

const reciprocalT = [0, 1, -1, -1, -1, -1, -1];

/** y = 1 / x */
export function reciprocal(w: CommandWriter, a: ReciprocalArgs): void {
  const v0 = reciprocalT[a.x.typeCode]!;
  if (v0 < 0) throw unsupportedTypes('reciprocal', [a.x], 'f32|bf16');
  const variant = v0;
  const i = w.begin(10);
  const u = w.words;
  u[i] = 24 | (variant << 16);
  w.buffer(i + 2, a.x);
  w.buffer(i + 5, a.y);
  w.u64(i + 8, a.n);
  w.end(10);
}

/** y = x * x */
export interface SquareArgs {
  readonly x: BufferRef;
  readonly y: BufferRef;
  readonly n: number;
}

const squareT = [0, 1, -1, -1, -1, -1, -1];

/** y = x * x */
export function square(w: CommandWriter, a: SquareArgs): void {
  const v0 = squareT[a.x.typeCode]!;
  if (v0 < 0) throw unsupportedTypes('square', [a.x], 'f32|bf16');
  const variant = v0;
  const i = w.begin(10);
  const u = w.words;
  u[i] = 25 | (variant << 16);
  w.buffer(i + 2, a.x);
  w.buffer(i + 5, a.y);
  w.u64(i + 8, a.n);
  w.end(10);
}

/** y = tanh x */
export interface TanhArgs {
  readonly x: BufferRef;
  readonly y: BufferRef;
  readonly n: number;
}

const tanhT = [0, 1, -1, -1, -1, -1, -1];

/** y = tanh x */
export function tanh(w: CommandWriter, a: TanhArgs): void {
  const v0 = tanhT[a.x.typeCode]!;
  if (v0 < 0) throw unsupportedTypes('tanh', [a.x], 'f32|bf16');
  const variant = v0;
  const i = w.begin(10);
  const u = w.words;
  u[i] = 26 | (variant << 16);
  w.buffer(i + 2, a.x);
  w.buffer(i + 5, a.y);
  w.u64(i + 8, a.n);
  w.end(10);
}

/** y = erf x */
export interface ErfArgs {
  readonly x: BufferRef;
  readonly y: BufferRef;
  readonly n: number;
}

const erfT = [0, 1, -1, -1, -1, -1, -1];

/** y = erf x */
export function erf(w: CommandWriter, a: ErfArgs): void {
  const v0 = erfT[a.x.typeCode]!;
  if (v0 < 0) throw unsupportedTypes('erf', [a.x], 'f32|bf16');
  const variant = v0;
  const i = w.begin(10);
  const u = w.words;
  u[i] = 27 | (variant << 16);
  w.buffer(i + 2, a.x);
  w.buffer(i + 5, a.y);
  w.u64(i + 8, a.n);
  w.end(10);
}

/** y = 1 / (1 + e^-x) */
export interface SigmoidArgs {
  readonly x: BufferRef;
  readonly y: BufferRef;
  readonly n: number;
}

const sigmoidT = [0, 1, -1, -1, -1, -1, -1];

/** y = 1 / (1 + e^-x) */
export function sigmoid(w: CommandWriter, a: SigmoidArgs): void {
  const v0 = sigmoidT[a.x.typeCode]!;
  if (v0 < 0) throw unsupportedTypes('sigmoid', [a.x], 'f32|bf16');
  const variant = v0;
  const i = w.begin(10);
  const u = w.words;
  u[i] = 28 | (variant << 16);
  w.buffer(i + 2, a.x);
  w.buffer(i + 5, a.y);
  w.u64(i + 8, a.n);
  w.end(10);
}

/** y = ln sigmoid(x) */
export interface LogSigmoidArgs {
  readonly x: BufferRef;
  readonly y: BufferRef;
  readonly n: number;
}

const logSigmoidT = [0, 1, -1, -1, -1, -1, -1];

/** y = ln sigmoid(x) */
export function logSigmoid(w: CommandWriter, a: LogSigmoidArgs): void {
  const v0 = logSigmoidT[a.x.typeCode]!;
  if (v0 < 0) throw unsupportedTypes('logSigmoid', [a.x], 'f32|bf16');
  const variant = v0;
  const i = w.begin(10);
  const u = w.words;
  u[i] = 29 | (variant << 16);
  w.buffer(i + 2, a.x);
  w.buffer(i + 5, a.y);
  w.u64(i + 8, a.n);
  w.end(10);
}

/** y = ln(1 + e^x) */
export interface SoftplusArgs {
  readonly x: BufferRef;
  readonly y: BufferRef;
  readonly n: number;
}

const softplusT = [0, 1, -1, -1, -1, -1, -1];

/** y = ln(1 + e^x) */
export function softplus(w: CommandWriter, a: SoftplusArgs): void {
  const v0 = softplusT[a.x.typeCode]!;
  if (v0 < 0) throw unsupportedTypes('softplus', [a.x], 'f32|bf16');
  const variant = v0;
  const i = w.begin(10);
  const u = w.words;
  u[i] = 30 | (variant << 16);
  w.buffer(i + 2, a.x);
  w.buffer(i + 5, a.y);
  w.u64(i + 8, a.n);
  w.end(10);
}

/** y = max(x, 0); NaN stays NaN */
export interface ReluArgs {
  readonly x: BufferRef;
  readonly y: BufferRef;
  readonly n: number;
}

const reluT = [0, 1, -1, -1, -1, -1, -1];

/** y = max(x, 0); NaN stays NaN */
export function relu(w: CommandWriter, a: ReluArgs): void {
  const v0 = reluT[a.x.typeCode]!;
  if (v0 < 0) throw unsupportedTypes('relu', [a.x], 'f32|bf16');
  const variant = v0;
  const i = w.begin(10);
  const u = w.words;
  u[i] = 31 | (variant << 16);
  w.buffer(i + 2, a.x);
  w.buffer(i + 5, a.y);
  w.u64(i + 8, a.n);
  w.end(10);
}

/** y = x * sigmoid(x) */
export interface SiluArgs {
  readonly x: BufferRef;
  readonly y: BufferRef;
  readonly n: number;
}

const siluT = [0, 1, -1, -1, -1, -1, -1];

/** y = x * sigmoid(x) */
export function silu(w: CommandWriter, a: SiluArgs): void {
  const v0 = siluT[a.x.typeCode]!;
  if (v0 < 0) throw unsupportedTypes('silu', [a.x], 'f32|bf16');
  const variant = v0;
  const i = w.begin(10);
  const u = w.words;
  u[i] = 32 | (variant << 16);
  w.buffer(i + 2, a.x);
  w.buffer(i + 5, a.y);
  w.u64(i + 8, a.n);
  w.end(10);
}

/** y = x * Phi(x) with the exact normal distribution function */
export interface GeluArgs {
  readonly x: BufferRef;
  readonly y: BufferRef;
  readonly n: number;
}

const geluT = [0, 1, -1, -1, -1, -1, -1];

/** y = x * Phi(x) with the exact normal distribution function */
export function gelu(w: CommandWriter, a: GeluArgs): void {
  const v0 = geluT[a.x.typeCode]!;
  if (v0 < 0) throw unsupportedTypes('gelu', [a.x], 'f32|bf16');
  const variant = v0;
  const i = w.begin(10);
  const u = w.words;
  u[i] = 33 | (variant << 16);
  w.buffer(i + 2, a.x);
  w.buffer(i + 5, a.y);
  w.u64(i + 8, a.n);
  w.end(10);
}

/** y = 0.5 x (1 + tanh(sqrt(2 / pi) (x + 0.044715 x^3))) */
export interface GeluTanhArgs {
  readonly x: BufferRef;
  readonly y: BufferRef;
  readonly n: number;
}

const geluTanhT = [0, 1, -1, -1, -1, -1, -1];

/** y = 0.5 x (1 + tanh(sqrt(2 / pi) (x + 0.044715 x^3))) */
export function geluTanh(w: CommandWriter, a: GeluTanhArgs): void {
  const v0 = geluTanhT[a.x.typeCode]!;
  if (v0 < 0) throw unsupportedTypes('geluTanh', [a.x], 'f32|bf16');
  const variant = v0;
  const i = w.begin(10);
  const u = w.words;
  u[i] = 34 | (variant << 16);
  w.buffer(i + 2, a.x);
  w.buffer(i + 5, a.y);
  w.u64(i + 8, a.n);
  w.end(10);
}

/** y = the largest integer not above x */
export interface FloorArgs {
  readonly x: BufferRef;
  readonly y: BufferRef;
  readonly n: number;
}

const floorT = [0, 1, -1, -1, -1, -1, -1];

/** y = the largest integer not above x */
export function floor(w: CommandWriter, a: FloorArgs): void {
  const v0 = floorT[a.x.typeCode]!;
  if (v0 < 0) throw unsupportedTypes('floor', [a.x], 'f32|bf16');
  const variant = v0;
  const i = w.begin(10);
  const u = w.words;
  u[i] = 35 | (variant << 16);
  w.buffer(i + 2, a.x);
  w.buffer(i + 5, a.y);
  w.u64(i + 8, a.n);
  w.end(10);
}

/** y = the smallest integer not below x */
export interface CeilArgs {
  readonly x: BufferRef;
  readonly y: BufferRef;
  readonly n: number;
}

const ceilT = [0, 1, -1, -1, -1, -1, -1];

/** y = the smallest integer not below x */
export function ceil(w: CommandWriter, a: CeilArgs): void {
  const v0 = ceilT[a.x.typeCode]!;
  if (v0 < 0) throw unsupportedTypes('ceil', [a.x], 'f32|bf16');
  const variant = v0;
  const i = w.begin(10);
  const u = w.words;
  u[i] = 36 | (variant << 16);
  w.buffer(i + 2, a.x);
  w.buffer(i + 5, a.y);
  w.u64(i + 8, a.n);
  w.end(10);
}

/** y = the nearest integer, halves to even */
export interface RoundArgs {
  readonly x: BufferRef;
  readonly y: BufferRef;
  readonly n: number;
}

const roundT = [0, 1, -1, -1, -1, -1, -1];

/** y = the nearest integer, halves to even */
export function round(w: CommandWriter, a: RoundArgs): void {
  const v0 = roundT[a.x.typeCode]!;
  if (v0 < 0) throw unsupportedTypes('round', [a.x], 'f32|bf16');
  const variant = v0;
  const i = w.begin(10);
  const u = w.words;
  u[i] = 37 | (variant << 16);
  w.buffer(i + 2, a.x);
  w.buffer(i + 5, a.y);
  w.u64(i + 8, a.n);
  w.end(10);
}

/** y = -1, 0 or 1; NaN stays NaN */
export interface SignArgs {
  readonly x: BufferRef;
  readonly y: BufferRef;
  readonly n: number;
}

const signT = [0, 1, -1, -1, -1, -1, -1];

/** y = -1, 0 or 1; NaN stays NaN */
export function sign(w: CommandWriter, a: SignArgs): void {
  const v0 = signT[a.x.typeCode]!;
  if (v0 < 0) throw unsupportedTypes('sign', [a.x], 'f32|bf16');
  const variant = v0;
  const i = w.begin(10);
  const u = w.words;
  u[i] = 38 | (variant << 16);
  w.buffer(i + 2, a.x);
  w.buffer(i + 5, a.y);
  w.u64(i + 8, a.n);
  w.end(10);
}

/** dx = g * sign(x) */
export interface AbsBackwardArgs {
  readonly x: BufferRef;
  readonly g: BufferRef;
  readonly dx: BufferRef;
  readonly n: number;
}

const absBackwardT = [0, 1, -1, -1, -1, -1, -1];

/** dx = g * sign(x) */
export function absBackward(w: CommandWriter, a: AbsBackwardArgs): void {
  const v0 = absBackwardT[a.x.typeCode]!;
  if (v0 < 0) throw unsupportedTypes('absBackward', [a.x], 'f32|bf16');
  const variant = v0;
  const i = w.begin(13);
  const u = w.words;
  u[i] = 39 | (variant << 16);
  w.buffer(i + 2, a.x);
  w.buffer(i + 5, a.g);
  w.buffer(i + 8, a.dx);
  w.u64(i + 11, a.n);
  w.end(13);
}

/** dx = g / x */
export interface LogBackwardArgs {
  readonly x: BufferRef;
  readonly g: BufferRef;
  readonly dx: BufferRef;
  readonly n: number;
}

const logBackwardT = [0, 1, -1, -1, -1, -1, -1];

/** dx = g / x */
export function logBackward(w: CommandWriter, a: LogBackwardArgs): void {
  const v0 = logBackwardT[a.x.typeCode]!;
  if (v0 < 0) throw unsupportedTypes('logBackward', [a.x], 'f32|bf16');
  const variant = v0;
  const i = w.begin(13);
  const u = w.words;
  u[i] = 40 | (variant << 16);
  w.buffer(i + 2, a.x);
  w.buffer(i + 5, a.g);
  w.buffer(i + 8, a.dx);
  w.u64(i + 11, a.n);
  w.end(13);
}

/** dx = g / (1 + x) */
export interface Log1pBackwardArgs {
  readonly x: BufferRef;
  readonly g: BufferRef;
  readonly dx: BufferRef;
  readonly n: number;
}

const log1pBackwardT = [0, 1, -1, -1, -1, -1, -1];

/** dx = g / (1 + x) */
export function log1pBackward(w: CommandWriter, a: Log1pBackwardArgs): void {
  const v0 = log1pBackwardT[a.x.typeCode]!;
  if (v0 < 0) throw unsupportedTypes('log1pBackward', [a.x], 'f32|bf16');
  const variant = v0;
  const i = w.begin(13);
  const u = w.words;
  u[i] = 41 | (variant << 16);
  w.buffer(i + 2, a.x);
  w.buffer(i + 5, a.g);
  w.buffer(i + 8, a.dx);
  w.u64(i + 11, a.n);
  w.end(13);
}

/** dx = 2 g x */
export interface SquareBackwardArgs {
  readonly x: BufferRef;
  readonly g: BufferRef;
  readonly dx: BufferRef;
  readonly n: number;
}

const squareBackwardT = [0, 1, -1, -1, -1, -1, -1];

/** dx = 2 g x */
export function squareBackward(w: CommandWriter, a: SquareBackwardArgs): void {
  const v0 = squareBackwardT[a.x.typeCode]!;
  if (v0 < 0) throw unsupportedTypes('squareBackward', [a.x], 'f32|bf16');
  const variant = v0;
  const i = w.begin(13);
  const u = w.words;
  u[i] = 42 | (variant << 16);
  w.buffer(i + 2, a.x);
  w.buffer(i + 5, a.g);
  w.buffer(i + 8, a.dx);
  w.u64(i + 11, a.n);
  w.end(13);
}

/** dx = g * 2 / sqrt(pi) * e^(-x^2) */
export interface ErfBackwardArgs {
  readonly x: BufferRef;
  readonly g: BufferRef;
  readonly dx: BufferRef;
  readonly n: number;
}

const erfBackwardT = [0, 1, -1, -1, -1, -1, -1];

/** dx = g * 2 / sqrt(pi) * e^(-x^2) */
export function erfBackward(w: CommandWriter, a: ErfBackwardArgs): void {
  const v0 = erfBackwardT[a.x.typeCode]!;
  if (v0 < 0) throw unsupportedTypes('erfBackward', [a.x], 'f32|bf16');
  const variant = v0;
  const i = w.begin(13);
  const u = w.words;
  u[i] = 43 | (variant << 16);
  w.buffer(i + 2, a.x);
  w.buffer(i + 5, a.g);
  w.buffer(i + 8, a.dx);
  w.u64(i + 11, a.n);
  w.end(13);
}

/** dx = g * sigmoid(-x) */
export interface LogSigmoidBackwardArgs {
  readonly x: BufferRef;
  readonly g: BufferRef;
  readonly dx: BufferRef;
  readonly n: number;
}

const logSigmoidBackwardT = [0, 1, -1, -1, -1, -1, -1];

/** dx = g * sigmoid(-x) */
export function logSigmoidBackward(w: CommandWriter, a: LogSigmoidBackwardArgs): void {
  const v0 = logSigmoidBackwardT[a.x.typeCode]!;
  if (v0 < 0) throw unsupportedTypes('logSigmoidBackward', [a.x], 'f32|bf16');
  const variant = v0;
  const i = w.begin(13);
  const u = w.words;
  u[i] = 44 | (variant << 16);
  w.buffer(i + 2, a.x);
  w.buffer(i + 5, a.g);
  w.buffer(i + 8, a.dx);
  w.u64(i + 11, a.n);
  w.end(13);
}

/** dx = g * sigmoid(x) */
export interface SoftplusBackwardArgs {
  readonly x: BufferRef;
  readonly g: BufferRef;
  readonly dx: BufferRef;
  readonly n: number;
}

const softplusBackwardT = [0, 1, -1, -1, -1, -1, -1];

/** dx = g * sigmoid(x) */
export function softplusBackward(w: CommandWriter, a: SoftplusBackwardArgs): void {
  const v0 = softplusBackwardT[a.x.typeCode]!;
  if (v0 < 0) throw unsupportedTypes('softplusBackward', [a.x], 'f32|bf16');
  const variant = v0;
  const i = w.begin(13);
  const u = w.words;
  u[i] = 45 | (variant << 16);
  w.buffer(i + 2, a.x);
  w.buffer(i + 5, a.g);
  w.buffer(i + 8, a.dx);
  w.u64(i + 11, a.n);
  w.end(13);
}

/** dx = g * (s + x s (1 - s)) with s = sigmoid(x) */
export interface SiluBackwardArgs {
  readonly x: BufferRef;
  readonly g: BufferRef;
  readonly dx: BufferRef;
  readonly n: number;
}

const siluBackwardT = [0, 1, -1, -1, -1, -1, -1];

/** dx = g * (s + x s (1 - s)) with s = sigmoid(x) */
export function siluBackward(w: CommandWriter, a: SiluBackwardArgs): void {
  const v0 = siluBackwardT[a.x.typeCode]!;
  if (v0 < 0) throw unsupportedTypes('siluBackward', [a.x], 'f32|bf16');
  const variant = v0;
  const i = w.begin(13);
  const u = w.words;
  u[i] = 46 | (variant << 16);
  w.buffer(i + 2, a.x);
  w.buffer(i + 5, a.g);
  w.buffer(i + 8, a.dx);
  w.u64(i + 11, a.n);
  w.end(13);
}

/** dx = g * (Phi(x) + x phi(x)) */
export interface GeluBackwardArgs {
  readonly x: BufferRef;
  readonly g: BufferRef;
  readonly dx: BufferRef;
  readonly n: number;
}

const geluBackwardT = [0, 1, -1, -1, -1, -1, -1];

/** dx = g * (Phi(x) + x phi(x)) */
export function geluBackward(w: CommandWriter, a: GeluBackwardArgs): void {
  const v0 = geluBackwardT[a.x.typeCode]!;
  if (v0 < 0) throw unsupportedTypes('geluBackward', [a.x], 'f32|bf16');
  const variant = v0;
  const i = w.begin(13);
  const u = w.words;
  u[i] = 47 | (variant << 16);
  w.buffer(i + 2, a.x);
  w.buffer(i + 5, a.g);
  w.buffer(i + 8, a.dx);
  w.u64(i + 11, a.n);
  w.end(13);
}

/** dx = g * the derivative of geluTanh at x */
export interface GeluTanhBackwardArgs {
  readonly x: BufferRef;
  readonly g: BufferRef;
  readonly dx: BufferRef;
  readonly n: number;
}

const geluTanhBackwardT = [0, 1, -1, -1, -1, -1, -1];

/** dx = g * the derivative of geluTanh at x */
export function geluTanhBackward(w: CommandWriter, a: GeluTanhBackwardArgs): void {
  const v0 = geluTanhBackwardT[a.x.typeCode]!;
  if (v0 < 0) throw unsupportedTypes('geluTanhBackward', [a.x], 'f32|bf16');
  const variant = v0;
  const i = w.begin(13);
  const u = w.words;
  u[i] = 48 | (variant << 16);
  w.buffer(i + 2, a.x);
  w.buffer(i + 5, a.g);
  w.buffer(i + 8, a.dx);
  w.u64(i + 11, a.n);
  w.end(13);
}

/** y = sin x */
export interface SinArgs {
  readonly x: BufferRef;
  readonly y: BufferRef;
  readonly n: number;
}

const sinT = [0, 1, -1, -1, -1, -1, -1];

/** y = sin x */
export function sin(w: CommandWriter, a: SinArgs): void {
  const v0 = sinT[a.x.typeCode]!;
  if (v0 < 0) throw unsupportedTypes('sin', [a.x], 'f32|bf16');
  const variant = v0;
  const i = w.begin(10);
  const u = w.words;
  u[i] = 49 | (variant << 16);
  w.buffer(i + 2, a.x);
  w.buffer(i + 5, a.y);
  w.u64(i + 8, a.n);
  w.end(10);
}

/** y = cos x */
export interface CosArgs {
  readonly x: BufferRef;
  readonly y: BufferRef;
  readonly n: number;
}

const cosT = [0, 1, -1, -1, -1, -1, -1];

/** y = cos x */
export function cos(w: CommandWriter, a: CosArgs): void {
  const v0 = cosT[a.x.typeCode]!;
  if (v0 < 0) throw unsupportedTypes('cos', [a.x], 'f32|bf16');
  const variant = v0;
  const i = w.begin(10);
  const u = w.words;
  u[i] = 50 | (variant << 16);
  w.buffer(i + 2, a.x);
  w.buffer(i + 5, a.y);
  w.u64(i + 8, a.n);
  w.end(10);
}

/** dx = g cos x */
export interface SinBackwardArgs {
  readonly x: BufferRef;
  readonly g: BufferRef;
  readonly dx: BufferRef;
  readonly n: number;
}

const sinBackwardT = [0, 1, -1, -1, -1, -1, -1];

/** dx = g cos x */
export function sinBackward(w: CommandWriter, a: SinBackwardArgs): void {
  const v0 = sinBackwardT[a.x.typeCode]!;
  if (v0 < 0) throw unsupportedTypes('sinBackward', [a.x], 'f32|bf16');
  const variant = v0;
  const i = w.begin(13);
  const u = w.words;
  u[i] = 51 | (variant << 16);
  w.buffer(i + 2, a.x);
  w.buffer(i + 5, a.g);
  w.buffer(i + 8, a.dx);
  w.u64(i + 11, a.n);
  w.end(13);
}

/** dx = -g sin x */
export interface CosBackwardArgs {
  readonly x: BufferRef;
  readonly g: BufferRef;
  readonly dx: BufferRef;
  readonly n: number;
}

const cosBackwardT = [0, 1, -1, -1, -1, -1, -1];

/** dx = -g sin x */
export function cosBackward(w: CommandWriter, a: CosBackwardArgs): void {
  const v0 = cosBackwardT[a.x.typeCode]!;
  if (v0 < 0) throw unsupportedTypes('cosBackward', [a.x], 'f32|bf16');
  const variant = v0;
  const i = w.begin(13);
  const u = w.words;
  u[i] = 52 | (variant << 16);
  w.buffer(i + 2, a.x);
  w.buffer(i + 5, a.g);
  w.buffer(i + 8, a.dx);
  w.u64(i + 11, a.n);
  w.end(13);
}

/** dx = g y with y = e^x */
export interface ExpBackwardArgs {
  readonly y: BufferRef;
  readonly g: BufferRef;
  readonly dx: BufferRef;
  readonly n: number;
}

const expBackwardT = [0, 1, -1, -1, -1, -1, -1];

/** dx = g y with y = e^x */
export function expBackward(w: CommandWriter, a: ExpBackwardArgs): void {
  const v0 = expBackwardT[a.y.typeCode]!;
  if (v0 < 0) throw unsupportedTypes('expBackward', [a.y], 'f32|bf16');
  const variant = v0;
  const i = w.begin(13);
  const u = w.words;
  u[i] = 53 | (variant << 16);
  w.buffer(i + 2, a.y);
  w.buffer(i + 5, a.g);
  w.buffer(i + 8, a.dx);
  w.u64(i + 11, a.n);
  w.end(13);
}

/** dx = g (y + 1) with y = e^x - 1 */
export interface Expm1BackwardArgs {
  readonly y: BufferRef;
  readonly g: BufferRef;
  readonly dx: BufferRef;
  readonly n: number;
}

const expm1BackwardT = [0, 1, -1, -1, -1, -1, -1];

/** dx = g (y + 1) with y = e^x - 1 */
export function expm1Backward(w: CommandWriter, a: Expm1BackwardArgs): void {
  const v0 = expm1BackwardT[a.y.typeCode]!;
  if (v0 < 0) throw unsupportedTypes('expm1Backward', [a.y], 'f32|bf16');
  const variant = v0;
  const i = w.begin(13);
  const u = w.words;
  u[i] = 54 | (variant << 16);
  w.buffer(i + 2, a.y);
  w.buffer(i + 5, a.g);
  w.buffer(i + 8, a.dx);
  w.u64(i + 11, a.n);
  w.end(13);
}

/** dx = g / (2 y) with y = sqrt(x) */
export interface SqrtBackwardArgs {
  readonly y: BufferRef;
  readonly g: BufferRef;
  readonly dx: BufferRef;
  readonly n: number;
}

const sqrtBackwardT = [0, 1, -1, -1, -1, -1, -1];

/** dx = g / (2 y) with y = sqrt(x) */
export function sqrtBackward(w: CommandWriter, a: SqrtBackwardArgs): void {
  const v0 = sqrtBackwardT[a.y.typeCode]!;
  if (v0 < 0) throw unsupportedTypes('sqrtBackward', [a.y], 'f32|bf16');
  const variant = v0;
  const i = w.begin(13);
  const u = w.words;
  u[i] = 55 | (variant << 16);
  w.buffer(i + 2, a.y);
  w.buffer(i + 5, a.g);
  w.buffer(i + 8, a.dx);
  w.u64(i + 11, a.n);
  w.end(13);
}

/** dx = -g y^3 / 2 with y = 1 / sqrt(x) */
export interface RsqrtBackwardArgs {
  readonly y: BufferRef;
  readonly g: BufferRef;
  readonly dx: BufferRef;
  readonly n: number;
}

const rsqrtBackwardT = [0, 1, -1, -1, -1, -1, -1];

/** dx = -g y^3 / 2 with y = 1 / sqrt(x) */
export function rsqrtBackward(w: CommandWriter, a: RsqrtBackwardArgs): void {
  const v0 = rsqrtBackwardT[a.y.typeCode]!;
  if (v0 < 0) throw unsupportedTypes('rsqrtBackward', [a.y], 'f32|bf16');
  const variant = v0;
  const i = w.begin(13);
  const u = w.words;
  u[i] = 56 | (variant << 16);
  w.buffer(i + 2, a.y);
  w.buffer(i + 5, a.g);
  w.buffer(i + 8, a.dx);
  w.u64(i + 11, a.n);
  w.end(13);
}

/** dx = -g y^2 with y = 1 / x */
export interface ReciprocalBackwardArgs {
  readonly y: BufferRef;
  readonly g: BufferRef;
  readonly dx: BufferRef;
  readonly n: number;
}

const reciprocalBackwardT = [0, 1, -1, -1, -1, -1, -1];

/** dx = -g y^2 with y = 1 / x */
export function reciprocalBackward(w: CommandWriter, a: ReciprocalBackwardArgs): void {
  const v0 = reciprocalBackwardT[a.y.typeCode]!;
  if (v0 < 0) throw unsupportedTypes('reciprocalBackward', [a.y], 'f32|bf16');
  const variant = v0;
  const i = w.begin(13);
  const u = w.words;
  u[i] = 57 | (variant << 16);
  w.buffer(i + 2, a.y);
  w.buffer(i + 5, a.g);
  w.buffer(i + 8, a.dx);
  w.u64(i + 11, a.n);
  w.end(13);
}

/** dx = g (1 - y^2) with y = tanh x */
export interface TanhBackwardArgs {
  readonly y: BufferRef;
  readonly g: BufferRef;
  readonly dx: BufferRef;
  readonly n: number;
}

const tanhBackwardT = [0, 1, -1, -1, -1, -1, -1];

/** dx = g (1 - y^2) with y = tanh x */
export function tanhBackward(w: CommandWriter, a: TanhBackwardArgs): void {
  const v0 = tanhBackwardT[a.y.typeCode]!;
  if (v0 < 0) throw unsupportedTypes('tanhBackward', [a.y], 'f32|bf16');
  const variant = v0;
  const i = w.begin(13);
  const u = w.words;
  u[i] = 58 | (variant << 16);
  w.buffer(i + 2, a.y);
  w.buffer(i + 5, a.g);
  w.buffer(i + 8, a.dx);
  w.u64(i + 11, a.n);
  w.end(13);
}

/** dx = g y (1 - y) with y = sigmoid(x) */
export interface SigmoidBackwardArgs {
  readonly y: BufferRef;
  readonly g: BufferRef;
  readonly dx: BufferRef;
  readonly n: number;
}

const sigmoidBackwardT = [0, 1, -1, -1, -1, -1, -1];

/** dx = g y (1 - y) with y = sigmoid(x) */
export function sigmoidBackward(w: CommandWriter, a: SigmoidBackwardArgs): void {
  const v0 = sigmoidBackwardT[a.y.typeCode]!;
  if (v0 < 0) throw unsupportedTypes('sigmoidBackward', [a.y], 'f32|bf16');
  const variant = v0;
  const i = w.begin(13);
  const u = w.words;
  u[i] = 59 | (variant << 16);
  w.buffer(i + 2, a.y);
  w.buffer(i + 5, a.g);
  w.buffer(i + 8, a.dx);
  w.u64(i + 11, a.n);
  w.end(13);
}

/** dx = g where y > 0, else 0, with y = relu(x) */
export interface ReluBackwardArgs {
  readonly y: BufferRef;
  readonly g: BufferRef;
  readonly dx: BufferRef;
  readonly n: number;
}

const reluBackwardT = [0, 1, -1, -1, -1, -1, -1];

/** dx = g where y > 0, else 0, with y = relu(x) */
export function reluBackward(w: CommandWriter, a: ReluBackwardArgs): void {
  const v0 = reluBackwardT[a.y.typeCode]!;
  if (v0 < 0) throw unsupportedTypes('reluBackward', [a.y], 'f32|bf16');
  const variant = v0;
  const i = w.begin(13);
  const u = w.words;
  u[i] = 60 | (variant << 16);
  w.buffer(i + 2, a.y);
  w.buffer(i + 5, a.g);
  w.buffer(i + 8, a.dx);
  w.u64(i + 11, a.n);
  w.end(13);
}

/** y = x + p0 */
export interface AddScalarArgs {
  readonly x: BufferRef;
  readonly y: BufferRef;
  readonly n: number;
  readonly p0: number | (() => number);
  readonly p1: number | (() => number);
}

const addScalarT = [0, 1, -1, -1, -1, -1, -1];

/** y = x + p0 */
export function addScalar(w: CommandWriter, a: AddScalarArgs): void {
  const v0 = addScalarT[a.x.typeCode]!;
  if (v0 < 0) throw unsupportedTypes('addScalar', [a.x], 'f32|bf16');
  const variant = v0;
  const i = w.begin(12);
  const u = w.words;
  u[i] = 61 | (variant << 16);
  w.buffer(i + 2, a.x);
  w.buffer(i + 5, a.y);
  w.u64(i + 8, a.n);
  w.live(i + 10, 'f32', a.p0);
  w.live(i + 11, 'f32', a.p1);
  w.end(12);
}

/** y = x * p0 */
export interface MulScalarArgs {
  readonly x: BufferRef;
  readonly y: BufferRef;
  readonly n: number;
  readonly p0: number | (() => number);
  readonly p1: number | (() => number);
}

const mulScalarT = [0, 1, -1, -1, -1, -1, -1];

/** y = x * p0 */
export function mulScalar(w: CommandWriter, a: MulScalarArgs): void {
  const v0 = mulScalarT[a.x.typeCode]!;
  if (v0 < 0) throw unsupportedTypes('mulScalar', [a.x], 'f32|bf16');
  const variant = v0;
  const i = w.begin(12);
  const u = w.words;
  u[i] = 62 | (variant << 16);
  w.buffer(i + 2, a.x);
  w.buffer(i + 5, a.y);
  w.u64(i + 8, a.n);
  w.live(i + 10, 'f32', a.p0);
  w.live(i + 11, 'f32', a.p1);
  w.end(12);
}

/** y = x / p0 */
export interface DivScalarArgs {
  readonly x: BufferRef;
  readonly y: BufferRef;
  readonly n: number;
  readonly p0: number | (() => number);
  readonly p1: number | (() => number);
}

const divScalarT = [0, 1, -1, -1, -1, -1, -1];

/** y = x / p0 */
export function divScalar(w: CommandWriter, a: DivScalarArgs): void {
  const v0 = divScalarT[a.x.typeCode]!;
  if (v0 < 0) throw unsupportedTypes('divScalar', [a.x], 'f32|bf16');
  const variant = v0;
  const i = w.begin(12);
  const u = w.words;
  u[i] = 63 | (variant << 16);
  w.buffer(i + 2, a.x);
  w.buffer(i + 5, a.y);
  w.u64(i + 8, a.n);
  w.live(i + 10, 'f32', a.p0);
  w.live(i + 11, 'f32', a.p1);
  w.end(12);
}

/** y = x * p0 + p1 */
export interface AffineArgs {
  readonly x: BufferRef;
  readonly y: BufferRef;
  readonly n: number;
  readonly p0: number | (() => number);
  readonly p1: number | (() => number);
}

const affineT = [0, 1, -1, -1, -1, -1, -1];

/** y = x * p0 + p1 */
export function affine(w: CommandWriter, a: AffineArgs): void {
  const v0 = affineT[a.x.typeCode]!;
  if (v0 < 0) throw unsupportedTypes('affine', [a.x], 'f32|bf16');
  const variant = v0;
  const i = w.begin(12);
  const u = w.words;
  u[i] = 64 | (variant << 16);
  w.buffer(i + 2, a.x);
  w.buffer(i + 5, a.y);
  w.u64(i + 8, a.n);
  w.live(i + 10, 'f32', a.p0);
  w.live(i + 11, 'f32', a.p1);
  w.end(12);
}

/** y = x where x > 0, else p0 * x */
export interface LeakyReluArgs {
  readonly x: BufferRef;
  readonly y: BufferRef;
  readonly n: number;
  readonly p0: number | (() => number);
  readonly p1: number | (() => number);
}

const leakyReluT = [0, 1, -1, -1, -1, -1, -1];

/** y = x where x > 0, else p0 * x */
export function leakyRelu(w: CommandWriter, a: LeakyReluArgs): void {
  const v0 = leakyReluT[a.x.typeCode]!;
  if (v0 < 0) throw unsupportedTypes('leakyRelu', [a.x], 'f32|bf16');
  const variant = v0;
  const i = w.begin(12);
  const u = w.words;
  u[i] = 65 | (variant << 16);
  w.buffer(i + 2, a.x);
  w.buffer(i + 5, a.y);
  w.u64(i + 8, a.n);
  w.live(i + 10, 'f32', a.p0);
  w.live(i + 11, 'f32', a.p1);
  w.end(12);
}

/** y = min(max(x, p0), p1); NaN stays NaN */
export interface ClampArgs {
  readonly x: BufferRef;
  readonly y: BufferRef;
  readonly n: number;
  readonly p0: number | (() => number);
  readonly p1: number | (() => number);
}

const clampT = [0, 1, -1, -1, -1, -1, -1];

/** y = min(max(x, p0), p1); NaN stays NaN */
export function clamp(w: CommandWriter, a: ClampArgs): void {
  const v0 = clampT[a.x.typeCode]!;
  if (v0 < 0) throw unsupportedTypes('clamp', [a.x], 'f32|bf16');
  const variant = v0;
  const i = w.begin(12);
  const u = w.words;
  u[i] = 66 | (variant << 16);
  w.buffer(i + 2, a.x);
  w.buffer(i + 5, a.y);
  w.u64(i + 8, a.n);
  w.live(i + 10, 'f32', a.p0);
  w.live(i + 11, 'f32', a.p1);
  w.end(12);
}

/** y = x^p0 with the special cases of C pow */
export interface PowScalarArgs {
  readonly x: BufferRef;
  readonly y: BufferRef;
  readonly n: number;
  readonly p0: number | (() => number);
  readonly p1: number | (() => number);
}

const powScalarT = [0, 1, -1, -1, -1, -1, -1];

/** y = x^p0 with the special cases of C pow */
export function powScalar(w: CommandWriter, a: PowScalarArgs): void {
  const v0 = powScalarT[a.x.typeCode]!;
  if (v0 < 0) throw unsupportedTypes('powScalar', [a.x], 'f32|bf16');
  const variant = v0;
  const i = w.begin(12);
  const u = w.words;
  u[i] = 67 | (variant << 16);
  w.buffer(i + 2, a.x);
  w.buffer(i + 5, a.y);
  w.u64(i + 8, a.n);
  w.live(i + 10, 'f32', a.p0);
  w.live(i + 11, 'f32', a.p1);
  w.end(12);
}

/** dx = g where x > 0, else p0 * g */
export interface LeakyReluBackwardArgs {
  readonly x: BufferRef;
  readonly g: BufferRef;
  readonly dx: BufferRef;
  readonly n: number;
  readonly p0: number | (() => number);
  readonly p1: number | (() => number);
}

const leakyReluBackwardT = [0, 1, -1, -1, -1, -1, -1];

/** dx = g where x > 0, else p0 * g */
export function leakyReluBackward(w: CommandWriter, a: LeakyReluBackwardArgs): void {
  const v0 = leakyReluBackwardT[a.x.typeCode]!;
  if (v0 < 0) throw unsupportedTypes('leakyReluBackward', [a.x], 'f32|bf16');
  const variant = v0;
  const i = w.begin(15);
  const u = w.words;
  u[i] = 68 | (variant << 16);
  w.buffer(i + 2, a.x);
  w.buffer(i + 5, a.g);
  w.buffer(i + 8, a.dx);
  w.u64(i + 11, a.n);
  w.live(i + 13, 'f32', a.p0);
  w.live(i + 14, 'f32', a.p1);
  w.end(15);
}

/** dx = g where p0 <= x <= p1, else 0 */
export interface ClampBackwardArgs {
  readonly x: BufferRef;
  readonly g: BufferRef;
  readonly dx: BufferRef;
  readonly n: number;
  readonly p0: number | (() => number);
  readonly p1: number | (() => number);
}

const clampBackwardT = [0, 1, -1, -1, -1, -1, -1];

/** dx = g where p0 <= x <= p1, else 0 */
export function clampBackward(w: CommandWriter, a: ClampBackwardArgs): void {
  const v0 = clampBackwardT[a.x.typeCode]!;
  if (v0 < 0) throw unsupportedTypes('clampBackward', [a.x], 'f32|bf16');
  const variant = v0;
  const i = w.begin(15);
  const u = w.words;
  u[i] = 69 | (variant << 16);
  w.buffer(i + 2, a.x);
  w.buffer(i + 5, a.g);
  w.buffer(i + 8, a.dx);
  w.u64(i + 11, a.n);
  w.live(i + 13, 'f32', a.p0);
  w.live(i + 14, 'f32', a.p1);
  w.end(15);
}

/** dx = g p0 x^(p0 - 1), 0 where p0 is 0 */
export interface PowScalarBackwardArgs {
  readonly x: BufferRef;
  readonly g: BufferRef;
  readonly dx: BufferRef;
  readonly n: number;
  readonly p0: number | (() => number);
  readonly p1: number | (() => number);
}

const powScalarBackwardT = [0, 1, -1, -1, -1, -1, -1];

/** dx = g p0 x^(p0 - 1), 0 where p0 is 0 */
export function powScalarBackward(w: CommandWriter, a: PowScalarBackwardArgs): void {
  const v0 = powScalarBackwardT[a.x.typeCode]!;
  if (v0 < 0) throw unsupportedTypes('powScalarBackward', [a.x], 'f32|bf16');
  const variant = v0;
  const i = w.begin(15);
  const u = w.words;
  u[i] = 70 | (variant << 16);
  w.buffer(i + 2, a.x);
  w.buffer(i + 5, a.g);
  w.buffer(i + 8, a.dx);
  w.u64(i + 11, a.n);
  w.live(i + 13, 'f32', a.p0);
  w.live(i + 14, 'f32', a.p1);
  w.end(15);
}

/** y = x == p0 */
export interface EqScalarArgs {
  readonly x: BufferRef;
  readonly y: BufferRef;
  readonly n: number;
  readonly p0: number;
}

const eqScalarT = [0, 1, -1, 2, -1, 3, -1];

/** y = x == p0 */
export function eqScalar(w: CommandWriter, a: EqScalarArgs): void {
  const v0 = eqScalarT[a.x.typeCode]!;
  if (v0 < 0) throw unsupportedTypes('eqScalar', [a.x], 'f32|bf16|i32|u8');
  const variant = v0;
  const i = w.begin(12);
  const u = w.words;
  u[i] = 71 | (variant << 16);
  w.buffer(i + 2, a.x);
  w.buffer(i + 5, a.y);
  w.u64(i + 8, a.n);
  w.f64(i + 10, a.p0);
  w.end(12);
}

/** y = x != p0 */
export interface NeScalarArgs {
  readonly x: BufferRef;
  readonly y: BufferRef;
  readonly n: number;
  readonly p0: number;
}

const neScalarT = [0, 1, -1, 2, -1, 3, -1];

/** y = x != p0 */
export function neScalar(w: CommandWriter, a: NeScalarArgs): void {
  const v0 = neScalarT[a.x.typeCode]!;
  if (v0 < 0) throw unsupportedTypes('neScalar', [a.x], 'f32|bf16|i32|u8');
  const variant = v0;
  const i = w.begin(12);
  const u = w.words;
  u[i] = 72 | (variant << 16);
  w.buffer(i + 2, a.x);
  w.buffer(i + 5, a.y);
  w.u64(i + 8, a.n);
  w.f64(i + 10, a.p0);
  w.end(12);
}

/** y = x < p0 */
export interface LtScalarArgs {
  readonly x: BufferRef;
  readonly y: BufferRef;
  readonly n: number;
  readonly p0: number;
}

const ltScalarT = [0, 1, -1, 2, -1, 3, -1];

/** y = x < p0 */
export function ltScalar(w: CommandWriter, a: LtScalarArgs): void {
  const v0 = ltScalarT[a.x.typeCode]!;
  if (v0 < 0) throw unsupportedTypes('ltScalar', [a.x], 'f32|bf16|i32|u8');
  const variant = v0;
  const i = w.begin(12);
  const u = w.words;
  u[i] = 73 | (variant << 16);
  w.buffer(i + 2, a.x);
  w.buffer(i + 5, a.y);
  w.u64(i + 8, a.n);
  w.f64(i + 10, a.p0);
  w.end(12);
}

/** y = x <= p0 */
export interface LeScalarArgs {
  readonly x: BufferRef;
  readonly y: BufferRef;
  readonly n: number;
  readonly p0: number;
}

const leScalarT = [0, 1, -1, 2, -1, 3, -1];

/** y = x <= p0 */
export function leScalar(w: CommandWriter, a: LeScalarArgs): void {
  const v0 = leScalarT[a.x.typeCode]!;
  if (v0 < 0) throw unsupportedTypes('leScalar', [a.x], 'f32|bf16|i32|u8');
  const variant = v0;
  const i = w.begin(12);
  const u = w.words;
  u[i] = 74 | (variant << 16);
  w.buffer(i + 2, a.x);
  w.buffer(i + 5, a.y);
  w.u64(i + 8, a.n);
  w.f64(i + 10, a.p0);
  w.end(12);
}

/** y = x > p0 */
export interface GtScalarArgs {
  readonly x: BufferRef;
  readonly y: BufferRef;
  readonly n: number;
  readonly p0: number;
}

const gtScalarT = [0, 1, -1, 2, -1, 3, -1];

/** y = x > p0 */
export function gtScalar(w: CommandWriter, a: GtScalarArgs): void {
  const v0 = gtScalarT[a.x.typeCode]!;
  if (v0 < 0) throw unsupportedTypes('gtScalar', [a.x], 'f32|bf16|i32|u8');
  const variant = v0;
  const i = w.begin(12);
  const u = w.words;
  u[i] = 75 | (variant << 16);
  w.buffer(i + 2, a.x);
  w.buffer(i + 5, a.y);
  w.u64(i + 8, a.n);
  w.f64(i + 10, a.p0);
  w.end(12);
}

/** y = x >= p0 */
export interface GeScalarArgs {
  readonly x: BufferRef;
  readonly y: BufferRef;
  readonly n: number;
  readonly p0: number;
}

const geScalarT = [0, 1, -1, 2, -1, 3, -1];

/** y = x >= p0 */
export function geScalar(w: CommandWriter, a: GeScalarArgs): void {
  const v0 = geScalarT[a.x.typeCode]!;
  if (v0 < 0) throw unsupportedTypes('geScalar', [a.x], 'f32|bf16|i32|u8');
  const variant = v0;
  const i = w.begin(12);
  const u = w.words;
  u[i] = 76 | (variant << 16);
  w.buffer(i + 2, a.x);
  w.buffer(i + 5, a.y);
  w.u64(i + 8, a.n);
  w.f64(i + 10, a.p0);
  w.end(12);
}

/** y = 1 where x is 0, else 0 */
export interface LogicalNotArgs {
  readonly x: BufferRef;
  readonly y: BufferRef;
  readonly n: number;
}

/** y = 1 where x is 0, else 0 */
export function logicalNot(w: CommandWriter, a: LogicalNotArgs): void {
  const i = w.begin(10);
  const u = w.words;
  u[i] = 77;
  w.buffer(i + 2, a.x);
  w.buffer(i + 5, a.y);
  w.u64(i + 8, a.n);
  w.end(10);
}

/** y = x in another element type: floats round to nearest even, floats to integers truncate and saturate (NaN to 0), i32 to u8 keeps the low byte */
export interface CastArgs {
  readonly x: BufferRef;
  readonly y: BufferRef;
  readonly n: number;
}

const castS = [0, 1, 2, 3, -1, 4, -1];

const castT = [0, 1, 2, 3, -1, 4, -1];

/** y = x in another element type: floats round to nearest even, floats to integers truncate and saturate (NaN to 0), i32 to u8 keeps the low byte */
export function cast(w: CommandWriter, a: CastArgs): void {
  const v0 = castS[a.x.typeCode]!;
  const v1 = castT[a.y.typeCode]!;
  if (v0 < 0 || v1 < 0) throw unsupportedTypes('cast', [a.x, a.y], 'f32|bf16|f16|i32|u8 x f32|bf16|f16|i32|u8');
  const variant = v0 * 5 + v1;
  const i = w.begin(10);
  const u = w.words;
  u[i] = 78 | (variant << 16);
  w.buffer(i + 2, a.x);
  w.buffer(i + 5, a.y);
  w.u64(i + 8, a.n);
  w.end(10);
}

/** y = x != 0 */
export interface CastToBoolArgs {
  readonly x: BufferRef;
  readonly y: BufferRef;
  readonly n: number;
}

const castToBoolT = [0, 1, 2, 3, -1, 4, -1];

/** y = x != 0 */
export function castToBool(w: CommandWriter, a: CastToBoolArgs): void {
  const v0 = castToBoolT[a.x.typeCode]!;
  if (v0 < 0) throw unsupportedTypes('castToBool', [a.x], 'f32|bf16|f16|i32|u8');
  const variant = v0;
  const i = w.begin(10);
  const u = w.words;
  u[i] = 79 | (variant << 16);
  w.buffer(i + 2, a.x);
  w.buffer(i + 5, a.y);
  w.u64(i + 8, a.n);
  w.end(10);
}

/** y += alpha * x */
export interface AddScaledArgs {
  readonly x: BufferRef;
  readonly y: BufferRef;
  readonly n: number;
  readonly alpha: number | (() => number);
}

const addScaledS = [0, 1, -1, -1, -1, -1, -1];

const addScaledT = [0, 1, -1, -1, -1, -1, -1];

/** y += alpha * x */
export function addScaled(w: CommandWriter, a: AddScaledArgs): void {
  const v0 = addScaledS[a.x.typeCode]!;
  const v1 = addScaledT[a.y.typeCode]!;
  if (v0 < 0 || v1 < 0) throw unsupportedTypes('addScaled', [a.x, a.y], 'f32|bf16 x f32|bf16');
  const variant = v0 * 2 + v1;
  const i = w.begin(11);
  const u = w.words;
  u[i] = 80 | (variant << 16);
  w.buffer(i + 2, a.x);
  w.buffer(i + 5, a.y);
  w.u64(i + 8, a.n);
  w.live(i + 10, 'f32', a.alpha);
  w.end(11);
}

/** y = a + weight * (b - a) */
export interface LerpArgs {
  readonly a: BufferRef;
  readonly b: BufferRef;
  readonly y: BufferRef;
  readonly n: number;
  readonly weight: number | (() => number);
}

const lerpT = [0, 1, -1, -1, -1, -1, -1];

/** y = a + weight * (b - a) */
export function lerp(w: CommandWriter, a: LerpArgs): void {
  const v0 = lerpT[a.a.typeCode]!;
  if (v0 < 0) throw unsupportedTypes('lerp', [a.a], 'f32|bf16');
  const variant = v0;
  const i = w.begin(14);
  const u = w.words;
  u[i] = 81 | (variant << 16);
  w.buffer(i + 2, a.a);
  w.buffer(i + 5, a.b);
  w.buffer(i + 8, a.y);
  w.u64(i + 11, a.n);
  w.live(i + 13, 'f32', a.weight);
  w.end(14);
}
