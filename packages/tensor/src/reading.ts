/** Bringing tensors back to JavaScript: typed arrays, numbers, nested arrays. */
import { type DType, decodeNumbers, dtypes, type NumberArray, type RawArrays, rawArray } from './dtype.js';
import { formatShape, ShapeError } from './errors.js';
import { within } from './origin.js';
import type { Tensor } from './tensor.js';

export type NestedArray = number | boolean | NestedArray[];

/** The elements as they are stored: 16-bit patterns for `bf16` and `f16`. */
export async function rawData(x: Tensor): Promise<RawArrays[DType]> {
  using held = contiguous(x);
  const pending = x.device.read(held.handle, held.byteOffset, bytesOf(x));
  return rawArray(x.dtype, await pending);
}

/** The elements in row-major order; `bf16` and `f16` as floats. Waits for the device without blocking the event loop. */
export async function data(x: Tensor): Promise<NumberArray> {
  const { dtype } = x;
  return decodeNumbers(dtype, await rawData(x));
}

/** As `data()`, but blocks the event loop. For scripts. */
export function dataSync(x: Tensor): NumberArray {
  using held = contiguous(x);
  return decodeNumbers(x.dtype, rawArray(x.dtype, x.device.readSync(held.handle, held.byteOffset, bytesOf(x))));
}

/** The value of a tensor with one element. */
export async function item(x: Tensor): Promise<number> {
  checkOne(x);
  return (await data(x))[0]!;
}

/** As `item()`, but blocks the event loop. */
export function itemSync(x: Tensor): number {
  checkOne(x);
  return dataSync(x)[0]!;
}

/** Nested arrays in the tensor's shape; a number for a tensor of rank 0. */
export async function toArray(x: Tensor): Promise<NestedArray> {
  const { shape, dtype } = x;
  const values = await data(x);
  let at = 0;
  const build = (d: number): NestedArray => {
    if (d === shape.length) {
      const value = values[at++]!;
      return dtype === 'bool' ? value !== 0 : value;
    }
    return Array.from({ length: shape[d]! }, () => build(d + 1));
  };
  return build(0);
}

function bytesOf({ numel, dtype }: Tensor): number {
  return numel * dtypes[dtype].bytes;
}

/** The elements in order, held until disposed, whatever becomes of `x`. */
function contiguous(x: Tensor): Tensor {
  return x.isContiguous ? x.view(x.shape, x.strides, x.offset, true) : within('data', () => x.copyDense());
}

function checkOne(x: Tensor): void {
  if (x.numel === 1) return;
  throw new ShapeError(`a single value needs a tensor with one element; got ${formatShape(x.shape)}. Use data().`, {
    op: 'item',
    actual: x.shape,
  });
}
