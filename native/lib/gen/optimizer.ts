// Generated from native/kernels by `npm run generate`; do not edit.
import { type BufferRef, type CommandWriter, unsupportedTypes } from '../command-writer.js';

/** m += (1-beta1)(g-m); v = beta2 v + (1-beta2)g^2; p -= lr (momentWeight m + gradWeight g)/(rootScale sqrt(v) + eps): Adam, AdamW, AMSGrad, RAdam, every NAdam and NadamW by their weights */
export interface AdamStepArgs {
  readonly grad: BufferRef;
  readonly gradScale?: BufferRef | undefined;
  readonly unitScale?: BufferRef | undefined;
  readonly unitTable?: BufferRef | undefined;
  readonly skip?: BufferRef | undefined;
  readonly segmentStarts?: BufferRef | undefined;
  readonly segmentLr?: BufferRef | undefined;
  readonly segmentDecay?: BufferRef | undefined;
  readonly param: BufferRef;
  readonly master?: BufferRef | undefined;
  readonly compensation?: BufferRef | undefined;
  readonly touched?: BufferRef | undefined;
  readonly expAvg: BufferRef;
  readonly expAvgSq: BufferRef;
  readonly maxExpAvgSq?: BufferRef | undefined;
  readonly n: number;
  readonly firstIndex: number;
  readonly seed: number;
  readonly offset: number | (() => number);
  readonly beta1: number | (() => number);
  readonly beta2: number | (() => number);
  readonly eps: number | (() => number);
  readonly momentWeight: number | (() => number);
  readonly gradWeight: number | (() => number);
  readonly rootScale: number | (() => number);
  readonly lr: number | (() => number);
  readonly weightDecay: number | (() => number);
  readonly gradFactor: number | (() => number);
  readonly decoupled: number;
  readonly rounding: number;
  readonly segments: number;
  readonly gradScales: number;
  readonly units: number;
  readonly unitTensors: number;
}

const adamStepP = [0, 1, -1, -1, -1, -1, -1];

const adamStepG = [0, 1, -1, -1, -1, -1, -1];

/** m += (1-beta1)(g-m); v = beta2 v + (1-beta2)g^2; p -= lr (momentWeight m + gradWeight g)/(rootScale sqrt(v) + eps): Adam, AdamW, AMSGrad, RAdam, every NAdam and NadamW by their weights */
export function adamStep(w: CommandWriter, a: AdamStepArgs): void {
  const v0 = adamStepP[a.param.typeCode]!;
  const v1 = adamStepG[a.grad.typeCode]!;
  if (v0 < 0 || v1 < 0) throw unsupportedTypes('adamStep', [a.param, a.grad], 'f32|bf16 x f32|bf16');
  const variant = v0 * 2 + v1;
  const i = w.begin(78);
  const u = w.words;
  u[i] = 177 | (variant << 16);
  w.buffer(i + 2, a.grad);
  w.buffer(i + 5, a.gradScale);
  w.buffer(i + 8, a.unitScale);
  w.buffer(i + 11, a.unitTable);
  w.buffer(i + 14, a.skip);
  w.buffer(i + 17, a.segmentStarts);
  w.buffer(i + 20, a.segmentLr);
  w.buffer(i + 23, a.segmentDecay);
  w.buffer(i + 26, a.param);
  w.buffer(i + 29, a.master);
  w.buffer(i + 32, a.compensation);
  w.buffer(i + 35, a.touched);
  w.buffer(i + 38, a.expAvg);
  w.buffer(i + 41, a.expAvgSq);
  w.buffer(i + 44, a.maxExpAvgSq);
  w.u64(i + 47, a.n);
  w.u64(i + 49, a.firstIndex);
  w.u64(i + 51, a.seed);
  w.live(i + 53, 'u64', a.offset);
  w.live(i + 55, 'f64', a.beta1);
  w.live(i + 57, 'f64', a.beta2);
  w.live(i + 59, 'f64', a.eps);
  w.live(i + 61, 'f64', a.momentWeight);
  w.live(i + 63, 'f64', a.gradWeight);
  w.live(i + 65, 'f64', a.rootScale);
  w.live(i + 67, 'f64', a.lr);
  w.live(i + 69, 'f64', a.weightDecay);
  w.live(i + 71, 'f32', a.gradFactor);
  u[i + 72] = a.decoupled;
  u[i + 73] = a.rounding;
  u[i + 74] = a.segments;
  u[i + 75] = a.gradScales;
  u[i + 76] = a.units;
  u[i + 77] = a.unitTensors;
  w.end(78);
}

/** b = momentum b + gradGain g; p -= lr b, with Nesterov p -= lr (g + momentum b), without a buffer p -= lr g */
export interface SgdStepArgs {
  readonly grad: BufferRef;
  readonly gradScale?: BufferRef | undefined;
  readonly unitScale?: BufferRef | undefined;
  readonly unitTable?: BufferRef | undefined;
  readonly skip?: BufferRef | undefined;
  readonly segmentStarts?: BufferRef | undefined;
  readonly segmentLr?: BufferRef | undefined;
  readonly segmentDecay?: BufferRef | undefined;
  readonly param: BufferRef;
  readonly master?: BufferRef | undefined;
  readonly compensation?: BufferRef | undefined;
  readonly touched?: BufferRef | undefined;
  readonly momentumBuffer?: BufferRef | undefined;
  readonly n: number;
  readonly firstIndex: number;
  readonly seed: number;
  readonly offset: number | (() => number);
  readonly momentum: number | (() => number);
  readonly gradGain: number | (() => number);
  readonly lr: number | (() => number);
  readonly weightDecay: number | (() => number);
  readonly nesterov: number;
  readonly gradFactor: number | (() => number);
  readonly decoupled: number;
  readonly rounding: number;
  readonly segments: number;
  readonly gradScales: number;
  readonly units: number;
  readonly unitTensors: number;
}

