// Generated from native/kernels by `npm run generate`; do not edit.
import { type BufferRef, type CommandWriter, unsupportedTypes } from '../command-writer.js';

/** loss[b] = -ln of the sum over alignments of e^(sum of logProbs[t, b, label at t]); infinite where the target does not fit the frames, or 0 with zeroInfinity */
export interface CtcLossForwardArgs {
  readonly logProbs: BufferRef;
  readonly targets: BufferRef;
  readonly inputLengths: BufferRef;
  readonly targetLengths: BufferRef;
  readonly loss: BufferRef;
  readonly alpha: BufferRef;
  readonly frames: number;
  readonly batch: number;
  readonly classes: number;
  readonly targetWidth: number;
  readonly states: number;
  readonly blank: number;
  readonly zeroInfinity: number;
}

const ctcLossForwardT = [0, 1, -1, -1, -1, -1, -1];

/** loss[b] = -ln of the sum over alignments of e^(sum of logProbs[t, b, label at t]); infinite where the target does not fit the frames, or 0 with zeroInfinity */
export function ctcLossForward(w: CommandWriter, a: CtcLossForwardArgs): void {
  const v0 = ctcLossForwardT[a.logProbs.typeCode]!;
  if (v0 < 0) throw unsupportedTypes('ctcLossForward', [a.logProbs], 'f32|bf16');
  const variant = v0;
  const i = w.begin(32);
  const u = w.words;
  u[i] = 167 | (variant << 16);
  w.buffer(i + 2, a.logProbs);
  w.buffer(i + 5, a.targets);
  w.buffer(i + 8, a.inputLengths);
  w.buffer(i + 11, a.targetLengths);
  w.buffer(i + 14, a.loss);
  w.buffer(i + 17, a.alpha);
  w.u64(i + 20, a.frames);
  w.u64(i + 22, a.batch);
  w.u64(i + 24, a.classes);
  w.u64(i + 26, a.targetWidth);
  w.u64(i + 28, a.states);
  u[i + 30] = a.blank;
  u[i + 31] = a.zeroInfinity;
  w.end(32);
}

/** dx[t, b, c] = -g[b] times the share of all alignments, by probability, that give c at t; 0 beyond inputLengths[b]; NaN where the loss is infinite, or 0 with zeroInfinity; g is one element for all with gStep 0 */
export interface CtcLossBackwardArgs {
  readonly logProbs: BufferRef;
  readonly targets: BufferRef;
  readonly inputLengths: BufferRef;
  readonly targetLengths: BufferRef;
  readonly alpha: BufferRef;
  readonly g: BufferRef;
  readonly dx: BufferRef;
  readonly frames: number;
  readonly batch: number;
  readonly classes: number;
  readonly targetWidth: number;
  readonly states: number;
  readonly blank: number;
  readonly zeroInfinity: number;
  readonly gStep: number;
}

const ctcLossBackwardT = [0, 1, -1, -1, -1, -1, -1];

/** dx[t, b, c] = -g[b] times the share of all alignments, by probability, that give c at t; 0 beyond inputLengths[b]; NaN where the loss is infinite, or 0 with zeroInfinity; g is one element for all with gStep 0 */
export function ctcLossBackward(w: CommandWriter, a: CtcLossBackwardArgs): void {
  const v0 = ctcLossBackwardT[a.logProbs.typeCode]!;
  if (v0 < 0) throw unsupportedTypes('ctcLossBackward', [a.logProbs], 'f32|bf16');
  const variant = v0;
  const i = w.begin(36);
  const u = w.words;
  u[i] = 168 | (variant << 16);
  w.buffer(i + 2, a.logProbs);
  w.buffer(i + 5, a.targets);
  w.buffer(i + 8, a.inputLengths);
  w.buffer(i + 11, a.targetLengths);
  w.buffer(i + 14, a.alpha);
  w.buffer(i + 17, a.g);
  w.buffer(i + 20, a.dx);
  w.u64(i + 23, a.frames);
  w.u64(i + 25, a.batch);
  w.u64(i + 27, a.classes);
  w.u64(i + 29, a.targetWidth);
  w.u64(i + 31, a.states);
  u[i + 33] = a.blank;
  u[i + 34] = a.zeroInfinity;
  u[i + 35] = a.gStep;
  w.end(36);
}
