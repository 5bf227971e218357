// Generated from native/kernels by `npm run generate`; do not edit.
import { type BufferRef, type CommandWriter, unsupportedTypes } from '../command-writer.js';

/** p^2; (g + decay p)^2 */
export interface GradientTermsArgs {
  readonly grad: BufferRef;
  readonly param: BufferRef;
  readonly master?: BufferRef | undefined;
  readonly s0?: BufferRef | undefined;
  readonly s1?: BufferRef | undefined;
  readonly estimate?: BufferRef | undefined;
  readonly updateScale?: BufferRef | undefined;
  readonly segmentStarts: BufferRef;
  readonly segmentLr: BufferRef;
  readonly segmentDecay: BufferRef;
  readonly skip?: BufferRef | undefined;
  readonly gradScale?: BufferRef | undefined;
  readonly unitScale?: BufferRef | undefined;
  readonly unitTable?: BufferRef | undefined;
  readonly sums: BufferRef;
  readonly n: number;
  readonly beta1: number | (() => number);
  readonly beta2: number | (() => number);
  readonly eps: number | (() => number);
  readonly momentWeight: number | (() => number);
  readonly rootScale: number | (() => number);
  readonly rate: number | (() => number);
  readonly lr: number | (() => number);
  readonly weightDecay: number | (() => number);
  readonly gradFactor: number | (() => number);
  readonly variant: number;
  readonly decoupled: number;
  readonly segments: number;
  readonly gradScales: number;
  readonly units: number;
  readonly unitTensors: number;
}

const gradientTermsP = [0, 1, -1, -1, -1, -1, -1];

const gradientTermsG = [0, 1, -1, -1, -1, -1, -1];

/** p^2; (g + decay p)^2 */
export function gradientTerms(w: CommandWriter, a: GradientTermsArgs): void {
  const v0 = gradientTermsP[a.param.typeCode]!;
  const v1 = gradientTermsG[a.grad.typeCode]!;
  if (v0 < 0 || v1 < 0) throw unsupportedTypes('gradientTerms', [a.param, a.grad], 'f32|bf16 x f32|bf16');
  const variant = v0 * 2 + v1;
  const i = w.begin(72);
  const u = w.words;
  u[i] = 287 | (variant << 16);
  w.buffer(i + 2, a.grad);
  w.buffer(i + 5, a.param);
  w.buffer(i + 8, a.master);
  w.buffer(i + 11, a.s0);
  w.buffer(i + 14, a.s1);
  w.buffer(i + 17, a.estimate);
  w.buffer(i + 20, a.updateScale);
  w.buffer(i + 23, a.segmentStarts);
  w.buffer(i + 26, a.segmentLr);
  w.buffer(i + 29, a.segmentDecay);
  w.buffer(i + 32, a.skip);
  w.buffer(i + 35, a.gradScale);
  w.buffer(i + 38, a.unitScale);
  w.buffer(i + 41, a.unitTable);
  w.buffer(i + 44, a.sums);
  w.u64(i + 47, a.n);
  w.live(i + 49, 'f64', a.beta1);
  w.live(i + 51, 'f64', a.beta2);
  w.live(i + 53, 'f64', a.eps);
  w.live(i + 55, 'f64', a.momentWeight);
  w.live(i + 57, 'f64', a.rootScale);
  w.live(i + 59, 'f64', a.rate);
  w.live(i + 61, 'f64', a.lr);
  w.live(i + 63, 'f64', a.weightDecay);
  w.live(i + 65, 'f32', a.gradFactor);
  u[i + 66] = a.variant;
  u[i + 67] = a.decoupled;
  u[i + 68] = a.segments;
  u[i + 69] = a.gradScales;
  u[i + 70] = a.units;
  u[i + 71] = a.unitTensors;
  w.end(72);
}

/** p^2; (momentWeight m/(rootScale sqrt(v) + eps) + decay p)^2 with the m and v of the step to come; states m, v */
export interface AdamTermsArgs {
  readonly grad: BufferRef;
  readonly param: BufferRef;
  readonly master?: BufferRef | undefined;
  readonly s0?: BufferRef | undefined;
  readonly s1?: BufferRef | undefined;
  readonly estimate?: BufferRef | undefined;
  readonly updateScale?: BufferRef | undefined;
  readonly segmentStarts: BufferRef;
  readonly segmentLr: BufferRef;
  readonly segmentDecay: BufferRef;
  readonly skip?: BufferRef | undefined;
  readonly gradScale?: BufferRef | undefined;
  readonly unitScale?: BufferRef | undefined;
  readonly unitTable?: BufferRef | undefined;
  readonly sums: BufferRef;
  readonly n: number;
  readonly beta1: number | (() => number);
  readonly beta2: number | (() => number);
  readonly eps: number | (() => number);
  readonly momentWeight: number | (() => number);
  readonly rootScale: number | (() => number);
  readonly rate: number | (() => number);
  readonly lr: number | (() => number);
  readonly weightDecay: number | (() => number);
  readonly gradFactor: number | (() => number);
  readonly variant: number;
  readonly decoupled: number;
  readonly segments: number;
  readonly gradScales: number;
  readonly units: number;
  readonly unitTensors: number;
}