const sgdStepP = [0, 1, -1, -1, -1, -1, -1];

const sgdStepG = [0, 1, -1, -1, -1, -1, -1];

/** b = momentum b + gradGain g; p -= lr b, with Nesterov p -= lr (g + momentum b), without a buffer p -= lr g */
export function sgdStep(w: CommandWriter, a: SgdStepArgs): void {
  const v0 = sgdStepP[a.param.typeCode]!;
  const v1 = sgdStepG[a.grad.typeCode]!;
  if (v0 < 0 || v1 < 0) throw unsupportedTypes('sgdStep', [a.param, a.grad], 'f32|bf16 x f32|bf16');
  const variant = v0 * 2 + v1;
  const i = w.begin(65);
  const u = w.words;
  u[i] = 178 | (variant << 16);
  w.buffer(i + 2, a.grad);
  w.buffer(i + 5, a.gradScale);
  w.buffer(i + 8, a.unitScale);
  w.buffer(i + 11, a.unitTable);
  w.buffer(i + 14, a.skip);
  w.buffer(i + 17, a.segmentStarts);
  w.buffer(i + 20, a.segmentLr);
  w.buffer(i + 23, a.segmentDecay);
  w.buffer(i + 26, a.param);
  w.buffer(i + 29, a.master);
  w.buffer(i + 32, a.compensation);
  w.buffer(i + 35, a.touched);
  w.buffer(i + 38, a.momentumBuffer);
  w.u64(i + 41, a.n);
  w.u64(i + 43, a.firstIndex);
  w.u64(i + 45, a.seed);
  w.live(i + 47, 'u64', a.offset);
  w.live(i + 49, 'f64', a.momentum);
  w.live(i + 51, 'f64', a.gradGain);
  w.live(i + 53, 'f64', a.lr);
  w.live(i + 55, 'f64', a.weightDecay);
  u[i + 57] = a.nesterov;
  w.live(i + 58, 'f32', a.gradFactor);
  u[i + 59] = a.decoupled;
  u[i + 60] = a.rounding;
  u[i + 61] = a.segments;
  u[i + 62] = a.gradScales;
  u[i + 63] = a.units;
  u[i + 64] = a.unitTensors;
  w.end(65);
}

/** p -= lr sign(beta1 m + (1-beta1)g); m = beta2 m + (1-beta2)g */
export interface LionStepArgs {
  readonly grad: BufferRef;
  readonly gradScale?: BufferRef | undefined;
  readonly unitScale?: BufferRef | undefined;
  readonly unitTable?: BufferRef | undefined;
  readonly skip?: BufferRef | undefined;
  readonly segmentStarts?: BufferRef | undefined;
  readonly segmentLr?: BufferRef | undefined;
  readonly segmentDecay?: BufferRef | undefined;
  readonly param: BufferRef;
  readonly master?: BufferRef | undefined;
  readonly compensation?: BufferRef | undefined;
  readonly touched?: BufferRef | undefined;
  readonly expAvg: BufferRef;
  readonly n: number;
  readonly firstIndex: number;
  readonly seed: number;
  readonly offset: number | (() => number);
  readonly beta1: number | (() => number);
  readonly beta2: number | (() => number);
  readonly lr: number | (() => number);
  readonly weightDecay: number | (() => number);
  readonly gradFactor: number | (() => number);
  readonly decoupled: number;
  readonly rounding: number;
  readonly segments: number;
  readonly gradScales: number;
  readonly units: number;
  readonly unitTensors: number;
}

const lionStepP = [0, 1, -1, -1, -1, -1, -1];

const lionStepG = [0, 1, -1, -1, -1, -1, -1];

/** p -= lr sign(beta1 m + (1-beta1)g); m = beta2 m + (1-beta2)g */
export function lionStep(w: CommandWriter, a: LionStepArgs): void {
  const v0 = lionStepP[a.param.typeCode]!;
  const v1 = lionStepG[a.grad.typeCode]!;
  if (v0 < 0 || v1 < 0) throw unsupportedTypes('lionStep', [a.param, a.grad], 'f32|bf16 x f32|bf16');
  const variant = v0 * 2 + v1;
  const i = w.begin(64);
  const u = w.words;
  u[i] = 179 | (variant << 16);
  w.buffer(i + 2, a.grad);
  w.buffer(i + 5, a.gradScale);
  w.buffer(i + 8, a.unitScale);
  w.buffer(i + 11, a.unitTable);
  w.buffer(i + 14, a.skip);
  w.buffer(i + 17, a.segmentStarts);
  w.buffer(i + 20, a.segmentLr);
  w.buffer(i + 23, a.segmentDecay);
  w.buffer(i + 26, a.param);
  w.buffer(i + 29, a.master);
  w.buffer(i + 32, a.compensation);
  w.buffer(i + 35, a.touched);
  w.buffer(i + 38, a.expAvg);
  w.u64(i + 41, a.n);
  w.u64(i + 43, a.firstIndex);
  w.u64(i + 45, a.seed);
  w.live(i + 47, 'u64', a.offset);
  w.live(i + 49, 'f64', a.beta1);
  w.live(i + 51, 'f64', a.beta2);
  w.live(i + 53, 'f64', a.lr);
  w.live(i + 55, 'f64', a.weightDecay);
  w.live(i + 57, 'f32', a.gradFactor);
  u[i + 58] = a.decoupled;
  u[i + 59] = a.rounding;
  u[i + 60] = a.segments;
  u[i + 61] = a.gradScales;
  u[i + 62] = a.units;
  u[i + 63] = a.unitTensors;
  w.end(64);
}

