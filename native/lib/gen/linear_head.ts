// Generated from native/kernels by `npm run generate`; do not edit.
import { type BufferRef, type CommandWriter, unsupportedTypes } from '../command-writer.js';

/** loss[i] = -sum_v q_v log softmax(logits[i])_v with q = (1-labelSmoothing) onehot(target) + labelSmoothing/classes; saves logSums = logsumexp(logits) */
export interface LinearCrossEntropyForwardArgs {
  readonly hidden: BufferRef;
  readonly weight: BufferRef;
  readonly bias?: BufferRef | undefined;
  readonly targets: BufferRef;
  readonly loss: BufferRef;
  readonly logSums: BufferRef;
  readonly rows: number;
  readonly features: number;
  readonly classes: number;
  readonly ignoreIndex: number;
  readonly scale: number;
  readonly labelSmoothing: number;
}

const linearCrossEntropyForwardT = [0, 1, -1, -1, -1, -1, -1];

/** loss[i] = -sum_v q_v log softmax(logits[i])_v with q = (1-labelSmoothing) onehot(target) + labelSmoothing/classes; saves logSums = logsumexp(logits) */
export function linearCrossEntropyForward(w: CommandWriter, a: LinearCrossEntropyForwardArgs): void {
  const v0 = linearCrossEntropyForwardT[a.hidden.typeCode]!;
  if (v0 < 0) throw unsupportedTypes('linearCrossEntropyForward', [a.hidden], 'f32|bf16');
  const variant = v0;
  const i = w.begin(26);
  const u = w.words;
  u[i] = 220 | (variant << 16);
  w.buffer(i + 2, a.hidden);
  w.buffer(i + 5, a.weight);
  w.buffer(i + 8, a.bias);
  w.buffer(i + 11, a.targets);
  w.buffer(i + 14, a.loss);
  w.buffer(i + 17, a.logSums);
  u[i + 20] = a.rows;
  u[i + 21] = a.features;
  u[i + 22] = a.classes;
  u[i + 23] = a.ignoreIndex;
  w.floats[i + 24] = a.scale;
  w.floats[i + 25] = a.labelSmoothing;
  w.end(26);
}

/** Gradients of linearCrossEntropyForward for the upstream gradient dloss of each row */
export interface LinearCrossEntropyBackwardArgs {
  readonly dloss: BufferRef;
  readonly hidden: BufferRef;
  readonly weight: BufferRef;
  readonly bias?: BufferRef | undefined;
  readonly targets: BufferRef;
  readonly logSums: BufferRef;
  readonly dhidden?: BufferRef | undefined;
  readonly dweight?: BufferRef | undefined;
  readonly dbias?: BufferRef | undefined;
  readonly rows: number;
  readonly features: number;
  readonly classes: number;
  readonly ignoreIndex: number;
  readonly scale: number;
  readonly labelSmoothing: number;
}

const linearCrossEntropyBackwardT = [0, 1, -1, -1, -1, -1, -1];

/** Gradients of linearCrossEntropyForward for the upstream gradient dloss of each row */
export function linearCrossEntropyBackward(w: CommandWriter, a: LinearCrossEntropyBackwardArgs): void {
  const v0 = linearCrossEntropyBackwardT[a.hidden.typeCode]!;
  if (v0 < 0) throw unsupportedTypes('linearCrossEntropyBackward', [a.hidden], 'f32|bf16');
  const variant = v0;
  const i = w.begin(35);
  const u = w.words;
  u[i] = 221 | (variant << 16);
  w.buffer(i + 2, a.dloss);
  w.buffer(i + 5, a.hidden);
  w.buffer(i + 8, a.weight);
  w.buffer(i + 11, a.bias);
  w.buffer(i + 14, a.targets);
  w.buffer(i + 17, a.logSums);
  w.buffer(i + 20, a.dhidden);
  w.buffer(i + 23, a.dweight);
  w.buffer(i + 26, a.dbias);
  u[i + 29] = a.rows;
  u[i + 30] = a.features;
  u[i + 31] = a.classes;
  u[i + 32] = a.ignoreIndex;
  w.floats[i + 33] = a.scale;
  w.floats[i + 34] = a.labelSmoothing;
  w.end(35);
}

/** linearCrossEntropyForward and its gradients at once, for an upstream gradient dloss that all rows share and that is known beforehand. Logits are made once, a block of rows at a time; a bf16 dweight is rounded after each of them. On the CPU bf16 makes them twice, and rounds once */
export interface LinearCrossEntropyWithGradientsArgs {
  readonly dloss: BufferRef;
  readonly hidden: BufferRef;
  readonly weight: BufferRef;
  readonly bias?: BufferRef | undefined;
  readonly targets: BufferRef;
  readonly loss: BufferRef;
  readonly dhidden?: BufferRef | undefined;
  readonly dweight?: BufferRef | undefined;
  readonly dbias?: BufferRef | undefined;
  readonly rows: number;
  readonly features: number;
  readonly classes: number;
  readonly ignoreIndex: number;
  readonly scale: number;
  readonly labelSmoothing: number;
}

const linearCrossEntropyWithGradientsT = [0, 1, -1, -1, -1, -1, -1];

