/**
 * A run: steps as an async iterable, each measured, with checkpoints from which it goes on bit for bit. The run owns the
 * loop and the folder; what a step does, and what must be remembered between steps, comes from the caller.
 *
 * Folder:
 *
 *     config.json               what the run was started with
 *     metrics.jsonl             a line per measured step
 *     events.out.tfevents.*     the same for TensorBoard
 *     completions.jsonl         texts a model wrote on the way (completions.ts)
 *     checkpoints/step-00000120 weights, optimizer, generators, place in the data
 *     run.lock                  while a process is at work in it
 *
 * Invariant: a checkpoint is taken between steps only, after the metrics up to it are on disk. So a run that is killed
 * at any moment and opened again repeats the steps after its last checkpoint and writes the same metrics.
 */
import { join } from 'node:path';
import {
  type Checkpoint,
  CheckpointStore,
  type Json,
  makeFolder,
  messageOf,
  type TensorToWrite,
  writeFileAtomic,
} from '@tessera/data';
import { tensorToWrite } from '@tessera/data/tensors';
import { Tensor } from '@tessera/tensor';
import { type Completion, CompletionsFile } from './completions.js';
import { difference } from './config.js';
import { RunError } from './errors.js';
import { lockFolder } from './lock.js';
import { type MetricSink, type Metrics, MetricsFile } from './metrics.js';
import { Progress } from './progress.js';
import { restoredFrom, type SavedTensor, type Stateful } from './state.js';
import { TensorBoardWriter } from './tensorboard.js';

/** Measurements of a step: numbers, or tensors of one element, which the run reads and disposes. */
export type StepMetrics = Readonly<Record<string, number | Tensor>>;

export interface RunOptions {
  /** Steps in all, those before a resumption included. */
  readonly steps: number;
  /** Where everything is written; nothing is where absent. */
  readonly folder?: string;
  /** What must be remembered, by name: `{ model, optimizer, rollouts, loader }`. */
  readonly state?: Readonly<Record<string, Stateful>>;
  /** What the run was started with. A folder whose run was started with something else is refused. */
  readonly config?: Json;
  /** Steps between checkpoints. There is one at the end and where a run is stopped in any case. */
  readonly checkpointEvery?: number;
  /** Checkpoints that are kept. Default 2. */
  readonly keepLast?: number;
  /** Steps between measurements that are written and read from the device. Default 1. */
  readonly logEvery?: number;
  /** Runs after every `every` steps and after the last; its metrics join the step's. */
  readonly evaluate?: { readonly every: number; readonly run: (step: number) => Promise<Metrics> };
  /** Further places for metrics. */
  readonly sinks?: readonly MetricSink[];
  /** The progress line; `false` for none. */
  readonly progress?: Progress | false;
  /** Metrics shown in the progress line, by name. */
  readonly show?: readonly string[];
}

/** A step that is done. */
export interface StepReport {
  /** Steps done: 1 after the first. */
  readonly step: number;
  /** Empty for steps between measurements. */
  readonly metrics: Metrics;
  readonly seconds: number;
}

interface RunFiles {
  readonly store?: CheckpointStore;
  readonly sinks: readonly MetricSink[];
  readonly completions?: CompletionsFile;
  /** Gives the folder back. */
  readonly unlock?: () => Promise<void>;
}

export class Run implements AsyncDisposable {
  readonly folder: string | undefined;
  /** Steps in all. */
  readonly total: number;
  readonly #options: RunOptions;
  readonly #store: CheckpointStore | undefined;
  readonly #sinks: readonly MetricSink[];
  readonly #completions: CompletionsFile | undefined;
  readonly #unlock: (() => Promise<void>) | undefined;
  readonly #progress: Progress | undefined;
  #step: number;
  #saved: number;
  #closed = false;

  private constructor(options: RunOptions, files: RunFiles, step: number) {
    this.folder = options.folder;
    this.total = options.steps;
    this.#options = options;
    this.#store = files.store;
    this.#sinks = files.sinks;
    this.#completions = files.completions;
    this.#unlock = files.unlock;
    this.#step = step;
    this.#saved = step;
    this.#progress = options.progress === false ? undefined : (options.progress ?? new Progress());
  }

