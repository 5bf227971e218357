/** KTO: single answers with a thumb up or down, against an estimate of the KL to the reference model. */
import { noGrad, type Tensor } from '@tessera/tensor';
import { checkSameShape, defineLoss, type Metric, maskedSum, needed } from './common.js';

export interface KtoBatch {
  /** `[rows, positions]` */
  readonly logProbs: Tensor;
  readonly mask: Tensor;
  /** The reference model's: per token, or summed `[rows]`. */
  readonly refLogProbs: Tensor;
  /** 1 for desirable rows `[rows]`. */
  readonly desirable: Tensor;
  /** Estimate of the KL to the reference: `ktoKl` of the whole batch. Needed by `kto`. */
  readonly kl?: Tensor | number | undefined;
}

export const ktoLossTypes = ['kto', 'apo_zero_unpaired'] as const;

export interface KtoOptions {
  lossType: (typeof ktoLossTypes)[number];
  beta: number;
  desirableWeight: number;
  undesirableWeight: number;
}

export const ktoLoss = defineLoss<KtoBatch, KtoOptions>({
  name: 'kto',
  source: 'arXiv 2402.01306 Eq. 7; TRL KTOTrainer. apo_zero_unpaired: arXiv 2408.06266 Eq. 7.',
  defaults: { lossType: 'kto', beta: 0.1, desirableWeight: 1, undesirableWeight: 1 },
  choices: { lossType: ktoLossTypes },
  forward({ logProbs, mask, refLogProbs, desirable, kl }, options, counts) {
    const { lossType, beta } = options;
    checkSameShape('kto', { logProbs, mask });
    const sums = maskedSum(logProbs, mask, -1);
    // As in DPO, per token where that is known: its digits are lost in the sums.
    const ratio = refLogProbs.ndim === 1 ? sums.sub(refLogProbs) : maskedSum(logProbs.sub(refLogProbs), mask, -1);
    const anchor = lossType === 'kto' ? needed('kto', 'kl', kl, 'for lossType kto') : 0;
    const margin = ratio.sub(anchor).mul(beta);
    // 1 - sigmoid(margin) where desirable, sigmoid(margin) = 1 - sigmoid(-margin) where not.
    const sign = desirable.mul(2).sub(1);
    const weight = desirable.mul(options.desirableWeight - options.undesirableWeight).add(options.undesirableWeight);
    const perRow = margin.mul(sign).neg().sigmoid().mul(weight);
    const metrics = noGrad((): Record<string, Metric> => {
      const undesirable = desirable.neg().add(1);
      const of = (values: Tensor, rows: Tensor): Metric => ({
        kind: 'mean',
        sum: values.detach().mul(rows).sum(),
        count: rows.sum(),
      });
      const rewards = ratio.mul(beta);
      return {
        'rewards/chosen': of(rewards, desirable),
        'rewards/rejected': of(rewards, undesirable),
        'logps/chosen': of(sums, desirable),
        'logps/rejected': of(sums, undesirable),
      };
    });
    return { loss: perRow.sum().div(counts.examples ?? perRow.numel), metrics };
  },
});

/** max(0, mean of policy - reference) over mismatched pairs of prompt and answer, from summed log-probabilities `[rows]`. */
export function ktoKl(logProbSums: Tensor, refLogProbSums: Tensor): Tensor {
  return noGrad(() => logProbSums.detach().sub(refLogProbSums).mean().clamp({ min: 0 }));
}
