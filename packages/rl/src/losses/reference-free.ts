/** CPO, SimPO and ORPO: losses on pairs of answers without a reference model. Chosen rows come first, then the rejected. */
import { expm1, logSigmoid, noGrad, type Tensor } from '@tessera/tensor';
import {
  type BatchCounts,
  checkSameShape,
  choose,
  defineLoss,
  type LossResult,
  type Metric,
  maskedSum,
  meanOf,
} from './common.js';
import { chosenNll, rewardMetrics, smoothed } from './pairs.js';

export interface PairBatch {
  /** `[2 pairs, positions]` */
  readonly logProbs: Tensor;
  readonly mask: Tensor;
}

export const cpoLossTypes = ['sigmoid', 'hinge', 'ipo', 'simpo'] as const;

export interface CpoOptions {
  lossType: (typeof cpoLossTypes)[number];
  beta: number;
  labelSmoothing: number;
  /** Weight of the chosen answers' negative log-likelihood. */
  cpoAlpha: number;
  /** Margin of `simpo`. */
  simpoGamma: number;
  /** AlphaPO's reward (1 - p^-alpha) / alpha in place of log p. */
  alpha: number;
}

function cpoForward({ logProbs, mask }: PairBatch, options: CpoOptions, counts: BatchCounts): LossResult {
  const { lossType, beta, labelSmoothing, alpha } = options;
  checkSameShape('cpo', { logProbs, mask });
  const sums = maskedSum(logProbs, mask, -1);
  const averaged = lossType === 'simpo' || lossType === 'ipo';
  const scores = averaged ? sums.div(mask.sum({ dim: -1 })) : sums;
  const rewards = alpha === 0 ? scores : scores.mul(-alpha).exp().neg().add(1).div(alpha);
  const [chosen, rejected] = rewards.chunk({ chunks: 2 }) as [Tensor, Tensor];
  const gap = chosen.sub(rejected);
  let perPair: Tensor;
  if (lossType === 'hinge') perPair = gap.mul(-beta).add(1).relu();
  else if (lossType === 'ipo') perPair = gap.sub(1 / (2 * beta)).square();
  else perPair = smoothed((lossType === 'simpo' ? gap.sub(options.simpoGamma / beta) : gap).mul(beta), labelSmoothing);
  let loss = perPair.sum().div(counts.examples ?? perPair.numel);
  if (options.cpoAlpha !== 0) loss = loss.add(chosenNll(logProbs, mask, counts).mul(options.cpoAlpha));
  const metrics = noGrad(() => rewardMetrics(chosen.detach().mul(beta), rejected.detach().mul(beta)));
  return { loss, metrics };
}

export const cpoLoss = defineLoss<PairBatch, CpoOptions>({
  name: 'cpo',
  source: 'arXiv 2401.08417; TRL CPOTrainer. AlphaPO: arXiv 2501.03884.',
  defaults: { lossType: 'sigmoid', beta: 0.1, labelSmoothing: 0, cpoAlpha: 1, simpoGamma: 0.5, alpha: 0 },
  choices: { lossType: cpoLossTypes },
  forward: cpoForward,
});

export const simpoLoss = defineLoss<PairBatch, CpoOptions>({
  name: 'simpo',
  source: 'arXiv 2405.14734 Eq. 6, defaults of its repository: beta 2, gamma/beta 0.25, no likelihood term.',
  defaults: { lossType: 'simpo', beta: 2, labelSmoothing: 0, cpoAlpha: 0, simpoGamma: 0.5, alpha: 0 },
  choices: { lossType: cpoLossTypes },
  forward: cpoForward,
});

export interface OrpoBatch extends PairBatch {
  /** 1 for every token that is not padding, prompts included: what the likelihood term is about. */
  readonly attended: Tensor;
}

export interface OrpoOptions {
  beta: number;
}

export const orpoLoss = defineLoss<OrpoBatch, OrpoOptions>({
  name: 'orpo',
  source: [
    'arXiv 2403.07691; TRL ORPOTrainer: the likelihood of the chosen rows is over prompt and completion, the odds are of the',
    'average over the completion.',
  ].join(' '),
  defaults: { beta: 0.1 },
  forward({ logProbs, mask, attended }, { beta }, counts) {
    checkSameShape('orpo', { logProbs, mask, attended });
    const averages = maskedSum(logProbs, mask, -1).div(mask.sum({ dim: -1 }));
    const [chosen, rejected] = averages.chunk({ chunks: 2 }) as [Tensor, Tensor];
    const logOdds = chosen.sub(rejected).sub(log1mexp(chosen).sub(log1mexp(rejected)));
    const ratio = logSigmoid(logOdds);
    const nll = chosenNll(logProbs, attended, counts);
    const loss = nll.sub(
      ratio
        .sum()
        .mul(beta)
        .div(counts.examples ?? ratio.numel),
    );
    const metrics = noGrad(() => ({
      ...rewardMetrics(chosen.detach().mul(beta), rejected.detach().mul(beta)),
      nll_loss: nllMetric(logProbs, attended),
      log_odds_ratio: meanOf(ratio),
      log_odds_chosen: meanOf(logOdds),
    }));
    return { loss, metrics };
  },
});

function nllMetric(logProbs: Tensor, attended: Tensor): Metric {
  const [chosen] = logProbs.detach().chunk({ chunks: 2 });
  const [mask] = attended.chunk({ chunks: 2 });
  return { kind: 'mean', sum: maskedSum(chosen!, mask!).neg(), count: mask!.sum() };
}

/** log(1 - exp(x)) for x < 0, by the formula that is exact where x is. */
function log1mexp(x: Tensor): Tensor {
  const near = expm1(x).neg().log();
  const far = x.exp().neg().log1p();
  return choose(x.lt(-Math.LN2), far, near);
}
