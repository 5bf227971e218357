/**
 * The GRPO family: one policy-gradient loss on groups of samples, in the variants of TRL's GRPOTrainer. A variant is a token
 * term (how ratio and advantage make a loss) and an aggregation (what the sum is divided by).
 */
import { noGrad, sort, type Tensor } from '@tessera/tensor';
import {
  type BatchCounts,
  checkSameShape,
  choose,
  column,
  defineLoss,
  indicator,
  keepWhere,
  type Metric,
  maskedMean,
  maskedSum,
  needed,
  tokenCount,
  unknownChoice,
} from './common.js';
import { klEstimate } from './kl.js';

/** Sampled completions, `[rows, positions]` f32 unless said otherwise. */
export interface PolicyBatch {
  /** Log-probabilities of the sampled tokens under the policy that is trained. */
  readonly logProbs: Tensor;
  /** 1 where a token is trained on. */
  readonly mask: Tensor;
  /** Per sequence `[rows]` or per token. */
  readonly advantages: Tensor;
  /** Under the policy that sampled. Left out on policy: the ratio is then 1 with the gradient of `logProbs`. */
  readonly oldLogProbs?: Tensor | undefined;
  /** Under the reference model, for `beta`. */
  readonly refLogProbs?: Tensor | undefined;
  /** As the sampler reported them, for `offPolicyMaskThreshold`. Default: `oldLogProbs`. NaN where unknown. */
  readonly samplerLogProbs?: Tensor | undefined;
  /** Correction of the difference between sampler and trainer, `[rows, positions]` or `[rows, 1]`: see `importanceWeights`. */
  readonly importanceWeights?: Tensor | undefined;
  /** Entropies at the sampled tokens, for `entropyCoef` and `topEntropyQuantile`. */
  readonly entropies?: Tensor | undefined;
  /** The tokens that `topEntropyQuantile` keeps, where the whole batch has decided; else the rows at hand decide. */
  readonly entropyMask?: Tensor | undefined;
}

export const grpoLossTypes = ['grpo', 'bnpo', 'dr_grpo', 'dapo', 'luspo', 'cispo', 'sapo', 'vespo'] as const;
export const importanceSamplingLevels = ['token', 'sequence'] as const;
export type GrpoLossType = (typeof grpoLossTypes)[number];

export interface GrpoOptions {
  lossType: GrpoLossType;
  /** `sequence`: one ratio per sequence, exp of the mean log-ratio (GSPO). */
  importanceSamplingLevel: (typeof importanceSamplingLevels)[number];
  epsilonLow: number;
  /** Upper clip 1 + epsilonHigh (default: epsilonLow); for `cispo` the cap of the ratio itself. */
  epsilonHigh: number | null;
  /** Upper bound of the unclipped ratio (two-sided clipping, INTELLECT-2). */
  delta: number | null;
  /** Weight of the KL term, k3. */
  beta: number;
  /** Multiplies the KL term by the ratio (DeepSeek-V3.2). */
  useBiasCorrectionKl: boolean;
  sapoTemperaturePos: number;
  sapoTemperatureNeg: number;
  vespoKPos: number;
  vespoLambdaPos: number;
  vespoKNeg: number;
  vespoLambdaNeg: number;
  /** Drops sequences of negative advantage whose mean log(sampler / policy) is above this (DeepSeek-V3.2). */
  offPolicyMaskThreshold: number | null;
  /** Trains on this share of the tokens, those of highest entropy. */
  topEntropyQuantile: number;
  /** Weight of the mean token entropy, which is subtracted. */
  entropyCoef: number;
  /** Constant that `dr_grpo` divides by. Default: the width of the batch. */
  maxCompletionLength: number | null;
}

const defaults: GrpoOptions = {
  lossType: 'dapo',
  importanceSamplingLevel: 'token',
  epsilonLow: 0.2,
  epsilonHigh: null,
  delta: null,
  beta: 0,
  useBiasCorrectionKl: true,
  sapoTemperaturePos: 1,
  sapoTemperatureNeg: 1.05,
  vespoKPos: 2,
  vespoLambdaPos: 3,
  vespoKNeg: 3,
  vespoLambdaNeg: 2,
  offPolicyMaskThreshold: null,
  topEntropyQuantile: 1,
  entropyCoef: 0,
  maxCompletionLength: null,
};

