/**
 * Ops on one tensor, element by element. Each is a kernel, a float64 formula, and a gradient kernel that reads either
 * the input or the output, whichever is cheaper.
 */
import { kernels } from '../backend.js';
import { ArgumentError } from '../errors.js';
import { defineOp, differentiable, type Op } from '../op.js';
import { checkFinite } from '../options.js';
import type { Tensor } from '../tensor.js';
import { checkIs, dense, emptyLike } from './common.js';

type Forward = typeof kernels.exp;
type InputBackward = typeof kernels.logBackward;
type OutputBackward = typeof kernels.expBackward;

interface UnarySpec {
  readonly forward: Forward;
  readonly reference: (x: number) => number;
  /** Gradient from the input, or from the output, or (neither) zero or none. */
  readonly fromInput?: InputBackward;
  readonly fromOutput?: OutputBackward;
  readonly range?: readonly [number, number];
}

function unary(name: string, spec: UnarySpec): Op<(x: Tensor) => Tensor> {
  const input = (shape: number[]) => ({ shape, range: spec.range ?? ([-3, 3] as const) });
  return defineOp({
    name,
    forward: (x: Tensor) => {
      const y = runUnary(spec.forward, x);
      const { fromInput, fromOutput } = spec;
      if (fromInput) return differentiable(y, [x], (g, [saved]) => [runInputBackward(fromInput, saved!, g)]);
      if (fromOutput) return differentiable(y, [y], (g, [saved]) => [runOutputBackward(fromOutput, saved!, g)]);
      return y;
    },
    reference: (x) => x.map(spec.reference),
    cases: [
      { inputs: [input([2, 3, 4])] },
      { inputs: [input([17])] },
      { inputs: [input([0])] },
      { inputs: [input([1037])] },
    ],
    hasGradient: spec.fromInput !== undefined || spec.fromOutput !== undefined,
    cost: (x) => ({ flops: x.numel, bytes: 2 * x.numel * 4 }),
  });
}

function runUnary(kernel: Forward, x: Tensor): Tensor {
  const source = dense(x);
  const y = emptyLike(x);
  kernel(x.device.commands, { x: source, y, n: x.numel });
  return y;
}

function runInputBackward(kernel: InputBackward, x: Tensor, g: Tensor): Tensor {
  const dx = emptyLike(x);
  kernel(x.device.commands, { x: dense(x), g: dense(g), dx, n: x.numel });
  return dx;
}

function runOutputBackward(kernel: OutputBackward, y: Tensor, g: Tensor): Tensor {
  const dx = emptyLike(y);
  kernel(y.device.commands, { y: dense(y), g: dense(g), dx, n: y.numel });
  return dx;
}

const positive = [0.05, 4] as const;

