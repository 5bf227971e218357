/** Ops on two tensors (or a tensor and a number), element by element with broadcasting: arithmetic, comparison, logic. */
import { kernels } from '../backend.js';
import type { NdArray } from '../ndarray.js';
import { checkDevices, defineOp, differentiable, type Op } from '../op.js';
import { broadcastShapes, broadcastStrides, checkRank, collapse, type Shape, sameShape } from '../shape.js';
import { Tensor } from '../tensor.js';
import { checkIs, checkSameDType, dense, emptyLike, integerTensor } from './common.js';
import { sumTo } from './reduce-to.js';

type Flat = typeof kernels.add | typeof kernels.div;
type Broadcast = typeof kernels.addBroadcast | typeof kernels.divBroadcast;
type FlatBackward = typeof kernels.divBackwardB;
type BroadcastBackward = typeof kernels.divBackwardBBroadcast;
type ScalarKernel = typeof kernels.addScalar;

/** How two operands meet: step 0 or 1 through flat memory where that suffices, else strides over the common shape. */
type Meeting =
  | {
      readonly flat: true;
      readonly a: Tensor;
      readonly b: Tensor;
      readonly n: number;
      readonly aStep: number;
      readonly bStep: number;
    }
  | { readonly flat: false; readonly shape: number[]; readonly aStrides: number[]; readonly bStrides: number[] };

function meet(op: string, a: Tensor, b: Tensor, shape: Shape): Meeting {
  const aFull = a.isContiguous && sameShape(a.shape, shape);
  const bFull = b.isContiguous && sameShape(b.shape, shape);
  const n = shape.reduce((count, size) => count * size, 1);
  if ((aFull || a.numel === 1) && (bFull || b.numel === 1)) {
    return { flat: true, a, b, n, aStep: aFull && n !== 1 ? 1 : 0, bStep: bFull && n !== 1 ? 1 : 0 };
  }
  const view = collapse(
    shape,
    broadcastStrides(a.shape, a.strides, shape),
    broadcastStrides(b.shape, b.strides, shape),
  );
  checkRank(op, view.shape, shape);
  return { flat: false, shape: view.shape, aStrides: view.strides[0]!, bStrides: view.strides[1]! };
}

/** `kernel(a, b)` into a tensor of `dtype`, broadcast. */
function apply(op: string, flat: Flat, broadcast: Broadcast, a: Tensor, b: Tensor, dtype = a.dtype): Tensor {
  const shape = broadcastShapes(op, a.shape, b.shape);
  const y = Tensor.empty(a.device, shape, dtype);
  const m = meet(op, a, b, shape);
  if (m.flat) flat(a.device.commands, { a, b, y, n: m.n, aStep: m.aStep, bStep: m.bStep });
  else
    broadcast(a.device.commands, {
      a,
      b,
      y,
      rank: m.shape.length,
      shape: m.shape,
      aStrides: m.aStrides,
      bStrides: m.bStrides,
    });
  return y;
}

/** A gradient kernel of two operands and the upstream gradient, in the common shape. */
function applyBackward(flat: FlatBackward, broadcast: BroadcastBackward, a: Tensor, b: Tensor, g: Tensor): Tensor {
  const d = emptyLike(g);
  const upstream = dense(g);
  const m = meet('backward', a, b, g.shape);
  if (m.flat) flat(g.device.commands, { a, b, g: upstream, d, n: m.n, aStep: m.aStep, bStep: m.bStep });
  else
    broadcast(g.device.commands, {
      a,
      b,
      g: upstream,
      d,
      rank: m.shape.length,
      shape: m.shape,
      aStrides: m.aStrides,
      bStrides: m.bStrides,
    });
  return d;
}

function scaleBy(kernel: ScalarKernel, x: Tensor, p0: number, p1 = 0): Tensor {
  const y = emptyLike(x);
  kernel(x.device.commands, { x: dense(x), y, n: x.numel, p0, p1 });
  return y;
}

