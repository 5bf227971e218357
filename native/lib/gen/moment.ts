// Generated from native/kernels by `npm run generate`; do not edit.
import { type BufferRef, type CommandWriter, unsupportedTypes } from '../command-writer.js';

/** m += (1-beta1)(g-m); v = beta2 v + (1-beta2)(g-m)^2 + epsRoot; p -= lr momentWeight m/(rootScale sqrt(v) + eps) */
export interface AdabeliefStepArgs {
  readonly grad: BufferRef;
  readonly gradScale?: BufferRef | undefined;
  readonly skip?: BufferRef | undefined;
  readonly segmentStarts?: BufferRef | undefined;
  readonly segmentLr?: BufferRef | undefined;
  readonly segmentDecay?: BufferRef | undefined;
  readonly param: BufferRef;
  readonly master?: BufferRef | undefined;
  readonly compensation?: BufferRef | undefined;
  readonly touched?: BufferRef | undefined;
  readonly s0: BufferRef;
  readonly s1?: BufferRef | undefined;
  readonly s2?: BufferRef | undefined;
  readonly s3?: BufferRef | undefined;
  readonly n: number;
  readonly firstIndex: number;
  readonly seed: number;
  readonly offset: number | (() => number);
  readonly beta1: number | (() => number);
  readonly beta2: number | (() => number);
  readonly beta3: number | (() => number);
  readonly eps: number | (() => number);
  readonly epsRoot: number | (() => number);
  readonly momentWeight: number | (() => number);
  readonly gradWeight: number | (() => number);
  readonly rootScale: number | (() => number);
  readonly factor: number | (() => number);
  readonly power: number | (() => number);
  readonly least: number | (() => number);
  readonly most: number | (() => number);
  readonly first: number | (() => number);
  readonly proximal: number | (() => number);
  readonly lr: number | (() => number);
  readonly weightDecay: number | (() => number);
  readonly gradFactor: number | (() => number);
  readonly decoupled: number;
  readonly rounding: number;
  readonly segments: number;
  readonly gradScales: number;
}

const adabeliefStepP = [0, 1, -1, -1, -1, -1, -1];

const adabeliefStepG = [0, 1, -1, -1, -1, -1, -1];

/** m += (1-beta1)(g-m); v = beta2 v + (1-beta2)(g-m)^2 + epsRoot; p -= lr momentWeight m/(rootScale sqrt(v) + eps) */
export function adabeliefStep(w: CommandWriter, a: AdabeliefStepArgs): void {
  const v0 = adabeliefStepP[a.param.typeCode]!;
  const v1 = adabeliefStepG[a.grad.typeCode]!;
  if (v0 < 0 || v1 < 0) throw unsupportedTypes('adabeliefStep', [a.param, a.grad], 'f32|bf16 x f32|bf16');
  const variant = v0 * 2 + v1;
  const i = w.begin(89);
  const u = w.words;
  u[i] = 271 | (variant << 16);
  u[i + 1] = 89;
  w.buffer(i + 2, a.grad);
  w.buffer(i + 5, a.gradScale);
  w.buffer(i + 8, a.skip);
  w.buffer(i + 11, a.segmentStarts);
  w.buffer(i + 14, a.segmentLr);
  w.buffer(i + 17, a.segmentDecay);
  w.buffer(i + 20, a.param);
  w.buffer(i + 23, a.master);
  w.buffer(i + 26, a.compensation);
  w.buffer(i + 29, a.touched);
  w.buffer(i + 32, a.s0);
  w.buffer(i + 35, a.s1);
  w.buffer(i + 38, a.s2);
  w.buffer(i + 41, a.s3);
  w.u64(i + 44, a.n);
  w.u64(i + 46, a.firstIndex);
  w.u64(i + 48, a.seed);
  w.live(i + 50, 'u64', a.offset);
  w.live(i + 52, 'f64', a.beta1);
  w.live(i + 54, 'f64', a.beta2);
  w.live(i + 56, 'f64', a.beta3);
  w.live(i + 58, 'f64', a.eps);
  w.live(i + 60, 'f64', a.epsRoot);
  w.live(i + 62, 'f64', a.momentWeight);
  w.live(i + 64, 'f64', a.gradWeight);
  w.live(i + 66, 'f64', a.rootScale);
  w.live(i + 68, 'f64', a.factor);
  w.live(i + 70, 'f64', a.power);
  w.live(i + 72, 'f64', a.least);
  w.live(i + 74, 'f64', a.most);
  w.live(i + 76, 'f64', a.first);
  w.live(i + 78, 'f64', a.proximal);
  w.live(i + 80, 'f64', a.lr);
  w.live(i + 82, 'f64', a.weightDecay);
  w.live(i + 84, 'f32', a.gradFactor);
  u[i + 85] = a.decoupled;
  u[i + 86] = a.rounding;
  u[i + 87] = a.segments;
  u[i + 88] = a.gradScales;
  w.end(89);
}

/** p -= lr g/(rootScale sqrt(v) + eps) of the old v; v = beta2 v + (1-beta2)(g-m)^2 + epsRoot of the old m; m += (1-beta1)(g-m) */
export interface AcpropStepArgs {
  readonly grad: BufferRef;
  readonly gradScale?: BufferRef | undefined;
  readonly skip?: BufferRef | undefined;
  readonly segmentStarts?: BufferRef | undefined;
  readonly segmentLr?: BufferRef | undefined;
  readonly segmentDecay?: BufferRef | undefined;
  readonly param: BufferRef;
  readonly master?: BufferRef | undefined;
  readonly compensation?: BufferRef | undefined;
  readonly touched?: BufferRef | undefined;
  readonly s0: BufferRef;
  readonly s1?: BufferRef | undefined;
  readonly s2?: BufferRef | undefined;
  readonly s3?: BufferRef | undefined;
  readonly n: number;
  readonly firstIndex: number;
  readonly seed: number;
  readonly offset: number | (() => number);
  readonly beta1: number | (() => number);
  readonly beta2: number | (() => number);
  readonly beta3: number | (() => number);
  readonly eps: number | (() => number);
  readonly epsRoot: number | (() => number);
  readonly momentWeight: number | (() => number);
  readonly gradWeight: number | (() => number);
  readonly rootScale: number | (() => number);
  readonly factor: number | (() => number);
  readonly power: number | (() => number);
  readonly least: number | (() => number);
  readonly most: number | (() => number);
  readonly first: number | (() => number);
  readonly proximal: number | (() => number);
  readonly lr: number | (() => number);
  readonly weightDecay: number | (() => number);
  readonly gradFactor: number | (() => number);
  readonly decoupled: number;
  readonly rounding: number;
  readonly segments: number;
  readonly gradScales: number;
}

const acpropStepP = [0, 1, -1, -1, -1, -1, -1];

const acpropStepG = [0, 1, -1, -1, -1, -1, -1];

/** p -= lr g/(rootScale sqrt(v) + eps) of the old v; v = beta2 v + (1-beta2)(g-m)^2 + epsRoot of the old m; m += (1-beta1)(g-m) */
export function acpropStep(w: CommandWriter, a: AcpropStepArgs): void {
  const v0 = acpropStepP[a.param.typeCode]!;
  const v1 = acpropStepG[a.grad.typeCode]!;
  if (v0 < 0 || v1 < 0) throw unsupportedTypes('acpropStep', [a.param, a.grad], 'f32|bf16 x f32|bf16');
  const variant = v0 * 2 + v1;
  const i = w.begin(89);
  const u = w.words;
  u[i] = 272 | (variant << 16);
  u[i + 1] = 89;
  w.buffer(i + 2, a.grad);
  w.buffer(i + 5, a.gradScale);
  w.buffer(i + 8, a.skip);
  w.buffer(i + 11, a.segmentStarts);
  w.buffer(i + 14, a.segmentLr);
  w.buffer(i + 17, a.segmentDecay);
  w.buffer(i + 20, a.param);
  w.buffer(i + 23, a.master);
  w.buffer(i + 26, a.compensation);
  w.buffer(i + 29, a.touched);
  w.buffer(i + 32, a.s0);
  w.buffer(i + 35, a.s1);
  w.buffer(i + 38, a.s2);
  w.buffer(i + 41, a.s3);
  w.u64(i + 44, a.n);
  w.u64(i + 46, a.firstIndex);
  w.u64(i + 48, a.seed);
  w.live(i + 50, 'u64', a.offset);
  w.live(i + 52, 'f64', a.beta1);
  w.live(i + 54, 'f64', a.beta2);
  w.live(i + 56, 'f64', a.beta3);
  w.live(i + 58, 'f64', a.eps);
  w.live(i + 60, 'f64', a.epsRoot);
  w.live(i + 62, 'f64', a.momentWeight);
  w.live(i + 64, 'f64', a.gradWeight);
  w.live(i + 66, 'f64', a.rootScale);
  w.live(i + 68, 'f64', a.factor);
  w.live(i + 70, 'f64', a.power);
  w.live(i + 72, 'f64', a.least);
  w.live(i + 74, 'f64', a.most);
  w.live(i + 76, 'f64', a.first);
  w.live(i + 78, 'f64', a.proximal);
  w.live(i + 80, 'f64', a.lr);
  w.live(i + 82, 'f64', a.weightDecay);
  w.live(i + 84, 'f32', a.gradFactor);
  u[i + 85] = a.decoupled;
  u[i + 86] = a.rounding;
  u[i + 87] = a.segments;
  u[i + 88] = a.gradScales;
  w.end(89);
}