/** Absolute value. */
export const abs = unary('abs', {
  forward: kernels.abs,
  reference: Math.abs,
  fromInput: kernels.absBackward,
});
/** e to the power of each element. */
export const exp = unary('exp', {
  forward: kernels.exp,
  reference: Math.exp,
  fromOutput: kernels.expBackward,
});
/** `exp(x) - 1`, accurate near 0. */
export const expm1 = unary('expm1', {
  forward: kernels.expm1,
  reference: Math.expm1,
  fromOutput: kernels.expm1Backward,
});
/** Natural logarithm: -Infinity at 0, NaN below. */
export const log = unary('log', {
  forward: kernels.log,
  reference: Math.log,
  fromInput: kernels.logBackward,
  range: positive,
});
/** `log(1 + x)`, accurate near 0. */
export const log1p = unary('log1p', {
  forward: kernels.log1p,
  reference: Math.log1p,
  fromInput: kernels.log1pBackward,
  range: [-0.9, 3],
});
/** Square root; NaN below 0. */
export const sqrt = unary('sqrt', {
  forward: kernels.sqrt,
  reference: Math.sqrt,
  fromOutput: kernels.sqrtBackward,
  range: positive,
});
/** `1 / sqrt(x)`. */
export const rsqrt = unary('rsqrt', {
  forward: kernels.rsqrt,
  reference: (x) => 1 / Math.sqrt(x),
  fromOutput: kernels.rsqrtBackward,
  range: positive,
});
/** `1 / x`. */
export const reciprocal = unary('reciprocal', {
  forward: kernels.reciprocal,
  reference: (x) => 1 / x,
  fromOutput: kernels.reciprocalBackward,
  range: [0.3, 3],
});
/** `x * x`. */
export const square = unary('square', {
  forward: kernels.square,
  reference: (x) => x * x,
  fromInput: kernels.squareBackward,
});
/** Sine of radians. */
export const sin = unary('sin', {
  forward: kernels.sin,
  reference: Math.sin,
  fromInput: kernels.sinBackward,
});
/** Cosine of radians. */
export const cos = unary('cos', {
  forward: kernels.cos,
  reference: Math.cos,
  fromInput: kernels.cosBackward,
});
/** Hyperbolic tangent. */
export const tanh = unary('tanh', {
  forward: kernels.tanh,
  reference: Math.tanh,
  fromOutput: kernels.tanhBackward,
});
/** Error function. */
export const erf = unary('erf', {
  forward: kernels.erf,
  reference: referenceErf,
  fromInput: kernels.erfBackward,
});
/** `1 / (1 + exp(-x))`. */
export const sigmoid = unary('sigmoid', {
  forward: kernels.sigmoid,
  reference: (x) => 1 / (1 + Math.exp(-x)),
  fromOutput: kernels.sigmoidBackward,
});
/** `log(sigmoid(x))`, without overflow. */
export const logSigmoid = unary('logSigmoid', {
  forward: kernels.logSigmoid,
  reference: (x) => -referenceSoftplus(-x),
  fromInput: kernels.logSigmoidBackward,
});
/** `log(1 + exp(x))`, without overflow. */
export const softplus = unary('softplus', {
  forward: kernels.softplus,
  reference: referenceSoftplus,
  fromInput: kernels.softplusBackward,
});
/** `max(x, 0)`; the gradient at 0 is 0. */
export const relu = unary('relu', {
  forward: kernels.relu,
  reference: (x) => Math.max(x, 0),
  fromOutput: kernels.reluBackward,
});
/** `x * sigmoid(x)` (Swish). */
export const silu = unary('silu', {
  forward: kernels.silu,
  reference: (x) => x / (1 + Math.exp(-x)),
  fromInput: kernels.siluBackward,
});
/** Largest integer not above each element. No gradient. */
export const floor = unary('floor', {
  forward: kernels.floor,
  reference: Math.floor,
});
/** Smallest integer not below each element. No gradient. */
export const ceil = unary('ceil', {
  forward: kernels.ceil,
  reference: Math.ceil,
});
/** Nearest integer, halves to even, as PyTorch. No gradient. */
export const round = unary('round', {
  forward: kernels.round,
  reference: referenceRound,
});
/** -1, 0 or 1. No gradient. */
export const sign = unary('sign', { forward: kernels.sign, reference: Math.sign });

/** `-x`. */
export const neg = defineOp({
  name: 'neg',
  forward: (x: Tensor) => differentiable(runUnary(kernels.neg, x), [], (g) => [runUnary(kernels.neg, g)]),
  reference: (x) => x.map((v) => -v),
  cases: [{ inputs: [[2, 3, 4]] }, { inputs: [[17]] }],
  cost: (x) => ({ flops: x.numel, bytes: 2 * x.numel * 4 }),
});

export interface GeluOptions {
  /** `'none'` uses the normal distribution function (default); `'tanh'` the approximation of GPT-2. */
  readonly approximate?: 'none' | 'tanh';
}

/** Gaussian error linear unit, `x * Phi(x)`. Source: arXiv 1606.08415. */
export const gelu = defineOp({
  name: 'gelu',
  options: { approximate: true },
  forward: (x: Tensor, { approximate = 'none' }: GeluOptions = {}) => {
    if (approximate !== 'none' && approximate !== 'tanh') {
      throw new ArgumentError(`unknown approximation; got '${approximate}'; expected 'none' or 'tanh'.`, {
        op: 'gelu',
      });
    }
    const tanhForm = approximate === 'tanh';
    const y = runUnary(tanhForm ? kernels.geluTanh : kernels.gelu, x);
    const backward = tanhForm ? kernels.geluTanhBackward : kernels.geluBackward;
    return differentiable(y, [x], (g, [saved]) => [runInputBackward(backward, saved!, g)]);
  },
  reference: (x, { approximate = 'none' }) =>
    x.map((v) =>
      approximate === 'tanh'
        ? 0.5 * v * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (v + 0.044715 * v ** 3)))
        : 0.5 * v * (1 + referenceErf(v / Math.SQRT2)),
    ),
  cases: [{ inputs: [[4, 33]] }, { inputs: [[4, 33]], options: { approximate: 'tanh' } }],
  cost: (x) => ({ flops: 8 * x.numel, bytes: 2 * x.numel * 4 }),
});

