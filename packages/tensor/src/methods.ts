/** Ops as methods of Tensor: `x.matmul(w).add(b).relu()`. Each is the function of the same name with `x` first. */
import { type BackwardOptions, backward } from './autograd.js';
import { Device, type DeviceName, device as deviceOf } from './device.js';
import { checkDType, type DType, dtypes, isDType, type NumberArray, type RawArrays } from './dtype.js';
import { ArgumentError } from './errors.js';
import { defineOp, differentiable } from './op.js';
import type { Operand } from './ops/binary.js';
import * as binary from './ops/binary.js';
import * as inPlace from './ops/in-place.js';
import * as indexing from './ops/indexing.js';
import * as matmulOps from './ops/matmul.js';
import * as movement from './ops/movement.js';
import * as reduce from './ops/reduce.js';
import * as selection from './ops/selection.js';
import type { SoftmaxOptions } from './ops/softmax.js';
import * as softmaxOps from './ops/softmax.js';
import * as truth from './ops/truth.js';
import * as unary from './ops/unary.js';
import * as views from './ops/views.js';
import { checkOptions } from './options.js';
import * as reading from './reading.js';
import { Tensor } from './tensor.js';

/** The methods of `Tensor` beside those of the class. */
export interface TensorMethods {
  /** The elements in row-major order; `bf16` and `f16` as floats. Waits for the device without blocking the event loop. */
  data(): Promise<NumberArray>;
  /** As `data()`, but blocks the event loop. For scripts. */
  dataSync(): NumberArray;
  /** The elements as they are stored: 16-bit patterns for `bf16` and `f16`. */
  rawData(): Promise<RawArrays[DType]>;
  /** The value of a tensor with one element. */
  item(): Promise<number>;
  /** As `item()`, but blocks the event loop. */
  itemSync(): number;
  /** Nested arrays in the tensor's shape; a number for a tensor of rank 0. */
  toArray(): Promise<reading.NestedArray>;
  /**
   * Gradients of this tensor with respect to every leaf that requires one, added to their `grad`. The graph is freed on
   * the way unless `retainGraph`. `gradient` is the upstream gradient, which only a one-element tensor can omit.
   */
  backward(options?: BackwardOptions): void;
  /** The tensor in another dtype, on another device, or both; itself when nothing changes. */
  to(target: ToTarget): Tensor;
  /** `a + b`, broadcast. */
  add(b: Operand): Tensor;
  /** `a - b`, broadcast. */
  sub(b: Operand): Tensor;
  /** `a * b`, broadcast. */
  mul(b: Operand): Tensor;
  /** `a / b`, broadcast, for floating-point tensors. */
  div(b: Operand): Tensor;
  /** `a` to the power of `b`, broadcast, with the special cases of C `pow`. */
  pow(b: Operand): Tensor;
  /** The larger of two elements, broadcast; NaN wins. */
  maximum(b: Tensor): Tensor;
  /** The smaller of two elements, broadcast; NaN wins. */
  minimum(b: Tensor): Tensor;
  /** `a == b`, broadcast, as a `bool` tensor. */
  eq(b: Operand): Tensor;
  /** `a != b`, broadcast, as a `bool` tensor. */
  ne(b: Operand): Tensor;
  /** `a < b`, broadcast, as a `bool` tensor. */
  lt(b: Operand): Tensor;
  /** `a <= b`, broadcast, as a `bool` tensor. */
  le(b: Operand): Tensor;
  /** `a > b`, broadcast, as a `bool` tensor. */
  gt(b: Operand): Tensor;
  /** `a >= b`, broadcast, as a `bool` tensor. */
  ge(b: Operand): Tensor;
  /** `x` with `value` wherever the `bool` tensor `mask` is true, broadcast. */
  maskedFill(mask: Tensor, options: selection.MaskedFillOptions): Tensor;
  /** Absolute value. */
  abs(): Tensor;
  /** `-x`. */
  neg(): Tensor;
  /** e to the power of each element. */
  exp(): Tensor;
  /** Natural logarithm: -Infinity at 0, NaN below. */
  log(): Tensor;
  /** `log(1 + x)`, accurate near 0. */
  log1p(): Tensor;
  /** Square root; NaN below 0. */
  sqrt(): Tensor;
  /** `1 / sqrt(x)`. */
  rsqrt(): Tensor;
  /** `x * x`. */
  square(): Tensor;
  /** Sine of radians. */
  sin(): Tensor;
  /** Cosine of radians. */
  cos(): Tensor;
  /** Hyperbolic tangent. */
  tanh(): Tensor;
  /** `1 / (1 + exp(-x))`. */
  sigmoid(): Tensor;
  /** `max(x, 0)`; the gradient at 0 is 0. */
  relu(): Tensor;
  /** `x * sigmoid(x)` (Swish). */
  silu(): Tensor;
  /** Gaussian error linear unit, `x * Phi(x)`. */
  gelu(options?: unary.GeluOptions): Tensor;
  /** Limits each element to `[min, max]`; either may be left out. */
  clamp(options: unary.ClampOptions): Tensor;
  /** Sum over dimensions, or of all elements. */
  sum(options?: reduce.ReduceOptions): Tensor;
  /** Mean over dimensions, or of all elements. */
  mean(options?: reduce.ReduceOptions): Tensor;
  /** Product over dimensions, or of all elements; 1 over none. */
  prod(options?: reduce.ReduceOptions): Tensor;
  /** True where no element over dimensions, or of all elements, is 0. */
  all(options?: reduce.ReduceOptions): Tensor;
  /** True where some element over dimensions, or of all elements, is not 0. */
  any(options?: reduce.ReduceOptions): Tensor;
  /** Variance over dimensions, or of all elements, from deviations of the mean (no cancellation). */
  var(options?: reduce.VarianceOptions): Tensor;
  /** Standard deviation over dimensions, or of all elements. */
  std(options?: reduce.VarianceOptions): Tensor;
  /**
   * Largest elements along `dim` and their indices (`i32`, the first of equals), as `[values, indices]`; over all
   * elements when `dim` is left out.
   */
  max(options?: reduce.ExtremeOptions): [values: Tensor, indices: Tensor];
  /**
   * Smallest elements along `dim` and their indices (`i32`, the first of equals), as `[values, indices]`; over all
   * elements when `dim` is left out.
   */
  min(options?: reduce.ExtremeOptions): [values: Tensor, indices: Tensor];
  /**
   * Index (`i32`) of the largest element along `dim`, the first of equals; of the flattened tensor when `dim` is left
   * out.
   */
  argmax(options?: reduce.ExtremeOptions): Tensor;
  /**
   * Index (`i32`) of the smallest element along `dim`, the first of equals; of the flattened tensor when `dim` is left
   * out.
   */
  argmin(options?: reduce.ExtremeOptions): Tensor;
  /** Euclidean norm over dimensions, or of all elements. */
  norm(options?: reduce.ReduceOptions): Tensor;
  /** Running sum along `dim`. */
  cumsum(options: reduce.CumsumOptions): Tensor;
  /** `log(sum(exp(x)))` over dimensions, without overflow. */
  logsumexp(options?: reduce.ReduceOptions): Tensor;
  /** `exp(x)` divided by its sum along `dim`, without overflow. */
  softmax(options: SoftmaxOptions): Tensor;
  /** `log(softmax(x))` along `dim`, without loss of precision. */
  logSoftmax(options: SoftmaxOptions): Tensor;
  /** Matrix product of `[..., m, k]` and `[..., k, n]`; leading dimensions broadcast. */
  matmul(b: Tensor): Tensor;
  /** The same elements in row-major order under another shape. */
  reshape(shape: readonly number[] | views.ShapeOptions): Tensor;
  /** Merges the dimensions from `startDim` to `endDim` into one. */
  flatten(options?: views.FlattenOptions): Tensor;
  /** Reorders the dimensions. */
  permute(dims: readonly number[] | views.PermuteOptions): Tensor;
  /** Swaps two dimensions, by default the last two. */
  transpose(options?: views.TransposeOptions): Tensor;
  /** Repeats dimensions of size one to reach `shape`, without copying. */
  expand(shape: readonly number[] | views.ShapeOptions): Tensor;
  /** Removes dimension `dim` when its size is one, or every dimension of size one when no `dim` is given. */
  squeeze(options?: Partial<views.DimOptions>): Tensor;
  /** Inserts a dimension of size one at `dim`. */
  unsqueeze(options: views.DimOptions): Tensor;
  /** `length` elements along `dim` from `start` on. */
  narrow(options: views.NarrowOptions): Tensor;
  /** The slice at `index` along `dim`, which vanishes; negative counts from the end. */
  select(options: views.SelectOptions): Tensor;
  /** Cuts `x` along `dim` (default 0) into pieces of the given sizes. */
  split(options: views.SplitOptions): Tensor[];
  /** Cuts `x` along `dim` into at most `chunks` pieces of equal size. */
  chunk(options: views.ChunkOptions): Tensor[];
  /** The tensor itself when its elements lie in row-major order, else a copy in which they do. */
  contiguous(): Tensor;
  /** A copy with memory of its own. */
  clone(): Tensor;
  /** `y[.., k, ..] = x[.., index[.., k, ..], ..]` along `dim`. */
  gather(index: Tensor, options: indexing.IndexDimOptions): Tensor;
  /** Slices of `x` along `dim` at the positions in `index` `[count]`. */
  indexSelect(index: Tensor, options: indexing.IndexDimOptions): Tensor;
  /** Overwrites the elements with those of `source`, which is cast and broadcast. */
  copy_(source: Tensor): Tensor;
  /** Sets every element to `value`. */
  fill_(value: number): Tensor;
  /** Sets every element to 0. */
  zero_(): Tensor;
  /** Adds `alpha * source` (broadcast) or a number, in place. */
  add_(source: Tensor | number, options?: inPlace.AddInPlaceOptions): Tensor;
  /** Multiplies by a number or, element by element, by a tensor, in place. */
  mul_(factor: Tensor | number): Tensor;
  /** Moves towards `end` by the fraction `weight`, in place. */
  lerp_(end: Tensor, weight: number): Tensor;
  /** Takes over the values, dtype, device and memory of `source`; for leaves (PyTorch's `param.data = source`). */
  setData(source: Tensor): Tensor;
  /** Overwrites the slices at positions `index` along `dim` with those of `source`. */
  indexCopy_(index: Tensor, source: Tensor, options: indexing.IndexDimOptions): Tensor;
}

