// Generated from native/kernels by `npm run generate`; do not edit.
import { type BufferRef, type CommandWriter, unsupportedTypes } from '../command-writer.js';

/** y = (x - mean) * rstd * weight + bias over rows of cols elements */
export interface LayerNormForwardArgs {
  readonly x: BufferRef;
  readonly weight?: BufferRef | undefined;
  readonly bias?: BufferRef | undefined;
  readonly y: BufferRef;
  readonly mean: BufferRef;
  readonly rstd: BufferRef;
  readonly rows: number;
  readonly cols: number;
  readonly eps: number;
}

const layerNormForwardT = [0, 1, -1, -1, -1, -1, -1];

/** y = (x - mean) * rstd * weight + bias over rows of cols elements */
export function layerNormForward(w: CommandWriter, a: LayerNormForwardArgs): void {
  const v0 = layerNormForwardT[a.x.typeCode]!;
  if (v0 < 0) throw unsupportedTypes('layerNormForward', [a.x], 'f32|bf16');
  const variant = v0;
  const i = w.begin(25);
  const u = w.words;
  u[i] = 169 | (variant << 16);
  w.buffer(i + 2, a.x);
  w.buffer(i + 5, a.weight);
  w.buffer(i + 8, a.bias);
  w.buffer(i + 11, a.y);
  w.buffer(i + 14, a.mean);
  w.buffer(i + 17, a.rstd);
  w.u64(i + 20, a.rows);
  w.u64(i + 22, a.cols);
  w.floats[i + 24] = a.eps;
  w.end(25);
}

/** gradients of layerNormForward; dweight and dbias sum over rows */
export interface LayerNormBackwardArgs {
  readonly x: BufferRef;
  readonly weight?: BufferRef | undefined;
  readonly mean: BufferRef;
  readonly rstd: BufferRef;
  readonly g: BufferRef;
  readonly dx?: BufferRef | undefined;
  readonly dweight?: BufferRef | undefined;
  readonly dbias?: BufferRef | undefined;
  readonly rows: number;
  readonly cols: number;
}

const layerNormBackwardT = [0, 1, -1, -1, -1, -1, -1];

/** gradients of layerNormForward; dweight and dbias sum over rows */
export function layerNormBackward(w: CommandWriter, a: LayerNormBackwardArgs): void {
  const v0 = layerNormBackwardT[a.x.typeCode]!;
  if (v0 < 0) throw unsupportedTypes('layerNormBackward', [a.x], 'f32|bf16');
  const variant = v0;
  const i = w.begin(30);
  const u = w.words;
  u[i] = 170 | (variant << 16);
  w.buffer(i + 2, a.x);
  w.buffer(i + 5, a.weight);
  w.buffer(i + 8, a.mean);
  w.buffer(i + 11, a.rstd);
  w.buffer(i + 14, a.g);
  w.buffer(i + 17, a.dx);
  w.buffer(i + 20, a.dweight);
  w.buffer(i + 23, a.dbias);
  w.u64(i + 26, a.rows);
  w.u64(i + 28, a.cols);
  w.end(30);
}

/** y = x * rstd * weight with rstd = 1 / sqrt(mean of x^2 + eps) over rows of cols elements */
export interface RmsNormForwardArgs {
  readonly x: BufferRef;
  readonly weight?: BufferRef | undefined;
  readonly y: BufferRef;
  readonly rstd: BufferRef;
  readonly rows: number;
  readonly cols: number;
  readonly eps: number;
}

const rmsNormForwardT = [0, 1, -1, -1, -1, -1, -1];

/** y = x * rstd * weight with rstd = 1 / sqrt(mean of x^2 + eps) over rows of cols elements */
export function rmsNormForward(w: CommandWriter, a: RmsNormForwardArgs): void {
  const v0 = rmsNormForwardT[a.x.typeCode]!;
  if (v0 < 0) throw unsupportedTypes('rmsNormForward', [a.x], 'f32|bf16');
  const variant = v0;
  const i = w.begin(19);
  const u = w.words;
  u[i] = 171 | (variant << 16);
  w.buffer(i + 2, a.x);
  w.buffer(i + 5, a.weight);
  w.buffer(i + 8, a.y);
  w.buffer(i + 11, a.rstd);
  w.u64(i + 14, a.rows);
  w.u64(i + 16, a.cols);
  w.floats[i + 18] = a.eps;
  w.end(19);
}

