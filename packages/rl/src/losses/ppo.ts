/**
 * PPO's two losses, and the sequence loss of RLOO. The policy loss also serves REINFORCE++ and PRIME, which differ from
 * PPO in their advantages alone.
 */
import { ArgumentError, noGrad, type Tensor } from '@tessera/tensor';
import {
  type BatchCounts,
  checkSameShape,
  choose,
  column,
  defineLoss,
  indicator,
  keepWhere,
  type LossResult,
  maskedMean,
  maskedSum,
  meanOf,
  needed,
  tokenCount,
  unknownChoice,
} from './common.js';
import type { PolicyBatch } from './grpo.js';
import { type KlEstimator, klEstimate, klEstimators } from './kl.js';

export const aggregations = [
  'token-mean',
  'seq-mean-token-sum',
  'seq-mean-token-mean',
  'seq-mean-token-sum-norm',
] as const;

/** What a token loss is averaged over, by verl's names. Sequences without a token do not count. */
export type Aggregation = (typeof aggregations)[number];

export interface PpoPolicyOptions {
  clipLow: number;
  clipHigh: number;
  /** Dual clip: with a negative advantage the loss is at most this times |A|; above 1. Null for none. */
  clipRatioC: number | null;
  lossAggMode: Aggregation;
  /** Constant of `seq-mean-token-sum-norm`. Default: the width of the batch. */
  lossScaleFactor: number | null;
  /** Limits |log ratio|. */
  logRatioClamp: number;
  /** GSPO's ratio of the sequence, with a gradient per token. */
  sequenceRatio: boolean;
  entropyCoef: number;
  /** Weight of the KL to the reference inside the loss. */
  klLossCoef: number;
  klEstimator: KlEstimator;
}

export const ppoPolicyLoss = defineLoss<PolicyBatch, PpoPolicyOptions>({
  name: 'ppo',
  source: 'arXiv 1707.06347 Eq. 7; dual clip arXiv 1912.09729; verl compute_policy_loss and agg_loss.',
  defaults: {
    clipLow: 0.2,
    clipHigh: 0.2,
    clipRatioC: 3,
    lossAggMode: 'token-mean',
    lossScaleFactor: null,
    logRatioClamp: 20,
    sequenceRatio: false,
    entropyCoef: 0,
    klLossCoef: 0,
    klEstimator: 'k3',
  },
  choices: { lossAggMode: aggregations, klEstimator: klEstimators },
  forward(batch, options, counts) {
    const { logProbs, mask, entropies } = batch;
    checkSameShape('ppo', { logProbs, mask, old: batch.oldLogProbs, ref: batch.refLogProbs, entropies });
    const advantages = batch.advantages.ndim === 1 ? column(batch.advantages) : batch.advantages;
    const old = batch.oldLogProbs ?? logProbs.detach();
    const { tokenLoss, metrics } = clippedTokenLoss(logProbs, old, advantages, mask, options);
    let loss = aggregateTokens(tokenLoss, mask, options, counts);
    if (options.entropyCoef !== 0) {
      const known = needed('ppo', 'entropies', entropies, 'for entropyCoef');
      loss = loss.sub(aggregateTokens(known, mask, options, counts).mul(options.entropyCoef));
    }
    if (options.klLossCoef !== 0) {
      const ref = needed('ppo', 'refLogProbs', batch.refLogProbs, 'for klLossCoef');
      const kl = klEstimate(options.klEstimator, logProbs, ref);
      metrics.kl = maskedMean(kl, mask);
      loss = loss.add(aggregateTokens(kl, mask, options, counts).mul(options.klLossCoef));
    }
    if (entropies !== undefined) metrics.entropy = maskedMean(entropies, mask);
    return { loss, metrics };
  },
});

/** The clipped objective of each token, and how often it was clipped. */
export function clippedTokenLoss(
  logProbs: Tensor,
  oldLogProbs: Tensor,
  advantages: Tensor,
  mask: Tensor,
  options: Pick<PpoPolicyOptions, 'clipLow' | 'clipHigh' | 'clipRatioC' | 'logRatioClamp' | 'sequenceRatio'>,
): { tokenLoss: Tensor; metrics: Record<string, LossResult['metrics'][string]> } {
  const { clipRatioC, logRatioClamp } = options;
  const difference = logProbs.sub(oldLogProbs);
  let logRatio = difference.clamp({ min: -logRatioClamp, max: logRatioClamp });
  if (options.sequenceRatio) {
    const mean = noGrad(() =>
      column(maskedSum(difference.detach(), mask, -1).div(mask.sum({ dim: -1 }).clamp({ min: 1 }))),
    );
    logRatio = logProbs.sub(logProbs.detach()).add(mean).clamp({ max: 10 });
  }
  const ratio = logRatio.exp();
  const plain = ratio.mul(advantages).neg();
  const limited = ratio
    .clamp({ min: 1 - options.clipLow, max: 1 + options.clipHigh })
    .mul(advantages)
    .neg();
  const clipped = plain.maximum(limited);
  const metrics = noGrad(() => ({
    clip_fraction: maskedMean(indicator(limited.gt(plain)), mask),
    approx_kl_k1: maskedMean(difference.neg(), mask),
  }));
  if (clipRatioC === null) return { tokenLoss: clipped, metrics };
  if (!(clipRatioC > 1)) {
    throw new ArgumentError(`clipRatioC must be above 1, or null for no dual clip; got ${clipRatioC}.`, { op: 'ppo' });
  }
  const bound = advantages.mul(-clipRatioC);
  const lower = noGrad(() => maskedMean(indicator(clipped.gt(bound)).mul(indicator(advantages.lt(0))), mask));
  const tokenLoss = choose(advantages.lt(0).expand(clipped.shape), bound.minimum(clipped), clipped);
  return { tokenLoss, metrics: { ...metrics, clip_fraction_lower: lower } };
}