function check(op: string, a: Tensor, b: Tensor): void {
  checkDevices(op, a, b);
  checkSameDType(op, a, b);
}

const broadcastCases = [
  {
    inputs: [
      [3, 4],
      [3, 4],
    ],
  },
  { inputs: [[2, 3, 4], [4]] },
  {
    inputs: [
      [2, 1, 5],
      [3, 1],
    ],
  },
  { inputs: [[1], [6, 2]] },
  { inputs: [[0, 3], [3]] },
] as const;

/** Right operands of arithmetic may be plain numbers. */
export type Operand = Tensor | number;

const isNumber = (b: Operand): b is number => typeof b === 'number';
const cost = (a: Tensor, b: Operand) => {
  const n = Math.max(a.numel, isNumber(b) ? 0 : b.numel);
  return { flops: n, bytes: 12 * n };
};

/** `a + b`, broadcast. `b` may be a number. */
export const add = defineOp({
  name: 'add',
  forward: (a: Tensor, b: Operand) => {
    if (isNumber(b)) {
      if (a.dtype === 'i32') return apply('add', kernels.add, kernels.addBroadcast, a, integerTensor('add', b, a));
      return differentiable(scaleBy(kernels.addScalar, a, b), [], (g) => [g]);
    }
    check('add', a, b);
    const shapes = [a.shape, b.shape] as const;
    return differentiable(apply('add', kernels.add, kernels.addBroadcast, a, b), [], (g, _, context) => [
      context.needs(0) ? sumTo(g, shapes[0]) : null,
      context.needs(1) ? sumTo(g, shapes[1]) : null,
    ]);
  },
  reference: (a, b: NdArray | number) => a.zip(b, (x, y) => x + y),
  cases: broadcastCases,
  cost,
});

/** `a - b`, broadcast. `b` may be a number. */
export const sub = defineOp({
  name: 'sub',
  forward: (a: Tensor, b: Operand) => {
    if (isNumber(b)) {
      if (a.dtype === 'i32') return apply('sub', kernels.sub, kernels.subBroadcast, a, integerTensor('sub', b, a));
      return differentiable(scaleBy(kernels.addScalar, a, -b), [], (g) => [g]);
    }
    check('sub', a, b);
    const shapes = [a.shape, b.shape] as const;
    return differentiable(apply('sub', kernels.sub, kernels.subBroadcast, a, b), [], (g, _, context) => [
      context.needs(0) ? sumTo(g, shapes[0]) : null,
      context.needs(1) ? sumTo(scaleBy(kernels.mulScalar, g, -1), shapes[1]) : null,
    ]);
  },
  reference: (a, b: NdArray | number) => a.zip(b, (x, y) => x - y),
  cases: broadcastCases,
  cost,
});

/** `a * b`, broadcast. `b` may be a number. */
export const mul = defineOp({
  name: 'mul',
  forward: (a: Tensor, b: Operand) => {
    if (isNumber(b)) {
      if (a.dtype === 'i32') return apply('mul', kernels.mul, kernels.mulBroadcast, a, integerTensor('mul', b, a));
      return differentiable(scaleBy(kernels.mulScalar, a, b), [], (g) => [scaleBy(kernels.mulScalar, g, b)]);
    }
    check('mul', a, b);
    const y = apply('mul', kernels.mul, kernels.mulBroadcast, a, b);
    return differentiable(y, [a, b], (g, [x, z], context) => [
      context.needs(0) ? sumTo(apply('mul', kernels.mul, kernels.mulBroadcast, g, z!), x!.shape) : null,
      context.needs(1) ? sumTo(apply('mul', kernels.mul, kernels.mulBroadcast, g, x!), z!.shape) : null,
    ]);
  },
  reference: (a, b: NdArray | number) => a.zip(b, (x, y) => x * y),
  cases: broadcastCases,
  cost,
});