/** m += (1-beta1)(g-m); v -= (1-beta2) sign(v - g^2) g^2; p -= lr momentWeight m/(rootScale sqrt(v) + eps) */
export interface YogiStepArgs {
  readonly grad: BufferRef;
  readonly gradScale?: BufferRef | undefined;
  readonly skip?: BufferRef | undefined;
  readonly segmentStarts?: BufferRef | undefined;
  readonly segmentLr?: BufferRef | undefined;
  readonly segmentDecay?: BufferRef | undefined;
  readonly param: BufferRef;
  readonly master?: BufferRef | undefined;
  readonly compensation?: BufferRef | undefined;
  readonly touched?: BufferRef | undefined;
  readonly s0: BufferRef;
  readonly s1?: BufferRef | undefined;
  readonly s2?: BufferRef | undefined;
  readonly s3?: BufferRef | undefined;
  readonly n: number;
  readonly firstIndex: number;
  readonly seed: number;
  readonly offset: number | (() => number);
  readonly beta1: number | (() => number);
  readonly beta2: number | (() => number);
  readonly beta3: number | (() => number);
  readonly eps: number | (() => number);
  readonly epsRoot: number | (() => number);
  readonly momentWeight: number | (() => number);
  readonly gradWeight: number | (() => number);
  readonly rootScale: number | (() => number);
  readonly factor: number | (() => number);
  readonly power: number | (() => number);
  readonly least: number | (() => number);
  readonly most: number | (() => number);
  readonly first: number | (() => number);
  readonly proximal: number | (() => number);
  readonly lr: number | (() => number);
  readonly weightDecay: number | (() => number);
  readonly gradFactor: number | (() => number);
  readonly decoupled: number;
  readonly rounding: number;
  readonly segments: number;
  readonly gradScales: number;
}

const yogiStepP = [0, 1, -1, -1, -1, -1, -1];

const yogiStepG = [0, 1, -1, -1, -1, -1, -1];

/** m += (1-beta1)(g-m); v -= (1-beta2) sign(v - g^2) g^2; p -= lr momentWeight m/(rootScale sqrt(v) + eps) */
export function yogiStep(w: CommandWriter, a: YogiStepArgs): void {
  const v0 = yogiStepP[a.param.typeCode]!;
  const v1 = yogiStepG[a.grad.typeCode]!;
  if (v0 < 0 || v1 < 0) throw unsupportedTypes('yogiStep', [a.param, a.grad], 'f32|bf16 x f32|bf16');
  const variant = v0 * 2 + v1;
  const i = w.begin(89);
  const u = w.words;
  u[i] = 273 | (variant << 16);
  u[i + 1] = 89;
  w.buffer(i + 2, a.grad);
  w.buffer(i + 5, a.gradScale);
  w.buffer(i + 8, a.skip);
  w.buffer(i + 11, a.segmentStarts);
  w.buffer(i + 14, a.segmentLr);
  w.buffer(i + 17, a.segmentDecay);
  w.buffer(i + 20, a.param);
  w.buffer(i + 23, a.master);
  w.buffer(i + 26, a.compensation);
  w.buffer(i + 29, a.touched);
  w.buffer(i + 32, a.s0);
  w.buffer(i + 35, a.s1);
  w.buffer(i + 38, a.s2);
  w.buffer(i + 41, a.s3);
  w.u64(i + 44, a.n);
  w.u64(i + 46, a.firstIndex);
  w.u64(i + 48, a.seed);
  w.live(i + 50, 'u64', a.offset);
  w.live(i + 52, 'f64', a.beta1);
  w.live(i + 54, 'f64', a.beta2);
  w.live(i + 56, 'f64', a.beta3);
  w.live(i + 58, 'f64', a.eps);
  w.live(i + 60, 'f64', a.epsRoot);
  w.live(i + 62, 'f64', a.momentWeight);
  w.live(i + 64, 'f64', a.gradWeight);
  w.live(i + 66, 'f64', a.rootScale);
  w.live(i + 68, 'f64', a.factor);
  w.live(i + 70, 'f64', a.power);
  w.live(i + 72, 'f64', a.least);
  w.live(i + 74, 'f64', a.most);
  w.live(i + 76, 'f64', a.first);
  w.live(i + 78, 'f64', a.proximal);
  w.live(i + 80, 'f64', a.lr);
  w.live(i + 82, 'f64', a.weightDecay);
  w.live(i + 84, 'f32', a.gradFactor);
  u[i + 85] = a.decoupled;
  u[i + 86] = a.rounding;
  u[i + 87] = a.segments;
  u[i + 88] = a.gradScales;
  w.end(89);
}

/** m and v as Adam; p -= lr momentWeight m/(rootScale sqrt(v + epsRoot) + eps) */
export interface AdamcStepArgs {
  readonly grad: BufferRef;
  readonly gradScale?: BufferRef | undefined;
  readonly skip?: BufferRef | undefined;
  readonly segmentStarts?: BufferRef | undefined;
  readonly segmentLr?: BufferRef | undefined;
  readonly segmentDecay?: BufferRef | undefined;
  readonly param: BufferRef;
  readonly master?: BufferRef | undefined;
  readonly compensation?: BufferRef | undefined;
  readonly touched?: BufferRef | undefined;
  readonly s0: BufferRef;
  readonly s1?: BufferRef | undefined;
  readonly s2?: BufferRef | undefined;
  readonly s3?: BufferRef | undefined;
  readonly n: number;
  readonly firstIndex: number;
  readonly seed: number;
  readonly offset: number | (() => number);
  readonly beta1: number | (() => number);
  readonly beta2: number | (() => number);
  readonly beta3: number | (() => number);
  readonly eps: number | (() => number);
  readonly epsRoot: number | (() => number);
  readonly momentWeight: number | (() => number);
  readonly gradWeight: number | (() => number);
  readonly rootScale: number | (() => number);
  readonly factor: number | (() => number);
  readonly power: number | (() => number);
  readonly least: number | (() => number);
  readonly most: number | (() => number);
  readonly first: number | (() => number);
  readonly proximal: number | (() => number);
  readonly lr: number | (() => number);
  readonly weightDecay: number | (() => number);
  readonly gradFactor: number | (() => number);
  readonly decoupled: number;
  readonly rounding: number;
  readonly segments: number;
  readonly gradScales: number;
}

const adamcStepP = [0, 1, -1, -1, -1, -1, -1];

const adamcStepG = [0, 1, -1, -1, -1, -1, -1];

/** m and v as Adam; p -= lr momentWeight m/(rootScale sqrt(v + epsRoot) + eps) */
export function adamcStep(w: CommandWriter, a: AdamcStepArgs): void {
  const v0 = adamcStepP[a.param.typeCode]!;
  const v1 = adamcStepG[a.grad.typeCode]!;
  if (v0 < 0 || v1 < 0) throw unsupportedTypes('adamcStep', [a.param, a.grad], 'f32|bf16 x f32|bf16');
  const variant = v0 * 2 + v1;
  const i = w.begin(89);
  const u = w.words;
  u[i] = 274 | (variant << 16);
  u[i + 1] = 89;
  w.buffer(i + 2, a.grad);
  w.buffer(i + 5, a.gradScale);
  w.buffer(i + 8, a.skip);
  w.buffer(i + 11, a.segmentStarts);
  w.buffer(i + 14, a.segmentLr);
  w.buffer(i + 17, a.segmentDecay);
  w.buffer(i + 20, a.param);
  w.buffer(i + 23, a.master);
  w.buffer(i + 26, a.compensation);
  w.buffer(i + 29, a.touched);
  w.buffer(i + 32, a.s0);
  w.buffer(i + 35, a.s1);
  w.buffer(i + 38, a.s2);
  w.buffer(i + 41, a.s3);
  w.u64(i + 44, a.n);
  w.u64(i + 46, a.firstIndex);
  w.u64(i + 48, a.seed);
  w.live(i + 50, 'u64', a.offset);
  w.live(i + 52, 'f64', a.beta1);
  w.live(i + 54, 'f64', a.beta2);
  w.live(i + 56, 'f64', a.beta3);
  w.live(i + 58, 'f64', a.eps);
  w.live(i + 60, 'f64', a.epsRoot);
  w.live(i + 62, 'f64', a.momentWeight);
  w.live(i + 64, 'f64', a.gradWeight);
  w.live(i + 66, 'f64', a.rootScale);
  w.live(i + 68, 'f64', a.factor);
  w.live(i + 70, 'f64', a.power);
  w.live(i + 72, 'f64', a.least);
  w.live(i + 74, 'f64', a.most);
  w.live(i + 76, 'f64', a.first);
  w.live(i + 78, 'f64', a.proximal);
  w.live(i + 80, 'f64', a.lr);
  w.live(i + 82, 'f64', a.weightDecay);
  w.live(i + 84, 'f32', a.gradFactor);
  u[i + 85] = a.decoupled;
  u[i + 86] = a.rounding;
  u[i + 87] = a.segments;
  u[i + 88] = a.gradScales;
  w.end(89);
}

