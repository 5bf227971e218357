/** Ops as methods of Tensor: `x.matmul(w).add(b).relu()`. Each is the function of the same name with `x` first. */
import { type BackwardOptions, backward } from './autograd.js';
import type { Device, DeviceName } from './device.js';
import { device as deviceOf } from './device.js';
import { checkDType, type DType, type NumberArray, type RawArrays } from './dtype.js';
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
  to(target: DType | ToOptions): Tensor;
  add(b: Operand): Tensor;
  sub(b: Operand): Tensor;
  mul(b: Operand): Tensor;
  div(b: Operand): Tensor;
  pow(b: Operand): Tensor;
  maximum(b: Tensor): Tensor;
  minimum(b: Tensor): Tensor;
  eq(b: Operand): Tensor;
  ne(b: Operand): Tensor;
  lt(b: Operand): Tensor;
  le(b: Operand): Tensor;
  gt(b: Operand): Tensor;
  ge(b: Operand): Tensor;
  maskedFill(mask: Tensor, options: selection.MaskedFillOptions): Tensor;
  abs(): Tensor;
  neg(): Tensor;
  exp(): Tensor;
  log(): Tensor;
  log1p(): Tensor;
  sqrt(): Tensor;
  rsqrt(): Tensor;
  square(): Tensor;
  sin(): Tensor;
  cos(): Tensor;
  tanh(): Tensor;
  sigmoid(): Tensor;
  relu(): Tensor;
  silu(): Tensor;
  gelu(options?: unary.GeluOptions): Tensor;
  clamp(options: unary.ClampOptions): Tensor;
  sum(options?: reduce.ReduceOptions): Tensor;
  mean(options?: reduce.ReduceOptions): Tensor;
  var(options?: reduce.VarianceOptions): Tensor;
  std(options?: reduce.VarianceOptions): Tensor;
  max(options?: Partial<reduce.ExtremeOptions>): Tensor[];
  min(options?: Partial<reduce.ExtremeOptions>): Tensor[];
  argmax(options?: Partial<reduce.ExtremeOptions>): Tensor;
  argmin(options?: Partial<reduce.ExtremeOptions>): Tensor;
  norm(options?: reduce.ReduceOptions): Tensor;
  cumsum(options: reduce.CumsumOptions): Tensor;
  logsumexp(options?: reduce.ReduceOptions): Tensor;
  softmax(options: SoftmaxOptions): Tensor;
  logSoftmax(options: SoftmaxOptions): Tensor;
  matmul(b: Tensor): Tensor;
  reshape(shape: readonly number[] | views.ShapeOptions): Tensor;
  flatten(options?: views.FlattenOptions): Tensor;
  permute(dims: readonly number[] | views.PermuteOptions): Tensor;
  transpose(options?: views.TransposeOptions): Tensor;
  expand(shape: readonly number[] | views.ShapeOptions): Tensor;
  squeeze(options?: Partial<views.DimOptions>): Tensor;
  unsqueeze(options: views.DimOptions): Tensor;
  narrow(options: views.NarrowOptions): Tensor;
  select(options: views.SelectOptions): Tensor;
  split(options: views.SplitOptions): Tensor[];
  chunk(options: views.ChunkOptions): Tensor[];
  contiguous(): Tensor;
  clone(): Tensor;
  gather(index: Tensor, options: indexing.IndexDimOptions): Tensor;
  indexSelect(index: Tensor, options: indexing.IndexDimOptions): Tensor;
  copy_(source: Tensor): Tensor;
  fill_(value: number): Tensor;
  zero_(): Tensor;
  add_(source: Tensor | number, options?: inPlace.AddInPlaceOptions): Tensor;
  mul_(factor: Tensor | number): Tensor;
  lerp_(end: Tensor, weight: number): Tensor;
  setData(source: Tensor): Tensor;
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

/** The tensor in another dtype, on another device, or both; itself when nothing changes. Differentiable. */
export function to(x: Tensor, target: DType | ToOptions): Tensor {
  if (typeof target === 'object') checkOptions('to', target, ['dtype', 'device']);
  const { dtype = x.dtype, device } = typeof target === 'string' ? { dtype: target } : target;
  const typed = movement.cast(x, { dtype: checkDType('to', dtype) });
  return device === undefined || deviceOf(device) === x.device ? typed : moveTo(typed, { device: deviceOf(device) });
}

const moveTo = defineOp({
  name: 'to',
  doc: 'A copy on another device.',
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
