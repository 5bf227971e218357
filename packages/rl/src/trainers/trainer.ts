/**
 * The one training loop. A trainer is a learner, a run (checkpoints, metrics, resumption) and a step, which its subclass
 * defines: what is learned from, and by which loss.
 */
import type { Json, Tokenizer } from '@tessera/data';
import { DecoderLM } from '@tessera/models';
import type { Module } from '@tessera/nn';
import type { Subnetwork } from '@tessera/optim';
import { ArgumentError, checkOptions, formatValue } from '@tessera/tensor';
import { generatorState, type Metrics, Run, type RunOptions, type Stateful, type StepReport } from '@tessera/train';
import { MetricSums } from '../losses/common.js';
import { checkLearnerOptions, Learner, type LearnerOptions, learnerOptionNames } from './learner.js';
import { checkCounts, checkNested, type Values } from './options.js';
import { frozenCopy, givenReference, type Reference, sparseReference } from './reference.js';

export interface TrainerOptions
  extends LearnerOptions,
    Pick<RunOptions, 'folder' | 'checkpointEvery' | 'keepLast' | 'logEvery' | 'sinks' | 'progress' | 'show'> {
  /** What is trained, in place. */
  readonly model: DecoderLM;
  /** Needed for text; datasets of token ids do without. */
  readonly tokenizer?: Tokenizer;
  readonly steps: number;
  /** Rows of a micro-batch: how many go through the model at a time. Gradients of a batch add up. Default: all. */
  readonly microBatchSize?: number;
  /** Of everything that is drawn. Default 0. */
  readonly seed?: number;
  /** Runs after every `every` steps and after the last, with the averaged weights where there are any. */
  readonly evaluate?: { readonly every: number; readonly run: (step: number) => Promise<Metrics> };
  /** What a checkpoint is refused for when it changes. */
  readonly config?: Json;
}

export abstract class Trainer<Options extends TrainerOptions = TrainerOptions> implements AsyncDisposable {
  /** The names of its options: any other is refused. */
  static readonly optionNames: readonly string[] = [
    ...learnerOptionNames,
    'folder',
    'checkpointEvery',
    'keepLast',
    'logEvery',
    'sinks',
    'progress',
    'show',
    'model',
    'tokenizer',
    'steps',
    'microBatchSize',
    'seed',
    'evaluate',
    'config',
  ];

  /**
   * Refuses values that are wrong whatever the model and the data: constructors call it before they touch either, and programs
   * may before they read them. `updates`: optimizer steps per step.
   * @throws ArgumentError that names the option.
   */
  static checkValues(op: string, options: Values<TrainerOptions>, updates = 1): void {
    const { steps, evaluate, microBatchSize } = options;
    checkNested(op, options, { evaluate: ['every', 'run'] });
    checkCounts(op, {
      steps: steps ?? Number.NaN,
      microBatchSize,
      ...(evaluate && { 'evaluate.every': evaluate.every ?? Number.NaN }),
    });
    checkLearnerOptions(op, options, steps * updates);
  }

  readonly model: DecoderLM;
  readonly learner: Learner;
  protected readonly op: string;
  protected readonly options: Options;
  protected readonly seed: number;
  #run: Run | null = null;
  #reference: Reference | null = null;

  /** `lr`: the default. `updates`: optimizer steps per step. `module`: what is trained, where that is more than the model. */
  protected constructor(
    options: Options,
    lr: number,
    { updates = 1, module = options?.model }: { readonly updates?: number; readonly module?: Module } = {},
  ) {
    this.op = new.target.name;
    checkOptions(this.op, options, new.target.optionNames);
    new.target.checkValues(this.op, options);
    if (!(options.model instanceof DecoderLM)) {
      throw new ArgumentError(`model must be a DecoderLM; got ${formatValue(options.model)}.`, { op: this.op });
    }
    this.options = options;
    this.model = options.model;
    this.seed = options.seed ?? 0;
    this.learner = new Learner(this.op, module, this.model, options, lr, options.steps * updates);
  }

  /** One training step; what it measures goes into `sums`. */
  protected abstract trainStep(step: number, sums: MetricSums): Promise<void>;

  /** Told what a step measured. */
  protected measured(_metrics: Metrics): void {}

  /** What the step remembers beside the learner's parts. */
  protected states(): Record<string, Stateful> {
    return {};
  }

  /** The run, opened: from its newest checkpoint, where its folder has one. */
  async open(): Promise<Run> {
    if (this.#run !== null) return this.#run;
    const { evaluate, steps, config } = this.options;
    const own = ['folder', 'checkpointEvery', 'keepLast', 'logEvery', 'sinks', 'show'] as const;
    const chosen = Object.fromEntries(
      own.flatMap((k) => (this.options[k] === undefined ? [] : [[k, this.options[k]]])),
    );
    const reference = this.#reference?.state;
    // What dropout draws from, where the model has any and is in training.
    const random = generatorState(this.learner.flats[0]!.data.device.generator);
    this.#run = await Run.open({
      ...chosen,
      steps,
      progress: this.options.progress ?? false,
      state: { ...this.learner.states(), random, ...(reference && { reference }), ...this.states() },
      ...(config !== undefined && { config }),
      ...(evaluate && {
        evaluate: { every: evaluate.every, run: (step) => this.learner.withAverage(() => evaluate.run(step)) },
      }),
    });
    return this.#run;
  }

  /** Trains, a step for each turn of the loop. When `signal` aborts, the step under way ends and a checkpoint is saved. */
  async *steps(options: { readonly signal?: AbortSignal } = {}): AsyncGenerator<StepReport, void, undefined> {
    const run = await this.open();
    yield* run.steps(async (step) => {
      const sums = new MetricSums();
      await this.trainStep(step, sums);
      const metrics = await sums.read();
      this.measured(metrics);
      return metrics;
    }, options);
  }

  /** Trains to the end. Returns the last step's report; null where there was nothing left to do. */
  async finish(options: { readonly signal?: AbortSignal } = {}): Promise<StepReport | null> {
    let last: StepReport | null = null;
    for await (const report of this.steps(options)) last = report;
    return last;
  }

  /** Closes the run and frees everything but the model. */
  async close(): Promise<void> {
    await this.#run?.close();
    this.learner.dispose();
    this.#reference?.dispose();
    this.#reference = null;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  /** Makes the reference model, of the policy as it is now: call it in the constructor. */
  protected makeReference(given: DecoderLM | undefined): Reference {
    const { subnetwork } = this.options;
    const list = subnetwork === undefined ? [] : ([subnetwork].flat() as readonly Subnetwork[]);
    if (given !== undefined) this.#reference = givenReference(given);
    else this.#reference = list.length > 0 ? sparseReference(this.model, list) : frozenCopy(this.model);
    return this.#reference;
  }

  /** `items` in micro-batches. */
  protected microBatches<T>(items: readonly T[]): T[][] {
    const size = this.options.microBatchSize ?? Math.max(1, items.length);
    return Array.from({ length: Math.ceil(items.length / size) }, (_, i) => items.slice(i * size, (i + 1) * size));
  }
}
