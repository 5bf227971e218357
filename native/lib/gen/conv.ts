// Generated from native/kernels by `npm run generate`; do not edit.
import { type BufferRef, type CommandWriter, unsupportedTypes } from '../command-writer.js';

/** y = x convolved with weight, plus bias per filter where present */
export interface Conv2dForwardArgs {
  readonly x: BufferRef;
  readonly weight: BufferRef;
  readonly bias?: BufferRef | undefined;
  readonly y: BufferRef;
  readonly batch: number;
  readonly channels: number;
  readonly height: number;
  readonly width: number;
  readonly filters: number;
  readonly kernelHeight: number;
  readonly kernelWidth: number;
  readonly outHeight: number;
  readonly outWidth: number;
  readonly strideHeight: number;
  readonly strideWidth: number;
  readonly padHeight: number;
  readonly padWidth: number;
  readonly dilationHeight: number;
  readonly dilationWidth: number;
  readonly groups: number;
}

const conv2dForwardT = [0, 1, -1, -1, -1, -1, -1];

/** y = x convolved with weight, plus bias per filter where present */
export function conv2dForward(w: CommandWriter, a: Conv2dForwardArgs): void {
  const v0 = conv2dForwardT[a.x.typeCode]!;
  if (v0 < 0) throw unsupportedTypes('conv2dForward', [a.x], 'f32|bf16');
  const variant = v0;
  const i = w.begin(30);
  const u = w.words;
  u[i] = 229 | (variant << 16);
  w.buffer(i + 2, a.x);
  w.buffer(i + 5, a.weight);
  w.buffer(i + 8, a.bias);
  w.buffer(i + 11, a.y);
  u[i + 14] = a.batch;
  u[i + 15] = a.channels;
  u[i + 16] = a.height;
  u[i + 17] = a.width;
  u[i + 18] = a.filters;
  u[i + 19] = a.kernelHeight;
  u[i + 20] = a.kernelWidth;
  u[i + 21] = a.outHeight;
  u[i + 22] = a.outWidth;
  u[i + 23] = a.strideHeight;
  u[i + 24] = a.strideWidth;
  u[i + 25] = a.padHeight;
  u[i + 26] = a.padWidth;
  u[i + 27] = a.dilationHeight;
  u[i + 28] = a.dilationWidth;
  u[i + 29] = a.groups;
  w.end(30);
}

/** dx = the gradient of conv2dForward by x, plus bias per channel where present (for transposed convolution) */
export interface Conv2dBackwardInputArgs {
  readonly dy: BufferRef;
  readonly weight: BufferRef;
  readonly bias?: BufferRef | undefined;
  readonly dx: BufferRef;
  readonly batch: number;
  readonly channels: number;
  readonly height: number;
  readonly width: number;
  readonly filters: number;
  readonly kernelHeight: number;
  readonly kernelWidth: number;
  readonly outHeight: number;
  readonly outWidth: number;
  readonly strideHeight: number;
  readonly strideWidth: number;
  readonly padHeight: number;
  readonly padWidth: number;
  readonly dilationHeight: number;
  readonly dilationWidth: number;
  readonly groups: number;
}

const conv2dBackwardInputT = [0, 1, -1, -1, -1, -1, -1];

/** dx = the gradient of conv2dForward by x, plus bias per channel where present (for transposed convolution) */
export function conv2dBackwardInput(w: CommandWriter, a: Conv2dBackwardInputArgs): void {
  const v0 = conv2dBackwardInputT[a.dy.typeCode]!;
  if (v0 < 0) throw unsupportedTypes('conv2dBackwardInput', [a.dy], 'f32|bf16');
  const variant = v0;
  const i = w.begin(30);
  const u = w.words;
  u[i] = 230 | (variant << 16);
  w.buffer(i + 2, a.dy);
  w.buffer(i + 5, a.weight);
  w.buffer(i + 8, a.bias);
  w.buffer(i + 11, a.dx);
  u[i + 14] = a.batch;
  u[i + 15] = a.channels;
  u[i + 16] = a.height;
  u[i + 17] = a.width;
  u[i + 18] = a.filters;
  u[i + 19] = a.kernelHeight;
  u[i + 20] = a.kernelWidth;
  u[i + 21] = a.outHeight;
  u[i + 22] = a.outWidth;
  u[i + 23] = a.strideHeight;
  u[i + 24] = a.strideWidth;
  u[i + 25] = a.padHeight;
  u[i + 26] = a.padWidth;
  u[i + 27] = a.dilationHeight;
  u[i + 28] = a.dilationWidth;
  u[i + 29] = a.groups;
  w.end(30);
}

/** dweight = the gradient of conv2dForward by weight, summed in an order fixed by the shape */
export interface Conv2dBackwardWeightArgs {
  readonly x: BufferRef;
  readonly dy: BufferRef;
  readonly dweight: BufferRef;
  readonly batch: number;
  readonly channels: number;
  readonly height: number;
  readonly width: number;
  readonly filters: number;
  readonly kernelHeight: number;
  readonly kernelWidth: number;
  readonly outHeight: number;
  readonly outWidth: number;
  readonly strideHeight: number;
  readonly strideWidth: number;
  readonly padHeight: number;
  readonly padWidth: number;
  readonly dilationHeight: number;
  readonly dilationWidth: number;
  readonly groups: number;
}

const conv2dBackwardWeightT = [0, 1, -1, -1, -1, -1, -1];

/** dweight = the gradient of conv2dForward by weight, summed in an order fixed by the shape */
export function conv2dBackwardWeight(w: CommandWriter, a: Conv2dBackwardWeightArgs): void {
  const v0 = conv2dBackwardWeightT[a.x.typeCode]!;
  if (v0 < 0) throw unsupportedTypes('conv2dBackwardWeight', [a.x], 'f32|bf16');
  const variant = v0;
  const i = w.begin(27);
  const u = w.words;
  u[i] = 231 | (variant << 16);
  w.buffer(i + 2, a.x);
  w.buffer(i + 5, a.dy);
  w.buffer(i + 8, a.dweight);
  u[i + 11] = a.batch;
  u[i + 12] = a.channels;
  u[i + 13] = a.height;
  u[i + 14] = a.width;
  u[i + 15] = a.filters;
  u[i + 16] = a.kernelHeight;
  u[i + 17] = a.kernelWidth;
  u[i + 18] = a.outHeight;
  u[i + 19] = a.outWidth;
  u[i + 20] = a.strideHeight;
  u[i + 21] = a.strideWidth;
  u[i + 22] = a.padHeight;
  u[i + 23] = a.padWidth;
  u[i + 24] = a.dilationHeight;
  u[i + 25] = a.dilationWidth;
  u[i + 26] = a.groups;
  w.end(27);
}
