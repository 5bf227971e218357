/**
 * Advantages of groups: samples of one prompt are judged against each other. Groups are contiguous, of equal size. A
 * reward that is NaN does not apply: it has no part in any sum, and a row without any reward gets advantage 0.
 */
import { ArgumentError } from '@tessera/tensor';
import { unknownChoice } from '../losses/common.js';

export const rewardScales = ['group', 'batch', 'none'] as const;
export const rewardAggregations = ['sum_then_normalize', 'normalize_then_sum'] as const;

export interface GroupAdvantageOptions {
  /** Samples per prompt. Default 8. */
  readonly groupSize?: number;
  /** What differences are divided by: the standard deviation of the group (default), of the batch, or nothing (Dr. GRPO). */
  readonly scaleRewards?: (typeof rewardScales)[number];
  /** `normalize_then_sum`: each reward function is normalised in its groups before they are weighed (GDPO). */
  readonly aggregation?: (typeof rewardAggregations)[number];
  /** Added to standard deviations. Default 1e-4 as TRL; verl has 1e-6. */
  readonly eps?: number;
}

export interface GroupAdvantages {
  /** One per row. */
  readonly advantages: Float64Array;
  /** Weighted sum of the rewards of each row; NaN where none applies. */
  readonly rewards: Float64Array;
  /** Mean over rows that have a reward. */
  readonly reward: number;
  /** Standard deviation over rows that have a reward. */
  readonly rewardStd: number;
  /** Share of rows in groups whose rewards are all equal: nothing is learned from them. Groups with fewer than two do not count. */
  readonly zeroStdShare: number;
}

/**
 * `rewards[f][row]` of each reward function. Source: arXiv 2402.03300; TRL 1.13 GRPOTrainer. Standard deviations are
 * unbiased.
 */
export function groupAdvantages(
  rewards: readonly ArrayLike<number>[],
  weights: readonly number[] = rewards.map(() => 1),
  options: GroupAdvantageOptions = {},
): GroupAdvantages {
  const op = 'groupAdvantages';
  const { groupSize = 8, scaleRewards = 'group', aggregation = 'sum_then_normalize', eps = 1e-4 } = options;
  const rows = rewards[0]?.length ?? 0;
  checkGroups(op, rows, groupSize);
  if (weights.length !== rewards.length) {
    throw new ArgumentError(`there are ${weights.length} weights; expected ${rewards.length}, one per function.`, {
      op,
    });
  }
  if (!rewardScales.includes(scaleRewards)) throw unknownChoice(op, 'scaleRewards', scaleRewards, rewardScales);
  const joint = aggregation === 'normalize_then_sum';
  if (!rewardAggregations.includes(aggregation)) {
    throw unknownChoice(op, 'aggregation', aggregation, rewardAggregations);
  }
  const parts = joint ? rewards.map((r) => normalizedInGroups(r, groupSize, eps)) : rewards;
  const sums = Float64Array.from({ length: rows }, (_, row) => {
    const applying = rewards.map((r) => r[row]!).filter((r) => !Number.isNaN(r));
    if (applying.length === 0) return Number.NaN;
    return parts.reduce((sum, r, f) => sum + (Number.isNaN(r[row]!) ? 0 : r[row]! * weights[f]!), 0);
  });
  const whole = joint || scaleRewards === 'batch' ? deviation(sums) : 0;
  const stds = new Float64Array(rows);
  const advantages = new Float64Array(rows);
  const all = average(sums);
  forGroups(sums, groupSize, (group, first) => {
    const mean = joint ? all : average(group);
    const std = joint || scaleRewards === 'batch' ? whole : deviation(group);
    group.forEach((reward, i) => {
      const difference = reward - mean;
      const advantage = !joint && scaleRewards === 'none' ? difference : difference / (std + eps);
      advantages[first + i] = Number.isNaN(advantage) ? 0 : advantage;
      stds[first + i] = std;
    });
  });
  const total = joint ? weightedRewards(rewards, weights) : sums;
  return {
    advantages,
    rewards: total,
    reward: average(total),
    rewardStd: deviation(total),
    zeroStdShare: stds.filter((s) => Math.abs(s) <= 1e-8).length / Math.max(1, rows),
  };
}

