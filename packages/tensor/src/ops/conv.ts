/** Convolutions over one and two spatial dimensions. All of them are three kernels: forward, by input, by weight. */
import { kernels } from '../backend.js';
import { formatShape, ShapeError } from '../errors.js';
import { NdArray } from '../ndarray.js';
import { checkDevices, defineOp, differentiable } from '../op.js';
import { contiguousStrides, type Shape } from '../shape.js';
import { type BackwardContext, Tensor } from '../tensor.js';
import { checkSameDType, dense } from './common.js';
import {
  type ConvOptions,
  type ConvTransposeOptions,
  convGeometry,
  type Geometry,
  transposeGeometry,
  type Window,
  windowOf,
} from './conv-geometry.js';
import { sumTo } from './reduce-to.js';

export type { ConvOptions, ConvTransposeOptions, Pair } from './conv-geometry.js';

function checkInputs(
  op: string,
  rank: number,
  x: Tensor,
  weight: Tensor,
  bias: Tensor | undefined,
  filters: number,
): void {
  checkDevices(op, x, weight, bias);
  checkSameDType(op, x, weight, bias);
  if (x.ndim !== rank || weight.ndim !== rank) {
    throw new ShapeError(
      `input and weight must have ${rank} dimensions (the input ${rank - 1} without a batch); got ${formatShape(x.shape)} and ${formatShape(weight.shape)}.`,
      { op, actual: [x.shape, weight.shape] },
    );
  }
  if (bias !== undefined && (bias.ndim !== 1 || bias.shape[0] !== filters)) {
    throw new ShapeError(`bias must be [${filters}]; got ${formatShape(bias.shape)}.`, { op, actual: bias.shape });
  }
}

/** The input with a batch of one where it comes without a batch. */
function batchOf(x: Tensor, rank: number): Tensor {
  return x.ndim === rank - 1 ? x.view([1, ...x.shape], [x.numel, ...x.strides], x.offset) : x;
}

/** The result in the form of the input. */
function formOf(x: Tensor, y: Tensor): Tensor {
  return y.ndim === x.ndim + 1 ? y.view(y.shape.slice(1), y.strides.slice(1), y.offset) : y;
}

function forward(x: Tensor, weight: Tensor, bias: Tensor | undefined, g: Geometry): Tensor {
  const y = Tensor.empty(x.device, [g.batch, g.filters, g.outHeight, g.outWidth], x.dtype);
  kernels.conv2dForward(x.device.commands, { x, weight, bias, y, ...g });
  return y;
}

function byInput(dy: Tensor, weight: Tensor, bias: Tensor | undefined, g: Geometry): Tensor {
  const dx = Tensor.empty(dy.device, [g.batch, g.channels, g.height, g.width], dy.dtype);
  kernels.conv2dBackwardInput(dy.device.commands, { dy, weight, bias, dx, ...g });
  return dx;
}

function byWeight(x: Tensor, dy: Tensor, shape: Shape, g: Geometry): Tensor {
  const dweight = Tensor.empty(x.device, shape, x.dtype);
  kernels.conv2dBackwardWeight(x.device.commands, { x, dy, dweight, ...g });
  return dweight;
}

function biasGradient(g: Tensor, bias: Tensor): Tensor {
  const sums = sumTo(g, [1, bias.shape[0]!, 1, 1]);
  return sums.view(bias.shape, [1], sums.offset);
}

/** Gradients of a convolution for the arguments that were given and want one. */
function gradients(
  g: Tensor,
  x: Tensor,
  weight: Tensor,
  bias: Tensor | undefined,
  geo: Geometry,
  context: BackwardContext,
): [dx: Tensor | null, dweight: Tensor | null, ...dbias: (Tensor | null)[]] {
  return [
    context.needs(0) ? byInput(g, weight, undefined, geo) : null,
    context.needs(1) ? byWeight(x, g, weight.shape, geo) : null,
    ...(bias ? [context.needs(2) ? biasGradient(g, bias) : null] : []),
  ];
}

function referenceConv(x: NdArray, weight: NdArray, bias: NdArray | undefined, g: Geometry): NdArray {
  const perGroup = g.channels / g.groups;
  return NdArray.build([g.batch, g.filters, g.outHeight, g.outWidth], (index) => {
    const [b, f, oy, ox] = index as [number, number, number, number];
    const first = Math.floor(f / (g.filters / g.groups)) * perGroup;
    let sum = bias?.data[f] ?? 0;
    for (let c = 0; c < perGroup; c++) {
      for (let i = 0; i < g.kernelHeight; i++) {
        for (let j = 0; j < g.kernelWidth; j++) {
          const y = oy * g.strideHeight - g.padHeight + i * g.dilationHeight;
          const xx = ox * g.strideWidth - g.padWidth + j * g.dilationWidth;
          if (y < 0 || y >= g.height || xx < 0 || xx >= g.width) continue;
          sum +=
            x.data[((b * g.channels + first + c) * g.height + y) * g.width + xx]! *
            weight.data[((f * perGroup + c) * g.kernelHeight + i) * g.kernelWidth + j]!;
        }
      }
    }
    return sum;
  });
}

