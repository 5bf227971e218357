/** Losses and similarities, most of them compositions of other ops. `reduction` is PyTorch's. */
import { kernels } from '../backend.js';
import { ArgumentError, formatShape, ShapeError } from '../errors.js';
import { NdArray } from '../ndarray.js';
import { checkDevices, defineOp, differentiable } from '../op.js';
import { checkFinite, checkInteger } from '../options.js';
import { normalizeDim, numel, sameShape } from '../shape.js';
import { Tensor } from '../tensor.js';
import { div, lt, mul, sub } from './binary.js';
import { checkIs, dense, emptyLike, meanOverCounted, referenceLogSumExp, scaledBy, weightedSum } from './common.js';
import { mean, norm, sum } from './reduce.js';
import { where } from './selection.js';
import { logSoftmax } from './softmax.js';
import { abs, clamp, exp, logSigmoid, square } from './unary.js';

export type Reduction = 'mean' | 'sum' | 'none';

export interface LossOptions {
  /** Default `'mean'`. */
  readonly reduction?: Reduction;
}

function reduced(op: string, loss: Tensor, reduction: Reduction): Tensor {
  if (reduction === 'mean') return mean(loss);
  if (reduction === 'sum') return sum(loss);
  if (reduction === 'none') return loss;
  throw new ArgumentError(`unknown reduction; got '${String(reduction)}'; expected 'mean', 'sum' or 'none'.`, {
    op,
    actual: reduction,
  });
}

function referenceReduced(loss: NdArray, reduction: Reduction): NdArray {
  if (reduction === 'none') return loss;
  return NdArray.scalar(loss.sum() / (reduction === 'mean' ? loss.data.length : 1));
}

function checkPair(op: string, a: Tensor, b: Tensor): void {
  checkDevices(op, a, b);
  if (!sameShape(a.shape, b.shape)) {
    throw new ShapeError(`input and target differ in shape; got ${formatShape(a.shape)} and ${formatShape(b.shape)}.`, {
      op,
      actual: [a.shape, b.shape],
    });
  }
}

export interface CrossEntropyOptions extends LossOptions {
  /** Targets of this value count neither in the sum nor in the mean. Default -100. */
  readonly ignoreIndex?: number;
  /** Weight of the uniform distribution in the target. Default 0. */
  readonly labelSmoothing?: number;
}

/**
 * Cross entropy between `logits` `[..., classes]` and class indices `target` `[...]` (`i32`). The mean is over targets
 * that are not ignored.
 */
export const crossEntropy = defineOp({
  name: 'crossEntropy',
  options: { reduction: true, ignoreIndex: true, labelSmoothing: true },
  forward: (
    logits: Tensor,
    target: Tensor,
    { ignoreIndex = -100, labelSmoothing = 0, reduction = 'mean' }: CrossEntropyOptions = {},
  ) => {
    const op = 'crossEntropy';
    checkDevices(op, logits, target);
    checkIs(op, 'target', target, 'i32');
    if (logits.ndim === 0 || !sameShape(logits.shape.slice(0, -1), target.shape)) {
      throw new ShapeError(
        `logits must be [...target, classes]; got ${formatShape(logits.shape)} for target ${formatShape(target.shape)}.`,
        { op },
      );
    }
    if (!(labelSmoothing >= 0 && labelSmoothing <= 1))
      throw new ArgumentError(`labelSmoothing must be from 0 to 1; got ${labelSmoothing}.`, { op });
    checkInteger(op, 'ignoreIndex', ignoreIndex);
    const { device } = logits;
    const rows = target.numel;
    const cols = logits.shape.at(-1)!;
    const x = dense(logits);
    const t = dense(target);
    const loss = Tensor.empty(device, target.shape, 'f32');
    const lse = Tensor.empty(device, [rows], 'f32');
    const params = { rows, cols, ignoreIndex, labelSmoothing };
    kernels.crossEntropyForward(device.commands, { x, target: t, loss, lse, ...params });
    const scale = reduction === 'mean' ? meanOverCounted(t, ignoreIndex) : null;
    const output = reduction === 'none' ? loss : weightedSum(loss, scale);
    if (reduction !== 'none' && reduction !== 'mean' && reduction !== 'sum') reduced(op, loss, reduction);
    return differentiable(output, scale ? [x, t, lse, scale] : [x, t, lse], (g, [input, labels, l, s]) => {
      const dx = emptyLike(input!);
      const upstream = s ? scaledBy(g, s) : dense(g);
      kernels.crossEntropyBackward(device.commands, {
        x: input!,
        target: labels!,
        lse: l!,
        g: upstream,
        dx,
        ...params,
        gStep: reduction === 'none' && rows !== 1 ? 1 : 0,
      });
      return [dx, null];
    });
  },
  reference: (logits, target, { ignoreIndex = -100, labelSmoothing = 0, reduction = 'mean' }) => {
    const cols = logits.shape.at(-1)!;
    const losses = target.map((label, r) => {
      if (label === ignoreIndex) return 0;
      const line = logits.data.slice(r * cols, (r + 1) * cols);
      const lse = referenceLogSumExp(line);
      const uniform = lse - line.reduce((a, b) => a + b, 0) / cols;
      return (1 - labelSmoothing) * (lse - line[label]!) + labelSmoothing * uniform;
    });
    if (reduction === 'none') return losses;
    const counted = target.data.filter((label) => label !== ignoreIndex).length;
    return NdArray.scalar(losses.sum() / (reduction === 'mean' ? counted : 1));
  },
  cases: [
    { inputs: [[9, 12], { shape: [9], dtype: 'i32', range: [0, 11] }] },
    { inputs: [[9, 12], { shape: [9], dtype: 'i32', range: [0, 11] }], options: { ignoreIndex: 3 } },
    { inputs: [[9, 12], { shape: [9], dtype: 'i32', range: [0, 11] }], options: { labelSmoothing: 0.1 } },
    {
      inputs: [[2, 5, 12], { shape: [2, 5], dtype: 'i32', range: [0, 11] }],
      options: { ignoreIndex: 3, reduction: 'sum' },
    },
    { inputs: [[9, 12], { shape: [9], dtype: 'i32', range: [0, 11] }], options: { reduction: 'none' } },
  ],
  cost: (logits) => ({ flops: 4 * logits.numel, bytes: 4 * logits.numel }),
});

