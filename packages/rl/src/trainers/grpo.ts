/**
 * GRPO and its family (Dr. GRPO, DAPO, GSPO, CISPO, SAPO, ...): completions of a prompt are judged against each other. Rows
 * whose advantage is zero and that have no other term of the loss are not computed: they would add exactly nothing.
 */
import { type Metrics, type Stateful, valueState } from '@tessera/train';
import { type GroupAdvantageOptions, groupAdvantages, rewardAggregations, rewardScales } from '../advantages/group.js';
import type { BatchCounts, LossResult, MetricSums } from '../losses/common.js';
import {
  type GrpoOptions,
  grpoLoss,
  type ImportanceOptions,
  importanceModes,
  importanceWeights,
  type PolicyBatch,
} from '../losses/grpo.js';
import type { PromptRow } from '../tasks/problem.js';
import { type OnPolicyOptions, OnPolicyTrainer, type RolloutBatch, type TrainingRow } from './on-policy.js';
import { checkChoice, checkCounts, checkJudgedInGroups, checkNested, checkRange, type Values } from './options.js';

export interface GrpoTrainerOptions<Row extends PromptRow>
  extends OnPolicyOptions<Row>,
    Omit<GroupAdvantageOptions, 'groupSize' | 'eps'> {
  /** Variant and hyperparameters; TRL's defaults (`dapo`, epsilon 0.2, no KL). */
  readonly loss?: Partial<GrpoOptions>;
  /** Added to standard deviations. Default 1e-4. */
  readonly advantageEps?: number;
  /** DAPO's dynamic sampling: samples further prompts in place of groups without differences, in so many rounds at most. */
  readonly dynamicSampling?: { readonly maxRounds: number };
  /** Weighs tokens or sequences by how much likelier the trainer holds them than the sampler did. Default: no correction. */
  readonly importanceSampling?: ImportanceOptions;
  /**
   * Moves the weight of the entropy bonus so that the mean entropy stays at `target`: by `delta` per step, within its limits,
   * and none while the entropy is above. TRL's defaults: from `loss.entropyCoef`, delta 0.005, 0 to 1.
   */
  readonly adaptiveEntropy?: {
    readonly target: number;
    readonly delta?: number;
    readonly min?: number;
    readonly max?: number;
  };
  /** Moves the reference model towards the policy every so many steps. Defaults of TR-DPO: 512 and 0.6. */
  readonly syncReference?: { readonly every?: number; readonly alpha?: number };
}

/** Completions of a prompt, where nothing else is said. */
const defaultGroup = 8;

export class GrpoTrainer<Row extends PromptRow> extends OnPolicyTrainer<Row, GrpoTrainerOptions<Row>> {
  static override readonly optionNames: readonly string[] = [
    ...OnPolicyTrainer.optionNames,
    'loss',
    'scaleRewards',
    'aggregation',
    'advantageEps',
    'dynamicSampling',
    'importanceSampling',
    'adaptiveEntropy',
    'syncReference',
  ];

  readonly #loss: GrpoOptions;
  /** Weight of the entropy bonus, and the entropy of the last step. */
  #entropy: { coefficient: number; last: number | null };

