/**
 * Resizing exactly as Pillow does, which the reference pipelines of image models are built on: a horizontal, then a vertical pass of a
 * filter that widens with the reduction, in 22-bit fixed point, rounded to 8 bits between the passes.
 */
import { checkWhole, refused, shown } from '../check.js';
import { channels, checkImage, type Image } from './image.js';

export type ResizeFilter = 'box' | 'bicubic';

const precision = 22;
const half = 1 << (precision - 1);

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
  checkImage('resizeImage', image);
  checkWhole('resizeImage', 'width', width);
  checkWhole('resizeImage', 'height', height);
  if (!Object.hasOwn(filters, filter)) throw refused('resizeImage', `filter is box or bicubic; got ${shown(filter)}`);
  const wide = width === image.width ? image : resizeRows(image, tapsOf(image.width, width, filters[filter]));
  return height === wide.height ? wide : resizeColumns(wide, tapsOf(wide.height, height, filters[filter]));
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

/** Filters every row to a new width. */
function resizeRows({ data, width, height }: Image, { first, count, weights, width: taps }: Taps): Image {
  const out = new Uint8Array(height * first.length * channels);
  for (let y = 0, to = 0; y < height; y++) {
    for (let x = 0; x < first.length; x++) {
      let [r, g, b] = [half, half, half];
      let from = (y * width + first[x]!) * channels;
      const end = x * taps + count[x]!;
      for (let k = x * taps; k < end; k++) {
        const weight = weights[k]!;
        r += data[from++]! * weight;
        g += data[from++]! * weight;
        b += data[from++]! * weight;
      }
      out[to++] = toByte(r);
      out[to++] = toByte(g);
      out[to++] = toByte(b);
    }
  }
  return { width: first.length, height, data: out };
}

/** Filters every column to a new height, a whole row at a time. */
function resizeColumns({ data, width }: Image, { first, count, weights, width: taps }: Taps): Image {
  const row = width * channels;
  const out = new Uint8Array(first.length * row);
  const sums = new Int32Array(row);
  for (let y = 0; y < first.length; y++) {
    sums.fill(half);
    for (let k = 0; k < count[y]!; k++) {
      const weight = weights[y * taps + k]!;
      const from = (first[y]! + k) * row;
      for (let i = 0; i < row; i++) sums[i]! += data[from + i]! * weight;
    }
    for (let i = 0; i < row; i++) out[y * row + i] = toByte(sums[i]!);
  }
  return { width, height: first.length, data: out };
}

function toByte(sum: number): number {
  const value = sum >> precision;
  return value < 0 ? 0 : Math.min(value, 255);
}

/** Keys' cubic with a = -0.5. */
function cubic(x: number): number {
  const a = -0.5;
  const d = Math.abs(x);
  if (d < 1) return ((a + 2) * d - (a + 3)) * d * d + 1;
  if (d < 2) return (((d - 5) * d + 8) * d - 4) * a;
  return 0;
}