/** v = beta2 v + (1-beta2)g^2; m += (1-beta1)(g/(rootScale sqrt(v + epsRoot) + eps) - m); p -= lr momentWeight m, before a decoupled decay */
export interface LapropStepArgs {
  readonly grad: BufferRef;
  readonly gradScale?: BufferRef | undefined;
  readonly skip?: BufferRef | undefined;
  readonly segmentStarts?: BufferRef | undefined;
  readonly segmentLr?: BufferRef | undefined;
  readonly segmentDecay?: BufferRef | undefined;
  readonly param: BufferRef;
  readonly master?: BufferRef | undefined;
  readonly compensation?: BufferRef | undefined;
  readonly touched?: BufferRef | undefined;
  readonly s0: BufferRef;
  readonly s1?: BufferRef | undefined;
  readonly s2?: BufferRef | undefined;
  readonly s3?: BufferRef | undefined;
  readonly n: number;
  readonly firstIndex: number;
  readonly seed: number;
  readonly offset: number | (() => number);
  readonly beta1: number | (() => number);
  readonly beta2: number | (() => number);
  readonly beta3: number | (() => number);
  readonly eps: number | (() => number);
  readonly epsRoot: number | (() => number);
  readonly momentWeight: number | (() => number);
  readonly gradWeight: number | (() => number);
  readonly rootScale: number | (() => number);
  readonly factor: number | (() => number);
  readonly power: number | (() => number);
  readonly least: number | (() => number);
  readonly most: number | (() => number);
  readonly first: number | (() => number);
  readonly proximal: number | (() => number);
  readonly lr: number | (() => number);
  readonly weightDecay: number | (() => number);
  readonly gradFactor: number | (() => number);
  readonly decoupled: number;
  readonly rounding: number;
  readonly segments: number;
  readonly gradScales: number;
}

const lapropStepP = [0, 1, -1, -1, -1, -1, -1];

const lapropStepG = [0, 1, -1, -1, -1, -1, -1];

/** v = beta2 v + (1-beta2)g^2; m += (1-beta1)(g/(rootScale sqrt(v + epsRoot) + eps) - m); p -= lr momentWeight m, before a decoupled decay */
export function lapropStep(w: CommandWriter, a: LapropStepArgs): void {
  const v0 = lapropStepP[a.param.typeCode]!;
  const v1 = lapropStepG[a.grad.typeCode]!;
  if (v0 < 0 || v1 < 0) throw unsupportedTypes('lapropStep', [a.param, a.grad], 'f32|bf16 x f32|bf16');
  const variant = v0 * 2 + v1;
  const i = w.begin(89);
  const u = w.words;
  u[i] = 275 | (variant << 16);
  u[i + 1] = 89;
  w.buffer(i + 2, a.grad);
  w.buffer(i + 5, a.gradScale);
  w.buffer(i + 8, a.skip);
  w.buffer(i + 11, a.segmentStarts);
  w.buffer(i + 14, a.segmentLr);
  w.buffer(i + 17, a.segmentDecay);
  w.buffer(i + 20, a.param);
  w.buffer(i + 23, a.master);
  w.buffer(i + 26, a.compensation);
  w.buffer(i + 29, a.touched);
  w.buffer(i + 32, a.s0);
  w.buffer(i + 35, a.s1);
  w.buffer(i + 38, a.s2);
  w.buffer(i + 41, a.s3);
  w.u64(i + 44, a.n);
  w.u64(i + 46, a.firstIndex);
  w.u64(i + 48, a.seed);
  w.live(i + 50, 'u64', a.offset);
  w.live(i + 52, 'f64', a.beta1);
  w.live(i + 54, 'f64', a.beta2);
  w.live(i + 56, 'f64', a.beta3);
  w.live(i + 58, 'f64', a.eps);
  w.live(i + 60, 'f64', a.epsRoot);
  w.live(i + 62, 'f64', a.momentWeight);
  w.live(i + 64, 'f64', a.gradWeight);
  w.live(i + 66, 'f64', a.rootScale);
  w.live(i + 68, 'f64', a.factor);
  w.live(i + 70, 'f64', a.power);
  w.live(i + 72, 'f64', a.least);
  w.live(i + 74, 'f64', a.most);
  w.live(i + 76, 'f64', a.first);
  w.live(i + 78, 'f64', a.proximal);
  w.live(i + 80, 'f64', a.lr);
  w.live(i + 82, 'f64', a.weightDecay);
  w.live(i + 84, 'f32', a.gradFactor);
  u[i + 85] = a.decoupled;
  u[i + 86] = a.rounding;
  u[i + 87] = a.segments;
  u[i + 88] = a.gradScales;
  w.end(89);
}

/** m and v as Adam; p -= lr sign(g) |momentWeight m/(rootScale sqrt(v) + eps)| */
export interface GramsStepArgs {
  readonly grad: BufferRef;
  readonly gradScale?: BufferRef | undefined;
  readonly skip?: BufferRef | undefined;
  readonly segmentStarts?: BufferRef | undefined;
  readonly segmentLr?: BufferRef | undefined;
  readonly segmentDecay?: BufferRef | undefined;
  readonly param: BufferRef;
  readonly master?: BufferRef | undefined;
  readonly compensation?: BufferRef | undefined;
  readonly touched?: BufferRef | undefined;
  readonly s0: BufferRef;
  readonly s1?: BufferRef | undefined;
  readonly s2?: BufferRef | undefined;
  readonly s3?: BufferRef | undefined;
  readonly n: number;
  readonly firstIndex: number;
  readonly seed: number;
  readonly offset: number | (() => number);
  readonly beta1: number | (() => number);
  readonly beta2: number | (() => number);
  readonly beta3: number | (() => number);
  readonly eps: number | (() => number);
  readonly epsRoot: number | (() => number);
  readonly momentWeight: number | (() => number);
  readonly gradWeight: number | (() => number);
  readonly rootScale: number | (() => number);
  readonly factor: number | (() => number);
  readonly power: number | (() => number);
  readonly least: number | (() => number);
  readonly most: number | (() => number);
  readonly first: number | (() => number);
  readonly proximal: number | (() => number);
  readonly lr: number | (() => number);
  readonly weightDecay: number | (() => number);
  readonly gradFactor: number | (() => number);
  readonly decoupled: number;
  readonly rounding: number;
  readonly segments: number;
  readonly gradScales: number;
}

const gramsStepP = [0, 1, -1, -1, -1, -1, -1];

const gramsStepG = [0, 1, -1, -1, -1, -1, -1];

