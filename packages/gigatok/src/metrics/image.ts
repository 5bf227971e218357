/**
 * Distances between images pixel by pixel: PSNR and SSIM, in float64, of planes in [0, 1]. SSIM comes in the conventions
 * that published numbers use, which differ visibly; each result must name its own.
 */
import { ArgumentError } from '@tessera/tensor';

/** An image: planes of `height * width` values in [0, 1], one after another. */
export interface Planes {
  readonly data: ArrayLike<number>;
  readonly channels: number;
  readonly height: number;
  readonly width: number;
}

export function meanSquaredError(a: Planes, b: Planes): number {
  check('meanSquaredError', a, b);
  let sum = 0;
  for (let i = 0; i < a.data.length; i++) sum += (a.data[i]! - b.data[i]!) ** 2;
  return sum / a.data.length;
}

/** Peak signal-to-noise ratio in dB, for values in [0, 1]. Infinity for equal images. */
export function psnr(a: Planes, b: Planes): number {
  return -10 * Math.log10(meanSquaredError(a, b));
}

export interface SsimOptions {
  /**
   * `uniform`: 7x7 box, sample covariance (scikit-image's default). `gaussian`: 11x11, deviation 1.5, population
   * covariance. Both average where the window fits. Default `uniform`.
   */
  readonly window?: 'uniform' | 'gaussian';
  /** Range of the values that the constants are for. The paper's evaluation passes 2 for values in [0, 1], which inflates it. Default 1. */
  readonly dataRange?: number;
  /** Average over the whole image, mirrored at its edges (torchmetrics' convention), `gaussian` only. Default false. */
  readonly reflect?: boolean;
}

/** Structural similarity (Wang et al. 2004), the mean over channels. */
export function ssim(
  a: Planes,
  b: Planes,
  { window = 'uniform', dataRange = 1, reflect = false }: SsimOptions = {},
): number {
  check('ssim', a, b);
  const taps = window === 'uniform' ? new Array<number>(7).fill(1 / 7) : gaussianTaps(11, 1.5);
  const { height, width, channels } = a;
  if (height < taps.length || width < taps.length) {
    throw new ArgumentError(`images must be at least as large as the window, ${taps.length}; got ${width}x${height}.`, {
      op: 'ssim',
    });
  }
  const correction = window === 'uniform' ? 49 / 48 : 1;
  const [c1, c2] = [(0.01 * dataRange) ** 2, (0.03 * dataRange) ** 2];
  let total = 0;
  let count = 0;
  for (let c = 0; c < channels; c++) {
    const plane = (image: Planes) =>
      Float64Array.from({ length: height * width }, (_, i) => image.data[c * height * width + i]!);
    const [x, y] = [plane(a), plane(b)];
    const blur = (values: Float64Array) => blurred(values, height, width, taps, reflect);
    const [mx, my] = [blur(x), blur(y)];
    const [xx, yy, xy] = [blur(x.map((v) => v * v)), blur(y.map((v) => v * v)), blur(x.map((v, i) => v * y[i]!))];
    for (let i = 0; i < mx.length; i++) {
      const [u, v] = [mx[i]!, my[i]!];
      const vx = correction * (xx[i]! - u * u);
      const vy = correction * (yy[i]! - v * v);
      const cov = correction * (xy[i]! - u * v);
      total += ((2 * u * v + c1) * (2 * cov + c2)) / ((u * u + v * v + c1) * (vx + vy + c2));
      count++;
    }
  }
  return total / count;
}

function gaussianTaps(size: number, deviation: number): number[] {
  const taps = Array.from({ length: size }, (_, i) => Math.exp(-((i - (size - 1) / 2) ** 2) / (2 * deviation ** 2)));
  const sum = taps.reduce((s, t) => s + t, 0);
  return taps.map((t) => t / sum);
}

/** Filters rows, then columns: where the window fits, or everywhere with mirrored edges. */
function blurred(
  plane: Float64Array,
  height: number,
  width: number,
  taps: readonly number[],
  reflect: boolean,
): Float64Array {
  const radius = (taps.length - 1) / 2;
  const first = reflect ? 0 : radius;
  const [rows, cols] = [height - 2 * first, width - 2 * first];
  const mirror = (i: number, n: number) => (i < 0 ? -i : i >= n ? 2 * n - 2 - i : i);
  const across = new Float64Array(height * cols);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < cols; x++) {
      let sum = 0;
      for (let t = 0; t < taps.length; t++) sum += taps[t]! * plane[y * width + mirror(x + first + t - radius, width)]!;
      across[y * cols + x] = sum;
    }
  }
  const out = new Float64Array(rows * cols);
  for (let y = 0; y < rows; y++) {
    for (let x = 0; x < cols; x++) {
      let sum = 0;
      for (let t = 0; t < taps.length; t++)
        sum += taps[t]! * across[mirror(y + first + t - radius, height) * cols + x]!;
      out[y * cols + x] = sum;
    }
  }
  return out;
}

function check(op: string, a: Planes, b: Planes): void {
  const shape = ({ channels, height, width }: Planes) => `${channels}x${height}x${width}`;
  if (shape(a) !== shape(b) || a.data.length !== a.channels * a.height * a.width || b.data.length !== a.data.length)
    throw new ArgumentError(`images must have one shape; got ${shape(a)} and ${shape(b)}.`, { op });
}
