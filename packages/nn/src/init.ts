/**
 * Initialisers: each overwrites a tensor and returns it. Names, formulas and defaults are those of PyTorch's
 * `torch.nn.init`; the numbers come from this engine's generators. Under {@link skipInit} they do nothing.
 */
import {
  ArgumentError,
  formatShape,
  type Generator,
  noGrad,
  normal as normalOp,
  scope,
  type Tensor,
  tensor,
  uniform as uniformOp,
  where,
} from '@tessera/tensor';

export interface RandomInit {
  /** Default: the device's. */
  readonly generator?: Generator | undefined;
}

let skipping = false;

/**
 * Runs `body`, in which modules are made without initial values, for those that get all of theirs from a file: their
 * memory is not even touched.
 */
export function skipInit<T>(body: () => T): T {
  const before = skipping;
  skipping = true;
  try {
    return body();
  } finally {
    skipping = before;
  }
}

function fill(x: Tensor, values: () => Tensor | number): Tensor {
  if (skipping) return x;
  noGrad(() =>
    scope(() => {
      const source = values();
      if (typeof source === 'number') x.fill_(source);
      else x.copy_(source);
    }),
  );
  return x;
}

const like = (x: Tensor, generator: Generator | undefined) => ({
  dtype: x.dtype,
  device: x.device,
  ...(generator && { generator }),
});

/** Uniform in `[low, high)`; default 0 to 1. */
export function uniform(
  x: Tensor,
  { low = 0, high = 1, generator }: RandomInit & { readonly low?: number; readonly high?: number } = {},
): Tensor {
  return fill(x, () => uniformOp(x.shape, { low, high, ...like(x, generator) }));
}

/** Default mean 0, std 1. */
export function normal(
  x: Tensor,
  { mean = 0, std = 1, generator }: RandomInit & { readonly mean?: number; readonly std?: number } = {},
): Tensor {
  return fill(x, () => normalOp(x.shape, { mean, std, ...like(x, generator) }));
}

export function constant(x: Tensor, value: number): Tensor {
  return fill(x, () => value);
}

export function zeros(x: Tensor): Tensor {
  return constant(x, 0);
}

export function ones(x: Tensor): Tensor {
  return constant(x, 1);
}

export interface TruncNormalInit extends RandomInit {
  readonly mean?: number;
  readonly std?: number;
  /** Lowest value, not in standard deviations. Default -2. */
  readonly low?: number;
  /** Highest value. Default 2. */
  readonly high?: number;
}

/** Normal, restricted to `[low, high]`: the inverse of the distribution function at uniform points, as in PyTorch. */
export function truncNormal(
  x: Tensor,
  { mean = 0, std = 1, low = -2, high = 2, generator }: TruncNormalInit = {},
): Tensor {
  if (!(low < high && std > 0))
    throw new ArgumentError(`needs low < high and std > 0; got ${low}, ${high} and ${std}.`, { op: 'truncNormal' });
  return fill(x, () => {
    const z = (bound: number) => erf((bound - mean) / (std * Math.SQRT2));
    const place = { device: x.device, ...(generator && { generator }) };
    const values = uniformOp(x.shape, { low: z(low), high: z(high), ...place });
    const all = values.reshape([-1]);
    // Piece by piece: the inverse error function makes dozens of tensors as large as what it is given.
    for (let start = 0; start < all.numel; start += pieceElements) {
      scope(() => {
        const piece = all.narrow({ dim: 0, start, length: Math.min(pieceElements, all.numel - start) });
        const drawn = erfinv(piece)
          .mul(std * Math.SQRT2)
          .add(mean);
        piece.copy_(drawn.clamp({ min: low, max: high }));
      });
    }
    return values;
  });
}

const pieceElements = 2 ** 18;

/** Error function of a number: its series near 0, its continued fraction beyond. */
function erf(x: number): number {
  const a = Math.abs(x);
  let value: number;
  if (a < 2.5) {
    let term = a;
    let sum = a;
    for (let n = 1; Math.abs(term) > 1e-17 * Math.abs(sum); n++) {
      term *= (-a * a) / n;
      sum += term / (2 * n + 1);
      if (term === 0) break;
    }
    value = (2 / Math.sqrt(Math.PI)) * sum;
  } else {
    let fraction = 0;
    for (let n = 60; n > 0; n--) fraction = n / 2 / (a + fraction);
    value = 1 - Math.exp(-a * a) / (Math.sqrt(Math.PI) * (a + fraction));
  }
  return x < 0 ? -value : value;
}

/** Inverse error function in f32. Source: Giles, "Approximating the erfinv function", single precision. */
function erfinv(x: Tensor): Tensor {
  const polynomial = (t: Tensor, coefficients: readonly number[]) =>
    coefficients.slice(2).reduce((p, c) => p.mul(t).add(c), t.mul(coefficients[0]!).add(coefficients[1]!));
  const w = x.square().neg().log1p().neg().clamp({ max: 80 });
  const centre = polynomial(
    w.sub(2.5),
    [
      2.81022636e-8, 3.43273939e-7, -3.5233877e-6, -4.39150654e-6, 0.00021858087, -0.00125372503, -0.00417768164,
      0.246640727, 1.50140941,
    ],
  );
  const tail = polynomial(
    w.sqrt().sub(3),
    [
      -0.000200214257, 0.000100950558, 0.00134934322, -0.00367342844, 0.00573950773, -0.0076224613, 0.00943887047,
      1.00167406, 2.83297682,
    ],
  );
  return where(w.lt(5), centre, tail).mul(x);
}

