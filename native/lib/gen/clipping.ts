// Generated from native/kernels by `npm run generate`; do not edit.
import { type BufferRef, type CommandWriter, unsupportedTypes } from '../command-writer.js';

/** norm = sqrt(prior^2 + sum of x^2), over the elements whose bit in `mask` is set; `prior` chains several buffers */
export interface GradNormArgs {
  readonly x: BufferRef;
  readonly mask?: BufferRef | undefined;
  readonly prior?: BufferRef | undefined;
  readonly norm: BufferRef;
  readonly n: number;
}

const gradNormG = [0, 1, -1, -1, -1, -1, -1];

/** norm = sqrt(prior^2 + sum of x^2), over the elements whose bit in `mask` is set; `prior` chains several buffers */
export function gradNorm(w: CommandWriter, a: GradNormArgs): void {
  const v0 = gradNormG[a.x.typeCode]!;
  if (v0 < 0) throw unsupportedTypes('gradNorm', [a.x], 'f32|bf16');
  const variant = v0;
  const i = w.begin(16);
  const u = w.words;
  u[i] = 192 | (variant << 16);
  w.buffer(i + 2, a.x);
  w.buffer(i + 5, a.mask);
  w.buffer(i + 8, a.prior);
  w.buffer(i + 11, a.norm);
  w.u64(i + 14, a.n);
  w.end(16);
}

/** norm = prior + sum of |x|, or with `largest` 1 the maximum of prior and all |x|, NaN where there is one */
export interface AbsoluteNormArgs {
  readonly x: BufferRef;
  readonly prior?: BufferRef | undefined;
  readonly norm: BufferRef;
  readonly n: number;
  readonly largest: number;
}

const absoluteNormG = [0, 1, -1, -1, -1, -1, -1];

/** norm = prior + sum of |x|, or with `largest` 1 the maximum of prior and all |x|, NaN where there is one */
export function absoluteNorm(w: CommandWriter, a: AbsoluteNormArgs): void {
  const v0 = absoluteNormG[a.x.typeCode]!;
  if (v0 < 0) throw unsupportedTypes('absoluteNorm', [a.x], 'f32|bf16');
  const variant = v0;
  const i = w.begin(14);
  const u = w.words;
  u[i] = 193 | (variant << 16);
  w.buffer(i + 2, a.x);
  w.buffer(i + 5, a.prior);
  w.buffer(i + 8, a.norm);
  w.u64(i + 11, a.n);
  u[i + 13] = a.largest;
  w.end(14);
}

/** scale[u] = the largest factor up to 1 that brings unit u of the gradient to its limit. A unit is a row or, byColumn 1, a column of a tensor; tensor t has unitTable[5t .. 5t+4] = first element, rows, columns, byColumn, first unit. rule 0: min(1, limit/(N + eps)) for a unit of norm N, 1: root mean square <= limit, 2: N <= limit max(|p|, eps) with the same unit of `param`. Masked like gradNorm */
export interface UnitScalesArgs {
  readonly x: BufferRef;
  readonly param: BufferRef;
  readonly mask?: BufferRef | undefined;
  readonly unitTable: BufferRef;
  readonly unitScale: BufferRef;
  readonly n: number;
  readonly limit: number | (() => number);
  readonly eps: number | (() => number);
  readonly units: number;
  readonly unitTensors: number;
  readonly rule: number;
}

const unitScalesG = [0, 1, -1, -1, -1, -1, -1];

const unitScalesP = [0, 1, -1, -1, -1, -1, -1];

/** scale[u] = the largest factor up to 1 that brings unit u of the gradient to its limit. A unit is a row or, byColumn 1, a column of a tensor; tensor t has unitTable[5t .. 5t+4] = first element, rows, columns, byColumn, first unit. rule 0: min(1, limit/(N + eps)) for a unit of norm N, 1: root mean square <= limit, 2: N <= limit max(|p|, eps) with the same unit of `param`. Masked like gradNorm */
export function unitScales(w: CommandWriter, a: UnitScalesArgs): void {
  const v0 = unitScalesG[a.x.typeCode]!;
  const v1 = unitScalesP[a.param.typeCode]!;
  if (v0 < 0 || v1 < 0) throw unsupportedTypes('unitScales', [a.x, a.param], 'f32|bf16 x f32|bf16');
  const variant = v0 * 2 + v1;
  const i = w.begin(26);
  const u = w.words;
  u[i] = 194 | (variant << 16);
  w.buffer(i + 2, a.x);
  w.buffer(i + 5, a.param);
  w.buffer(i + 8, a.mask);
  w.buffer(i + 11, a.unitTable);
  w.buffer(i + 14, a.unitScale);
  w.u64(i + 17, a.n);
  w.live(i + 19, 'f64', a.limit);
  w.live(i + 21, 'f64', a.eps);
  u[i + 23] = a.units;
  u[i + 24] = a.unitTensors;
  u[i + 25] = a.rule;
  w.end(26);
}

