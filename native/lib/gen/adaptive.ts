// Generated from native/kernels by `npm run generate`; do not edit.
import { type BufferRef, type CommandWriter, unsupportedTypes } from '../command-writer.js';

/** D-Adaptation Adam with r = the segment's share of lr and c = d lr (bias correction): sums r c<g, s/(sqrt(v) + eps)> of the old s and v and r|s|_1 of the new; m = beta1 m + (1-beta1) r c g; v as Adam; s = sqrt(beta2) s + (1-sqrt(beta2)) c g; p -= m/(sqrt(v) + eps) */
export interface DadaptAdamStepArgs {
  readonly grad: BufferRef;
  readonly gradScale?: BufferRef | undefined;
  readonly unitScale?: BufferRef | undefined;
  readonly unitTable?: BufferRef | undefined;
  readonly skip?: BufferRef | undefined;
  readonly segmentStarts?: BufferRef | undefined;
  readonly segmentLr?: BufferRef | undefined;
  readonly segmentDecay?: BufferRef | undefined;
  readonly estimate: BufferRef;
  readonly param: BufferRef;
  readonly master?: BufferRef | undefined;
  readonly compensation?: BufferRef | undefined;
  readonly touched?: BufferRef | undefined;
  readonly expAvg: BufferRef;
  readonly expAvgSq: BufferRef;
  readonly s: BufferRef;
  readonly sums: BufferRef;
  readonly n: number;
  readonly firstIndex: number;
  readonly seed: number;
  readonly offset: number | (() => number);
  readonly beta1: number | (() => number);
  readonly beta2: number | (() => number);
  readonly eps: number | (() => number);
  readonly lr: number | (() => number);
  readonly weightDecay: number | (() => number);
  readonly corrected: number;
  readonly form: number;
  readonly more: number;
  readonly gradFactor: number | (() => number);
  readonly decoupled: number;
  readonly rounding: number;
  readonly segments: number;
  readonly gradScales: number;
  readonly units: number;
  readonly unitTensors: number;
}

const dadaptAdamStepP = [0, 1, -1, -1, -1, -1, -1];

const dadaptAdamStepG = [0, 1, -1, -1, -1, -1, -1];

/** D-Adaptation Adam with r = the segment's share of lr and c = d lr (bias correction): sums r c<g, s/(sqrt(v) + eps)> of the old s and v and r|s|_1 of the new; m = beta1 m + (1-beta1) r c g; v as Adam; s = sqrt(beta2) s + (1-sqrt(beta2)) c g; p -= m/(sqrt(v) + eps) */
export function dadaptAdamStep(w: CommandWriter, a: DadaptAdamStepArgs): void {
  const v0 = dadaptAdamStepP[a.param.typeCode]!;
  const v1 = dadaptAdamStepG[a.grad.typeCode]!;
  if (v0 < 0 || v1 < 0) throw unsupportedTypes('dadaptAdamStep', [a.param, a.grad], 'f32|bf16 x f32|bf16');
  const variant = v0 * 2 + v1;
  const i = w.begin(81);
  const u = w.words;
  u[i] = 246 | (variant << 16);
  w.buffer(i + 2, a.grad);
  w.buffer(i + 5, a.gradScale);
  w.buffer(i + 8, a.unitScale);
  w.buffer(i + 11, a.unitTable);
  w.buffer(i + 14, a.skip);
  w.buffer(i + 17, a.segmentStarts);
  w.buffer(i + 20, a.segmentLr);
  w.buffer(i + 23, a.segmentDecay);
  w.buffer(i + 26, a.estimate);
  w.buffer(i + 29, a.param);
  w.buffer(i + 32, a.master);
  w.buffer(i + 35, a.compensation);
  w.buffer(i + 38, a.touched);
  w.buffer(i + 41, a.expAvg);
  w.buffer(i + 44, a.expAvgSq);
  w.buffer(i + 47, a.s);
  w.buffer(i + 50, a.sums);
  w.u64(i + 53, a.n);
  w.u64(i + 55, a.firstIndex);
  w.u64(i + 57, a.seed);
  w.live(i + 59, 'u64', a.offset);
  w.live(i + 61, 'f64', a.beta1);
  w.live(i + 63, 'f64', a.beta2);
  w.live(i + 65, 'f64', a.eps);
  w.live(i + 67, 'f64', a.lr);
  w.live(i + 69, 'f64', a.weightDecay);
  u[i + 71] = a.corrected;
  u[i + 72] = a.form;
  u[i + 73] = a.more;
  w.live(i + 74, 'f32', a.gradFactor);
  u[i + 75] = a.decoupled;
  u[i + 76] = a.rounding;
  u[i + 77] = a.segments;
  u[i + 78] = a.gradScales;
  u[i + 79] = a.units;
  u[i + 80] = a.unitTensors;
  w.end(81);
}

/** D-Adaptation Lion, c = d lr: u = sign(beta1 m + (1-beta1) g); sums c<u, s> of the old s and |s|_1 of the new; p -= c u; m = beta2 m + (1-beta2) c g; s = sqrt(beta2) s + (1-sqrt(beta2)) c u */
export interface DadaptLionStepArgs {
  readonly grad: BufferRef;
  readonly gradScale?: BufferRef | undefined;
  readonly unitScale?: BufferRef | undefined;
  readonly unitTable?: BufferRef | undefined;
  readonly skip?: BufferRef | undefined;
  readonly segmentStarts?: BufferRef | undefined;
  readonly segmentLr?: BufferRef | undefined;
  readonly segmentDecay?: BufferRef | undefined;
  readonly estimate: BufferRef;
  readonly param: BufferRef;
  readonly master?: BufferRef | undefined;
  readonly compensation?: BufferRef | undefined;
  readonly touched?: BufferRef | undefined;
  readonly expAvg: BufferRef;
  readonly s: BufferRef;
  readonly sums: BufferRef;
  readonly n: number;
  readonly firstIndex: number;
  readonly seed: number;
  readonly offset: number | (() => number);
  readonly beta1: number | (() => number);
  readonly beta2: number | (() => number);
  readonly lr: number | (() => number);
  readonly weightDecay: number | (() => number);
  readonly more: number;
  readonly gradFactor: number | (() => number);
  readonly decoupled: number;
  readonly rounding: number;
  readonly segments: number;
  readonly gradScales: number;
  readonly units: number;
  readonly unitTensors: number;
}

const dadaptLionStepP = [0, 1, -1, -1, -1, -1, -1];

const dadaptLionStepG = [0, 1, -1, -1, -1, -1, -1];

/** D-Adaptation Lion, c = d lr: u = sign(beta1 m + (1-beta1) g); sums c<u, s> of the old s and |s|_1 of the new; p -= c u; m = beta2 m + (1-beta2) c g; s = sqrt(beta2) s + (1-sqrt(beta2)) c u */
export function dadaptLionStep(w: CommandWriter, a: DadaptLionStepArgs): void {
  const v0 = dadaptLionStepP[a.param.typeCode]!;
  const v1 = dadaptLionStepG[a.grad.typeCode]!;
  if (v0 < 0 || v1 < 0) throw unsupportedTypes('dadaptLionStep', [a.param, a.grad], 'f32|bf16 x f32|bf16');
  const variant = v0 * 2 + v1;
  const i = w.begin(74);
  const u = w.words;
  u[i] = 247 | (variant << 16);
  w.buffer(i + 2, a.grad);
  w.buffer(i + 5, a.gradScale);
  w.buffer(i + 8, a.unitScale);
  w.buffer(i + 11, a.unitTable);
  w.buffer(i + 14, a.skip);
  w.buffer(i + 17, a.segmentStarts);
  w.buffer(i + 20, a.segmentLr);
  w.buffer(i + 23, a.segmentDecay);
  w.buffer(i + 26, a.estimate);
  w.buffer(i + 29, a.param);
  w.buffer(i + 32, a.master);
  w.buffer(i + 35, a.compensation);
  w.buffer(i + 38, a.touched);
  w.buffer(i + 41, a.expAvg);
  w.buffer(i + 44, a.s);
  w.buffer(i + 47, a.sums);
  w.u64(i + 50, a.n);
  w.u64(i + 52, a.firstIndex);
  w.u64(i + 54, a.seed);
  w.live(i + 56, 'u64', a.offset);
  w.live(i + 58, 'f64', a.beta1);
  w.live(i + 60, 'f64', a.beta2);
  w.live(i + 62, 'f64', a.lr);
  w.live(i + 64, 'f64', a.weightDecay);
  u[i + 66] = a.more;
  w.live(i + 67, 'f32', a.gradFactor);
  u[i + 68] = a.decoupled;
  u[i + 69] = a.rounding;
  u[i + 70] = a.segments;
  u[i + 71] = a.gradScales;
  u[i + 72] = a.units;
  u[i + 73] = a.unitTensors;
  w.end(74);
}

/** D-Adaptation SGD, c = d lr/|g_0|: sums c<g, s> of the old s and |s|^2 of the new; s += c g; p = momentum p + (1-momentum)(x0 - s) */
export interface DadaptSgdStepArgs {
  readonly grad: BufferRef;
  readonly gradScale?: BufferRef | undefined;
  readonly unitScale?: BufferRef | undefined;
  readonly unitTable?: BufferRef | undefined;
  readonly skip?: BufferRef | undefined;
  readonly segmentStarts?: BufferRef | undefined;
  readonly segmentLr?: BufferRef | undefined;
  readonly segmentDecay?: BufferRef | undefined;
  readonly estimate: BufferRef;
  readonly param: BufferRef;
  readonly master?: BufferRef | undefined;
  readonly compensation?: BufferRef | undefined;
  readonly touched?: BufferRef | undefined;
  readonly s: BufferRef;
  readonly x0: BufferRef;
  readonly sums: BufferRef;
  readonly n: number;
  readonly firstIndex: number;
  readonly seed: number;
  readonly offset: number | (() => number);
  readonly momentum: number | (() => number);
  readonly lr: number | (() => number);
  readonly weightDecay: number | (() => number);
  readonly more: number;
  readonly gradFactor: number | (() => number);
  readonly decoupled: number;
  readonly rounding: number;
  readonly segments: number;
  readonly gradScales: number;
  readonly units: number;
  readonly unitTensors: number;
}

