/** RLOO, REINFORCE++ and ReMax: policy gradients without a value head, which differ in their baselines. */
import { noGrad } from '@tessera/tensor';
import { average, deviation, remaxAdvantages, rlooAdvantages, weightedRewards } from '../advantages/group.js';
import { discountedReturns, penalizedRewards, terminalRewards } from '../advantages/returns.js';
import type { BatchCounts, LossResult, MetricSums } from '../losses/common.js';
import { keepWhere } from '../losses/common.js';
import type { PolicyBatch } from '../losses/grpo.js';
import { type KlEstimator, klEstimators } from '../losses/kl.js';
import { type PpoPolicyOptions, ppoPolicyLoss, type RlooOptions, rlooLoss } from '../losses/ppo.js';
import { scoreSamples } from '../rewards/rewards.js';
import { rollout } from '../rollouts/rollout.js';
import type { PromptRow } from '../tasks/problem.js';
import { type OnPolicyOptions, OnPolicyTrainer, type RolloutBatch, type TrainingRow } from './on-policy.js';
import { checkChoice, checkFlags, checkJudgedInGroups, checkRange, type Values } from './options.js';
import { asRows, completionMask } from './token-rows.js';

interface PenaltyOptions {
  /** Factor of the KL estimate that is taken off the reward. */
  readonly klCoef?: number;
  readonly klEstimator?: KlEstimator;
}

export interface RlooTrainerOptions<Row extends PromptRow> extends OnPolicyOptions<Row>, PenaltyOptions {
  readonly loss?: Partial<RlooOptions>;
  /** Divides advantages by their deviation over the batch. Default false. */
  readonly normalizeAdvantages?: boolean;
}

/** RLOO: TRL's defaults, beta 0.05 with k1 summed over tokens inside the reward, 2 completions per prompt. */
export class RlooTrainer<Row extends PromptRow> extends OnPolicyTrainer<Row, RlooTrainerOptions<Row>> {
  static override readonly optionNames: readonly string[] = [
    ...OnPolicyTrainer.optionNames,
    'loss',
    'normalizeAdvantages',
    'klCoef',
    'klEstimator',
  ];

  static override checkValues(op: string, options: Values<RlooTrainerOptions<PromptRow>>): void {
    OnPolicyTrainer.checkValues(op, options);
    rlooLoss.check(options.loss);
    checkJudgedInGroups(op, options.numGenerations ?? 2);
    checkFlags(op, { normalizeAdvantages: options.normalizeAdvantages });
    checkRange(op, 'klCoef', options.klCoef ?? 0, 0);
    checkChoice(op, 'klEstimator', options.klEstimator, klEstimators);
  }

  constructor(options: RlooTrainerOptions<Row>) {
    super(options, { lr: 1e-6, numGenerations: 2, reference: (options?.klCoef ?? 0.05) !== 0 });
  }

  protected override async prepare(batch: RolloutBatch<Row>, sums: MetricSums): Promise<TrainingRow<Row>[]> {
    const { klCoef = 0.05, klEstimator = 'k1', normalizeAdvantages = false } = this.options;
    const totals = weightedRewards(batch.scores, batch.weights);
    sums.addNumber('reward', average(totals));
    sums.addNumber('reward_std', deviation(totals));
    const refs = await this.referenceLogProbs(batch);
    if (refs !== null && klCoef !== 0) {
      const mask = completionMask(batch, totals);
      const zero = { ...mask, data: new Float64Array(mask.data.length) };
      const old = asRows(
        batch.rollouts.map((r) => r.logProbs),
        mask,
      );
      const { rewards, meanKl } = penalizedRewards(zero, old, asRows(refs, mask), mask, {
        klCoef,
        estimator: klEstimator,
      });
      sums.addNumber('kl', meanKl);
      totals.forEach((_, r) => {
        totals[r]! += rewards.data.subarray(r * mask.columns, (r + 1) * mask.columns).reduce((a, b) => a + b, 0);
      });
    }
    const advantages = rlooAdvantages(totals, { groupSize: this.groupSize, normalize: normalizeAdvantages });
    return batch.rollouts.map((r, index) => ({ ...r, index, advantages: [advantages[index]!] }));
  }

  protected override loss(part: PolicyBatch, _rows: readonly TrainingRow<Row>[], counts: BatchCounts): LossResult {
    const { logProbs, mask, advantages, oldLogProbs } = part;
    const old = oldLogProbs && noGrad(() => keepWhere(mask, oldLogProbs).sum({ dim: -1 }));
    return rlooLoss({ logProbs, mask, advantages, oldSequenceLogProbs: old }, this.options.loss, counts);
  }
}

