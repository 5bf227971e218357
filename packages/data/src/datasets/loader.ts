/**
 * Batches of a dataset: shuffled, sharded, read ahead, resumable. Rows are asked for in order and up to `ahead` at a time, so files,
 * decoders and workers are busy while the caller trains; the caller's pace bounds what is held. `state()` after a batch, given to
 * `restore` of a loader of the same dataset and seed, goes on with the batch that follows.
 */
import { checkOptions } from '../check.js';
import { codeOf, DatasetError, messageOf } from '../errors.js';
import type { Dataset } from './dataset.js';
import { blockPermutation, type Order, permutation, sequentialOrder } from './order.js';

export interface LoaderOptions {
  /** Rows of a batch. */
  readonly batchSize: number;
  /** A new order in every epoch; the dataset's own order where false or absent. */
  readonly shuffle?: boolean;
  /** Of the order. Default 0. */
  readonly seed?: number;
  /**
   * Passes over the dataset after which there is nothing more; `Infinity` never ends. Where absent, each iteration is one
   * pass, or what is left of one, as in PyTorch, and the next one goes on with the next epoch.
   */
  readonly epochs?: number;
  /** This process and how many share the dataset: row `i` of an epoch goes to rank `i % world`. */
  readonly rank?: number;
  readonly world?: number;
  /** A last batch that is not full: dropped, or given as it is (where absent). */
  readonly lastBatch?: 'drop' | 'keep';
  /** Rows that are read at a time; two batches where absent. */
  readonly ahead?: number;
  /** A row that cannot be read ends the iteration (where absent), or is skipped, counted and named in `skipped`. */
  readonly onBadSample?: 'throw' | 'skip';
  /** Told of every row that is skipped. */
  readonly onSkip?: (sample: SkippedSample) => void;
  /** Ends the iteration with its reason. */
  readonly signal?: AbortSignal;
}

export interface Batch<T> {
  readonly samples: readonly T[];
  /** Row of the dataset that each sample is. */
  readonly indices: readonly number[];
  readonly epoch: number;
}

/** Where a loader stands. Plain JSON, and (a type, no interface) `Json` to the compiler too. */
export type LoaderState = {
  readonly epoch: number;
  /** Rows of the epoch that all ranks together have passed. */
  readonly position: number;
  readonly seed: number;
  readonly shuffle: boolean;
  /** Length of the dataset, to notice another one. */
  readonly length: number;
  readonly skipped: number;
};

export interface SkippedSample {
  readonly index: number;
  readonly epoch: number;
  /** Names file and line or entry, and the problem. */
  readonly message: string;
}

const optionNames: Readonly<Record<keyof LoaderOptions, true>> = {
  batchSize: true,
  shuffle: true,
  seed: true,
  epochs: true,
  rank: true,
  world: true,
  lastBatch: true,
  ahead: true,
  onBadSample: true,
  onSkip: true,
  signal: true,
};

/** Failures that no other row would escape. */
const notOfTheRow: ReadonlySet<string> = new Set(['MISSING_SHARP', 'WORKER_CLOSED']);

/** Skipped samples that are remembered by name; all are counted. */
const maxNamed = 100;

interface Sample<T> {
  readonly epoch: number;
  /** Position in this rank's part of the epoch. */
  readonly position: number;
  readonly index: number;
  readonly row: Promise<T>;
}

export class DataLoader<T> implements AsyncIterable<Batch<T>> {
  readonly dataset: Dataset<T>;
  readonly #options: LoaderOptions;
  readonly #seed: number;
  readonly #rank: number;
  readonly #world: number;
  /** Rows of one epoch that this rank sees: the same number on every rank. */
  readonly samplesPerEpoch: number;
  #epoch = 0;
  #position = 0;
  #skippedCount = 0;
  #skipped: SkippedSample[] = [];
  #order: { epoch: number; at: Order } | undefined;

  constructor(dataset: Dataset<T>, options: LoaderOptions) {
    if (typeof dataset?.get !== 'function')
      throw new DatasetError('LOADER_DATASET', 'needs a dataset; rows in an array become one by arrayDataset(rows)');
    checkOptions<LoaderOptions>('DataLoader', options, optionNames);
    const { batchSize, seed = 0, rank = 0, world = 1, epochs, ahead } = options;
    checkCount('batchSize', batchSize, 1);
    checkCount('seed', seed, 0);
    checkCount('world', world, 1);
    checkCount('rank', rank, 0, world - 1);
    if (epochs !== undefined && epochs !== Number.POSITIVE_INFINITY) checkCount('epochs', epochs, 0);
    if (ahead !== undefined) checkCount('ahead', ahead, 1);
    this.dataset = dataset;
    this.#options = options;
    this.#seed = seed;
    this.#rank = rank;
    this.#world = world;
    this.samplesPerEpoch = Math.floor(dataset.length / world);
    if (this.batchesPerEpoch === 0) {
      const share = `${this.samplesPerEpoch} of ${dataset.length} rows for each of ${world} ranks`;
      throw new DatasetError('LOADER_EMPTY', `no batch of ${batchSize}: ${share}`, { file: dataset.name });
    }
  }

  get batchesPerEpoch(): number {
    const batches = this.samplesPerEpoch / this.#options.batchSize;
    return this.#options.lastBatch === 'drop' ? Math.floor(batches) : Math.ceil(batches);
  }