/** `a / b`, broadcast, for floating-point tensors. `b` may be a number. */
export const div = defineOp({
  name: 'div',
  forward: (a: Tensor, b: Operand) => {
    if (isNumber(b))
      return differentiable(scaleBy(kernels.divScalar, a, b), [], (g) => [scaleBy(kernels.divScalar, g, b)]);
    check('div', a, b);
    const y = apply('div', kernels.div, kernels.divBroadcast, a, b);
    return differentiable(y, [a, b], (g, [x, z], context) => [
      context.needs(0) ? sumTo(apply('div', kernels.div, kernels.divBroadcast, g, z!), x!.shape) : null,
      context.needs(1)
        ? sumTo(applyBackward(kernels.divBackwardB, kernels.divBackwardBBroadcast, x!, z!, g), z!.shape)
        : null,
    ]);
  },
  reference: (a, b: NdArray | number) => a.zip(b, (x, y) => x / y),
  cases: broadcastCases.map(({ inputs: [a, b] }) => ({
    inputs: [{ shape: a }, { shape: b, range: [0.5, 2] as const }],
  })),
  cost,
});

/** `a` to the power of `b`, broadcast, with the special cases of C `pow`. `b` may be a number. */
export const pow = defineOp({
  name: 'pow',
  forward: (a: Tensor, b: Operand) => {
    if (isNumber(b)) {
      const params = { n: a.numel, p0: b, p1: 0 };
      return differentiable(scaleBy(kernels.powScalar, a, b), [a], (g, [x]) => {
        const dx = emptyLike(x!);
        kernels.powScalarBackward(dx.device.commands, { x: dense(x!), g: dense(g), dx, ...params });
        return [dx];
      });
    }
    check('pow', a, b);
    const y = apply('pow', kernels.pow, kernels.powBroadcast, a, b);
    return differentiable(y, [a, b], (g, [x, z], context) => [
      context.needs(0)
        ? sumTo(applyBackward(kernels.powBackwardA, kernels.powBackwardABroadcast, x!, z!, g), x!.shape)
        : null,
      context.needs(1)
        ? sumTo(applyBackward(kernels.powBackwardB, kernels.powBackwardBBroadcast, x!, z!, g), z!.shape)
        : null,
    ]);
  },
  reference: (a, b: NdArray | number) => a.zip(b, (x, y) => x ** y),
  cases: broadcastCases.map(({ inputs: [a, b] }) => ({
    inputs: [{ shape: a, range: [0.3, 2] as const }, { shape: b }],
  })),
  cost,
});

interface ExtremumKernels {
  readonly flat: Flat;
  readonly broadcast: Broadcast;
  readonly backward: FlatBackward;
  readonly backwardBroadcast: BroadcastBackward;
  readonly reference: (x: number, y: number) => number;
}

function extremum(name: string, k: ExtremumKernels): Op<(a: Tensor, b: Tensor) => Tensor> {
  return defineOp({
    name,
    forward: (a: Tensor, b: Tensor) => {
      check(name, a, b);
      return differentiable(apply(name, k.flat, k.broadcast, a, b), [a, b], (g, [x, z], context) => [
        context.needs(0) ? sumTo(applyBackward(k.backward, k.backwardBroadcast, x!, z!, g), x!.shape) : null,
        context.needs(1) ? sumTo(applyBackward(k.backward, k.backwardBroadcast, z!, x!, g), z!.shape) : null,
      ]);
    },
    reference: (a, b) => a.zip(b, k.reference),
    cases: broadcastCases,
    cost,
  });
}

/** The larger of two elements, broadcast; NaN wins. Ties share the gradient. */
export const maximum = extremum('maximum', {
  flat: kernels.maximum,
  broadcast: kernels.maximumBroadcast,
  backward: kernels.maximumBackward,
  backwardBroadcast: kernels.maximumBackwardBroadcast,
  reference: Math.max,
});

/** The smaller of two elements, broadcast; NaN wins. Ties share the gradient. */
export const minimum = extremum('minimum', {
  flat: kernels.minimum,
  broadcast: kernels.minimumBroadcast,
  backward: kernels.minimumBackward,
  backwardBroadcast: kernels.minimumBackwardBroadcast,
  reference: Math.min,
});