/**
 * Convolution (cross-correlation) of `[batch, channels, height, width]`, or of one image without the batch, with
 * `weight` `[filters, channels / groups, kh, kw]` and optional `bias` `[filters]`.
 */
export const conv2d = defineOp({
  name: 'conv2d',
  options: { stride: true, padding: true, dilation: true, groups: true },
  forward: (x: Tensor, weight: Tensor, bias?: Tensor, options: ConvOptions = {}) => {
    const images = batchOf(x, 4);
    checkInputs('conv2d', 4, images, weight, bias, weight.shape[0]!);
    const geo = convGeometry('conv2d', images.shape, weight.shape, windowOf('conv2d', options));
    const [input, kernel] = [dense(images), dense(weight)];
    const y = forward(input, kernel, bias && dense(bias), geo);
    return differentiable(formOf(x, y), [input, kernel], (g, [xs, ws], context) => {
      const [dx, ...rest] = gradients(dense(batchOf(g, 4)), xs!, ws!, bias, geo, context);
      return [dx && formOf(x, dx), ...rest];
    });
  },
  reference: (x, weight, bias, options) => {
    const images = x.shape.length === 3 ? x.reshape([1, ...x.shape]) : x;
    const geo = convGeometry('conv2d', images.shape, weight.shape, windowOf('conv2d', options));
    const y = referenceConv(images, weight, bias, geo);
    return images === x ? y : y.reshape(y.shape.slice(1));
  },
  optionalInputs: 3,
  cases: [
    { inputs: [[2, 3, 11, 9], [8, 3, 3, 3], [8]], options: { padding: 1 } },
    { inputs: [[2, 4, 11, 9], [6, 4, 3, 3], [6]], options: { stride: 2, padding: 1 } },
    { inputs: [[2, 6, 11, 9], [6, 2, 3, 3], [6]], options: { padding: 2, dilation: 2, groups: 3 } },
    {
      inputs: [
        [2, 5, 6, 7],
        [7, 5, 1, 1],
      ],
    },
    {
      inputs: [
        [1, 3, 8, 9],
        [4, 3, 5, 2],
      ],
      options: { stride: [2, 1], padding: [2, 0], dilation: [1, 2] },
    },
    { inputs: [[2, 4, 6, 5], [4, 1, 3, 3], [4]], options: { groups: 4, padding: 1 } },
    { inputs: [[0, 3, 5, 5], [2, 3, 3, 3], [2]] },
    { inputs: [[3, 8, 7], [4, 3, 3, 3], [4]], options: { padding: 1, stride: 2 } },
    // Small images that are taken together on the CPU, rows longer than a vector, and more of them than are copied at once.
    { inputs: [[5, 4, 4, 4], [9, 4, 3, 3], [9]], options: { padding: 1 } },
    {
      inputs: [
        [2, 2, 7, 37],
        [3, 2, 3, 3],
      ],
      options: { stride: 2, padding: 1 },
    },
    {
      inputs: [
        [1, 12, 40, 36],
        [2, 12, 3, 3],
      ],
      options: { padding: 1 },
      atol: 1e-5,
    },
    // Enough channels for minimal filtering on the CPU. Sums of 150 products of up to 4, in which terms cancel: without
    // fused multiply-add their rounding errors alone pass 5e-6.
    { inputs: [[3, 17, 7, 8], [19, 17, 3, 3], [19]], options: { padding: 1 }, atol: 1e-5 },
    {
      inputs: [
        [2, 16, 4, 11],
        [34, 16, 3, 3],
      ],
      options: { padding: [2, 0] },
      atol: 1e-5,
    },
  ],
  cost: (x, weight, _bias, options = {}) => {
    const g = convGeometry('conv2d', batchOf(x, 4).shape, weight.shape, windowOf('conv2d', options));
    const outputs = g.batch * g.filters * g.outHeight * g.outWidth;
    return {
      flops: 2 * outputs * (g.channels / g.groups) * g.kernelHeight * g.kernelWidth,
      bytes: 4 * (x.numel + weight.numel + outputs),
    };
  },
});

/** `[batch, channels, length]` as images of height 1. */
function asImage(x: Tensor): Tensor {
  const [a, b, c] = x.shape as [number, number, number];
  const source = dense(x);
  return source.view([a, b, 1, c], contiguousStrides([a, b, 1, c]), source.offset);
}

function asLine(x: Tensor): Tensor {
  const [a, b, , c] = x.shape as [number, number, number, number];
  return x.view([a, b, c], contiguousStrides([a, b, c]), x.offset);
}

function lineWindow({ stride = 1, padding = 0, dilation = 1, groups = 1 }: ConvOptions<number>): Window {
  return windowOf('conv1d', { stride: [1, stride], padding: [0, padding], dilation: [1, dilation], groups });
}

/**
 * Convolution (cross-correlation) of `[batch, channels, length]`, or of one sequence without the batch, with `weight`
 * `[filters, channels / groups, k]` and optional `bias` `[filters]`.
 */
