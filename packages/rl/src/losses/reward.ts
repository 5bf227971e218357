/** The Bradley-Terry loss of reward models: how likely the better of two answers is to win, given their scores. */
import { logSigmoid, noGrad, type Tensor } from '@tessera/tensor';
import { type BatchCounts, defineLoss, type LossResult } from './common.js';
import { rewardMetrics } from './pairs.js';

export interface RewardPairs {
  /** Scores of the better answers, then of the worse: `[2 pairs]`. */
  readonly scores: Tensor;
}

export interface RewardLossOptions {
  /** Weight of the squared sum of a pair's scores, which keeps them around zero (arXiv 2312.09244). */
  centerCoef: number;
}

function rewardForward({ scores }: RewardPairs, { centerCoef }: RewardLossOptions, counts: BatchCounts): LossResult {
  const [chosen, rejected] = scores.chunk({ chunks: 2 }) as [Tensor, Tensor];
  const pairs = counts.examples ?? chosen.numel;
  let loss = logSigmoid(chosen.sub(rejected)).sum().neg().div(pairs);
  if (centerCoef !== 0)
    loss = loss.add(
      chosen
        .add(rejected)
        .square()
        .sum()
        .mul(centerCoef / pairs),
    );
  return { loss, metrics: noGrad(() => rewardMetrics(chosen.detach(), rejected.detach())) };
}

export const rewardLoss = defineLoss<RewardPairs, RewardLossOptions>({
  name: 'reward',
  source: 'Bradley and Terry 1952; TRL RewardTrainer.',
  defaults: { centerCoef: 0 },
  forward: rewardForward,
});