/** Squared difference, reduced. */
export const mseLoss = defineOp({
  name: 'mseLoss',
  options: { reduction: true },
  forward: (input: Tensor, target: Tensor, { reduction = 'mean' }: LossOptions = {}) => {
    checkPair('mseLoss', input, target);
    return reduced('mseLoss', square(sub(input, target)), reduction);
  },
  reference: (input, target, { reduction = 'mean' }) =>
    referenceReduced(
      input.zip(target, (a, b) => (a - b) ** 2),
      reduction,
    ),
  cases: [
    {
      inputs: [
        [4, 7],
        [4, 7],
      ],
    },
    {
      inputs: [
        [4, 7],
        [4, 7],
      ],
      options: { reduction: 'none' },
    },
  ],
});

/** Absolute difference, reduced. */
export const l1Loss = defineOp({
  name: 'l1Loss',
  options: { reduction: true },
  forward: (input: Tensor, target: Tensor, { reduction = 'mean' }: LossOptions = {}) => {
    checkPair('l1Loss', input, target);
    return reduced('l1Loss', abs(sub(input, target)), reduction);
  },
  reference: (input, target, { reduction = 'mean' }) =>
    referenceReduced(
      input.zip(target, (a, b) => Math.abs(a - b)),
      reduction,
    ),
  cases: [
    {
      inputs: [
        [4, 7],
        [4, 7],
      ],
    },
    {
      inputs: [
        [4, 7],
        [4, 7],
      ],
      options: { reduction: 'sum' },
    },
  ],
});

export interface SmoothL1Options extends LossOptions {
  /** Where the parabola becomes a line; 0 for none, as `l1Loss`. Default 1. */
  readonly beta?: number;
}

/**
 * Half the squared difference over `beta` where it is below `beta`, else the absolute difference less `beta / 2`;
 * reduced.
 */
export const smoothL1Loss = defineOp({
  name: 'smoothL1Loss',
  options: { reduction: true, beta: true },
  forward: (input: Tensor, target: Tensor, { reduction = 'mean', beta = 1 }: SmoothL1Options = {}) => {
    checkPair('smoothL1Loss', input, target);
    checkFinite('smoothL1Loss', 'beta', beta, 0);
    const distance = abs(sub(input, target));
    if (beta === 0) return reduced('smoothL1Loss', distance, reduction);
    const near = mul(square(distance), 0.5 / beta);
    return reduced('smoothL1Loss', where(lt(distance, beta), near, sub(distance, 0.5 * beta)), reduction);
  },
  reference: (input, target, { reduction = 'mean', beta = 1 }) =>
    referenceReduced(
      input.zip(target, (a, b) => {
        const d = Math.abs(a - b);
        return d < beta ? (0.5 * d * d) / beta : d - 0.5 * beta;
      }),
      reduction,
    ),
  cases: [
    {
      inputs: [
        [4, 7],
        [4, 7],
      ],
    },
    {
      inputs: [
        [4, 7],
        [4, 7],
      ],
      options: { beta: 0.5, reduction: 'none' },
    },
  ],
});

