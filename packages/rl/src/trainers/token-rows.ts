/** Per-token numbers of rollouts as matrices for the advantages. */
import type { Rows } from '../advantages/rows.js';
import type { Scoring } from '../rollouts/scoring.js';

/** The tokens that are trained on: none of a row whose score is NaN, for no reward applies to it. */
export function completionMask({ scoring }: { readonly scoring: Scoring }, scores: ArrayLike<number>): Rows {
  const { maskData, columns, rows } = scoring;
  const scored = (i: number) => !Number.isNaN(scores[Math.floor(i / columns)]!);
  return { data: Float64Array.from(maskData, (m, i) => (scored(i) ? m : 0)), rows: rows.length, columns };
}

/** Rows of numbers in the shape of `like`, 0 behind each row's end. */
export function asRows(rows: readonly ArrayLike<number>[], like: Rows): Rows {
  const data = new Float64Array(like.data.length);
  rows.forEach((row, r) => {
    for (let t = 0; t < row.length; t++) data[r * like.columns + t] = row[t]!;
  });
  return { ...like, data };
}
