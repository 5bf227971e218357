/**
 * Reading one tensor that lies row by row somewhere: sliced, converted, into given memory. Files differ only in `fill`.
 */
import { convertElements } from './convert.js';
import {
  byteSize,
  bytesOf,
  type ElementArray,
  elementCount,
  type FileDType,
  type HostTensor,
  viewElements,
} from './dtype.js';
import { DataError, type ErrorPlace } from './errors.js';
import { pickSlice, resolveSlice, type SliceRange } from './tensor-slice.js';
import type { ReadTensorOptions } from './tensor-source.js';

/** A tensor in row-major order and the way to its bytes. */
export interface StoredTensor {
  readonly dtype: FileDType;
  readonly shape: readonly number[];
  readonly place: ErrorPlace;
  /** Fills `target` with the tensor's bytes from `firstByte` on. */
  fill(target: Uint8Array, firstByte: number): Promise<void>;
}

/** Elements converted at a time. */
const convertedBlock = 1 << 19;

/** Reads a tensor or a slice of it, converted where `options.dtype` asks for another type. */
export async function readStored(stored: StoredTensor, options: ReadTensorOptions): Promise<HostTensor> {
  const dtype = options.dtype ?? stored.dtype;
  const range = resolveSlice(stored.shape, options.slice, stored.place);
  const bytes = elementCount(range.shape) * byteSize(dtype);
  const { into } = options;
  if (into !== undefined && into.byteLength !== bytes) {
    const wanted = `${dtype} ${JSON.stringify(range.shape)} takes ${bytes} bytes`;
    throw new DataError('TENSOR_INTO', `${wanted}; got room for ${into.byteLength}`, stored.place);
  }
  // Every byte is overwritten, so none is zeroed first.
  const target = into ?? Buffer.allocUnsafeSlow(bytes);
  const first = range.firstElement * byteSize(stored.dtype);
  if (!range.contiguous) await readPicked(stored, range, dtype, bytesOf(target));
  else if (dtype === stored.dtype) await stored.fill(bytesOf(target), first);
  else await readConverted(stored, first, dtype, bytesOf(target));
  return { dtype, shape: range.shape, data: asElements(dtype, target) };
}

/** Converts block by block, reading one ahead: bounded memory, and the event loop turns between blocks. */
async function readConverted(stored: StoredTensor, first: number, dtype: FileDType, target: Uint8Array): Promise<void> {
  const [from, to] = [byteSize(stored.dtype), byteSize(dtype)];
  const total = target.length / to;
  const readBlock = async (element: number): Promise<Uint8Array<ArrayBuffer>> => {
    const block = new Uint8Array(Math.max(0, Math.min(convertedBlock, total - element)) * from);
    await stored.fill(block, first + element * from);
    return block;
  };
  let block = await readBlock(0);
  for (let done = 0; done < total; done += convertedBlock) {
    const next = readBlock(done + convertedBlock);
    next.catch(() => undefined); // awaited below, unless this block does not convert
    target.set(convert(stored, block, dtype, done), done * to);
    block = await next;
  }
}

async function readPicked(
  stored: StoredTensor,
  range: SliceRange,
  dtype: FileDType,
  target: Uint8Array,
): Promise<void> {
  const size = byteSize(stored.dtype);
  const rows = new Uint8Array(range.rowElements * size);
  await stored.fill(rows, range.firstElement * size);
  target.set(convert(stored, pickSlice(rows, size, range), dtype, 0));
}

function convert(
  stored: StoredTensor,
  bytes: Uint8Array<ArrayBuffer>,
  dtype: FileDType,
  firstElement: number,
): Uint8Array {
  return bytesOf(
    convertElements(asElements(stored.dtype, bytes), stored.dtype, dtype, { place: stored.place, firstElement }),
  );
}

/** A typed view of whole elements, over a copy where the place is not aligned for one. */
function asElements(dtype: FileDType, view: ArrayBufferView<ArrayBuffer>): ElementArray {
  const size = byteSize(dtype);
  if (view.byteOffset % size === 0) return viewElements(dtype, view.buffer, view.byteOffset, view.byteLength / size);
  return viewElements(dtype, new Uint8Array(bytesOf(view)).buffer, 0, view.byteLength / size);
}