const dadaptSgdStepP = [0, 1, -1, -1, -1, -1, -1];

const dadaptSgdStepG = [0, 1, -1, -1, -1, -1, -1];

/** D-Adaptation SGD, c = d lr/|g_0|: sums c<g, s> of the old s and |s|^2 of the new; s += c g; p = momentum p + (1-momentum)(x0 - s) */
export function dadaptSgdStep(w: CommandWriter, a: DadaptSgdStepArgs): void {
  const v0 = dadaptSgdStepP[a.param.typeCode]!;
  const v1 = dadaptSgdStepG[a.grad.typeCode]!;
  if (v0 < 0 || v1 < 0) throw unsupportedTypes('dadaptSgdStep', [a.param, a.grad], 'f32|bf16 x f32|bf16');
  const variant = v0 * 2 + v1;
  const i = w.begin(72);
  const u = w.words;
  u[i] = 248 | (variant << 16);
  w.buffer(i + 2, a.grad);
  w.buffer(i + 5, a.gradScale);
  w.buffer(i + 8, a.unitScale);
  w.buffer(i + 11, a.unitTable);
  w.buffer(i + 14, a.skip);
  w.buffer(i + 17, a.segmentStarts);
  w.buffer(i + 20, a.segmentLr);
  w.buffer(i + 23, a.segmentDecay);
  w.buffer(i + 26, a.estimate);
  w.buffer(i + 29, a.param);
  w.buffer(i + 32, a.master);
  w.buffer(i + 35, a.compensation);
  w.buffer(i + 38, a.touched);
  w.buffer(i + 41, a.s);
  w.buffer(i + 44, a.x0);
  w.buffer(i + 47, a.sums);
  w.u64(i + 50, a.n);
  w.u64(i + 52, a.firstIndex);
  w.u64(i + 54, a.seed);
  w.live(i + 56, 'u64', a.offset);
  w.live(i + 58, 'f64', a.momentum);
  w.live(i + 60, 'f64', a.lr);
  w.live(i + 62, 'f64', a.weightDecay);
  u[i + 64] = a.more;
  w.live(i + 65, 'f32', a.gradFactor);
  u[i + 66] = a.decoupled;
  u[i + 67] = a.rounding;
  u[i + 68] = a.segments;
  u[i + 69] = a.gradScales;
  u[i + 70] = a.units;
  u[i + 71] = a.unitTensors;
  w.end(72);
}

/** D-Adaptation AdaGrad, c = d lr: a += g^2; s += c g; D = sqrt(a) + eps; sums s^2/D, c^2 g^2/D and |s|_1; p = momentum p + (1-momentum)(x0 - s/D) */
export interface DadaptAdagradStepArgs {
  readonly grad: BufferRef;
  readonly gradScale?: BufferRef | undefined;
  readonly unitScale?: BufferRef | undefined;
  readonly unitTable?: BufferRef | undefined;
  readonly skip?: BufferRef | undefined;
  readonly segmentStarts?: BufferRef | undefined;
  readonly segmentLr?: BufferRef | undefined;
  readonly segmentDecay?: BufferRef | undefined;
  readonly estimate: BufferRef;
  readonly param: BufferRef;
  readonly master?: BufferRef | undefined;
  readonly compensation?: BufferRef | undefined;
  readonly touched?: BufferRef | undefined;
  readonly alpha: BufferRef;
  readonly s: BufferRef;
  readonly x0: BufferRef;
  readonly sums: BufferRef;
  readonly n: number;
  readonly firstIndex: number;
  readonly seed: number;
  readonly offset: number | (() => number);
  readonly momentum: number | (() => number);
  readonly eps: number | (() => number);
  readonly lr: number | (() => number);
  readonly weightDecay: number | (() => number);
  readonly more: number;
  readonly gradFactor: number | (() => number);
  readonly decoupled: number;
  readonly rounding: number;
  readonly segments: number;
  readonly gradScales: number;
  readonly units: number;
  readonly unitTensors: number;
}

const dadaptAdagradStepP = [0, 1, -1, -1, -1, -1, -1];

const dadaptAdagradStepG = [0, 1, -1, -1, -1, -1, -1];

/** D-Adaptation AdaGrad, c = d lr: a += g^2; s += c g; D = sqrt(a) + eps; sums s^2/D, c^2 g^2/D and |s|_1; p = momentum p + (1-momentum)(x0 - s/D) */
export function dadaptAdagradStep(w: CommandWriter, a: DadaptAdagradStepArgs): void {
  const v0 = dadaptAdagradStepP[a.param.typeCode]!;
  const v1 = dadaptAdagradStepG[a.grad.typeCode]!;
  if (v0 < 0 || v1 < 0) throw unsupportedTypes('dadaptAdagradStep', [a.param, a.grad], 'f32|bf16 x f32|bf16');
  const variant = v0 * 2 + v1;
  const i = w.begin(77);
  const u = w.words;
  u[i] = 249 | (variant << 16);
  w.buffer(i + 2, a.grad);
  w.buffer(i + 5, a.gradScale);
  w.buffer(i + 8, a.unitScale);
  w.buffer(i + 11, a.unitTable);
  w.buffer(i + 14, a.skip);
  w.buffer(i + 17, a.segmentStarts);
  w.buffer(i + 20, a.segmentLr);
  w.buffer(i + 23, a.segmentDecay);
  w.buffer(i + 26, a.estimate);
  w.buffer(i + 29, a.param);
  w.buffer(i + 32, a.master);
  w.buffer(i + 35, a.compensation);
  w.buffer(i + 38, a.touched);
  w.buffer(i + 41, a.alpha);
  w.buffer(i + 44, a.s);
  w.buffer(i + 47, a.x0);
  w.buffer(i + 50, a.sums);
  w.u64(i + 53, a.n);
  w.u64(i + 55, a.firstIndex);
  w.u64(i + 57, a.seed);
  w.live(i + 59, 'u64', a.offset);
  w.live(i + 61, 'f64', a.momentum);
  w.live(i + 63, 'f64', a.eps);
  w.live(i + 65, 'f64', a.lr);
  w.live(i + 67, 'f64', a.weightDecay);
  u[i + 69] = a.more;
  w.live(i + 70, 'f32', a.gradFactor);
  u[i + 71] = a.decoupled;
  u[i + 72] = a.rounding;
  u[i + 73] = a.segments;
  u[i + 74] = a.gradScales;
  u[i + 75] = a.units;
  u[i + 76] = a.unitTensors;
  w.end(77);
}

/** D-Adaptation Adan, c = d lr, e = g less the last g (0 while k is 0): m = beta1 m + (1-beta1) c g; n = beta2 n + (1-beta2) c e; v = beta3 v + (1-beta3)(g + beta2 e)^2; s = beta3 s + (1-beta3) c g; D = sqrt(v) + eps; sums s^2/D, c^2 g^2/D and |s|_1; p = (p - (m + beta2 n)/D)/(1 + c decay), or with proximal 0 p (1 - c decay) - (m + beta2 n)/D */
export interface DadaptAdanStepArgs {
  readonly grad: BufferRef;
  readonly gradScale?: BufferRef | undefined;
  readonly unitScale?: BufferRef | undefined;
  readonly unitTable?: BufferRef | undefined;
  readonly skip?: BufferRef | undefined;
  readonly segmentStarts?: BufferRef | undefined;
  readonly segmentLr?: BufferRef | undefined;
  readonly segmentDecay?: BufferRef | undefined;
  readonly estimate: BufferRef;
  readonly param: BufferRef;
  readonly master?: BufferRef | undefined;
  readonly compensation?: BufferRef | undefined;
  readonly touched?: BufferRef | undefined;
  readonly expAvg: BufferRef;
  readonly expAvgDiff: BufferRef;
  readonly expAvgSq: BufferRef;
  readonly s: BufferRef;
  readonly lastGrad: BufferRef;
  readonly sums: BufferRef;
  readonly n: number;
  readonly firstIndex: number;
  readonly seed: number;
  readonly offset: number | (() => number);
  readonly beta1: number | (() => number);
  readonly beta2: number | (() => number);
  readonly beta3: number | (() => number);
  readonly eps: number | (() => number);
  readonly proximal: number | (() => number);
  readonly lr: number | (() => number);
  readonly weightDecay: number | (() => number);
  readonly more: number;
  readonly gradFactor: number | (() => number);
  readonly decoupled: number;
  readonly rounding: number;
  readonly segments: number;
  readonly gradScales: number;
  readonly units: number;
  readonly unitTensors: number;
}

const dadaptAdanStepP = [0, 1, -1, -1, -1, -1, -1];

const dadaptAdanStepG = [0, 1, -1, -1, -1, -1, -1];