const adamTermsP = [0, 1, -1, -1, -1, -1, -1];

const adamTermsG = [0, 1, -1, -1, -1, -1, -1];

/** p^2; (momentWeight m/(rootScale sqrt(v) + eps) + decay p)^2 with the m and v of the step to come; states m, v */
export function adamTerms(w: CommandWriter, a: AdamTermsArgs): void {
  const v0 = adamTermsP[a.param.typeCode]!;
  const v1 = adamTermsG[a.grad.typeCode]!;
  if (v0 < 0 || v1 < 0) throw unsupportedTypes('adamTerms', [a.param, a.grad], 'f32|bf16 x f32|bf16');
  const variant = v0 * 2 + v1;
  const i = w.begin(72);
  const u = w.words;
  u[i] = 288 | (variant << 16);
  w.buffer(i + 2, a.grad);
  w.buffer(i + 5, a.param);
  w.buffer(i + 8, a.master);
  w.buffer(i + 11, a.s0);
  w.buffer(i + 14, a.s1);
  w.buffer(i + 17, a.estimate);
  w.buffer(i + 20, a.updateScale);
  w.buffer(i + 23, a.segmentStarts);
  w.buffer(i + 26, a.segmentLr);
  w.buffer(i + 29, a.segmentDecay);
  w.buffer(i + 32, a.skip);
  w.buffer(i + 35, a.gradScale);
  w.buffer(i + 38, a.unitScale);
  w.buffer(i + 41, a.unitTable);
  w.buffer(i + 44, a.sums);
  w.u64(i + 47, a.n);
  w.live(i + 49, 'f64', a.beta1);
  w.live(i + 51, 'f64', a.beta2);
  w.live(i + 53, 'f64', a.eps);
  w.live(i + 55, 'f64', a.momentWeight);
  w.live(i + 57, 'f64', a.rootScale);
  w.live(i + 59, 'f64', a.rate);
  w.live(i + 61, 'f64', a.lr);
  w.live(i + 63, 'f64', a.weightDecay);
  w.live(i + 65, 'f32', a.gradFactor);
  u[i + 66] = a.variant;
  u[i + 67] = a.decoupled;
  u[i + 68] = a.segments;
  u[i + 69] = a.gradScales;
  u[i + 70] = a.units;
  u[i + 71] = a.unitTensors;
  w.end(72);
}

/** g^2/max(v, eps^2) with v = beta2 v + (1-beta2)g^2; 0; state v */
export interface NormalizedTermsArgs {
  readonly grad: BufferRef;
  readonly param: BufferRef;
  readonly master?: BufferRef | undefined;
  readonly s0?: BufferRef | undefined;
  readonly s1?: BufferRef | undefined;
  readonly estimate?: BufferRef | undefined;
  readonly updateScale?: BufferRef | undefined;
  readonly segmentStarts: BufferRef;
  readonly segmentLr: BufferRef;
  readonly segmentDecay: BufferRef;
  readonly skip?: BufferRef | undefined;
  readonly gradScale?: BufferRef | undefined;
  readonly unitScale?: BufferRef | undefined;
  readonly unitTable?: BufferRef | undefined;
  readonly sums: BufferRef;
  readonly n: number;
  readonly beta1: number | (() => number);
  readonly beta2: number | (() => number);
  readonly eps: number | (() => number);
  readonly momentWeight: number | (() => number);
  readonly rootScale: number | (() => number);
  readonly rate: number | (() => number);
  readonly lr: number | (() => number);
  readonly weightDecay: number | (() => number);
  readonly gradFactor: number | (() => number);
  readonly variant: number;
  readonly decoupled: number;
  readonly segments: number;
  readonly gradScales: number;
  readonly units: number;
  readonly unitTensors: number;
}

const normalizedTermsP = [0, 1, -1, -1, -1, -1, -1];

const normalizedTermsG = [0, 1, -1, -1, -1, -1, -1];

/** g^2/max(v, eps^2) with v = beta2 v + (1-beta2)g^2; 0; state v */
export function normalizedTerms(w: CommandWriter, a: NormalizedTermsArgs): void {
  const v0 = normalizedTermsP[a.param.typeCode]!;
  const v1 = normalizedTermsG[a.grad.typeCode]!;
  if (v0 < 0 || v1 < 0) throw unsupportedTypes('normalizedTerms', [a.param, a.grad], 'f32|bf16 x f32|bf16');
  const variant = v0 * 2 + v1;
  const i = w.begin(72);
  const u = w.words;
  u[i] = 289 | (variant << 16);
  w.buffer(i + 2, a.grad);
  w.buffer(i + 5, a.param);
  w.buffer(i + 8, a.master);
  w.buffer(i + 11, a.s0);
  w.buffer(i + 14, a.s1);
  w.buffer(i + 17, a.estimate);
  w.buffer(i + 20, a.updateScale);
  w.buffer(i + 23, a.segmentStarts);
  w.buffer(i + 26, a.segmentLr);
  w.buffer(i + 29, a.segmentDecay);
  w.buffer(i + 32, a.skip);
  w.buffer(i + 35, a.gradScale);
  w.buffer(i + 38, a.unitScale);
  w.buffer(i + 41, a.unitTable);
  w.buffer(i + 44, a.sums);
  w.u64(i + 47, a.n);
  w.live(i + 49, 'f64', a.beta1);
  w.live(i + 51, 'f64', a.beta2);
  w.live(i + 53, 'f64', a.eps);
  w.live(i + 55, 'f64', a.momentWeight);
  w.live(i + 57, 'f64', a.rootScale);
  w.live(i + 59, 'f64', a.rate);
  w.live(i + 61, 'f64', a.lr);
  w.live(i + 63, 'f64', a.weightDecay);
  w.live(i + 65, 'f32', a.gradFactor);
  u[i + 66] = a.variant;
  u[i + 67] = a.decoupled;
  u[i + 68] = a.segments;
  u[i + 69] = a.gradScales;
  u[i + 70] = a.units;
  u[i + 71] = a.unitTensors;
  w.end(72);
}

