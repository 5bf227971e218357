/** Pooling and resizing of `[..., height, width]`. */
import { kernels } from '../backend.js';
import { tensor } from '../creation.js';
import { ArgumentError, formatShape, ShapeError } from '../errors.js';
import { NdArray } from '../ndarray.js';
import { defineOp, differentiable } from '../op.js';
import { numel, type Shape } from '../shape.js';
import { Tensor } from '../tensor.js';
import { mul } from './binary.js';
import { dense } from './common.js';
import { type Pair, pair } from './conv-geometry.js';

export interface PoolOptions {
  readonly kernelSize: Pair;
  /** Default: the kernel size. */
  readonly stride?: Pair;
  /** On each side; at most half the kernel size. Default 0. */
  readonly padding?: Pair;
  /** Also windows that reach past the end, as long as they begin in the input or the padding before it. Default false. */
  readonly ceilMode?: boolean;
}

export interface MaxPoolOptions extends PoolOptions {
  /** Distance between the elements of a window. Default 1. */
  readonly dilation?: Pair;
}

export interface AvgPoolOptions extends PoolOptions {
  /** Count padding in the mean, as zeros. Default true. */
  readonly countIncludePad?: boolean;
}

interface Planes {
  readonly planes: number;
  readonly height: number;
  readonly width: number;
  readonly outHeight: number;
  readonly outWidth: number;
}

interface Window extends Planes {
  readonly kernelHeight: number;
  readonly kernelWidth: number;
  readonly strideHeight: number;
  readonly strideWidth: number;
  readonly padHeight: number;
  readonly padWidth: number;
}

function planesOf(op: string, shape: Shape): { planes: number; height: number; width: number } {
  if (shape.length < 2)
    throw new ShapeError(`needs [..., height, width]; got ${formatShape(shape)}.`, { op, actual: shape });
  return { planes: numel(shape.slice(0, -2)), height: shape.at(-2)!, width: shape.at(-1)! };
}

function resized(shape: Shape, p: Planes): number[] {
  return [...shape.slice(0, -2), p.outHeight, p.outWidth];
}

/** The window's kernel size is its extent, gaps included. */
function windowOf(
  op: string,
  shape: Shape,
  options: PoolOptions,
  dilation: readonly [number, number] = [1, 1],
): Window {
  const { kernelSize, stride = kernelSize, padding = 0, ceilMode = false } = options;
  const plane = planesOf(op, shape);
  const kernel = pair(op, 'kernelSize', kernelSize, 1);
  const step = pair(op, 'stride', stride, 1);
  const pad = pair(op, 'padding', padding, 0);
  if (pad[0] * 2 > kernel[0] || pad[1] * 2 > kernel[1]) {
    throw new ArgumentError(
      `padding must be at most half the kernel size; got ${formatShape(pad)} for ${formatShape(kernel)}.`,
      { op },
    );
  }
  const extent = kernel.map((n, d) => (n - 1) * dilation[d]! + 1) as [number, number];
  const out = (size: number, d: 0 | 1) => {
    const steps = (size + 2 * pad[d] - extent[d]) / step[d];
    const whole = Math.floor(steps) + 1;
    return ceilMode && whole - 1 < steps && whole * step[d] < size + pad[d] ? whole + 1 : whole;
  };
  const [outHeight, outWidth] = [out(plane.height, 0), out(plane.width, 1)];
  if (outHeight < 1 || outWidth < 1) {
    throw new ShapeError(`the window ${formatShape(extent)} is larger than the padded input ${formatShape(shape)}.`, {
      op,
      actual: shape,
    });
  }
  return {
    ...plane,
    outHeight,
    outWidth,
    kernelHeight: extent[0],
    kernelWidth: extent[1],
    strideHeight: step[0],
    strideWidth: step[1],
    padHeight: pad[0],
    padWidth: pad[1],
  };
}

/** `f` of the values each window covers, the padding left out. */
function referencePool(
  x: NdArray,
  w: Window,
  f: (values: number[]) => number,
  [gapHeight, gapWidth]: readonly [number, number] = [1, 1],
): NdArray {
  const flat = x.reshape([w.planes, w.height, w.width]);
  const y = NdArray.build([w.planes, w.outHeight, w.outWidth], ([p, oy, ox]) => {
    const values: number[] = [];
    for (let i = 0; i < w.kernelHeight; i += gapHeight) {
      for (let j = 0; j < w.kernelWidth; j += gapWidth) {
        const at = [p!, oy! * w.strideHeight - w.padHeight + i, ox! * w.strideWidth - w.padWidth + j];
        if (at[1]! >= 0 && at[1]! < w.height && at[2]! >= 0 && at[2]! < w.width) values.push(flat.at(at));
      }
    }
    return f(values);
  });
  return y.reshape(resized(x.shape, w));
}