  static override checkValues(op: string, options: Values<GrpoTrainerOptions<PromptRow>>): void {
    OnPolicyTrainer.checkValues(op, options);
    grpoLoss.check(options.loss);
    checkJudgedInGroups(op, options.numGenerations ?? defaultGroup);
    const { dynamicSampling, syncReference, adaptiveEntropy } = options;
    checkNested(op, options, {
      dynamicSampling: ['maxRounds'],
      importanceSampling: ['mode', 'clipMax', 'clipMin'],
      adaptiveEntropy: ['target', 'delta', 'min', 'max'],
      syncReference: ['every', 'alpha'],
    });
    checkCounts(op, {
      ...(dynamicSampling && { 'dynamicSampling.maxRounds': dynamicSampling.maxRounds ?? Number.NaN }),
      'syncReference.every': syncReference?.every,
    });
    if (adaptiveEntropy !== undefined) {
      const { target, delta = 0, min = 0, max = min } = adaptiveEntropy;
      for (const [name, value] of Object.entries({ target, delta, min, max }))
        checkRange(op, `adaptiveEntropy.${name}`, value, 0);
    }
    checkRange(op, 'advantageEps', options.advantageEps ?? 0, 0);
    checkRange(op, 'syncReference.alpha', syncReference?.alpha ?? 0, 0, 1);
    for (const end of ['clipMin', 'clipMax'] as const)
      checkRange(op, `importanceSampling.${end}`, options.importanceSampling?.[end] ?? 0, 0);
    checkChoice(op, 'scaleRewards', options.scaleRewards, rewardScales);
    checkChoice(op, 'aggregation', options.aggregation, rewardAggregations);
    checkChoice(op, 'importanceSampling.mode', options.importanceSampling?.mode, importanceModes);
  }

  constructor(options: GrpoTrainerOptions<Row>) {
    const loss = { ...grpoLoss.defaults, ...options?.loss };
    super(options, { lr: 1e-6, numGenerations: defaultGroup, reference: loss.beta !== 0 });
    this.#loss = { ...loss, maxCompletionLength: loss.maxCompletionLength ?? this.sampling.maxCompletionLength };
    this.#entropy = { coefficient: loss.entropyCoef, last: null };
  }

