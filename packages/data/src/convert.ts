/**
 * Conversions between element types on the host. Floats round to nearest even; whole numbers are checked, never
 * wrapped: a value that the target cannot hold is an error that names the element. f64 reaches bf16 and f16 by way of f32.
 */
import { checkArray } from './check.js';
import { byteSize, type ElementArray, type FileDType, viewElements } from './dtype.js';
import { DataError, type ErrorPlace } from './errors.js';

/** The float32 whose upper half is `bits`. */
export function bf16ToF32(bits: Uint16Array): Float32Array<ArrayBuffer> {
  checkArray('bf16ToF32', 'bits', bits, Uint16Array);
  const into = new Float32Array(bits.length);
  const out = new Int32Array(into.buffer, into.byteOffset, into.length);
  for (let i = 0; i < bits.length; i++) out[i] = bits[i]! << 16;
  return into;
}

/** Rounds float32 to bf16 bits, to nearest even; NaN stays NaN. */
export function f32ToBf16(values: Float32Array): Uint16Array<ArrayBuffer> {
  checkArray('f32ToBf16', 'values', values, Float32Array);
  const into = new Uint16Array(values.length);
  const bits = new Uint32Array(values.buffer, values.byteOffset, values.length);
  for (let i = 0; i < bits.length; i++) {
    const b = bits[i]!;
    into[i] = (b & 0x7fffffff) > 0x7f800000 ? (b >>> 16) | 0x40 : (b + 0x7fff + ((b >>> 16) & 1)) >>> 16;
  }
  return into;
}

/** The float32 value of each half-precision bit pattern. */
export function f16ToF32(bits: Uint16Array): Float32Array<ArrayBuffer> {
  checkArray('f16ToF32', 'bits', bits, Uint16Array);
  const into = new Float32Array(bits.length);
  const out = new Uint32Array(into.buffer, into.byteOffset, into.length);
  for (let i = 0; i < bits.length; i++) {
    const b = bits[i]!;
    const exponent = (b >>> 10) & 31;
    if (exponent !== 0 && exponent !== 31) out[i] = ((b & 0x8000) << 16) | (((b & 0x7fff) << 13) + 0x38000000);
    else if (exponent === 31) out[i] = ((b & 0x8000) << 16) | 0x7f800000 | ((b & 0x3ff) << 13);
    else into[i] = ((b & 0x8000) === 0 ? 1 : -1) * (b & 0x3ff) * 2 ** -24;
  }
  return into;
}

/** Rounds float32 to half-precision bits, to nearest even; too large becomes infinity, NaN stays NaN. */
export function f32ToF16(values: Float32Array): Uint16Array<ArrayBuffer> {
  checkArray('f32ToF16', 'values', values, Float32Array);
  const into = new Uint16Array(values.length);
  const bits = new Uint32Array(values.buffer, values.byteOffset, values.length);
  for (let i = 0; i < bits.length; i++) {
    const sign = (bits[i]! >>> 16) & 0x8000;
    const magnitude = bits[i]! & 0x7fffffff;
    if (magnitude > 0x7f800000) into[i] = sign | 0x7e00 | ((magnitude >>> 13) & 0x3ff);
    else if (magnitude >= 0x477ff000) into[i] = sign | 0x7c00;
    else if (magnitude < 0x38800000) into[i] = sign | roundHalfEven(Math.abs(values[i]!) * 2 ** 24);
    else into[i] = sign | ((magnitude - 0x38000000 + 0xfff + ((magnitude >>> 13) & 1)) >>> 13);
  }
  return into;
}

/** The float32 value of each 8-bit float. `exponentBits` is 4 (E4M3, finite only) or 5 (E5M2). */
function f8ToF32(bits: Uint8Array, exponentBits: 4 | 5): Float32Array<ArrayBuffer> {
  const mantissaBits = 7 - exponentBits;
  const bias = 2 ** (exponentBits - 1) - 1;
  const table = Float32Array.from({ length: 256 }, (_, b) => {
    const sign = b < 128 ? 1 : -1;
    const exponent = (b & 0x7f) >> mantissaBits;
    const mantissa = b & (2 ** mantissaBits - 1);
    if (exponentBits === 4 && (b & 0x7f) === 0x7f) return Number.NaN;
    if (exponentBits === 5 && exponent === 31) return mantissa === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN;
    const significand = mantissa / 2 ** mantissaBits;
    return exponent === 0 ? sign * significand * 2 ** (1 - bias) : sign * (1 + significand) * 2 ** (exponent - bias);
  });
  return Float32Array.from(bits, (b) => table[b]!);
}