/** Weighted sum of the rewards that apply to each row; NaN where none does. */
export function weightedRewards(rewards: readonly ArrayLike<number>[], weights: readonly number[]): Float64Array {
  return Float64Array.from({ length: rewards[0]?.length ?? 0 }, (_, row) => {
    const applying = rewards.flatMap((r, f) => (Number.isNaN(r[row]!) ? [] : [r[row]! * weights[f]!]));
    return applying.length === 0 ? Number.NaN : applying.reduce((a, b) => a + b, 0);
  });
}

export interface RlooAdvantageOptions {
  readonly groupSize?: number;
  /** Divides by the standard deviation over the batch (plus 1e-4) after taking off its mean. Default false. */
  readonly normalize?: boolean;
}

/** Reward minus the mean reward of the others in the group. Source: arXiv 2402.14740; TRL RLOOTrainer. */
export function rlooAdvantages(rewards: ArrayLike<number>, options: RlooAdvantageOptions = {}): Float64Array {
  const { groupSize = 2, normalize = false } = options;
  checkGroups('rlooAdvantages', rewards.length, groupSize);
  if (groupSize < 2) throw new ArgumentError('groupSize must be at least 2; got 1.', { op: 'rlooAdvantages' });
  const result = new Float64Array(rewards.length);
  forGroups(rewards, groupSize, (group, first) => {
    const known = group.filter((r) => !Number.isNaN(r));
    const sum = known.reduce((a, b) => a + b, 0);
    group.forEach((r, i) => {
      const others = known.length - 1;
      result[first + i] = Number.isNaN(r) || others < 1 ? Number.NaN : r - (sum - r) / others;
    });
  });
  const mean = average(result);
  const std = normalize ? deviation(result) : 0;
  return result.map((a) => (Number.isNaN(a) ? 0 : normalize ? (a - mean) / (std + 1e-4) : a));
}

/** Reward minus that of the greedy answer to the same prompt. Source: arXiv 2310.10505. */
export function remaxAdvantages(rewards: ArrayLike<number>, greedyRewards: ArrayLike<number>): Float64Array {
  return Float64Array.from(rewards, (r, i) => r - greedyRewards[i]!);
}

// --- statistics without NaN ---

/** Mean of those that are not NaN; NaN of none. */
export function average(values: ArrayLike<number>): number {
  let sum = 0;
  let count = 0;
  for (let i = 0; i < values.length; i++) {
    if (Number.isNaN(values[i]!)) continue;
    sum += values[i]!;
    count++;
  }
  return sum / count;
}

/** Unbiased standard deviation of those that are not NaN. Of one value it is 0; NaN where fewer than two of several are known. */
export function deviation(values: ArrayLike<number>): number {
  const mean = average(values);
  let squares = 0;
  let count = 0;
  for (let i = 0; i < values.length; i++) {
    if (Number.isNaN(values[i]!)) continue;
    squares += (values[i]! - mean) ** 2;
    count++;
  }
  if (count < 2) return values.length === 1 ? 0 : Number.NaN;
  return Math.sqrt(squares / (count - 1));
}

function normalizedInGroups(values: ArrayLike<number>, groupSize: number, eps: number): Float64Array {
  const result = new Float64Array(values.length);
  forGroups(values, groupSize, (group, first) => {
    const mean = average(group);
    const std = deviation(group);
    group.forEach((v, i) => {
      result[first + i] = (v - mean) / (std + eps);
    });
  });
  return result;
}

function forGroups(values: ArrayLike<number>, size: number, visit: (group: number[], first: number) => void): void {
  for (let first = 0; first < values.length; first += size) {
    visit(
      Array.from({ length: size }, (_, i) => values[first + i]!),
      first,
    );
  }
}

/** Refuses rows that do not make whole groups of `groupSize`, and groups of fewer than `least`. */
export function checkGroups(op: string, rows: number, groupSize: number, least = 1): void {
  if (Number.isInteger(groupSize) && groupSize >= least && rows % groupSize === 0) return;
  const atLeast = least > 1 ? `, at least ${least} each` : '';
  throw new ArgumentError(`${rows} rows do not make groups of ${groupSize}${atLeast}.`, { op, actual: groupSize });
}