/** D-Adaptation Adan, c = d lr, e = g less the last g (0 while k is 0): m = beta1 m + (1-beta1) c g; n = beta2 n + (1-beta2) c e; v = beta3 v + (1-beta3)(g + beta2 e)^2; s = beta3 s + (1-beta3) c g; D = sqrt(v) + eps; sums s^2/D, c^2 g^2/D and |s|_1; p = (p - (m + beta2 n)/D)/(1 + c decay), or with proximal 0 p (1 - c decay) - (m + beta2 n)/D */
export function dadaptAdanStep(w: CommandWriter, a: DadaptAdanStepArgs): void {
  const v0 = dadaptAdanStepP[a.param.typeCode]!;
  const v1 = dadaptAdanStepG[a.grad.typeCode]!;
  if (v0 < 0 || v1 < 0) throw unsupportedTypes('dadaptAdanStep', [a.param, a.grad], 'f32|bf16 x f32|bf16');
  const variant = v0 * 2 + v1;
  const i = w.begin(89);
  const u = w.words;
  u[i] = 250 | (variant << 16);
  w.buffer(i + 2, a.grad);
  w.buffer(i + 5, a.gradScale);
  w.buffer(i + 8, a.unitScale);
  w.buffer(i + 11, a.unitTable);
  w.buffer(i + 14, a.skip);
  w.buffer(i + 17, a.segmentStarts);
  w.buffer(i + 20, a.segmentLr);
  w.buffer(i + 23, a.segmentDecay);
  w.buffer(i + 26, a.estimate);
  w.buffer(i + 29, a.param);
  w.buffer(i + 32, a.master);
  w.buffer(i + 35, a.compensation);
  w.buffer(i + 38, a.touched);
  w.buffer(i + 41, a.expAvg);
  w.buffer(i + 44, a.expAvgDiff);
  w.buffer(i + 47, a.expAvgSq);
  w.buffer(i + 50, a.s);
  w.buffer(i + 53, a.lastGrad);
  w.buffer(i + 56, a.sums);
  w.u64(i + 59, a.n);
  w.u64(i + 61, a.firstIndex);
  w.u64(i + 63, a.seed);
  w.live(i + 65, 'u64', a.offset);
  w.live(i + 67, 'f64', a.beta1);
  w.live(i + 69, 'f64', a.beta2);
  w.live(i + 71, 'f64', a.beta3);
  w.live(i + 73, 'f64', a.eps);
  w.live(i + 75, 'f64', a.proximal);
  w.live(i + 77, 'f64', a.lr);
  w.live(i + 79, 'f64', a.weightDecay);
  u[i + 81] = a.more;
  w.live(i + 82, 'f32', a.gradFactor);
  u[i + 83] = a.decoupled;
  u[i + 84] = a.rounding;
  u[i + 85] = a.segments;
  u[i + 86] = a.gradScales;
  u[i + 87] = a.units;
  u[i + 88] = a.unitTensors;
  w.end(89);
}

/** Prodigy, c = d lr (bias correction): m = beta1 m + (1-beta1) d g; v = beta2 v + (1-beta2)(d g)^2; p -= c m/(sqrt(v) + d eps). With s and p0 also sums d/d0 c<g, p0 - p> and |s|_1; s = beta3 s + d/d0 (c, or d with safeguard) g */
export interface ProdigyStepArgs {
  readonly grad: BufferRef;
  readonly gradScale?: BufferRef | undefined;
  readonly unitScale?: BufferRef | undefined;
  readonly unitTable?: BufferRef | undefined;
  readonly skip?: BufferRef | undefined;
  readonly segmentStarts?: BufferRef | undefined;
  readonly segmentLr?: BufferRef | undefined;
  readonly segmentDecay?: BufferRef | undefined;
  readonly estimate: BufferRef;
  readonly param: BufferRef;
  readonly master?: BufferRef | undefined;
  readonly compensation?: BufferRef | undefined;
  readonly touched?: BufferRef | undefined;
  readonly expAvg: BufferRef;
  readonly expAvgSq: BufferRef;
  readonly s?: BufferRef | undefined;
  readonly p0?: BufferRef | undefined;
  readonly sums: BufferRef;
  readonly n: number;
  readonly firstIndex: number;
  readonly seed: number;
  readonly offset: number | (() => number);
  readonly beta1: number | (() => number);
  readonly beta2: number | (() => number);
  readonly beta3: number | (() => number);
  readonly eps: number | (() => number);
  readonly d0: number | (() => number);
  readonly lr: number | (() => number);
  readonly weightDecay: number | (() => number);
  readonly corrected: number;
  readonly safeguard: number;
  readonly form: number;
  readonly more: number;
  readonly gradFactor: number | (() => number);
  readonly decoupled: number;
  readonly rounding: number;
  readonly segments: number;
  readonly gradScales: number;
  readonly units: number;
  readonly unitTensors: number;
}

const prodigyStepP = [0, 1, -1, -1, -1, -1, -1];

const prodigyStepG = [0, 1, -1, -1, -1, -1, -1];

/** Prodigy, c = d lr (bias correction): m = beta1 m + (1-beta1) d g; v = beta2 v + (1-beta2)(d g)^2; p -= c m/(sqrt(v) + d eps). With s and p0 also sums d/d0 c<g, p0 - p> and |s|_1; s = beta3 s + d/d0 (c, or d with safeguard) g */
export function prodigyStep(w: CommandWriter, a: ProdigyStepArgs): void {
  const v0 = prodigyStepP[a.param.typeCode]!;
  const v1 = prodigyStepG[a.grad.typeCode]!;
  if (v0 < 0 || v1 < 0) throw unsupportedTypes('prodigyStep', [a.param, a.grad], 'f32|bf16 x f32|bf16');
  const variant = v0 * 2 + v1;
  const i = w.begin(89);
  const u = w.words;
  u[i] = 251 | (variant << 16);
  w.buffer(i + 2, a.grad);
  w.buffer(i + 5, a.gradScale);
  w.buffer(i + 8, a.unitScale);
  w.buffer(i + 11, a.unitTable);
  w.buffer(i + 14, a.skip);
  w.buffer(i + 17, a.segmentStarts);
  w.buffer(i + 20, a.segmentLr);
  w.buffer(i + 23, a.segmentDecay);
  w.buffer(i + 26, a.estimate);
  w.buffer(i + 29, a.param);
  w.buffer(i + 32, a.master);
  w.buffer(i + 35, a.compensation);
  w.buffer(i + 38, a.touched);
  w.buffer(i + 41, a.expAvg);
  w.buffer(i + 44, a.expAvgSq);
  w.buffer(i + 47, a.s);
  w.buffer(i + 50, a.p0);
  w.buffer(i + 53, a.sums);
  w.u64(i + 56, a.n);
  w.u64(i + 58, a.firstIndex);
  w.u64(i + 60, a.seed);
  w.live(i + 62, 'u64', a.offset);
  w.live(i + 64, 'f64', a.beta1);
  w.live(i + 66, 'f64', a.beta2);
  w.live(i + 68, 'f64', a.beta3);
  w.live(i + 70, 'f64', a.eps);
  w.live(i + 72, 'f64', a.d0);
  w.live(i + 74, 'f64', a.lr);
  w.live(i + 76, 'f64', a.weightDecay);
  u[i + 78] = a.corrected;
  u[i + 79] = a.safeguard;
  u[i + 80] = a.form;
  u[i + 81] = a.more;
  w.live(i + 82, 'f32', a.gradFactor);
  u[i + 83] = a.decoupled;
  u[i + 84] = a.rounding;
  u[i + 85] = a.segments;
  u[i + 86] = a.gradScales;
  u[i + 87] = a.units;
  u[i + 88] = a.unitTensors;
  w.end(89);
}

/** The sums and s of prodigyStep from every `slice`-th element of each segment: element j of the compact s and p0 from sliceStarts[i] on is element segmentStarts[i] + (j - sliceStarts[i]) slice. Run it before the step */
export interface ProdigySliceArgs {
  readonly grad: BufferRef;
  readonly param: BufferRef;
  readonly master?: BufferRef | undefined;
  readonly gradScale?: BufferRef | undefined;
  readonly unitScale?: BufferRef | undefined;
  readonly unitTable?: BufferRef | undefined;
  readonly skip?: BufferRef | undefined;
  readonly segmentStarts: BufferRef;
  readonly sliceStarts: BufferRef;
  readonly segmentLr?: BufferRef | undefined;
  readonly segmentDecay?: BufferRef | undefined;
  readonly p0: BufferRef;
  readonly estimate: BufferRef;
  readonly s: BufferRef;
  readonly sums: BufferRef;
  readonly n: number;
  readonly count: number;
  readonly beta1: number | (() => number);
  readonly beta2: number | (() => number);
  readonly beta3: number | (() => number);
  readonly d0: number | (() => number);
  readonly lr: number | (() => number);
  readonly weightDecay: number | (() => number);
  readonly slice: number;
  readonly corrected: number;
  readonly safeguard: number;
  readonly form: number;
  readonly gradFactor: number | (() => number);
  readonly decoupled: number;
  readonly segments: number;
  readonly gradScales: number;
  readonly units: number;
  readonly unitTensors: number;
  readonly more: number;
}

const prodigySliceP = [0, 1, -1, -1, -1, -1, -1];

const prodigySliceG = [0, 1, -1, -1, -1, -1, -1];

/** The sums and s of prodigyStep from every `slice`-th element of each segment: element j of the compact s and p0 from sliceStarts[i] on is element segmentStarts[i] + (j - sliceStarts[i]) slice. Run it before the step */
export function prodigySlice(w: CommandWriter, a: ProdigySliceArgs): void {
  const v0 = prodigySliceP[a.param.typeCode]!;
  const v1 = prodigySliceG[a.grad.typeCode]!;
  if (v0 < 0 || v1 < 0) throw unsupportedTypes('prodigySlice', [a.param, a.grad], 'f32|bf16 x f32|bf16');
  const variant = v0 * 2 + v1;
  const i = w.begin(74);
  const u = w.words;
  u[i] = 252 | (variant << 16);
  w.buffer(i + 2, a.grad);
  w.buffer(i + 5, a.param);
  w.buffer(i + 8, a.master);
  w.buffer(i + 11, a.gradScale);
  w.buffer(i + 14, a.unitScale);
  w.buffer(i + 17, a.unitTable);
  w.buffer(i + 20, a.skip);
  w.buffer(i + 23, a.segmentStarts);
  w.buffer(i + 26, a.sliceStarts);
  w.buffer(i + 29, a.segmentLr);
  w.buffer(i + 32, a.segmentDecay);
  w.buffer(i + 35, a.p0);
  w.buffer(i + 38, a.estimate);
  w.buffer(i + 41, a.s);
  w.buffer(i + 44, a.sums);
  w.u64(i + 47, a.n);
  w.u64(i + 49, a.count);
  w.live(i + 51, 'f64', a.beta1);
  w.live(i + 53, 'f64', a.beta2);
  w.live(i + 55, 'f64', a.beta3);
  w.live(i + 57, 'f64', a.d0);
  w.live(i + 59, 'f64', a.lr);
  w.live(i + 61, 'f64', a.weightDecay);
  u[i + 63] = a.slice;
  u[i + 64] = a.corrected;
  u[i + 65] = a.safeguard;
  u[i + 66] = a.form;
  w.live(i + 67, 'f32', a.gradFactor);
  u[i + 68] = a.decoupled;
  u[i + 69] = a.segments;
  u[i + 70] = a.gradScales;
  u[i + 71] = a.units;
  u[i + 72] = a.unitTensors;
  u[i + 73] = a.more;
  w.end(74);
}

