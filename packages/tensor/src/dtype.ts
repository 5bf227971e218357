/** Element types of tensors, their sizes, and the typed arrays they are read from and written to. */
import { ArgumentError, formatValue } from './errors.js';

/** `bool` is stored as one byte, 0 or 1; `bf16` and `f16` as 16-bit patterns. */
export type DType = 'f32' | 'bf16' | 'f16' | 'i32' | 'u8' | 'bool';

export type TypedArray =
  | Float32Array
  | Float64Array
  | Int32Array
  | Int16Array
  | Int8Array
  | Uint32Array
  | Uint16Array
  | Uint8Array
  | Uint8ClampedArray;

/** Typed array whose bytes are a tensor's bytes: 16-bit patterns for `bf16` and `f16`. */
export interface RawArrays {
  f32: Float32Array<ArrayBuffer>;
  bf16: Uint16Array<ArrayBuffer>;
  f16: Uint16Array<ArrayBuffer>;
  i32: Int32Array<ArrayBuffer>;
  u8: Uint8Array<ArrayBuffer>;
  bool: Uint8Array<ArrayBuffer>;
}

export interface DTypeInfo {
  readonly bytes: number;
  /** Index into the native element types. */
  readonly code: number;
  readonly float: boolean;
}

export const dtypes: Readonly<Record<DType, DTypeInfo>> = {
  f32: { bytes: 4, code: 0, float: true },
  bf16: { bytes: 2, code: 1, float: true },
  f16: { bytes: 2, code: 2, float: true },
  i32: { bytes: 4, code: 3, float: false },
  u8: { bytes: 1, code: 5, float: false },
  bool: { bytes: 1, code: 5, float: false },
};

export function isDType(value: unknown): value is DType {
  return typeof value === 'string' && Object.hasOwn(dtypes, value);
}

export function checkDType(op: string, value: unknown): DType {
  if (isDType(value)) return value;
  throw new ArgumentError(
    `unknown dtype; got ${formatValue(value)}; expected one of ${Object.keys(dtypes).join(', ')}.`,
    {
      op,
      actual: value,
      expected: Object.keys(dtypes),
    },
  );
}

const integerLimits: Partial<Record<DType, readonly [low: number, high: number]>> = {
  i32: [-(2 ** 31), 2 ** 31 - 1],
  u8: [0, 255],
};

/**
 * Where `dtype` is one of integers, fractions are cut off, as everywhere; a number that would come out as another one is
 * refused. `index`: which element of the data it is, for the message.
 */
export function checkFits(op: string, dtype: DType, value: number, index?: number): void {
  if (typeof value !== 'number')
    throw new ArgumentError(`value must be a number; got ${formatValue(value)}.`, { op, actual: value });
  const limits = integerLimits[dtype];
  if (limits === undefined) return;
  const [low, high] = limits;
  const whole = Math.trunc(value);
  if (whole >= low && whole <= high) return;
  const what = index === undefined ? `${value}` : `element ${index}, ${value},`;
  throw new ArgumentError(`${what} does not fit ${dtype}; expected ${low} to ${high}.`, { op, actual: value });
}

export function rawArray<D extends DType>(dtype: D, buffer: ArrayBuffer): RawArrays[D] {
  const make: { [K in DType]: (b: ArrayBuffer) => RawArrays[K] } = {
    f32: (b) => new Float32Array(b),
    bf16: (b) => new Uint16Array(b),
    f16: (b) => new Uint16Array(b),
    i32: (b) => new Int32Array(b),
    u8: (b) => new Uint8Array(b),
    bool: (b) => new Uint8Array(b),
  };
  return make[dtype](buffer);
}

const scratch = new Float32Array(1);
const scratchBits = new Uint32Array(scratch.buffer);

/** Rounds to nearest, ties to even, as the kernels do; NaN stays NaN. */
export function toBf16Bits(value: number): number {
  scratch[0] = value;
  const bits = scratchBits[0]!;
  if ((bits & 0x7fffffff) > 0x7f800000) return (bits >>> 16) | 0x40;
  return ((bits + 0x7fff + ((bits >>> 16) & 1)) >>> 16) & 0xffff;
}

export function fromBf16Bits(bits: number): number {
  scratchBits[0] = bits << 16;
  return scratch[0]!;
}

/** IEEE half precision, round to nearest even. */
export function toF16Bits(value: number): number {
  scratch[0] = value;
  const bits = scratchBits[0]!;
  const sign = (bits >>> 16) & 0x8000;
  const magnitude = bits & 0x7fffffff;
  if (magnitude > 0x7f800000) return sign | 0x7e00;
  if (magnitude >= 0x477ff000) return sign | 0x7c00;
  if (magnitude < 0x33000001) return sign;
  if (magnitude < 0x38800000) {
    const shift = 126 - (magnitude >>> 23);
    const mantissa = (magnitude & 0x7fffff) | 0x800000;
    const half = mantissa >>> shift;
    const rest = mantissa & ((1 << shift) - 1);
    const middle = 1 << (shift - 1);
    return sign | (half + (rest > middle || (rest === middle && (half & 1) === 1) ? 1 : 0));
  }
  const half = (magnitude - 0x38000000) >>> 13;
  const rest = magnitude & 0x1fff;
  return sign | (half + (rest > 0x1000 || (rest === 0x1000 && (half & 1) === 1) ? 1 : 0));
}

export function fromF16Bits(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >>> 10) & 0x1f;
  const mantissa = bits & 0x3ff;
  if (exponent === 0) return sign * mantissa * 2 ** -24;
  if (exponent === 31) return mantissa ? Number.NaN : sign * Number.POSITIVE_INFINITY;
  return sign * (1 + mantissa / 1024) * 2 ** (exponent - 15);
}

/** Numbers to the raw array of a dtype, rounding as the kernels do. */
export function encodeNumbers<D extends DType>(dtype: D, values: ArrayLike<number>): RawArrays[D] {
  const raw = rawArray(dtype, new ArrayBuffer(values.length * dtypes[dtype].bytes));
  if (dtype === 'f32' || dtype === 'i32' || dtype === 'u8') {
    raw.set(values);
    return raw;
  }
  const convert = dtype === 'bf16' ? toBf16Bits : dtype === 'f16' ? toF16Bits : (v: number) => (v !== 0 ? 1 : 0);
  for (let i = 0; i < values.length; i++) raw[i] = convert(values[i]!);
  return raw;
}

/** The raw array of a dtype to numbers: `bf16` and `f16` patterns are decoded into a Float32Array, others pass through. */
export function decodeNumbers(dtype: DType, raw: Float32Array | Int32Array | Uint16Array | Uint8Array): NumberArray {
  if (dtype !== 'bf16' && dtype !== 'f16') return raw as NumberArray;
  const decode = dtype === 'bf16' ? fromBf16Bits : fromF16Bits;
  const values = new Float32Array(raw.length);
  for (let i = 0; i < raw.length; i++) values[i] = decode(raw[i]!);
  return values;
}

/** What reading a tensor gives: `f32`, `bf16`, `f16` as floats, `i32` as integers, `u8` and `bool` as bytes. */
export type NumberArray = Float32Array<ArrayBuffer> | Int32Array<ArrayBuffer> | Uint8Array<ArrayBuffer>;
