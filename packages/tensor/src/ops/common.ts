/** Small things many ops need: contiguous inputs, results of the same form, the layout around one dimension. */
import { kernels } from '../backend.js';
import { type DType, dtypes } from '../dtype.js';
import { ArgumentError, DTypeError } from '../errors.js';
import { checkRank, collapse, numel, reshapeStrides, type Shape } from '../shape.js';
import { Tensor } from '../tensor.js';

/** The tensor itself when its elements lie in order, else a copy in which they do. */
export function dense(x: Tensor): Tensor {
  return x.isContiguous ? x : x.copyDense();
}

/** The storage of a tensor from its first byte, for kernels that take the start as a parameter. */
export function atStart(x: Tensor): { handle: number; byteOffset: number; typeCode: number } {
  return { handle: x.handle, byteOffset: 0, typeCode: x.typeCode };
}

export function emptyLike(x: Tensor, dtype: DType = x.dtype): Tensor {
  return Tensor.empty(x.device, x.shape, dtype);
}

/** The dimensions before `dim`, `dim`, and those after it, each as one number. */
export interface Along {
  readonly outer: number;
  readonly cols: number;
  readonly inner: number;
}

export function along(shape: Shape, dim: number): Along {
  return { outer: numel(shape.slice(0, dim)), cols: shape[dim] ?? 1, inner: numel(shape.slice(dim + 1)) };
}

export function checkSameDType(op: string, first: Tensor, ...rest: readonly (Tensor | undefined)[]): void {
  for (const t of rest) {
    if (t !== undefined && t.dtype !== first.dtype) {
      // The table lists the dtypes from the one that holds most.
      const wider = Object.keys(dtypes).find((dtype) => dtype === first.dtype || dtype === t.dtype);
      throw new DTypeError(
        `dtypes differ; got ${first.dtype} and ${t.dtype}; expected equal ones. Convert one, for example with to('${wider}').`,
        { op, actual: [first.dtype, t.dtype] },
      );
    }
  }
}

export function checkIs(op: string, argument: string, x: Tensor, ...expected: readonly DType[]): void {
  if (!expected.includes(x.dtype)) {
    throw new DTypeError(
      `${argument} has dtype ${x.dtype}; expected ${expected.join(' or ')}. Convert it with to('${expected[0]}').`,
      { op, actual: x.dtype, expected },
    );
  }
}

/** One over the number of targets that count, on the device. */
export function meanOverCounted(target: Tensor, ignoreIndex: number): Tensor {
  const { commands } = target.device;
  const n = target.numel;
  const counts = emptyLike(target, 'bool');
  kernels.neScalar(commands, { x: target, y: counts, n, p0: ignoreIndex });
  const count = Tensor.empty(target.device, [], 'i32');
  kernels.countNonZero(commands, { x: counts, y: count, outer: 1, cols: n, inner: 1 });
  const asFloat = Tensor.empty(target.device, [], 'f32');
  kernels.cast(commands, { x: count, y: asFloat, n: 1 });
  const inverse = Tensor.empty(target.device, [], 'f32');
  kernels.reciprocal(commands, { x: asFloat, y: inverse, n: 1 });
  return inverse;
}

export function weightedSum(loss: Tensor, scale: Tensor | null): Tensor {
  const total = Tensor.empty(loss.device, [], 'f32');
  kernels.sum(loss.device.commands, { x: loss, y: total, outer: 1, cols: loss.numel, inner: 1, scale: 1 });
  return scale === null ? total : scaledBy(total, scale);
}

/** `a` times the only element of `b`; in the place of a contiguous `a`, if asked. */
export function scaledBy(a: Tensor, b: Tensor, inPlace = false): Tensor {
  const y = inPlace ? a : emptyLike(a);
  kernels.mul(a.device.commands, { a: dense(a), b, y, n: a.numel, aStep: 1, bStep: 0 });
  return y;
}

/** The same elements in order under another shape; a view where strides allow, else a copy. */
export function viewAs(x: Tensor, shape: Shape): Tensor {
  const strides = reshapeStrides(x.shape, x.strides, shape);
  if (strides !== null) return x.view(shape, strides, x.offset);
  const copy = x.copyDense();
  return copy.view(shape, reshapeStrides(copy.shape, copy.strides, shape)!, 0);
}

/** Zeros of `shape` with the dtype and device of `like`. */
export function zerosOf(like: Tensor, shape: Shape): Tensor {
  const y = Tensor.empty(like.device, shape, like.dtype);
  kernels.fill(like.device.commands, { y, n: y.numel, value: 0 });
  return y;
}

/** The part of `x` along `dim`, as a view. */
export function part(x: Tensor, dim: number, start: number, length: number): Tensor {
  const shape = x.shape.map((n, d) => (d === dim ? length : n));
  // Where there is no element, a step along another dimension would lead out of the memory.
  return x.view(shape, x.strides, numel(shape) === 0 ? x.offset : x.offset + start * x.strides[dim]!);
}

/** Writes `x` over the part of `y` that has strides `strides` from element `start`. */
export function copyInto(y: Tensor, x: Tensor, shape: Shape, strides: readonly number[], start: number): void {
  const view = collapse(shape, strides);
  checkRank('copy', view.shape, shape);
  kernels.copyIntoStrided(y.device.commands, {
    x: dense(x),
    y: atStart(y),
    yStart: start,
    rank: view.shape.length,
    shape: view.shape,
    yStrides: view.strides[0]!,
  });
}

/** Checks a count: a positive integer. */
export function checkCount(op: string, n: number): number {
  if (!Number.isInteger(n) || n <= 0)
    throw new ArgumentError(`expected a positive integer; got ${n}.`, { op, actual: n });
  return n;
}

/** `log(sum(exp(line)))` in float64, for references. */
export function referenceLogSumExp(line: Float64Array): number {
  const top = line.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY);
  return top + Math.log(line.reduce((a, b) => a + Math.exp(b - top), 0));
}

/** A one-element tensor of the other operand's dtype, for numbers where there is no kernel with a number. */
export function numberTensor(value: number, like: Tensor): Tensor {
  const t = Tensor.empty(like.device, [], like.dtype);
  kernels.fill(like.device.commands, { y: t, n: 1, value });
  return t;
}

/** The same of a number that must be one of integers. */
export function integerTensor(op: string, value: number, like: Tensor): Tensor {
  if (value !== (value | 0)) {
    throw new DTypeError(`${value} is no ${like.dtype}, which the tensor is. Convert it with to('f32') first.`, {
      op,
      actual: value,
      expected: like.dtype,
    });
  }
  return numberTensor(value, like);
}