/** After distanceEstimate: p += c m/(sqrt(v) + d eps) - c m/(sqrt(v) + d' eps) where the step found d' and used d; no pass where they agree */
export interface ProdigyCorrectionArgs {
  readonly grad: BufferRef;
  readonly gradScale?: BufferRef | undefined;
  readonly unitScale?: BufferRef | undefined;
  readonly unitTable?: BufferRef | undefined;
  readonly skip?: BufferRef | undefined;
  readonly segmentStarts?: BufferRef | undefined;
  readonly segmentLr?: BufferRef | undefined;
  readonly segmentDecay?: BufferRef | undefined;
  readonly estimate: BufferRef;
  readonly param: BufferRef;
  readonly master?: BufferRef | undefined;
  readonly compensation?: BufferRef | undefined;
  readonly touched?: BufferRef | undefined;
  readonly expAvg: BufferRef;
  readonly expAvgSq: BufferRef;
  readonly sums: BufferRef;
  readonly n: number;
  readonly firstIndex: number;
  readonly seed: number;
  readonly offset: number | (() => number);
  readonly beta1: number | (() => number);
  readonly beta2: number | (() => number);
  readonly eps: number | (() => number);
  readonly lr: number | (() => number);
  readonly weightDecay: number | (() => number);
  readonly corrected: number;
  readonly form: number;
  readonly more: number;
  readonly gradFactor: number | (() => number);
  readonly decoupled: number;
  readonly rounding: number;
  readonly segments: number;
  readonly gradScales: number;
  readonly units: number;
  readonly unitTensors: number;
}

const prodigyCorrectionP = [0, 1, -1, -1, -1, -1, -1];

const prodigyCorrectionG = [0, 1, -1, -1, -1, -1, -1];

/** After distanceEstimate: p += c m/(sqrt(v) + d eps) - c m/(sqrt(v) + d' eps) where the step found d' and used d; no pass where they agree */
export function prodigyCorrection(w: CommandWriter, a: ProdigyCorrectionArgs): void {
  const v0 = prodigyCorrectionP[a.param.typeCode]!;
  const v1 = prodigyCorrectionG[a.grad.typeCode]!;
  if (v0 < 0 || v1 < 0) throw unsupportedTypes('prodigyCorrection', [a.param, a.grad], 'f32|bf16 x f32|bf16');
  const variant = v0 * 2 + v1;
  const i = w.begin(78);
  const u = w.words;
  u[i] = 253 | (variant << 16);
  w.buffer(i + 2, a.grad);
  w.buffer(i + 5, a.gradScale);
  w.buffer(i + 8, a.unitScale);
  w.buffer(i + 11, a.unitTable);
  w.buffer(i + 14, a.skip);
  w.buffer(i + 17, a.segmentStarts);
  w.buffer(i + 20, a.segmentLr);
  w.buffer(i + 23, a.segmentDecay);
  w.buffer(i + 26, a.estimate);
  w.buffer(i + 29, a.param);
  w.buffer(i + 32, a.master);
  w.buffer(i + 35, a.compensation);
  w.buffer(i + 38, a.touched);
  w.buffer(i + 41, a.expAvg);
  w.buffer(i + 44, a.expAvgSq);
  w.buffer(i + 47, a.sums);
  w.u64(i + 50, a.n);
  w.u64(i + 52, a.firstIndex);
  w.u64(i + 54, a.seed);
  w.live(i + 56, 'u64', a.offset);
  w.live(i + 58, 'f64', a.beta1);
  w.live(i + 60, 'f64', a.beta2);
  w.live(i + 62, 'f64', a.eps);
  w.live(i + 64, 'f64', a.lr);
  w.live(i + 66, 'f64', a.weightDecay);
  u[i + 68] = a.corrected;
  u[i + 69] = a.form;
  u[i + 70] = a.more;
  w.live(i + 71, 'f32', a.gradFactor);
  u[i + 72] = a.decoupled;
  u[i + 73] = a.rounding;
  u[i + 74] = a.segments;
  u[i + 75] = a.gradScales;
  u[i + 76] = a.units;
  u[i + 77] = a.unitTensors;
  w.end(78);
}

/** The next d from the sums of a step. rule 0: D-Adaptation Adam, 1: SGD, 2: AdaGrad, 3: Prodigy, 4: Adan, 5: Lion. A step without information (a zero denominator) changes nothing; a d that is not finite is not taken; d grows by at most `growth`, and not while lr is 0 */
export interface DistanceEstimateArgs {
  readonly sums: BufferRef;
  readonly skip?: BufferRef | undefined;
  readonly estimate: BufferRef;
  readonly decay: number;
  readonly d0: number;
  readonly coefficient: number;
  readonly growth: number;
  readonly lr: number | (() => number);
  readonly rule: number;
  readonly form: number;
}

/** The next d from the sums of a step. rule 0: D-Adaptation Adam, 1: SGD, 2: AdaGrad, 3: Prodigy, 4: Adan, 5: Lion. A step without information (a zero denominator) changes nothing; a d that is not finite is not taken; d grows by at most `growth`, and not while lr is 0 */
export function distanceEstimate(w: CommandWriter, a: DistanceEstimateArgs): void {
  const i = w.begin(23);
  const u = w.words;
  u[i] = 254;
  w.buffer(i + 2, a.sums);
  w.buffer(i + 5, a.skip);
  w.buffer(i + 8, a.estimate);
  w.f64(i + 11, a.decay);
  w.f64(i + 13, a.d0);
  w.f64(i + 15, a.coefficient);
  w.f64(i + 17, a.growth);
  w.live(i + 19, 'f64', a.lr);
  u[i + 21] = a.rule;
  u[i + 22] = a.form;
  w.end(23);
}

/** sums |g|^2 while k is 0; no pass after that */
export interface StartTermsArgs {
  readonly grad: BufferRef;
  readonly gradScale?: BufferRef | undefined;
  readonly unitScale?: BufferRef | undefined;
  readonly unitTable?: BufferRef | undefined;
  readonly skip?: BufferRef | undefined;
  readonly segmentStarts?: BufferRef | undefined;
  readonly segmentLr?: BufferRef | undefined;
  readonly segmentDecay?: BufferRef | undefined;
  readonly estimate: BufferRef;
  readonly param: BufferRef;
  readonly master?: BufferRef | undefined;
  readonly compensation?: BufferRef | undefined;
  readonly touched?: BufferRef | undefined;
  readonly sums: BufferRef;
  readonly n: number;
  readonly firstIndex: number;
  readonly seed: number;
  readonly offset: number | (() => number);
  readonly lr: number | (() => number);
  readonly weightDecay: number | (() => number);
  readonly more: number;
  readonly gradFactor: number | (() => number);
  readonly decoupled: number;
  readonly rounding: number;
  readonly segments: number;
  readonly gradScales: number;
  readonly units: number;
  readonly unitTensors: number;
}

const startTermsP = [0, 1, -1, -1, -1, -1, -1];

const startTermsG = [0, 1, -1, -1, -1, -1, -1];

/** sums |g|^2 while k is 0; no pass after that */
export function startTerms(w: CommandWriter, a: StartTermsArgs): void {
  const v0 = startTermsP[a.param.typeCode]!;
  const v1 = startTermsG[a.grad.typeCode]!;
  if (v0 < 0 || v1 < 0) throw unsupportedTypes('startTerms', [a.param, a.grad], 'f32|bf16 x f32|bf16');
  const variant = v0 * 2 + v1;
  const i = w.begin(64);
  const u = w.words;
  u[i] = 255 | (variant << 16);
  w.buffer(i + 2, a.grad);
  w.buffer(i + 5, a.gradScale);
  w.buffer(i + 8, a.unitScale);
  w.buffer(i + 11, a.unitTable);
  w.buffer(i + 14, a.skip);
  w.buffer(i + 17, a.segmentStarts);
  w.buffer(i + 20, a.segmentLr);
  w.buffer(i + 23, a.segmentDecay);
  w.buffer(i + 26, a.estimate);
  w.buffer(i + 29, a.param);
  w.buffer(i + 32, a.master);
  w.buffer(i + 35, a.compensation);
  w.buffer(i + 38, a.touched);
  w.buffer(i + 41, a.sums);
  w.u64(i + 44, a.n);
  w.u64(i + 46, a.firstIndex);
  w.u64(i + 48, a.seed);
  w.live(i + 50, 'u64', a.offset);
  w.live(i + 52, 'f64', a.lr);
  w.live(i + 54, 'f64', a.weightDecay);
  u[i + 56] = a.more;
  w.live(i + 57, 'f32', a.gradFactor);
  u[i + 58] = a.decoupled;
  u[i + 59] = a.rounding;
  u[i + 60] = a.segments;
  u[i + 61] = a.gradScales;
  u[i + 62] = a.units;
  u[i + 63] = a.unitTensors;
  w.end(64);
}

/** After startTerms, while k is 0: estimate[5] = |g|, of which the last is |g_0|, and 0 where there was no gradient yet */
export interface StartNormArgs {
  readonly sums: BufferRef;
  readonly skip?: BufferRef | undefined;
  readonly estimate: BufferRef;
}

/** After startTerms, while k is 0: estimate[5] = |g|, of which the last is |g_0|, and 0 where there was no gradient yet */
export function startNorm(w: CommandWriter, a: StartNormArgs): void {
  const i = w.begin(11);
  const u = w.words;
  u[i] = 256;
  w.buffer(i + 2, a.sums);
  w.buffer(i + 5, a.skip);
  w.buffer(i + 8, a.estimate);
  w.end(11);
}

