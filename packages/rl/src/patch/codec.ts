/**
 * Positions and values of a patch as bytes. Positions are gaps (one byte each: the number of unchanged elements before
 * the next changed one; 255 says 255 and more follow) or a bitmap, whichever is shorter. Values are the new elements,
 * bit for bit. Both may be deflated; values then go by byte plane, which lets exponents compress.
 */
import { promisify } from 'node:util';
import { deflateRaw, inflateRaw } from 'node:zlib';
import { PatchError } from '../errors.js';

export type IndexCoding = 'gaps' | 'bitmap';

export interface CodedIndices {
  readonly coding: IndexCoding;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

const more = 255;

/** Codes ascending positions below `length`. */
export function encodeIndices(indices: Uint32Array, length: number): CodedIndices {
  const bitmapBytes = Math.ceil(length / 8);
  let gapBytes = 0;
  for (let k = 0, next = 0; k < indices.length && gapBytes <= bitmapBytes; k++) {
    gapBytes += Math.floor((indices[k]! - next) / more) + 1;
    next = indices[k]! + 1;
  }
  if (gapBytes > bitmapBytes) {
    const bytes = new Uint8Array(bitmapBytes);
    for (const i of indices) bytes[i >>> 3]! |= 1 << (i & 7);
    return { coding: 'bitmap', bytes };
  }
  const bytes = new Uint8Array(gapBytes);
  let at = 0;
  let next = 0;
  for (const i of indices) {
    let gap = i - next;
    for (; gap >= more; gap -= more) bytes[at++] = more;
    bytes[at++] = gap;
    next = i + 1;
  }
  return { coding: 'gaps', bytes };
}

/** The positions that `encodeIndices` coded. Throws PatchError where they are not `count` positions below `length`. */
export function decodeIndices(
  { coding, bytes }: CodedIndices,
  length: number,
  count: number,
): Uint32Array<ArrayBuffer> {
  const indices = new Uint32Array(count);
  let found = 0;
  const put = (i: number): void => {
    if (found === count || i >= length) throw damaged(`its positions are not ${count} below ${length}`);
    indices[found++] = i;
  };
  if (coding === 'bitmap') {
    if (bytes.length !== Math.ceil(length / 8))
      throw damaged(`its bitmap has ${bytes.length} bytes for ${length} elements`);
    for (const [b, byte] of bytes.entries()) {
      for (let bits = byte; bits !== 0; bits &= bits - 1) put(8 * b + 31 - Math.clz32(bits & -bits));
    }
  } else {
    let next = 0;
    for (const gap of bytes) {
      next += gap;
      if (gap === more) continue;
      put(next);
      next += 1;
    }
  }
  if (found !== count) throw damaged(`it has ${found} positions; its header says ${count}`);
  return indices;
}

/** Deflated bytes of elements of `size` bytes, plane by plane. */
export async function pack(bytes: Uint8Array, size: number): Promise<Uint8Array<ArrayBuffer>> {
  return new Uint8Array(await promisify(deflateRaw)(toPlanes(bytes, size), { level: 6 }));
}

/** What `pack` packed, at most `limit` bytes of it: a lying file must not fill the memory. */
export async function unpack(packed: Uint8Array, size: number, limit: number): Promise<Uint8Array<ArrayBuffer>> {
  try {
    return fromPlanes(await promisify(inflateRaw)(packed, { maxOutputLength: Math.max(1, limit) }), size);
  } catch (cause) {
    throw damaged('its data does not decompress', cause);
  }
}

function toPlanes(bytes: Uint8Array, size: number): Uint8Array<ArrayBuffer> {
  const out = new Uint8Array(bytes.length);
  const count = bytes.length / size;
  for (let plane = 0, at = 0; plane < size; plane++) {
    for (let i = 0; i < count; i++) out[at++] = bytes[i * size + plane]!;
  }
  return out;
}

function fromPlanes(planes: Uint8Array, size: number): Uint8Array<ArrayBuffer> {
  const out = new Uint8Array(planes.length);
  const count = planes.length / size;
  for (let plane = 0, at = 0; plane < size; plane++) {
    for (let i = 0; i < count; i++) out[i * size + plane] = planes[at++]!;
  }
  return out;
}

function damaged(problem: string, cause?: unknown): PatchError {
  return new PatchError('PATCH_DAMAGED', `the patch is damaged: ${problem}.`, { cause });
}