/** s += g^2; p -= lr g/(sqrt(s) + eps) */
export interface AdagradStepArgs {
  readonly grad: BufferRef;
  readonly gradScale?: BufferRef | undefined;
  readonly unitScale?: BufferRef | undefined;
  readonly unitTable?: BufferRef | undefined;
  readonly skip?: BufferRef | undefined;
  readonly segmentStarts?: BufferRef | undefined;
  readonly segmentLr?: BufferRef | undefined;
  readonly segmentDecay?: BufferRef | undefined;
  readonly param: BufferRef;
  readonly master?: BufferRef | undefined;
  readonly compensation?: BufferRef | undefined;
  readonly touched?: BufferRef | undefined;
  readonly sum: BufferRef;
  readonly n: number;
  readonly firstIndex: number;
  readonly seed: number;
  readonly offset: number | (() => number);
  readonly eps: number | (() => number);
  readonly lr: number | (() => number);
  readonly weightDecay: number | (() => number);
  readonly gradFactor: number | (() => number);
  readonly decoupled: number;
  readonly rounding: number;
  readonly segments: number;
  readonly gradScales: number;
  readonly units: number;
  readonly unitTensors: number;
}

const adagradStepP = [0, 1, -1, -1, -1, -1, -1];

const adagradStepG = [0, 1, -1, -1, -1, -1, -1];

/** s += g^2; p -= lr g/(sqrt(s) + eps) */
export function adagradStep(w: CommandWriter, a: AdagradStepArgs): void {
  const v0 = adagradStepP[a.param.typeCode]!;
  const v1 = adagradStepG[a.grad.typeCode]!;
  if (v0 < 0 || v1 < 0) throw unsupportedTypes('adagradStep', [a.param, a.grad], 'f32|bf16 x f32|bf16');
  const variant = v0 * 2 + v1;
  const i = w.begin(62);
  const u = w.words;
  u[i] = 180 | (variant << 16);
  w.buffer(i + 2, a.grad);
  w.buffer(i + 5, a.gradScale);
  w.buffer(i + 8, a.unitScale);
  w.buffer(i + 11, a.unitTable);
  w.buffer(i + 14, a.skip);
  w.buffer(i + 17, a.segmentStarts);
  w.buffer(i + 20, a.segmentLr);
  w.buffer(i + 23, a.segmentDecay);
  w.buffer(i + 26, a.param);
  w.buffer(i + 29, a.master);
  w.buffer(i + 32, a.compensation);
  w.buffer(i + 35, a.touched);
  w.buffer(i + 38, a.sum);
  w.u64(i + 41, a.n);
  w.u64(i + 43, a.firstIndex);
  w.u64(i + 45, a.seed);
  w.live(i + 47, 'u64', a.offset);
  w.live(i + 49, 'f64', a.eps);
  w.live(i + 51, 'f64', a.lr);
  w.live(i + 53, 'f64', a.weightDecay);
  w.live(i + 55, 'f32', a.gradFactor);
  u[i + 56] = a.decoupled;
  u[i + 57] = a.rounding;
  u[i + 58] = a.segments;
  u[i + 59] = a.gradScales;
  u[i + 60] = a.units;
  u[i + 61] = a.unitTensors;
  w.end(62);
}

/** v = alpha v + (1-alpha)g^2; u = g/(sqrt(v - a^2) + eps) with a the average gradient where there is one; b = momentum b + u where there is a buffer; p -= lr u or lr b */
export interface RmspropStepArgs {
  readonly grad: BufferRef;
  readonly gradScale?: BufferRef | undefined;
  readonly unitScale?: BufferRef | undefined;
  readonly unitTable?: BufferRef | undefined;
  readonly skip?: BufferRef | undefined;
  readonly segmentStarts?: BufferRef | undefined;
  readonly segmentLr?: BufferRef | undefined;
  readonly segmentDecay?: BufferRef | undefined;
  readonly param: BufferRef;
  readonly master?: BufferRef | undefined;
  readonly compensation?: BufferRef | undefined;
  readonly touched?: BufferRef | undefined;
  readonly squareAvg: BufferRef;
  readonly gradAvg?: BufferRef | undefined;
  readonly momentumBuffer?: BufferRef | undefined;
  readonly n: number;
  readonly firstIndex: number;
  readonly seed: number;
  readonly offset: number | (() => number);
  readonly alpha: number | (() => number);
  readonly momentum: number | (() => number);
  readonly eps: number | (() => number);
  readonly lr: number | (() => number);
  readonly weightDecay: number | (() => number);
  readonly gradFactor: number | (() => number);
  readonly decoupled: number;
  readonly rounding: number;
  readonly segments: number;
  readonly gradScales: number;
  readonly units: number;
  readonly unitTensors: number;
}

const rmspropStepP = [0, 1, -1, -1, -1, -1, -1];

const rmspropStepG = [0, 1, -1, -1, -1, -1, -1];

/** v = alpha v + (1-alpha)g^2; u = g/(sqrt(v - a^2) + eps) with a the average gradient where there is one; b = momentum b + u where there is a buffer; p -= lr u or lr b */
export function rmspropStep(w: CommandWriter, a: RmspropStepArgs): void {
  const v0 = rmspropStepP[a.param.typeCode]!;
  const v1 = rmspropStepG[a.grad.typeCode]!;
  if (v0 < 0 || v1 < 0) throw unsupportedTypes('rmspropStep', [a.param, a.grad], 'f32|bf16 x f32|bf16');
  const variant = v0 * 2 + v1;
  const i = w.begin(72);
  const u = w.words;
  u[i] = 181 | (variant << 16);
  w.buffer(i + 2, a.grad);
  w.buffer(i + 5, a.gradScale);
  w.buffer(i + 8, a.unitScale);
  w.buffer(i + 11, a.unitTable);
  w.buffer(i + 14, a.skip);
  w.buffer(i + 17, a.segmentStarts);
  w.buffer(i + 20, a.segmentLr);
  w.buffer(i + 23, a.segmentDecay);
  w.buffer(i + 26, a.param);
  w.buffer(i + 29, a.master);
  w.buffer(i + 32, a.compensation);
  w.buffer(i + 35, a.touched);
  w.buffer(i + 38, a.squareAvg);
  w.buffer(i + 41, a.gradAvg);
  w.buffer(i + 44, a.momentumBuffer);
  w.u64(i + 47, a.n);
  w.u64(i + 49, a.firstIndex);
  w.u64(i + 51, a.seed);
  w.live(i + 53, 'u64', a.offset);
  w.live(i + 55, 'f64', a.alpha);
  w.live(i + 57, 'f64', a.momentum);
  w.live(i + 59, 'f64', a.eps);
  w.live(i + 61, 'f64', a.lr);
  w.live(i + 63, 'f64', a.weightDecay);
  w.live(i + 65, 'f32', a.gradFactor);
  u[i + 66] = a.decoupled;
  u[i + 67] = a.rounding;
  u[i + 68] = a.segments;
  u[i + 69] = a.gradScales;
  u[i + 70] = a.units;
  u[i + 71] = a.unitTensors;
  w.end(72);
}

