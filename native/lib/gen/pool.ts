// Generated from native/kernels by `npm run generate`; do not edit.
import { type BufferRef, type CommandWriter, unsupportedTypes } from '../command-writer.js';

/** y = the largest element of each window (NaN wins), index = its position in the plane; padding never wins, and -infinity with index -1 is all a window outside has */
export interface MaxPool2dArgs {
  readonly x: BufferRef;
  readonly y: BufferRef;
  readonly index: BufferRef;
  readonly planes: number;
  readonly height: number;
  readonly width: number;
  readonly outHeight: number;
  readonly outWidth: number;
  readonly kernelHeight: number;
  readonly kernelWidth: number;
  readonly strideHeight: number;
  readonly strideWidth: number;
  readonly padHeight: number;
  readonly padWidth: number;
  readonly dilationHeight: number;
  readonly dilationWidth: number;
}

const maxPool2dT = [0, 1, -1, -1, -1, -1, -1];

/** y = the largest element of each window (NaN wins), index = its position in the plane; padding never wins, and -infinity with index -1 is all a window outside has */
export function maxPool2d(w: CommandWriter, a: MaxPool2dArgs): void {
  const v0 = maxPool2dT[a.x.typeCode]!;
  if (v0 < 0) throw unsupportedTypes('maxPool2d', [a.x], 'f32|bf16');
  const variant = v0;
  const i = w.begin(25);
  const u = w.words;
  u[i] = 235 | (variant << 16);
  w.buffer(i + 2, a.x);
  w.buffer(i + 5, a.y);
  w.buffer(i + 8, a.index);
  w.u64(i + 11, a.planes);
  u[i + 13] = a.height;
  u[i + 14] = a.width;
  u[i + 15] = a.outHeight;
  u[i + 16] = a.outWidth;
  u[i + 17] = a.kernelHeight;
  u[i + 18] = a.kernelWidth;
  u[i + 19] = a.strideHeight;
  u[i + 20] = a.strideWidth;
  u[i + 21] = a.padHeight;
  u[i + 22] = a.padWidth;
  u[i + 23] = a.dilationHeight;
  u[i + 24] = a.dilationWidth;
  w.end(25);
}

/** dx = g added up at the index of each window, which lies in the window */
export interface MaxPool2dBackwardArgs {
  readonly g: BufferRef;
  readonly index: BufferRef;
  readonly dx: BufferRef;
  readonly planes: number;
  readonly height: number;
  readonly width: number;
  readonly outHeight: number;
  readonly outWidth: number;
  readonly kernelHeight: number;
  readonly kernelWidth: number;
  readonly strideHeight: number;
  readonly strideWidth: number;
  readonly padHeight: number;
  readonly padWidth: number;
}

const maxPool2dBackwardT = [0, 1, -1, -1, -1, -1, -1];

/** dx = g added up at the index of each window, which lies in the window */
export function maxPool2dBackward(w: CommandWriter, a: MaxPool2dBackwardArgs): void {
  const v0 = maxPool2dBackwardT[a.g.typeCode]!;
  if (v0 < 0) throw unsupportedTypes('maxPool2dBackward', [a.g], 'f32|bf16');
  const variant = v0;
  const i = w.begin(23);
  const u = w.words;
  u[i] = 236 | (variant << 16);
  w.buffer(i + 2, a.g);
  w.buffer(i + 5, a.index);
  w.buffer(i + 8, a.dx);
  w.u64(i + 11, a.planes);
  u[i + 13] = a.height;
  u[i + 14] = a.width;
  u[i + 15] = a.outHeight;
  u[i + 16] = a.outWidth;
  u[i + 17] = a.kernelHeight;
  u[i + 18] = a.kernelWidth;
  u[i + 19] = a.strideHeight;
  u[i + 20] = a.strideWidth;
  u[i + 21] = a.padHeight;
  u[i + 22] = a.padWidth;
  w.end(23);
}

/** y = sum of each window / (kernelHeight * kernelWidth), padding counted as zeros */
export interface AvgPool2dArgs {
  readonly x: BufferRef;
  readonly y: BufferRef;
  readonly planes: number;
  readonly height: number;
  readonly width: number;
  readonly outHeight: number;
  readonly outWidth: number;
  readonly kernelHeight: number;
  readonly kernelWidth: number;
  readonly strideHeight: number;
  readonly strideWidth: number;
  readonly padHeight: number;
  readonly padWidth: number;
}