/** m = beta1 m + (1-beta1)g, v = beta2 v + (1-beta2)g^2; sums <g, p>, <m, p> and sum of m^2/D, D = rootScale sqrt(v) + eps, or 1 without v */
export interface MomoMomentsArgs {
  readonly grad: BufferRef;
  readonly gradScale?: BufferRef | undefined;
  readonly unitScale?: BufferRef | undefined;
  readonly unitTable?: BufferRef | undefined;
  readonly skip?: BufferRef | undefined;
  readonly segmentStarts?: BufferRef | undefined;
  readonly segmentLr?: BufferRef | undefined;
  readonly segmentDecay?: BufferRef | undefined;
  readonly estimate: BufferRef;
  readonly param: BufferRef;
  readonly master?: BufferRef | undefined;
  readonly compensation?: BufferRef | undefined;
  readonly touched?: BufferRef | undefined;
  readonly expAvg: BufferRef;
  readonly expAvgSq?: BufferRef | undefined;
  readonly sums: BufferRef;
  readonly n: number;
  readonly firstIndex: number;
  readonly seed: number;
  readonly offset: number | (() => number);
  readonly beta1: number | (() => number);
  readonly beta2: number | (() => number);
  readonly eps: number | (() => number);
  readonly rootScale: number | (() => number);
  readonly lr: number | (() => number);
  readonly weightDecay: number | (() => number);
  readonly more: number;
  readonly gradFactor: number | (() => number);
  readonly decoupled: number;
  readonly rounding: number;
  readonly segments: number;
  readonly gradScales: number;
  readonly units: number;
  readonly unitTensors: number;
}

const momoMomentsP = [0, 1, -1, -1, -1, -1, -1];

const momoMomentsG = [0, 1, -1, -1, -1, -1, -1];

/** m = beta1 m + (1-beta1)g, v = beta2 v + (1-beta2)g^2; sums <g, p>, <m, p> and sum of m^2/D, D = rootScale sqrt(v) + eps, or 1 without v */
export function momoMoments(w: CommandWriter, a: MomoMomentsArgs): void {
  const v0 = momoMomentsP[a.param.typeCode]!;
  const v1 = momoMomentsG[a.grad.typeCode]!;
  if (v0 < 0 || v1 < 0) throw unsupportedTypes('momoMoments', [a.param, a.grad], 'f32|bf16 x f32|bf16');
  const variant = v0 * 2 + v1;
  const i = w.begin(78);
  const u = w.words;
  u[i] = 257 | (variant << 16);
  w.buffer(i + 2, a.grad);
  w.buffer(i + 5, a.gradScale);
  w.buffer(i + 8, a.unitScale);
  w.buffer(i + 11, a.unitTable);
  w.buffer(i + 14, a.skip);
  w.buffer(i + 17, a.segmentStarts);
  w.buffer(i + 20, a.segmentLr);
  w.buffer(i + 23, a.segmentDecay);
  w.buffer(i + 26, a.estimate);
  w.buffer(i + 29, a.param);
  w.buffer(i + 32, a.master);
  w.buffer(i + 35, a.compensation);
  w.buffer(i + 38, a.touched);
  w.buffer(i + 41, a.expAvg);
  w.buffer(i + 44, a.expAvgSq);
  w.buffer(i + 47, a.sums);
  w.u64(i + 50, a.n);
  w.u64(i + 52, a.firstIndex);
  w.u64(i + 54, a.seed);
  w.live(i + 56, 'u64', a.offset);
  w.live(i + 58, 'f64', a.beta1);
  w.live(i + 60, 'f64', a.beta2);
  w.live(i + 62, 'f64', a.eps);
  w.live(i + 64, 'f64', a.rootScale);
  w.live(i + 66, 'f64', a.lr);
  w.live(i + 68, 'f64', a.weightDecay);
  u[i + 70] = a.more;
  w.live(i + 71, 'f32', a.gradFactor);
  u[i + 72] = a.decoupled;
  u[i + 73] = a.rounding;
  u[i + 74] = a.segments;
  u[i + 75] = a.gradScales;
  u[i + 76] = a.units;
  u[i + 77] = a.unitTensors;
  w.end(78);
}

/** MoMo: from the sums and the loss of this step its rate tau; estimate [average loss, average <g, p>, lower bound, tau, 0, 0]. beta and correction are those of the averages at this step; adapt 1 adapts the lower bound, which is at least `bound` */
export interface MomoEstimateArgs {
  readonly sums: BufferRef;
  readonly loss: BufferRef;
  readonly skip?: BufferRef | undefined;
  readonly estimate: BufferRef;
  readonly beta: number | (() => number);
  readonly correction: number | (() => number);
  readonly lr: number | (() => number);
  readonly decay: number | (() => number);
  readonly bound: number;
  readonly adapt: number;
}

/** MoMo: from the sums and the loss of this step its rate tau; estimate [average loss, average <g, p>, lower bound, tau, 0, 0]. beta and correction are those of the averages at this step; adapt 1 adapts the lower bound, which is at least `bound` */
export function momoEstimate(w: CommandWriter, a: MomoEstimateArgs): void {
  const i = w.begin(25);
  const u = w.words;
  u[i] = 258;
  w.buffer(i + 2, a.sums);
  w.buffer(i + 5, a.loss);
  w.buffer(i + 8, a.skip);
  w.buffer(i + 11, a.estimate);
  w.live(i + 14, 'f64', a.beta);
  w.live(i + 16, 'f64', a.correction);
  w.live(i + 18, 'f64', a.lr);
  w.live(i + 20, 'f64', a.decay);
  w.f64(i + 22, a.bound);
  u[i + 24] = a.adapt;
  w.end(25);
}

/** p = (p - tau m/D)/w, or with form 1 p/w - tau m/D; w = 1 + lr decay, tau = estimate[3] */
export interface MomoStepArgs {
  readonly grad: BufferRef;
  readonly gradScale?: BufferRef | undefined;
  readonly unitScale?: BufferRef | undefined;
  readonly unitTable?: BufferRef | undefined;
  readonly skip?: BufferRef | undefined;
  readonly segmentStarts?: BufferRef | undefined;
  readonly segmentLr?: BufferRef | undefined;
  readonly segmentDecay?: BufferRef | undefined;
  readonly estimate: BufferRef;
  readonly param: BufferRef;
  readonly master?: BufferRef | undefined;
  readonly compensation?: BufferRef | undefined;
  readonly touched?: BufferRef | undefined;
  readonly expAvg: BufferRef;
  readonly expAvgSq?: BufferRef | undefined;
  readonly sums: BufferRef;
  readonly n: number;
  readonly firstIndex: number;
  readonly seed: number;
  readonly offset: number | (() => number);
  readonly eps: number | (() => number);
  readonly rootScale: number | (() => number);
  readonly lr: number | (() => number);
  readonly weightDecay: number | (() => number);
  readonly form: number;
  readonly more: number;
  readonly gradFactor: number | (() => number);
  readonly decoupled: number;
  readonly rounding: number;
  readonly segments: number;
  readonly gradScales: number;
  readonly units: number;
  readonly unitTensors: number;
}

const momoStepP = [0, 1, -1, -1, -1, -1, -1];

const momoStepG = [0, 1, -1, -1, -1, -1, -1];

/** p = (p - tau m/D)/w, or with form 1 p/w - tau m/D; w = 1 + lr decay, tau = estimate[3] */
export function momoStep(w: CommandWriter, a: MomoStepArgs): void {
  const v0 = momoStepP[a.param.typeCode]!;
  const v1 = momoStepG[a.grad.typeCode]!;
  if (v0 < 0 || v1 < 0) throw unsupportedTypes('momoStep', [a.param, a.grad], 'f32|bf16 x f32|bf16');
  const variant = v0 * 2 + v1;
  const i = w.begin(75);
  const u = w.words;
  u[i] = 259 | (variant << 16);
  w.buffer(i + 2, a.grad);
  w.buffer(i + 5, a.gradScale);
  w.buffer(i + 8, a.unitScale);
  w.buffer(i + 11, a.unitTable);
  w.buffer(i + 14, a.skip);
  w.buffer(i + 17, a.segmentStarts);
  w.buffer(i + 20, a.segmentLr);
  w.buffer(i + 23, a.segmentDecay);
  w.buffer(i + 26, a.estimate);
  w.buffer(i + 29, a.param);
  w.buffer(i + 32, a.master);
  w.buffer(i + 35, a.compensation);
  w.buffer(i + 38, a.touched);
  w.buffer(i + 41, a.expAvg);
  w.buffer(i + 44, a.expAvgSq);
  w.buffer(i + 47, a.sums);
  w.u64(i + 50, a.n);
  w.u64(i + 52, a.firstIndex);
  w.u64(i + 54, a.seed);
  w.live(i + 56, 'u64', a.offset);
  w.live(i + 58, 'f64', a.eps);
  w.live(i + 60, 'f64', a.rootScale);
  w.live(i + 62, 'f64', a.lr);
  w.live(i + 64, 'f64', a.weightDecay);
  u[i + 66] = a.form;
  u[i + 67] = a.more;
  w.live(i + 68, 'f32', a.gradFactor);
  u[i + 69] = a.decoupled;
  u[i + 70] = a.rounding;
  u[i + 71] = a.segments;
  u[i + 72] = a.gradScales;
  u[i + 73] = a.units;
  u[i + 74] = a.unitTensors;
  w.end(75);
}

/** Mechanic after the base step, with S = estimate[0], T = estimate[1]: old = x0 + S delta; e = delta, or delta S/(T + eps) with recompute; q = p, or old with form 1; sums <e, g>, <e, q>, |q|^2, |g|^2; delta = e + p - old */
export interface MechanicMeasureArgs {
  readonly grad: BufferRef;
  readonly gradScale?: BufferRef | undefined;
  readonly unitScale?: BufferRef | undefined;
  readonly unitTable?: BufferRef | undefined;
  readonly skip?: BufferRef | undefined;
  readonly segmentStarts?: BufferRef | undefined;
  readonly segmentLr?: BufferRef | undefined;
  readonly segmentDecay?: BufferRef | undefined;
  readonly estimate: BufferRef;
  readonly param: BufferRef;
  readonly master?: BufferRef | undefined;
  readonly compensation?: BufferRef | undefined;
  readonly touched?: BufferRef | undefined;
  readonly delta: BufferRef;
  readonly x0: BufferRef;
  readonly sums: BufferRef;
  readonly n: number;
  readonly firstIndex: number;
  readonly seed: number;
  readonly offset: number | (() => number);
  readonly eps: number | (() => number);
  readonly lr: number | (() => number);
  readonly weightDecay: number | (() => number);
  readonly recompute: number;
  readonly form: number;
  readonly more: number;
  readonly gradFactor: number | (() => number);
  readonly decoupled: number;
  readonly rounding: number;
  readonly segments: number;
  readonly gradScales: number;
  readonly units: number;
  readonly unitTensors: number;
}

