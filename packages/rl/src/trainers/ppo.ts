/** PPO with a value model of its own: GAE, clipped policy and value losses, a KL penalty that can be held at a target. */
import { ArgumentError } from '@tessera/tensor';
import { type Stateful, valueState } from '@tessera/train';
import { average, deviation, weightedRewards } from '../advantages/group.js';
import {
  AdaptiveKlController,
  type GaeOptions,
  gae,
  penalizedRewards,
  terminalRewards,
} from '../advantages/returns.js';
import { whiten } from '../advantages/rows.js';
import type { BatchCounts, LossResult, MetricSums } from '../losses/common.js';
import type { PolicyBatch } from '../losses/grpo.js';
import { type KlEstimator, klEstimators } from '../losses/kl.js';
import { type PpoPolicyOptions, type PpoValueOptions, ppoPolicyLoss, ppoValueLoss } from '../losses/ppo.js';
import { ScalarModel } from '../rewards/reward-model.js';
import { Scoring, upload } from '../rollouts/scoring.js';
import type { PromptRow } from '../tasks/problem.js';
import { checkLearnerOptions, Learner, type LearnerOptions, ownLearnerOptionNames, type Part } from './learner.js';
import { type OnPolicyOptions, OnPolicyTrainer, type RolloutBatch, spread, type TrainingRow } from './on-policy.js';
import { checkChoice, checkFlags, checkNested, checkRange, type Values } from './options.js';
import { asRows, completionMask } from './token-rows.js';

export interface PpoTrainerOptions<Row extends PromptRow> extends OnPolicyOptions<Row>, GaeOptions {
  /** Policy loss; verl's defaults (clip 0.2, dual clip 3, mean over tokens). */
  readonly loss?: Partial<PpoPolicyOptions>;
  readonly valueLoss?: Partial<PpoValueOptions>;
  /** Of the value model. Default learning rate 1e-5. */
  readonly critic?: Omit<LearnerOptions, 'subnetwork' | 'clipScope'>;
  /** Default: a copy of the policy with a head of zeros. */
  readonly valueModel?: ScalarModel;
  /** Steps at the start in which the value model alone learns. Default 0. */
  readonly criticWarmup?: number;
  /** KL penalty inside the reward, per token. Default 0, as verl. */
  readonly klCoef?: number;
  readonly klEstimator?: KlEstimator;
  /** Moves `klCoef` to hold the KL at a target. Defaults: target 0.1, horizon 10,000 samples. */
  readonly adaptiveKl?: { readonly target?: number; readonly horizon?: number };
  /** Default true. */
  readonly whitenAdvantages?: boolean;
  /** Whitens rewards too, keeping their mean. Default false. */
  readonly whitenRewards?: boolean;
  /** Taken off the reward of a completion without an end. Default 0. */
  readonly missingEosPenalty?: number;
}

export class PpoTrainer<Row extends PromptRow> extends OnPolicyTrainer<Row, PpoTrainerOptions<Row>> {
  static override readonly optionNames: readonly string[] = [
    ...OnPolicyTrainer.optionNames,
    'loss',
    'valueLoss',
    'critic',
    'valueModel',
    'criticWarmup',
    'klCoef',
    'klEstimator',
    'adaptiveKl',
    'whitenAdvantages',
    'whitenRewards',
    'missingEosPenalty',
    'gamma',
    'lam',
  ];

  readonly valueModel: ScalarModel;
  readonly critic: Learner;
  readonly #kl: AdaptiveKlController;
  readonly #ownsValueModel: boolean;

  static override checkValues(op: string, options: Values<PpoTrainerOptions<PromptRow>>): void {
    OnPolicyTrainer.checkValues(op, options);
    const { klCoef = 0, numIterations = 1, updatesPerIteration = 1, whitenAdvantages, whitenRewards } = options;
    ppoPolicyLoss.check(options.loss);
    ppoValueLoss.check(options.valueLoss);
    checkNested(op, options, { critic: ownLearnerOptionNames, adaptiveKl: ['target', 'horizon'] });
    checkFlags(op, { whitenAdvantages, whitenRewards });
    checkChoice(op, 'klEstimator', options.klEstimator, klEstimators);
    checkRange(op, 'klCoef', klCoef, 0);
    checkRange(op, 'gamma', options.gamma ?? 1, 0, 1);
    checkRange(op, 'lam', options.lam ?? 1, 0, 1);
    checkRange(op, 'criticWarmup', options.criticWarmup ?? 0, 0);
    checkRange(op, 'missingEosPenalty', options.missingEosPenalty ?? 0, 0);
    if (options.adaptiveKl !== undefined && klCoef === 0) {
      throw new ArgumentError(
        'adaptiveKl moves klCoef by shares of it, and klCoef is 0. Give it a value to start from.',
        {
          op: op,
        },
      );
    }
    checkLearnerOptions(`${op}.critic`, options.critic ?? {}, options.steps * numIterations * updatesPerIteration);
  }

