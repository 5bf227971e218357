// Generated from native/kernels by `npm run generate`; do not edit.
import { type BufferRef, type CommandWriter, unsupportedTypes } from '../command-writer.js';

export const schemaDigest = '7c30a8efe13460a1';

/** Kernel names by op code minus 16. */
export const kernelNames: readonly string[] = [
  'softmaxForward',
];

/** y = softmax(x) over the middle dimension of [outer, cols, inner] */
export interface SoftmaxForwardArgs {
  readonly x: BufferRef;
  readonly y: BufferRef;
  readonly outer: number;
  readonly cols: number;
  readonly inner: number;
}

const softmaxForwardT = [0, 1, -1, -1, -1, -1, -1];

/** y = softmax(x) over the middle dimension of [outer, cols, inner] */
export function softmaxForward(w: CommandWriter, a: SoftmaxForwardArgs): void {
  const v0 = softmaxForwardT[a.x.typeCode]!;
  if (v0 < 0) throw unsupportedTypes('softmaxForward', [a.x], 'f32|bf16');
  const variant = v0;
  const i = w.begin(14);
  const u = w.words;
  u[i] = 16 | (variant << 16);
  u[i + 1] = 14;
  w.buffer(i + 2, a.x);
  w.buffer(i + 5, a.y);
  w.u64(i + 8, a.outer);
  w.u64(i + 10, a.cols);
  w.u64(i + 12, a.inner);
}
