/**
 * DPO and its relatives: losses on pairs of answers against a reference model. Rows are the chosen answers followed by the
 * rejected ones. A pair's loss is averaged over the pairs of the whole batch; AOT sorts the pairs at hand, so its
 * micro-batch must be the batch.
 */
import { ArgumentError, cat, logSigmoid, noGrad, sort, type Tensor } from '@tessera/tensor';
import { checkSameShape, column, defineLoss, indicator, type Metric, maskedSum, meanOf } from './common.js';
import { chosenNll, rewardMetrics, smoothed } from './pairs.js';

export const dpoLossTypes = [
  'sigmoid',
  'hinge',
  'ipo',
  'sigmoid_norm',
  'exo_pair',
  'nca_pair',
  'robust',
  'bco_pair',
  'sppo_hard',
  'aot',
  'aot_unpaired',
  'apo_zero',
  'apo_down',
  'discopop',
  'sft',
] as const;
export type DpoLossType = (typeof dpoLossTypes)[number];

export const fDivergences = ['reverse_kl', 'forward_kl', 'js_divergence', 'alpha_divergence'] as const;
export type FDivergence = (typeof fDivergences)[number];

export interface DpoBatch {
  /** Log-probabilities of the answers' tokens, `[2 pairs, positions]`. */
  readonly logProbs: Tensor;
  readonly mask: Tensor;
  /** The reference model's: per token, or summed `[2 pairs]`. */
  readonly refLogProbs: Tensor;
  /** Weight of each pair `[pairs]` (WPO): see `wpoWeights`. */
  readonly pairWeights?: Tensor | undefined;
}

export interface DpoOptions {
  /** One, or several that are added up. */
  lossType: DpoLossType | readonly DpoLossType[];
  /** Weights of several. Default 1 each. */
  lossWeights: readonly number[] | null;
  beta: number;
  labelSmoothing: number;
  fDivergenceType: FDivergence;
  fAlphaDivergenceCoef: number;
  /** Weight of an answer's tokens beyond the length of its pair's shorter one (LD-DPO). */
  ldAlpha: number | null;
  discopopTau: number;
}

export const dpoLoss = defineLoss<DpoBatch, DpoOptions>({
  name: 'dpo',
  source: [
    'TRL 1.13 DPOTrainer; arXiv 2305.18290 (sigmoid), 2309.06657 (hinge), 2310.12036 (ipo), 2402.00856 (exo), 2402.05369 (nca),',
    '2403.00409 (robust), 2404.04656 (bco), 2405.00675 (sppo), 2406.05882 (aot), 2408.06266 (apo), 2406.08414 (discopop),',
    '2309.16240 (f-divergences), 2409.06411 (LD-DPO).',
  ].join(' '),
  defaults: {
    lossType: 'sigmoid',
    lossWeights: null,
    beta: 0.1,
    labelSmoothing: 0,
    fDivergenceType: 'reverse_kl',
    fAlphaDivergenceCoef: 0.5,
    ldAlpha: null,
    discopopTau: 0.05,
  },
  choices: { lossType: dpoLossTypes, fDivergenceType: fDivergences },
  forward(batch, options, counts) {
    const { logProbs, mask } = batch;
    checkSameShape('dpo', { logProbs, mask });
    const types = typeof options.lossType === 'string' ? [options.lossType] : options.lossType;
    const weights = options.lossWeights ?? types.map(() => 1);
    if (weights.length !== types.length) {
      throw new ArgumentError(`there are ${weights.length} lossWeights for ${types.length} loss types.`, { op: 'dpo' });
    }
    const pairs = ratiosOf(batch, options);
    let total: Tensor | undefined;
    types.forEach((type, i) => {
      let part: Tensor;
      if (type === 'sft') part = chosenNll(logProbs, mask, counts, batch.pairWeights);
      else {
        const perPair = pairLoss(type, pairs, mask, options);
        const weighted = batch.pairWeights === undefined ? perPair : perPair.mul(batch.pairWeights);
        part = weighted.sum().div(counts.examples ?? perPair.numel);
      }
      const scaled = part.mul(weights[i]!);
      total = total === undefined ? scaled : total.add(scaled);
    });
    return { loss: total!, metrics: pairMetrics(pairs, options.beta) };
  },
});

/** Sequence log-probabilities `[rows]`; `ldAlpha` weighs what is beyond the shorter answer of the pair. */
export function sequenceSums(logProbs: Tensor, mask: Tensor, ldAlpha: number | null = null): Tensor {
  if (ldAlpha === null) return maskedSum(logProbs, mask, -1);
  const weights = noGrad(() => {
    const [chosen, rejected] = mask.sum({ dim: -1 }).chunk({ chunks: 2 });
    const shared = chosen!.minimum(rejected!);
    const place = mask.cumsum({ dim: -1 });
    const [first, second] = place.chunk({ chunks: 2 });
    const within = [first!, second!].map((p) => indicator(p.le(column(shared))));
    return cat(within, { dim: 0 })
      .mul(1 - ldAlpha)
      .add(ldAlpha);
  });
  return maskedSum(logProbs.mul(weights), mask, -1);
}

/** Log-ratios to the reference, and the scores that an f-divergence makes of them. */
interface Pairs {
  readonly chosen: Tensor;
  readonly rejected: Tensor;
  readonly chosenScore: Tensor;
  readonly rejectedScore: Tensor;
  readonly policy: readonly [chosen: Tensor, rejected: Tensor];
  readonly reference: readonly [chosen: Tensor, rejected: Tensor];
}

