/** Copying a strided view into row-major order. */
import { elementCount } from '../dtype.js';

/** Elements of `source` at every index of `shape`, in row-major order. Strides count elements of `size` bytes. */
export function gatherStrided(
  source: Uint8Array,
  size: number,
  shape: readonly number[],
  strides: readonly number[],
): Uint8Array<ArrayBuffer> {
  const out = new Uint8Array(elementCount(shape) * size);
  if (out.length === 0) return out;
  const index = shape.map(() => 0);
  let from = 0;
  for (let to = 0; to < out.length; to += size) {
    for (let b = 0; b < size; b++) out[to + b] = source[from * size + b]!;
    for (let d = shape.length - 1; d >= 0; d--) {
      from += strides[d]!;
      if (++index[d]! < shape[d]!) break;
      from -= strides[d]! * shape[d]!;
      index[d] = 0;
    }
  }
  return out;
}