const poolCases = [
  { inputs: [[2, 3, 8, 6]], options: { kernelSize: 2, stride: 2 } },
  { inputs: [[2, 3, 9, 7]], options: { kernelSize: 3, stride: 2, padding: 1 } },
  { inputs: [[1, 5, 6]], options: { kernelSize: [2, 3], stride: [1, 2] } },
  { inputs: [[2, 8, 6]], options: { kernelSize: 3, stride: 2, ceilMode: true } },
] as const;

/** Largest element of each window; NaN wins, padding never does. The gradient goes to the first largest. */
export const maxPool2d = defineOp({
  name: 'maxPool2d',
  options: { kernelSize: true, stride: true, padding: true, ceilMode: true, dilation: true },
  forward: (x: Tensor, options: MaxPoolOptions) => {
    const dilation = pair('maxPool2d', 'dilation', options.dilation ?? 1, 1);
    const w = windowOf('maxPool2d', x.shape, options, dilation);
    const shape = resized(x.shape, w);
    const y = Tensor.empty(x.device, shape, x.dtype);
    const index = Tensor.empty(x.device, shape, 'i32');
    const [kernelHeight, kernelWidth] = pair('maxPool2d', 'kernelSize', options.kernelSize, 1);
    const [dilationHeight, dilationWidth] = dilation;
    const gaps = { kernelHeight, kernelWidth, dilationHeight, dilationWidth };
    kernels.maxPool2d(x.device.commands, { x: dense(x), y, index, ...w, ...gaps });
    const before = x.shape;
    return differentiable(y, [index], (g, [chosen]) => {
      const dx = Tensor.empty(g.device, before, g.dtype);
      kernels.maxPool2dBackward(g.device.commands, { g: dense(g), index: chosen!, dx, ...w });
      return [dx];
    });
  },
  reference: (x, options) => {
    const dilation = pair('maxPool2d', 'dilation', options.dilation ?? 1, 1);
    const w = windowOf('maxPool2d', x.shape, options, dilation);
    return referencePool(x, w, (values) => Math.max(...values), dilation);
  },
  cases: [
    ...poolCases,
    { inputs: [[2, 3, 11, 9]], options: { kernelSize: 3, stride: 1, dilation: 2, padding: 1 } },
    {
      inputs: [[2, 12, 9]],
      options: { kernelSize: [2, 3], stride: 2, dilation: [5, 3], padding: [1, 1], ceilMode: true },
    },
  ],
});

/** Mean of each window, padding counted as zeros unless `countIncludePad` is false. */
export const avgPool2d = defineOp({
  name: 'avgPool2d',
  options: { kernelSize: true, stride: true, padding: true, ceilMode: true, countIncludePad: true },
  forward: (x: Tensor, options: AvgPoolOptions) => {
    const w = windowOf('avgPool2d', x.shape, options);
    const shares = windowShares(w, options);
    const y = Tensor.empty(x.device, resized(x.shape, w), x.dtype);
    kernels.avgPool2d(x.device.commands, { x: dense(x), y, ...w });
    const before = x.shape;
    return differentiable(shares === null ? y : weighted(y, shares), [], (g) => {
      const dx = Tensor.empty(g.device, before, g.dtype);
      const upstream = shares === null ? dense(g) : weighted(g, shares);
      kernels.avgPool2dBackward(g.device.commands, { g: upstream, dx, ...w });
      return [dx];
    });
  },
  reference: (x, options) => {
    const w = windowOf('avgPool2d', x.shape, options);
    const { outHeight, outWidth } = w;
    const shares = windowShares(w, options);
    return referencePool(x, w, (values) => values.reduce((a, b) => a + b, 0) / (w.kernelHeight * w.kernelWidth)).map(
      (v, i) => (shares === null ? v : v * shares[i % (outHeight * outWidth)]!),
    );
  },
  cases: [
    ...poolCases,
    { inputs: [[2, 3, 9, 7]], options: { kernelSize: 3, stride: 2, padding: 1, countIncludePad: false } },
    { inputs: [[2, 9, 8]], options: { kernelSize: [3, 2], stride: 3, padding: [1, 0], ceilMode: true } },
  ],
});

/**
 * What the mean over a whole window, zeros outside the input, is to be multiplied with at each output position: the size
 * of the window over the number of elements that count. Null where that is 1 everywhere.
 */