export const grpoLoss = defineLoss<PolicyBatch, GrpoOptions>({
  name: 'grpo',
  source: [
    'TRL 1.13 GRPOTrainer; arXiv 2402.03300 (grpo), 2503.20783 (dr_grpo), 2503.14476 (dapo), 2506.13585 (cispo), 2507.18071',
    '(sequence level), 2511.20347 (sapo). TRL divides by counts of the micro-batch and of the accumulation window; here the',
    'counts are those of the whole batch, which makes bnpo and dapo the same.',
  ].join(' '),
  defaults,
  choices: { lossType: grpoLossTypes, importanceSamplingLevel: importanceSamplingLevels },
  forward(batch, options, counts) {
    const { logProbs, mask, entropies } = batch;
    checkSameShape('grpo', { logProbs, mask, old: batch.oldLogProbs, ref: batch.refLogProbs, entropies });
    const advantages = batch.advantages.ndim === 1 ? column(batch.advantages) : batch.advantages;
    const logRatio = logProbs.sub(batch.oldLogProbs ?? logProbs.detach());
    const ratio = ratioOf(logRatio, mask, options.importanceSamplingLevel).exp();
    const metrics: Record<string, Metric> = {};

    let tokenLoss = tokenTerm(batch, options, { advantages, logRatio, ratio, metrics });
    if (options.offPolicyMaskThreshold !== null) {
      tokenLoss = tokenLoss.mul(onPolicyMask(batch, advantages, options.offPolicyMaskThreshold));
    }
    const sharp = entropyMask(batch, options);
    if (sharp !== undefined) tokenLoss = tokenLoss.mul(sharp);
    if (batch.importanceWeights !== undefined && options.lossType !== 'vespo') {
      tokenLoss = tokenLoss.mul(batch.importanceWeights);
    }
    if (options.beta !== 0) {
      const ref = needed('grpo', 'refLogProbs', batch.refLogProbs, 'for beta');
      const unlimited = { logClamp: Number.POSITIVE_INFINITY, valueClamp: Number.POSITIVE_INFINITY };
      const k3 = klEstimate('k3', logProbs, ref, unlimited);
      const kl = options.useBiasCorrectionKl ? k3.mul(ratio) : k3;
      metrics.kl = maskedMean(kl, mask);
      tokenLoss = tokenLoss.add(kl.mul(options.beta));
    }

    let loss = aggregate(tokenLoss, mask, options, counts);
    if (options.entropyCoef !== 0) {
      const known = needed('grpo', 'entropies', entropies, 'for entropyCoef');
      const acted = sharp === undefined ? mask : mask.mul(sharp);
      loss = loss.sub(meanEntropy(known, acted, mask, counts).mul(options.entropyCoef));
    }
    if (entropies !== undefined) metrics.entropy = maskedMean(entropies, mask);
    return { loss, metrics };
  },
});

/** Mean entropy of the tokens acted on, as a part of the batch: of their number there, or else by the share of all tokens. */
function meanEntropy(entropies: Tensor, acted: Tensor, mask: Tensor, counts: BatchCounts): Tensor {
  const sum = maskedSum(entropies, acted);
  if (counts.entropyTokens !== undefined) return sum.div(Math.max(1, counts.entropyTokens));
  const share = noGrad(() => mask.sum().div(tokenCount(mask, counts)));
  return sum.div(acted.sum().clamp({ min: 1 })).mul(share);
}

/** Log of the importance ratio: per token, or the mean over the sequence `[rows, 1]`. */
function ratioOf(logRatio: Tensor, mask: Tensor, level: GrpoOptions['importanceSamplingLevel']): Tensor {
  if (level === 'token') return logRatio;
  return column(maskedSum(logRatio, mask, -1).div(mask.sum({ dim: -1 }).clamp({ min: 1 })));
}

interface TokenTerm {
  readonly advantages: Tensor;
  readonly logRatio: Tensor;
  readonly ratio: Tensor;
  readonly metrics: Record<string, Metric>;
}

