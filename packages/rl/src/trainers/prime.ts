/**
 * PRIME: a reward model for every token that is learned online from outcomes alone. It is a language model; its log-ratio
 * to a frozen reference is the process reward. Each batch scores with it, updates it, and trains the policy on both streams.
 */
import { DecoderLM } from '@tessera/models';
import { ArgumentError, tensor } from '@tessera/tensor';
import type { Stateful } from '@tessera/train';
import { average, deviation, weightedRewards } from '../advantages/group.js';
import { implicitRewards, type PrimeAdvantageOptions, pairwiseAccuracy, primeAdvantages } from '../advantages/prime.js';
import type { BatchCounts, LossResult, MetricSums } from '../losses/common.js';
import type { PolicyBatch } from '../losses/grpo.js';
import { type PpoPolicyOptions, ppoPolicyLoss } from '../losses/ppo.js';
import { type PrmOptions, primeRewardLoss } from '../losses/prime.js';
import { Scoring, upload } from '../rollouts/scoring.js';
import type { PromptRow } from '../tasks/problem.js';
import { checkLearnerOptions, Learner, type LearnerOptions, ownLearnerOptionNames, type Part } from './learner.js';
import { type OnPolicyOptions, OnPolicyTrainer, type RolloutBatch, spread, type TrainingRow } from './on-policy.js';
import { checkChoice, checkFlags, checkJudgedInGroups, checkNested, checkRange, type Values } from './options.js';
import { asRows, completionMask } from './token-rows.js';

export interface PrimeTrainerOptions<Row extends PromptRow>
  extends OnPolicyOptions<Row>,
    Omit<PrimeAdvantageOptions, 'groupSize'> {
  readonly loss?: Partial<PpoPolicyOptions>;
  /** The reward model's update. Defaults of the repository: beta 0.05, learning rate 1e-6, gradient norm 10. */
  readonly prm?: Partial<PrmOptions> & Omit<LearnerOptions, 'subnetwork' | 'clipScope'>;
  /** Default: a copy of the policy as it is given. */
  readonly prmModel?: DecoderLM;
  /** A reward per token, or their sum at the last. Default `token`. */
  readonly granularity?: 'token' | 'whole';
  /** Score with the reward model before this batch's update (`after`, the default) or after it (`before`). */
  readonly prmUpdate?: 'after' | 'before';
  /** Trains on prompts whose mean outcome is in this range (the repository: 0.2 to 0.8). Default: all. */
  readonly accuracyRange?: readonly [low: number, high: number];
}

/** Completions of a prompt, where nothing else is said. */
const defaultGroup = 4;

export class PrimeTrainer<Row extends PromptRow> extends OnPolicyTrainer<Row, PrimeTrainerOptions<Row>> {
  static override readonly optionNames: readonly string[] = [
    ...OnPolicyTrainer.optionNames,
    'loss',
    'prm',
    'prmModel',
    'granularity',
    'prmUpdate',
    'accuracyRange',
    'gammaProcess',
    'gammaOutcome',
    'batchNorm',
  ];

  readonly prm: DecoderLM;
  readonly prmLearner: Learner;
  readonly #ownsPrm: boolean;

  static override checkValues(op: string, options: Values<PrimeTrainerOptions<PromptRow>>): void {
    OnPolicyTrainer.checkValues(op, options);
    ppoPolicyLoss.check(options.loss);
    checkJudgedInGroups(op, options.numGenerations ?? defaultGroup);
    checkNested(op, options, { prm: ['beta', ...ownLearnerOptionNames] });
    checkLearnerOptions(`${op}.prm`, options.prm ?? {}, options.steps);
    checkFlags(op, { batchNorm: options.batchNorm });
    checkChoice(op, 'granularity', options.granularity, ['token', 'whole']);
    checkChoice(op, 'prmUpdate', options.prmUpdate, ['after', 'before']);
    checkRange(op, 'gammaProcess', options.gammaProcess ?? 1, 0, 1);
    checkRange(op, 'gammaOutcome', options.gammaOutcome ?? 1, 0, 1);
    const { accuracyRange = [0, 1] } = options;
    const [low, high] = Array.isArray(accuracyRange) ? (accuracyRange as readonly number[]) : [];
    if (!(typeof low === 'number' && typeof high === 'number' && low <= high)) {
      throw new ArgumentError(`accuracyRange must be [low, high]; got ${JSON.stringify(accuracyRange)}.`, {
        op: op,
        actual: accuracyRange,
      });
    }
  }