const mechanicMeasureP = [0, 1, -1, -1, -1, -1, -1];

const mechanicMeasureG = [0, 1, -1, -1, -1, -1, -1];

/** Mechanic after the base step, with S = estimate[0], T = estimate[1]: old = x0 + S delta; e = delta, or delta S/(T + eps) with recompute; q = p, or old with form 1; sums <e, g>, <e, q>, |q|^2, |g|^2; delta = e + p - old */
export function mechanicMeasure(w: CommandWriter, a: MechanicMeasureArgs): void {
  const v0 = mechanicMeasureP[a.param.typeCode]!;
  const v1 = mechanicMeasureG[a.grad.typeCode]!;
  if (v0 < 0 || v1 < 0) throw unsupportedTypes('mechanicMeasure', [a.param, a.grad], 'f32|bf16 x f32|bf16');
  const variant = v0 * 2 + v1;
  const i = w.begin(74);
  const u = w.words;
  u[i] = 260 | (variant << 16);
  w.buffer(i + 2, a.grad);
  w.buffer(i + 5, a.gradScale);
  w.buffer(i + 8, a.unitScale);
  w.buffer(i + 11, a.unitTable);
  w.buffer(i + 14, a.skip);
  w.buffer(i + 17, a.segmentStarts);
  w.buffer(i + 20, a.segmentLr);
  w.buffer(i + 23, a.segmentDecay);
  w.buffer(i + 26, a.estimate);
  w.buffer(i + 29, a.param);
  w.buffer(i + 32, a.master);
  w.buffer(i + 35, a.compensation);
  w.buffer(i + 38, a.touched);
  w.buffer(i + 41, a.delta);
  w.buffer(i + 44, a.x0);
  w.buffer(i + 47, a.sums);
  w.u64(i + 50, a.n);
  w.u64(i + 52, a.firstIndex);
  w.u64(i + 54, a.seed);
  w.live(i + 56, 'u64', a.offset);
  w.live(i + 58, 'f64', a.eps);
  w.live(i + 60, 'f64', a.lr);
  w.live(i + 62, 'f64', a.weightDecay);
  u[i + 64] = a.recompute;
  u[i + 65] = a.form;
  u[i + 66] = a.more;
  w.live(i + 67, 'f32', a.gradFactor);
  u[i + 68] = a.decoupled;
  u[i + 69] = a.rounding;
  u[i + 70] = a.segments;
  u[i + 71] = a.gradScales;
  u[i + 72] = a.units;
  u[i + 73] = a.unitTensors;
  w.end(74);
}

/** Mechanic: estimate [S, T, h, 0, s[count], r[count], m[count], v[count]] from the sums; beta_i = 1 - 10^-i; T is the sum of s, S what multiplies delta: max(T, 0), or T with form 1 */
export interface MechanicEstimateArgs {
  readonly sums: BufferRef;
  readonly skip?: BufferRef | undefined;
  readonly estimate: BufferRef;
  readonly decay: number;
  readonly eps: number;
  readonly start: number;
  readonly form: number;
  readonly count: number;
}

/** Mechanic: estimate [S, T, h, 0, s[count], r[count], m[count], v[count]] from the sums; beta_i = 1 - 10^-i; T is the sum of s, S what multiplies delta: max(T, 0), or T with form 1 */
export function mechanicEstimate(w: CommandWriter, a: MechanicEstimateArgs): void {
  const i = w.begin(19);
  const u = w.words;
  u[i] = 261;
  w.buffer(i + 2, a.sums);
  w.buffer(i + 5, a.skip);
  w.buffer(i + 8, a.estimate);
  w.f64(i + 11, a.decay);
  w.f64(i + 13, a.eps);
  w.f64(i + 15, a.start);
  u[i + 17] = a.form;
  u[i + 18] = a.count;
  w.end(19);
}

/** p = x0 + estimate[0] delta */
export interface MechanicStepArgs {
  readonly grad: BufferRef;
  readonly gradScale?: BufferRef | undefined;
  readonly unitScale?: BufferRef | undefined;
  readonly unitTable?: BufferRef | undefined;
  readonly skip?: BufferRef | undefined;
  readonly segmentStarts?: BufferRef | undefined;
  readonly segmentLr?: BufferRef | undefined;
  readonly segmentDecay?: BufferRef | undefined;
  readonly estimate: BufferRef;
  readonly param: BufferRef;
  readonly master?: BufferRef | undefined;
  readonly compensation?: BufferRef | undefined;
  readonly touched?: BufferRef | undefined;
  readonly delta: BufferRef;
  readonly x0: BufferRef;
  readonly sums: BufferRef;
  readonly n: number;
  readonly firstIndex: number;
  readonly seed: number;
  readonly offset: number | (() => number);
  readonly lr: number | (() => number);
  readonly weightDecay: number | (() => number);
  readonly more: number;
  readonly gradFactor: number | (() => number);
  readonly decoupled: number;
  readonly rounding: number;
  readonly segments: number;
  readonly gradScales: number;
  readonly units: number;
  readonly unitTensors: number;
}

const mechanicStepP = [0, 1, -1, -1, -1, -1, -1];

const mechanicStepG = [0, 1, -1, -1, -1, -1, -1];

/** p = x0 + estimate[0] delta */
export function mechanicStep(w: CommandWriter, a: MechanicStepArgs): void {
  const v0 = mechanicStepP[a.param.typeCode]!;
  const v1 = mechanicStepG[a.grad.typeCode]!;
  if (v0 < 0 || v1 < 0) throw unsupportedTypes('mechanicStep', [a.param, a.grad], 'f32|bf16 x f32|bf16');
  const variant = v0 * 2 + v1;
  const i = w.begin(70);
  const u = w.words;
  u[i] = 262 | (variant << 16);
  w.buffer(i + 2, a.grad);
  w.buffer(i + 5, a.gradScale);
  w.buffer(i + 8, a.unitScale);
  w.buffer(i + 11, a.unitTable);
  w.buffer(i + 14, a.skip);
  w.buffer(i + 17, a.segmentStarts);
  w.buffer(i + 20, a.segmentLr);
  w.buffer(i + 23, a.segmentDecay);
  w.buffer(i + 26, a.estimate);
  w.buffer(i + 29, a.param);
  w.buffer(i + 32, a.master);
  w.buffer(i + 35, a.compensation);
  w.buffer(i + 38, a.touched);
  w.buffer(i + 41, a.delta);
  w.buffer(i + 44, a.x0);
  w.buffer(i + 47, a.sums);
  w.u64(i + 50, a.n);
  w.u64(i + 52, a.firstIndex);
  w.u64(i + 54, a.seed);
  w.live(i + 56, 'u64', a.offset);
  w.live(i + 58, 'f64', a.lr);
  w.live(i + 60, 'f64', a.weightDecay);
  u[i + 62] = a.more;
  w.live(i + 63, 'f32', a.gradFactor);
  u[i + 64] = a.decoupled;
  u[i + 65] = a.rounding;
  u[i + 66] = a.segments;
  u[i + 67] = a.gradScales;
  u[i + 68] = a.units;
  u[i + 69] = a.unitTensors;
  w.end(70);
}

/** sums |g|_1 and <g, z - p>: p is y */
export interface ScheduleFreePlusTermsArgs {
  readonly grad: BufferRef;
  readonly gradScale?: BufferRef | undefined;
  readonly unitScale?: BufferRef | undefined;
  readonly unitTable?: BufferRef | undefined;
  readonly skip?: BufferRef | undefined;
  readonly segmentStarts?: BufferRef | undefined;
  readonly segmentLr?: BufferRef | undefined;
  readonly segmentDecay?: BufferRef | undefined;
  readonly estimate: BufferRef;
  readonly param: BufferRef;
  readonly master?: BufferRef | undefined;
  readonly compensation?: BufferRef | undefined;
  readonly touched?: BufferRef | undefined;
  readonly z: BufferRef;
  readonly sums: BufferRef;
  readonly n: number;
  readonly firstIndex: number;
  readonly seed: number;
  readonly offset: number | (() => number);
  readonly lr: number | (() => number);
  readonly weightDecay: number | (() => number);
  readonly more: number;
  readonly gradFactor: number | (() => number);
  readonly decoupled: number;
  readonly rounding: number;
  readonly segments: number;
  readonly gradScales: number;
  readonly units: number;
  readonly unitTensors: number;
}

const scheduleFreePlusTermsP = [0, 1, -1, -1, -1, -1, -1];

const scheduleFreePlusTermsG = [0, 1, -1, -1, -1, -1, -1];

/** sums |g|_1 and <g, z - p>: p is y */
export function scheduleFreePlusTerms(w: CommandWriter, a: ScheduleFreePlusTermsArgs): void {
  const v0 = scheduleFreePlusTermsP[a.param.typeCode]!;
  const v1 = scheduleFreePlusTermsG[a.grad.typeCode]!;
  if (v0 < 0 || v1 < 0) throw unsupportedTypes('scheduleFreePlusTerms', [a.param, a.grad], 'f32|bf16 x f32|bf16');
  const variant = v0 * 2 + v1;
  const i = w.begin(67);
  const u = w.words;
  u[i] = 263 | (variant << 16);
  w.buffer(i + 2, a.grad);
  w.buffer(i + 5, a.gradScale);
  w.buffer(i + 8, a.unitScale);
  w.buffer(i + 11, a.unitTable);
  w.buffer(i + 14, a.skip);
  w.buffer(i + 17, a.segmentStarts);
  w.buffer(i + 20, a.segmentLr);
  w.buffer(i + 23, a.segmentDecay);
  w.buffer(i + 26, a.estimate);
  w.buffer(i + 29, a.param);
  w.buffer(i + 32, a.master);
  w.buffer(i + 35, a.compensation);
  w.buffer(i + 38, a.touched);
  w.buffer(i + 41, a.z);
  w.buffer(i + 44, a.sums);
  w.u64(i + 47, a.n);
  w.u64(i + 49, a.firstIndex);
  w.u64(i + 51, a.seed);
  w.live(i + 53, 'u64', a.offset);
  w.live(i + 55, 'f64', a.lr);
  w.live(i + 57, 'f64', a.weightDecay);
  u[i + 59] = a.more;
  w.live(i + 60, 'f32', a.gradFactor);
  u[i + 61] = a.decoupled;
  u[i + 62] = a.rounding;
  u[i + 63] = a.segments;
  u[i + 64] = a.gradScales;
  u[i + 65] = a.units;
  u[i + 66] = a.unitTensors;
  w.end(67);
}