/** m and v as Adam; p -= lr sign(g) |momentWeight m/(rootScale sqrt(v) + eps)| */
export function gramsStep(w: CommandWriter, a: GramsStepArgs): void {
  const v0 = gramsStepP[a.param.typeCode]!;
  const v1 = gramsStepG[a.grad.typeCode]!;
  if (v0 < 0 || v1 < 0) throw unsupportedTypes('gramsStep', [a.param, a.grad], 'f32|bf16 x f32|bf16');
  const variant = v0 * 2 + v1;
  const i = w.begin(89);
  const u = w.words;
  u[i] = 276 | (variant << 16);
  u[i + 1] = 89;
  w.buffer(i + 2, a.grad);
  w.buffer(i + 5, a.gradScale);
  w.buffer(i + 8, a.skip);
  w.buffer(i + 11, a.segmentStarts);
  w.buffer(i + 14, a.segmentLr);
  w.buffer(i + 17, a.segmentDecay);
  w.buffer(i + 20, a.param);
  w.buffer(i + 23, a.master);
  w.buffer(i + 26, a.compensation);
  w.buffer(i + 29, a.touched);
  w.buffer(i + 32, a.s0);
  w.buffer(i + 35, a.s1);
  w.buffer(i + 38, a.s2);
  w.buffer(i + 41, a.s3);
  w.u64(i + 44, a.n);
  w.u64(i + 46, a.firstIndex);
  w.u64(i + 48, a.seed);
  w.live(i + 50, 'u64', a.offset);
  w.live(i + 52, 'f64', a.beta1);
  w.live(i + 54, 'f64', a.beta2);
  w.live(i + 56, 'f64', a.beta3);
  w.live(i + 58, 'f64', a.eps);
  w.live(i + 60, 'f64', a.epsRoot);
  w.live(i + 62, 'f64', a.momentWeight);
  w.live(i + 64, 'f64', a.gradWeight);
  w.live(i + 66, 'f64', a.rootScale);
  w.live(i + 68, 'f64', a.factor);
  w.live(i + 70, 'f64', a.power);
  w.live(i + 72, 'f64', a.least);
  w.live(i + 74, 'f64', a.most);
  w.live(i + 76, 'f64', a.first);
  w.live(i + 78, 'f64', a.proximal);
  w.live(i + 80, 'f64', a.lr);
  w.live(i + 82, 'f64', a.weightDecay);
  w.live(i + 84, 'f32', a.gradFactor);
  u[i + 85] = a.decoupled;
  u[i + 86] = a.rounding;
  u[i + 87] = a.segments;
  u[i + 88] = a.gradScales;
  w.end(89);
}

/** v = beta2 v + (1-beta2)g^2; r = beta3 r + (1-beta3) factor v^power; m = beta1 m + (1-beta1) r g; p -= min(lr, most) momentWeight m/(rootScale sqrt(v) + eps) */
export interface AdamgStepArgs {
  readonly grad: BufferRef;
  readonly gradScale?: BufferRef | undefined;
  readonly skip?: BufferRef | undefined;
  readonly segmentStarts?: BufferRef | undefined;
  readonly segmentLr?: BufferRef | undefined;
  readonly segmentDecay?: BufferRef | undefined;
  readonly param: BufferRef;
  readonly master?: BufferRef | undefined;
  readonly compensation?: BufferRef | undefined;
  readonly touched?: BufferRef | undefined;
  readonly s0: BufferRef;
  readonly s1?: BufferRef | undefined;
  readonly s2?: BufferRef | undefined;
  readonly s3?: BufferRef | undefined;
  readonly n: number;
  readonly firstIndex: number;
  readonly seed: number;
  readonly offset: number | (() => number);
  readonly beta1: number | (() => number);
  readonly beta2: number | (() => number);
  readonly beta3: number | (() => number);
  readonly eps: number | (() => number);
  readonly epsRoot: number | (() => number);
  readonly momentWeight: number | (() => number);
  readonly gradWeight: number | (() => number);
  readonly rootScale: number | (() => number);
  readonly factor: number | (() => number);
  readonly power: number | (() => number);
  readonly least: number | (() => number);
  readonly most: number | (() => number);
  readonly first: number | (() => number);
  readonly proximal: number | (() => number);
  readonly lr: number | (() => number);
  readonly weightDecay: number | (() => number);
  readonly gradFactor: number | (() => number);
  readonly decoupled: number;
  readonly rounding: number;
  readonly segments: number;
  readonly gradScales: number;
}

const adamgStepP = [0, 1, -1, -1, -1, -1, -1];

const adamgStepG = [0, 1, -1, -1, -1, -1, -1];

/** v = beta2 v + (1-beta2)g^2; r = beta3 r + (1-beta3) factor v^power; m = beta1 m + (1-beta1) r g; p -= min(lr, most) momentWeight m/(rootScale sqrt(v) + eps) */
export function adamgStep(w: CommandWriter, a: AdamgStepArgs): void {
  const v0 = adamgStepP[a.param.typeCode]!;
  const v1 = adamgStepG[a.grad.typeCode]!;
  if (v0 < 0 || v1 < 0) throw unsupportedTypes('adamgStep', [a.param, a.grad], 'f32|bf16 x f32|bf16');
  const variant = v0 * 2 + v1;
  const i = w.begin(89);
  const u = w.words;
  u[i] = 277 | (variant << 16);
  u[i + 1] = 89;
  w.buffer(i + 2, a.grad);
  w.buffer(i + 5, a.gradScale);
  w.buffer(i + 8, a.skip);
  w.buffer(i + 11, a.segmentStarts);
  w.buffer(i + 14, a.segmentLr);
  w.buffer(i + 17, a.segmentDecay);
  w.buffer(i + 20, a.param);
  w.buffer(i + 23, a.master);
  w.buffer(i + 26, a.compensation);
  w.buffer(i + 29, a.touched);
  w.buffer(i + 32, a.s0);
  w.buffer(i + 35, a.s1);
  w.buffer(i + 38, a.s2);
  w.buffer(i + 41, a.s3);
  w.u64(i + 44, a.n);
  w.u64(i + 46, a.firstIndex);
  w.u64(i + 48, a.seed);
  w.live(i + 50, 'u64', a.offset);
  w.live(i + 52, 'f64', a.beta1);
  w.live(i + 54, 'f64', a.beta2);
  w.live(i + 56, 'f64', a.beta3);
  w.live(i + 58, 'f64', a.eps);
  w.live(i + 60, 'f64', a.epsRoot);
  w.live(i + 62, 'f64', a.momentWeight);
  w.live(i + 64, 'f64', a.gradWeight);
  w.live(i + 66, 'f64', a.rootScale);
  w.live(i + 68, 'f64', a.factor);
  w.live(i + 70, 'f64', a.power);
  w.live(i + 72, 'f64', a.least);
  w.live(i + 74, 'f64', a.most);
  w.live(i + 76, 'f64', a.first);
  w.live(i + 78, 'f64', a.proximal);
  w.live(i + 80, 'f64', a.lr);
  w.live(i + 82, 'f64', a.weightDecay);
  w.live(i + 84, 'f32', a.gradFactor);
  u[i + 85] = a.decoupled;
  u[i + 86] = a.rounding;
  u[i + 87] = a.segments;
  u[i + 88] = a.gradScales;
  w.end(89);
}

/** m and v as Adam; a = 1 + factor v/(v + eps), b = 1 + gradWeight m^2/(m^2 + eps); p -= lr momentWeight (m + g) a/(rootScale sqrt(v b) + eps) */
export interface ExadamStepArgs {
  readonly grad: BufferRef;
  readonly gradScale?: BufferRef | undefined;
  readonly skip?: BufferRef | undefined;
  readonly segmentStarts?: BufferRef | undefined;
  readonly segmentLr?: BufferRef | undefined;
  readonly segmentDecay?: BufferRef | undefined;
  readonly param: BufferRef;
  readonly master?: BufferRef | undefined;
  readonly compensation?: BufferRef | undefined;
  readonly touched?: BufferRef | undefined;
  readonly s0: BufferRef;
  readonly s1?: BufferRef | undefined;
  readonly s2?: BufferRef | undefined;
  readonly s3?: BufferRef | undefined;
  readonly n: number;
  readonly firstIndex: number;
  readonly seed: number;
  readonly offset: number | (() => number);
  readonly beta1: number | (() => number);
  readonly beta2: number | (() => number);
  readonly beta3: number | (() => number);
  readonly eps: number | (() => number);
  readonly epsRoot: number | (() => number);
  readonly momentWeight: number | (() => number);
  readonly gradWeight: number | (() => number);
  readonly rootScale: number | (() => number);
  readonly factor: number | (() => number);
  readonly power: number | (() => number);
  readonly least: number | (() => number);
  readonly most: number | (() => number);
  readonly first: number | (() => number);
  readonly proximal: number | (() => number);
  readonly lr: number | (() => number);
  readonly weightDecay: number | (() => number);
  readonly gradFactor: number | (() => number);
  readonly decoupled: number;
  readonly rounding: number;
  readonly segments: number;
  readonly gradScales: number;
}

const exadamStepP = [0, 1, -1, -1, -1, -1, -1];

const exadamStepG = [0, 1, -1, -1, -1, -1, -1];