function ratiosOf({ logProbs, mask, refLogProbs }: DpoBatch, options: DpoOptions): Pairs {
  const sum = (x: Tensor) => sequenceSums(x, mask, options.ldAlpha);
  const halves = (x: Tensor) => x.chunk({ chunks: 2 }) as [chosen: Tensor, rejected: Tensor];
  const policy = sum(logProbs);
  // Per token the difference is small, and its sum keeps the digits that two sums of hundreds would lose.
  const perToken = refLogProbs.ndim === 2;
  const [chosen, rejected] = halves(perToken ? sum(logProbs.sub(refLogProbs)) : policy.sub(refLogProbs));
  return {
    chosen,
    rejected,
    chosenScore: divergenceScore(chosen, options),
    rejectedScore: divergenceScore(rejected, options),
    policy: halves(policy),
    reference: halves(perToken ? sum(refLogProbs) : refLogProbs),
  };
}

/** f'(ratio) of the log-ratio q. */
function divergenceScore(q: Tensor, { fDivergenceType, fAlphaDivergenceCoef }: DpoOptions): Tensor {
  switch (fDivergenceType) {
    case 'reverse_kl':
      return q;
    case 'forward_kl':
      return q.neg().exp().neg().add(1);
    case 'js_divergence':
      return logSigmoid(q).add(Math.LN2);
    case 'alpha_divergence': {
      const a = fAlphaDivergenceCoef - 1;
      if (Math.abs(a) < 1e-6) return q;
      return q.mul(a).clamp({ max: 80 }).exp().sub(1).div(a);
    }
  }
}

function pairLoss(type: Exclude<DpoLossType, 'sft'>, pairs: Pairs, mask: Tensor, options: DpoOptions): Tensor {
  const { beta, labelSmoothing: smooth } = options;
  const { chosen, rejected, chosenScore, rejectedScore } = pairs;
  const score = chosenScore.sub(rejectedScore).mul(beta);
  const scaled = (q: Tensor) => q.mul(beta);
  switch (type) {
    case 'sigmoid':
      return logSigmoid(score).neg();
    case 'hinge':
      return score.neg().add(1).relu();
    case 'ipo':
      return perToken(pairs, mask)
        .sub(1 / (2 * beta))
        .square();
    case 'sigmoid_norm':
      return logSigmoid(perToken(pairs, mask).mul(beta)).neg();
    case 'exo_pair': {
      const good = score.sigmoid().mul(logSigmoid(score).sub(Math.log1p(-smooth)));
      const bad = score
        .neg()
        .sigmoid()
        .mul(logSigmoid(score.neg()).sub(Math.log(smooth)));
      return good.add(bad);
    }
    case 'nca_pair': {
      const both = logSigmoid(scaled(chosen).neg()).add(logSigmoid(scaled(rejected).neg()));
      return logSigmoid(scaled(chosen)).add(both.mul(0.5)).neg();
    }
    case 'robust':
      return logSigmoid(score)
        .mul(-(1 - smooth))
        .add(logSigmoid(score.neg()).mul(smooth))
        .div(1 - 2 * smooth);
    case 'bco_pair':
      return logSigmoid(scaled(chosen))
        .add(logSigmoid(scaled(rejected).neg()))
        .neg();
    case 'sppo_hard':
      return chosen
        .sub(0.5 / beta)
        .square()
        .add(rejected.add(0.5 / beta).square());
    case 'aot': {
      const gap = ([a, b]: readonly [Tensor, Tensor]) => sort(a.sub(b))[0]!;
      return smoothed(gap(pairs.policy).sub(gap(pairs.reference)).mul(beta), smooth);
    }
    case 'aot_unpaired':
      return smoothed(sort(chosen)[0]!.sub(sort(rejected)[0]!).mul(beta), smooth);
    case 'apo_zero':
      return scaled(rejected).sigmoid().sub(scaled(chosen).sigmoid()).add(1);
    case 'apo_down':
      return scaled(chosen)
        .sigmoid()
        .sub(scaled(chosen.sub(rejected)).sigmoid())
        .add(1);
    case 'discopop': {
      const gate = score.div(options.discopopTau).sigmoid();
      const logistic = logSigmoid(score).neg();
      return logistic.add(score.neg().exp().sub(logistic).mul(gate));
    }
  }
}

/** The gap between scores per token of each answer. */
function perToken({ chosenScore, rejectedScore }: Pairs, mask: Tensor): Tensor {
  const [c, r] = mask.sum({ dim: -1 }).clamp({ min: 1 }).chunk({ chunks: 2 });
  return chosenScore.div(c!).sub(rejectedScore.div(r!));
}

function pairMetrics({ chosen, rejected, policy }: Pairs, beta: number): Record<string, Metric> {
  return noGrad(() => ({
    ...rewardMetrics(chosen.detach().mul(beta), rejected.detach().mul(beta)),
    'logps/chosen': meanOf(policy[0]),
    'logps/rejected': meanOf(policy[1]),
  }));
}

/**
 * Weights of pairs by how likely the policy is to give both answers, `[pairs]`: `logDenominators` are of
 * `alignmentLogDenominator`, per token. Source: arXiv 2406.11827, Eq. 2. No gradient.
 */
export function wpoWeights(logProbs: Tensor, logDenominators: Tensor, mask: Tensor): Tensor {
  return noGrad(() => {
    const aligned = maskedSum(logProbs.sub(logDenominators), mask, -1);
    const [c, r] = aligned
      .div(mask.sum({ dim: -1 }).clamp({ min: 1 }))
      .exp()
      .chunk({ chunks: 2 });
    return c!.mul(r!);
  });
}
