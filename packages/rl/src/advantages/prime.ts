/**
 * PRIME's advantages: leave-one-out over a group, of the process rewards (one per token) and of the outcome, each summed
 * from its token to the end. Source: arXiv 2502.01456; the repository's convention is what trainers use, the paper's
 * equation is beside it.
 */
import { ArgumentError } from '@tessera/tensor';
import { checkGroups, rlooAdvantages } from './group.js';
import { filled, lastTokens, type Rows, sameRows, whiten } from './rows.js';

/** Log-ratio of each token, or (`whole`) their sum at the last token; 0 where masked. */
export function implicitRewards(
  logProbs: Rows,
  refLogProbs: Rows,
  mask: Rows,
  { granularity = 'token' }: { readonly granularity?: 'token' | 'whole' } = {},
): Rows {
  sameRows('implicitRewards', logProbs, refLogProbs, mask);
  const perToken = filled(mask, (i) => (mask.data[i] ? logProbs.data[i]! - refLogProbs.data[i]! : 0));
  if (granularity === 'token') return perToken;
  const data = new Float64Array(mask.data.length);
  lastTokens(mask).forEach((t, r) => {
    const row = perToken.data.subarray(r * mask.columns, (r + 1) * mask.columns);
    if (t >= 0) data[r * mask.columns + t] = row.reduce((a, b) => a + b, 0);
  });
  return { ...mask, data };
}

/**
 * Share of the pairs of a right and a wrong answer to one prompt that the rewards order rightly; 0.5 where there are none.
 * An outcome of NaN makes no pair.
 */
export function pairwiseAccuracy(rewards: ArrayLike<number>, outcomes: ArrayLike<number>, groupSize: number): number {
  if (!(rewards?.length === outcomes?.length)) {
    const lengths = `${rewards?.length} and ${outcomes?.length}`;
    throw new ArgumentError(`rewards and outcomes go by pairs; got ${lengths} of them.`, { op: 'pairwiseAccuracy' });
  }
  checkGroups('pairwiseAccuracy', rewards?.length, groupSize, 1);
  let total = 0;
  const groups = rewards.length / groupSize;
  for (let g = 0; g < groups; g++) {
    let right = 0;
    let weight = 0;
    for (let i = g * groupSize; i < (g + 1) * groupSize; i++) {
      for (let j = i + 1; j < (g + 1) * groupSize; j++) {
        const gap = outcomes[i]! - outcomes[j]!;
        if (Number.isNaN(gap)) continue;
        weight += Math.abs(gap);
        if (rewards[i]! - rewards[j]! > 0 === gap > 0) right += Math.abs(gap);
      }
    }
    total += weight === 0 ? 0.5 : right / weight;
  }
  return total / groups;
}

export interface PrimeAdvantageOptions {
  readonly groupSize?: number;
  readonly gammaProcess?: number;
  readonly gammaOutcome?: number;
  /** Divides the process rewards by the largest |sum from a token to the end| of the batch. Default true. */
  readonly batchNorm?: boolean;
}

/**
 * The repository's convention: a token's leave-one-out value is r K/(K-1) minus the sum of the group's token means over
 * K-1. Both streams count with weight one; their sum is whitened.
 */
export function primeAdvantages(
  tokenRewards: Rows,
  outcomes: ArrayLike<number>,
  mask: Rows,
  options: PrimeAdvantageOptions = {},
) {
  const { groupSize = 4, gammaProcess = 1, gammaOutcome = 1, batchNorm = true } = options;
  checkGroups('primeAdvantages', mask.rows, groupSize, 2);
  sameRows('primeAdvantages', tokenRewards, mask);
  const norm = sumsToEnd(tokenRewards, 1).data.reduce((most, x) => Math.max(most, Math.abs(x)), 0);
  const process = batchNorm ? filled(tokenRewards, (i) => tokenRewards.data[i]! / (norm + 1e-6)) : tokenRewards;
  const last = lastTokens(mask);
  const atEnd = filled(mask, (i) => (last[Math.floor(i / mask.columns)] === i % mask.columns ? 1 : 0));
  const outcome = filled(atEnd, (i) => atEnd.data[i]! * outcomes[Math.floor(i / mask.columns)]!);
  const processLoo = tokenLeaveOneOut(process, mask, groupSize);
  const outcomeLoo = tokenLeaveOneOut(outcome, atEnd, groupSize);
  const fromProcess = sumsToEnd(processLoo, gammaProcess);
  const fromOutcome = sumsToEnd(outcomeLoo, gammaOutcome);
  const returns = filled(mask, (i) => fromProcess.data[i]! + fromOutcome.data[i]!);
  return { norm, tokenRewards: process, processLoo, outcomeLoo, returns, advantages: whiten(returns, mask) };
}

/** The paper's equation: the baseline, a mean over the others of their token means, is taken off unscaled rewards. */
export function primePaperAdvantages(
  tokenRewards: Rows,
  outcomes: ArrayLike<number>,
  mask: Rows,
  { groupSize = 4, gamma = 1 }: { readonly groupSize?: number; readonly gamma?: number } = {},
): Rows {
  checkGroups('primePaperAdvantages', mask.rows, groupSize, 2);
  sameRows('primePaperAdvantages', tokenRewards, mask);
  const means = tokenMeans(tokenRewards, mask);
  const baselines = groupSums(means, groupSize).map((sum, r) => (sum - means[r]!) / (groupSize - 1));
  const process = filled(mask, (i) => {
    return mask.data[i] ? tokenRewards.data[i]! - baselines[Math.floor(i / mask.columns)]! : 0;
  });
  const sums = sumsToEnd(process, gamma);
  const outcome = rlooAdvantages(outcomes, { groupSize });
  return filled(mask, (i) => (mask.data[i] ? sums.data[i]! + outcome[Math.floor(i / mask.columns)]! : 0));
}

function tokenLeaveOneOut(x: Rows, mask: Rows, k: number): Rows {
  const sums = groupSums(tokenMeans(x, mask), k);
  return filled(x, (i) => {
    if (!mask.data[i]) return 0;
    return x.data[i]! * (k / (k - 1)) - sums[Math.floor(i / x.columns)]! / (k - 1);
  });
}

function tokenMeans(x: Rows, mask: Rows): Float64Array {
  return Float64Array.from({ length: x.rows }, (_, r) => {
    let sum = 0;
    let count = 0;
    for (let i = r * x.columns; i < (r + 1) * x.columns; i++) {
      if (!mask.data[i]) continue;
      sum += x.data[i]!;
      count++;
    }
    return count === 0 ? 0 : sum / count;
  });
}

/** For each row, the sum over its group. */
function groupSums(values: Float64Array, size: number): Float64Array {
  return values.map((_, r) => {
    const first = Math.floor(r / size) * size;
    return values.subarray(first, first + size).reduce((a, b) => a + b, 0);
  });
}

function sumsToEnd(x: Rows, gamma: number): Rows {
  const data = new Float64Array(x.data.length);
  for (let r = 0; r < x.rows; r++) {
    let running = 0;
    for (let i = (r + 1) * x.columns - 1; i >= r * x.columns; i--) {
      running = x.data[i]! + gamma * running;
      data[i] = running;
    }
  }
  return { ...x, data };
}
