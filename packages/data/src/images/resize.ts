/**
 * Resizing exactly as Pillow does, which the reference pipelines of image models are built on: a horizontal, then a vertical pass of a
 * filter that widens with the reduction, in 22-bit fixed point, rounded to 8 bits between the passes.
 */
import { channels, type Image } from './image.js';

export type ResizeFilter = 'box' | 'bicubic';

const precision = 22;

interface Filter {
  readonly support: number;
  weight(x: number): number;
}

const filters: Record<ResizeFilter, Filter> = {
  box: { support: 0.5, weight: (x) => (x > -0.5 && x <= 0.5 ? 1 : 0) },
  bicubic: { support: 2, weight: cubic },
};

/** Resizes to `width` by `height`. */
export function resizeImage(image: Image, width: number, height: number, filter: ResizeFilter): Image {
  let { data } = image;
  if (width !== image.width) {
    const taps = tapsOf(image.width, width, filters[filter]);
    const next = new Uint8Array(image.height * width * channels);
    for (let y = 0; y < image.height; y++) {
      const [from, to] = [y * image.width * channels, y * width * channels];
      for (let c = 0; c < channels; c++) applyTaps(data, from + c, channels, next, to + c, channels, taps);
    }
    data = next;
  }
  if (height !== image.height) {
    const taps = tapsOf(image.height, height, filters[filter]);
    const stride = width * channels;
    const next = new Uint8Array(height * stride);
    for (let column = 0; column < stride; column++) applyTaps(data, column, stride, next, column, stride, taps);
    data = next;
  }
  return { width, height, data };
}

/** For each output: its first input, and the weights of the inputs from there on. */
interface Taps {
  readonly first: Int32Array;
  readonly count: Int32Array;
  readonly weights: Int32Array;
  /** Weights of output `i` begin at `i * width`. */
  readonly width: number;
}

function tapsOf(from: number, to: number, filter: Filter): Taps {
  const scale = from / to;
  const widening = Math.max(1, scale);
  const support = filter.support * widening;
  const width = Math.ceil(support) * 2 + 1;
  const first = new Int32Array(to);
  const count = new Int32Array(to);
  const weights = new Int32Array(to * width);
  for (let i = 0; i < to; i++) {
    const center = (i + 0.5) * scale;
    const start = Math.max(0, Math.trunc(center - support + 0.5));
    const end = Math.min(from, Math.trunc(center + support + 0.5));
    const exact = Array.from({ length: end - start }, (_, k) => filter.weight((k + start - center + 0.5) / widening));
    const sum = exact.reduce((a, b) => a + b, 0);
    first[i] = start;
    count[i] = end - start;
    for (const [k, weight] of exact.entries()) {
      const scaled = (weight / sum) * 2 ** precision;
      weights[i * width + k] = Math.trunc(scaled < 0 ? scaled - 0.5 : scaled + 0.5);
    }
  }
  return { first, count, weights, width };
}

/** Filters one line: elements `inStep` and `outStep` apart. */
function applyTaps(
  source: Uint8Array,
  sourceStart: number,
  sourceStep: number,
  out: Uint8Array,
  outStart: number,
  outStep: number,
  { first, count, weights, width }: Taps,
): void {
  for (let i = 0; i < first.length; i++) {
    let sum = 1 << (precision - 1);
    let at = sourceStart + first[i]! * sourceStep;
    const end = i * width + count[i]!;
    for (let k = i * width; k < end; k++) {
      sum += source[at]! * weights[k]!;
      at += sourceStep;
    }
    out[outStart + i * outStep] = Math.max(0, Math.min(255, sum >> precision));
  }
}

/** Keys' cubic with a = -0.5. */
function cubic(x: number): number {
  const a = -0.5;
  const d = Math.abs(x);
  if (d < 1) return ((a + 2) * d - (a + 3)) * d * d + 1;
  if (d < 2) return (((d - 5) * d + 8) * d - 4) * a;
  return 0;
}