/** Inputs and outputs of one unit of a weight `[out, in, ...window]`. */
function fans(op: string, x: Tensor): { fanIn: number; fanOut: number } {
  if (x.ndim < 2) {
    throw new ArgumentError(`needs a weight of at least two dimensions; got ${formatShape(x.shape)}.`, { op });
  }
  const [out, inputs, ...window] = x.shape as [number, number, ...number[]];
  const taps = window.reduce((a, b) => a * b, 1);
  return { fanIn: inputs * taps, fanOut: out * taps };
}

export type Nonlinearity = 'linear' | 'sigmoid' | 'tanh' | 'relu' | 'leakyRelu' | 'selu';

/** Factor that keeps the scale of activations through a nonlinearity. `a` is leaky ReLU's slope, default 0.01. */
export function calculateGain(nonlinearity: Nonlinearity, a = 0.01): number {
  const gains: Record<Nonlinearity, number> = {
    linear: 1,
    sigmoid: 1,
    tanh: 5 / 3,
    relu: Math.SQRT2,
    leakyRelu: Math.sqrt(2 / (1 + a * a)),
    selu: 0.75,
  };
  if (!Object.hasOwn(gains, nonlinearity)) {
    throw new ArgumentError(
      `unknown nonlinearity; got '${nonlinearity}'; expected one of ${Object.keys(gains).join(', ')}.`,
      { op: 'calculateGain', actual: nonlinearity },
    );
  }
  return gains[nonlinearity];
}

export interface XavierInit extends RandomInit {
  /** Default 1. */
  readonly gain?: number;
}

/** Glorot and Bengio (2010): uniform within `gain * sqrt(6 / (fanIn + fanOut))`. */
export function xavierUniform(x: Tensor, { gain = 1, generator }: XavierInit = {}): Tensor {
  const { fanIn, fanOut } = fans('xavierUniform', x);
  const bound = gain * Math.sqrt(6 / (fanIn + fanOut));
  return uniform(x, { low: -bound, high: bound, generator });
}

/** Glorot and Bengio (2010): normal with deviation `gain * sqrt(2 / (fanIn + fanOut))`. */
export function xavierNormal(x: Tensor, { gain = 1, generator }: XavierInit = {}): Tensor {
  const { fanIn, fanOut } = fans('xavierNormal', x);
  return normal(x, { std: gain * Math.sqrt(2 / (fanIn + fanOut)), generator });
}

export interface KaimingInit extends RandomInit {
  /** Slope of leaky ReLU below zero. Default 0. */
  readonly a?: number;
  /** Which side's scale is kept: activations' or gradients'. Default `'fanIn'`. */
  readonly mode?: 'fanIn' | 'fanOut';
  /** Default `'leakyRelu'`. */
  readonly nonlinearity?: Nonlinearity;
}

function kaimingStd(op: string, x: Tensor, { a = 0, mode = 'fanIn', nonlinearity = 'leakyRelu' }: KaimingInit): number {
  return calculateGain(nonlinearity, a) / Math.sqrt(fans(op, x)[mode]);
}

/** He et al. (2015), uniform. */
export function kaimingUniform(x: Tensor, options: KaimingInit = {}): Tensor {
  const bound = Math.sqrt(3) * kaimingStd('kaimingUniform', x, options);
  return uniform(x, { low: -bound, high: bound, generator: options.generator });
}

/** What PyTorch's linear and convolution layers start with: uniform within `1 / sqrt(fanIn)`. */
export function torchDefault(x: Tensor, generator?: Generator): Tensor {
  return x.numel === 0 ? x : kaimingUniform(x, { a: Math.sqrt(5), ...(generator && { generator }) });
}

/** He et al. (2015), normal. */
export function kaimingNormal(x: Tensor, options: KaimingInit = {}): Tensor {
  return normal(x, { std: kaimingStd('kaimingNormal', x, options), generator: options.generator });
}

/**
 * Rows (or, where there are more rows than columns, columns) that are orthonormal, times `gain`; dimensions after the
 * first are flattened. Saxe et al. (2013). Computed in float64 in JavaScript: for weights of ordinary size.
 */
export function orthogonal(x: Tensor, { gain = 1, generator }: XavierInit = {}): Tensor {
  fans('orthogonal', x);
  return fill(x, () => {
    const rows = x.shape[0]!;
    const cols = x.numel / Math.max(1, rows);
    const [count, length] = rows < cols ? [rows, cols] : [cols, rows];
    const random = normalOp([count, length], { device: x.device, ...(generator && { generator }) });
    const numbers = random.dataSync();
    const q = Array.from({ length: count }, (_, i) =>
      Float64Array.from(numbers.subarray(i * length, (i + 1) * length)),
    );
    orthonormalise(q);
    const values = new Float32Array(x.numel);
    for (let i = 0; i < count; i++)
      for (let j = 0; j < length; j++) values[rows < cols ? i * cols + j : j * cols + i] = gain * q[i]![j]!;
    return tensor(values, { shape: x.shape, device: x.device });
  });
}

/** Gram-Schmidt, twice, which is enough for float64. */
function orthonormalise(vectors: readonly Float64Array[]): void {
  const dot = (a: Float64Array, b: Float64Array) => {
    let sum = 0;
    for (let j = 0; j < a.length; j++) sum += a[j]! * b[j]!;
    return sum;
  };
  for (let i = 0; i < vectors.length; i++) {
    const v = vectors[i]!;
    for (let pass = 0; pass < 2; pass++) {
      for (let k = 0; k < i; k++) {
        const u = vectors[k]!;
        const along = dot(u, v);
        for (let j = 0; j < v.length; j++) v[j]! -= along * u[j]!;
      }
    }
    const size = Math.sqrt(dot(v, v));
    for (let j = 0; j < v.length; j++) v[j]! /= size;
  }
}