/** m and v as Adam; a = 1 + factor v/(v + eps), b = 1 + gradWeight m^2/(m^2 + eps); p -= lr momentWeight (m + g) a/(rootScale sqrt(v b) + eps) */
export function exadamStep(w: CommandWriter, a: ExadamStepArgs): void {
  const v0 = exadamStepP[a.param.typeCode]!;
  const v1 = exadamStepG[a.grad.typeCode]!;
  if (v0 < 0 || v1 < 0) throw unsupportedTypes('exadamStep', [a.param, a.grad], 'f32|bf16 x f32|bf16');
  const variant = v0 * 2 + v1;
  const i = w.begin(89);
  const u = w.words;
  u[i] = 278 | (variant << 16);
  u[i + 1] = 89;
  w.buffer(i + 2, a.grad);
  w.buffer(i + 5, a.gradScale);
  w.buffer(i + 8, a.skip);
  w.buffer(i + 11, a.segmentStarts);
  w.buffer(i + 14, a.segmentLr);
  w.buffer(i + 17, a.segmentDecay);
  w.buffer(i + 20, a.param);
  w.buffer(i + 23, a.master);
  w.buffer(i + 26, a.compensation);
  w.buffer(i + 29, a.touched);
  w.buffer(i + 32, a.s0);
  w.buffer(i + 35, a.s1);
  w.buffer(i + 38, a.s2);
  w.buffer(i + 41, a.s3);
  w.u64(i + 44, a.n);
  w.u64(i + 46, a.firstIndex);
  w.u64(i + 48, a.seed);
  w.live(i + 50, 'u64', a.offset);
  w.live(i + 52, 'f64', a.beta1);
  w.live(i + 54, 'f64', a.beta2);
  w.live(i + 56, 'f64', a.beta3);
  w.live(i + 58, 'f64', a.eps);
  w.live(i + 60, 'f64', a.epsRoot);
  w.live(i + 62, 'f64', a.momentWeight);
  w.live(i + 64, 'f64', a.gradWeight);
  w.live(i + 66, 'f64', a.rootScale);
  w.live(i + 68, 'f64', a.factor);
  w.live(i + 70, 'f64', a.power);
  w.live(i + 72, 'f64', a.least);
  w.live(i + 74, 'f64', a.most);
  w.live(i + 76, 'f64', a.first);
  w.live(i + 78, 'f64', a.proximal);
  w.live(i + 80, 'f64', a.lr);
  w.live(i + 82, 'f64', a.weightDecay);
  w.live(i + 84, 'f32', a.gradFactor);
  u[i + 85] = a.decoupled;
  u[i + 86] = a.rounding;
  u[i + 87] = a.segments;
  u[i + 88] = a.gradScales;
  w.end(89);
}

/** m += (1-beta1)(g-m); p -= lr m/(sqrt(momentWeight m^2 + gradWeight g^2 + factor m g) + eps) */
export interface BcosStepArgs {
  readonly grad: BufferRef;
  readonly gradScale?: BufferRef | undefined;
  readonly skip?: BufferRef | undefined;
  readonly segmentStarts?: BufferRef | undefined;
  readonly segmentLr?: BufferRef | undefined;
  readonly segmentDecay?: BufferRef | undefined;
  readonly param: BufferRef;
  readonly master?: BufferRef | undefined;
  readonly compensation?: BufferRef | undefined;
  readonly touched?: BufferRef | undefined;
  readonly s0: BufferRef;
  readonly s1?: BufferRef | undefined;
  readonly s2?: BufferRef | undefined;
  readonly s3?: BufferRef | undefined;
  readonly n: number;
  readonly firstIndex: number;
  readonly seed: number;
  readonly offset: number | (() => number);
  readonly beta1: number | (() => number);
  readonly beta2: number | (() => number);
  readonly beta3: number | (() => number);
  readonly eps: number | (() => number);
  readonly epsRoot: number | (() => number);
  readonly momentWeight: number | (() => number);
  readonly gradWeight: number | (() => number);
  readonly rootScale: number | (() => number);
  readonly factor: number | (() => number);
  readonly power: number | (() => number);
  readonly least: number | (() => number);
  readonly most: number | (() => number);
  readonly first: number | (() => number);
  readonly proximal: number | (() => number);
  readonly lr: number | (() => number);
  readonly weightDecay: number | (() => number);
  readonly gradFactor: number | (() => number);
  readonly decoupled: number;
  readonly rounding: number;
  readonly segments: number;
  readonly gradScales: number;
}

const bcosStepP = [0, 1, -1, -1, -1, -1, -1];

const bcosStepG = [0, 1, -1, -1, -1, -1, -1];

/** m += (1-beta1)(g-m); p -= lr m/(sqrt(momentWeight m^2 + gradWeight g^2 + factor m g) + eps) */
export function bcosStep(w: CommandWriter, a: BcosStepArgs): void {
  const v0 = bcosStepP[a.param.typeCode]!;
  const v1 = bcosStepG[a.grad.typeCode]!;
  if (v0 < 0 || v1 < 0) throw unsupportedTypes('bcosStep', [a.param, a.grad], 'f32|bf16 x f32|bf16');
  const variant = v0 * 2 + v1;
  const i = w.begin(89);
  const u = w.words;
  u[i] = 279 | (variant << 16);
  u[i + 1] = 89;
  w.buffer(i + 2, a.grad);
  w.buffer(i + 5, a.gradScale);
  w.buffer(i + 8, a.skip);
  w.buffer(i + 11, a.segmentStarts);
  w.buffer(i + 14, a.segmentLr);
  w.buffer(i + 17, a.segmentDecay);
  w.buffer(i + 20, a.param);
  w.buffer(i + 23, a.master);
  w.buffer(i + 26, a.compensation);
  w.buffer(i + 29, a.touched);
  w.buffer(i + 32, a.s0);
  w.buffer(i + 35, a.s1);
  w.buffer(i + 38, a.s2);
  w.buffer(i + 41, a.s3);
  w.u64(i + 44, a.n);
  w.u64(i + 46, a.firstIndex);
  w.u64(i + 48, a.seed);
  w.live(i + 50, 'u64', a.offset);
  w.live(i + 52, 'f64', a.beta1);
  w.live(i + 54, 'f64', a.beta2);
  w.live(i + 56, 'f64', a.beta3);
  w.live(i + 58, 'f64', a.eps);
  w.live(i + 60, 'f64', a.epsRoot);
  w.live(i + 62, 'f64', a.momentWeight);
  w.live(i + 64, 'f64', a.gradWeight);
  w.live(i + 66, 'f64', a.rootScale);
  w.live(i + 68, 'f64', a.factor);
  w.live(i + 70, 'f64', a.power);
  w.live(i + 72, 'f64', a.least);
  w.live(i + 74, 'f64', a.most);
  w.live(i + 76, 'f64', a.first);
  w.live(i + 78, 'f64', a.proximal);
  w.live(i + 80, 'f64', a.lr);
  w.live(i + 82, 'f64', a.weightDecay);
  w.live(i + 84, 'f32', a.gradFactor);
  u[i + 85] = a.decoupled;
  u[i + 86] = a.rounding;
  u[i + 87] = a.segments;
  u[i + 88] = a.gradScales;
  w.end(89);
}

/** b^2 += g^2 + eps; m^2 += factor g^2 + g^2/b^2; p -= lr m g/b^2; states m, b */
export interface KateStepArgs {
  readonly grad: BufferRef;
  readonly gradScale?: BufferRef | undefined;
  readonly skip?: BufferRef | undefined;
  readonly segmentStarts?: BufferRef | undefined;
  readonly segmentLr?: BufferRef | undefined;
  readonly segmentDecay?: BufferRef | undefined;
  readonly param: BufferRef;
  readonly master?: BufferRef | undefined;
  readonly compensation?: BufferRef | undefined;
  readonly touched?: BufferRef | undefined;
  readonly s0: BufferRef;
  readonly s1?: BufferRef | undefined;
  readonly s2?: BufferRef | undefined;
  readonly s3?: BufferRef | undefined;
  readonly n: number;
  readonly firstIndex: number;
  readonly seed: number;
  readonly offset: number | (() => number);
  readonly beta1: number | (() => number);
  readonly beta2: number | (() => number);
  readonly beta3: number | (() => number);
  readonly eps: number | (() => number);
  readonly epsRoot: number | (() => number);
  readonly momentWeight: number | (() => number);
  readonly gradWeight: number | (() => number);
  readonly rootScale: number | (() => number);
  readonly factor: number | (() => number);
  readonly power: number | (() => number);
  readonly least: number | (() => number);
  readonly most: number | (() => number);
  readonly first: number | (() => number);
  readonly proximal: number | (() => number);
  readonly lr: number | (() => number);
  readonly weightDecay: number | (() => number);
  readonly gradFactor: number | (() => number);
  readonly decoupled: number;
  readonly rounding: number;
  readonly segments: number;
  readonly gradScales: number;
}

const kateStepP = [0, 1, -1, -1, -1, -1, -1];

const kateStepG = [0, 1, -1, -1, -1, -1, -1];

