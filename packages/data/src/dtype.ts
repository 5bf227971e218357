/**
 * Element types: those of the engine, and those that files hold. A file type that the engine lacks (i64, f64, ...)
 * is read as it is or converted with its range checked (convert.ts).
 */

/** Element types of the engine. */
export type DType = 'f32' | 'bf16' | 'f16' | 'i32' | 'u8' | 'bool';

/** Element types that files may hold. Lower case throughout; safetensors spells them in upper case. */
export type FileDType = DType | 'f64' | 'i64' | 'u64' | 'u32' | 'i16' | 'u16' | 'i8' | 'f8_e4m3' | 'f8_e5m2';

/** What carries the elements in memory: bf16 and f16 travel as the bits of a Uint16Array, bool as 0 or 1 in a Uint8Array. */
export type ElementArray =
  | Float32Array<ArrayBuffer>
  | Float64Array<ArrayBuffer>
  | Uint16Array<ArrayBuffer>
  | Int16Array<ArrayBuffer>
  | Int32Array<ArrayBuffer>
  | Uint32Array<ArrayBuffer>
  | Uint8Array<ArrayBuffer>
  | Int8Array<ArrayBuffer>
  | BigInt64Array<ArrayBuffer>
  | BigUint64Array<ArrayBuffer>;

interface ElementType {
  readonly bytes: number;
  wrap(buffer: ArrayBuffer, byteOffset: number, length: number): ElementArray;
}

const elementTypes: Record<FileDType, ElementType> = {
  f32: { bytes: 4, wrap: (b, o, n) => new Float32Array(b, o, n) },
  bf16: { bytes: 2, wrap: (b, o, n) => new Uint16Array(b, o, n) },
  f16: { bytes: 2, wrap: (b, o, n) => new Uint16Array(b, o, n) },
  i32: { bytes: 4, wrap: (b, o, n) => new Int32Array(b, o, n) },
  u8: { bytes: 1, wrap: (b, o, n) => new Uint8Array(b, o, n) },
  bool: { bytes: 1, wrap: (b, o, n) => new Uint8Array(b, o, n) },
  f64: { bytes: 8, wrap: (b, o, n) => new Float64Array(b, o, n) },
  i64: { bytes: 8, wrap: (b, o, n) => new BigInt64Array(b, o, n) },
  u64: { bytes: 8, wrap: (b, o, n) => new BigUint64Array(b, o, n) },
  u32: { bytes: 4, wrap: (b, o, n) => new Uint32Array(b, o, n) },
  i16: { bytes: 2, wrap: (b, o, n) => new Int16Array(b, o, n) },
  u16: { bytes: 2, wrap: (b, o, n) => new Uint16Array(b, o, n) },
  i8: { bytes: 1, wrap: (b, o, n) => new Int8Array(b, o, n) },
  f8_e4m3: { bytes: 1, wrap: (b, o, n) => new Uint8Array(b, o, n) },
  f8_e5m2: { bytes: 1, wrap: (b, o, n) => new Uint8Array(b, o, n) },
};

/** All names a file may use, in lower case. */
export const fileDTypes = Object.keys(elementTypes) as readonly FileDType[];

/** Whether `name` is an element type that files may hold. */
export function isFileDType(name: string): name is FileDType {
  return Object.hasOwn(elementTypes, name);
}

/** Bytes of one element. */
export function byteSize(dtype: FileDType): number {
  return elementTypes[dtype].bytes;
}

/** A typed view of `length` elements over a buffer. `byteOffset` must be a multiple of the element size. */
export function viewElements(dtype: FileDType, buffer: ArrayBuffer, byteOffset: number, length: number): ElementArray {
  return elementTypes[dtype].wrap(buffer, byteOffset, length);
}

/** The bytes behind any view. */
export function bytesOf<B extends ArrayBufferLike>(view: ArrayBufferView<B>): Uint8Array<B> {
  return new Uint8Array(view.buffer, view.byteOffset, view.byteLength);
}

/** Number of elements of a shape; the empty shape is one scalar. */
export function elementCount(shape: readonly number[]): number {
  let count = 1;
  for (const extent of shape) count *= extent;
  return count;
}

/** One tensor in memory: what readers return and writers take. */
export interface HostTensor {
  readonly dtype: FileDType;
  readonly shape: readonly number[];
  readonly data: ElementArray;
}