type CompareScalar = typeof kernels.eqScalar;

function comparison(
  name: string,
  flat: Flat,
  broadcast: Broadcast,
  scalar: CompareScalar,
  reference: (x: number, y: number) => boolean,
): Op<(a: Tensor, b: Operand) => Tensor> {
  return defineOp({
    name,
    forward: (a: Tensor, b: Operand) => {
      if (isNumber(b)) {
        const y = emptyLike(a, 'bool');
        scalar(a.device.commands, { x: dense(a), y, n: a.numel, p0: b });
        return y;
      }
      check(name, a, b);
      return apply(name, flat, broadcast, a, b, 'bool');
    },
    reference: (a, b: NdArray | number) => a.zip(b, (x, y) => (reference(x, y) ? 1 : 0)),
    cases: broadcastCases,
    dtypes: ['f32', 'bf16', 'i32'],
    hasGradient: false,
    cost,
  });
}

/** `a == b`, broadcast, as a `bool` tensor. `b` may be a number. No gradient. */
export const eq = comparison('eq', kernels.eq, kernels.eqBroadcast, kernels.eqScalar, (x, y) => x === y);
/** `a != b`, broadcast, as a `bool` tensor. `b` may be a number. No gradient. */
export const ne = comparison('ne', kernels.ne, kernels.neBroadcast, kernels.neScalar, (x, y) => x !== y);
/** `a < b`, broadcast, as a `bool` tensor. `b` may be a number. No gradient. */
export const lt = comparison('lt', kernels.lt, kernels.ltBroadcast, kernels.ltScalar, (x, y) => x < y);
/** `a <= b`, broadcast, as a `bool` tensor. `b` may be a number. No gradient. */
export const le = comparison('le', kernels.le, kernels.leBroadcast, kernels.leScalar, (x, y) => x <= y);
/** `a > b`, broadcast, as a `bool` tensor. `b` may be a number. No gradient. */
export const gt = comparison('gt', kernels.gt, kernels.gtBroadcast, kernels.gtScalar, (x, y) => x > y);
/** `a >= b`, broadcast, as a `bool` tensor. `b` may be a number. No gradient. */
export const ge = comparison('ge', kernels.ge, kernels.geBroadcast, kernels.geScalar, (x, y) => x >= y);

function logical(
  name: string,
  flat: Flat,
  broadcast: Broadcast,
  reference: (x: boolean, y: boolean) => boolean,
): Op<(a: Tensor, b: Tensor) => Tensor> {
  return defineOp({
    name,
    forward: (a: Tensor, b: Tensor) => {
      check(name, a, b);
      checkIs(name, 'a', a, 'bool', 'u8');
      return apply(name, flat, broadcast, a, b, 'bool');
    },
    reference: (a, b) => a.zip(b, (x, y) => (reference(x !== 0, y !== 0) ? 1 : 0)),
    cases: [
      {
        inputs: [
          { shape: [3, 4], dtype: 'bool' },
          { shape: [3, 4], dtype: 'bool' },
        ],
      },
      {
        inputs: [
          { shape: [3, 1], dtype: 'bool' },
          { shape: [4], dtype: 'bool' },
        ],
      },
    ],
    dtypes: ['bool'],
    hasGradient: false,
  });
}

/** Logical and of two `bool` tensors, broadcast. */
export const logicalAnd = logical('logicalAnd', kernels.logicalAnd, kernels.logicalAndBroadcast, (x, y) => x && y);
/** Logical or of two `bool` tensors, broadcast. */
export const logicalOr = logical('logicalOr', kernels.logicalOr, kernels.logicalOrBroadcast, (x, y) => x || y);
/** Exclusive or of two `bool` tensors, broadcast. */
export const logicalXor = logical('logicalXor', kernels.logicalXor, kernels.logicalXorBroadcast, (x, y) => x !== y);