/** The squared update of prodigyPlusStep before `updateScale`; 0; states z or m, v */
export interface ProdigyPlusTermsArgs {
  readonly grad: BufferRef;
  readonly param: BufferRef;
  readonly master?: BufferRef | undefined;
  readonly s0?: BufferRef | undefined;
  readonly s1?: BufferRef | undefined;
  readonly estimate?: BufferRef | undefined;
  readonly updateScale?: BufferRef | undefined;
  readonly segmentStarts: BufferRef;
  readonly segmentLr: BufferRef;
  readonly segmentDecay: BufferRef;
  readonly skip?: BufferRef | undefined;
  readonly gradScale?: BufferRef | undefined;
  readonly unitScale?: BufferRef | undefined;
  readonly unitTable?: BufferRef | undefined;
  readonly sums: BufferRef;
  readonly n: number;
  readonly beta1: number | (() => number);
  readonly beta2: number | (() => number);
  readonly eps: number | (() => number);
  readonly momentWeight: number | (() => number);
  readonly rootScale: number | (() => number);
  readonly rate: number | (() => number);
  readonly lr: number | (() => number);
  readonly weightDecay: number | (() => number);
  readonly gradFactor: number | (() => number);
  readonly variant: number;
  readonly decoupled: number;
  readonly segments: number;
  readonly gradScales: number;
  readonly units: number;
  readonly unitTensors: number;
}

const prodigyPlusTermsP = [0, 1, -1, -1, -1, -1, -1];

const prodigyPlusTermsG = [0, 1, -1, -1, -1, -1, -1];

/** The squared update of prodigyPlusStep before `updateScale`; 0; states z or m, v */
export function prodigyPlusTerms(w: CommandWriter, a: ProdigyPlusTermsArgs): void {
  const v0 = prodigyPlusTermsP[a.param.typeCode]!;
  const v1 = prodigyPlusTermsG[a.grad.typeCode]!;
  if (v0 < 0 || v1 < 0) throw unsupportedTypes('prodigyPlusTerms', [a.param, a.grad], 'f32|bf16 x f32|bf16');
  const variant = v0 * 2 + v1;
  const i = w.begin(72);
  const u = w.words;
  u[i] = 290 | (variant << 16);
  w.buffer(i + 2, a.grad);
  w.buffer(i + 5, a.param);
  w.buffer(i + 8, a.master);
  w.buffer(i + 11, a.s0);
  w.buffer(i + 14, a.s1);
  w.buffer(i + 17, a.estimate);
  w.buffer(i + 20, a.updateScale);
  w.buffer(i + 23, a.segmentStarts);
  w.buffer(i + 26, a.segmentLr);
  w.buffer(i + 29, a.segmentDecay);
  w.buffer(i + 32, a.skip);
  w.buffer(i + 35, a.gradScale);
  w.buffer(i + 38, a.unitScale);
  w.buffer(i + 41, a.unitTable);
  w.buffer(i + 44, a.sums);
  w.u64(i + 47, a.n);
  w.live(i + 49, 'f64', a.beta1);
  w.live(i + 51, 'f64', a.beta2);
  w.live(i + 53, 'f64', a.eps);
  w.live(i + 55, 'f64', a.momentWeight);
  w.live(i + 57, 'f64', a.rootScale);
  w.live(i + 59, 'f64', a.rate);
  w.live(i + 61, 'f64', a.lr);
  w.live(i + 63, 'f64', a.weightDecay);
  w.live(i + 65, 'f32', a.gradFactor);
  u[i + 66] = a.variant;
  u[i + 67] = a.decoupled;
  u[i + 68] = a.segments;
  u[i + 69] = a.gradScales;
  u[i + 70] = a.units;
  u[i + 71] = a.unitTensors;
  w.end(72);
}