/** gradients of rmsNormForward; dweight sums over rows */
export interface RmsNormBackwardArgs {
  readonly x: BufferRef;
  readonly weight?: BufferRef | undefined;
  readonly rstd: BufferRef;
  readonly g: BufferRef;
  readonly dx?: BufferRef | undefined;
  readonly dweight?: BufferRef | undefined;
  readonly rows: number;
  readonly cols: number;
}

const rmsNormBackwardT = [0, 1, -1, -1, -1, -1, -1];

/** gradients of rmsNormForward; dweight sums over rows */
export function rmsNormBackward(w: CommandWriter, a: RmsNormBackwardArgs): void {
  const v0 = rmsNormBackwardT[a.x.typeCode]!;
  if (v0 < 0) throw unsupportedTypes('rmsNormBackward', [a.x], 'f32|bf16');
  const variant = v0;
  const i = w.begin(24);
  const u = w.words;
  u[i] = 172 | (variant << 16);
  w.buffer(i + 2, a.x);
  w.buffer(i + 5, a.weight);
  w.buffer(i + 8, a.rstd);
  w.buffer(i + 11, a.g);
  w.buffer(i + 14, a.dx);
  w.buffer(i + 17, a.dweight);
  w.u64(i + 20, a.rows);
  w.u64(i + 22, a.cols);
  w.end(24);
}

/** y = (x - mean) * rstd * weight[channel] + bias[channel] over each of groups groups of channels of [batch, channels, spatial]; groups divides channels */
export interface GroupNormForwardArgs {
  readonly x: BufferRef;
  readonly weight?: BufferRef | undefined;
  readonly bias?: BufferRef | undefined;
  readonly y: BufferRef;
  readonly mean: BufferRef;
  readonly rstd: BufferRef;
  readonly batch: number;
  readonly channels: number;
  readonly spatial: number;
  readonly groups: number;
  readonly eps: number;
}

const groupNormForwardT = [0, 1, -1, -1, -1, -1, -1];

/** y = (x - mean) * rstd * weight[channel] + bias[channel] over each of groups groups of channels of [batch, channels, spatial]; groups divides channels */
export function groupNormForward(w: CommandWriter, a: GroupNormForwardArgs): void {
  const v0 = groupNormForwardT[a.x.typeCode]!;
  if (v0 < 0) throw unsupportedTypes('groupNormForward', [a.x], 'f32|bf16');
  const variant = v0;
  const i = w.begin(29);
  const u = w.words;
  u[i] = 173 | (variant << 16);
  w.buffer(i + 2, a.x);
  w.buffer(i + 5, a.weight);
  w.buffer(i + 8, a.bias);
  w.buffer(i + 11, a.y);
  w.buffer(i + 14, a.mean);
  w.buffer(i + 17, a.rstd);
  w.u64(i + 20, a.batch);
  w.u64(i + 22, a.channels);
  w.u64(i + 24, a.spatial);
  w.u64(i + 26, a.groups);
  w.floats[i + 28] = a.eps;
  w.end(29);
}

/** gradients of groupNormForward; dweight and dbias sum over batch and spatial */
export interface GroupNormBackwardArgs {
  readonly x: BufferRef;
  readonly weight?: BufferRef | undefined;
  readonly mean: BufferRef;
  readonly rstd: BufferRef;
  readonly g: BufferRef;
  readonly dx?: BufferRef | undefined;
  readonly dweight?: BufferRef | undefined;
  readonly dbias?: BufferRef | undefined;
  readonly batch: number;
  readonly channels: number;
  readonly spatial: number;
  readonly groups: number;
}

const groupNormBackwardT = [0, 1, -1, -1, -1, -1, -1];

/** gradients of groupNormForward; dweight and dbias sum over batch and spatial */
export function groupNormBackward(w: CommandWriter, a: GroupNormBackwardArgs): void {
  const v0 = groupNormBackwardT[a.x.typeCode]!;
  if (v0 < 0) throw unsupportedTypes('groupNormBackward', [a.x], 'f32|bf16');
  const variant = v0;
  const i = w.begin(34);
  const u = w.words;
  u[i] = 174 | (variant << 16);
  w.buffer(i + 2, a.x);
  w.buffer(i + 5, a.weight);
  w.buffer(i + 8, a.mean);
  w.buffer(i + 11, a.rstd);
  w.buffer(i + 14, a.g);
  w.buffer(i + 17, a.dx);
  w.buffer(i + 20, a.dweight);
  w.buffer(i + 23, a.dbias);
  w.u64(i + 26, a.batch);
  w.u64(i + 28, a.channels);
  w.u64(i + 30, a.spatial);
  w.u64(i + 32, a.groups);
  w.end(34);
}