const avgPool2dT = [0, 1, -1, -1, -1, -1, -1];

/** y = sum of each window / (kernelHeight * kernelWidth), padding counted as zeros */
export function avgPool2d(w: CommandWriter, a: AvgPool2dArgs): void {
  const v0 = avgPool2dT[a.x.typeCode]!;
  if (v0 < 0) throw unsupportedTypes('avgPool2d', [a.x], 'f32|bf16');
  const variant = v0;
  const i = w.begin(20);
  const u = w.words;
  u[i] = 237 | (variant << 16);
  w.buffer(i + 2, a.x);
  w.buffer(i + 5, a.y);
  w.u64(i + 8, a.planes);
  u[i + 10] = a.height;
  u[i + 11] = a.width;
  u[i + 12] = a.outHeight;
  u[i + 13] = a.outWidth;
  u[i + 14] = a.kernelHeight;
  u[i + 15] = a.kernelWidth;
  u[i + 16] = a.strideHeight;
  u[i + 17] = a.strideWidth;
  u[i + 18] = a.padHeight;
  u[i + 19] = a.padWidth;
  w.end(20);
}

/** dx = the gradient of avgPool2d */
export interface AvgPool2dBackwardArgs {
  readonly g: BufferRef;
  readonly dx: BufferRef;
  readonly planes: number;
  readonly height: number;
  readonly width: number;
  readonly outHeight: number;
  readonly outWidth: number;
  readonly kernelHeight: number;
  readonly kernelWidth: number;
  readonly strideHeight: number;
  readonly strideWidth: number;
  readonly padHeight: number;
  readonly padWidth: number;
}

const avgPool2dBackwardT = [0, 1, -1, -1, -1, -1, -1];

/** dx = the gradient of avgPool2d */
export function avgPool2dBackward(w: CommandWriter, a: AvgPool2dBackwardArgs): void {
  const v0 = avgPool2dBackwardT[a.g.typeCode]!;
  if (v0 < 0) throw unsupportedTypes('avgPool2dBackward', [a.g], 'f32|bf16');
  const variant = v0;
  const i = w.begin(20);
  const u = w.words;
  u[i] = 238 | (variant << 16);
  w.buffer(i + 2, a.g);
  w.buffer(i + 5, a.dx);
  w.u64(i + 8, a.planes);
  u[i + 10] = a.height;
  u[i + 11] = a.width;
  u[i + 12] = a.outHeight;
  u[i + 13] = a.outWidth;
  u[i + 14] = a.kernelHeight;
  u[i + 15] = a.kernelWidth;
  u[i + 16] = a.strideHeight;
  u[i + 17] = a.strideWidth;
  u[i + 18] = a.padHeight;
  u[i + 19] = a.padWidth;
  w.end(20);
}

/** y = mean over rows floor(i height / outHeight) to ceil((i + 1) height / outHeight), columns likewise */
export interface AdaptiveAvgPool2dArgs {
  readonly x: BufferRef;
  readonly y: BufferRef;
  readonly planes: number;
  readonly height: number;
  readonly width: number;
  readonly outHeight: number;
  readonly outWidth: number;
}

const adaptiveAvgPool2dT = [0, 1, -1, -1, -1, -1, -1];

/** y = mean over rows floor(i height / outHeight) to ceil((i + 1) height / outHeight), columns likewise */
export function adaptiveAvgPool2d(w: CommandWriter, a: AdaptiveAvgPool2dArgs): void {
  const v0 = adaptiveAvgPool2dT[a.x.typeCode]!;
  if (v0 < 0) throw unsupportedTypes('adaptiveAvgPool2d', [a.x], 'f32|bf16');
  const variant = v0;
  const i = w.begin(14);
  const u = w.words;
  u[i] = 239 | (variant << 16);
  w.buffer(i + 2, a.x);
  w.buffer(i + 5, a.y);
  w.u64(i + 8, a.planes);
  u[i + 10] = a.height;
  u[i + 11] = a.width;
  u[i + 12] = a.outHeight;
  u[i + 13] = a.outWidth;
  w.end(14);
}

/** dx = the gradient of adaptiveAvgPool2d */
export interface AdaptiveAvgPool2dBackwardArgs {
  readonly g: BufferRef;
  readonly dx: BufferRef;
  readonly planes: number;
  readonly height: number;
  readonly width: number;
  readonly outHeight: number;
  readonly outWidth: number;
}