  protected override states(): Record<string, Stateful> {
    const own = valueState(
      () => ({ ...this.#entropy }),
      (value) => {
        this.#entropy = { ...value };
      },
    );
    return { ...super.states(), entropy: own };
  }

  /** The loss options of this step. */
  get #now(): GrpoOptions {
    const { adaptiveEntropy } = this.options;
    if (adaptiveEntropy === undefined) return this.#loss;
    const { coefficient, last } = this.#entropy;
    return { ...this.#loss, entropyCoef: (last ?? 0) <= adaptiveEntropy.target ? coefficient : 0 };
  }

  protected override measured({ entropy }: Metrics): void {
    const { adaptiveEntropy } = this.options;
    if (adaptiveEntropy === undefined || entropy === undefined) return;
    const { target, delta = 0.005, min = 0, max = 1 } = adaptiveEntropy;
    const { coefficient } = this.#entropy;
    const moved = entropy <= target ? Math.min(max, coefficient + delta) : Math.max(min, coefficient - delta);
    this.#entropy = { coefficient: moved, last: entropy };
  }

  protected override async collect(step: number, sums: MetricSums): Promise<RolloutBatch<Row>> {
    const first = await super.collect(step, sums);
    const { dynamicSampling } = this.options;
    if (dynamicSampling === undefined) return first;
    const { maxRounds } = dynamicSampling;
    let parts = this.#informative(first);
    let sampled = this.promptsPerStep;
    let groups = parts.length;
    for (let round = 1; groups < this.promptsPerStep && round < maxRounds; round++) {
      const more = this.#informative(await this.rollOut(await this.nextPrompts(), step, round));
      sampled += this.promptsPerStep;
      groups += more.length;
      parts = [...parts, ...more];
    }
    sums.addNumber('sampling/informative_groups', groups, sampled);
    // Better a batch that teaches nothing than none.
    if (groups === 0) return first;
    const chosen = parts.slice(0, this.promptsPerStep);
    return this.batchOf(
      chosen.flatMap(({ rollouts }, group) => rollouts.map((r) => ({ ...r, group }))),
      {
        scores: first.scores.map((_, f) => Float64Array.from(chosen.flatMap(({ scores }) => [...scores[f]!]))),
        weights: first.weights,
      },
      step,
    );
  }

  /** The groups in which rewards differ. */
  #informative(batch: RolloutBatch<Row>) {
    const { groupSize } = this;
    const { rewards } = groupAdvantages(batch.scores, batch.weights, { groupSize });
    return Array.from({ length: rewards.length / groupSize }, (_, g) => {
      const [from, to] = [g * groupSize, (g + 1) * groupSize];
      return {
        differs: new Set(rewards.subarray(from, to).filter((r) => !Number.isNaN(r))).size > 1,
        rollouts: batch.rollouts.slice(from, to),
        scores: batch.scores.map((s) => s.subarray(from, to)),
      };
    }).filter(({ differs }) => differs);
  }

  protected override async prepare(batch: RolloutBatch<Row>, sums: MetricSums): Promise<TrainingRow<Row>[]> {
    const { scaleRewards, aggregation, advantageEps } = this.options;
    const result = groupAdvantages(batch.scores, batch.weights, {
      groupSize: this.groupSize,
      ...(scaleRewards !== undefined && { scaleRewards }),
      ...(aggregation !== undefined && { aggregation }),
      ...(advantageEps !== undefined && { eps: advantageEps }),
    });
    sums.addNumber('reward', result.reward);
    sums.addNumber('reward_std', result.rewardStd);
    sums.addNumber('frac_reward_zero_std', result.zeroStdShare);
    const refs = await this.referenceLogProbs(batch);
    const sharp = await this.#highEntropy(batch);
    const rows = batch.rollouts.map((r, index) => ({
      ...r,
      index,
      advantages: [result.advantages[index]!],
      ...(refs && { refLogProbs: refs[index]! }),
      ...(sharp && { entropyMask: sharp[index]! }),
    }));
    const { beta, entropyCoef, topEntropyQuantile } = this.#loss;
    const everyRowCounts =
      beta !== 0 || entropyCoef !== 0 || topEntropyQuantile < 1 || this.options.adaptiveEntropy !== undefined;
    return everyRowCounts ? rows : rows.filter((row) => row.advantages[0] !== 0);
  }

  /** The tokens that `topEntropyQuantile` keeps, of the whole batch; null where it keeps all. */
  async #highEntropy(batch: RolloutBatch<Row>): Promise<Float32Array[] | null> {
    const { topEntropyQuantile } = this.#loss;
    if (topEntropyQuantile >= 1) return null;
    const { temperature, model } = this;
    const entropies = await this.perToken(batch, (scoring) => scoring.logProbs(model, { temperature }).entropies);
    const { rows } = batch.scoring;
    const trained = entropies.flatMap((row, r) => Array.from(row).filter((_, t) => rows[r]!.mask?.[t] ?? 1));
    const threshold = quantile(trained, 1 - topEntropyQuantile);
    return entropies.map((row, r) => row.map((h, t) => Number(h >= threshold && (rows[r]!.mask?.[t] ?? 1))));
  }

  protected override loss(part: PolicyBatch, _rows: readonly TrainingRow<Row>[], counts: BatchCounts): LossResult {
    const { importanceSampling } = this.options;
    if (importanceSampling === undefined) return grpoLoss(part, this.#now, counts);
    const old = part.oldLogProbs ?? part.logProbs.detach();
    const weights = importanceWeights(old, part.samplerLogProbs!, part.mask, importanceSampling);
    return grpoLoss({ ...part, importanceWeights: weights }, this.#now, counts);
  }

  protected override async afterUpdates(batch: RolloutBatch<Row>): Promise<void> {
    const { syncReference } = this.options;
    if (syncReference === undefined || this.reference === null) return;
    const { every = 512, alpha = 0.6 } = syncReference;
    if ((batch.step + 1) % every === 0) this.reference.sync(alpha);
  }
}

/** Interpolated, as PyTorch's. */
function quantile(values: readonly number[], q: number): number {
  const sorted = Float64Array.from(values).sort();
  const place = q * (sorted.length - 1);
  const low = sorted[Math.floor(place)] ?? 0;
  return low + (place % 1) * ((sorted[Math.ceil(place)] ?? low) - low);
}