  constructor(options: PrimeTrainerOptions<Row>) {
    super(options, { lr: 5e-7, numGenerations: defaultGroup, reference: true });
    this.#ownsPrm = options.prmModel === undefined;
    this.prm =
      options.prmModel ?? new DecoderLM(this.model.config, { dtype: this.model.dtype, device: this.model.device });
    if (this.#ownsPrm) this.prm.loadStateDict(this.model.stateDict());
    const { beta: _, ...learner } = options.prm ?? {};
    this.prmLearner = new Learner(
      `${this.op}.prm`,
      this.prm,
      this.prm,
      { clipNorm: 10, ...learner },
      1e-6,
      options.steps,
    );
  }

  protected override states(): Record<string, Stateful> {
    return { ...super.states(), ...this.prmLearner.states('prm_') };
  }

  protected override async prepare(batch: RolloutBatch<Row>, sums: MetricSums): Promise<TrainingRow<Row>[]> {
    const { options, groupSize } = this;
    const outcomes = weightedRewards(batch.scores, batch.weights);
    sums.addNumber('reward', average(outcomes));
    sums.addNumber('reward_std', deviation(outcomes));
    const refs = (await this.referenceLogProbs(batch))!;
    const first = options.prmUpdate === 'before';
    if (first) this.#learnRewards(batch, refs, outcomes, sums);
    const mask = completionMask(batch, outcomes);
    const scored = asRows(await this.perToken(batch, (scoring) => scoring.logProbs(this.prm).logProbs), mask);
    const granularity = options.granularity ?? 'token';
    const rewards = implicitRewards(scored, asRows(refs, mask), mask, { granularity });
    if (!first) this.#learnRewards(batch, refs, outcomes, sums);
    const perRow = Array.from({ length: mask.rows }, (_, r) =>
      rewards.data.subarray(r * mask.columns, (r + 1) * mask.columns).reduce((a, b) => a + b, 0),
    );
    if (groupSize > 1) sums.addNumber('prm/pairwise_accuracy', pairwiseAccuracy(perRow, outcomes, groupSize));
    const { gammaProcess, gammaOutcome, batchNorm } = options;
    const { advantages } = primeAdvantages(rewards, outcomes, mask, {
      groupSize,
      ...(gammaProcess !== undefined && { gammaProcess }),
      ...(gammaOutcome !== undefined && { gammaOutcome }),
      ...(batchNorm !== undefined && { batchNorm }),
    });
    const [low, high] = options.accuracyRange ?? [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY];
    return batch.rollouts.flatMap((r, index) => {
      const from = Math.floor(index / groupSize) * groupSize;
      const accuracy = average(outcomes.subarray(from, from + groupSize));
      if (Number.isNaN(outcomes[index]!) || accuracy < low || accuracy > high) return [];
      const start = index * mask.columns;
      return [{ ...r, index, advantages: advantages.data.subarray(start, start + r.tokens.length) }];
    });
  }

  #learnRewards(
    batch: RolloutBatch<Row>,
    refs: readonly Float32Array[],
    outcomes: Float64Array,
    sums: MetricSums,
  ): void {
    const beta = this.options.prm?.beta;
    const indices = batch.rollouts.flatMap((_, i) => (Number.isNaN(outcomes[i]!) ? [] : [i]));
    const counts = { examples: indices.length };
    const parts = this.microBatches(indices).map(
      (part): Part =>
        () => {
          const scoring = new Scoring(part.map((i) => batch.rollouts[i]!));
          const { logProbs } = scoring.logProbs(this.prm);
          const ref = part.map((i) => refs[i]!);
          const refLogProbs = upload(spread(ref, scoring.columns), part.length, this.prm);
          const known = tensor(
            part.map((i) => outcomes[i]!),
            { device: this.prm.device },
          );
          const inputs = { logProbs, refLogProbs, mask: scoring.mask(this.prm), outcomes: known };
          return primeRewardLoss(inputs, beta === undefined ? {} : { beta }, counts);
        },
    );
    this.prmLearner.update(parts, sums, 'prm/');
  }

  protected override loss(part: PolicyBatch, _rows: readonly TrainingRow<Row>[], counts: BatchCounts): LossResult {
    return ppoPolicyLoss(part, { clipRatioC: null, ...this.options.loss }, counts);
  }

  override async close(): Promise<void> {
    await super.close();
    this.prmLearner.dispose();
    if (this.#ownsPrm) this.prm.dispose();
  }
}