const adaptiveAvgPool2dBackwardT = [0, 1, -1, -1, -1, -1, -1];

/** dx = the gradient of adaptiveAvgPool2d */
export function adaptiveAvgPool2dBackward(w: CommandWriter, a: AdaptiveAvgPool2dBackwardArgs): void {
  const v0 = adaptiveAvgPool2dBackwardT[a.g.typeCode]!;
  if (v0 < 0) throw unsupportedTypes('adaptiveAvgPool2dBackward', [a.g], 'f32|bf16');
  const variant = v0;
  const i = w.begin(14);
  const u = w.words;
  u[i] = 240 | (variant << 16);
  w.buffer(i + 2, a.g);
  w.buffer(i + 5, a.dx);
  w.u64(i + 8, a.planes);
  u[i + 10] = a.height;
  u[i + 11] = a.width;
  u[i + 12] = a.outHeight;
  u[i + 13] = a.outWidth;
  w.end(14);
}

/** y = x resized: output position i reads source position i * scale + shift, by mode 0 nearest (floor), 1 bilinear, 2 bicubic (a = -0.75), clamped to the plane */
export interface ResizeArgs {
  readonly x: BufferRef;
  readonly y: BufferRef;
  readonly planes: number;
  readonly scaleHeight: number;
  readonly scaleWidth: number;
  readonly shiftHeight: number;
  readonly shiftWidth: number;
  readonly height: number;
  readonly width: number;
  readonly outHeight: number;
  readonly outWidth: number;
  readonly mode: number;
}

const resizeT = [0, 1, -1, -1, -1, -1, -1];

/** y = x resized: output position i reads source position i * scale + shift, by mode 0 nearest (floor), 1 bilinear, 2 bicubic (a = -0.75), clamped to the plane */
export function resize(w: CommandWriter, a: ResizeArgs): void {
  const v0 = resizeT[a.x.typeCode]!;
  if (v0 < 0) throw unsupportedTypes('resize', [a.x], 'f32|bf16');
  const variant = v0;
  const i = w.begin(23);
  const u = w.words;
  u[i] = 241 | (variant << 16);
  w.buffer(i + 2, a.x);
  w.buffer(i + 5, a.y);
  w.u64(i + 8, a.planes);
  w.f64(i + 10, a.scaleHeight);
  w.f64(i + 12, a.scaleWidth);
  w.f64(i + 14, a.shiftHeight);
  w.f64(i + 16, a.shiftWidth);
  u[i + 18] = a.height;
  u[i + 19] = a.width;
  u[i + 20] = a.outHeight;
  u[i + 21] = a.outWidth;
  u[i + 22] = a.mode;
  w.end(23);
}

/** dx = the gradient of resize */
export interface ResizeBackwardArgs {
  readonly g: BufferRef;
  readonly dx: BufferRef;
  readonly planes: number;
  readonly scaleHeight: number;
  readonly scaleWidth: number;
  readonly shiftHeight: number;
  readonly shiftWidth: number;
  readonly height: number;
  readonly width: number;
  readonly outHeight: number;
  readonly outWidth: number;
  readonly mode: number;
}

const resizeBackwardT = [0, 1, -1, -1, -1, -1, -1];

/** dx = the gradient of resize */
export function resizeBackward(w: CommandWriter, a: ResizeBackwardArgs): void {
  const v0 = resizeBackwardT[a.g.typeCode]!;
  if (v0 < 0) throw unsupportedTypes('resizeBackward', [a.g], 'f32|bf16');
  const variant = v0;
  const i = w.begin(23);
  const u = w.words;
  u[i] = 242 | (variant << 16);
  w.buffer(i + 2, a.g);
  w.buffer(i + 5, a.dx);
  w.u64(i + 8, a.planes);
  w.f64(i + 10, a.scaleHeight);
  w.f64(i + 12, a.scaleWidth);
  w.f64(i + 14, a.shiftHeight);
  w.f64(i + 16, a.shiftWidth);
  u[i + 18] = a.height;
  u[i + 19] = a.width;
  u[i + 20] = a.outHeight;
  u[i + 21] = a.outWidth;
  u[i + 22] = a.mode;
  w.end(23);
}