function tokenTerm(batch: PolicyBatch, options: GrpoOptions, term: TokenTerm): Tensor {
  const { logProbs, mask } = batch;
  const { advantages, ratio, metrics } = term;
  const high = options.epsilonHigh ?? options.epsilonLow;
  switch (options.lossType) {
    case 'cispo': {
      metrics.cispo_clip_ratio = noGrad(() =>
        maskedMean(indicator(ratio.gt(high)).mul(indicator(advantages.gt(0))), mask),
      );
      return ratio.clamp({ max: high }).detach().mul(advantages).mul(logProbs).neg();
    }
    case 'sapo': {
      const temperature = choose(advantages.gt(0), options.sapoTemperaturePos, options.sapoTemperatureNeg);
      const gate = ratio.sub(1).mul(temperature).sigmoid().mul(4).div(temperature);
      return gate.mul(advantages).neg();
    }
    case 'vespo': {
      const phi = vespoWeight(batch, options, term);
      metrics['vespo/phi_seq_mean'] = maskedMean(phi, mask);
      return phi.mul(advantages).mul(logProbs).neg();
    }
    default: {
      const clipped = ratio.clamp({ min: 1 - options.epsilonLow, max: 1 + high });
      const bounded = options.delta === null ? ratio : ratio.clamp({ max: options.delta });
      Object.assign(metrics, clipMetrics(bounded, advantages, mask, 1 - options.epsilonLow, 1 + high));
      return bounded.mul(advantages).minimum(clipped.mul(advantages)).neg();
    }
  }
}

function clipMetrics(ratio: Tensor, advantages: Tensor, mask: Tensor, low: number, high: number) {
  return noGrad((): Record<string, Metric> => {
    const isLow = indicator(ratio.lt(low)).mul(indicator(advantages.lt(0)));
    const isHigh = indicator(ratio.gt(high)).mul(indicator(advantages.gt(0)));
    const perRow = (x: Tensor) =>
      x.shape[1] === 1 ? x.squeeze({ dim: 1 }) : maskedSum(x, mask, -1).div(mask.sum({ dim: -1 }));
    // A row without tokens has no share of them.
    const known = (x: Tensor, otherwise: number) => choose(x.eq(x), x, otherwise);
    const [lowest] = known(perRow(isLow), Number.POSITIVE_INFINITY).min();
    const [highest] = known(perRow(isHigh), Number.NEGATIVE_INFINITY).max();
    return {
      'clip_ratio/low_mean': maskedMean(isLow, mask),
      'clip_ratio/high_mean': maskedMean(isHigh, mask),
      'clip_ratio/region_mean': maskedMean(isLow.add(isHigh), mask),
      'clip_ratio/low_min': { kind: 'min', value: lowest! },
      'clip_ratio/high_max': { kind: 'max', value: highest! },
    };
  });
}

/** Gamma weight exp(lambda + k log W - lambda W) of the sequence ratio W. No gradient. */
function vespoWeight(batch: PolicyBatch, options: GrpoOptions, { advantages, logRatio }: TokenTerm): Tensor {
  return noGrad(() => {
    const least = Math.log(1e-8);
    let sum = maskedSum(logRatio.clamp({ min: -20, max: 20 }), batch.mask, -1);
    if (batch.importanceWeights !== undefined) {
      sum = sum.add(batch.importanceWeights.log().clamp({ min: least, max: 20 }).sum({ dim: -1 }));
    }
    const logW = column(sum.clamp({ min: least, max: 20 }));
    const good = advantages.ge(0);
    const k = choose(good, options.vespoKPos, options.vespoKNeg);
    const lambda = choose(good, options.vespoLambdaPos, options.vespoLambdaNeg).clamp({ min: 1e-4 });
    const phi = lambda.add(k.mul(logW)).sub(lambda.mul(logW.exp())).exp();
    return choose(phi.lt(Number.POSITIVE_INFINITY), phi, 0);
  });
}

/** 1 for sequences to keep, `[rows, 1]` or like the advantages. */
function onPolicyMask(batch: PolicyBatch, advantages: Tensor, threshold: number): Tensor {
  return noGrad(() => {
    const sampler = batch.samplerLogProbs ?? batch.oldLogProbs ?? batch.logProbs;
    const drift = sampler.sub(batch.logProbs.detach());
    const known = choose(drift.eq(drift), drift, 0);
    const mean = maskedSum(known, batch.mask, -1).div(batch.mask.sum({ dim: -1 }).clamp({ min: 1 }));
    return indicator(advantages.ge(0)).maximum(indicator(column(mean.le(threshold))));
  });
}