/** v = rho v + (1-rho)g^2; u = g sqrt(d + eps)/sqrt(v + eps); d = rho d + (1-rho)u^2; p -= lr u */
export interface AdadeltaStepArgs {
  readonly grad: BufferRef;
  readonly gradScale?: BufferRef | undefined;
  readonly unitScale?: BufferRef | undefined;
  readonly unitTable?: BufferRef | undefined;
  readonly skip?: BufferRef | undefined;
  readonly segmentStarts?: BufferRef | undefined;
  readonly segmentLr?: BufferRef | undefined;
  readonly segmentDecay?: BufferRef | undefined;
  readonly param: BufferRef;
  readonly master?: BufferRef | undefined;
  readonly compensation?: BufferRef | undefined;
  readonly touched?: BufferRef | undefined;
  readonly squareAvg: BufferRef;
  readonly accDelta: BufferRef;
  readonly n: number;
  readonly firstIndex: number;
  readonly seed: number;
  readonly offset: number | (() => number);
  readonly rho: number | (() => number);
  readonly eps: number | (() => number);
  readonly lr: number | (() => number);
  readonly weightDecay: number | (() => number);
  readonly gradFactor: number | (() => number);
  readonly decoupled: number;
  readonly rounding: number;
  readonly segments: number;
  readonly gradScales: number;
  readonly units: number;
  readonly unitTensors: number;
}

const adadeltaStepP = [0, 1, -1, -1, -1, -1, -1];

const adadeltaStepG = [0, 1, -1, -1, -1, -1, -1];

/** v = rho v + (1-rho)g^2; u = g sqrt(d + eps)/sqrt(v + eps); d = rho d + (1-rho)u^2; p -= lr u */
export function adadeltaStep(w: CommandWriter, a: AdadeltaStepArgs): void {
  const v0 = adadeltaStepP[a.param.typeCode]!;
  const v1 = adadeltaStepG[a.grad.typeCode]!;
  if (v0 < 0 || v1 < 0) throw unsupportedTypes('adadeltaStep', [a.param, a.grad], 'f32|bf16 x f32|bf16');
  const variant = v0 * 2 + v1;
  const i = w.begin(67);
  const u = w.words;
  u[i] = 182 | (variant << 16);
  w.buffer(i + 2, a.grad);
  w.buffer(i + 5, a.gradScale);
  w.buffer(i + 8, a.unitScale);
  w.buffer(i + 11, a.unitTable);
  w.buffer(i + 14, a.skip);
  w.buffer(i + 17, a.segmentStarts);
  w.buffer(i + 20, a.segmentLr);
  w.buffer(i + 23, a.segmentDecay);
  w.buffer(i + 26, a.param);
  w.buffer(i + 29, a.master);
  w.buffer(i + 32, a.compensation);
  w.buffer(i + 35, a.touched);
  w.buffer(i + 38, a.squareAvg);
  w.buffer(i + 41, a.accDelta);
  w.u64(i + 44, a.n);
  w.u64(i + 46, a.firstIndex);
  w.u64(i + 48, a.seed);
  w.live(i + 50, 'u64', a.offset);
  w.live(i + 52, 'f64', a.rho);
  w.live(i + 54, 'f64', a.eps);
  w.live(i + 56, 'f64', a.lr);
  w.live(i + 58, 'f64', a.weightDecay);
  w.live(i + 60, 'f32', a.gradFactor);
  u[i + 61] = a.decoupled;
  u[i + 62] = a.rounding;
  u[i + 63] = a.segments;
  u[i + 64] = a.gradScales;
  u[i + 65] = a.units;
  u[i + 66] = a.unitTensors;
  w.end(67);
}

/** m += (1-beta1)(g-m); u = max(beta2 u, |g| + eps); p -= lr momentWeight m/u */
export interface AdamaxStepArgs {
  readonly grad: BufferRef;
  readonly gradScale?: BufferRef | undefined;
  readonly unitScale?: BufferRef | undefined;
  readonly unitTable?: BufferRef | undefined;
  readonly skip?: BufferRef | undefined;
  readonly segmentStarts?: BufferRef | undefined;
  readonly segmentLr?: BufferRef | undefined;
  readonly segmentDecay?: BufferRef | undefined;
  readonly param: BufferRef;
  readonly master?: BufferRef | undefined;
  readonly compensation?: BufferRef | undefined;
  readonly touched?: BufferRef | undefined;
  readonly expAvg: BufferRef;
  readonly expInf: BufferRef;
  readonly n: number;
  readonly firstIndex: number;
  readonly seed: number;
  readonly offset: number | (() => number);
  readonly beta1: number | (() => number);
  readonly beta2: number | (() => number);
  readonly eps: number | (() => number);
  readonly momentWeight: number | (() => number);
  readonly lr: number | (() => number);
  readonly weightDecay: number | (() => number);
  readonly gradFactor: number | (() => number);
  readonly decoupled: number;
  readonly rounding: number;
  readonly segments: number;
  readonly gradScales: number;
  readonly units: number;
  readonly unitTensors: number;
}