/** linearCrossEntropyForward and its gradients at once, for an upstream gradient dloss that all rows share and that is known beforehand. Logits are made once, a block of rows at a time; a bf16 dweight is rounded after each of them. On the CPU bf16 makes them twice, and rounds once */
export function linearCrossEntropyWithGradients(w: CommandWriter, a: LinearCrossEntropyWithGradientsArgs): void {
  const v0 = linearCrossEntropyWithGradientsT[a.hidden.typeCode]!;
  if (v0 < 0) throw unsupportedTypes('linearCrossEntropyWithGradients', [a.hidden], 'f32|bf16');
  const variant = v0;
  const i = w.begin(35);
  const u = w.words;
  u[i] = 222 | (variant << 16);
  w.buffer(i + 2, a.dloss);
  w.buffer(i + 5, a.hidden);
  w.buffer(i + 8, a.weight);
  w.buffer(i + 11, a.bias);
  w.buffer(i + 14, a.targets);
  w.buffer(i + 17, a.loss);
  w.buffer(i + 20, a.dhidden);
  w.buffer(i + 23, a.dweight);
  w.buffer(i + 26, a.dbias);
  u[i + 29] = a.rows;
  u[i + 30] = a.features;
  u[i + 31] = a.classes;
  u[i + 32] = a.ignoreIndex;
  w.floats[i + 33] = a.scale;
  w.floats[i + 34] = a.labelSmoothing;
  w.end(35);
}

/** logProb[i] = log softmax(logits[i])[target], entropy[i] = entropy of softmax(logits[i]); saves logSums = logsumexp(logits). Batch-invariant: a row gives the same bits whatever the other rows are */
export interface LinearLogProbForwardArgs {
  readonly hidden: BufferRef;
  readonly weight: BufferRef;
  readonly bias?: BufferRef | undefined;
  readonly targets: BufferRef;
  readonly logProb: BufferRef;
  readonly entropy: BufferRef;
  readonly logSums: BufferRef;
  readonly rows: number;
  readonly features: number;
  readonly classes: number;
  readonly ignoreIndex: number;
  readonly scale: number;
}

const linearLogProbForwardT = [0, 1, -1, -1, -1, -1, -1];

/** logProb[i] = log softmax(logits[i])[target], entropy[i] = entropy of softmax(logits[i]); saves logSums = logsumexp(logits). Batch-invariant: a row gives the same bits whatever the other rows are */
export function linearLogProbForward(w: CommandWriter, a: LinearLogProbForwardArgs): void {
  const v0 = linearLogProbForwardT[a.hidden.typeCode]!;
  if (v0 < 0) throw unsupportedTypes('linearLogProbForward', [a.hidden], 'f32|bf16');
  const variant = v0;
  const i = w.begin(28);
  const u = w.words;
  u[i] = 223 | (variant << 16);
  w.buffer(i + 2, a.hidden);
  w.buffer(i + 5, a.weight);
  w.buffer(i + 8, a.bias);
  w.buffer(i + 11, a.targets);
  w.buffer(i + 14, a.logProb);
  w.buffer(i + 17, a.entropy);
  w.buffer(i + 20, a.logSums);
  u[i + 23] = a.rows;
  u[i + 24] = a.features;
  u[i + 25] = a.classes;
  u[i + 26] = a.ignoreIndex;
  w.floats[i + 27] = a.scale;
  w.end(28);
}

/** Gradients of linearLogProbForward for the upstream gradients dlogProb and dentropy of each row */
export interface LinearLogProbBackwardArgs {
  readonly dlogProb?: BufferRef | undefined;
  readonly dentropy?: BufferRef | undefined;
  readonly hidden: BufferRef;
  readonly weight: BufferRef;
  readonly bias?: BufferRef | undefined;
  readonly targets: BufferRef;
  readonly logSums: BufferRef;
  readonly entropy: BufferRef;
  readonly dhidden?: BufferRef | undefined;
  readonly dweight?: BufferRef | undefined;
  readonly dbias?: BufferRef | undefined;
  readonly rows: number;
  readonly features: number;
  readonly classes: number;
  readonly ignoreIndex: number;
  readonly scale: number;
}

const linearLogProbBackwardT = [0, 1, -1, -1, -1, -1, -1];

/** Gradients of linearLogProbForward for the upstream gradients dlogProb and dentropy of each row */
export function linearLogProbBackward(w: CommandWriter, a: LinearLogProbBackwardArgs): void {
  const v0 = linearLogProbBackwardT[a.hidden.typeCode]!;
  if (v0 < 0) throw unsupportedTypes('linearLogProbBackward', [a.hidden], 'f32|bf16');
  const variant = v0;
  const i = w.begin(40);
  const u = w.words;
  u[i] = 224 | (variant << 16);
  w.buffer(i + 2, a.dlogProb);
  w.buffer(i + 5, a.dentropy);
  w.buffer(i + 8, a.hidden);
  w.buffer(i + 11, a.weight);
  w.buffer(i + 14, a.bias);
  w.buffer(i + 17, a.targets);
  w.buffer(i + 20, a.logSums);
  w.buffer(i + 23, a.entropy);
  w.buffer(i + 26, a.dhidden);
  w.buffer(i + 29, a.dweight);
  w.buffer(i + 32, a.dbias);
  u[i + 35] = a.rows;
  u[i + 36] = a.features;
  u[i + 37] = a.classes;
  u[i + 38] = a.ignoreIndex;
  w.floats[i + 39] = a.scale;
  w.end(40);
}