const baselines = ['none', 'group', 'greedy'] as const;

export interface ReinforceTrainerOptions<Row extends PromptRow> extends OnPolicyOptions<Row>, PenaltyOptions {
  readonly loss?: Partial<PpoPolicyOptions>;
  /** Discount per token. Default 1. */
  readonly gamma?: number;
  /**
   * What rewards are measured against. `none` (default): nothing before whitening (REINFORCE++). `group`: the group's mean
   * (REINFORCE++-baseline). `greedy`: the reward of the greedy answer, and no whitening (ReMax).
   */
  readonly baseline?: (typeof baselines)[number];
}

/** REINFORCE++ and ReMax: clipped policy gradient on returns, with a KL penalty per token. Defaults of OpenRLHF: k1, 0.01. */
export class ReinforceTrainer<Row extends PromptRow> extends OnPolicyTrainer<Row, ReinforceTrainerOptions<Row>> {
  static override readonly optionNames: readonly string[] = [
    ...OnPolicyTrainer.optionNames,
    'loss',
    'gamma',
    'baseline',
    'klCoef',
    'klEstimator',
  ];

  static override checkValues(op: string, options: Values<ReinforceTrainerOptions<PromptRow>>): void {
    OnPolicyTrainer.checkValues(op, options);
    ppoPolicyLoss.check(options.loss);
    checkChoice(op, 'baseline', options.baseline, baselines);
    if (options.baseline === 'group') checkJudgedInGroups(op, options.numGenerations ?? 1);
    checkRange(op, 'klCoef', options.klCoef ?? 0, 0);
    checkRange(op, 'gamma', options.gamma ?? 1, 0, 1);
    checkChoice(op, 'klEstimator', options.klEstimator, klEstimators);
  }

  constructor(options: ReinforceTrainerOptions<Row>) {
    const reference = (options?.klCoef ?? 0.01) !== 0 || (options?.loss?.klLossCoef ?? 0) !== 0;
    super(options, { lr: 1e-6, numGenerations: 1, reference });
  }

  protected override async prepare(batch: RolloutBatch<Row>, sums: MetricSums): Promise<TrainingRow<Row>[]> {
    const { klCoef = 0.01, klEstimator = 'k1', gamma = 1, baseline = 'none' } = this.options;
    const totals = weightedRewards(batch.scores, batch.weights);
    sums.addNumber('reward', average(totals));
    sums.addNumber('reward_std', deviation(totals));
    const scores = await this.#baselined(batch, totals, baseline);
    const mask = completionMask(batch, scores);
    let rewards = terminalRewards(scores, mask);
    const refs = await this.referenceLogProbs(batch);
    if (refs !== null && klCoef !== 0) {
      const old = asRows(
        batch.rollouts.map((r) => r.logProbs),
        mask,
      );
      const penalized = penalizedRewards(rewards, old, asRows(refs, mask), mask, { klCoef, estimator: klEstimator });
      rewards = penalized.rewards;
      sums.addNumber('kl', penalized.meanKl);
    }
    const { returns, advantages } = discountedReturns(rewards, mask, { gamma });
    const chosen = baseline === 'greedy' ? returns : advantages;
    return batch.rollouts.flatMap((r, index) => {
      if (Number.isNaN(scores[index]!)) return [];
      const advantages = chosen.data.subarray(index * mask.columns, index * mask.columns + r.tokens.length);
      return [{ ...r, index, advantages, ...(refs && { refLogProbs: refs[index]! }) }];
    });
  }

  async #baselined(batch: RolloutBatch<Row>, totals: Float64Array, baseline: string): Promise<Float64Array> {
    if (baseline === 'none') return totals;
    if (baseline === 'group') {
      return totals.map((r, i) => {
        const from = Math.floor(i / this.groupSize) * this.groupSize;
        return r - average(totals.subarray(from, from + this.groupSize));
      });
    }
    const rows = batch.rollouts.filter((_, i) => i % this.groupSize === 0).map((r) => r.row);
    const request = { rows, groupSize: 1, seed: 0, tokenizer: this.options.tokenizer, temperature: 0 };
    const greedy = await rollout(this.model, request, this.sampling);
    const scored = await scoreSamples(this.rewards, greedy, { step: batch.step });
    const perPrompt = weightedRewards(scored.scores, scored.weights);
    return remaxAdvantages(
      totals,
      totals.map((_, i) => perPrompt[Math.floor(i / this.groupSize)]!),
    );
  }

  protected override loss(part: PolicyBatch, _rows: readonly TrainingRow<Row>[], counts: BatchCounts): LossResult {
    return ppoPolicyLoss(part, { clipRatioC: null, ...this.options.loss }, counts);
  }
}