/** 1 where the update of prodigyPlusStep with `updateScale` and decay has the sign of its move of y; 0; states z, v */
export interface ProdigyPlusMaskArgs {
  readonly grad: BufferRef;
  readonly param: BufferRef;
  readonly master?: BufferRef | undefined;
  readonly s0?: BufferRef | undefined;
  readonly s1?: BufferRef | undefined;
  readonly estimate?: BufferRef | undefined;
  readonly updateScale?: BufferRef | undefined;
  readonly segmentStarts: BufferRef;
  readonly segmentLr: BufferRef;
  readonly segmentDecay: BufferRef;
  readonly skip?: BufferRef | undefined;
  readonly gradScale?: BufferRef | undefined;
  readonly unitScale?: BufferRef | undefined;
  readonly unitTable?: BufferRef | undefined;
  readonly sums: BufferRef;
  readonly n: number;
  readonly beta1: number | (() => number);
  readonly beta2: number | (() => number);
  readonly eps: number | (() => number);
  readonly momentWeight: number | (() => number);
  readonly rootScale: number | (() => number);
  readonly rate: number | (() => number);
  readonly lr: number | (() => number);
  readonly weightDecay: number | (() => number);
  readonly gradFactor: number | (() => number);
  readonly variant: number;
  readonly decoupled: number;
  readonly segments: number;
  readonly gradScales: number;
  readonly units: number;
  readonly unitTensors: number;
}

const prodigyPlusMaskP = [0, 1, -1, -1, -1, -1, -1];

const prodigyPlusMaskG = [0, 1, -1, -1, -1, -1, -1];

/** 1 where the update of prodigyPlusStep with `updateScale` and decay has the sign of its move of y; 0; states z, v */
export function prodigyPlusMask(w: CommandWriter, a: ProdigyPlusMaskArgs): void {
  const v0 = prodigyPlusMaskP[a.param.typeCode]!;
  const v1 = prodigyPlusMaskG[a.grad.typeCode]!;
  if (v0 < 0 || v1 < 0) throw unsupportedTypes('prodigyPlusMask', [a.param, a.grad], 'f32|bf16 x f32|bf16');
  const variant = v0 * 2 + v1;
  const i = w.begin(72);
  const u = w.words;
  u[i] = 291 | (variant << 16);
  w.buffer(i + 2, a.grad);
  w.buffer(i + 5, a.param);
  w.buffer(i + 8, a.master);
  w.buffer(i + 11, a.s0);
  w.buffer(i + 14, a.s1);
  w.buffer(i + 17, a.estimate);
  w.buffer(i + 20, a.updateScale);
  w.buffer(i + 23, a.segmentStarts);
  w.buffer(i + 26, a.segmentLr);
  w.buffer(i + 29, a.segmentDecay);
  w.buffer(i + 32, a.skip);
  w.buffer(i + 35, a.gradScale);
  w.buffer(i + 38, a.unitScale);
  w.buffer(i + 41, a.unitTable);
  w.buffer(i + 44, a.sums);
  w.u64(i + 47, a.n);
  w.live(i + 49, 'f64', a.beta1);
  w.live(i + 51, 'f64', a.beta2);
  w.live(i + 53, 'f64', a.eps);
  w.live(i + 55, 'f64', a.momentWeight);
  w.live(i + 57, 'f64', a.rootScale);
  w.live(i + 59, 'f64', a.rate);
  w.live(i + 61, 'f64', a.lr);
  w.live(i + 63, 'f64', a.weightDecay);
  w.live(i + 65, 'f32', a.gradFactor);
  u[i + 66] = a.variant;
  u[i + 67] = a.decoupled;
  u[i + 68] = a.segments;
  u[i + 69] = a.gradScales;
  u[i + 70] = a.units;
  u[i + 71] = a.unitTensors;
  w.end(72);
}

/** rate = segment lr |p|/|u|, and 1 for a norm of zero; decay = segment decay */
export interface LambRatesArgs {
  readonly sums: BufferRef;
  readonly size?: BufferRef | undefined;
  readonly segmentStarts: BufferRef;
  readonly segmentLr: BufferRef;
  readonly segmentDecay: BufferRef;
  readonly skip?: BufferRef | undefined;
  readonly gradScale?: BufferRef | undefined;
  readonly state?: BufferRef | undefined;
  readonly rate: BufferRef;
  readonly decay: BufferRef;
  readonly lr: number | (() => number);
  readonly beta: number;
  readonly eps: number;
  readonly factor: number;
  readonly coefficient: number;
  readonly correction: number | (() => number);
  readonly first: number | (() => number);
  readonly segments: number;
}

/** rate = segment lr |p|/|u|, and 1 for a norm of zero; decay = segment decay */
export function lambRates(w: CommandWriter, a: LambRatesArgs): void {
  const i = w.begin(47);
  const u = w.words;
  u[i] = 292;
  w.buffer(i + 2, a.sums);
  w.buffer(i + 5, a.size);
  w.buffer(i + 8, a.segmentStarts);
  w.buffer(i + 11, a.segmentLr);
  w.buffer(i + 14, a.segmentDecay);
  w.buffer(i + 17, a.skip);
  w.buffer(i + 20, a.gradScale);
  w.buffer(i + 23, a.state);
  w.buffer(i + 26, a.rate);
  w.buffer(i + 29, a.decay);
  w.live(i + 32, 'f64', a.lr);
  w.f64(i + 34, a.beta);
  w.f64(i + 36, a.eps);
  w.f64(i + 38, a.factor);
  w.f64(i + 40, a.coefficient);
  w.live(i + 42, 'f64', a.correction);
  w.live(i + 44, 'f64', a.first);
  u[i + 46] = a.segments;
  w.end(47);
}