declare module './tensor.js' {
  // Disposable by name: TypeScript 7 forgets the class's own [Symbol.dispose] in an incremental build, for the merge with this.
  interface Tensor extends TensorMethods, Disposable {}
}

export interface ToOptions {
  readonly dtype?: DType;
  readonly device?: Device | DeviceName;
}

/** Where `to` goes: a dtype, a device, or both. */
export type ToTarget = DType | DeviceName | Device | ToOptions;

/** @internal What a target asks for. */
export function toOptions(target: ToTarget): ToOptions {
  if (isDType(target)) return { dtype: target };
  if (target instanceof Device) return { device: target };
  if (typeof target === 'string') {
    if (/^(cpu|cuda)/.test(target)) return { device: target };
    throw new ArgumentError(
      `neither a dtype nor a device; got '${target}'; expected ${Object.keys(dtypes).join(', ')}, 'cpu', 'cuda', 'cuda:N' or 'cuda-emulated'.`,
      { op: 'to', actual: target },
    );
  }
  checkOptions('to', target, ['dtype', 'device']);
  return target;
}

/** The tensor in another dtype, on another device, or both; itself when nothing changes. Differentiable. */
export function to(x: Tensor, target: ToTarget): Tensor {
  const { dtype = x.dtype, device } = toOptions(target);
  const typed = movement.cast(x, { dtype: checkDType('to', dtype) });
  return device === undefined || deviceOf(device) === x.device ? typed : moveTo(typed, { device: deviceOf(device) });
}