function windowShares(w: Window, { countIncludePad = true, ceilMode = false, padding = 0 }: AvgPoolOptions) {
  if (countIncludePad ? !ceilMode : padding === 0 && !ceilMode) return null;
  const counts = (size: number, out: number, kernel: number, stride: number, pad: number) =>
    Array.from({ length: out }, (_, i) => {
      const begin = i * stride - pad;
      return countIncludePad
        ? Math.min(begin + kernel, size + pad) - begin
        : Math.min(begin + kernel, size) - Math.max(begin, 0);
    });
  const rows = counts(w.height, w.outHeight, w.kernelHeight, w.strideHeight, w.padHeight);
  const cols = counts(w.width, w.outWidth, w.kernelWidth, w.strideWidth, w.padWidth);
  return Float32Array.from(rows.flatMap((r) => cols.map((c) => (w.kernelHeight * w.kernelWidth) / (r * c))));
}

/** `y` `[..., height, width]` times a factor for each position of the plane. */
function weighted(y: Tensor, factors: Float32Array): Tensor {
  return mul(y, tensor(factors, { device: y.device, dtype: y.dtype, shape: y.shape.slice(-2) }));
}

export interface AdaptivePoolOptions {
  readonly outputSize: Pair;
}

function adaptive(shape: Shape, { outputSize }: AdaptivePoolOptions): Planes {
  const plane = planesOf('adaptiveAvgPool2d', shape);
  const [outHeight, outWidth] = pair('adaptiveAvgPool2d', 'outputSize', outputSize, 1);
  if (plane.height === 0 || plane.width === 0)
    throw new ShapeError(`no elements to average in ${formatShape(shape)}.`, { op: 'adaptiveAvgPool2d' });
  return { ...plane, outHeight, outWidth };
}

/** Means over windows that cut the input into `outputSize` nearly equal parts. */
export const adaptiveAvgPool2d = defineOp({
  name: 'adaptiveAvgPool2d',
  options: { outputSize: true },
  forward: (x: Tensor, options: AdaptivePoolOptions) => {
    const p = adaptive(x.shape, options);
    const y = Tensor.empty(x.device, resized(x.shape, p), x.dtype);
    kernels.adaptiveAvgPool2d(x.device.commands, { x: dense(x), y, ...p });
    const before = x.shape;
    return differentiable(y, [], (g) => {
      const dx = Tensor.empty(g.device, before, g.dtype);
      kernels.adaptiveAvgPool2dBackward(g.device.commands, { g: dense(g), dx, ...p });
      return [dx];
    });
  },
  reference: (x, options) => {
    const p = adaptive(x.shape, options);
    const flat = x.reshape([p.planes, p.height, p.width]);
    const span = (i: number, size: number, out: number): [number, number] => [
      Math.floor((i * size) / out),
      Math.ceil(((i + 1) * size) / out),
    ];
    return NdArray.build([p.planes, p.outHeight, p.outWidth], ([plane, oy, ox]) => {
      const [top, bottom] = span(oy!, p.height, p.outHeight);
      const [left, right] = span(ox!, p.width, p.outWidth);
      let sum = 0;
      for (let i = top; i < bottom; i++) for (let j = left; j < right; j++) sum += flat.at([plane!, i, j]);
      return sum / ((bottom - top) * (right - left));
    }).reshape(resized(x.shape, p));
  },
  cases: [
    { inputs: [[2, 3, 8, 7]], options: { outputSize: [3, 2] } },
    { inputs: [[2, 5, 5]], options: { outputSize: 1 } },
  ],
});

export interface InterpolateOptions {
  /** New height and width; or give `scaleFactor`. */
  readonly size?: Pair;
  readonly scaleFactor?: number | readonly [number, number];
  /** Default `'nearest'`. */
  readonly mode?: 'nearest' | 'bilinear' | 'bicubic';
  /** Corners of input and output meet, instead of the edges of their pixels. Default false. */
  readonly alignCorners?: boolean;
}

const modes = { nearest: 0, bilinear: 1, bicubic: 2 } as const;