/** A token loss reduced to one number, as a part of the batch that `counts` describes. */
export function aggregateTokens(
  x: Tensor,
  mask: Tensor,
  options: Pick<PpoPolicyOptions, 'lossAggMode' | 'lossScaleFactor'>,
  counts: BatchCounts = {},
): Tensor {
  const { lossAggMode, lossScaleFactor } = options;
  if (lossAggMode === 'token-mean') return maskedSum(x, mask).div(tokenCount(mask, counts));
  if (lossAggMode === 'seq-mean-token-sum-norm') return maskedSum(x, mask).div(lossScaleFactor ?? mask.shape[1]!);
  const tokens = mask.sum({ dim: -1 });
  const live = counts.examples ?? noGrad(() => indicator(tokens.gt(0)).sum().clamp({ min: 1 }));
  if (lossAggMode === 'seq-mean-token-sum') return maskedSum(x, mask).div(live);
  if (lossAggMode === 'seq-mean-token-mean') {
    return maskedSum(x, mask, -1)
      .div(tokens.clamp({ min: 1 }))
      .sum()
      .div(live);
  }
  throw unknownChoice('aggregateTokens', 'lossAggMode', lossAggMode, aggregations);
}

// --- value ---

export interface ValueBatch {
  readonly values: Tensor;
  /** Of the value head that made the advantages. */
  readonly oldValues: Tensor;
  readonly returns: Tensor;
  readonly mask: Tensor;
}

export interface PpoValueOptions {
  /** How far a value may move from its old one. Null for no clipping. */
  cliprangeValue: number | null;
}

/** Half the mean of the larger squared error, clipped or not. The objective adds it times `vfCoef`. */
export const ppoValueLoss = defineLoss<ValueBatch, PpoValueOptions>({
  name: 'ppoValue',
  source: 'verl compute_value_loss (clip 0.5); TRL clips at 0.2.',
  defaults: { cliprangeValue: 0.5 },
  forward({ values, oldValues, returns, mask }, { cliprangeValue }, counts) {
    checkSameShape('ppoValue', { values, oldValues, returns, mask });
    const error = values.sub(returns).square();
    let worst = error;
    if (cliprangeValue !== null) {
      const near = values.minimum(oldValues.add(cliprangeValue)).maximum(oldValues.sub(cliprangeValue));
      worst = error.maximum(near.sub(returns).square());
    }
    const loss = maskedSum(worst, mask).mul(0.5).div(tokenCount(mask, counts));
    const clipped = noGrad(() => maskedMean(indicator(worst.gt(error)), mask));
    return { loss, metrics: { value_clip_fraction: clipped, value: maskedMean(values, mask) } };
  },
});

// --- RLOO ---

export interface RlooBatch {
  readonly logProbs: Tensor;
  readonly mask: Tensor;
  /** Summed over the sequence, of the policy that sampled, `[rows]`. Left out on policy. */
  readonly oldSequenceLogProbs?: Tensor | undefined;
  /** `[rows]` */
  readonly advantages: Tensor;
}

export interface RlooOptions {
  epsilonLow: number;
  epsilonHigh: number;
}

export const rlooLoss = defineLoss<RlooBatch, RlooOptions>({
  name: 'rloo',
  source: 'arXiv 2402.14740; TRL RLOOTrainer: the ratio is of summed log-probabilities, the mean over sequences.',
  defaults: { epsilonLow: 0.2, epsilonHigh: 0.2 },
  forward({ logProbs, mask, oldSequenceLogProbs, advantages }, { epsilonLow, epsilonHigh }, counts) {
    const sums = keepWhere(mask, logProbs).sum({ dim: -1 });
    const ratio = sums.sub(oldSequenceLogProbs ?? sums.detach()).exp();
    const clipped = ratio.clamp({ min: 1 - epsilonLow, max: 1 + epsilonHigh });
    const perRow = ratio.mul(advantages).minimum(clipped.mul(advantages)).neg();
    const metrics = noGrad(() => ({
      clip_fraction: meanOf(
        indicator(ratio.lt(1 - epsilonLow))
          .mul(indicator(advantages.lt(0)))
          .add(indicator(ratio.gt(1 + epsilonHigh)).mul(indicator(advantages.gt(0)))),
      ),
    }));
    return { loss: perRow.sum().div(counts.examples ?? perRow.numel), metrics };
  },
});
