/** Ops as methods of Tensor: `x.matmul(w).add(b).relu()`. Each is the function of the same name with `x` first. */
import type { Device, DeviceName } from './device.js';
import { device as deviceOf } from './device.js';
import type { DType } from './dtype.js';
import { differentiable, defineOp } from './op.js';
import * as binary from './ops/binary.js';
import { copyDense } from './ops/common.js';
import * as inPlace from './ops/in-place.js';
import * as indexing from './ops/indexing.js';
import * as matmulOps from './ops/matmul.js';
import * as movement from './ops/movement.js';
import * as reduce from './ops/reduce.js';
import * as softmaxOps from './ops/softmax.js';
import * as unary from './ops/unary.js';
import { Tensor } from './tensor.js';

type Method<F> = F extends (x: Tensor, ...rest: infer Rest) => infer Result ? (...rest: Rest) => Result : never;

export interface ToOptions {
  readonly dtype?: DType;
  readonly device?: Device | DeviceName;
}

/** The tensor in another dtype, on another device, or both; itself when nothing changes. Differentiable. */
export function to(x: Tensor, target: DType | ToOptions): Tensor {
  const { dtype = x.dtype, device } = typeof target === 'string' ? { dtype: target } : target;
  const typed = movement.cast(x, { dtype });
  return device === undefined || deviceOf(device) === x.device ? typed : moveTo(typed, deviceOf(device));
}

const moveTo = defineOp({
  name: 'to',
  doc: 'A copy on another device.',
  forward: (x: Tensor, device: Device) => {
    const origin = x.device;
    return differentiable(transfer(x, device), [], (g) => [transfer(g, origin)]);
  },
  reference: (x) => x,
  cases: [],
});

/** Through host memory, on the executor threads: nothing waits in JavaScript. */
function transfer(x: Tensor, device: Device): Tensor {
  const source = x.isContiguous ? x : copyDense(x);
  const y = Tensor.empty(device, x.shape, x.dtype);
  const bytes = x.device.readSync(source.handle, source.byteOffset, y.storage.bytes);
  device.write(y.handle, 0, new Uint8Array(bytes));
  return y;
}

const methods = {
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
  maskedFill: binary.maskedFill,
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
  reshape: movement.reshape,
  flatten: movement.flatten,
  permute: movement.permute,
  transpose: movement.transpose,
  expand: movement.expand,
  squeeze: movement.squeeze,
  unsqueeze: movement.unsqueeze,
  narrow: movement.narrow,
  select: movement.select,
  split: movement.split,
  chunk: movement.chunk,
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
} as const;

type Methods = typeof methods;

declare module './tensor.js' {
  interface Tensor {
    to: Method<Methods['to']>;
    add: Method<Methods['add']>;
    sub: Method<Methods['sub']>;
    mul: Method<Methods['mul']>;
    div: Method<Methods['div']>;
    pow: Method<Methods['pow']>;
    maximum: Method<Methods['maximum']>;
    minimum: Method<Methods['minimum']>;
    eq: Method<Methods['eq']>;
    ne: Method<Methods['ne']>;
    lt: Method<Methods['lt']>;
    le: Method<Methods['le']>;
    gt: Method<Methods['gt']>;
    ge: Method<Methods['ge']>;
    maskedFill: Method<Methods['maskedFill']>;
    abs: Method<Methods['abs']>;
    neg: Method<Methods['neg']>;
    exp: Method<Methods['exp']>;
    log: Method<Methods['log']>;
    log1p: Method<Methods['log1p']>;
    sqrt: Method<Methods['sqrt']>;
    rsqrt: Method<Methods['rsqrt']>;
    square: Method<Methods['square']>;
    sin: Method<Methods['sin']>;
    cos: Method<Methods['cos']>;
    tanh: Method<Methods['tanh']>;
    sigmoid: Method<Methods['sigmoid']>;
    relu: Method<Methods['relu']>;
    silu: Method<Methods['silu']>;
    gelu: Method<Methods['gelu']>;
    clamp: Method<Methods['clamp']>;
    sum: Method<Methods['sum']>;
    mean: Method<Methods['mean']>;
    var: Method<Methods['var']>;
    std: Method<Methods['std']>;
    max: Method<Methods['max']>;
    min: Method<Methods['min']>;
    argmax: Method<Methods['argmax']>;
    argmin: Method<Methods['argmin']>;
    norm: Method<Methods['norm']>;
    cumsum: Method<Methods['cumsum']>;
    logsumexp: Method<Methods['logsumexp']>;
    softmax: Method<Methods['softmax']>;
    logSoftmax: Method<Methods['logSoftmax']>;
    matmul: Method<Methods['matmul']>;
    reshape: Method<Methods['reshape']>;
    flatten: Method<Methods['flatten']>;
    permute: Method<Methods['permute']>;
    transpose: Method<Methods['transpose']>;
    expand: Method<Methods['expand']>;
    squeeze: Method<Methods['squeeze']>;
    unsqueeze: Method<Methods['unsqueeze']>;
    narrow: Method<Methods['narrow']>;
    select: Method<Methods['select']>;
    split: Method<Methods['split']>;
    chunk: Method<Methods['chunk']>;
    contiguous: Method<Methods['contiguous']>;
    clone: Method<Methods['clone']>;
    gather: Method<Methods['gather']>;
    indexSelect: Method<Methods['indexSelect']>;
    copy_: Method<Methods['copy_']>;
    fill_: Method<Methods['fill_']>;
    zero_: Method<Methods['zero_']>;
    add_: Method<Methods['add_']>;
    mul_: Method<Methods['mul_']>;
    lerp_: Method<Methods['lerp_']>;
  }
}

for (const [name, op] of Object.entries(methods)) {
  Object.defineProperty(Tensor.prototype, name, {
    configurable: true,
    writable: true,
    value(this: Tensor, ...rest: unknown[]) {
      return (op as (x: Tensor, ...rest: unknown[]) => unknown)(this, ...rest);
    },
  });
}
