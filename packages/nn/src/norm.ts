/** Normalisation layers. Scales start at 1, shifts at 0, running means at 0, running variances at 1. */
import {
  batchNorm,
  formatShape,
  groupNorm,
  layerNorm,
  rmsNorm,
  type Shape,
  ShapeError,
  type Tensor,
} from '@tessera/tensor';
import * as init from './init.js';
import { type BiasOption, checkLayerOptions, checkSizes, type LayerOptions, unset } from './layer-options.js';
import { type Layer, Module } from './module.js';

export interface LayerNormOptions extends LayerOptions, BiasOption {
  /** Added to the variance. Default 1e-5. */
  readonly eps?: number;
  /** Whether there are a scale and (unless `bias` is false) a shift. Default true. */
  readonly elementwiseAffine?: boolean;
}

/** Over the last dimensions, which must be `normalizedShape`. */
export class LayerNorm extends Module implements Layer {
  readonly weight: Tensor | undefined;
  readonly bias: Tensor | undefined;
  readonly normalizedShape: Shape;
  readonly eps: number;

  constructor(normalizedShape: number | Shape, options: LayerNormOptions = {}) {
    super();
    checkLayerOptions('LayerNorm', options, 'eps', 'elementwiseAffine', 'bias');
    const { eps = 1e-5, elementwiseAffine = true, bias = true } = options;
    this.normalizedShape = shapeOf('LayerNorm', normalizedShape);
    this.eps = eps;
    if (!elementwiseAffine) return;
    this.weight = this.parameter('weight', init.ones(unset(this.normalizedShape, options)));
    if (bias) this.bias = this.parameter('bias', init.zeros(unset(this.normalizedShape, options)));
  }

  forward(x: Tensor): Tensor {
    return overLast('LayerNorm', x, this.normalizedShape, (rows) =>
      layerNorm(rows, flat(this.weight), flat(this.bias), { eps: this.eps }),
    );
  }
}

export interface RmsNormOptions extends LayerOptions {
  /** Added to the mean square. Default 1e-6. */
  readonly eps?: number;
  /** Whether there is a scale. Default true. */
  readonly elementwiseAffine?: boolean;
}

/** Over the last dimensions, which must be `normalizedShape`, without subtracting the mean. */
export class RMSNorm extends Module implements Layer {
  readonly weight: Tensor | undefined;
  readonly normalizedShape: Shape;
  readonly eps: number;

  constructor(normalizedShape: number | Shape, options: RmsNormOptions = {}) {
    super();
    checkLayerOptions('RMSNorm', options, 'eps', 'elementwiseAffine');
    const { eps = 1e-6, elementwiseAffine = true } = options;
    this.normalizedShape = shapeOf('RMSNorm', normalizedShape);
    this.eps = eps;
    if (elementwiseAffine) this.weight = this.parameter('weight', init.ones(unset(this.normalizedShape, options)));
  }

  forward(x: Tensor): Tensor {
    return overLast('RMSNorm', x, this.normalizedShape, (rows) => rmsNorm(rows, flat(this.weight), { eps: this.eps }));
  }
}

function shapeOf(layer: string, given: number | Shape): Shape {
  const shape = Array.isArray(given) ? (given as Shape) : [given as number];
  for (const normalizedShape of shape) checkSizes(layer, { normalizedShape });
  return shape;
}

function flat(x: Tensor | undefined): Tensor | undefined {
  return x === undefined || x.ndim === 1 ? x : x.flatten();
}

/** Runs an op over the last dimension on inputs whose last dimensions are `shape`. */
function overLast(op: string, x: Tensor, shape: Shape, run: (rows: Tensor) => Tensor): Tensor {
  if (formatShape(x.shape.slice(x.ndim - shape.length)) !== formatShape(shape)) {
    throw new ShapeError(`the last dimensions must be ${formatShape(shape)}; got ${formatShape(x.shape)}.`, {
      op,
      actual: x.shape,
      expected: shape,
    });
  }
  if (shape.length === 1) return run(x);
  const leading = x.shape.slice(0, x.ndim - shape.length);
  return run(x.reshape([...leading, shape.reduce((a, b) => a * b, 1)])).reshape(x.shape);
}

export interface ChannelNormOptions extends LayerOptions {
  /** Added to the variance. Default 1e-5. */
  readonly eps?: number;
  /** Whether there are a scale and a shift per channel. */
  readonly affine?: boolean;
}