/** rate = segment lr/max(1, root mean square); decay = segment decay */
export interface NormalizedRatesArgs {
  readonly sums: BufferRef;
  readonly size?: BufferRef | undefined;
  readonly segmentStarts: BufferRef;
  readonly segmentLr: BufferRef;
  readonly segmentDecay: BufferRef;
  readonly skip?: BufferRef | undefined;
  readonly gradScale?: BufferRef | undefined;
  readonly state?: BufferRef | undefined;
  readonly rate: BufferRef;
  readonly decay: BufferRef;
  readonly lr: number | (() => number);
  readonly beta: number;
  readonly eps: number;
  readonly factor: number;
  readonly coefficient: number;
  readonly correction: number | (() => number);
  readonly first: number | (() => number);
  readonly segments: number;
}

/** rate = segment lr/max(1, root mean square); decay = segment decay */
export function normalizedRates(w: CommandWriter, a: NormalizedRatesArgs): void {
  const i = w.begin(47);
  const u = w.words;
  u[i] = 293;
  w.buffer(i + 2, a.sums);
  w.buffer(i + 5, a.size);
  w.buffer(i + 8, a.segmentStarts);
  w.buffer(i + 11, a.segmentLr);
  w.buffer(i + 14, a.segmentDecay);
  w.buffer(i + 17, a.skip);
  w.buffer(i + 20, a.gradScale);
  w.buffer(i + 23, a.state);
  w.buffer(i + 26, a.rate);
  w.buffer(i + 29, a.decay);
  w.live(i + 32, 'f64', a.lr);
  w.f64(i + 34, a.beta);
  w.f64(i + 36, a.eps);
  w.f64(i + 38, a.factor);
  w.f64(i + 40, a.coefficient);
  w.live(i + 42, 'f64', a.correction);
  w.live(i + 44, 'f64', a.first);
  u[i + 46] = a.segments;
  w.end(47);
}

/** With r = lr (segment lr) factor |p|/|g|, and lr (segment lr) where a norm is zero: rate = r gradScale, decay = r (segment decay) */
export interface LarsRatesArgs {
  readonly sums: BufferRef;
  readonly size?: BufferRef | undefined;
  readonly segmentStarts: BufferRef;
  readonly segmentLr: BufferRef;
  readonly segmentDecay: BufferRef;
  readonly skip?: BufferRef | undefined;
  readonly gradScale?: BufferRef | undefined;
  readonly state?: BufferRef | undefined;
  readonly rate: BufferRef;
  readonly decay: BufferRef;
  readonly lr: number | (() => number);
  readonly beta: number;
  readonly eps: number;
  readonly factor: number;
  readonly coefficient: number;
  readonly correction: number | (() => number);
  readonly first: number | (() => number);
  readonly segments: number;
}

/** With r = lr (segment lr) factor |p|/|g|, and lr (segment lr) where a norm is zero: rate = r gradScale, decay = r (segment decay) */
export function larsRates(w: CommandWriter, a: LarsRatesArgs): void {
  const i = w.begin(47);
  const u = w.words;
  u[i] = 294;
  w.buffer(i + 2, a.sums);
  w.buffer(i + 5, a.size);
  w.buffer(i + 8, a.segmentStarts);
  w.buffer(i + 11, a.segmentLr);
  w.buffer(i + 14, a.segmentDecay);
  w.buffer(i + 17, a.skip);
  w.buffer(i + 20, a.gradScale);
  w.buffer(i + 23, a.state);
  w.buffer(i + 26, a.rate);
  w.buffer(i + 29, a.decay);
  w.live(i + 32, 'f64', a.lr);
  w.f64(i + 34, a.beta);
  w.f64(i + 36, a.eps);
  w.f64(i + 38, a.factor);
  w.f64(i + 40, a.coefficient);
  w.live(i + 42, 'f64', a.correction);
  w.live(i + 44, 'f64', a.first);
  u[i + 46] = a.segments;
  w.end(47);
}

/** rate = segment lr gradScale max(|p|, eps)/max(|g|, eps); decay = segment decay */
export interface FromageRatesArgs {
  readonly sums: BufferRef;
  readonly size?: BufferRef | undefined;
  readonly segmentStarts: BufferRef;
  readonly segmentLr: BufferRef;
  readonly segmentDecay: BufferRef;
  readonly skip?: BufferRef | undefined;
  readonly gradScale?: BufferRef | undefined;
  readonly state?: BufferRef | undefined;
  readonly rate: BufferRef;
  readonly decay: BufferRef;
  readonly lr: number | (() => number);
  readonly beta: number;
  readonly eps: number;
  readonly factor: number;
  readonly coefficient: number;
  readonly correction: number | (() => number);
  readonly first: number | (() => number);
  readonly segments: number;
}

