/** Normalisation layers as functions. Statistics are computed in f32 whatever the dtype. */
import { kernels } from '../backend.js';
import { ArgumentError, formatShape, ShapeError } from '../errors.js';
import { checkDevices, defineOp, differentiable } from '../op.js';
import { checkFinite } from '../options.js';
import { numel } from '../shape.js';
import { Tensor } from '../tensor.js';
import { checkIs, checkSameDType, dense, emptyLike } from './common.js';

export interface NormOptions {
  /** Added to the variance. Default 1e-5 (1e-6 for `rmsNorm`). */
  readonly eps?: number;
}

function checkAffine(op: string, x: Tensor, size: number, ...affine: readonly (Tensor | undefined)[]): void {
  checkDevices(op, x, ...affine);
  checkSameDType(op, x, ...affine);
  for (const t of affine) {
    if (t !== undefined && t.numel !== size) {
      throw new ShapeError(
        `weight and bias must have ${size} elements; got ${formatShape(t.shape)} for ${formatShape(x.shape)}.`,
        { op, actual: t.shape },
      );
    }
  }
}

function lastDim(op: string, x: Tensor): { rows: number; cols: number } {
  if (x.ndim === 0) throw new ShapeError('needs at least one dimension; got [].', { op });
  const cols = x.shape.at(-1)!;
  return { rows: cols === 0 ? 0 : x.numel / cols, cols };
}

/** A result for the gradient of an optional argument, when it is wanted. */
function gradientOf(t: Tensor | undefined, wanted: boolean): Tensor | undefined {
  return t !== undefined && wanted ? emptyLike(t) : undefined;
}

function standardised(line: Float64Array, eps: number): Float64Array {
  const mean = line.reduce((a, b) => a + b, 0) / line.length;
  const variance = line.reduce((a, b) => a + (b - mean) ** 2, 0) / line.length;
  return line.map((v) => (v - mean) / Math.sqrt(variance + eps));
}

/**
 * Normalises over the last dimension to mean 0 and variance 1, then scales by `weight` and adds `bias` (both `[cols]`,
 * both optional). Source: arXiv 1607.06450.
 */
export const layerNorm = defineOp({
  name: 'layerNorm',
  options: { eps: true },
  forward: (x: Tensor, weight?: Tensor, bias?: Tensor, { eps = 1e-5 }: NormOptions = {}) => {
    const { rows, cols } = lastDim('layerNorm', x);
    checkFinite('layerNorm', 'eps', eps, 0);
    checkAffine('layerNorm', x, cols, weight, bias);
    const { device } = x;
    const source = dense(x);
    const w = weight && dense(weight);
    const y = emptyLike(x);
    const mean = Tensor.empty(device, [rows], 'f32');
    const rstd = Tensor.empty(device, [rows], 'f32');
    kernels.layerNormForward(device.commands, {
      x: source,
      weight: w,
      bias: bias && dense(bias),
      y,
      mean,
      rstd,
      rows,
      cols,
      eps,
    });
    const saved = w ? [source, mean, rstd, w] : [source, mean, rstd];
    return differentiable(y, saved, (g, [input, m, r, scale], context) => {
      const dx = context.needs(0) ? emptyLike(input!) : undefined;
      const dweight = gradientOf(scale, context.needs(1));
      const dbias = bias && gradientOf(bias, context.needs(weight ? 2 : 1));
      kernels.layerNormBackward(device.commands, {
        x: input!,
        weight: scale,
        mean: m!,
        rstd: r!,
        g: dense(g),
        dx,
        dweight,
        dbias,
        rows,
        cols,
      });
      return gradients(dx, weight && dweight, bias && dbias, weight, bias);
    });
  },
  reference: (x, weight, bias, { eps = 1e-5 }) => {
    const cols = x.shape.at(-1)!;
    return x.mapLines(x.shape.length - 1, cols, (line) =>
      standardised(line, eps).map((v, i) => v * (weight?.data[i] ?? 1) + (bias?.data[i] ?? 0)),
    );
  },
  optionalInputs: 3,
  cases: [
    { inputs: [[4, 33], [33], [33]], options: { eps: 1e-5 } },
    { inputs: [[2, 3, 128], [128], [128]], options: { eps: 1e-5 } },
    { inputs: [[4, 33], [33]] },
    { inputs: [[5, 16]] },
    { inputs: [[0, 16], [16], [16]] },
  ],
  cost: (x) => ({ flops: 8 * x.numel, bytes: 8 * x.numel }),
});

/** One gradient per tensor argument that was given. */
function gradients(
  dx: Tensor | undefined,
  dweight: Tensor | undefined,
  dbias: Tensor | undefined,
  weight: Tensor | undefined,
  bias: Tensor | undefined,
): (Tensor | null)[] {
  return [dx ?? null, ...(weight ? [dweight ?? null] : []), ...(bias ? [dbias ?? null] : [])];
}