/** A copy on another device. */
const moveTo = defineOp({
  name: 'to',
  options: { device: true },
  forward: (x: Tensor, { device }: { readonly device: Device }) => {
    const origin = x.device;
    return differentiable(transfer(x, device), [], (g) => [transfer(g, origin)]);
  },
  reference: (x) => x,
  cases: [],
});

/** Through host memory, on the executor threads: nothing waits in JavaScript. */
function transfer(x: Tensor, device: Device): Tensor {
  const source = x.isContiguous ? x : x.copyDense();
  const y = Tensor.empty(device, x.shape, x.dtype);
  const bytes = x.device.readSync(source.handle, source.byteOffset, y.storage.bytes);
  device.write(y.handle, 0, new Uint8Array(bytes));
  return y;
}

const methods: {
  readonly [K in keyof TensorMethods]: (
    x: Tensor,
    ...rest: Parameters<TensorMethods[K]>
  ) => ReturnType<TensorMethods[K]>;
} = {
  data: reading.data,
  dataSync: reading.dataSync,
  rawData: reading.rawData,
  item: reading.item,
  itemSync: reading.itemSync,
  toArray: reading.toArray,
  backward,
  to,
  add: binary.add,
  sub: binary.sub,
  mul: binary.mul,
  div: binary.div,
  pow: binary.pow,
  maximum: binary.maximum,
  minimum: binary.minimum,
  eq: binary.eq,
  ne: binary.ne,
  lt: binary.lt,
  le: binary.le,
  gt: binary.gt,
  ge: binary.ge,
  maskedFill: selection.maskedFill,
  abs: unary.abs,
  neg: unary.neg,
  exp: unary.exp,
  log: unary.log,
  log1p: unary.log1p,
  sqrt: unary.sqrt,
  rsqrt: unary.rsqrt,
  square: unary.square,
  sin: unary.sin,
  cos: unary.cos,
  tanh: unary.tanh,
  sigmoid: unary.sigmoid,
  relu: unary.relu,
  silu: unary.silu,
  gelu: unary.gelu,
  clamp: unary.clamp,
  sum: reduce.sum,
  mean: reduce.mean,
  prod: reduce.prod,
  all: truth.all,
  any: truth.any,
  var: reduce.var,
  std: reduce.std,
  max: reduce.max,
  min: reduce.min,
  argmax: reduce.argmax,
  argmin: reduce.argmin,
  norm: reduce.norm,
  cumsum: reduce.cumsum,
  logsumexp: reduce.logsumexp,
  softmax: softmaxOps.softmax,
  logSoftmax: softmaxOps.logSoftmax,
  matmul: matmulOps.matmul,
  reshape: views.reshape,
  flatten: views.flatten,
  permute: views.permute,
  transpose: views.transpose,
  expand: views.expand,
  squeeze: views.squeeze,
  unsqueeze: views.unsqueeze,
  narrow: views.narrow,
  select: views.select,
  split: views.split,
  chunk: views.chunk,
  contiguous: movement.contiguous,
  clone: movement.clone,
  gather: indexing.gather,
  indexSelect: indexing.indexSelect,
  copy_: inPlace.copy_,
  fill_: inPlace.fill_,
  zero_: inPlace.zero_,
  add_: inPlace.add_,
  mul_: inPlace.mul_,
  lerp_: inPlace.lerp_,
  setData: inPlace.setData,
  indexCopy_: inPlace.indexCopy_,
};

for (const [name, op] of Object.entries(methods)) {
  Object.defineProperty(Tensor.prototype, name, {
    configurable: true,
    writable: true,
    value(this: Tensor, ...rest: unknown[]) {
      return (op as (x: Tensor, ...rest: unknown[]) => unknown)(this, ...rest);
    },
  });
}
