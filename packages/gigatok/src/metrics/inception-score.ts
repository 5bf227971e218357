/** Inception score (arXiv 1606.03498): exp of the mean divergence of an image's class probabilities from the mean ones. */
import { ArgumentError } from '@tessera/tensor';

export interface InceptionScoreOptions {
  /** Images per score; the score is the mean over consecutive splits, of which the last may be short. Default 5000. */
  readonly splitSize?: number;
}

/** Of rows of class probabilities, which are brought to sum 1 first. The deviation is that over splits (population). */
export function inceptionScore(
  probabilities: ArrayLike<number>,
  classes: number,
  { splitSize = 5000 }: InceptionScoreOptions = {},
): { readonly mean: number; readonly std: number } {
  const rows = probabilities.length / classes;
  if (!Number.isInteger(rows) || rows === 0)
    throw new ArgumentError(`needs rows of ${classes} probabilities; got ${probabilities.length} numbers.`, {
      op: 'inceptionScore',
    });
  const scores: number[] = [];
  for (let start = 0; start < rows; start += splitSize) {
    scores.push(score(probabilities, classes, start, Math.min(rows, start + splitSize)));
  }
  const mean = scores.reduce((a, b) => a + b, 0) / scores.length;
  return { mean, std: Math.sqrt(scores.reduce((s, x) => s + (x - mean) ** 2, 0) / scores.length) };
}

function score(p: ArrayLike<number>, classes: number, start: number, end: number): number {
  const mean = new Float64Array(classes);
  let entropy = 0;
  for (let row = start; row < end; row++) {
    let total = 0;
    for (let k = 0; k < classes; k++) total += p[row * classes + k]!;
    for (let k = 0; k < classes; k++) {
      const x = p[row * classes + k]! / total;
      mean[k]! += x / (end - start);
      if (x > 0) entropy += (x * Math.log(x)) / (end - start);
    }
  }
  const cross = mean.reduce((s, x) => s + (x > 0 ? x * Math.log(x) : 0), 0);
  return Math.exp(entropy - cross);
}