const adamaxStepP = [0, 1, -1, -1, -1, -1, -1];

const adamaxStepG = [0, 1, -1, -1, -1, -1, -1];

/** m += (1-beta1)(g-m); u = max(beta2 u, |g| + eps); p -= lr momentWeight m/u */
export function adamaxStep(w: CommandWriter, a: AdamaxStepArgs): void {
  const v0 = adamaxStepP[a.param.typeCode]!;
  const v1 = adamaxStepG[a.grad.typeCode]!;
  if (v0 < 0 || v1 < 0) throw unsupportedTypes('adamaxStep', [a.param, a.grad], 'f32|bf16 x f32|bf16');
  const variant = v0 * 2 + v1;
  const i = w.begin(71);
  const u = w.words;
  u[i] = 183 | (variant << 16);
  w.buffer(i + 2, a.grad);
  w.buffer(i + 5, a.gradScale);
  w.buffer(i + 8, a.unitScale);
  w.buffer(i + 11, a.unitTable);
  w.buffer(i + 14, a.skip);
  w.buffer(i + 17, a.segmentStarts);
  w.buffer(i + 20, a.segmentLr);
  w.buffer(i + 23, a.segmentDecay);
  w.buffer(i + 26, a.param);
  w.buffer(i + 29, a.master);
  w.buffer(i + 32, a.compensation);
  w.buffer(i + 35, a.touched);
  w.buffer(i + 38, a.expAvg);
  w.buffer(i + 41, a.expInf);
  w.u64(i + 44, a.n);
  w.u64(i + 46, a.firstIndex);
  w.u64(i + 48, a.seed);
  w.live(i + 50, 'u64', a.offset);
  w.live(i + 52, 'f64', a.beta1);
  w.live(i + 54, 'f64', a.beta2);
  w.live(i + 56, 'f64', a.eps);
  w.live(i + 58, 'f64', a.momentWeight);
  w.live(i + 60, 'f64', a.lr);
  w.live(i + 62, 'f64', a.weightDecay);
  w.live(i + 64, 'f32', a.gradFactor);
  u[i + 65] = a.decoupled;
  u[i + 66] = a.rounding;
  u[i + 67] = a.segments;
  u[i + 68] = a.gradScales;
  u[i + 69] = a.units;
  u[i + 70] = a.unitTensors;
  w.end(71);
}

/** Schedule-Free: v = beta2 v + (1-beta2)g^2; u = g/(rootScale sqrt(v) + eps) + decay p, without v u = g + decay p; with m = inner m + (1-inner)g in the place of g, times momentWeight; p += average (z - p) + lr gradientShare u; z -= lr u; the parameters hold y */
export interface ScheduleFreeStepArgs {
  readonly grad: BufferRef;
  readonly gradScale?: BufferRef | undefined;
  readonly unitScale?: BufferRef | undefined;
  readonly unitTable?: BufferRef | undefined;
  readonly skip?: BufferRef | undefined;
  readonly segmentStarts?: BufferRef | undefined;
  readonly segmentLr?: BufferRef | undefined;
  readonly segmentDecay?: BufferRef | undefined;
  readonly param: BufferRef;
  readonly master?: BufferRef | undefined;
  readonly compensation?: BufferRef | undefined;
  readonly touched?: BufferRef | undefined;
  readonly z: BufferRef;
  readonly expAvgSq?: BufferRef | undefined;
  readonly expAvg?: BufferRef | undefined;
  readonly n: number;
  readonly firstIndex: number;
  readonly seed: number;
  readonly offset: number | (() => number);
  readonly beta2: number | (() => number);
  readonly eps: number | (() => number);
  readonly rootScale: number | (() => number);
  readonly inner: number | (() => number);
  readonly momentWeight: number | (() => number);
  readonly average: number | (() => number);
  readonly gradientShare: number | (() => number);
  readonly lr: number | (() => number);
  readonly weightDecay: number | (() => number);
  readonly gradFactor: number | (() => number);
  readonly decoupled: number;
  readonly rounding: number;
  readonly segments: number;
  readonly gradScales: number;
  readonly units: number;
  readonly unitTensors: number;
}

const scheduleFreeStepP = [0, 1, -1, -1, -1, -1, -1];

const scheduleFreeStepG = [0, 1, -1, -1, -1, -1, -1];

/** Schedule-Free: v = beta2 v + (1-beta2)g^2; u = g/(rootScale sqrt(v) + eps) + decay p, without v u = g + decay p; with m = inner m + (1-inner)g in the place of g, times momentWeight; p += average (z - p) + lr gradientShare u; z -= lr u; the parameters hold y */
export function scheduleFreeStep(w: CommandWriter, a: ScheduleFreeStepArgs): void {
  const v0 = scheduleFreeStepP[a.param.typeCode]!;
  const v1 = scheduleFreeStepG[a.grad.typeCode]!;
  if (v0 < 0 || v1 < 0) throw unsupportedTypes('scheduleFreeStep', [a.param, a.grad], 'f32|bf16 x f32|bf16');
  const variant = v0 * 2 + v1;
  const i = w.begin(80);
  const u = w.words;
  u[i] = 184 | (variant << 16);
  w.buffer(i + 2, a.grad);
  w.buffer(i + 5, a.gradScale);
  w.buffer(i + 8, a.unitScale);
  w.buffer(i + 11, a.unitTable);
  w.buffer(i + 14, a.skip);
  w.buffer(i + 17, a.segmentStarts);
  w.buffer(i + 20, a.segmentLr);
  w.buffer(i + 23, a.segmentDecay);
  w.buffer(i + 26, a.param);
  w.buffer(i + 29, a.master);
  w.buffer(i + 32, a.compensation);
  w.buffer(i + 35, a.touched);
  w.buffer(i + 38, a.z);
  w.buffer(i + 41, a.expAvgSq);
  w.buffer(i + 44, a.expAvg);
  w.u64(i + 47, a.n);
  w.u64(i + 49, a.firstIndex);
  w.u64(i + 51, a.seed);
  w.live(i + 53, 'u64', a.offset);
  w.live(i + 55, 'f64', a.beta2);
  w.live(i + 57, 'f64', a.eps);
  w.live(i + 59, 'f64', a.rootScale);
  w.live(i + 61, 'f64', a.inner);
  w.live(i + 63, 'f64', a.momentWeight);
  w.live(i + 65, 'f64', a.average);
  w.live(i + 67, 'f64', a.gradientShare);
  w.live(i + 69, 'f64', a.lr);
  w.live(i + 71, 'f64', a.weightDecay);
  w.live(i + 73, 'f32', a.gradFactor);
  u[i + 74] = a.decoupled;
  u[i + 75] = a.rounding;
  u[i + 76] = a.segments;
  u[i + 77] = a.gradScales;
  u[i + 78] = a.units;
  u[i + 79] = a.unitTensors;
  w.end(80);
}

