/** Per-token numbers of rollouts as matrices for the advantages. */
import type { Rows } from '../advantages/rows.js';
import type { Sample, ScoredSamples } from '../rewards/rewards.js';
import type { Scoring } from '../rollouts/scoring.js';

/** The tokens that are trained on. */
export function completionMask({ scoring }: { readonly scoring: Scoring }): Rows {
  return { data: Float64Array.from(scoring.maskData), rows: scoring.rows.length, columns: scoring.columns };
}

/** Rows of numbers in the shape of `like`, 0 behind each row's end. */
export function asRows(rows: readonly ArrayLike<number>[], like: Rows): Rows {
  const data = new Float64Array(like.data.length);
  rows.forEach((row, r) => {
    for (let t = 0; t < row.length; t++) data[r * like.columns + t] = row[t]!;
  });
  return { ...like, data };
}

/** Weighted sum of each sample's rewards; one that does not apply counts as 0. */
export function totalRewards(batch: ScoredSamples & { readonly rollouts: readonly Sample<unknown>[] }): Float64Array {
  return Float64Array.from({ length: batch.rollouts.length }, (_, i) =>
    batch.scores.reduce((sum, s, f) => sum + (Number.isNaN(s[i]!) ? 0 : s[i]! * batch.weights[f]!), 0),
  );
}
