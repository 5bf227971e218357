/**
 * A dataset whose rows are read in worker threads, so that parsing, decoding and augmenting never hold the event loop. Each worker opens
 * the dataset for itself, by the name of a module and of a function in it: code travels by name, rows come back as plain data.
 */
import { checkOptions } from '../check.js';
import { blockOf, type Dataset, type RowBlocks, RowDataset, startsOf } from '../datasets/dataset.js';
import { DatasetError, type ErrorPlace } from '../errors.js';
import type { DatasetRecipe, RemoteShape } from './dataset-worker.js';
import { Remote } from './remote.js';

export interface WorkerDatasetOptions {
  /** Module to import in each worker: a package's name or a file URL. */
  readonly module: string | URL;
  /** Its function that opens the dataset: `(options) => Dataset | Promise<Dataset>`. */
  readonly function: string;
  /** What the function is given. Must be plain data. */
  readonly options?: unknown;
  /** Threads; 1 where absent. */
  readonly workers?: number;
}

const recipeOptions = { module: true, function: true, options: true, workers: true } as const;

/** Opens a dataset in workers. Close it to end them; idle ones do not keep the process alive. */
export async function workerDataset<T>(options: WorkerDatasetOptions): Promise<Dataset<T>> {
  checkOptions<WorkerDatasetOptions>('workerDataset', options, recipeOptions);
  const { workers = 1 } = options;
  if (!Number.isInteger(workers) || workers < 1) {
    throw new DatasetError('DATASET_OPTION', `workers must be a whole number from 1 on; got ${workers}`);
  }
  const entry = new URL('dataset-worker.js', import.meta.url);
  const recipe: DatasetRecipe = {
    module: String(options.module),
    function: options.function,
    options: options.options,
  };
  const remotes = Array.from({ length: workers }, () => new Remote(entry, recipe));
  try {
    const [shape] = await Promise.all(remotes.map((remote) => remote.call<RemoteShape>('shape', [])));
    return new WorkerDataset<T>(remotes, shape!);
  } catch (error) {
    await Promise.all(remotes.map((remote) => remote.close()));
    throw error;
  }
}

class WorkerDataset<T> extends RowDataset<T> {
  readonly fresh = true;
  readonly name: string;
  readonly length: number;
  readonly blocks: RowBlocks | undefined;
  readonly #remotes: readonly Remote[];
  readonly #starts: readonly number[] | undefined;

  constructor(remotes: readonly Remote[], { name, length, blocks }: RemoteShape) {
    super();
    this.name = name;
    this.length = length;
    this.blocks = blocks;
    this.#remotes = remotes;
    this.#starts = blocks === undefined ? undefined : startsOf(blocks.sizes);
  }

  get(index: number, epoch = 0): Promise<T> {
    return this.#remoteFor(index).call<T>('get', [index, epoch]);
  }

  place(index: number): ErrorPlace {
    return { file: this.name, line: index + 1 };
  }

  override async close(): Promise<void> {
    await Promise.all(this.#remotes.map((remote) => remote.close()));
  }

  /** Rows of one block go to one worker, which keeps the block; others to whoever has least to do. */
  #remoteFor(index: number): Remote {
    const { length } = this.#remotes;
    if (this.#starts !== undefined) return this.#remotes[blockOf(this.#starts, index) % length]!;
    return this.#remotes.reduce((best, remote) => (remote.load < best.load ? remote : best));
  }
}
