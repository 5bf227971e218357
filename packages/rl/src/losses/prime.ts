/**
 * PRIME's implicit process reward: the log-ratio of a reward model (a language model) to its reference is a reward per
 * token, and training it on outcomes alone makes it one. Source: arXiv 2502.01456 and its repository.
 */
import { binaryCrossEntropyWithLogits, noGrad, type Tensor } from '@tessera/tensor';
import { checkSameShape, defineLoss, maskedSum, meanOf } from './common.js';

export interface PrmBatch {
  /** Of the reward model that is trained, `[rows, positions]`. */
  readonly logProbs: Tensor;
  readonly refLogProbs: Tensor;
  readonly mask: Tensor;
  /** 1 where the verifier accepted the answer `[rows]`. */
  readonly outcomes: Tensor;
}

export interface PrmOptions {
  /** Factor of the summed log-ratios. */
  beta: number;
}

/** Cross entropy of sigmoid(beta * summed log-ratio) against the outcome, averaged over sequences. */
export const primeRewardLoss = defineLoss<PrmBatch, PrmOptions>({
  name: 'primeReward',
  source: 'arXiv 2502.01456 Eq. 5; PRIME repository compute_ce_dpo_loss_rm, beta_train 0.05.',
  defaults: { beta: 0.05 },
  forward({ logProbs, refLogProbs, mask, outcomes }, { beta }, counts) {
    checkSameShape('primeReward', { logProbs, refLogProbs, mask });
    const logits = maskedSum(logProbs.sub(refLogProbs), mask, -1).mul(beta);
    const perRow = binaryCrossEntropyWithLogits(logits, outcomes, { reduction: 'none' });
    const right = noGrad(() => meanOf(logits.detach().gt(0).to('f32').eq(outcomes).to('f32')));
    return { loss: perRow.sum().div(counts.examples ?? perRow.numel), metrics: { prm_accuracy: right } };
  },
});

/** How sure the reward model is of each sequence, `[rows]`: sigmoid(beta * summed log-ratio). */
export function primeSequenceProbability(
  batch: Omit<PrmBatch, 'outcomes'>,
  { beta = primeRewardLoss.defaults.beta }: { readonly beta?: number } = {},
): Tensor {
  return noGrad(() => maskedSum(batch.logProbs.sub(batch.refLogProbs), batch.mask, -1).mul(beta).sigmoid());
}