/** m and v as adamStep; s += (1-beta3)(g-s); p -= lr (momentWeight m + slowWeight s)/(rootScale sqrt(v) + eps) */
export interface AdemamixStepArgs {
  readonly grad: BufferRef;
  readonly gradScale?: BufferRef | undefined;
  readonly unitScale?: BufferRef | undefined;
  readonly unitTable?: BufferRef | undefined;
  readonly skip?: BufferRef | undefined;
  readonly segmentStarts?: BufferRef | undefined;
  readonly segmentLr?: BufferRef | undefined;
  readonly segmentDecay?: BufferRef | undefined;
  readonly param: BufferRef;
  readonly master?: BufferRef | undefined;
  readonly compensation?: BufferRef | undefined;
  readonly touched?: BufferRef | undefined;
  readonly expAvg: BufferRef;
  readonly expAvgSq: BufferRef;
  readonly expAvgSlow: BufferRef;
  readonly n: number;
  readonly firstIndex: number;
  readonly seed: number;
  readonly offset: number | (() => number);
  readonly beta1: number | (() => number);
  readonly beta2: number | (() => number);
  readonly beta3: number | (() => number);
  readonly eps: number | (() => number);
  readonly momentWeight: number | (() => number);
  readonly slowWeight: number | (() => number);
  readonly rootScale: number | (() => number);
  readonly lr: number | (() => number);
  readonly weightDecay: number | (() => number);
  readonly gradFactor: number | (() => number);
  readonly decoupled: number;
  readonly rounding: number;
  readonly segments: number;
  readonly gradScales: number;
  readonly units: number;
  readonly unitTensors: number;
}

const ademamixStepP = [0, 1, -1, -1, -1, -1, -1];

const ademamixStepG = [0, 1, -1, -1, -1, -1, -1];

/** m and v as adamStep; s += (1-beta3)(g-s); p -= lr (momentWeight m + slowWeight s)/(rootScale sqrt(v) + eps) */
export function ademamixStep(w: CommandWriter, a: AdemamixStepArgs): void {
  const v0 = ademamixStepP[a.param.typeCode]!;
  const v1 = ademamixStepG[a.grad.typeCode]!;
  if (v0 < 0 || v1 < 0) throw unsupportedTypes('ademamixStep', [a.param, a.grad], 'f32|bf16 x f32|bf16');
  const variant = v0 * 2 + v1;
  const i = w.begin(80);
  const u = w.words;
  u[i] = 185 | (variant << 16);
  w.buffer(i + 2, a.grad);
  w.buffer(i + 5, a.gradScale);
  w.buffer(i + 8, a.unitScale);
  w.buffer(i + 11, a.unitTable);
  w.buffer(i + 14, a.skip);
  w.buffer(i + 17, a.segmentStarts);
  w.buffer(i + 20, a.segmentLr);
  w.buffer(i + 23, a.segmentDecay);
  w.buffer(i + 26, a.param);
  w.buffer(i + 29, a.master);
  w.buffer(i + 32, a.compensation);
  w.buffer(i + 35, a.touched);
  w.buffer(i + 38, a.expAvg);
  w.buffer(i + 41, a.expAvgSq);
  w.buffer(i + 44, a.expAvgSlow);
  w.u64(i + 47, a.n);
  w.u64(i + 49, a.firstIndex);
  w.u64(i + 51, a.seed);
  w.live(i + 53, 'u64', a.offset);
  w.live(i + 55, 'f64', a.beta1);
  w.live(i + 57, 'f64', a.beta2);
  w.live(i + 59, 'f64', a.beta3);
  w.live(i + 61, 'f64', a.eps);
  w.live(i + 63, 'f64', a.momentWeight);
  w.live(i + 65, 'f64', a.slowWeight);
  w.live(i + 67, 'f64', a.rootScale);
  w.live(i + 69, 'f64', a.lr);
  w.live(i + 71, 'f64', a.weightDecay);
  w.live(i + 73, 'f32', a.gradFactor);
  u[i + 74] = a.decoupled;
  u[i + 75] = a.rounding;
  u[i + 76] = a.segments;
  u[i + 77] = a.gradScales;
  u[i + 78] = a.units;
  u[i + 79] = a.unitTensors;
  w.end(80);
}