export const conv1d = defineOp({
  name: 'conv1d',
  options: { stride: true, padding: true, dilation: true, groups: true },
  forward: (x: Tensor, weight: Tensor, bias?: Tensor, options: ConvOptions<number> = {}) => {
    const lines = batchOf(x, 3);
    checkInputs('conv1d', 3, lines, weight, bias, weight.shape[0]!);
    const [input, kernel] = [asImage(lines), asImage(weight)];
    const geo = convGeometry('conv1d', input.shape, kernel.shape, lineWindow(options));
    const y = asLine(forward(input, kernel, bias && dense(bias), geo));
    return differentiable(formOf(x, y), [input, kernel], (g, [xs, ws], context) => {
      const [dx, dweight, ...rest] = gradients(asImage(batchOf(g, 3)), xs!, ws!, bias, geo, context);
      return [dx && formOf(x, asLine(dx)), dweight && asLine(dweight), ...rest];
    });
  },
  reference: (x, weight, bias, options) => {
    const image = (t: NdArray) => t.reshape([t.shape[0]!, t.shape[1]!, 1, t.shape[2]!]);
    const lines = image(x.shape.length === 2 ? x.reshape([1, ...x.shape]) : x);
    const geo = convGeometry('conv1d', lines.shape, image(weight).shape, lineWindow(options));
    const y = referenceConv(lines, image(weight), bias, geo);
    return y.reshape([...(x.shape.length === 2 ? [] : [y.shape[0]!]), y.shape[1]!, y.shape[3]!]);
  },
  optionalInputs: 3,
  cases: [
    { inputs: [[2, 4, 15], [6, 4, 3], [6]], options: { stride: 2, padding: 1 } },
    { inputs: [[4, 15], [6, 4, 3], [6]], options: { padding: 1 } },
    {
      inputs: [
        [2, 4, 9],
        [4, 2, 4],
      ],
      options: { groups: 2, dilation: 2 },
    },
    { inputs: [[3, 20, 24], [20, 1, 7], [20]], options: { groups: 20, padding: 3 } },
  ],
});

/**
 * Transposed convolution of `[batch, channels, height, width]`, or of one image without the batch, with `weight`
 * `[channels, filters / groups, kh, kw]` and optional `bias` `[filters]`: the gradient of `conv2d` by its input.
 */
export const convTranspose2d = defineOp({
  name: 'convTranspose2d',
  options: { stride: true, padding: true, dilation: true, groups: true, outputPadding: true },
  forward: (x: Tensor, weight: Tensor, bias?: Tensor, options: ConvTransposeOptions = {}) => {
    const images = batchOf(x, 4);
    checkInputs('convTranspose2d', 4, images, weight, bias, (weight.shape[1] ?? 0) * (options.groups ?? 1));
    const geo = transposeGeometry(images.shape, weight.shape, options);
    const [input, kernel] = [dense(images), dense(weight)];
    const y = byInput(input, kernel, bias && dense(bias), geo);
    return differentiable(formOf(x, y), [input, kernel], (g, [xs, ws], context) => {
      const upstream = dense(batchOf(g, 4));
      return [
        context.needs(0) ? formOf(x, forward(upstream, ws!, undefined, geo)) : null,
        context.needs(1) ? byWeight(upstream, xs!, ws!.shape, geo) : null,
        ...(bias ? [context.needs(2) ? biasGradient(upstream, bias) : null] : []),
      ];
    });
  },
  reference: (given, weight, bias, options) => {
    const x = given.shape.length === 3 ? given.reshape([1, ...given.shape]) : given;
    const g = transposeGeometry(x.shape, weight.shape, options);
    const perGroup = g.channels / g.groups;
    const y = NdArray.build([g.batch, g.channels, g.height, g.width], (i) => bias?.data[i[1]!] ?? 0);
    NdArray.build([...x.shape, perGroup], (index) => {
      const [b, f, oy, ox, c] = index as [number, number, number, number, number];
      const channel = Math.floor(f / (g.filters / g.groups)) * perGroup + c;
      for (let i = 0; i < g.kernelHeight; i++) {
        for (let j = 0; j < g.kernelWidth; j++) {
          const at = [
            b,
            channel,
            oy * g.strideHeight - g.padHeight + i * g.dilationHeight,
            ox * g.strideWidth - g.padWidth + j * g.dilationWidth,
          ];
          if (at[2]! < 0 || at[2]! >= g.height || at[3]! < 0 || at[3]! >= g.width) continue;
          y.data[((b * g.channels + channel) * g.height + at[2]!) * g.width + at[3]!]! +=
            x.at([b, f, oy, ox]) * weight.at([f, c, i, j]);
        }
      }
      return 0;
    });
    return given === x ? y : y.reshape(y.shape.slice(1));
  },
  optionalInputs: 3,
  cases: [
    { inputs: [[2, 4, 5, 6], [4, 3, 3, 3], [3]], options: { stride: 2, padding: 1, outputPadding: 1 } },
    { inputs: [[4, 5, 6], [4, 3, 3, 3], [3]], options: { stride: 2 } },
    {
      inputs: [
        [1, 4, 3, 4],
        [4, 2, 2, 3],
      ],
      options: { groups: 2, stride: [1, 2] },
    },
  ],
});
