/** Connectionist temporal classification: the loss of label sequences whose alignment to the frames is not known. */
import { kernels } from '../backend.js';
import { ArgumentError, formatShape, ShapeError } from '../errors.js';
import { NdArray } from '../ndarray.js';
import { checkDevices, defineOp, differentiable } from '../op.js';
import { sameShape } from '../shape.js';
import { Tensor } from '../tensor.js';
import { mul } from './binary.js';
import { checkIs, dense, emptyLike } from './common.js';
import type { LossOptions } from './loss.js';
import { sum } from './reduce.js';
import { clamp, reciprocal } from './unary.js';

export interface CtcLossOptions extends LossOptions {
  /** Class that stands for no label. Default 0. */
  readonly blank?: number;
  /** Losses of targets that do not fit their frames, which are infinite, become zero, and so do their gradients. Default false. */
  readonly zeroInfinity?: boolean;
}

/** 1 / (batch * length) of each sample, lengths below one counted as one: the weights of PyTorch's mean. */
function meanWeights(lengths: Tensor): Tensor {
  const counts = emptyLike(lengths, 'f32');
  kernels.cast(lengths.device.commands, { x: dense(lengths), y: counts, n: lengths.numel });
  return mul(reciprocal(clamp(counts, { min: 1 })), 1 / lengths.numel);
}

/**
 * Connectionist temporal classification loss of `logProbs` `[frames, batch, classes]` (logarithms of probabilities, as
 * `logSoftmax` gives) for `targets` `[batch, width]`, of which sample b uses the first `targetLengths[b]` labels on its
 * first `inputLengths[b]` frames (all `i32`). The mean is over samples, each divided by its target length. The gradient
 * is that with respect to `logProbs` themselves; PyTorch adds the one of the softmax before it, so the two agree once
 * they reach the logits. Source: Graves et al. 2006.
 */
