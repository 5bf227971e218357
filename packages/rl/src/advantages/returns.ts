/** Advantages per token: GAE with a value head, discounted returns without one, rewards with a KL penalty inside. */
import { ArgumentError } from '@tessera/tensor';
import { unknownChoice } from '../losses/common.js';
import { type KlEstimator, klEstimators } from '../losses/kl.js';
import { filled, lastTokens, type Rows, sameRows, whiten } from './rows.js';

/** `scores` (one per row) at the last token of each row, 0 elsewhere. */
export function terminalRewards(scores: ArrayLike<number>, mask: Rows): Rows {
  const data = new Float64Array(mask.data.length);
  lastTokens(mask).forEach((t, r) => {
    if (t >= 0) data[r * mask.columns + t] = scores[r]!;
  });
  return { ...mask, data };
}

export interface KlPenaltyOptions {
  /** Factor of the estimate that is taken off each token's reward. */
  readonly klCoef: number;
  readonly estimator?: KlEstimator;
}

/** Rewards minus the KL penalty of each token, and the mean estimate over tokens. */
export function penalizedRewards(
  rewards: Rows,
  logProbs: Rows,
  refLogProbs: Rows,
  mask: Rows,
  { klCoef, estimator = 'k1' }: KlPenaltyOptions,
): { rewards: Rows; meanKl: number } {
  sameRows('penalizedRewards', rewards, logProbs, refLogProbs, mask);
  let sum = 0;
  let tokens = 0;
  const penalized = filled(rewards, (i) => {
    if (!mask.data[i]) return rewards.data[i]!;
    const kl = estimate(estimator, logProbs.data[i]! - refLogProbs.data[i]!);
    sum += kl;
    tokens++;
    return rewards.data[i]! - klCoef * kl;
  });
  return { rewards: penalized, meanKl: sum / Math.max(1, tokens) };
}

/** The value of `klEstimate`; as a reward it has no gradient, so the straight-through forms are their estimators. */
function estimate(estimator: KlEstimator, d: number): number {
  switch (estimator) {
    case 'k1':
    case 'k1plus':
      return d;
    case 'abs':
      return Math.abs(d);
    case 'k2':
      return 0.5 * d * d;
    case 'k3':
    case 'k3plus': {
      const back = Math.max(-20, Math.min(20, -d));
      return Math.max(-10, Math.min(10, Math.exp(back) - back - 1));
    }
    default:
      throw unknownChoice('penalizedRewards', 'estimator', estimator, klEstimators);
  }
}

export interface GaeOptions {
  /** Default 1. */
  readonly gamma?: number;
  /** Default 1 as verl; TRL had 0.95. */
  readonly lam?: number;
}

/**
 * Generalised advantage estimation, arXiv 1506.02438. Masked positions (padding, the environment's tokens) are skipped:
 * value and advantage of what follows carry through them. `returns` = advantages + values; both are 0 where masked.
 */
export function gae(rewards: Rows, values: Rows, mask: Rows, { gamma = 1, lam = 1 }: GaeOptions = {}) {
  sameRows('gae', rewards, values, mask);
  const advantages = new Float64Array(rewards.data.length);
  const returns = new Float64Array(rewards.data.length);
  for (let r = 0; r < rewards.rows; r++) {
    let next = 0;
    let last = 0;
    for (let t = rewards.columns - 1; t >= 0; t--) {
      const i = r * rewards.columns + t;
      if (!mask.data[i]) continue;
      last = rewards.data[i]! + gamma * next - values.data[i]! + gamma * lam * last;
      next = values.data[i]!;
      advantages[i] = last;
      returns[i] = last + next;
    }
  }
  return { advantages: { ...rewards, data: advantages }, returns: { ...rewards, data: returns } };
}

/**
 * REINFORCE++: discounted sums of the rewards that follow, starting anew behind masked positions; advantages are the
 * whitened returns. Source: arXiv 2501.03262; verl.
 */
export function discountedReturns(rewards: Rows, mask: Rows, { gamma = 1 }: { readonly gamma?: number } = {}) {
  sameRows('discountedReturns', rewards, mask);
  const returns = new Float64Array(rewards.data.length);
  for (let r = 0; r < rewards.rows; r++) {
    let running = 0;
    for (let t = rewards.columns - 1; t >= 0; t--) {
      const i = r * rewards.columns + t;
      running = mask.data[i] ? rewards.data[i]! + gamma * running : 0;
      returns[i] = running;
    }
  }
  const all: Rows = { ...rewards, data: returns };
  return { returns: all, advantages: whiten(all, mask) };
}

/** Coefficient of a KL penalty that holds the KL at a target. Source: arXiv 1909.08593, as verl has it. */
export class AdaptiveKlController {
  #coefficient: number;

  constructor(
    initial: number,
    readonly options: { readonly target?: number; readonly horizon?: number } = {},
  ) {
    for (const [name, value] of Object.entries({ initial, target: 0.1, horizon: 10_000, ...options })) {
      if (!(Number.isFinite(value) && value >= 0)) {
        throw new ArgumentError(`${name} must be a number from 0 on; got ${value}.`, { op: 'AdaptiveKlController' });
      }
    }
    this.#coefficient = initial;
  }

  get coefficient(): number {
    return this.#coefficient;
  }

  /** Restores what a checkpoint kept. */
  set coefficient(value: number) {
    this.#coefficient = value;
  }

  /** Takes in the mean KL of `samples` sequences. */
  update(kl: number, samples: number): void {
    const { target = 0.1, horizon = 10_000 } = this.options;
    const error = Math.max(-0.2, Math.min(0.2, kl / target - 1));
    this.#coefficient *= 1 + (error * samples) / horizon;
  }
}