/** Binary cross entropy between `sigmoid(logits)` and `target` in [0, 1], without overflow; reduced. */
export const binaryCrossEntropyWithLogits = defineOp({
  name: 'binaryCrossEntropyWithLogits',
  options: { reduction: true },
  forward: (logits: Tensor, target: Tensor, { reduction = 'mean' }: LossOptions = {}) => {
    const op = 'binaryCrossEntropyWithLogits';
    checkPair(op, logits, target);
    // (1 - t) x - logSigmoid(x)
    const loss = sub(mul(sub(mul(target, -1), -1), logits), logSigmoid(logits));
    return reduced(op, loss, reduction);
  },
  reference: (logits, target, { reduction = 'mean' }) =>
    referenceReduced(
      logits.zip(target, (x, t) => Math.max(x, 0) - x * t + Math.log1p(Math.exp(-Math.abs(x)))),
      reduction,
    ),
  cases: [{ inputs: [[6, 3], { shape: [6, 3], range: [0, 1] }] }],
});

/**
 * Kullback-Leibler divergence KL(p || q) of the distributions given by logits: `input` of q, `target` of p, both `[...,
 * classes]`; the mean over the batch, which is everything but the last dimension. PyTorch's `kl_div` takes the logarithm of
 * q, which is among its logits, but p itself: give `log(p)` here.
 */
export const klDiv = defineOp({
  name: 'klDiv',
  forward: (input: Tensor, target: Tensor) => {
    checkPair('klDiv', input, target);
    const logQ = logSoftmax(input, { dim: -1 });
    const logP = logSoftmax(target, { dim: -1 });
    return div(sum(mul(exp(logP), sub(logP, logQ))), numel(input.shape.slice(0, -1)));
  },
  reference: (input, target) => {
    const cols = input.shape.at(-1)!;
    const rows = input.data.length / cols;
    let total = 0;
    for (let r = 0; r < rows; r++) {
      const q = input.data.slice(r * cols, (r + 1) * cols);
      const p = target.data.slice(r * cols, (r + 1) * cols);
      const [lq, lp] = [referenceLogSumExp(q), referenceLogSumExp(p)];
      for (let c = 0; c < cols; c++) total += Math.exp(p[c]! - lp) * (p[c]! - lp - q[c]! + lq);
    }
    return NdArray.scalar(total / rows);
  },
  cases: [
    {
      inputs: [
        [5, 9],
        [5, 9],
      ],
    },
  ],
});

export interface SimilarityOptions {
  /** Default 1, as in PyTorch. */
  readonly dim?: number;
  /** Smallest norm to divide by. */
  readonly eps?: number;
}

/** The Euclidean norms along `dim`, which stays, each at least `eps`. */
function lengths(op: string, x: Tensor, dim: number, eps: number): Tensor {
  checkFinite(op, 'eps', eps, 0);
  return clamp(norm(x, { dim: normalizeDim(op, dim, x.ndim), keepdim: true }), { min: eps });
}

/** `x` divided by its Euclidean norm along `dim`, or by `eps` (default 1e-12) where that is larger. */
export const normalize = defineOp({
  name: 'normalize',
  options: { dim: true, eps: true },
  forward: (x: Tensor, { dim = 1, eps = 1e-12 }: SimilarityOptions = {}) => div(x, lengths('normalize', x, dim, eps)),
  reference: (x, { dim = 1, eps = 1e-12 }) => {
    const d = (dim + x.shape.length) % x.shape.length;
    return x.mapLines(d, x.shape[d]!, (line) => line.map((v) => v / Math.max(eps, Math.hypot(...line))));
  },
  cases: [
    { inputs: [[5, 16]], options: { dim: -1 } },
    { inputs: [[4, 3, 2]], options: { dim: 1 } },
  ],
});

/** Inner product along `dim` over the product of the norms, each at least `eps` (default 1e-8). */
export const cosineSimilarity = defineOp({
  name: 'cosineSimilarity',
  options: { dim: true, eps: true },
  forward: (a: Tensor, b: Tensor, { dim = 1, eps = 1e-8 }: SimilarityOptions = {}) => {
    const op = 'cosineSimilarity';
    checkDevices(op, a, b);
    return sum(mul(div(a, lengths(op, a, dim, eps)), div(b, lengths(op, b, dim, eps))), { dim });
  },
  reference: (a, b, { dim = 1, eps = 1e-8 }) => {
    const d = (dim + a.shape.length) % a.shape.length;
    const unit = (x: NdArray) =>
      x.mapLines(d, x.shape[d]!, (line) => line.map((v) => v / Math.max(eps, Math.hypot(...line))));
    return unit(a)
      .zip(unit(b), (x, y) => x * y)
      .reduce([d], false, (v) => v.reduce((p, q) => p + q, 0));
  },
  cases: [
    {
      inputs: [
        [5, 16],
        [5, 16],
      ],
      options: { dim: -1 },
    },
  ],
});