const wholeRanges: Partial<Record<FileDType, readonly [number, number]>> = {
  i32: [-(2 ** 31), 2 ** 31 - 1],
  u32: [0, 2 ** 32 - 1],
  i16: [-(2 ** 15), 2 ** 15 - 1],
  u16: [0, 2 ** 16 - 1],
  i8: [-128, 127],
  u8: [0, 255],
  bool: [0, 1],
};

/** Where the elements come from, for messages. */
export interface ConversionOrigin {
  readonly place?: ErrorPlace;
  /** Index in the tensor of the first element given. */
  readonly firstElement?: number;
}

/**
 * Converts elements from one type to another; returns `source` itself where the types are the same.
 * Throws DataError `DTYPE_RANGE` for a value that the target cannot hold and `DTYPE_CONVERSION` for a target no conversion reaches.
 */
export function convertElements(
  source: ElementArray,
  from: FileDType,
  to: FileDType,
  origin: ConversionOrigin = {},
): ElementArray {
  if (from === to) return source;
  const wide = widen(source, from);
  if (to === 'f64') return Float64Array.from(wide as ArrayLike<number | bigint>, Number);
  if (to === 'f32') return asF32(wide);
  if (to === 'bf16') return f32ToBf16(asF32(wide));
  if (to === 'f16') return f32ToF16(asF32(wide));
  if (to === 'i64' || to === 'u64') return toBig(wide, to, origin);
  const range = wholeRanges[to];
  if (range === undefined) throw new DataError('DTYPE_CONVERSION', `no conversion from ${from} to ${to}`, origin.place);
  return toWhole(wide, to, range, origin);
}

/** Elements as numbers (or bigints) of their own value: the bit-carried floats become float32. */
function widen(source: ElementArray, from: FileDType): ElementArray {
  if (from === 'bf16') return bf16ToF32(source as Uint16Array);
  if (from === 'f16') return f16ToF32(source as Uint16Array);
  if (from === 'f8_e4m3') return f8ToF32(source as Uint8Array, 4);
  if (from === 'f8_e5m2') return f8ToF32(source as Uint8Array, 5);
  return source;
}

function asF32(wide: ElementArray): Float32Array<ArrayBuffer> {
  if (wide instanceof Float32Array) return wide;
  if (wide instanceof BigInt64Array || wide instanceof BigUint64Array) return Float32Array.from(wide, Number);
  return new Float32Array(wide);
}

function toWhole(
  wide: ElementArray,
  to: FileDType,
  [low, high]: readonly [number, number],
  origin: ConversionOrigin,
): ElementArray {
  const out = viewElements(to, new ArrayBuffer(wide.length * byteSize(to)), 0, wide.length);
  for (let i = 0; i < wide.length; i++) {
    const value = Number(wide[i]!);
    if (!(value >= low && value <= high) || !Number.isInteger(value)) throw outOfRange(wide[i]!, i, to, origin);
    out[i] = value;
  }
  return out;
}

function toBig(wide: ElementArray, to: 'i64' | 'u64', origin: ConversionOrigin): ElementArray {
  const out = to === 'i64' ? new BigInt64Array(wide.length) : new BigUint64Array(wide.length);
  for (let i = 0; i < wide.length; i++) {
    const value = wide[i]!;
    if (typeof value === 'number' && !Number.isInteger(value)) throw outOfRange(value, i, to, origin);
    const big = BigInt(value);
    out[i] = big;
    if (out[i] !== big) throw outOfRange(value, i, to, origin);
  }
  return out;
}

function outOfRange(value: number | bigint, index: number, to: FileDType, origin: ConversionOrigin): DataError {
  return new DataError(
    'DTYPE_RANGE',
    `element ${index + (origin.firstElement ?? 0)} is ${value}, which ${to} cannot hold`,
    origin.place,
  );
}

/** The nearest whole number, ties to the even one, as Python's round. */
export function roundHalfEven(x: number): number {
  const floor = Math.floor(x);
  const rest = x - floor;
  return rest > 0.5 || (rest === 0.5 && floor % 2 === 1) ? floor + 1 : floor;
}
