/**
 * Slices of a tensor that lies in row-major order: which rows to read, and how to pick the wanted elements from them.
 * Only the first dimension narrows what is read; the others are picked in memory.
 */
import { elementCount } from './dtype.js';
import { DataError, type ErrorPlace } from './errors.js';

export interface SliceRange {
  /** Shape of the result. */
  readonly shape: readonly number[];
  /** Whether the rows read are the result itself. */
  readonly contiguous: boolean;
  /** First element to read and how many, in elements of the whole tensor. */
  readonly firstElement: number;
  readonly rowElements: number;
  /** Bounds per dimension, relative to the rows read. */
  readonly bounds: readonly (readonly [start: number, end: number])[];
  /** Extents of what is read. */
  readonly extents: readonly number[];
}

/** Checks a slice against a shape. Throws DataError `TENSOR_SLICE`. */
export function resolveSlice(
  shape: readonly number[],
  slice: readonly (readonly [number, number] | null)[] | undefined,
  place: ErrorPlace,
): SliceRange {
  if (slice !== undefined && slice.length > shape.length) {
    throw new DataError(
      'TENSOR_SLICE',
      `a slice of ${slice.length} dimensions; the shape is ${JSON.stringify(shape)}`,
      place,
    );
  }
  const bounds = shape.map((extent, d): [number, number] => {
    const [start, end] = slice?.[d] ?? [0, extent];
    if (!(Number.isInteger(start) && Number.isInteger(end) && 0 <= start && start <= end && end <= extent)) {
      throw new DataError(
        'TENSOR_SLICE',
        `[${start}, ${end}) does not lie within dimension ${d} of ${JSON.stringify(shape)}`,
        place,
      );
    }
    return [start, end];
  });
  const sliced = bounds.map(([start, end]) => end - start);
  const inner = elementCount(shape.slice(1));
  const first = bounds[0] ?? [0, 1];
  return {
    shape: sliced,
    contiguous: sliced.every((extent, d) => d === 0 || extent === shape[d]),
    firstElement: first[0] * inner,
    rowElements: (first[1] - first[0]) * inner,
    bounds: bounds.map(([start, end], d) => (d === 0 ? [0, end - start] : [start, end])),
    extents: shape.map((extent, d) => (d === 0 ? first[1] - first[0] : extent)),
  };
}

/** Copies the elements within a range's bounds out of the rows that were read. */
export function pickSlice(
  rows: Uint8Array<ArrayBuffer>,
  elementBytes: number,
  range: SliceRange,
): Uint8Array<ArrayBuffer> {
  if (range.contiguous) return rows;
  const out = new Uint8Array(elementCount(range.shape) * elementBytes);
  let written = 0;
  const copy = (d: number, offset: number): void => {
    const [start, end] = range.bounds[d]!;
    const stride = elementCount(range.extents.slice(d + 1)) * elementBytes;
    if (d === range.bounds.length - 1) {
      out.set(rows.subarray(offset + start * stride, offset + end * stride), written);
      written += (end - start) * stride;
      return;
    }
    for (let i = start; i < end; i++) copy(d + 1, offset + i * stride);
  };
  copy(0, 0);
  return out;
}
