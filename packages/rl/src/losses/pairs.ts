/** Pieces that the losses on pairs of answers share. */
import { logSigmoid, noGrad, type Tensor } from '@tessera/tensor';
import { type BatchCounts, indicator, type Metric, maskedSum, meanOf } from './common.js';

/** -(1 - s) log sigmoid(z) - s log sigmoid(-z) */
export function smoothed(z: Tensor, s: number): Tensor {
  const straight = logSigmoid(z).mul(-(1 - s));
  return s === 0 ? straight : straight.sub(logSigmoid(z.neg()).mul(s));
}

/** Negative log-likelihood of the chosen answers' tokens, per token of the batch. */
export function chosenNll(
  logProbs: Tensor,
  mask: Tensor,
  counts: BatchCounts,
  pairWeights?: Tensor | undefined,
): Tensor {
  const [chosen] = logProbs.chunk({ chunks: 2 });
  const [chosenMask] = mask.chunk({ chunks: 2 });
  const tokens = counts.tokens ?? noGrad(() => chosenMask!.sum().clamp({ min: 1 }));
  const nll = maskedSum(chosen!, chosenMask!).neg().div(tokens);
  return pairWeights === undefined ? nll : nll.mul(pairWeights.mean());
}

export function rewardMetrics(chosen: Tensor, rejected: Tensor): Record<string, Metric> {
  return {
    'rewards/chosen': meanOf(chosen),
    'rewards/rejected': meanOf(rejected),
    'rewards/accuracies': meanOf(indicator(chosen.gt(rejected))),
    'rewards/margins': meanOf(chosen.sub(rejected)),
  };
}