/** u = g/max(sqrt(v), eps) clipped to +-clip; m += (1-beta1)(u-m); p -= lr (momentWeight m + gradWeight u); v = beta2 v + (1-beta2)g^2 */
export interface AdoptStepArgs {
  readonly grad: BufferRef;
  readonly gradScale?: BufferRef | undefined;
  readonly unitScale?: BufferRef | undefined;
  readonly unitTable?: BufferRef | undefined;
  readonly skip?: BufferRef | undefined;
  readonly segmentStarts?: BufferRef | undefined;
  readonly segmentLr?: BufferRef | undefined;
  readonly segmentDecay?: BufferRef | undefined;
  readonly param: BufferRef;
  readonly master?: BufferRef | undefined;
  readonly compensation?: BufferRef | undefined;
  readonly touched?: BufferRef | undefined;
  readonly expAvg: BufferRef;
  readonly expAvgSq: BufferRef;
  readonly n: number;
  readonly firstIndex: number;
  readonly seed: number;
  readonly offset: number | (() => number);
  readonly beta1: number | (() => number);
  readonly beta2: number | (() => number);
  readonly eps: number | (() => number);
  readonly clip: number | (() => number);
  readonly momentWeight: number | (() => number);
  readonly gradWeight: number | (() => number);
  readonly lr: number | (() => number);
  readonly weightDecay: number | (() => number);
  readonly gradFactor: number | (() => number);
  readonly decoupled: number;
  readonly rounding: number;
  readonly segments: number;
  readonly gradScales: number;
  readonly units: number;
  readonly unitTensors: number;
}

const adoptStepP = [0, 1, -1, -1, -1, -1, -1];

const adoptStepG = [0, 1, -1, -1, -1, -1, -1];

/** u = g/max(sqrt(v), eps) clipped to +-clip; m += (1-beta1)(u-m); p -= lr (momentWeight m + gradWeight u); v = beta2 v + (1-beta2)g^2 */
export function adoptStep(w: CommandWriter, a: AdoptStepArgs): void {
  const v0 = adoptStepP[a.param.typeCode]!;
  const v1 = adoptStepG[a.grad.typeCode]!;
  if (v0 < 0 || v1 < 0) throw unsupportedTypes('adoptStep', [a.param, a.grad], 'f32|bf16 x f32|bf16');
  const variant = v0 * 2 + v1;
  const i = w.begin(75);
  const u = w.words;
  u[i] = 186 | (variant << 16);
  w.buffer(i + 2, a.grad);
  w.buffer(i + 5, a.gradScale);
  w.buffer(i + 8, a.unitScale);
  w.buffer(i + 11, a.unitTable);
  w.buffer(i + 14, a.skip);
  w.buffer(i + 17, a.segmentStarts);
  w.buffer(i + 20, a.segmentLr);
  w.buffer(i + 23, a.segmentDecay);
  w.buffer(i + 26, a.param);
  w.buffer(i + 29, a.master);
  w.buffer(i + 32, a.compensation);
  w.buffer(i + 35, a.touched);
  w.buffer(i + 38, a.expAvg);
  w.buffer(i + 41, a.expAvgSq);
  w.u64(i + 44, a.n);
  w.u64(i + 46, a.firstIndex);
  w.u64(i + 48, a.seed);
  w.live(i + 50, 'u64', a.offset);
  w.live(i + 52, 'f64', a.beta1);
  w.live(i + 54, 'f64', a.beta2);
  w.live(i + 56, 'f64', a.eps);
  w.live(i + 58, 'f64', a.clip);
  w.live(i + 60, 'f64', a.momentWeight);
  w.live(i + 62, 'f64', a.gradWeight);
  w.live(i + 64, 'f64', a.lr);
  w.live(i + 66, 'f64', a.weightDecay);
  w.live(i + 68, 'f32', a.gradFactor);
  u[i + 69] = a.decoupled;
  u[i + 70] = a.rounding;
  u[i + 71] = a.segments;
  u[i + 72] = a.gradScales;
  u[i + 73] = a.units;
  u[i + 74] = a.unitTensors;
  w.end(75);
}

/** m += (1-beta1)(g-m); p -= lr m momentWeight/max(gamma h, eps), clipped to +-clip before lr; h is an estimate of the Hessian diagonal */
export interface SophiaStepArgs {
  readonly grad: BufferRef;
  readonly gradScale?: BufferRef | undefined;
  readonly unitScale?: BufferRef | undefined;
  readonly unitTable?: BufferRef | undefined;
  readonly skip?: BufferRef | undefined;
  readonly segmentStarts?: BufferRef | undefined;
  readonly segmentLr?: BufferRef | undefined;
  readonly segmentDecay?: BufferRef | undefined;
  readonly param: BufferRef;
  readonly master?: BufferRef | undefined;
  readonly compensation?: BufferRef | undefined;
  readonly touched?: BufferRef | undefined;
  readonly expAvg: BufferRef;
  readonly hessian: BufferRef;
  readonly n: number;
  readonly firstIndex: number;
  readonly seed: number;
  readonly offset: number | (() => number);
  readonly beta1: number | (() => number);
  readonly gamma: number | (() => number);
  readonly eps: number | (() => number);
  readonly clip: number | (() => number);
  readonly momentWeight: number | (() => number);
  readonly lr: number | (() => number);
  readonly weightDecay: number | (() => number);
  readonly gradFactor: number | (() => number);
  readonly decoupled: number;
  readonly rounding: number;
  readonly segments: number;
  readonly gradScales: number;
  readonly units: number;
  readonly unitTensors: number;
}

const sophiaStepP = [0, 1, -1, -1, -1, -1, -1];

const sophiaStepG = [0, 1, -1, -1, -1, -1, -1];