/** Schedule-Free+: from the sums and the loss the rate max(loss + <g, z - x>, 0)/L of the step, L = sqrt(pi/2)|g|_1 averaged with `beta`, and the weight c of z in the average; estimate [L, rate, largest rate, sum of weights, c, 0]. y = ahead x + (1-ahead) z, `before` is that of the last step; the weight of a step is stepWeight largest^power, and c is 1 while `warm` is */
export interface ScheduleFreePlusEstimateArgs {
  readonly sums: BufferRef;
  readonly loss: BufferRef;
  readonly skip?: BufferRef | undefined;
  readonly estimate: BufferRef;
  readonly beta: number;
  readonly correction: number | (() => number);
  readonly lr: number | (() => number);
  readonly ahead: number | (() => number);
  readonly before: number | (() => number);
  readonly stepWeight: number | (() => number);
  readonly power: number;
  readonly warm: number | (() => number);
}

/** Schedule-Free+: from the sums and the loss the rate max(loss + <g, z - x>, 0)/L of the step, L = sqrt(pi/2)|g|_1 averaged with `beta`, and the weight c of z in the average; estimate [L, rate, largest rate, sum of weights, c, 0]. y = ahead x + (1-ahead) z, `before` is that of the last step; the weight of a step is stepWeight largest^power, and c is 1 while `warm` is */
export function scheduleFreePlusEstimate(w: CommandWriter, a: ScheduleFreePlusEstimateArgs): void {
  const i = w.begin(30);
  const u = w.words;
  u[i] = 264;
  w.buffer(i + 2, a.sums);
  w.buffer(i + 5, a.loss);
  w.buffer(i + 8, a.skip);
  w.buffer(i + 11, a.estimate);
  w.f64(i + 14, a.beta);
  w.live(i + 16, 'f64', a.correction);
  w.live(i + 18, 'f64', a.lr);
  w.live(i + 20, 'f64', a.ahead);
  w.live(i + 22, 'f64', a.before);
  w.live(i + 24, 'f64', a.stepWeight);
  w.f64(i + 26, a.power);
  w.live(i + 28, 'f64', a.warm);
  w.end(30);
}

/** Schedule-Free+, c = rate lr: m += (1-beta1)(g-m); v = beta2 v + (1-beta2)g^2; z -= c^2 decay y + c momentWeight m/(rootScale sqrt(v) + eps); the average x moves to z, y = ahead x + (1-ahead) z; p is y, `before` the last `ahead` */
export interface ScheduleFreePlusStepArgs {
  readonly grad: BufferRef;
  readonly gradScale?: BufferRef | undefined;
  readonly unitScale?: BufferRef | undefined;
  readonly unitTable?: BufferRef | undefined;
  readonly skip?: BufferRef | undefined;
  readonly segmentStarts?: BufferRef | undefined;
  readonly segmentLr?: BufferRef | undefined;
  readonly segmentDecay?: BufferRef | undefined;
  readonly estimate: BufferRef;
  readonly param: BufferRef;
  readonly master?: BufferRef | undefined;
  readonly compensation?: BufferRef | undefined;
  readonly touched?: BufferRef | undefined;
  readonly z: BufferRef;
  readonly expAvg: BufferRef;
  readonly expAvgSq: BufferRef;
  readonly sums: BufferRef;
  readonly n: number;
  readonly firstIndex: number;
  readonly seed: number;
  readonly offset: number | (() => number);
  readonly beta1: number | (() => number);
  readonly beta2: number | (() => number);
  readonly eps: number | (() => number);
  readonly momentWeight: number | (() => number);
  readonly rootScale: number | (() => number);
  readonly ahead: number | (() => number);
  readonly before: number | (() => number);
  readonly lr: number | (() => number);
  readonly weightDecay: number | (() => number);
  readonly more: number;
  readonly gradFactor: number | (() => number);
  readonly decoupled: number;
  readonly rounding: number;
  readonly segments: number;
  readonly gradScales: number;
  readonly units: number;
  readonly unitTensors: number;
}

const scheduleFreePlusStepP = [0, 1, -1, -1, -1, -1, -1];

const scheduleFreePlusStepG = [0, 1, -1, -1, -1, -1, -1];

/** Schedule-Free+, c = rate lr: m += (1-beta1)(g-m); v = beta2 v + (1-beta2)g^2; z -= c^2 decay y + c momentWeight m/(rootScale sqrt(v) + eps); the average x moves to z, y = ahead x + (1-ahead) z; p is y, `before` the last `ahead` */
export function scheduleFreePlusStep(w: CommandWriter, a: ScheduleFreePlusStepArgs): void {
  const v0 = scheduleFreePlusStepP[a.param.typeCode]!;
  const v1 = scheduleFreePlusStepG[a.grad.typeCode]!;
  if (v0 < 0 || v1 < 0) throw unsupportedTypes('scheduleFreePlusStep', [a.param, a.grad], 'f32|bf16 x f32|bf16');
  const variant = v0 * 2 + v1;
  const i = w.begin(87);
  const u = w.words;
  u[i] = 265 | (variant << 16);
  w.buffer(i + 2, a.grad);
  w.buffer(i + 5, a.gradScale);
  w.buffer(i + 8, a.unitScale);
  w.buffer(i + 11, a.unitTable);
  w.buffer(i + 14, a.skip);
  w.buffer(i + 17, a.segmentStarts);
  w.buffer(i + 20, a.segmentLr);
  w.buffer(i + 23, a.segmentDecay);
  w.buffer(i + 26, a.estimate);
  w.buffer(i + 29, a.param);
  w.buffer(i + 32, a.master);
  w.buffer(i + 35, a.compensation);
  w.buffer(i + 38, a.touched);
  w.buffer(i + 41, a.z);
  w.buffer(i + 44, a.expAvg);
  w.buffer(i + 47, a.expAvgSq);
  w.buffer(i + 50, a.sums);
  w.u64(i + 53, a.n);
  w.u64(i + 55, a.firstIndex);
  w.u64(i + 57, a.seed);
  w.live(i + 59, 'u64', a.offset);
  w.live(i + 61, 'f64', a.beta1);
  w.live(i + 63, 'f64', a.beta2);
  w.live(i + 65, 'f64', a.eps);
  w.live(i + 67, 'f64', a.momentWeight);
  w.live(i + 69, 'f64', a.rootScale);
  w.live(i + 71, 'f64', a.ahead);
  w.live(i + 73, 'f64', a.before);
  w.live(i + 75, 'f64', a.lr);
  w.live(i + 77, 'f64', a.weightDecay);
  u[i + 79] = a.more;
  w.live(i + 80, 'f32', a.gradFactor);
  u[i + 81] = a.decoupled;
  u[i + 82] = a.rounding;
  u[i + 83] = a.segments;
  u[i + 84] = a.gradScales;
  u[i + 85] = a.units;
  u[i + 86] = a.unitTensors;
  w.end(87);
}

/** ProdigyPlus, c = d lr rate, d = estimate[0], w the weight c^2 in the sum of weights: v = beta2 v + (1-beta2)(d g)^2; u = d g/(sqrt(v) + d eps), or with eps 0 4/pi atan2(d g, sqrt(v)), or with rate 0 g; times updateScale, plus decay y; y += w (z - y) - c (1 - beta1 (1-w)) u, where `moveScale` is given only where the move has the sign of -u, times moveScale; z -= c u. Without z, m = beta1 m + (1-beta1) d g takes the place of d g, y = y (1 - c decay) - c u */
export interface ProdigyPlusStepArgs {
  readonly grad: BufferRef;
  readonly gradScale?: BufferRef | undefined;
  readonly unitScale?: BufferRef | undefined;
  readonly unitTable?: BufferRef | undefined;
  readonly skip?: BufferRef | undefined;
  readonly segmentStarts?: BufferRef | undefined;
  readonly segmentLr?: BufferRef | undefined;
  readonly segmentDecay?: BufferRef | undefined;
  readonly estimate: BufferRef;
  readonly updateScale?: BufferRef | undefined;
  readonly moveScale?: BufferRef | undefined;
  readonly param: BufferRef;
  readonly master?: BufferRef | undefined;
  readonly compensation?: BufferRef | undefined;
  readonly touched?: BufferRef | undefined;
  readonly expAvgSq: BufferRef;
  readonly z?: BufferRef | undefined;
  readonly expAvg?: BufferRef | undefined;
  readonly sums: BufferRef;
  readonly n: number;
  readonly firstIndex: number;
  readonly seed: number;
  readonly offset: number | (() => number);
  readonly beta1: number | (() => number);
  readonly beta2: number | (() => number);
  readonly eps: number | (() => number);
  readonly rate: number | (() => number);
  readonly lr: number | (() => number);
  readonly weightDecay: number | (() => number);
  readonly more: number;
  readonly gradFactor: number | (() => number);
  readonly decoupled: number;
  readonly rounding: number;
  readonly segments: number;
  readonly gradScales: number;
  readonly units: number;
  readonly unitTensors: number;
}

const prodigyPlusStepP = [0, 1, -1, -1, -1, -1, -1];

const prodigyPlusStepG = [0, 1, -1, -1, -1, -1, -1];

