// Generated from native/kernels by `npm run generate`; do not edit.
import { type BufferRef, type CommandWriter, unsupportedTypes } from '../command-writer.js';

/** loss[r] = (1 - labelSmoothing) (lse - x[r, target]) + labelSmoothing (lse - mean of x[r]); 0 where target == ignoreIndex; another target outside 0..cols fails */
export interface CrossEntropyForwardArgs {
  readonly x: BufferRef;
  readonly target: BufferRef;
  readonly loss: BufferRef;
  readonly lse: BufferRef;
  readonly rows: number;
  readonly cols: number;
  readonly ignoreIndex: number;
  readonly labelSmoothing: number;
}

const crossEntropyForwardT = [0, 1, -1, -1, -1, -1, -1];

/** loss[r] = (1 - labelSmoothing) (lse - x[r, target]) + labelSmoothing (lse - mean of x[r]); 0 where target == ignoreIndex; another target outside 0..cols fails */
export function crossEntropyForward(w: CommandWriter, a: CrossEntropyForwardArgs): void {
  const v0 = crossEntropyForwardT[a.x.typeCode]!;
  if (v0 < 0) throw unsupportedTypes('crossEntropyForward', [a.x], 'f32|bf16');
  const variant = v0;
  const i = w.begin(20);
  const u = w.words;
  u[i] = 165 | (variant << 16);
  w.buffer(i + 2, a.x);
  w.buffer(i + 5, a.target);
  w.buffer(i + 8, a.loss);
  w.buffer(i + 11, a.lse);
  w.u64(i + 14, a.rows);
  w.u64(i + 16, a.cols);
  u[i + 18] = a.ignoreIndex;
  w.floats[i + 19] = a.labelSmoothing;
  w.end(20);
}

/** dx[r] = g[r] (e^(x[r] - lse[r]) - (1 - labelSmoothing) onehot(target) - labelSmoothing / cols); 0 where target == ignoreIndex; g is one element for all rows with gStep 0 */
export interface CrossEntropyBackwardArgs {
  readonly x: BufferRef;
  readonly target: BufferRef;
  readonly lse: BufferRef;
  readonly g: BufferRef;
  readonly dx: BufferRef;
  readonly rows: number;
  readonly cols: number;
  readonly ignoreIndex: number;
  readonly labelSmoothing: number;
  readonly gStep: number;
}

const crossEntropyBackwardT = [0, 1, -1, -1, -1, -1, -1];

/** dx[r] = g[r] (e^(x[r] - lse[r]) - (1 - labelSmoothing) onehot(target) - labelSmoothing / cols); 0 where target == ignoreIndex; g is one element for all rows with gStep 0 */
export function crossEntropyBackward(w: CommandWriter, a: CrossEntropyBackwardArgs): void {
  const v0 = crossEntropyBackwardT[a.x.typeCode]!;
  if (v0 < 0) throw unsupportedTypes('crossEntropyBackward', [a.x], 'f32|bf16');
  const variant = v0;
  const i = w.begin(24);
  const u = w.words;
  u[i] = 166 | (variant << 16);
  w.buffer(i + 2, a.x);
  w.buffer(i + 5, a.target);
  w.buffer(i + 8, a.lse);
  w.buffer(i + 11, a.g);
  w.buffer(i + 14, a.dx);
  w.u64(i + 17, a.rows);
  w.u64(i + 19, a.cols);
  u[i + 21] = a.ignoreIndex;
  w.floats[i + 22] = a.labelSmoothing;
  u[i + 23] = a.gStep;
  w.end(24);
}
