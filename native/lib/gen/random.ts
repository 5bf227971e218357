// Generated from native/kernels by `npm run generate`; do not edit.
import { type BufferRef, type CommandWriter, unsupportedTypes } from '../command-writer.js';

/** y = uniform numbers in [low, high) */
export interface UniformArgs {
  readonly y: BufferRef;
  readonly n: number;
  readonly seed: number;
  readonly offset: number | (() => number);
  readonly low: number;
  readonly high: number;
}

const uniformT = [0, 1, -1, -1, -1, -1, -1];

/** y = uniform numbers in [low, high) */
export function uniform(w: CommandWriter, a: UniformArgs): void {
  const v0 = uniformT[a.y.typeCode]!;
  if (v0 < 0) throw unsupportedTypes('uniform', [a.y], 'f32|bf16');
  const variant = v0;
  const i = w.begin(13);
  const u = w.words;
  u[i] = 155 | (variant << 16);
  w.buffer(i + 2, a.y);
  w.u64(i + 5, a.n);
  w.u64(i + 7, a.seed);
  w.live(i + 9, 'u64', a.offset);
  w.floats[i + 11] = a.low;
  w.floats[i + 12] = a.high;
  w.end(13);
}

/** y = mean + std * normal numbers (Box-Muller on word pairs) */
export interface NormalArgs {
  readonly y: BufferRef;
  readonly n: number;
  readonly seed: number;
  readonly offset: number | (() => number);
  readonly mean: number;
  readonly std: number;
}

const normalT = [0, 1, -1, -1, -1, -1, -1];

/** y = mean + std * normal numbers (Box-Muller on word pairs) */
export function normal(w: CommandWriter, a: NormalArgs): void {
  const v0 = normalT[a.y.typeCode]!;
  if (v0 < 0) throw unsupportedTypes('normal', [a.y], 'f32|bf16');
  const variant = v0;
  const i = w.begin(13);
  const u = w.words;
  u[i] = 156 | (variant << 16);
  w.buffer(i + 2, a.y);
  w.u64(i + 5, a.n);
  w.u64(i + 7, a.seed);
  w.live(i + 9, 'u64', a.offset);
  w.floats[i + 11] = a.mean;
  w.floats[i + 12] = a.std;
  w.end(13);
}

/** y = 1 with probability p, else 0 */
export interface BernoulliArgs {
  readonly y: BufferRef;
  readonly n: number;
  readonly seed: number;
  readonly offset: number | (() => number);
  readonly p: number;
}

const bernoulliT = [0, 1, -1, -1, -1, 2, -1];

/** y = 1 with probability p, else 0 */
export function bernoulli(w: CommandWriter, a: BernoulliArgs): void {
  const v0 = bernoulliT[a.y.typeCode]!;
  if (v0 < 0) throw unsupportedTypes('bernoulli', [a.y], 'f32|bf16|u8');
  const variant = v0;
  const i = w.begin(12);
  const u = w.words;
  u[i] = 157 | (variant << 16);
  w.buffer(i + 2, a.y);
  w.u64(i + 5, a.n);
  w.u64(i + 7, a.seed);
  w.live(i + 9, 'u64', a.offset);
  w.floats[i + 11] = a.p;
  w.end(12);
}

/** y = uniform integers in [low, high) */
export interface RandintArgs {
  readonly y: BufferRef;
  readonly n: number;
  readonly seed: number;
  readonly offset: number | (() => number);
  readonly low: number;
  readonly high: number;
}

/** y = uniform integers in [low, high) */
export function randint(w: CommandWriter, a: RandintArgs): void {
  const i = w.begin(13);
  const u = w.words;
  u[i] = 158;
  w.buffer(i + 2, a.y);
  w.u64(i + 5, a.n);
  w.u64(i + 7, a.seed);
  w.live(i + 9, 'u64', a.offset);
  u[i + 11] = a.low;
  u[i + 12] = a.high;
  w.end(13);
}

/** y = 0 with probability p, else x / (1 - p); the gradient is the same kernel on g with the same seed and offset */
export interface DropoutArgs {
  readonly x: BufferRef;
  readonly y: BufferRef;
  readonly n: number;
  readonly seed: number;
  readonly offset: number | (() => number);
  readonly p: number;
}

const dropoutT = [0, 1, -1, -1, -1, -1, -1];

/** y = 0 with probability p, else x / (1 - p); the gradient is the same kernel on g with the same seed and offset */
export function dropout(w: CommandWriter, a: DropoutArgs): void {
  const v0 = dropoutT[a.x.typeCode]!;
  if (v0 < 0) throw unsupportedTypes('dropout', [a.x], 'f32|bf16');
  const variant = v0;
  const i = w.begin(15);
  const u = w.words;
  u[i] = 159 | (variant << 16);
  w.buffer(i + 2, a.x);
  w.buffer(i + 5, a.y);
  w.u64(i + 8, a.n);
  w.u64(i + 10, a.seed);
  w.live(i + 12, 'u64', a.offset);
  w.floats[i + 14] = a.p;
  w.end(15);
}
