// Generated from native/kernels by `npm run generate`; do not edit.
import { type BufferRef, type CommandWriter, unsupportedTypes } from '../command-writer.js';

/** r and c move by 1-beta2 to the means over B and A of g^2 + added; V = r c/max(mean r, least), u = g/sqrt(max(V, least^2)), for kind 0 V moves to g^2 + added; u = u/max(1, rms(u)/threshold), times max(rms(p), size) where size is not negative; q = min(lr, most) u; m = momentum m + (1-momentum) q where there is m; p = p (1 - decay) - q or m, decay times lr where `relative` is 1 */
export interface AdafactorStepArgs {
  readonly grad: BufferRef;
  readonly gradScale?: BufferRef | undefined;
  readonly unitScale?: BufferRef | undefined;
  readonly unitTable?: BufferRef | undefined;
  readonly skip?: BufferRef | undefined;
  readonly segmentStarts?: BufferRef | undefined;
  readonly segmentLr?: BufferRef | undefined;
  readonly segmentDecay?: BufferRef | undefined;
  readonly table: BufferRef;
  readonly param: BufferRef;
  readonly master?: BufferRef | undefined;
  readonly compensation?: BufferRef | undefined;
  readonly touched?: BufferRef | undefined;
  readonly rowVar?: BufferRef | undefined;
  readonly colVar?: BufferRef | undefined;
  readonly variance?: BufferRef | undefined;
  readonly expAvg?: BufferRef | undefined;
  readonly n: number;
  readonly firstIndex: number;
  readonly seed: number;
  readonly offset: number | (() => number);
  readonly beta2: number | (() => number);
  readonly most: number | (() => number);
  readonly least: number | (() => number);
  readonly added: number | (() => number);
  readonly threshold: number | (() => number);
  readonly size: number | (() => number);
  readonly momentum: number | (() => number);
  readonly rowVars: number;
  readonly colVars: number;
  readonly variances: number;
  readonly sums: number;
  readonly columns: number;
  readonly means: number;
  readonly lr: number | (() => number);
  readonly weightDecay: number | (() => number);
  readonly relative: number;
  readonly pieces: number;
  readonly blocks: number;
  readonly gradFactor: number | (() => number);
  readonly decoupled: number;
  readonly rounding: number;
  readonly segments: number;
  readonly gradScales: number;
  readonly units: number;
  readonly unitTensors: number;
}

const adafactorStepP = [0, 1, -1, -1, -1, -1, -1];

const adafactorStepG = [0, 1, -1, -1, -1, -1, -1];

/** r and c move by 1-beta2 to the means over B and A of g^2 + added; V = r c/max(mean r, least), u = g/sqrt(max(V, least^2)), for kind 0 V moves to g^2 + added; u = u/max(1, rms(u)/threshold), times max(rms(p), size) where size is not negative; q = min(lr, most) u; m = momentum m + (1-momentum) q where there is m; p = p (1 - decay) - q or m, decay times lr where `relative` is 1 */
export function adafactorStep(w: CommandWriter, a: AdafactorStepArgs): void {
  const v0 = adafactorStepP[a.param.typeCode]!;
  const v1 = adafactorStepG[a.grad.typeCode]!;
  if (v0 < 0 || v1 < 0) throw unsupportedTypes('adafactorStep', [a.param, a.grad], 'f32|bf16 x f32|bf16');
  const variant = v0 * 2 + v1;
  const i = w.begin(101);
  const u = w.words;
  u[i] = 191 | (variant << 16);
  w.buffer(i + 2, a.grad);
  w.buffer(i + 5, a.gradScale);
  w.buffer(i + 8, a.unitScale);
  w.buffer(i + 11, a.unitTable);
  w.buffer(i + 14, a.skip);
  w.buffer(i + 17, a.segmentStarts);
  w.buffer(i + 20, a.segmentLr);
  w.buffer(i + 23, a.segmentDecay);
  w.buffer(i + 26, a.table);
  w.buffer(i + 29, a.param);
  w.buffer(i + 32, a.master);
  w.buffer(i + 35, a.compensation);
  w.buffer(i + 38, a.touched);
  w.buffer(i + 41, a.rowVar);
  w.buffer(i + 44, a.colVar);
  w.buffer(i + 47, a.variance);
  w.buffer(i + 50, a.expAvg);
  w.u64(i + 53, a.n);
  w.u64(i + 55, a.firstIndex);
  w.u64(i + 57, a.seed);
  w.live(i + 59, 'u64', a.offset);
  w.live(i + 61, 'f64', a.beta2);
  w.live(i + 63, 'f64', a.most);
  w.live(i + 65, 'f64', a.least);
  w.live(i + 67, 'f64', a.added);
  w.live(i + 69, 'f64', a.threshold);
  w.live(i + 71, 'f64', a.size);
  w.live(i + 73, 'f64', a.momentum);
  w.u64(i + 75, a.rowVars);
  w.u64(i + 77, a.colVars);
  w.u64(i + 79, a.variances);
  w.u64(i + 81, a.sums);
  w.u64(i + 83, a.columns);
  w.u64(i + 85, a.means);
  w.live(i + 87, 'f64', a.lr);
  w.live(i + 89, 'f64', a.weightDecay);
  u[i + 91] = a.relative;
  u[i + 92] = a.pieces;
  u[i + 93] = a.blocks;
  w.live(i + 94, 'f32', a.gradFactor);
  u[i + 95] = a.decoupled;
  u[i + 96] = a.rounding;
  u[i + 97] = a.segments;
  u[i + 98] = a.gradScales;
  u[i + 99] = a.units;
  u[i + 100] = a.unitTensors;
  w.end(101);
}