export const ctcLoss = defineOp({
  name: 'ctcLoss',
  options: { reduction: true, blank: true, zeroInfinity: true },
  forward: (
    logProbs: Tensor,
    targets: Tensor,
    inputLengths: Tensor,
    targetLengths: Tensor,
    { blank = 0, zeroInfinity = false, reduction = 'mean' }: CtcLossOptions = {},
  ) => {
    const op = 'ctcLoss';
    checkDevices(op, logProbs, targets, inputLengths, targetLengths);
    for (const [name, t] of Object.entries({ targets, inputLengths, targetLengths })) checkIs(op, name, t, 'i32');
    if (logProbs.ndim !== 3 || targets.ndim !== 2) {
      throw new ShapeError(
        `logProbs must be [frames, batch, classes] and targets [batch, width]; got ${formatShape(logProbs.shape)} and ${formatShape(targets.shape)}.`,
        { op, actual: [logProbs.shape, targets.shape] },
      );
    }
    const [frames, batch, classes] = logProbs.shape as [number, number, number];
    const targetWidth = targets.shape[1]!;
    for (const [name, t] of Object.entries({ targets, inputLengths, targetLengths })) {
      if (!sameShape(t.shape.slice(0, 1), [batch]) || (t !== targets && t.ndim !== 1)) {
        throw new ShapeError(`${name} must have one entry for each of ${batch} samples; got ${formatShape(t.shape)}.`, {
          op,
          actual: t.shape,
        });
      }
    }
    if (!Number.isInteger(blank) || blank < 0 || blank >= classes)
      throw new ArgumentError(`blank must be a class from 0 to ${classes - 1}; got ${blank}.`, { op, actual: blank });
    if (reduction !== 'mean' && reduction !== 'sum' && reduction !== 'none')
      throw new ArgumentError(`unknown reduction; got '${String(reduction)}'; expected 'mean', 'sum' or 'none'.`, {
        op,
      });
    const { device } = logProbs;
    const states = 2 * targetWidth + 1;
    const params = { frames, batch, classes, targetWidth, states, blank, zeroInfinity: zeroInfinity ? 1 : 0 };
    const inputs = [logProbs, targets, inputLengths, targetLengths].map(dense) as [Tensor, Tensor, Tensor, Tensor];
    const loss = Tensor.empty(device, [batch], 'f32');
    const alpha = Tensor.empty(device, [frames, batch, states], 'f32');
    const [x, labels, frameCounts, labelCounts] = inputs;
    kernels.ctcLossForward(device.commands, {
      logProbs: x,
      targets: labels,
      inputLengths: frameCounts,
      targetLengths: labelCounts,
      loss,
      alpha,
      ...params,
    });
    const weights = reduction === 'mean' ? [meanWeights(labelCounts)] : [];
    const output = reduction === 'none' ? loss : sum(weights[0] ? mul(loss, weights[0]) : loss);
    return differentiable(output, [...inputs, alpha, ...weights], (g, saved) => {
      const [xs, ts, il, tl, forwardVariables, scale] = saved as [Tensor, Tensor, Tensor, Tensor, Tensor, Tensor?];
      const upstream = scale ? mul(g, scale) : dense(g);
      const dx = emptyLike(xs);
      kernels.ctcLossBackward(device.commands, {
        logProbs: xs,
        targets: ts,
        inputLengths: il,
        targetLengths: tl,
        alpha: forwardVariables,
        g: upstream,
        dx,
        ...params,
        gStep: reduction === 'sum' ? 0 : 1,
      });
      return [dx, null, null, null];
    });
  },
  reference: (logProbs, targets, inputLengths, targetLengths, given) => {
    const { blank = 0, zeroInfinity = false, reduction = 'mean' } = given;
    const losses = inputLengths.map((frames, b) => {
      const loss = referenceLoss(logProbs, targets, b, frames, targetLengths.data[b]!, blank);
      return zeroInfinity && loss === Number.POSITIVE_INFINITY ? 0 : loss;
    });
    if (reduction === 'none') return losses;
    if (reduction === 'sum') return NdArray.scalar(losses.sum());
    return NdArray.scalar(
      losses.map((loss, b) => loss / Math.max(1, targetLengths.data[b]!)).sum() / losses.data.length,
    );
  },
  cases: [
    {
      inputs: [
        { shape: [12, 3, 5], range: [-3, 0] },
        { shape: [3, 4], dtype: 'i32', range: [1, 4] },
        { shape: [3], dtype: 'i32', range: [9, 12] },
        { shape: [3], dtype: 'i32', range: [1, 4] },
      ],
    },
    {
      inputs: [
        { shape: [30, 2, 7], range: [-3, 0] },
        { shape: [2, 3], dtype: 'i32', range: [0, 5] },
        { shape: [2], dtype: 'i32', range: [20, 30] },
        { shape: [2], dtype: 'i32', range: [0, 3] },
      ],
      options: { blank: 6, reduction: 'none' },
    },
    {
      inputs: [
        { shape: [5, 6, 4], range: [-3, 0] },
        { shape: [6, 4], dtype: 'i32', range: [1, 2] },
        { shape: [6], dtype: 'i32', range: [0, 5] },
        { shape: [6], dtype: 'i32', range: [0, 4] },
      ],
      options: { zeroInfinity: true, reduction: 'sum' },
    },
  ],
  cost: (logProbs, targets) => ({
    flops: 12 * logProbs.shape[0]! * targets.shape[0]! * (2 * targets.shape[1]! + 1),
    bytes: 4 * logProbs.numel,
  }),
});

/** By the definition: probabilities of all prefixes of the target with blanks, frame by frame. */
function referenceLoss(
  logProbs: NdArray,
  targets: NdArray,
  b: number,
  frames: number,
  length: number,
  blank: number,
): number {
  const states = Array.from({ length: 2 * length + 1 }, (_, s) => (s % 2 === 0 ? blank : targets.at([b, (s - 1) / 2])));
  // Before the first frame everything is in front of the first state.
  let prefix = states.map(() => 0);
  let start = 1;
  for (let t = 0; t < frames; t++) {
    const last = prefix;
    prefix = states.map((label, s) => {
      const skipped = s >= 2 && label !== blank && label !== states[s - 2] ? last[s - 2]! : 0;
      const entered = s < 2 ? start : 0;
      return (last[s]! + (last[s - 1] ?? 0) + skipped + entered) * Math.exp(logProbs.at([t, b, label]));
    });
    start = 0;
  }
  return -Math.log(start * (length === 0 ? 1 : 0) + prefix.at(-1)! + (prefix.at(-2) ?? 0));
}