  /**
   * Opens a run: a new one, or the one in `folder`, whose state is restored from its newest intact checkpoint. Throws
   * RunError where another process is at work there, or where the run was started with another configuration.
   */
  static async open(options: RunOptions): Promise<Run> {
    checkOptions(options);
    const { folder, sinks = [] } = options;
    if (folder === undefined) return new Run(options, { sinks }, 0);
    await makeFolder(folder).catch((cause: unknown) => {
      throw new RunError('RUN_FOLDER', messageOf(cause), { cause });
    });
    const unlock = await lockFolder(folder);
    try {
      return await Run.#openFolder(options, folder, unlock);
    } catch (error) {
      await unlock();
      throw error;
    }
  }

  static async #openFolder(options: RunOptions, folder: string, unlock: () => Promise<void>): Promise<Run> {
    const { config, state = {}, sinks = [] } = options;
    const store = await CheckpointStore.open(join(folder, 'checkpoints'), { keepLast: options.keepLast ?? 2 });
    const last = await store.latest();
    if (last !== undefined) await restore(last, options);
    else if (config !== undefined) {
      await writeFileAtomic(join(folder, 'config.json'), `${JSON.stringify(config, null, 2)}\n`);
    }
    const step = last?.step ?? 0;
    const own = [
      await MetricsFile.open(join(folder, 'metrics.jsonl'), step),
      new TensorBoardWriter(folder, { resumedAt: step }),
    ];
    const completions = await CompletionsFile.open(join(folder, 'completions.jsonl'), step);
    const run = new Run(options, { store, sinks: [...own, ...sinks], completions, unlock }, step);
    // a run with nothing done yet is resumed from its start, as it was: initial weights are random
    if (last === undefined && Object.keys(state).length > 0) await run.save();
    return run;
  }

  /** Steps done. */
  get step(): number {
    return this.#step;
  }

  get isDone(): boolean {
    return this.#step >= this.total;
  }

  /**
   * Does the remaining steps, one for each turn of the loop. `body` gets the number of steps done before it. When
   * `signal` aborts, the step under way is finished, a checkpoint saved, and the signal's reason thrown; leaving the
   * loop by `break` saves one too. When `body` throws, the last checkpoint stands.
   */
  async *steps(
    body: (step: number) => Promise<StepMetrics> | StepMetrics,
    options: { readonly signal?: AbortSignal } = {},
  ): AsyncGenerator<StepReport, void, undefined> {
    const { signal } = options;
    let whole = true;
    this.#progress?.start(this.#step);
    try {
      while (!this.isDone) {
        signal?.throwIfAborted();
        whole = false;
        const report = await this.#one(body);
        whole = true;
        yield report;
      }
    } finally {
      this.#progress?.end();
      if (whole && this.#step !== this.#saved) await this.save();
      else await this.#flush();
    }
  }

  /** Does all remaining steps. */
  async finish(
    body: (step: number) => Promise<StepMetrics> | StepMetrics,
    options: { readonly signal?: AbortSignal } = {},
  ): Promise<void> {
    for await (const _ of this.steps(body, options));
  }

  /** Keeps texts that the model wrote; a run without a folder forgets them. */
  writeCompletions(completions: readonly Completion[]): void {
    this.#completions?.write(completions);
  }

  /** Writes a checkpoint of the state as it is now. Returns its folder; undefined for a run without one. */
  async save(): Promise<string | undefined> {
    await this.#flush();
    if (this.#store === undefined) return undefined;
    const parts = Object.entries(this.#options.state ?? {}).map(([name, part]) => ({ name, saved: part.save() }));
    const tensors: Record<string, TensorToWrite[]> = {};
    const values: Record<string, Json> = {};
    for (const { name, saved } of parts) {
      if (saved.tensors !== undefined) tensors[name] = saved.tensors.map((t) => tensorToWrite(t.name, t.tensor));
      if (saved.values !== undefined) values[name] = saved.values;
    }
    const { config } = this.#options;
    try {
      const path = await this.#store.save(this.#step, {
        tensors,
        state: { parts: values, ...(config !== undefined && { config }) },
      });
      this.#saved = this.#step;
      return path;
    } finally {
      for (const { saved } of parts) disposeTemporary(saved.tensors);
    }
  }

  /** Closes the files and gives the folder back. */
  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    try {
      for (const sink of this.#sinks) await sink.close();
      await this.#completions?.close();
    } finally {
      await this.#unlock?.();
    }
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  async #one(body: (step: number) => Promise<StepMetrics> | StepMetrics): Promise<StepReport> {
    const { logEvery = 1, evaluate, checkpointEvery } = this.#options;
    const started = performance.now();
    const outcome = await body(this.#step);
    const step = this.#step + 1;
    const last = step === this.total;
    let metrics = step % logEvery === 0 || last ? await read(outcome) : drop(outcome);
    const seconds = (performance.now() - started) / 1000;
    if (evaluate !== undefined && (step % evaluate.every === 0 || last)) {
      metrics = { ...metrics, ...(await evaluate.run(step)) };
    }
    this.#step = step;
    if (Object.keys(metrics).length > 0) {
      const record = { step, time: Date.now() / 1000, metrics };
      for (const sink of this.#sinks) sink.write(record);
    }
    this.#show(metrics);
    if (last || (checkpointEvery !== undefined && step % checkpointEvery === 0)) await this.save();
    return { step, metrics, seconds };
  }

  #show(metrics: Metrics): void {
    const names = this.#options.show ?? Object.keys(metrics).slice(0, 3);
    const fields = Object.fromEntries(names.flatMap((name) => (name in metrics ? [[name, metrics[name]!]] : [])));
    this.#progress?.update(this.#step, this.total, fields);
  }

  async #flush(): Promise<void> {
    for (const sink of this.#sinks) await sink.flush();
    await this.#completions?.flush();
  }
}

async function restore(checkpoint: Checkpoint, options: RunOptions): Promise<void> {
  const { state = {}, config, folder } = options;
  const saved = checkpoint.state as { parts: Record<string, Json>; config?: Json };
  const changed = config === undefined ? undefined : difference(saved.config ?? null, config);
  if (changed !== undefined) {
    const [then, now] = changed.values.map((value) => (value === undefined ? 'none' : JSON.stringify(value)));
    throw new RunError(
      'RUN_CONFIG_CHANGED',
      `${folder}: this run was started with another ${changed.key} (${then}; now ${now}). Give it the same configuration, or another folder.`,
    );
  }
  for (const [name, part] of Object.entries(state)) {
    const has = checkpoint.tensorFiles.includes(name);
    if (!has && !(name in saved.parts)) {
      throw new RunError('RUN_STATE', `${checkpoint.path}: the checkpoint has no part ${name}.`);
    }
    const source = has ? await checkpoint.tensors(name) : undefined;
    try {
      await part.restore(restoredFrom(source, saved.parts[name] ?? null));
    } finally {
      await source?.close();
    }
  }
}

async function read(outcome: StepMetrics): Promise<Metrics> {
  if (typeof outcome !== 'object' || outcome === null)
    throw new RunError('RUN_METRICS', `a step returns its metrics, { loss: 0.5 }, or {}; got ${String(outcome)}.`);
  const metrics: Record<string, number> = {};
  for (const [name, value] of Object.entries(outcome)) {
    if (typeof value !== 'number' && !(value instanceof Tensor))
      throw new RunError('RUN_METRICS', `metric ${name} must be a number or a tensor; got ${String(value)}.`);
    metrics[name] = typeof value === 'number' ? value : await value.item();
  }
  drop(outcome);
  return metrics;
}

function drop(outcome: StepMetrics): Metrics {
  for (const value of Object.values(outcome)) if (value instanceof Tensor) value.dispose();
  return {};
}

function disposeTemporary(tensors: readonly SavedTensor[] = []): void {
  for (const { tensor, temporary } of tensors) if (temporary) tensor.dispose();
}

const optionNames: ReadonlySet<string> = new Set<keyof RunOptions>([
  'steps',
  'folder',
  'state',
  'config',
  'checkpointEvery',
  'keepLast',
  'logEvery',
  'evaluate',
  'sinks',
  'progress',
  'show',
]);

function checkOptions(options: RunOptions): void {
  if (typeof options !== 'object' || options === null)
    throw new RunError(
      'RUN_OPTION',
      `Run.open: options come as an object of ${[...optionNames].join(', ')}; got ${String(options)}.`,
    );
  const unknown = Object.keys(options).find((name) => !optionNames.has(name));
  if (unknown !== undefined) {
    throw new RunError(
      'RUN_OPTION',
      `Run.open: there is no option '${unknown}'; it has ${[...optionNames].join(', ')}.`,
    );
  }
  const counts = {
    steps: options.steps,
    checkpointEvery: options.checkpointEvery,
    keepLast: options.keepLast,
    logEvery: options.logEvery,
    'evaluate.every': options.evaluate?.every,
  };
  for (const [name, value] of Object.entries(counts)) {
    const low = name === 'steps' ? 0 : 1;
    if (value === undefined || (Number.isSafeInteger(value) && value >= low)) continue;
    throw new RunError('RUN_OPTION', `Run.open: ${name} must be a whole number from ${low} on; got ${value}.`);
  }
}