/** rate = segment lr gradScale max(|p|, eps)/max(|g|, eps); decay = segment decay */
export function fromageRates(w: CommandWriter, a: FromageRatesArgs): void {
  const i = w.begin(47);
  const u = w.words;
  u[i] = 295;
  w.buffer(i + 2, a.sums);
  w.buffer(i + 5, a.size);
  w.buffer(i + 8, a.segmentStarts);
  w.buffer(i + 11, a.segmentLr);
  w.buffer(i + 14, a.segmentDecay);
  w.buffer(i + 17, a.skip);
  w.buffer(i + 20, a.gradScale);
  w.buffer(i + 23, a.state);
  w.buffer(i + 26, a.rate);
  w.buffer(i + 29, a.decay);
  w.live(i + 32, 'f64', a.lr);
  w.f64(i + 34, a.beta);
  w.f64(i + 36, a.eps);
  w.f64(i + 38, a.factor);
  w.f64(i + 40, a.coefficient);
  w.live(i + 42, 'f64', a.correction);
  w.live(i + 44, 'f64', a.first);
  u[i + 46] = a.segments;
  w.end(47);
}

/** v = beta v + (1-beta)|g|^2, at first |g|^2; rate = gradScale/(sqrt(v) + eps); decay = segment decay; state v */
export interface NovogradRatesArgs {
  readonly sums: BufferRef;
  readonly size?: BufferRef | undefined;
  readonly segmentStarts: BufferRef;
  readonly segmentLr: BufferRef;
  readonly segmentDecay: BufferRef;
  readonly skip?: BufferRef | undefined;
  readonly gradScale?: BufferRef | undefined;
  readonly state?: BufferRef | undefined;
  readonly rate: BufferRef;
  readonly decay: BufferRef;
  readonly lr: number | (() => number);
  readonly beta: number;
  readonly eps: number;
  readonly factor: number;
  readonly coefficient: number;
  readonly correction: number | (() => number);
  readonly first: number | (() => number);
  readonly segments: number;
}

/** v = beta v + (1-beta)|g|^2, at first |g|^2; rate = gradScale/(sqrt(v) + eps); decay = segment decay; state v */
export function novogradRates(w: CommandWriter, a: NovogradRatesArgs): void {
  const i = w.begin(47);
  const u = w.words;
  u[i] = 296;
  w.buffer(i + 2, a.sums);
  w.buffer(i + 5, a.size);
  w.buffer(i + 8, a.segmentStarts);
  w.buffer(i + 11, a.segmentLr);
  w.buffer(i + 14, a.segmentDecay);
  w.buffer(i + 17, a.skip);
  w.buffer(i + 20, a.gradScale);
  w.buffer(i + 23, a.state);
  w.buffer(i + 26, a.rate);
  w.buffer(i + 29, a.decay);
  w.live(i + 32, 'f64', a.lr);
  w.f64(i + 34, a.beta);
  w.f64(i + 36, a.eps);
  w.f64(i + 38, a.factor);
  w.f64(i + 40, a.coefficient);
  w.live(i + 42, 'f64', a.correction);
  w.live(i + 44, 'f64', a.first);
  u[i + 46] = a.segments;
  w.end(47);
}

/** v = beta v + (1-beta) mean g^2; h = correction/(v + eps); c = 1/sqrt(1 + factor sqrt(lr) D), a = 1/(1 + coefficient sqrt(lr size) D); q = c lr^2 h mean g^2; rate = a lr size sqrt(h) gradScale, decay = a (q - segment decay)/2; D = D (1 + q) + q; states v, D */
export interface AmosRatesArgs {
  readonly sums: BufferRef;
  readonly size?: BufferRef | undefined;
  readonly segmentStarts: BufferRef;
  readonly segmentLr: BufferRef;
  readonly segmentDecay: BufferRef;
  readonly skip?: BufferRef | undefined;
  readonly gradScale?: BufferRef | undefined;
  readonly state?: BufferRef | undefined;
  readonly rate: BufferRef;
  readonly decay: BufferRef;
  readonly lr: number | (() => number);
  readonly beta: number;
  readonly eps: number;
  readonly factor: number;
  readonly coefficient: number;
  readonly correction: number | (() => number);
  readonly first: number | (() => number);
  readonly segments: number;
}

/** v = beta v + (1-beta) mean g^2; h = correction/(v + eps); c = 1/sqrt(1 + factor sqrt(lr) D), a = 1/(1 + coefficient sqrt(lr size) D); q = c lr^2 h mean g^2; rate = a lr size sqrt(h) gradScale, decay = a (q - segment decay)/2; D = D (1 + q) + q; states v, D */
export function amosRates(w: CommandWriter, a: AmosRatesArgs): void {
  const i = w.begin(47);
  const u = w.words;
  u[i] = 297;
  w.buffer(i + 2, a.sums);
  w.buffer(i + 5, a.size);
  w.buffer(i + 8, a.segmentStarts);
  w.buffer(i + 11, a.segmentLr);
  w.buffer(i + 14, a.segmentDecay);
  w.buffer(i + 17, a.skip);
  w.buffer(i + 20, a.gradScale);
  w.buffer(i + 23, a.state);
  w.buffer(i + 26, a.rate);
  w.buffer(i + 29, a.decay);
  w.live(i + 32, 'f64', a.lr);
  w.f64(i + 34, a.beta);
  w.f64(i + 36, a.eps);
  w.f64(i + 38, a.factor);
  w.f64(i + 40, a.coefficient);
  w.live(i + 42, 'f64', a.correction);
  w.live(i + 44, 'f64', a.first);
  u[i + 46] = a.segments;
  w.end(47);
}