/** Multiplies each unit of x by its scale */
export interface ScaleUnitsArgs {
  readonly unitScale: BufferRef;
  readonly unitTable: BufferRef;
  readonly x: BufferRef;
  readonly n: number;
  readonly units: number;
  readonly unitTensors: number;
}

const scaleUnitsG = [0, 1, -1, -1, -1, -1, -1];

/** Multiplies each unit of x by its scale */
export function scaleUnits(w: CommandWriter, a: ScaleUnitsArgs): void {
  const v0 = scaleUnitsG[a.x.typeCode]!;
  if (v0 < 0) throw unsupportedTypes('scaleUnits', [a.x], 'f32|bf16');
  const variant = v0;
  const i = w.begin(15);
  const u = w.words;
  u[i] = 195 | (variant << 16);
  w.buffer(i + 2, a.unitScale);
  w.buffer(i + 5, a.unitTable);
  w.buffer(i + 8, a.x);
  w.u64(i + 11, a.n);
  u[i + 13] = a.units;
  u[i + 14] = a.unitTensors;
  w.end(15);
}

/** Over segment s, in one pass: distance[s] = |x - origin|, or |x| without an origin; gradient[s] = |g + segmentDecay[s] x| of the gradient g that a step takes */
export interface DistanceNormsArgs {
  readonly x: BufferRef;
  readonly origin?: BufferRef | undefined;
  readonly grad: BufferRef;
  readonly gradScale?: BufferRef | undefined;
  readonly unitScale?: BufferRef | undefined;
  readonly unitTable?: BufferRef | undefined;
  readonly segmentStarts: BufferRef;
  readonly segmentDecay?: BufferRef | undefined;
  readonly distance: BufferRef;
  readonly gradient: BufferRef;
  readonly n: number;
  readonly gradFactor: number | (() => number);
  readonly segments: number;
  readonly gradScales: number;
  readonly units: number;
  readonly unitTensors: number;
}

const distanceNormsP = [0, 1, -1, -1, -1, -1, -1];

const distanceNormsG = [0, 1, -1, -1, -1, -1, -1];

/** Over segment s, in one pass: distance[s] = |x - origin|, or |x| without an origin; gradient[s] = |g + segmentDecay[s] x| of the gradient g that a step takes */
export function distanceNorms(w: CommandWriter, a: DistanceNormsArgs): void {
  const v0 = distanceNormsP[a.x.typeCode]!;
  const v1 = distanceNormsG[a.grad.typeCode]!;
  if (v0 < 0 || v1 < 0) throw unsupportedTypes('distanceNorms', [a.x, a.grad], 'f32|bf16 x f32|bf16');
  const variant = v0 * 2 + v1;
  const i = w.begin(39);
  const u = w.words;
  u[i] = 196 | (variant << 16);
  w.buffer(i + 2, a.x);
  w.buffer(i + 5, a.origin);
  w.buffer(i + 8, a.grad);
  w.buffer(i + 11, a.gradScale);
  w.buffer(i + 14, a.unitScale);
  w.buffer(i + 17, a.unitTable);
  w.buffer(i + 20, a.segmentStarts);
  w.buffer(i + 23, a.segmentDecay);
  w.buffer(i + 26, a.distance);
  w.buffer(i + 29, a.gradient);
  w.u64(i + 32, a.n);
  w.live(i + 34, 'f32', a.gradFactor);
  u[i + 35] = a.segments;
  u[i + 36] = a.gradScales;
  u[i + 37] = a.units;
  u[i + 38] = a.unitTensors;
  w.end(39);
}