export interface LeakyReluOptions {
  /** Slope below zero. Default 0.01. */
  readonly negativeSlope?: number;
}

/** `x` where positive, else `negativeSlope * x`. */
export const leakyRelu = defineOp({
  name: 'leakyRelu',
  options: { negativeSlope: true },
  forward: (x: Tensor, { negativeSlope = 0.01 }: LeakyReluOptions = {}) => {
    checkFinite('leakyRelu', 'negativeSlope', negativeSlope);
    const params = { n: x.numel, p0: negativeSlope, p1: 0 };
    const y = emptyLike(x);
    kernels.leakyRelu(x.device.commands, { x: dense(x), y, ...params });
    return differentiable(y, [x], (g, [saved]) => {
      const dx = emptyLike(saved!);
      kernels.leakyReluBackward(dx.device.commands, { x: dense(saved!), g: dense(g), dx, ...params });
      return [dx];
    });
  },
  reference: (x, { negativeSlope = 0.01 }) => x.map((v) => (v > 0 ? v : negativeSlope * v)),
  cases: [{ inputs: [[5, 9]], options: { negativeSlope: 0.2 } }, { inputs: [[3]] }],
});

export interface ClampOptions {
  readonly min?: number;
  readonly max?: number;
}

/** Limits each element to `[min, max]`; either may be left out. The gradient is 0 outside. NaN stays NaN. */
export const clamp = defineOp({
  name: 'clamp',
  options: { min: true, max: true },
  forward: (x: Tensor, { min = Number.NEGATIVE_INFINITY, max = Number.POSITIVE_INFINITY }: ClampOptions) => {
    if (
      Number.isNaN(min) ||
      Number.isNaN(max) ||
      (min === Number.NEGATIVE_INFINITY && max === Number.POSITIVE_INFINITY)
    ) {
      throw new ArgumentError(`needs a minimum or a maximum; got min ${min} and max ${max}.`, {
        op: 'clamp',
        actual: [min, max],
      });
    }
    const params = { n: x.numel, p0: min, p1: max };
    const y = emptyLike(x);
    kernels.clamp(x.device.commands, { x: dense(x), y, ...params });
    return differentiable(y, [x], (g, [saved]) => {
      const dx = emptyLike(saved!);
      kernels.clampBackward(dx.device.commands, { x: dense(saved!), g: dense(g), dx, ...params });
      return [dx];
    });
  },
  reference: (x, { min = Number.NEGATIVE_INFINITY, max = Number.POSITIVE_INFINITY }) =>
    x.map((v) => Math.min(Math.max(v, min), max)),
  cases: [
    { inputs: [[4, 11]], options: { min: -0.5, max: 0.7 } },
    { inputs: [[3, 11]], options: { min: 0 } },
    { inputs: [[3, 11]], options: { max: 0.25 } },
  ],
});

/** True where a `bool` tensor is false. */
export const logicalNot = defineOp({
  name: 'logicalNot',
  forward: (x: Tensor) => {
    checkIs('logicalNot', 'x', x, 'bool', 'u8');
    const y = emptyLike(x, 'bool');
    kernels.logicalNot(x.device.commands, { x: dense(x), y, n: x.numel });
    return y;
  },
  reference: (x) => x.map((v) => (v === 0 ? 1 : 0)),
  cases: [{ inputs: [{ shape: [3, 5], dtype: 'bool' }] }],
  dtypes: ['bool'],
  hasGradient: false,
});

function referenceRound(x: number): number {
  const down = Math.floor(x);
  const rest = x - down;
  if (rest !== 0.5) return rest < 0.5 ? down : down + 1;
  return down % 2 === 0 ? down : down + 1;
}

function referenceSoftplus(x: number): number {
  return Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));
}

/** Error function in float64: its series near 0, a continued fraction of erfc further out. */
function referenceErf(x: number): number {
  const a = Math.abs(x);
  if (a > 6) return Math.sign(x);
  if (a < 2.5) {
    let term = a;
    let sum = a;
    for (let n = 1; Math.abs(term) > 1e-17 * Math.abs(sum) && n < 200; n++) {
      term *= (-a * a) / n;
      sum += term / (2 * n + 1);
    }
    return (Math.sign(x) * 2 * sum) / Math.sqrt(Math.PI);
  }
  let fraction = 0;
  for (let k = 120; k > 0; k--) fraction = k / 2 / (a + fraction);
  return Math.sign(x) * (1 - Math.exp(-a * a) / Math.sqrt(Math.PI) / (a + fraction));
}