  constructor(options: PpoTrainerOptions<Row>) {
    const { klCoef = 0, loss, numIterations = 1, updatesPerIteration = 1 } = options ?? {};
    super(options, { lr: 1e-6, numGenerations: 1, reference: klCoef !== 0 || (loss?.klLossCoef ?? 0) !== 0 });
    this.#ownsValueModel = options.valueModel === undefined;
    this.valueModel = options.valueModel ?? ScalarModel.copyOf(this.model);
    const updates = options.steps * numIterations * updatesPerIteration;
    const { body } = this.valueModel;
    this.critic = new Learner(`${this.op}.critic`, this.valueModel, body, options.critic ?? {}, 1e-5, updates);
    this.#kl = new AdaptiveKlController(klCoef, options.adaptiveKl);
  }

  protected override states(): Record<string, Stateful> {
    const kl = valueState(
      () => this.#kl.coefficient,
      (value) => {
        this.#kl.coefficient = value;
      },
    );
    return { ...super.states(), ...this.critic.states('critic_'), kl };
  }

  #values: { old: Float32Array[]; returns: Float64Array[] } = { old: [], returns: [] };

  protected override async prepare(batch: RolloutBatch<Row>, sums: MetricSums): Promise<TrainingRow<Row>[]> {
    const { options } = this;
    const totals = weightedRewards(batch.scores, batch.weights);
    const mask = completionMask(batch, totals);
    sums.addNumber('reward', average(totals));
    sums.addNumber('reward_std', deviation(totals));
    const missing = options.missingEosPenalty ?? 0;
    const scores = totals.map((r, i) => r - (batch.rollouts[i]!.finishReason === 'length' ? missing : 0));
    let rewards = terminalRewards(scores, mask);
    const refs = await this.referenceLogProbs(batch);
    if (refs !== null) {
      const old = asRows(
        batch.rollouts.map((r) => r.logProbs),
        mask,
      );
      const penalty = { klCoef: this.#kl.coefficient, estimator: options.klEstimator ?? 'k1' };
      const penalized = penalizedRewards(rewards, old, asRows(refs, mask), mask, penalty);
      rewards = penalized.rewards;
      sums.addNumber('kl', penalized.meanKl);
      sums.addNumber('kl_coef', this.#kl.coefficient);
      if (options.adaptiveKl !== undefined) this.#kl.update(penalized.meanKl, batch.rollouts.length);
    }
    if (options.whitenRewards) rewards = whiten(rewards, mask, { shiftMean: false });
    const old = await this.perToken(batch, (scoring) => this.valueModel.values(scoring));
    const { gamma, lam } = options;
    const { advantages, returns } = gae(rewards, asRows(old, mask), mask, {
      ...(gamma !== undefined && { gamma }),
      ...(lam !== undefined && { lam }),
    });
    const used = (options.whitenAdvantages ?? true) ? whiten(advantages, mask) : advantages;
    const row = (data: Float64Array, i: number) =>
      data.subarray(i * mask.columns, i * mask.columns + batch.rollouts[i]!.tokens.length);
    this.#values = { old, returns: batch.rollouts.map((_, i) => row(returns.data, i)) };
    return batch.rollouts.flatMap((r, index) => {
      if (Number.isNaN(totals[index]!)) return [];
      return [{ ...r, index, advantages: row(used.data, index), ...(refs && { refLogProbs: refs[index]! }) }];
    });
  }

  protected override updates(rows: readonly TrainingRow<Row>[], batch: RolloutBatch<Row>, sums: MetricSums): void {
    if (batch.step >= (this.options.criticWarmup ?? 0)) super.updates(rows, batch, sums);
    this.#learnValues(rows, batch, sums);
  }

  #learnValues(rows: readonly TrainingRow<Row>[], batch: RolloutBatch<Row>, sums: MetricSums): void {
    const { numIterations = 1, updatesPerIteration = 1 } = this.options;
    const size = Math.ceil(rows.length / updatesPerIteration);
    for (let iteration = 0; iteration < numIterations; iteration++) {
      for (let from = 0; from < rows.length; from += size) {
        const whole = rows.slice(from, from + size);
        const counts = { tokens: Math.max(1, new Scoring(whole).tokens) };
        const parts = this.microBatches(whole).map(
          (part): Part =>
            () =>
              this.#valueLoss(part, batch, counts),
        );
        this.critic.update(parts, sums, 'critic/');
      }
    }
  }

  #valueLoss(rows: readonly TrainingRow<Row>[], batch: RolloutBatch<Row>, counts: BatchCounts): LossResult {
    const scoring = new Scoring(rows, batch.scoring.columns);
    const matrix = (of: readonly ArrayLike<number>[]) => {
      const values = rows.map(({ index }) => of[index]!);
      return upload(spread(values, scoring.columns), rows.length, this.model);
    };
    const { old, returns } = this.#values;
    return ppoValueLoss(
      {
        values: this.valueModel.values(scoring),
        oldValues: matrix(old),
        returns: matrix(returns),
        mask: scoring.mask(this.model),
      },
      this.options.valueLoss,
      counts,
    );
  }

  protected override loss(part: PolicyBatch, _rows: readonly TrainingRow<Row>[], counts: BatchCounts): LossResult {
    return ppoPolicyLoss(part, this.options.loss, counts);
  }

  override async close(): Promise<void> {
    await super.close();
    this.critic.dispose();
    if (this.#ownsValueModel) this.valueModel.dispose();
  }
}