/** Over groups of the channels of `[batch, channels, ...]`. `affine` is true by default. */
export class GroupNorm extends Module implements Layer {
  readonly weight: Tensor | undefined;
  readonly bias: Tensor | undefined;
  readonly eps: number;

  constructor(
    readonly numGroups: number,
    readonly numChannels: number,
    options: ChannelNormOptions = {},
  ) {
    super();
    checkLayerOptions(new.target.name, options, 'eps', 'affine');
    checkSizes(new.target.name, { numGroups, numChannels });
    const { eps = 1e-5, affine = true } = options;
    this.eps = eps;
    if (!affine) return;
    this.weight = this.parameter('weight', init.ones(unset([numChannels], options)));
    this.bias = this.parameter('bias', init.zeros(unset([numChannels], options)));
  }

  forward(x: Tensor): Tensor {
    return groupNorm(x, this.weight, this.bias, { groups: this.numGroups, eps: this.eps });
  }
}

/** Over each channel of each image `[batch, channels, height, width]`. `affine` is false by default. */
export class InstanceNorm2d extends GroupNorm {
  constructor(numFeatures: number, options: ChannelNormOptions = {}) {
    super(numFeatures, numFeatures, { affine: false, ...options });
  }
}

export interface BatchNormOptions extends ChannelNormOptions {
  /** How much of a batch enters the running statistics. Default 0.1. */
  readonly momentum?: number;
  /** Whether running statistics are kept and used in evaluation; without, the batch's are used always. Default true. */
  readonly trackRunningStats?: boolean;
}

/** Over each channel of the batch. `affine` is true by default. Statistics stay in f32 when the module moves to another dtype. */
class BatchNorm extends Module implements Layer {
  readonly weight: Tensor | undefined;
  readonly bias: Tensor | undefined;
  readonly runningMean: Tensor | undefined;
  readonly runningVar: Tensor | undefined;
  /** A count, as a whole `f32` number. */
  readonly numBatchesTracked: Tensor | undefined;
  readonly eps: number;
  readonly momentum: number;
  readonly #ranks: readonly number[];

  constructor(
    readonly numFeatures: number,
    options: BatchNormOptions,
    ranks: readonly number[],
  ) {
    super();
    checkLayerOptions(new.target.name, options, 'eps', 'affine', 'momentum', 'trackRunningStats');
    checkSizes(new.target.name, { numFeatures });
    const { eps = 1e-5, momentum = 0.1, affine = true, trackRunningStats = true } = options;
    this.eps = eps;
    this.momentum = momentum;
    this.#ranks = ranks;
    if (affine) {
      this.weight = this.parameter('weight', init.ones(unset([numFeatures], options)));
      this.bias = this.parameter('bias', init.zeros(unset([numFeatures], options)));
    }
    if (!trackRunningStats) return;
    const statistic = { ...options, dtype: 'f32' } as const;
    const fixed = { fixedDType: true };
    this.runningMean = this.buffer('running_mean', init.zeros(unset([numFeatures], statistic)), fixed);
    this.runningVar = this.buffer('running_var', init.ones(unset([numFeatures], statistic)), fixed);
    this.numBatchesTracked = this.buffer('num_batches_tracked', init.zeros(unset([], statistic)), fixed);
  }

  forward(x: Tensor): Tensor {
    if (!this.#ranks.includes(x.ndim) || x.shape[1] !== this.numFeatures) {
      const expected = `[batch, ${this.numFeatures}, ...] of rank ${this.#ranks.join(' or ')}`;
      throw new ShapeError(`needs ${expected}; got ${formatShape(x.shape)}.`, {
        op: this.constructor.name,
        actual: x.shape,
      });
    }
    const { eps, momentum, runningMean, runningVar, training } = this;
    if (training && this.numBatchesTracked !== undefined) this.numBatchesTracked.add_(1);
    return batchNorm(x, this.weight, this.bias, {
      eps,
      momentum,
      training: training || runningMean === undefined,
      ...(runningMean && { runningMean }),
      ...(runningVar && { runningVar }),
    });
  }
}

/** Batch norm of `[batch, channels]` or `[batch, channels, length]`. */
export class BatchNorm1d extends BatchNorm {
  constructor(numFeatures: number, options: BatchNormOptions = {}) {
    super(numFeatures, options, [2, 3]);
  }
}

/** Batch norm of `[batch, channels, height, width]`. */
export class BatchNorm2d extends BatchNorm {
  constructor(numFeatures: number, options: BatchNormOptions = {}) {
    super(numFeatures, options, [4]);
  }
}
