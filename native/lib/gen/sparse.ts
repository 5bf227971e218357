// Generated from native/kernels by `npm run generate`; do not edit.
import { type BufferRef, type CommandWriter, unsupportedTypes } from '../command-writer.js';

/** adamStep on active parameters: sparse Adam, AdamW, NadamW */
export interface SparseAdamStepArgs {
  readonly mask: BufferRef;
  readonly offsets: BufferRef;
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
  readonly active: number;
  readonly gradCount: number;
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

const sparseAdamStepP = [0, 1, -1, -1, -1, -1, -1];

const sparseAdamStepG = [0, 1, -1, -1, -1, -1, -1];

/** adamStep on active parameters: sparse Adam, AdamW, NadamW */
export function sparseAdamStep(w: CommandWriter, a: SparseAdamStepArgs): void {
  const v0 = sparseAdamStepP[a.param.typeCode]!;
  const v1 = sparseAdamStepG[a.grad.typeCode]!;
  if (v0 < 0 || v1 < 0) throw unsupportedTypes('sparseAdamStep', [a.param, a.grad], 'f32|bf16 x f32|bf16');
  const variant = v0 * 2 + v1;
  const i = w.begin(88);
  const u = w.words;
  u[i] = 225 | (variant << 16);
  w.buffer(i + 2, a.mask);
  w.buffer(i + 5, a.offsets);
  w.buffer(i + 8, a.grad);
  w.buffer(i + 11, a.gradScale);
  w.buffer(i + 14, a.unitScale);
  w.buffer(i + 17, a.unitTable);
  w.buffer(i + 20, a.skip);
  w.buffer(i + 23, a.segmentStarts);
  w.buffer(i + 26, a.segmentLr);
  w.buffer(i + 29, a.segmentDecay);
  w.buffer(i + 32, a.param);
  w.buffer(i + 35, a.master);
  w.buffer(i + 38, a.compensation);
  w.buffer(i + 41, a.touched);
  w.buffer(i + 44, a.expAvg);
  w.buffer(i + 47, a.expAvgSq);
  w.buffer(i + 50, a.maxExpAvgSq);
  w.u64(i + 53, a.n);
  w.u64(i + 55, a.active);
  w.u64(i + 57, a.gradCount);
  w.u64(i + 59, a.firstIndex);
  w.u64(i + 61, a.seed);
  w.live(i + 63, 'u64', a.offset);
  w.live(i + 65, 'f64', a.beta1);
  w.live(i + 67, 'f64', a.beta2);
  w.live(i + 69, 'f64', a.eps);
  w.live(i + 71, 'f64', a.momentWeight);
  w.live(i + 73, 'f64', a.gradWeight);
  w.live(i + 75, 'f64', a.rootScale);
  w.live(i + 77, 'f64', a.lr);
  w.live(i + 79, 'f64', a.weightDecay);
  w.live(i + 81, 'f32', a.gradFactor);
  u[i + 82] = a.decoupled;
  u[i + 83] = a.rounding;
  u[i + 84] = a.segments;
  u[i + 85] = a.gradScales;
  u[i + 86] = a.units;
  u[i + 87] = a.unitTensors;
  w.end(88);
}

/** sgdStep on active parameters */
export interface SparseSgdStepArgs {
  readonly mask: BufferRef;
  readonly offsets: BufferRef;
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
  readonly active: number;
  readonly gradCount: number;
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

const sparseSgdStepP = [0, 1, -1, -1, -1, -1, -1];

const sparseSgdStepG = [0, 1, -1, -1, -1, -1, -1];

/** sgdStep on active parameters */
export function sparseSgdStep(w: CommandWriter, a: SparseSgdStepArgs): void {
  const v0 = sparseSgdStepP[a.param.typeCode]!;
  const v1 = sparseSgdStepG[a.grad.typeCode]!;
  if (v0 < 0 || v1 < 0) throw unsupportedTypes('sparseSgdStep', [a.param, a.grad], 'f32|bf16 x f32|bf16');
  const variant = v0 * 2 + v1;
  const i = w.begin(75);
  const u = w.words;
  u[i] = 226 | (variant << 16);
  w.buffer(i + 2, a.mask);
  w.buffer(i + 5, a.offsets);
  w.buffer(i + 8, a.grad);
  w.buffer(i + 11, a.gradScale);
  w.buffer(i + 14, a.unitScale);
  w.buffer(i + 17, a.unitTable);
  w.buffer(i + 20, a.skip);
  w.buffer(i + 23, a.segmentStarts);
  w.buffer(i + 26, a.segmentLr);
  w.buffer(i + 29, a.segmentDecay);
  w.buffer(i + 32, a.param);
  w.buffer(i + 35, a.master);
  w.buffer(i + 38, a.compensation);
  w.buffer(i + 41, a.touched);
  w.buffer(i + 44, a.momentumBuffer);
  w.u64(i + 47, a.n);
  w.u64(i + 49, a.active);
  w.u64(i + 51, a.gradCount);
  w.u64(i + 53, a.firstIndex);
  w.u64(i + 55, a.seed);
  w.live(i + 57, 'u64', a.offset);
  w.live(i + 59, 'f64', a.momentum);
  w.live(i + 61, 'f64', a.gradGain);
  w.live(i + 63, 'f64', a.lr);
  w.live(i + 65, 'f64', a.weightDecay);
  u[i + 67] = a.nesterov;
  w.live(i + 68, 'f32', a.gradFactor);
  u[i + 69] = a.decoupled;
  u[i + 70] = a.rounding;
  u[i + 71] = a.segments;
  u[i + 72] = a.gradScales;
  u[i + 73] = a.units;
  u[i + 74] = a.unitTensors;
  w.end(75);
}

/** lionStep on active parameters */
export interface SparseLionStepArgs {
  readonly mask: BufferRef;
  readonly offsets: BufferRef;
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
  readonly active: number;
  readonly gradCount: number;
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

const sparseLionStepP = [0, 1, -1, -1, -1, -1, -1];

const sparseLionStepG = [0, 1, -1, -1, -1, -1, -1];

/** lionStep on active parameters */
export function sparseLionStep(w: CommandWriter, a: SparseLionStepArgs): void {
  const v0 = sparseLionStepP[a.param.typeCode]!;
  const v1 = sparseLionStepG[a.grad.typeCode]!;
  if (v0 < 0 || v1 < 0) throw unsupportedTypes('sparseLionStep', [a.param, a.grad], 'f32|bf16 x f32|bf16');
  const variant = v0 * 2 + v1;
  const i = w.begin(74);
  const u = w.words;
  u[i] = 227 | (variant << 16);
  w.buffer(i + 2, a.mask);
  w.buffer(i + 5, a.offsets);
  w.buffer(i + 8, a.grad);
  w.buffer(i + 11, a.gradScale);
  w.buffer(i + 14, a.unitScale);
  w.buffer(i + 17, a.unitTable);
  w.buffer(i + 20, a.skip);
  w.buffer(i + 23, a.segmentStarts);
  w.buffer(i + 26, a.segmentLr);
  w.buffer(i + 29, a.segmentDecay);
  w.buffer(i + 32, a.param);
  w.buffer(i + 35, a.master);
  w.buffer(i + 38, a.compensation);
  w.buffer(i + 41, a.touched);
  w.buffer(i + 44, a.expAvg);
  w.u64(i + 47, a.n);
  w.u64(i + 49, a.active);
  w.u64(i + 51, a.gradCount);
  w.u64(i + 53, a.firstIndex);
  w.u64(i + 55, a.seed);
  w.live(i + 57, 'u64', a.offset);
  w.live(i + 59, 'f64', a.beta1);
  w.live(i + 61, 'f64', a.beta2);
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