/** b^2 += g^2 + eps; m^2 += factor g^2 + g^2/b^2; p -= lr m g/b^2; states m, b */
export function kateStep(w: CommandWriter, a: KateStepArgs): void {
  const v0 = kateStepP[a.param.typeCode]!;
  const v1 = kateStepG[a.grad.typeCode]!;
  if (v0 < 0 || v1 < 0) throw unsupportedTypes('kateStep', [a.param, a.grad], 'f32|bf16 x f32|bf16');
  const variant = v0 * 2 + v1;
  const i = w.begin(89);
  const u = w.words;
  u[i] = 280 | (variant << 16);
  u[i + 1] = 89;
  w.buffer(i + 2, a.grad);
  w.buffer(i + 5, a.gradScale);
  w.buffer(i + 8, a.skip);
  w.buffer(i + 11, a.segmentStarts);
  w.buffer(i + 14, a.segmentLr);
  w.buffer(i + 17, a.segmentDecay);
  w.buffer(i + 20, a.param);
  w.buffer(i + 23, a.master);
  w.buffer(i + 26, a.compensation);
  w.buffer(i + 29, a.touched);
  w.buffer(i + 32, a.s0);
  w.buffer(i + 35, a.s1);
  w.buffer(i + 38, a.s2);
  w.buffer(i + 41, a.s3);
  w.u64(i + 44, a.n);
  w.u64(i + 46, a.firstIndex);
  w.u64(i + 48, a.seed);
  w.live(i + 50, 'u64', a.offset);
  w.live(i + 52, 'f64', a.beta1);
  w.live(i + 54, 'f64', a.beta2);
  w.live(i + 56, 'f64', a.beta3);
  w.live(i + 58, 'f64', a.eps);
  w.live(i + 60, 'f64', a.epsRoot);
  w.live(i + 62, 'f64', a.momentWeight);
  w.live(i + 64, 'f64', a.gradWeight);
  w.live(i + 66, 'f64', a.rootScale);
  w.live(i + 68, 'f64', a.factor);
  w.live(i + 70, 'f64', a.power);
  w.live(i + 72, 'f64', a.least);
  w.live(i + 74, 'f64', a.most);
  w.live(i + 76, 'f64', a.first);
  w.live(i + 78, 'f64', a.proximal);
  w.live(i + 80, 'f64', a.lr);
  w.live(i + 82, 'f64', a.weightDecay);
  w.live(i + 84, 'f32', a.gradFactor);
  u[i + 85] = a.decoupled;
  u[i + 86] = a.rounding;
  u[i + 87] = a.segments;
  u[i + 88] = a.gradScales;
  w.end(89);
}

/** z += g - (sqrt(n + g^2) - sqrt(n))/lr p; n += g^2; p = 0 where |z| < least, else (least sign(z) - z)/((eps + sqrt(n))/lr + decay); nothing changes where lr or the divisor is 0 */
export interface FtrlStepArgs {
  readonly grad: BufferRef;
  readonly gradScale?: BufferRef | undefined;
  readonly skip?: BufferRef | undefined;
  readonly segmentStarts?: BufferRef | undefined;
  readonly segmentLr?: BufferRef | undefined;
  readonly segmentDecay?: BufferRef | undefined;
  readonly param: BufferRef;
  readonly master?: BufferRef | undefined;
  readonly compensation?: BufferRef | undefined;
  readonly touched?: BufferRef | undefined;
  readonly s0: BufferRef;
  readonly s1?: BufferRef | undefined;
  readonly s2?: BufferRef | undefined;
  readonly s3?: BufferRef | undefined;
  readonly n: number;
  readonly firstIndex: number;
  readonly seed: number;
  readonly offset: number | (() => number);
  readonly beta1: number | (() => number);
  readonly beta2: number | (() => number);
  readonly beta3: number | (() => number);
  readonly eps: number | (() => number);
  readonly epsRoot: number | (() => number);
  readonly momentWeight: number | (() => number);
  readonly gradWeight: number | (() => number);
  readonly rootScale: number | (() => number);
  readonly factor: number | (() => number);
  readonly power: number | (() => number);
  readonly least: number | (() => number);
  readonly most: number | (() => number);
  readonly first: number | (() => number);
  readonly proximal: number | (() => number);
  readonly lr: number | (() => number);
  readonly weightDecay: number | (() => number);
  readonly gradFactor: number | (() => number);
  readonly decoupled: number;
  readonly rounding: number;
  readonly segments: number;
  readonly gradScales: number;
}

const ftrlStepP = [0, 1, -1, -1, -1, -1, -1];

const ftrlStepG = [0, 1, -1, -1, -1, -1, -1];

/** z += g - (sqrt(n + g^2) - sqrt(n))/lr p; n += g^2; p = 0 where |z| < least, else (least sign(z) - z)/((eps + sqrt(n))/lr + decay); nothing changes where lr or the divisor is 0 */
export function ftrlStep(w: CommandWriter, a: FtrlStepArgs): void {
  const v0 = ftrlStepP[a.param.typeCode]!;
  const v1 = ftrlStepG[a.grad.typeCode]!;
  if (v0 < 0 || v1 < 0) throw unsupportedTypes('ftrlStep', [a.param, a.grad], 'f32|bf16 x f32|bf16');
  const variant = v0 * 2 + v1;
  const i = w.begin(89);
  const u = w.words;
  u[i] = 281 | (variant << 16);
  u[i + 1] = 89;
  w.buffer(i + 2, a.grad);
  w.buffer(i + 5, a.gradScale);
  w.buffer(i + 8, a.skip);
  w.buffer(i + 11, a.segmentStarts);
  w.buffer(i + 14, a.segmentLr);
  w.buffer(i + 17, a.segmentDecay);
  w.buffer(i + 20, a.param);
  w.buffer(i + 23, a.master);
  w.buffer(i + 26, a.compensation);
  w.buffer(i + 29, a.touched);
  w.buffer(i + 32, a.s0);
  w.buffer(i + 35, a.s1);
  w.buffer(i + 38, a.s2);
  w.buffer(i + 41, a.s3);
  w.u64(i + 44, a.n);
  w.u64(i + 46, a.firstIndex);
  w.u64(i + 48, a.seed);
  w.live(i + 50, 'u64', a.offset);
  w.live(i + 52, 'f64', a.beta1);
  w.live(i + 54, 'f64', a.beta2);
  w.live(i + 56, 'f64', a.beta3);
  w.live(i + 58, 'f64', a.eps);
  w.live(i + 60, 'f64', a.epsRoot);
  w.live(i + 62, 'f64', a.momentWeight);
  w.live(i + 64, 'f64', a.gradWeight);
  w.live(i + 66, 'f64', a.rootScale);
  w.live(i + 68, 'f64', a.factor);
  w.live(i + 70, 'f64', a.power);
  w.live(i + 72, 'f64', a.least);
  w.live(i + 74, 'f64', a.most);
  w.live(i + 76, 'f64', a.first);
  w.live(i + 78, 'f64', a.proximal);
  w.live(i + 80, 'f64', a.lr);
  w.live(i + 82, 'f64', a.weightDecay);
  w.live(i + 84, 'f32', a.gradFactor);
  u[i + 85] = a.decoupled;
  u[i + 86] = a.rounding;
  u[i + 87] = a.segments;
  u[i + 88] = a.gradScales;
  w.end(89);
}

/** v += lr g^2; s += lr g; p = beta1 p + (1-beta1)(x0 - s/(cbrt(v) + eps)); states v, s, x0 */
export interface MadgradStepArgs {
  readonly grad: BufferRef;
  readonly gradScale?: BufferRef | undefined;
  readonly skip?: BufferRef | undefined;
  readonly segmentStarts?: BufferRef | undefined;
  readonly segmentLr?: BufferRef | undefined;
  readonly segmentDecay?: BufferRef | undefined;
  readonly param: BufferRef;
  readonly master?: BufferRef | undefined;
  readonly compensation?: BufferRef | undefined;
  readonly touched?: BufferRef | undefined;
  readonly s0: BufferRef;
  readonly s1?: BufferRef | undefined;
  readonly s2?: BufferRef | undefined;
  readonly s3?: BufferRef | undefined;
  readonly n: number;
  readonly firstIndex: number;
  readonly seed: number;
  readonly offset: number | (() => number);
  readonly beta1: number | (() => number);
  readonly beta2: number | (() => number);
  readonly beta3: number | (() => number);
  readonly eps: number | (() => number);
  readonly epsRoot: number | (() => number);
  readonly momentWeight: number | (() => number);
  readonly gradWeight: number | (() => number);
  readonly rootScale: number | (() => number);
  readonly factor: number | (() => number);
  readonly power: number | (() => number);
  readonly least: number | (() => number);
  readonly most: number | (() => number);
  readonly first: number | (() => number);
  readonly proximal: number | (() => number);
  readonly lr: number | (() => number);
  readonly weightDecay: number | (() => number);
  readonly gradFactor: number | (() => number);
  readonly decoupled: number;
  readonly rounding: number;
  readonly segments: number;
  readonly gradScales: number;
}