function entropyMask(batch: PolicyBatch, { topEntropyQuantile }: GrpoOptions): Tensor | undefined {
  if (topEntropyQuantile >= 1) return undefined;
  if (batch.entropyMask !== undefined) return batch.entropyMask;
  const entropies = needed('grpo', 'entropies', batch.entropies, 'for topEntropyQuantile');
  return highEntropyMask(entropies, batch.mask, 1 - topEntropyQuantile);
}

/** 1 for the tokens whose entropy is at least the `quantile` of all, which is interpolated as PyTorch's. */
export function highEntropyMask(entropies: Tensor, mask: Tensor, quantile: number): Tensor {
  return noGrad(() => {
    const padded = choose(mask.ne(0), entropies.detach(), Number.POSITIVE_INFINITY).flatten();
    const [sorted] = sort(padded);
    const place = mask.sum().sub(1).clamp({ min: 0 }).mul(quantile).unsqueeze({ dim: 0 });
    const below = place.to('i32');
    const low = sorted!.gather(below, { dim: 0 });
    const fraction = place.sub(below.to('f32'));
    const above = sorted!.gather(
      place
        .add(1)
        .to('i32')
        .minimum(mask.sum().sub(1).clamp({ min: 0 }).to('i32')),
      {
        dim: 0,
      },
    );
    const threshold = low.add(keepWhere(fraction.gt(0).to('f32'), above.sub(low)).mul(fraction));
    return indicator(entropies.ge(threshold)).mul(mask);
  });
}

function aggregate(tokenLoss: Tensor, mask: Tensor, options: GrpoOptions, counts: BatchCounts): Tensor {
  const rows = counts.examples ?? mask.shape[0]!;
  switch (options.lossType) {
    case 'grpo':
    case 'sapo':
      return maskedSum(tokenLoss, mask, -1)
        .div(mask.sum({ dim: -1 }).clamp({ min: 1 }))
        .sum()
        .div(rows);
    case 'luspo':
      return maskedSum(tokenLoss, mask).div(rows);
    case 'dr_grpo':
      return maskedSum(tokenLoss, mask).div(rows * (options.maxCompletionLength ?? mask.shape[1]!));
    default:
      return maskedSum(tokenLoss, mask).div(tokenCount(mask, counts));
  }
}

export const importanceModes = ['token_truncate', 'token_mask', 'sequence_truncate', 'sequence_mask'] as const;

export interface ImportanceOptions {
  /** Per token or per sequence; above the cap, cut to it or dropped. Default `sequence_mask`. */
  readonly mode?: (typeof importanceModes)[number];
  /** Default 3. */
  readonly clipMax?: number;
  readonly clipMin?: number;
}

/**
 * Corrects for a sampler whose log-probabilities differ from the trainer's: exp(old - sampler), per token or for whole
 * sequences `[rows, 1]`, limited. Tokens that the sampler could not score (NaN) count as equal. No gradient.
 */
export function importanceWeights(
  oldLogProbs: Tensor,
  samplerLogProbs: Tensor,
  mask: Tensor,
  { mode = 'sequence_mask', clipMax = 3, clipMin }: ImportanceOptions = {},
): Tensor {
  if (!importanceModes.includes(mode)) throw unknownChoice('importanceWeights', 'mode', mode, importanceModes);
  return noGrad(() => {
    const difference = keepWhere(mask, oldLogProbs.sub(samplerLogProbs));
    const known = choose(difference.eq(difference), difference, 0);
    const sequence = mode === 'sequence_mask' || mode === 'sequence_truncate';
    const ratio = (sequence ? known.sum({ dim: -1, keepdim: true }) : known).exp();
    if (mode.endsWith('truncate')) {
      return ratio.clamp({ max: clipMax, ...(clipMin !== undefined && { min: clipMin }) });
    }
    const kept = indicator(ratio.le(clipMax));
    return ratio.mul(clipMin === undefined ? kept : kept.mul(indicator(ratio.ge(clipMin))));
  });
}