/** rate = 1/sqrt(max(1, root mean square)); decay = segment decay */
export interface RmsScaleArgs {
  readonly sums: BufferRef;
  readonly size?: BufferRef | undefined;
  readonly segmentStarts: BufferRef;
  readonly segmentLr: BufferRef;
  readonly segmentDecay: BufferRef;
  readonly skip?: BufferRef | undefined;
  readonly gradScale?: BufferRef | undefined;
  readonly state?: BufferRef | undefined;
  readonly rate: BufferRef;
  readonly decay: BufferRef;
  readonly lr: number | (() => number);
  readonly beta: number;
  readonly eps: number;
  readonly factor: number;
  readonly coefficient: number;
  readonly correction: number | (() => number);
  readonly first: number | (() => number);
  readonly segments: number;
}

/** rate = 1/sqrt(max(1, root mean square)); decay = segment decay */
export function rmsScale(w: CommandWriter, a: RmsScaleArgs): void {
  const i = w.begin(47);
  const u = w.words;
  u[i] = 298;
  w.buffer(i + 2, a.sums);
  w.buffer(i + 5, a.size);
  w.buffer(i + 8, a.segmentStarts);
  w.buffer(i + 11, a.segmentLr);
  w.buffer(i + 14, a.segmentDecay);
  w.buffer(i + 17, a.skip);
  w.buffer(i + 20, a.gradScale);
  w.buffer(i + 23, a.state);
  w.buffer(i + 26, a.rate);
  w.buffer(i + 29, a.decay);
  w.live(i + 32, 'f64', a.lr);
  w.f64(i + 34, a.beta);
  w.f64(i + 36, a.eps);
  w.f64(i + 38, a.factor);
  w.f64(i + 40, a.coefficient);
  w.live(i + 42, 'f64', a.correction);
  w.live(i + 44, 'f64', a.first);
  u[i + 46] = a.segments;
  w.end(47);
}

/** rate = 1/max(mean, 1e-3); decay = segment decay */
export interface MaskScaleArgs {
  readonly sums: BufferRef;
  readonly size?: BufferRef | undefined;
  readonly segmentStarts: BufferRef;
  readonly segmentLr: BufferRef;
  readonly segmentDecay: BufferRef;
  readonly skip?: BufferRef | undefined;
  readonly gradScale?: BufferRef | undefined;
  readonly state?: BufferRef | undefined;
  readonly rate: BufferRef;
  readonly decay: BufferRef;
  readonly lr: number | (() => number);
  readonly beta: number;
  readonly eps: number;
  readonly factor: number;
  readonly coefficient: number;
  readonly correction: number | (() => number);
  readonly first: number | (() => number);
  readonly segments: number;
}

/** rate = 1/max(mean, 1e-3); decay = segment decay */
export function maskScale(w: CommandWriter, a: MaskScaleArgs): void {
  const i = w.begin(47);
  const u = w.words;
  u[i] = 299;
  w.buffer(i + 2, a.sums);
  w.buffer(i + 5, a.size);
  w.buffer(i + 8, a.segmentStarts);
  w.buffer(i + 11, a.segmentLr);
  w.buffer(i + 14, a.segmentDecay);
  w.buffer(i + 17, a.skip);
  w.buffer(i + 20, a.gradScale);
  w.buffer(i + 23, a.state);
  w.buffer(i + 26, a.rate);
  w.buffer(i + 29, a.decay);
  w.live(i + 32, 'f64', a.lr);
  w.f64(i + 34, a.beta);
  w.f64(i + 36, a.eps);
  w.f64(i + 38, a.factor);
  w.f64(i + 40, a.coefficient);
  w.live(i + 42, 'f64', a.correction);
  w.live(i + 44, 'f64', a.first);
  u[i + 46] = a.segments;
  w.end(47);
}

/** Over every `slice`-th element of segment s, with x from z or the parameter: slices[3s..] = the sums of g (p0 - x) and of |s| after s = beta3 s + d^2/sqrt(d0) g; without s the sums of g (p0 - x), |p0 - x| and (p0 - x)^2. p0 and s are compact, from sliceStarts[s] on */
export interface ProdigyPlusSlicesArgs {
  readonly grad: BufferRef;
  readonly param: BufferRef;
  readonly master?: BufferRef | undefined;
  readonly z?: BufferRef | undefined;
  readonly p0: BufferRef;
  readonly estimate: BufferRef;
  readonly sliceStarts: BufferRef;
  readonly segmentStarts: BufferRef;
  readonly segmentLr: BufferRef;
  readonly segmentDecay: BufferRef;
  readonly skip?: BufferRef | undefined;
  readonly gradScale?: BufferRef | undefined;
  readonly unitScale?: BufferRef | undefined;
  readonly unitTable?: BufferRef | undefined;
  readonly s?: BufferRef | undefined;
  readonly slices: BufferRef;
  readonly n: number;
  readonly count: number;
  readonly beta3: number;
  readonly d0: number;
  readonly slice: number;
  readonly gradFactor: number | (() => number);
  readonly segments: number;
  readonly gradScales: number;
  readonly units: number;
  readonly unitTensors: number;
}

