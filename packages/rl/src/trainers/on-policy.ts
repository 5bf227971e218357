/**
 * What the on-policy trainers share: prompts, groups of rollouts, rewards, and updates on the batch, once or several times.
 * An algorithm is its advantages and its loss.
 */
import { DataLoader, type Dataset } from '@tessera/data';
import type { DecoderLM } from '@tessera/models';
import { ArgumentError, formatValue, noGrad, scope, type Tensor } from '@tessera/tensor';
import { loaderState, type Stateful } from '@tessera/train';
import { weightedRewards } from '../advantages/group.js';
import type { BatchCounts, LossResult, MetricSums } from '../losses/common.js';
import { maskedMean } from '../losses/common.js';
import type { PolicyBatch } from '../losses/grpo.js';
import { checkRewards, type Reward, type ScoredSamples, scoreSamples } from '../rewards/rewards.js';
import { completionMetrics, type Rollout, rollout, type SamplingOptions } from '../rollouts/rollout.js';
import { Scoring, upload } from '../rollouts/scoring.js';
import type { PromptRow } from '../tasks/problem.js';
import type { Part } from './learner.js';
import { checkCounts, checkDataset, checkFlags, checkRange, type Values } from './options.js';
import type { Reference } from './reference.js';
import { Trainer, type TrainerOptions } from './trainer.js';

export interface OnPolicyOptions<Row extends PromptRow> extends TrainerOptions, Partial<SamplingOptions> {
  /** Prompts, with the columns that rewards look at. */
  readonly dataset: Dataset<Row>;
  /** In the dataset's order where false. Default true, but for datasets of tasks, whose rows are random anyway. */
  readonly shuffle?: boolean;
  /** A completion that no reward applies to (null of every one) teaches nothing: its advantage is 0 in groups, elsewhere it is left out. */
  readonly rewards: Reward<Row> | readonly Reward<Row>[];
  /** Default 8. */
  readonly promptsPerStep?: number;
  /** Completions per prompt. */
  readonly numGenerations?: number;
  /** Times that a batch of rollouts is gone through. Default 1. */
  readonly numIterations?: number;
  /** Parts that a batch is cut into, with an optimizer step for each. Default 1. */
  readonly updatesPerIteration?: number;
  /** Leaves out completions that ran into the length limit (overlong filtering). Default false. */
  readonly maskTruncatedCompletions?: boolean;
  /** Default: a copy of the model as it is given, where one is needed. */
  readonly referenceModel?: DecoderLM;
  /** Keep completions of every so many steps in the run's folder. */
  readonly logCompletionsEvery?: number;
  /** Told once of what deserves attention, such as completions that hit the length limit. Default: process warnings. */
  readonly onWarning?: (message: string) => void;
}

/** Share of completions at the length limit that is warned of. */
const truncatedShare = 0.5;

/** A batch of rollouts with their rewards. */
export interface RolloutBatch<Row> extends ScoredSamples {
  readonly rollouts: readonly Rollout<Row>[];
  readonly groupSize: number;
  readonly step: number;
  /** The positions of all completions. */
  readonly scoring: Scoring;
}

/** A rollout with what it is trained with. Numbers are per token of the completion. */
export interface TrainingRow<Row> extends Rollout<Row> {
  /** Place in the batch. */
  readonly index: number;
  /** One number, or one per token. */
  readonly advantages: ArrayLike<number>;
  readonly refLogProbs?: ArrayLike<number>;
  /** 1 for the tokens of high entropy, where the loss is about those alone. */
  readonly entropyMask?: ArrayLike<number>;
}

export abstract class OnPolicyTrainer<
  Row extends PromptRow,
  Options extends OnPolicyOptions<Row> = OnPolicyOptions<Row>,