/**
 * Divides by the root mean square over the last dimension and scales by `weight` `[cols]` (optional). Source: arXiv
 * 1910.07467.
 */
export const rmsNorm = defineOp({
  name: 'rmsNorm',
  options: { eps: true },
  forward: (x: Tensor, weight?: Tensor, { eps = 1e-6 }: NormOptions = {}) => {
    const { rows, cols } = lastDim('rmsNorm', x);
    checkFinite('rmsNorm', 'eps', eps, 0);
    checkAffine('rmsNorm', x, cols, weight);
    const { device } = x;
    const source = dense(x);
    const w = weight && dense(weight);
    const y = emptyLike(x);
    const rstd = Tensor.empty(device, [rows], 'f32');
    kernels.rmsNormForward(device.commands, { x: source, weight: w, y, rstd, rows, cols, eps });
    return differentiable(y, w ? [source, rstd, w] : [source, rstd], (g, [input, r, scale], context) => {
      const dx = context.needs(0) ? emptyLike(input!) : undefined;
      const dweight = gradientOf(scale, context.needs(1));
      kernels.rmsNormBackward(device.commands, {
        x: input!,
        weight: scale,
        rstd: r!,
        g: dense(g),
        dx,
        dweight,
        rows,
        cols,
      });
      return gradients(dx, dweight, undefined, weight, undefined);
    });
  },
  reference: (x, weight, { eps = 1e-6 }) =>
    x.mapLines(x.shape.length - 1, x.shape.at(-1)!, (line) => {
      const meanSquare = line.reduce((a, b) => a + b * b, 0) / line.length;
      return line.map((v, i) => (v / Math.sqrt(meanSquare + eps)) * (weight?.data[i] ?? 1));
    }),
  optionalInputs: 2,
  cases: [{ inputs: [[4, 33], [33]], options: { eps: 1e-6 } }, { inputs: [[2, 3, 128], [128]] }, { inputs: [[5, 16]] }],
  cost: (x) => ({ flops: 4 * x.numel, bytes: 8 * x.numel }),
});

export interface GroupNormOptions extends NormOptions {
  /** Groups of channels that share statistics; divides the channels. */
  readonly groups: number;
}

/** `[batch, channels, ...spatial]` as three numbers. */
function planes(op: string, x: Tensor): { batch: number; channels: number; spatial: number } {
  if (x.ndim < 2) throw new ShapeError(`needs [batch, channels, ...]; got ${formatShape(x.shape)}.`, { op });
  return { batch: x.shape[0]!, channels: x.shape[1]!, spatial: numel(x.shape.slice(2)) };
}

/**
 * Normalises `[batch, channels, ...]` over each group of channels and all positions, then scales and shifts per
 * channel. Source: arXiv 1803.08494.
 */
export const groupNorm = defineOp({
  name: 'groupNorm',
  options: { eps: true, groups: true },
  forward: (
    x: Tensor,
    weight: Tensor | undefined,
    bias: Tensor | undefined,
    { groups, eps = 1e-5 }: GroupNormOptions,
  ) => {
    const layout = planes('groupNorm', x);
    checkFinite('groupNorm', 'eps', eps, 0);
    if (!Number.isInteger(groups) || groups < 1 || layout.channels % groups !== 0) {
      throw new ArgumentError(`groups must divide the ${layout.channels} channels; got ${groups}.`, {
        op: 'groupNorm',
        actual: groups,
      });
    }
    checkAffine('groupNorm', x, layout.channels, weight, bias);
    const { device } = x;
    const source = dense(x);
    const w = weight && dense(weight);
    const y = emptyLike(x);
    const mean = Tensor.empty(device, [layout.batch * groups], 'f32');
    const rstd = Tensor.empty(device, [layout.batch * groups], 'f32');
    kernels.groupNormForward(device.commands, {
      x: source,
      weight: w,
      bias: bias && dense(bias),
      y,
      mean,
      rstd,
      ...layout,
      groups,
      eps,
    });
    return differentiable(y, w ? [source, mean, rstd, w] : [source, mean, rstd], (g, [input, m, r, scale], context) => {
      const dx = context.needs(0) ? emptyLike(input!) : undefined;
      const dweight = gradientOf(scale, context.needs(1));
      const dbias = bias && gradientOf(bias, context.needs(weight ? 2 : 1));
      kernels.groupNormBackward(device.commands, {
        x: input!,
        weight: scale,
        mean: m!,
        rstd: r!,
        g: dense(g),
        dx,
        dweight,
        dbias,
        ...layout,
        groups,
      });
      return gradients(dx, dweight, dbias, weight, bias);
    });
  },
  reference: (x, weight, bias, { groups, eps = 1e-5 }) => {
    const [batch, channels] = x.shape as [number, number];
    const spatial = numel(x.shape.slice(2));
    const lines = x
      .reshape([batch, groups, (channels / groups) * spatial])
      .mapLines(2, (channels / groups) * spatial, (line) => standardised(line, eps));
    return lines.reshape(x.shape).map((v, i) => {
      const channel = Math.floor(i / spatial) % channels;
      return v * (weight?.data[channel] ?? 1) + (bias?.data[channel] ?? 0);
    });
  },
  optionalInputs: 3,
  cases: [
    { inputs: [[2, 12, 5, 6], [12], [12]], options: { groups: 4, eps: 1e-6 } },
    { inputs: [[3, 6, 7], [6], [6]], options: { groups: 1 } },
  ],
});