const prodigyPlusSlicesP = [0, 1, -1, -1, -1, -1, -1];

const prodigyPlusSlicesG = [0, 1, -1, -1, -1, -1, -1];

/** Over every `slice`-th element of segment s, with x from z or the parameter: slices[3s..] = the sums of g (p0 - x) and of |s| after s = beta3 s + d^2/sqrt(d0) g; without s the sums of g (p0 - x), |p0 - x| and (p0 - x)^2. p0 and s are compact, from sliceStarts[s] on */
export function prodigyPlusSlices(w: CommandWriter, a: ProdigyPlusSlicesArgs): void {
  const v0 = prodigyPlusSlicesP[a.param.typeCode]!;
  const v1 = prodigyPlusSlicesG[a.grad.typeCode]!;
  if (v0 < 0 || v1 < 0) throw unsupportedTypes('prodigyPlusSlices', [a.param, a.grad], 'f32|bf16 x f32|bf16');
  const variant = v0 * 2 + v1;
  const i = w.begin(64);
  const u = w.words;
  u[i] = 300 | (variant << 16);
  w.buffer(i + 2, a.grad);
  w.buffer(i + 5, a.param);
  w.buffer(i + 8, a.master);
  w.buffer(i + 11, a.z);
  w.buffer(i + 14, a.p0);
  w.buffer(i + 17, a.estimate);
  w.buffer(i + 20, a.sliceStarts);
  w.buffer(i + 23, a.segmentStarts);
  w.buffer(i + 26, a.segmentLr);
  w.buffer(i + 29, a.segmentDecay);
  w.buffer(i + 32, a.skip);
  w.buffer(i + 35, a.gradScale);
  w.buffer(i + 38, a.unitScale);
  w.buffer(i + 41, a.unitTable);
  w.buffer(i + 44, a.s);
  w.buffer(i + 47, a.slices);
  w.u64(i + 50, a.n);
  w.u64(i + 52, a.count);
  w.f64(i + 54, a.beta3);
  w.f64(i + 56, a.d0);
  u[i + 58] = a.slice;
  w.live(i + 59, 'f32', a.gradFactor);
  u[i + 60] = a.segments;
  u[i + 61] = a.gradScales;
  u[i + 62] = a.units;
  u[i + 63] = a.unitTensors;
  w.end(64);
}

/** Folds the sums of slices into sums[numerator, denominator] (`more` 1 adds to what is there). With `speed` 1 they are those of SPEED, and history[3s..] holds an average of <g, p0 - x> and the largest |p0 - x|_1 and |p0 - x| of segment s */
export interface ProdigyPlusGatherArgs {
  readonly slices: BufferRef;
  readonly estimate: BufferRef;
  readonly skip?: BufferRef | undefined;
  readonly history?: BufferRef | undefined;
  readonly sums: BufferRef;
  readonly d0: number;
  readonly speed: number;
  readonly segments: number;
  readonly more: number;
}

/** Folds the sums of slices into sums[numerator, denominator] (`more` 1 adds to what is there). With `speed` 1 they are those of SPEED, and history[3s..] holds an average of <g, p0 - x> and the largest |p0 - x|_1 and |p0 - x| of segment s */
export function prodigyPlusGather(w: CommandWriter, a: ProdigyPlusGatherArgs): void {
  const i = w.begin(22);
  const u = w.words;
  u[i] = 301;
  w.buffer(i + 2, a.slices);
  w.buffer(i + 5, a.estimate);
  w.buffer(i + 8, a.skip);
  w.buffer(i + 11, a.history);
  w.buffer(i + 14, a.sums);
  w.f64(i + 17, a.d0);
  u[i + 19] = a.speed;
  u[i + 20] = a.segments;
  u[i + 21] = a.more;
  w.end(22);
}

/** The next d of ProdigyPlus from the sums; estimate [d, numerator, largest numerator, last numerator, denominator, k, sum of weights, 0]; a step of rate d lr rate weighs its square */
export interface ProdigyPlusEstimateArgs {
  readonly sums: BufferRef;
  readonly skip?: BufferRef | undefined;
  readonly estimate: BufferRef;
  readonly lr: number | (() => number);
  readonly rate: number | (() => number);
  readonly decay: number;
  readonly d0: number;
  readonly coefficient: number;
  readonly growth: number;
  readonly speed: number;
}

/** The next d of ProdigyPlus from the sums; estimate [d, numerator, largest numerator, last numerator, denominator, k, sum of weights, 0]; a step of rate d lr rate weighs its square */
export function prodigyPlusEstimate(w: CommandWriter, a: ProdigyPlusEstimateArgs): void {
  const i = w.begin(24);
  const u = w.words;
  u[i] = 302;
  w.buffer(i + 2, a.sums);
  w.buffer(i + 5, a.skip);
  w.buffer(i + 8, a.estimate);
  w.live(i + 11, 'f64', a.lr);
  w.live(i + 13, 'f64', a.rate);
  w.f64(i + 15, a.decay);
  w.f64(i + 17, a.d0);
  w.f64(i + 19, a.coefficient);
  w.f64(i + 21, a.growth);
  u[i + 23] = a.speed;
  w.end(24);
}
