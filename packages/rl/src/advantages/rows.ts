/**
 * Advantages are computed on this side of the device, in float64: rewards come from functions and verifiers as plain
 * numbers, and there are few of them. Matrices are `[rows, columns]`, row by row.
 */
import { ShapeError } from '@tessera/tensor';

export interface Rows {
  readonly data: Float64Array;
  readonly rows: number;
  readonly columns: number;
}

/** Anything with numbers in row-major order as `Rows`. */
export function rowsOf(data: ArrayLike<number>, rows: number): Rows {
  const columns = rows === 0 ? 0 : data.length / rows;
  if (!Number.isInteger(columns)) {
    throw new ShapeError(`${data.length} numbers do not make ${rows} rows.`, { op: 'rowsOf', actual: data.length });
  }
  return { data: data instanceof Float64Array ? data : Float64Array.from(data), rows, columns };
}

export function sameRows(op: string, ...matrices: readonly Rows[]): void {
  const [first, ...rest] = matrices;
  for (const m of rest) {
    if (m.rows === first!.rows && m.columns === first!.columns) continue;
    throw new ShapeError(`shapes differ; got [${first!.rows}, ${first!.columns}] and [${m.rows}, ${m.columns}].`, {
      op,
    });
  }
}

/** New numbers in the shape of `like`. */
export function filled(like: Rows, at: (index: number) => number): Rows {
  return { ...like, data: Float64Array.from(like.data, (_, i) => at(i)) };
}

/** Place of the last 1 of each row's mask; -1 for rows without one. */
export function lastTokens(mask: Rows): Int32Array {
  return Int32Array.from({ length: mask.rows }, (_, r) => {
    for (let t = mask.columns - 1; t >= 0; t--) if (mask.data[r * mask.columns + t]) return t;
    return -1;
  });
}

export interface WhitenOptions {
  /** False keeps the mean: for rewards. Default true. */
  readonly shiftMean?: boolean;
}

/**
 * (x - mean) / sqrt(variance + 1e-8) over the positions of the mask, variance unbiased; 0 elsewhere. Of a single position
 * the variance is 0.
 */
export function whiten(x: Rows, mask: Rows, { shiftMean = true }: WhitenOptions = {}): Rows {
  sameRows('whiten', x, mask);
  let count = 0;
  let sum = 0;
  for (let i = 0; i < x.data.length; i++) {
    if (!mask.data[i]) continue;
    count++;
    sum += x.data[i]!;
  }
  const mean = count === 0 ? 0 : sum / count;
  let squares = 0;
  for (let i = 0; i < x.data.length; i++) if (mask.data[i]) squares += (x.data[i]! - mean) ** 2;
  const scale = 1 / Math.sqrt((count > 1 ? squares / (count - 1) : 0) + 1e-8);
  return filled(x, (i) => (mask.data[i] ? (x.data[i]! - mean) * scale + (shiftMean ? 0 : mean) : 0));
}