/** y = (x - mean) * rstd * weight + bias per channel of [batch, channels, spatial]; training 1: batch statistics, and running = (1 - momentum) running + momentum batch (unbiased variance) where present; training 0: the running statistics */
export interface BatchNormForwardArgs {
  readonly x: BufferRef;
  readonly weight?: BufferRef | undefined;
  readonly bias?: BufferRef | undefined;
  readonly runningMean?: BufferRef | undefined;
  readonly runningVariance?: BufferRef | undefined;
  readonly y: BufferRef;
  readonly mean: BufferRef;
  readonly rstd: BufferRef;
  readonly batch: number;
  readonly channels: number;
  readonly spatial: number;
  readonly eps: number;
  readonly momentum: number;
  readonly training: number;
}

const batchNormForwardT = [0, 1, -1, -1, -1, -1, -1];

/** y = (x - mean) * rstd * weight + bias per channel of [batch, channels, spatial]; training 1: batch statistics, and running = (1 - momentum) running + momentum batch (unbiased variance) where present; training 0: the running statistics */
export function batchNormForward(w: CommandWriter, a: BatchNormForwardArgs): void {
  const v0 = batchNormForwardT[a.x.typeCode]!;
  if (v0 < 0) throw unsupportedTypes('batchNormForward', [a.x], 'f32|bf16');
  const variant = v0;
  const i = w.begin(35);
  const u = w.words;
  u[i] = 175 | (variant << 16);
  w.buffer(i + 2, a.x);
  w.buffer(i + 5, a.weight);
  w.buffer(i + 8, a.bias);
  w.buffer(i + 11, a.runningMean);
  w.buffer(i + 14, a.runningVariance);
  w.buffer(i + 17, a.y);
  w.buffer(i + 20, a.mean);
  w.buffer(i + 23, a.rstd);
  w.u64(i + 26, a.batch);
  w.u64(i + 28, a.channels);
  w.u64(i + 30, a.spatial);
  w.floats[i + 32] = a.eps;
  w.floats[i + 33] = a.momentum;
  u[i + 34] = a.training;
  w.end(35);
}

/** gradients of batchNormForward from the mean and rstd it wrote; with training 0 they are constants */
export interface BatchNormBackwardArgs {
  readonly x: BufferRef;
  readonly weight?: BufferRef | undefined;
  readonly mean: BufferRef;
  readonly rstd: BufferRef;
  readonly g: BufferRef;
  readonly dx?: BufferRef | undefined;
  readonly dweight?: BufferRef | undefined;
  readonly dbias?: BufferRef | undefined;
  readonly batch: number;
  readonly channels: number;
  readonly spatial: number;
  readonly training: number;
}

const batchNormBackwardT = [0, 1, -1, -1, -1, -1, -1];

/** gradients of batchNormForward from the mean and rstd it wrote; with training 0 they are constants */
export function batchNormBackward(w: CommandWriter, a: BatchNormBackwardArgs): void {
  const v0 = batchNormBackwardT[a.x.typeCode]!;
  if (v0 < 0) throw unsupportedTypes('batchNormBackward', [a.x], 'f32|bf16');
  const variant = v0;
  const i = w.begin(33);
  const u = w.words;
  u[i] = 176 | (variant << 16);
  w.buffer(i + 2, a.x);
  w.buffer(i + 5, a.weight);
  w.buffer(i + 8, a.mean);
  w.buffer(i + 11, a.rstd);
  w.buffer(i + 14, a.g);
  w.buffer(i + 17, a.dx);
  w.buffer(i + 20, a.dweight);
  w.buffer(i + 23, a.dbias);
  w.u64(i + 26, a.batch);
  w.u64(i + 28, a.channels);
  w.u64(i + 30, a.spatial);
  u[i + 32] = a.training;
  w.end(33);
}