const madgradStepP = [0, 1, -1, -1, -1, -1, -1];

const madgradStepG = [0, 1, -1, -1, -1, -1, -1];

/** v += lr g^2; s += lr g; p = beta1 p + (1-beta1)(x0 - s/(cbrt(v) + eps)); states v, s, x0 */
export function madgradStep(w: CommandWriter, a: MadgradStepArgs): void {
  const v0 = madgradStepP[a.param.typeCode]!;
  const v1 = madgradStepG[a.grad.typeCode]!;
  if (v0 < 0 || v1 < 0) throw unsupportedTypes('madgradStep', [a.param, a.grad], 'f32|bf16 x f32|bf16');
  const variant = v0 * 2 + v1;
  const i = w.begin(89);
  const u = w.words;
  u[i] = 282 | (variant << 16);
  u[i + 1] = 89;
  w.buffer(i + 2, a.grad);
  w.buffer(i + 5, a.gradScale);
  w.buffer(i + 8, a.skip);
  w.buffer(i + 11, a.segmentStarts);
  w.buffer(i + 14, a.segmentLr);
  w.buffer(i + 17, a.segmentDecay);
  w.buffer(i + 20, a.param);
  w.buffer(i + 23, a.master);
  w.buffer(i + 26, a.compensation);
  w.buffer(i + 29, a.touched);
  w.buffer(i + 32, a.s0);
  w.buffer(i + 35, a.s1);
  w.buffer(i + 38, a.s2);
  w.buffer(i + 41, a.s3);
  w.u64(i + 44, a.n);
  w.u64(i + 46, a.firstIndex);
  w.u64(i + 48, a.seed);
  w.live(i + 50, 'u64', a.offset);
  w.live(i + 52, 'f64', a.beta1);
  w.live(i + 54, 'f64', a.beta2);
  w.live(i + 56, 'f64', a.beta3);
  w.live(i + 58, 'f64', a.eps);
  w.live(i + 60, 'f64', a.epsRoot);
  w.live(i + 62, 'f64', a.momentWeight);
  w.live(i + 64, 'f64', a.gradWeight);
  w.live(i + 66, 'f64', a.rootScale);
  w.live(i + 68, 'f64', a.factor);
  w.live(i + 70, 'f64', a.power);
  w.live(i + 72, 'f64', a.least);
  w.live(i + 74, 'f64', a.most);
  w.live(i + 76, 'f64', a.first);
  w.live(i + 78, 'f64', a.proximal);
  w.live(i + 80, 'f64', a.lr);
  w.live(i + 82, 'f64', a.weightDecay);
  w.live(i + 84, 'f32', a.gradFactor);
  u[i + 85] = a.decoupled;
  u[i + 86] = a.rounding;
  u[i + 87] = a.segments;
  u[i + 88] = a.gradScales;
  w.end(89);
}

/** r = lr/(1 + factor lr most)^power; p = p (1 - factor r) - r g; the average a += momentWeight (p - a) */
export interface AsgdStepArgs {
  readonly grad: BufferRef;
  readonly gradScale?: BufferRef | undefined;
  readonly skip?: BufferRef | undefined;
  readonly segmentStarts?: BufferRef | undefined;
  readonly segmentLr?: BufferRef | undefined;
  readonly segmentDecay?: BufferRef | undefined;
  readonly param: BufferRef;
  readonly master?: BufferRef | undefined;
  readonly compensation?: BufferRef | undefined;
  readonly touched?: BufferRef | undefined;
  readonly s0: BufferRef;
  readonly s1?: BufferRef | undefined;
  readonly s2?: BufferRef | undefined;
  readonly s3?: BufferRef | undefined;
  readonly n: number;
  readonly firstIndex: number;
  readonly seed: number;
  readonly offset: number | (() => number);
  readonly beta1: number | (() => number);
  readonly beta2: number | (() => number);
  readonly beta3: number | (() => number);
  readonly eps: number | (() => number);
  readonly epsRoot: number | (() => number);
  readonly momentWeight: number | (() => number);
  readonly gradWeight: number | (() => number);
  readonly rootScale: number | (() => number);
  readonly factor: number | (() => number);
  readonly power: number | (() => number);
  readonly least: number | (() => number);
  readonly most: number | (() => number);
  readonly first: number | (() => number);
  readonly proximal: number | (() => number);
  readonly lr: number | (() => number);
  readonly weightDecay: number | (() => number);
  readonly gradFactor: number | (() => number);
  readonly decoupled: number;
  readonly rounding: number;
  readonly segments: number;
  readonly gradScales: number;
}

const asgdStepP = [0, 1, -1, -1, -1, -1, -1];

const asgdStepG = [0, 1, -1, -1, -1, -1, -1];

/** r = lr/(1 + factor lr most)^power; p = p (1 - factor r) - r g; the average a += momentWeight (p - a) */
export function asgdStep(w: CommandWriter, a: AsgdStepArgs): void {
  const v0 = asgdStepP[a.param.typeCode]!;
  const v1 = asgdStepG[a.grad.typeCode]!;
  if (v0 < 0 || v1 < 0) throw unsupportedTypes('asgdStep', [a.param, a.grad], 'f32|bf16 x f32|bf16');
  const variant = v0 * 2 + v1;
  const i = w.begin(89);
  const u = w.words;
  u[i] = 283 | (variant << 16);
  u[i + 1] = 89;
  w.buffer(i + 2, a.grad);
  w.buffer(i + 5, a.gradScale);
  w.buffer(i + 8, a.skip);
  w.buffer(i + 11, a.segmentStarts);
  w.buffer(i + 14, a.segmentLr);
  w.buffer(i + 17, a.segmentDecay);
  w.buffer(i + 20, a.param);
  w.buffer(i + 23, a.master);
  w.buffer(i + 26, a.compensation);
  w.buffer(i + 29, a.touched);
  w.buffer(i + 32, a.s0);
  w.buffer(i + 35, a.s1);
  w.buffer(i + 38, a.s2);
  w.buffer(i + 41, a.s3);
  w.u64(i + 44, a.n);
  w.u64(i + 46, a.firstIndex);
  w.u64(i + 48, a.seed);
  w.live(i + 50, 'u64', a.offset);
  w.live(i + 52, 'f64', a.beta1);
  w.live(i + 54, 'f64', a.beta2);
  w.live(i + 56, 'f64', a.beta3);
  w.live(i + 58, 'f64', a.eps);
  w.live(i + 60, 'f64', a.epsRoot);
  w.live(i + 62, 'f64', a.momentWeight);
  w.live(i + 64, 'f64', a.gradWeight);
  w.live(i + 66, 'f64', a.rootScale);
  w.live(i + 68, 'f64', a.factor);
  w.live(i + 70, 'f64', a.power);
  w.live(i + 72, 'f64', a.least);
  w.live(i + 74, 'f64', a.most);
  w.live(i + 76, 'f64', a.first);
  w.live(i + 78, 'f64', a.proximal);
  w.live(i + 80, 'f64', a.lr);
  w.live(i + 82, 'f64', a.weightDecay);
  w.live(i + 84, 'f32', a.gradFactor);
  u[i + 85] = a.decoupled;
  u[i + 86] = a.rounding;
  u[i + 87] = a.segments;
  u[i + 88] = a.gradScales;
  w.end(89);
}

/** With the sign of g and of the last g: the size of a step grows by `factor` where they agree, shrinks by beta1 where they do not, within least and most, and starts from lr; p -= size sign(g), or not where they differ; states last g, size */
export interface RpropStepArgs {
  readonly grad: BufferRef;
  readonly gradScale?: BufferRef | undefined;
  readonly skip?: BufferRef | undefined;
  readonly segmentStarts?: BufferRef | undefined;
  readonly segmentLr?: BufferRef | undefined;
  readonly segmentDecay?: BufferRef | undefined;
  readonly param: BufferRef;
  readonly master?: BufferRef | undefined;
  readonly compensation?: BufferRef | undefined;
  readonly touched?: BufferRef | undefined;
  readonly s0: BufferRef;
  readonly s1?: BufferRef | undefined;
  readonly s2?: BufferRef | undefined;
  readonly s3?: BufferRef | undefined;
  readonly n: number;
  readonly firstIndex: number;
  readonly seed: number;
  readonly offset: number | (() => number);
  readonly beta1: number | (() => number);
  readonly beta2: number | (() => number);
  readonly beta3: number | (() => number);
  readonly eps: number | (() => number);
  readonly epsRoot: number | (() => number);
  readonly momentWeight: number | (() => number);
  readonly gradWeight: number | (() => number);
  readonly rootScale: number | (() => number);
  readonly factor: number | (() => number);
  readonly power: number | (() => number);
  readonly least: number | (() => number);
  readonly most: number | (() => number);
  readonly first: number | (() => number);
  readonly proximal: number | (() => number);
  readonly lr: number | (() => number);
  readonly weightDecay: number | (() => number);
  readonly gradFactor: number | (() => number);
  readonly decoupled: number;
  readonly rounding: number;
  readonly segments: number;
  readonly gradScales: number;
}