/** m += (1-beta1)(g-m); p -= lr m momentWeight/max(gamma h, eps), clipped to +-clip before lr; h is an estimate of the Hessian diagonal */
export function sophiaStep(w: CommandWriter, a: SophiaStepArgs): void {
  const v0 = sophiaStepP[a.param.typeCode]!;
  const v1 = sophiaStepG[a.grad.typeCode]!;
  if (v0 < 0 || v1 < 0) throw unsupportedTypes('sophiaStep', [a.param, a.grad], 'f32|bf16 x f32|bf16');
  const variant = v0 * 2 + v1;
  const i = w.begin(73);
  const u = w.words;
  u[i] = 187 | (variant << 16);
  w.buffer(i + 2, a.grad);
  w.buffer(i + 5, a.gradScale);
  w.buffer(i + 8, a.unitScale);
  w.buffer(i + 11, a.unitTable);
  w.buffer(i + 14, a.skip);
  w.buffer(i + 17, a.segmentStarts);
  w.buffer(i + 20, a.segmentLr);
  w.buffer(i + 23, a.segmentDecay);
  w.buffer(i + 26, a.param);
  w.buffer(i + 29, a.master);
  w.buffer(i + 32, a.compensation);
  w.buffer(i + 35, a.touched);
  w.buffer(i + 38, a.expAvg);
  w.buffer(i + 41, a.hessian);
  w.u64(i + 44, a.n);
  w.u64(i + 46, a.firstIndex);
  w.u64(i + 48, a.seed);
  w.live(i + 50, 'u64', a.offset);
  w.live(i + 52, 'f64', a.beta1);
  w.live(i + 54, 'f64', a.gamma);
  w.live(i + 56, 'f64', a.eps);
  w.live(i + 58, 'f64', a.clip);
  w.live(i + 60, 'f64', a.momentWeight);
  w.live(i + 62, 'f64', a.lr);
  w.live(i + 64, 'f64', a.weightDecay);
  w.live(i + 66, 'f32', a.gradFactor);
  u[i + 67] = a.decoupled;
  u[i + 68] = a.rounding;
  u[i + 69] = a.segments;
  u[i + 70] = a.gradScales;
  u[i + 71] = a.units;
  u[i + 72] = a.unitTensors;
  w.end(73);
}

/** m += (1-beta)(g-m); u = momentWeight m + gradWeight g, with g times gradFactor and gradScale: what Muon orthogonalises */
export interface MomentumArgs {
  readonly grad: BufferRef;
  readonly gradScale?: BufferRef | undefined;
  readonly skip?: BufferRef | undefined;
  readonly moment: BufferRef;
  readonly update: BufferRef;
  readonly n: number;
  readonly beta: number | (() => number);
  readonly momentWeight: number | (() => number);
  readonly gradWeight: number | (() => number);
  readonly gradFactor: number | (() => number);
}

const momentumG = [0, 1, -1, -1, -1, -1, -1];

/** m += (1-beta)(g-m); u = momentWeight m + gradWeight g, with g times gradFactor and gradScale: what Muon orthogonalises */
export function momentum(w: CommandWriter, a: MomentumArgs): void {
  const v0 = momentumG[a.grad.typeCode]!;
  if (v0 < 0) throw unsupportedTypes('momentum', [a.grad], 'f32|bf16');
  const variant = v0;
  const i = w.begin(26);
  const u = w.words;
  u[i] = 188 | (variant << 16);
  w.buffer(i + 2, a.grad);
  w.buffer(i + 5, a.gradScale);
  w.buffer(i + 8, a.skip);
  w.buffer(i + 11, a.moment);
  w.buffer(i + 14, a.update);
  w.u64(i + 17, a.n);
  w.live(i + 19, 'f64', a.beta);
  w.live(i + 21, 'f64', a.momentWeight);
  w.live(i + 23, 'f64', a.gradWeight);
  w.live(i + 25, 'f32', a.gradFactor);
  w.end(26);
}

/** param = paramOfParam param + paramOfOther other, other = otherOfParam param + otherOfOther other, both of the old values: exchanges and interpolations of two sets of weights; with `master` the parameter is read from it */
export interface MixPairArgs {
  readonly param: BufferRef;
  readonly master?: BufferRef | undefined;
  readonly other: BufferRef;
  readonly n: number;
  readonly paramOfParam: number | (() => number);
  readonly paramOfOther: number | (() => number);
  readonly otherOfParam: number | (() => number);
  readonly otherOfOther: number | (() => number);
}

const mixPairP = [0, 1, -1, -1, -1, -1, -1];

/** param = paramOfParam param + paramOfOther other, other = otherOfParam param + otherOfOther other, both of the old values: exchanges and interpolations of two sets of weights; with `master` the parameter is read from it */
export function mixPair(w: CommandWriter, a: MixPairArgs): void {
  const v0 = mixPairP[a.param.typeCode]!;
  if (v0 < 0) throw unsupportedTypes('mixPair', [a.param], 'f32|bf16');
  const variant = v0;
  const i = w.begin(21);
  const u = w.words;
  u[i] = 189 | (variant << 16);
  w.buffer(i + 2, a.param);
  w.buffer(i + 5, a.master);
  w.buffer(i + 8, a.other);
  w.u64(i + 11, a.n);
  w.live(i + 13, 'f64', a.paramOfParam);
  w.live(i + 15, 'f64', a.paramOfOther);
  w.live(i + 17, 'f64', a.otherOfParam);
  w.live(i + 19, 'f64', a.otherOfOther);
  w.end(21);
}

/** average += (1-decay)(p - average), with p from `master` where there is one: EMA and weight averaging */
export interface AverageStepArgs {
  readonly param: BufferRef;
  readonly master?: BufferRef | undefined;
  readonly average: BufferRef;
  readonly n: number;
  readonly decay: number | (() => number);
}

const averageStepP = [0, 1, -1, -1, -1, -1, -1];

/** average += (1-decay)(p - average), with p from `master` where there is one: EMA and weight averaging */
export function averageStep(w: CommandWriter, a: AverageStepArgs): void {
  const v0 = averageStepP[a.param.typeCode]!;
  if (v0 < 0) throw unsupportedTypes('averageStep', [a.param], 'f32|bf16');
  const variant = v0;
  const i = w.begin(15);
  const u = w.words;
  u[i] = 190 | (variant << 16);
  w.buffer(i + 2, a.param);
  w.buffer(i + 5, a.master);
  w.buffer(i + 8, a.average);
  w.u64(i + 11, a.n);
  w.live(i + 13, 'f64', a.decay);
  w.end(15);
}