export interface BatchNormOptions extends NormOptions {
  /** Use (and, where running statistics are given, update them with) the batch's statistics. Default false. */
  readonly training?: boolean;
  /** How much of the batch enters the running statistics. Default 0.1. */
  readonly momentum?: number;
  /** `f32` `[channels]`; needed when not training. */
  readonly runningMean?: Tensor;
  readonly runningVar?: Tensor;
}

/**
 * Normalises `[batch, channels, ...]` per channel over batch and positions, then scales and shifts. Source: arXiv
 * 1502.03167.
 */
export const batchNorm = defineOp({
  name: 'batchNorm',
  options: { eps: true, training: true, momentum: true, runningMean: true, runningVar: true },
  forward: (x: Tensor, weight?: Tensor, bias?: Tensor, options: BatchNormOptions = {}) => {
    const { eps = 1e-5, momentum = 0.1, training = false, runningMean, runningVar } = options;
    const layout = planes('batchNorm', x);
    checkFinite('batchNorm', 'eps', eps, 0);
    checkFinite('batchNorm', 'momentum', momentum);
    checkAffine('batchNorm', x, layout.channels, weight, bias);
    if (!training && (runningMean === undefined || runningVar === undefined)) {
      throw new ArgumentError('needs runningMean and runningVar when not training.', { op: 'batchNorm' });
    }
    if (training && x.numel === layout.channels) {
      throw new ShapeError(`training needs more than one value per channel; got ${formatShape(x.shape)}.`, {
        op: 'batchNorm',
        actual: x.shape,
      });
    }
    for (const t of [runningMean, runningVar])
      if (t !== undefined) checkIs('batchNorm', 'a running statistic', t, 'f32');
    const { device } = x;
    const source = dense(x);
    const w = weight && dense(weight);
    const y = emptyLike(x);
    const mean = Tensor.empty(device, [layout.channels], 'f32');
    const rstd = Tensor.empty(device, [layout.channels], 'f32');
    const flag = training ? 1 : 0;
    kernels.batchNormForward(device.commands, {
      x: source,
      weight: w,
      bias: bias && dense(bias),
      runningMean,
      runningVariance: runningVar,
      y,
      mean,
      rstd,
      ...layout,
      eps,
      momentum,
      training: flag,
    });
    if (training) for (const t of [runningMean, runningVar]) if (t !== undefined) t.storage.version++;
    return differentiable(y, w ? [source, mean, rstd, w] : [source, mean, rstd], (g, [input, m, r, scale], context) => {
      const dx = context.needs(0) ? emptyLike(input!) : undefined;
      const dweight = gradientOf(scale, context.needs(1));
      const dbias = bias && gradientOf(bias, context.needs(weight ? 2 : 1));
      kernels.batchNormBackward(device.commands, {
        x: input!,
        weight: scale,
        mean: m!,
        rstd: r!,
        g: dense(g),
        dx,
        dweight,
        dbias,
        ...layout,
        training: flag,
      });
      return gradients(dx, dweight, dbias, weight, bias);
    });
  },
  reference: (x, weight, bias, { eps = 1e-5 }) => {
    const d = [0, ...x.shape.map((_, i) => i).slice(2)];
    const mean = x.reduce(d, true, (v) => v.reduce((a, b) => a + b, 0) / v.length);
    const variance = x
      .zip(mean, (v, m) => (v - m) ** 2)
      .reduce(d, true, (v) => v.reduce((a, b) => a + b, 0) / v.length);
    const spatial = numel(x.shape.slice(2));
    return x
      .zip(mean, (v, m) => v - m)
      .zip(variance, (v, s) => v / Math.sqrt(s + eps))
      .map((v, i) => {
        const channel = Math.floor(i / spatial) % x.shape[1]!;
        return v * (weight?.data[channel] ?? 1) + (bias?.data[channel] ?? 0);
      });
  },
  optionalInputs: 3,
  cases: [
    { inputs: [[6, 5, 4, 3], [5], [5]], options: { training: true, eps: 1e-5 } },
    { inputs: [[8, 3], [3], [3]], options: { training: true } },
  ],
});
