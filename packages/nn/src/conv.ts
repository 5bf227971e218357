/** Convolutions and pooling of `[batch, channels, ...]`. Weights start as PyTorch's: uniform within `1 / sqrt(fanIn)`. */
import {
  ArgumentError,
  type AvgPoolOptions,
  adaptiveAvgPool2d,
  avgPool2d,
  type ConvOptions,
  type ConvTransposeOptions,
  conv1d,
  conv2d,
  convTranspose2d,
  formatValue,
  type MaxPoolOptions,
  maxPool2d,
  type Pair,
  type Tensor,
} from '@tessera/tensor';
import * as init from './init.js';
import { type BiasOption, checkLayerOptions, checkSizes, type LayerOptions, unset } from './layer-options.js';
import { type Layer, Module } from './module.js';

export interface ConvLayerOptions<Size = Pair> extends ConvOptions<Size>, LayerOptions, BiasOption {}

const isKernelSize = (n: unknown): boolean => Number.isInteger(n) && (n as number) > 0;

function wrongKernel(op: string, kernelSize: unknown, expected: string): ArgumentError {
  return new ArgumentError(`kernelSize must be ${expected}; got ${formatValue(kernelSize)}.`, {
    op,
    actual: kernelSize,
  });
}

function both(op: string, kernelSize: Pair): readonly [number, number] {
  const pair = typeof kernelSize === 'number' ? ([kernelSize, kernelSize] as const) : kernelSize;
  if (Array.isArray(pair) && pair.length === 2 && pair.every(isKernelSize)) return pair;
  throw wrongKernel(op, kernelSize, 'a whole number from 1 on, or [height, width]');
}

function perGroup(op: string, channels: number, groups: number): number {
  if (!(Number.isInteger(groups) && groups > 0 && channels % groups === 0))
    throw new ArgumentError(`groups must divide the ${channels} channels; got ${groups}.`, { op, actual: groups });
  return channels / groups;
}

/** The options of the op among those of the layer. */
function opOptions<O extends LayerOptions & BiasOption>({ bias, dtype, device, generator, ...rest }: O) {
  return rest;
}

function biasOf(count: number, fanIn: number, options: LayerOptions): Tensor {
  const bound = fanIn > 0 ? 1 / Math.sqrt(fanIn) : 0;
  return init.uniform(unset([count], options), { low: -bound, high: bound, generator: options.generator });
}

/** Convolution of `[batch, in, length]`; `weight` `[out, in / groups, kernel]`. */
export class Conv1d extends Module implements Layer {
  readonly weight: Tensor;
  readonly bias: Tensor | undefined;
  readonly options: ConvOptions<number>;

  constructor(inChannels: number, outChannels: number, kernelSize: number, options: ConvLayerOptions<number> = {}) {
    super();
    checkLayerOptions('Conv1d', options, 'stride', 'padding', 'dilation', 'groups', 'bias');
    checkSizes('Conv1d', { inChannels, outChannels });
    const { bias = true, groups = 1, generator } = options;
    const inputs = perGroup('Conv1d', inChannels, groups);
    if (!isKernelSize(kernelSize)) throw wrongKernel('Conv1d', kernelSize, 'a whole number from 1 on');
    this.options = opOptions(options);
    this.weight = this.parameter(
      'weight',
      init.torchDefault(unset([outChannels, inputs, kernelSize], options), generator),
    );
    if (bias) this.bias = this.parameter('bias', biasOf(outChannels, inputs * kernelSize, options));
  }

  forward(x: Tensor): Tensor {
    return conv1d(x, this.weight, this.bias, this.options);
  }
}

/** Convolution of `[batch, in, height, width]`; `weight` `[out, in / groups, kernelHeight, kernelWidth]`. */
export class Conv2d extends Module implements Layer {
  readonly weight: Tensor;
  readonly bias: Tensor | undefined;
  readonly options: ConvOptions;

  constructor(inChannels: number, outChannels: number, kernelSize: Pair, options: ConvLayerOptions = {}) {
    super();
    checkLayerOptions('Conv2d', options, 'stride', 'padding', 'dilation', 'groups', 'bias');
    checkSizes('Conv2d', { inChannels, outChannels });
    const { bias = true, groups = 1, generator } = options;
    const inputs = perGroup('Conv2d', inChannels, groups);
    const [height, width] = both('Conv2d', kernelSize);
    this.options = opOptions(options);
    this.weight = this.parameter(
      'weight',
      init.torchDefault(unset([outChannels, inputs, height, width], options), generator),
    );
    if (bias) this.bias = this.parameter('bias', biasOf(outChannels, inputs * height * width, options));
  }

  forward(x: Tensor): Tensor {
    return conv2d(x, this.weight, this.bias, this.options);
  }
}

export interface ConvTransposeLayerOptions extends ConvTransposeOptions, LayerOptions, BiasOption {}

/** Transposed convolution of `[batch, in, height, width]`; `weight` `[in, out / groups, kernelHeight, kernelWidth]`. */
export class ConvTranspose2d extends Module implements Layer {
  readonly weight: Tensor;
  readonly bias: Tensor | undefined;
  readonly options: ConvTransposeOptions;

  constructor(inChannels: number, outChannels: number, kernelSize: Pair, options: ConvTransposeLayerOptions = {}) {
    super();
    checkLayerOptions('ConvTranspose2d', options, 'stride', 'padding', 'dilation', 'groups', 'outputPadding', 'bias');
    checkSizes('ConvTranspose2d', { inChannels, outChannels });
    const { bias = true, groups = 1, generator } = options;
    const outputs = perGroup('ConvTranspose2d', outChannels, groups);
    const [height, width] = both('ConvTranspose2d', kernelSize);
    this.options = opOptions(options);
    this.weight = this.parameter(
      'weight',
      init.torchDefault(unset([inChannels, outputs, height, width], options), generator),
    );
    // PyTorch takes the second dimension for the fan-in here too.
    if (bias) this.bias = this.parameter('bias', biasOf(outChannels, outputs * height * width, options));
  }

  forward(x: Tensor): Tensor {
    return convTranspose2d(x, this.weight, this.bias, this.options);
  }
}

/** The largest element of each window of `[batch, channels, height, width]`. */
export class MaxPool2d extends Module implements Layer {
  /** The stride is the kernel size unless given. */
  constructor(
    readonly kernelSize: Pair,
    readonly options: Omit<MaxPoolOptions, 'kernelSize'> = {},
  ) {
    super();
  }

  forward(x: Tensor): Tensor {
    return maxPool2d(x, { ...this.options, kernelSize: this.kernelSize });
  }
}

/** The mean of each window of `[batch, channels, height, width]`. */
export class AvgPool2d extends Module implements Layer {
  /** The stride is the kernel size unless given. */
  constructor(
    readonly kernelSize: Pair,
    readonly options: Omit<AvgPoolOptions, 'kernelSize'> = {},
  ) {
    super();
  }

  forward(x: Tensor): Tensor {
    return avgPool2d(x, { ...this.options, kernelSize: this.kernelSize });
  }
}

/** Means of as many windows as the result has elements, whatever the size of `[batch, channels, height, width]`. */
export class AdaptiveAvgPool2d extends Module implements Layer {
  constructor(readonly outputSize: Pair) {
    super();
  }

  forward(x: Tensor): Tensor {
    return adaptiveAvgPool2d(x, { outputSize: this.outputSize });
  }
}