  /** How many rows were skipped, and the first of them by name. */
  get skipped(): { readonly count: number; readonly samples: readonly SkippedSample[] } {
    return { count: this.#skippedCount, samples: this.#skipped };
  }

  /** Where the loader stands: after the last batch it gave. */
  state(): LoaderState {
    return {
      epoch: this.#epoch,
      position: this.#position * this.#world,
      seed: this.#seed,
      shuffle: this.#options.shuffle ?? false,
      length: this.dataset.length,
      skipped: this.#skippedCount,
    };
  }

  /** Goes on where `state` was taken. The number of ranks may differ if it divides the position. */
  restore(state: LoaderState): void {
    const own = this.state();
    for (const key of ['seed', 'shuffle', 'length'] as const) {
      if (state[key] === own[key]) continue;
      const problem = `the state is of a loader with ${key} ${state[key]}, this one has ${own[key]}`;
      throw new DatasetError('LOADER_STATE', problem, { file: this.dataset.name });
    }
    const position = state.position / this.#world;
    if (
      !Number.isInteger(position) ||
      position < 0 ||
      position > this.samplesPerEpoch ||
      !Number.isInteger(state.epoch)
    ) {
      const problem = `position ${state.position} of epoch ${state.epoch} is none of ${this.#world} ranks`;
      throw new DatasetError('LOADER_STATE', problem, { file: this.dataset.name });
    }
    // Where the ranks have become more, the rows that are left may be too few for one each.
    [this.#epoch, this.#position] = position === this.samplesPerEpoch ? [state.epoch + 1, 0] : [state.epoch, position];
    this.#skippedCount = state.skipped;
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Batch<T>, void, undefined> {
    const { batchSize, signal, lastBatch } = this.#options;
    let samples: T[] = [];
    let indices: number[] = [];
    for await (const { sample, row, ends } of this.#samples()) {
      if (row !== undefined) {
        samples.push(row.value);
        indices.push(sample.index);
      }
      if (samples.length < batchSize && !ends) continue;
      [this.#epoch, this.#position] = ends ? [sample.epoch + 1, 0] : [sample.epoch, sample.position + 1];
      const full = samples.length === batchSize || (samples.length > 0 && lastBatch !== 'drop');
      const batch = { samples, indices, epoch: sample.epoch };
      [samples, indices] = [[], []];
      signal?.throwIfAborted();
      if (full) yield batch;
    }
  }

  /** Rows in order, `ahead` of them under way; those that were skipped have no row. `ends` marks the last of an epoch. */
  async *#samples(): AsyncGenerator<{ sample: Sample<T>; row: { value: T } | undefined; ends: boolean }> {
    const { batchSize, epochs = this.#epoch + 1, ahead = 2 * batchSize, signal, lastBatch } = this.#options;
    const perEpoch = this.samplesPerEpoch;
    let [epoch, position] = [this.#epoch, this.#position];
    let good = 0;
    const pending: Sample<T>[] = [];
    for (;;) {
      signal?.throwIfAborted();
      while (pending.length < ahead && epoch < epochs) {
        if (position === perEpoch) [epoch, position] = [epoch + 1, 0];
        else pending.push(this.#start(epoch, position++));
      }
      const sample = pending.shift();
      if (sample === undefined) return;
      const row = await this.#settle(sample);
      good += row === undefined ? 0 : 1;
      const ends = sample.position === perEpoch - 1;
      // Such an epoch gives no batch, and neither would the next.
      if (ends && good < (lastBatch === 'drop' ? batchSize : 1) && this.#position === 0) {
        const readable = good === 0 ? 'not one' : `no batch of ${batchSize}: only ${good}`;
        const last = this.#skipped.at(-1)?.message;
        throw new DatasetError('LOADER_ALL_BAD', `${readable} of ${perEpoch} rows could be read; the last: ${last}`, {
          file: this.dataset.name,
        });
      }
      if (ends) good = 0;
      yield { sample, row, ends };
    }
  }

  #start(epoch: number, position: number): Sample<T> {
    const index = this.#orderOf(epoch)(position * this.#world + this.#rank);
    const row = (async () => this.dataset.get(index, epoch))();
    row.catch(() => undefined); // seen when its turn comes
    return { epoch, position, index, row };
  }

  async #settle(sample: Sample<T>): Promise<{ value: T } | undefined> {
    try {
      return { value: await sample.row };
    } catch (error) {
      this.#options.signal?.throwIfAborted();
      if (this.#options.onBadSample !== 'skip' || notOfTheRow.has(codeOf(error) ?? '')) throw error;
      const skipped = { index: sample.index, epoch: sample.epoch, message: messageOf(error) };
      this.#skippedCount++;
      if (this.#skipped.length < maxNamed) this.#skipped.push(skipped);
      this.#options.onSkip?.(skipped);
      return undefined;
    }
  }

  #orderOf(epoch: number): Order {
    if (!this.#options.shuffle) return sequentialOrder;
    if (this.#order?.epoch !== epoch) {
      const { blocks, length } = this.dataset;
      const at =
        blocks === undefined ? permutation(length, this.#seed, epoch) : blockPermutation(blocks, this.#seed, epoch);
      this.#order = { epoch, at };
    }
    return this.#order.at;
  }
}

function checkCount(name: string, value: number, low: number, high = Number.MAX_SAFE_INTEGER): void {
  if (Number.isSafeInteger(value) && value >= low && value <= high) return;
  const range = high === Number.MAX_SAFE_INTEGER ? `from ${low} on` : `from ${low} to ${high}`;
  throw new DatasetError('LOADER_OPTION', `${name} must be a whole number ${range}; got ${value}`);
}