const rpropStepP = [0, 1, -1, -1, -1, -1, -1];

const rpropStepG = [0, 1, -1, -1, -1, -1, -1];

/** With the sign of g and of the last g: the size of a step grows by `factor` where they agree, shrinks by beta1 where they do not, within least and most, and starts from lr; p -= size sign(g), or not where they differ; states last g, size */
export function rpropStep(w: CommandWriter, a: RpropStepArgs): void {
  const v0 = rpropStepP[a.param.typeCode]!;
  const v1 = rpropStepG[a.grad.typeCode]!;
  if (v0 < 0 || v1 < 0) throw unsupportedTypes('rpropStep', [a.param, a.grad], 'f32|bf16 x f32|bf16');
  const variant = v0 * 2 + v1;
  const i = w.begin(89);
  const u = w.words;
  u[i] = 284 | (variant << 16);
  u[i + 1] = 89;
  w.buffer(i + 2, a.grad);
  w.buffer(i + 5, a.gradScale);
  w.buffer(i + 8, a.skip);
  w.buffer(i + 11, a.segmentStarts);
  w.buffer(i + 14, a.segmentLr);
  w.buffer(i + 17, a.segmentDecay);
  w.buffer(i + 20, a.param);
  w.buffer(i + 23, a.master);
  w.buffer(i + 26, a.compensation);
  w.buffer(i + 29, a.touched);
  w.buffer(i + 32, a.s0);
  w.buffer(i + 35, a.s1);
  w.buffer(i + 38, a.s2);
  w.buffer(i + 41, a.s3);
  w.u64(i + 44, a.n);
  w.u64(i + 46, a.firstIndex);
  w.u64(i + 48, a.seed);
  w.live(i + 50, 'u64', a.offset);
  w.live(i + 52, 'f64', a.beta1);
  w.live(i + 54, 'f64', a.beta2);
  w.live(i + 56, 'f64', a.beta3);
  w.live(i + 58, 'f64', a.eps);
  w.live(i + 60, 'f64', a.epsRoot);
  w.live(i + 62, 'f64', a.momentWeight);
  w.live(i + 64, 'f64', a.gradWeight);
  w.live(i + 66, 'f64', a.rootScale);
  w.live(i + 68, 'f64', a.factor);
  w.live(i + 70, 'f64', a.power);
  w.live(i + 72, 'f64', a.least);
  w.live(i + 74, 'f64', a.most);
  w.live(i + 76, 'f64', a.first);
  w.live(i + 78, 'f64', a.proximal);
  w.live(i + 80, 'f64', a.lr);
  w.live(i + 82, 'f64', a.weightDecay);
  w.live(i + 84, 'f32', a.gradFactor);
  u[i + 85] = a.decoupled;
  u[i + 86] = a.rounding;
  u[i + 87] = a.segments;
  u[i + 88] = a.gradScales;
  w.end(89);
}

/** d = g less the last g (0 at first); m += (1-beta1)(g-m); n += (1-beta2)(d-n); v = beta3 v + (1-beta3)(g + factor d)^2; p -= lr (momentWeight m + gradWeight n)/(sqrt(rootScale^2 v + epsRoot) + eps), after a decoupled decay or, `proximal` 1, before a division by 1 + lr decay; states m, n, v, last g */
export interface AdanStepArgs {
  readonly grad: BufferRef;
  readonly gradScale?: BufferRef | undefined;
  readonly skip?: BufferRef | undefined;
  readonly segmentStarts?: BufferRef | undefined;
  readonly segmentLr?: BufferRef | undefined;
  readonly segmentDecay?: BufferRef | undefined;
  readonly param: BufferRef;
  readonly master?: BufferRef | undefined;
  readonly compensation?: BufferRef | undefined;
  readonly touched?: BufferRef | undefined;
  readonly s0: BufferRef;
  readonly s1?: BufferRef | undefined;
  readonly s2?: BufferRef | undefined;
  readonly s3?: BufferRef | undefined;
  readonly n: number;
  readonly firstIndex: number;
  readonly seed: number;
  readonly offset: number | (() => number);
  readonly beta1: number | (() => number);
  readonly beta2: number | (() => number);
  readonly beta3: number | (() => number);
  readonly eps: number | (() => number);
  readonly epsRoot: number | (() => number);
  readonly momentWeight: number | (() => number);
  readonly gradWeight: number | (() => number);
  readonly rootScale: number | (() => number);
  readonly factor: number | (() => number);
  readonly power: number | (() => number);
  readonly least: number | (() => number);
  readonly most: number | (() => number);
  readonly first: number | (() => number);
  readonly proximal: number | (() => number);
  readonly lr: number | (() => number);
  readonly weightDecay: number | (() => number);
  readonly gradFactor: number | (() => number);
  readonly decoupled: number;
  readonly rounding: number;
  readonly segments: number;
  readonly gradScales: number;
}

const adanStepP = [0, 1, -1, -1, -1, -1, -1];

const adanStepG = [0, 1, -1, -1, -1, -1, -1];

/** d = g less the last g (0 at first); m += (1-beta1)(g-m); n += (1-beta2)(d-n); v = beta3 v + (1-beta3)(g + factor d)^2; p -= lr (momentWeight m + gradWeight n)/(sqrt(rootScale^2 v + epsRoot) + eps), after a decoupled decay or, `proximal` 1, before a division by 1 + lr decay; states m, n, v, last g */
export function adanStep(w: CommandWriter, a: AdanStepArgs): void {
  const v0 = adanStepP[a.param.typeCode]!;
  const v1 = adanStepG[a.grad.typeCode]!;
  if (v0 < 0 || v1 < 0) throw unsupportedTypes('adanStep', [a.param, a.grad], 'f32|bf16 x f32|bf16');
  const variant = v0 * 2 + v1;
  const i = w.begin(89);
  const u = w.words;
  u[i] = 285 | (variant << 16);
  u[i + 1] = 89;
  w.buffer(i + 2, a.grad);
  w.buffer(i + 5, a.gradScale);
  w.buffer(i + 8, a.skip);
  w.buffer(i + 11, a.segmentStarts);
  w.buffer(i + 14, a.segmentLr);
  w.buffer(i + 17, a.segmentDecay);
  w.buffer(i + 20, a.param);
  w.buffer(i + 23, a.master);
  w.buffer(i + 26, a.compensation);
  w.buffer(i + 29, a.touched);
  w.buffer(i + 32, a.s0);
  w.buffer(i + 35, a.s1);
  w.buffer(i + 38, a.s2);
  w.buffer(i + 41, a.s3);
  w.u64(i + 44, a.n);
  w.u64(i + 46, a.firstIndex);
  w.u64(i + 48, a.seed);
  w.live(i + 50, 'u64', a.offset);
  w.live(i + 52, 'f64', a.beta1);
  w.live(i + 54, 'f64', a.beta2);
  w.live(i + 56, 'f64', a.beta3);
  w.live(i + 58, 'f64', a.eps);
  w.live(i + 60, 'f64', a.epsRoot);
  w.live(i + 62, 'f64', a.momentWeight);
  w.live(i + 64, 'f64', a.gradWeight);
  w.live(i + 66, 'f64', a.rootScale);
  w.live(i + 68, 'f64', a.factor);
  w.live(i + 70, 'f64', a.power);
  w.live(i + 72, 'f64', a.least);
  w.live(i + 74, 'f64', a.most);
  w.live(i + 76, 'f64', a.first);
  w.live(i + 78, 'f64', a.proximal);
  w.live(i + 80, 'f64', a.lr);
  w.live(i + 82, 'f64', a.weightDecay);
  w.live(i + 84, 'f32', a.gradFactor);
  u[i + 85] = a.decoupled;
  u[i + 86] = a.rounding;
  u[i + 87] = a.segments;
  u[i + 88] = a.gradScales;
  w.end(89);
}