/** ProdigyPlus, c = d lr rate, d = estimate[0], w the weight c^2 in the sum of weights: v = beta2 v + (1-beta2)(d g)^2; u = d g/(sqrt(v) + d eps), or with eps 0 4/pi atan2(d g, sqrt(v)), or with rate 0 g; times updateScale, plus decay y; y += w (z - y) - c (1 - beta1 (1-w)) u, where `moveScale` is given only where the move has the sign of -u, times moveScale; z -= c u. Without z, m = beta1 m + (1-beta1) d g takes the place of d g, y = y (1 - c decay) - c u */
export function prodigyPlusStep(w: CommandWriter, a: ProdigyPlusStepArgs): void {
  const v0 = prodigyPlusStepP[a.param.typeCode]!;
  const v1 = prodigyPlusStepG[a.grad.typeCode]!;
  if (v0 < 0 || v1 < 0) throw unsupportedTypes('prodigyPlusStep', [a.param, a.grad], 'f32|bf16 x f32|bf16');
  const variant = v0 * 2 + v1;
  const i = w.begin(87);
  const u = w.words;
  u[i] = 266 | (variant << 16);
  w.buffer(i + 2, a.grad);
  w.buffer(i + 5, a.gradScale);
  w.buffer(i + 8, a.unitScale);
  w.buffer(i + 11, a.unitTable);
  w.buffer(i + 14, a.skip);
  w.buffer(i + 17, a.segmentStarts);
  w.buffer(i + 20, a.segmentLr);
  w.buffer(i + 23, a.segmentDecay);
  w.buffer(i + 26, a.estimate);
  w.buffer(i + 29, a.updateScale);
  w.buffer(i + 32, a.moveScale);
  w.buffer(i + 35, a.param);
  w.buffer(i + 38, a.master);
  w.buffer(i + 41, a.compensation);
  w.buffer(i + 44, a.touched);
  w.buffer(i + 47, a.expAvgSq);
  w.buffer(i + 50, a.z);
  w.buffer(i + 53, a.expAvg);
  w.buffer(i + 56, a.sums);
  w.u64(i + 59, a.n);
  w.u64(i + 61, a.firstIndex);
  w.u64(i + 63, a.seed);
  w.live(i + 65, 'u64', a.offset);
  w.live(i + 67, 'f64', a.beta1);
  w.live(i + 69, 'f64', a.beta2);
  w.live(i + 71, 'f64', a.eps);
  w.live(i + 73, 'f64', a.rate);
  w.live(i + 75, 'f64', a.lr);
  w.live(i + 77, 'f64', a.weightDecay);
  u[i + 79] = a.more;
  w.live(i + 80, 'f32', a.gradFactor);
  u[i + 81] = a.decoupled;
  u[i + 82] = a.rounding;
  u[i + 83] = a.segments;
  u[i + 84] = a.gradScales;
  u[i + 85] = a.units;
  u[i + 86] = a.unitTensors;
  w.end(87);
}

/** AvaGrad: m += (1-beta1)(g-m); p -= rate lr momentWeight m/(rootScale sqrt(v) + eps) of the old v; sums 1/(nextScale sqrt(v) + eps)^2 and 1; v = beta2 v + (1-beta2)g^2; rate = estimate[0] */
export interface AvagradStepArgs {
  readonly grad: BufferRef;
  readonly gradScale?: BufferRef | undefined;
  readonly unitScale?: BufferRef | undefined;
  readonly unitTable?: BufferRef | undefined;
  readonly skip?: BufferRef | undefined;
  readonly segmentStarts?: BufferRef | undefined;
  readonly segmentLr?: BufferRef | undefined;
  readonly segmentDecay?: BufferRef | undefined;
  readonly estimate: BufferRef;
  readonly param: BufferRef;
  readonly master?: BufferRef | undefined;
  readonly compensation?: BufferRef | undefined;
  readonly touched?: BufferRef | undefined;
  readonly expAvg: BufferRef;
  readonly expAvgSq: BufferRef;
  readonly sums: BufferRef;
  readonly n: number;
  readonly firstIndex: number;
  readonly seed: number;
  readonly offset: number | (() => number);
  readonly beta1: number | (() => number);
  readonly beta2: number | (() => number);
  readonly eps: number | (() => number);
  readonly momentWeight: number | (() => number);
  readonly rootScale: number | (() => number);
  readonly nextScale: number | (() => number);
  readonly lr: number | (() => number);
  readonly weightDecay: number | (() => number);
  readonly more: number;
  readonly gradFactor: number | (() => number);
  readonly decoupled: number;
  readonly rounding: number;
  readonly segments: number;
  readonly gradScales: number;
  readonly units: number;
  readonly unitTensors: number;
}

const avagradStepP = [0, 1, -1, -1, -1, -1, -1];

const avagradStepG = [0, 1, -1, -1, -1, -1, -1];

/** AvaGrad: m += (1-beta1)(g-m); p -= rate lr momentWeight m/(rootScale sqrt(v) + eps) of the old v; sums 1/(nextScale sqrt(v) + eps)^2 and 1; v = beta2 v + (1-beta2)g^2; rate = estimate[0] */
export function avagradStep(w: CommandWriter, a: AvagradStepArgs): void {
  const v0 = avagradStepP[a.param.typeCode]!;
  const v1 = avagradStepG[a.grad.typeCode]!;
  if (v0 < 0 || v1 < 0) throw unsupportedTypes('avagradStep', [a.param, a.grad], 'f32|bf16 x f32|bf16');
  const variant = v0 * 2 + v1;
  const i = w.begin(82);
  const u = w.words;
  u[i] = 267 | (variant << 16);
  w.buffer(i + 2, a.grad);
  w.buffer(i + 5, a.gradScale);
  w.buffer(i + 8, a.unitScale);
  w.buffer(i + 11, a.unitTable);
  w.buffer(i + 14, a.skip);
  w.buffer(i + 17, a.segmentStarts);
  w.buffer(i + 20, a.segmentLr);
  w.buffer(i + 23, a.segmentDecay);
  w.buffer(i + 26, a.estimate);
  w.buffer(i + 29, a.param);
  w.buffer(i + 32, a.master);
  w.buffer(i + 35, a.compensation);
  w.buffer(i + 38, a.touched);
  w.buffer(i + 41, a.expAvg);
  w.buffer(i + 44, a.expAvgSq);
  w.buffer(i + 47, a.sums);
  w.u64(i + 50, a.n);
  w.u64(i + 52, a.firstIndex);
  w.u64(i + 54, a.seed);
  w.live(i + 56, 'u64', a.offset);
  w.live(i + 58, 'f64', a.beta1);
  w.live(i + 60, 'f64', a.beta2);
  w.live(i + 62, 'f64', a.eps);
  w.live(i + 64, 'f64', a.momentWeight);
  w.live(i + 66, 'f64', a.rootScale);
  w.live(i + 68, 'f64', a.nextScale);
  w.live(i + 70, 'f64', a.lr);
  w.live(i + 72, 'f64', a.weightDecay);
  u[i + 74] = a.more;
  w.live(i + 75, 'f32', a.gradFactor);
  u[i + 76] = a.decoupled;
  u[i + 77] = a.rounding;
  u[i + 78] = a.segments;
  u[i + 79] = a.gradScales;
  u[i + 80] = a.units;
  u[i + 81] = a.unitTensors;
  w.end(82);
}

/** AvaGrad: estimate = sqrt(sums[1]/sums[0]), what the mean square of the coordinates' rates is divided by */
export interface AvagradEstimateArgs {
  readonly sums: BufferRef;
  readonly skip?: BufferRef | undefined;
  readonly estimate: BufferRef;
}

/** AvaGrad: estimate = sqrt(sums[1]/sums[0]), what the mean square of the coordinates' rates is divided by */
export function avagradEstimate(w: CommandWriter, a: AvagradEstimateArgs): void {
  const i = w.begin(11);
  const u = w.words;
  u[i] = 268;
  w.buffer(i + 2, a.sums);
  w.buffer(i + 5, a.skip);
  w.buffer(i + 8, a.estimate);
  w.end(11);
}

/** COCOB, c = lr g: L = max(L, |c|); G += |c|; R = max(R - c (p - x0), 0); C -= c; p = x0 + C (L + R)/(L max(G + L, alpha L)) */
export interface CocobStepArgs {
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
  readonly x0: BufferRef;
  readonly theta: BufferRef;
  readonly largest: BufferRef;
  readonly gradSum: BufferRef;
  readonly reward: BufferRef;
  readonly n: number;
  readonly firstIndex: number;
  readonly seed: number;
  readonly offset: number | (() => number);
  readonly alpha: number | (() => number);
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

const cocobStepP = [0, 1, -1, -1, -1, -1, -1];

const cocobStepG = [0, 1, -1, -1, -1, -1, -1];

/** COCOB, c = lr g: L = max(L, |c|); G += |c|; R = max(R - c (p - x0), 0); C -= c; p = x0 + C (L + R)/(L max(G + L, alpha L)) */
export function cocobStep(w: CommandWriter, a: CocobStepArgs): void {
  const v0 = cocobStepP[a.param.typeCode]!;
  const v1 = cocobStepG[a.grad.typeCode]!;
  if (v0 < 0 || v1 < 0) throw unsupportedTypes('cocobStep', [a.param, a.grad], 'f32|bf16 x f32|bf16');
  const variant = v0 * 2 + v1;
  const i = w.begin(74);
  const u = w.words;
  u[i] = 269 | (variant << 16);
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
  w.buffer(i + 38, a.x0);
  w.buffer(i + 41, a.theta);
  w.buffer(i + 44, a.largest);
  w.buffer(i + 47, a.gradSum);
  w.buffer(i + 50, a.reward);
  w.u64(i + 53, a.n);
  w.u64(i + 55, a.firstIndex);
  w.u64(i + 57, a.seed);
  w.live(i + 59, 'u64', a.offset);
  w.live(i + 61, 'f64', a.alpha);
  w.live(i + 63, 'f64', a.lr);
  w.live(i + 65, 'f64', a.weightDecay);
  w.live(i + 67, 'f32', a.gradFactor);
  u[i + 68] = a.decoupled;
  u[i + 69] = a.rounding;
  u[i + 70] = a.segments;
  u[i + 71] = a.gradScales;
  u[i + 72] = a.units;
  u[i + 73] = a.unitTensors;
  w.end(74);
}