function resizing(shape: Shape, { size, scaleFactor, mode = 'nearest', alignCorners = false }: InterpolateOptions) {
  const op = 'interpolate';
  const plane = planesOf(op, shape);
  if (!Object.hasOwn(modes, mode))
    throw new ArgumentError(`unknown mode; got '${mode}'; expected ${Object.keys(modes).join(', ')}.`, {
      op,
      actual: mode,
    });
  if ((size === undefined) === (scaleFactor === undefined))
    throw new ArgumentError('needs either size or scaleFactor.', { op });
  if (mode === 'nearest' && alignCorners)
    throw new ArgumentError("alignCorners has no meaning for mode 'nearest'.", { op });
  if (plane.height === 0 || plane.width === 0)
    throw new ShapeError(`nothing to resize in ${formatShape(shape)}.`, { op });
  const factors = typeof scaleFactor === 'number' ? ([scaleFactor, scaleFactor] as const) : scaleFactor;
  const scaled = (n: number, d: 0 | 1) => Math.floor(n * factors![d]);
  const [outHeight, outWidth] = pair(op, 'size', size ?? [scaled(plane.height, 0), scaled(plane.width, 1)], 1);
  const along = (n: number, out: number, d: 0 | 1) => {
    // PyTorch uses a given scale factor itself, not the ratio of the rounded sizes.
    const ratio = factors === undefined ? n / out : 1 / factors[d];
    // PyTorch copies a dimension whose size stays, and doubles one that doubles, whatever the factor.
    const plain = out === n || (mode === 'nearest' && out === 2 * n);
    if (mode === 'nearest') return { scale: plain ? n / out : ratio, shift: 0 };
    if (alignCorners) return { scale: out > 1 ? (n - 1) / (out - 1) : 0, shift: 0 };
    if (plain && mode === 'bilinear') return { scale: 1, shift: 0 };
    return { scale: ratio, shift: 0.5 * ratio - 0.5 };
  };
  const [rows, cols] = [along(plane.height, outHeight, 0), along(plane.width, outWidth, 1)];
  return {
    ...plane,
    outHeight,
    outWidth,
    scaleHeight: rows.scale,
    scaleWidth: cols.scale,
    shiftHeight: rows.shift,
    shiftWidth: cols.shift,
    mode: modes[mode],
  };
}

/** Source positions and weights of one output position, as the kernel computes them. */
function referenceTaps(i: number, size: number, scale: number, shift: number, mode: number): [number, number][] {
  const position = mode === 1 ? Math.max(0, i * scale + shift) : i * scale + shift;
  const base = Math.floor(position);
  const t = position - base;
  const near = (x: number) => ((-0.75 + 2) * x - (-0.75 + 3)) * x * x + 1;
  const far = (x: number) => ((-0.75 * x + 3.75) * x - 6) * x + 3;
  const weights = mode === 0 ? [1] : mode === 1 ? [1 - t, t] : [far(t + 1), near(t), near(1 - t), far(2 - t)];
  return weights.map((w, k) => [Math.min(size - 1, Math.max(0, base + k - (mode === 2 ? 1 : 0))), w]);
}

/** Resizes `[..., height, width]`, with PyTorch's conventions for each mode (bicubic with a = -0.75). */
export const interpolate = defineOp({
  name: 'interpolate',
  options: { size: true, scaleFactor: true, mode: true, alignCorners: true },
  forward: (x: Tensor, options: InterpolateOptions) => {
    const r = resizing(x.shape, options);
    const y = Tensor.empty(x.device, resized(x.shape, r), x.dtype);
    kernels.resize(x.device.commands, { x: dense(x), y, ...r });
    const before = x.shape;
    return differentiable(y, [], (g) => {
      const dx = Tensor.empty(g.device, before, g.dtype);
      kernels.resizeBackward(g.device.commands, { g: dense(g), dx, ...r });
      return [dx];
    });
  },
  reference: (x, options) => {
    const r = resizing(x.shape, options);
    const flat = x.reshape([r.planes, r.height, r.width]);
    return NdArray.build([r.planes, r.outHeight, r.outWidth], ([p, oy, ox]) => {
      const rows = referenceTaps(oy!, r.height, r.scaleHeight, r.shiftHeight, r.mode);
      const cols = referenceTaps(ox!, r.width, r.scaleWidth, r.shiftWidth, r.mode);
      return rows.reduce(
        (sum, [i, a]) => sum + a * cols.reduce((line, [j, b]) => line + b * flat.at([p!, i, j]), 0),
        0,
      );
    }).reshape(resized(x.shape, r));
  },
  cases: [
    { inputs: [[1, 3, 4, 5]], options: { scaleFactor: 2, mode: 'nearest' } },
    { inputs: [[1, 3, 4, 5]], options: { size: [7, 9], mode: 'bilinear' } },
    { inputs: [[2, 5, 4]], options: { size: [3, 9], mode: 'bilinear', alignCorners: true } },
    { inputs: [[2, 6, 5]], options: { size: [9, 4], mode: 'bicubic' } },
    { inputs: [[2, 7, 3]], options: { scaleFactor: 1.3, mode: 'bilinear' } },
    { inputs: [[2, 1, 3]], options: { scaleFactor: 2.3 } },
  ],
});