/** Distance over gradients, elementwise over `count` groups: furthest = max(furthest, distance); total += gradient^2 (weighted 1: times furthest^2); rate = lr segmentLr furthest/(sqrt(total + inside) + outside), squared numerator when weighted; firstRate while furthest is 0, where that is not negative and segmentLr is not 0 */
export interface DistanceStepArgs {
  readonly distance: BufferRef;
  readonly gradient: BufferRef;
  readonly segmentLr?: BufferRef | undefined;
  readonly skip?: BufferRef | undefined;
  readonly furthest: BufferRef;
  readonly total: BufferRef;
  readonly rate: BufferRef;
  readonly inside: number;
  readonly outside: number;
  readonly lr: number | (() => number);
  readonly firstRate: number | (() => number);
  readonly weighted: number;
  readonly count: number;
}

/** Distance over gradients, elementwise over `count` groups: furthest = max(furthest, distance); total += gradient^2 (weighted 1: times furthest^2); rate = lr segmentLr furthest/(sqrt(total + inside) + outside), squared numerator when weighted; firstRate while furthest is 0, where that is not negative and segmentLr is not 0 */
export function distanceStep(w: CommandWriter, a: DistanceStepArgs): void {
  const i = w.begin(33);
  const u = w.words;
  u[i] = 197;
  w.buffer(i + 2, a.distance);
  w.buffer(i + 5, a.gradient);
  w.buffer(i + 8, a.segmentLr);
  w.buffer(i + 11, a.skip);
  w.buffer(i + 14, a.furthest);
  w.buffer(i + 17, a.total);
  w.buffer(i + 20, a.rate);
  w.f64(i + 23, a.inside);
  w.f64(i + 25, a.outside);
  w.live(i + 27, 'f64', a.lr);
  w.live(i + 29, 'f64', a.firstRate);
  u[i + 31] = a.weighted;
  u[i + 32] = a.count;
  w.end(33);
}

/** scale = min(1, maxNorm/(norm + eps)), elementwise over `count` norms */
export interface ClipScaleArgs {
  readonly norm: BufferRef;
  readonly scale: BufferRef;
  readonly maxNorm: number | (() => number);
  readonly eps: number;
  readonly count: number;
}

/** scale = min(1, maxNorm/(norm + eps)), elementwise over `count` norms */
export function clipScale(w: CommandWriter, a: ClipScaleArgs): void {
  const i = w.begin(13);
  const u = w.words;
  u[i] = 198;
  w.buffer(i + 2, a.norm);
  w.buffer(i + 5, a.scale);
  w.live(i + 8, 'f64', a.maxNorm);
  w.f64(i + 10, a.eps);
  u[i + 12] = a.count;
  w.end(13);
}

/** x *= scale[0], a number on the device */
export interface ScaleByArgs {
  readonly scale: BufferRef;
  readonly x: BufferRef;
  readonly n: number;
}

const scaleByG = [0, 1, -1, -1, -1, -1, -1];

/** x *= scale[0], a number on the device */
export function scaleBy(w: CommandWriter, a: ScaleByArgs): void {
  const v0 = scaleByG[a.x.typeCode]!;
  if (v0 < 0) throw unsupportedTypes('scaleBy', [a.x], 'f32|bf16');
  const variant = v0;
  const i = w.begin(10);
  const u = w.words;
  u[i] = 199 | (variant << 16);
  w.buffer(i + 2, a.scale);
  w.buffer(i + 5, a.x);
  w.u64(i + 8, a.n);
  w.end(10);
}

/** found = 1 where x has a NaN or an infinity or `prior` is not zero, else 0 */
export interface NonFiniteFlagArgs {
  readonly x: BufferRef;
  readonly prior?: BufferRef | undefined;
  readonly found: BufferRef;
  readonly n: number;
}

const nonFiniteFlagG = [0, 1, -1, -1, -1, -1, -1];

/** found = 1 where x has a NaN or an infinity or `prior` is not zero, else 0 */
export function nonFiniteFlag(w: CommandWriter, a: NonFiniteFlagArgs): void {
  const v0 = nonFiniteFlagG[a.x.typeCode]!;
  if (v0 < 0) throw unsupportedTypes('nonFiniteFlag', [a.x], 'f32|bf16');
  const variant = v0;
  const i = w.begin(13);
  const u = w.words;
  u[i] = 200 | (variant << 16);
  w.buffer(i + 2, a.x);
  w.buffer(i + 5, a.prior);
  w.buffer(i + 8, a.found);
  w.u64(i + 11, a.n);
  w.end(13);
}