> extends Trainer<Options> {
  static override readonly optionNames: readonly string[] = [
    ...Trainer.optionNames,
    'dataset',
    'shuffle',
    'rewards',
    'promptsPerStep',
    'numGenerations',
    'numIterations',
    'updatesPerIteration',
    'maskTruncatedCompletions',
    'referenceModel',
    'logCompletionsEvery',
    'onWarning',
    'temperature',
    'topK',
    'topP',
    'minP',
    'repetitionPenalty',
    'stopTokens',
    'stopStrings',
    'maxBatch',
    'maxCompletionLength',
  ];

  protected readonly rewards: readonly Reward<Row>[];
  protected readonly groupSize: number;
  protected readonly promptsPerStep: number;
  protected readonly temperature: number;
  protected readonly sampling: SamplingOptions;
  protected readonly reference: Reference | null;
  readonly #loader: DataLoader<Row>;
  #prompts: AsyncIterator<{ readonly samples: readonly Row[] }> | null = null;
  #warned = false;

  static override checkValues(op: string, options: Values<OnPolicyOptions<PromptRow>>): void {
    const { numIterations = 1, updatesPerIteration = 1, temperature = 1 } = options;
    const { promptsPerStep, numGenerations, maxCompletionLength, logCompletionsEvery } = options;
    checkCounts(op, { numIterations, updatesPerIteration, promptsPerStep, numGenerations });
    checkCounts(op, { maxCompletionLength, logCompletionsEvery });
    Trainer.checkValues(op, options, numIterations * updatesPerIteration);
    checkFlags(op, { shuffle: options.shuffle, maskTruncatedCompletions: options.maskTruncatedCompletions });
    if (!(typeof temperature === 'number' && temperature > 0 && Number.isFinite(temperature)))
      throw new ArgumentError(`temperature must be above 0; got ${formatValue(temperature)}.`, { op });
    checkRange(op, 'topK', options.topK ?? 0, 0);
    checkRange(op, 'topP', options.topP ?? 1, 0, 1);
    checkRange(op, 'minP', options.minP ?? 0, 0, 1);
    checkRange(op, 'repetitionPenalty', options.repetitionPenalty ?? 1, 0);
  }

  protected constructor(
    options: Options,
    defaults: {
      readonly lr: number;
      readonly numGenerations: number;
      readonly reference: boolean;
    },
  ) {
    const { numIterations = 1, updatesPerIteration = 1, promptsPerStep = 8 } = options ?? {};
    const { numGenerations = defaults.numGenerations, maxCompletionLength = 512 } = options ?? {};
    super(options, defaults.lr, { updates: numIterations * updatesPerIteration });
    const { dataset } = options;
    checkDataset(this.op, dataset);
    if (dataset.length < promptsPerStep) {
      throw new ArgumentError(
        `promptsPerStep is ${promptsPerStep}; the dataset ${dataset.name} has ${dataset.length} rows.`,
        {
          op: this.op,
        },
      );
    }
    this.rewards = [options.rewards].flat() as readonly Reward<Row>[];
    checkRewards(this.op, this.rewards);
    this.groupSize = numGenerations;
    this.promptsPerStep = promptsPerStep;
    this.temperature = options.temperature ?? 1;
    const { topK, topP, minP, repetitionPenalty, stopTokens, stopStrings, maxBatch } = options;
    this.sampling = {
      temperature: this.temperature,
      maxCompletionLength,
      ...(topK !== undefined && { topK }),
      ...(topP !== undefined && { topP }),
      ...(minP !== undefined && { minP }),
      ...(repetitionPenalty !== undefined && { repetitionPenalty }),
      ...(stopTokens !== undefined && { stopTokens }),
      ...(stopStrings !== undefined && { stopStrings }),
      ...(maxBatch !== undefined && { maxBatch }),
    };
    // Shuffling two thousand million random problems would only cost memory.
    const shuffle = options.shuffle ?? dataset.length < 2 ** 31 - 1;
    this.#loader = new DataLoader(dataset, {
      batchSize: promptsPerStep,
      shuffle,
      seed: this.seed,
      epochs: Number.POSITIVE_INFINITY,
      lastBatch: 'drop',
    });
    const needed = defaults.reference || options.referenceModel !== undefined;
    this.reference = needed ? this.makeReference(options.referenceModel) : null;
  }

  /** What each rollout is trained with. Rows that are left out contribute nothing, but count where the batch is averaged. */
  protected abstract prepare(batch: RolloutBatch<Row>, sums: MetricSums): Promise<TrainingRow<Row>[]>;

  /** The loss of a micro-batch. */
  protected abstract loss(part: PolicyBatch, rows: readonly TrainingRow<Row>[], counts: BatchCounts): LossResult;

  /** Runs after the updates of a step. */
  protected async afterUpdates(_batch: RolloutBatch<Row>, _sums: MetricSums): Promise<void> {}

  protected override states(): Record<string, Stateful> {
    return { ...super.states(), prompts: loaderState(this.#loader) };
  }

  protected override async trainStep(step: number, sums: MetricSums): Promise<void> {
    const batch = await this.collect(step, sums);
    this.#describe(batch, sums);
    const rows = await this.prepare(batch, sums);
    this.updates(rows, batch, sums);
    await this.afterUpdates(batch, sums);
    await this.#keepCompletions(batch, step);
  }

  /** A batch of rollouts with rewards. */
  protected async collect(step: number, _sums: MetricSums): Promise<RolloutBatch<Row>> {
    return this.rollOut(await this.nextPrompts(), step, 0);
  }

  protected async nextPrompts(): Promise<readonly Row[]> {
    this.#prompts ??= this.#loader[Symbol.asyncIterator]();
    const next = await this.#prompts.next();
    if (next.done) throw new ArgumentError('the dataset has no more prompts.', { op: this.op });
    return next.value.samples;
  }

  /** `round`: how many batches this step has sampled before. */
  protected async rollOut(rows: readonly Row[], step: number, round: number): Promise<RolloutBatch<Row>> {
    const { tokenizer } = this.options;
    const seed = (this.seed * 1_000_003 + step) * 64 + round;
    const request = { rows, groupSize: this.groupSize, seed, tokenizer };
    const rollouts = await rollout(this.model, request, this.sampling);
    return this.batchOf(rollouts, await scoreSamples(this.rewards, rollouts, { step }), step);
  }

  protected batchOf(rollouts: readonly Rollout<Row>[], scored: ScoredSamples, step: number): RolloutBatch<Row> {
    const masked = this.options.maskTruncatedCompletions
      ? rollouts.map((r) => (r.finishReason === 'length' ? { ...r, mask: new Uint8Array(r.tokens.length) } : r))
      : rollouts;
    return { ...scored, rollouts: masked, groupSize: this.groupSize, step, scoring: new Scoring(masked) };
  }

  /** Log-probabilities of all completions under the reference model, per row and token. */
  protected async referenceLogProbs(batch: RolloutBatch<Row>): Promise<Float32Array[] | null> {
    const { reference, temperature } = this;
    if (reference === null) return null;
    return this.perToken(batch, (scoring) =>
      reference.with((model) => scope(() => scoring.logProbs(model, { temperature }).logProbs)),
    );
  }

  /** Numbers per token of all completions, computed without gradients in micro-batches. */
  protected async perToken(batch: RolloutBatch<Row>, of: (scoring: Scoring) => Tensor): Promise<Float32Array[]> {
    const result: Float32Array[] = [];
    for (const part of this.microBatches(batch.rollouts)) {
      const scoring = new Scoring(part);
      const values = noGrad(() => scope(() => of(scoring)));
      const data = (await values.data()) as Float32Array;
      values.dispose();
      part.forEach(({ tokens }, r) => {
        result.push(data.slice(r * scoring.columns, r * scoring.columns + tokens.length));
      });
    }
    return result;
  }

  /** Goes through the rows as often as asked, with optimizer steps on the way. */
  protected updates(rows: readonly TrainingRow<Row>[], batch: RolloutBatch<Row>, sums: MetricSums): void {
    const { numIterations = 1, updatesPerIteration = 1 } = this.options;
    const onPolicy = numIterations * updatesPerIteration === 1;
    const total = batch.rollouts.length;
    for (let iteration = 0; iteration < numIterations; iteration++) {
      const size = Math.ceil(total / updatesPerIteration);
      for (let u = 0; u < updatesPerIteration; u++) {
        const [from, to] = [u * size, Math.min(total, (u + 1) * size)];
        const whole = batch.rollouts.slice(from, to);
        const chosen = rows.filter(({ index }) => index >= from && index < to);
        const tokens = new Scoring(whole).tokens;
        const sharp = chosen.every(({ entropyMask }) => entropyMask === undefined)
          ? undefined
          : chosen.reduce((n, { entropyMask }) => n + Array.from(entropyMask!).filter((m) => m !== 0).length, 0);
        const counts = { examples: whole.length, tokens: Math.max(1, tokens), entropyTokens: sharp };
        const first = iteration === 0 && u === 0;
        const parts = this.microBatches(chosen).map((part) => this.#part(part, batch, counts, onPolicy, first));
        this.learner.update(parts, sums);
      }
    }
  }

  #part(
    rows: readonly TrainingRow<Row>[],
    batch: RolloutBatch<Row>,
    counts: BatchCounts,
    onPolicy: boolean,
    first: boolean,
  ): Part {
    return () => {
      const { model } = this;
      const scoring = new Scoring(rows, batch.scoring.columns);
      const { columns } = scoring;
      const { logProbs, entropies } = scoring.logProbs(model, { temperature: this.temperature });
      const mask = scoring.mask(model);
      const matrix = (of: (row: TrainingRow<Row>) => ArrayLike<number>) =>
        upload(spread(rows.map(of), columns), rows.length, model);
      const sampler = matrix((row) => row.logProbs);
      const perRow = rows.every(({ advantages }) => advantages.length === 1);
      const advantages = perRow
        ? upload(
            rows.map((row) => row.advantages[0]!),
            rows.length,
            model,
          ).reshape([rows.length])
        : matrix((row) => row.advantages);
      const refs = rows.every(({ refLogProbs }) => refLogProbs !== undefined);
      const sharp = rows.every(({ entropyMask }) => entropyMask !== undefined);
      const result = this.loss(
        {
          logProbs,
          entropies,
          mask,
          advantages,
          oldLogProbs: onPolicy ? undefined : sampler,
          samplerLogProbs: sampler,
          refLogProbs: refs ? matrix((row) => row.refLogProbs!) : undefined,
          entropyMask: sharp ? matrix((row) => row.entropyMask!) : undefined,
        },
        rows,
        counts,
      );
      if (!first) return result;
      // Before the first update policy and sampler are one: what differs is how they compute.
      const mismatch = noGrad(() => {
        const difference = logProbs.detach().sub(sampler).abs().mul(mask);
        const [largest] = difference.flatten().max();
        return {
          'sampling/logp_difference_mean': maskedMean(difference, mask),
          'sampling/logp_difference_max': { kind: 'max', value: largest! } as const,
        };
      });
      return { loss: result.loss, metrics: { ...result.metrics, ...mismatch } };
    };
  }

  #describe(batch: RolloutBatch<Row>, sums: MetricSums): void {
    const metrics = completionMetrics(batch.rollouts);
    for (const [name, value] of Object.entries(metrics)) sums.addNumber(name, value);
    batch.scores.forEach((scores, i) => {
      for (const s of scores) if (!Number.isNaN(s)) sums.addNumber(`rewards/${this.rewards[i]!.name}`, s);
    });
    const share = metrics['completions/clipped_ratio']!;
    if (share <= truncatedShare || this.#warned) return;
    this.#warned = true;
    const message = `${Math.round(100 * share)} % of the completions of step ${batch.step + 1} ran into maxCompletionLength ${this.sampling.maxCompletionLength}. Raise it, or check that the model has end tokens.`;
    const warn = this.options.onWarning ?? ((text: string) => process.emitWarning(text, { code: 'RL_TRUNCATED' }));
    warn(message);
  }

  async #keepCompletions(batch: RolloutBatch<Row>, step: number): Promise<void> {
    const every = this.options.logCompletionsEvery;
    if (every === undefined || step % every !== 0) return;
    const run = await this.open();
    const totals = weightedRewards(batch.scores, batch.weights);
    run.writeCompletions(
      batch.rollouts.map((r, i) => ({
        step: step + 1,
        prompt: shown(r.row.prompt),
        completion: r.text === '' ? JSON.stringify(Array.from(r.tokens)) : r.text,
        reward: totals[i]!,
        ...Object.fromEntries(this.rewards.map(({ name }, f) => [`rewards/${name}`, batch.scores[f]![i]!])),
      })),
    );
  }
}

function shown(prompt: PromptRow['prompt']): string {
  return typeof prompt === 'string' ? prompt : JSON.stringify(Array.from(prompt as ArrayLike<unknown>));
}

/** Rows of numbers as a rectangle, zero behind each row's end. */
export function spread(rows: readonly ArrayLike<number>[], columns: number): Float32Array {
  const data = new Float32Array(rows.length * columns);
  rows.forEach((row, r) => {
    for (let t = 0; t < row.length; t++) data[r * columns + t] = row[t]!;
  });
  return data;
}
