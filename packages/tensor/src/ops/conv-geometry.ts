/** Sizes of convolutions: what their options mean, and what comes out. */
import type { kernels } from '../backend.js';
import { ArgumentError, formatShape, formatValue, ShapeError } from '../errors.js';
import type { Shape } from '../shape.js';

/** One number for both spatial dimensions, or `[height, width]`. */
export type Pair = number | readonly [number, number];

export interface ConvOptions<Size = Pair> {
  /** Default 1. */
  readonly stride?: Size;
  /** Zeros on each side. Default 0. */
  readonly padding?: Size;
  /** Distance between the taps of the kernel. Default 1. */
  readonly dilation?: Size;
  /** Channels and filters are cut into this many groups that do not mix. Default 1. */
  readonly groups?: number;
}

export interface ConvTransposeOptions extends ConvOptions {
  /** Added to one side of the result, to choose among the sizes a stride allows. Default 0. */
  readonly outputPadding?: Pair;
}

/** What the kernels take besides tensors. */
export type Geometry = Omit<Parameters<typeof kernels.conv2dBackwardWeight>[1], 'x' | 'dy' | 'dweight'>;

export function pair(op: string, name: string, value: Pair, least: number): readonly [number, number] {
  const both = typeof value === 'number' ? ([value, value] as const) : value;
  if (!Array.isArray(both) || both.length !== 2 || !both.every((n) => n === (n | 0) && n >= least)) {
    throw new ArgumentError(
      `${name} must be an integer of 32 bits, at least ${least}, or a pair of them; got ${formatValue(value)}.`,
      { op, actual: value },
    );
  }
  return both;
}

export interface Window {
  readonly stride: readonly [number, number];
  readonly padding: readonly [number, number];
  readonly dilation: readonly [number, number];
  readonly groups: number;
}

export function windowOf(op: string, { stride = 1, padding = 0, dilation = 1, groups = 1 }: ConvOptions): Window {
  if (groups !== (groups | 0) || groups < 1)
    throw new ArgumentError(`groups must be a positive integer; got ${groups}.`, { op, actual: groups });
  return {
    stride: pair(op, 'stride', stride, 1),
    padding: pair(op, 'padding', padding, 0),
    dilation: pair(op, 'dilation', dilation, 1),
    groups,
  };
}

export function convGeometry(op: string, x: Shape, weight: Shape, w: Window): Geometry {
  const [batch, channels, height, width] = x as [number, number, number, number];
  const [filters, perGroup, kernelHeight, kernelWidth] = weight as [number, number, number, number];
  if (channels !== perGroup * w.groups || filters % w.groups !== 0) {
    throw new ShapeError(
      `weight must be [filters, channels / groups, ...] with filters a multiple of groups; got ${formatShape(weight)} and groups ${w.groups}, for ${perGroup * w.groups} channels, and an input ${formatShape(x)} of ${channels}.`,
      { op, actual: [x, weight] },
    );
  }
  const out = (size: number, kernel: number, d: 0 | 1) =>
    Math.floor((size + 2 * w.padding[d] - w.dilation[d] * (kernel - 1) - 1) / w.stride[d]) + 1;
  const [outHeight, outWidth] = [out(height, kernelHeight, 0), out(width, kernelWidth, 1)];
  if (outHeight < 1 || outWidth < 1) {
    throw new ShapeError(
      `the kernel is larger than the padded input; got ${formatShape(weight)} for ${formatShape(x)} with padding ${formatShape(w.padding)} and dilation ${formatShape(w.dilation)}.`,
      { op, actual: [x, weight] },
    );
  }
  return geometry([batch, channels, height, width], [filters, kernelHeight, kernelWidth], [outHeight, outWidth], w);
}

export function transposeGeometry(x: Shape, weight: Shape, options: ConvTransposeOptions): Geometry {
  const op = 'convTranspose2d';
  const w = windowOf(op, options);
  const extra = pair(op, 'outputPadding', options.outputPadding ?? 0, 0);
  const [batch, filters, outHeight, outWidth] = x as [number, number, number, number];
  const [inputs, perGroup, kernelHeight, kernelWidth] = weight as [number, number, number, number];
  if (inputs !== filters || filters % w.groups !== 0) {
    throw new ShapeError(
      `weight must be [channels, filters / groups, ...] with channels a multiple of groups; got ${formatShape(weight)} and groups ${w.groups}, for ${inputs} channels, and an input ${formatShape(x)} of ${filters}.`,
      { op, actual: [x, weight] },
    );
  }
  const size = (n: number, kernel: number, d: 0 | 1) =>
    (n - 1) * w.stride[d] - 2 * w.padding[d] + w.dilation[d] * (kernel - 1) + extra[d] + 1;
  for (const d of [0, 1] as const) {
    if (extra[d] >= Math.max(w.stride[d], w.dilation[d])) {
      throw new ArgumentError(
        `outputPadding must be smaller than the stride or the dilation; got ${extra[d]} for stride ${w.stride[d]}.`,
        { op },
      );
    }
  }
  const [height, width] = [size(outHeight, kernelHeight, 0), size(outWidth, kernelWidth, 1)];
  if (height < 1 || width < 1)
    throw new ShapeError(
      `the result would be ${height} x ${width}; padding ${formatShape(w.padding)} removes it all.`,
      { op },
    );
  return geometry(
    [batch, perGroup * w.groups, height, width],
    [filters, kernelHeight, kernelWidth],
    [outHeight, outWidth],
    w,
  );
}

function geometry(
  [batch, channels, height, width]: readonly [number, number, number, number],
  [filters, kernelHeight, kernelWidth]: readonly [number, number, number],
  [outHeight, outWidth]: readonly [number, number],
  w: Window,
): Geometry {
  return {
    batch,
    channels,
    height,
    width,
    filters,
    kernelHeight,
    kernelWidth,
    outHeight,
    outWidth,
    strideHeight: w.stride[0],
    strideWidth: w.stride[1],
    padHeight: w.padding[0],
    padWidth: w.padding[1],
    dilationHeight: w.dilation[0],
    dilationWidth: w.dilation[1],
    groups: w.groups,
  };
}
