/**
 * A dataset is rows by index: that is what shuffling, sharding and resuming need. Opening one reads no more than an index; rows are
 * read when asked for.
 */
import { checkDataset, checkList, checkWhole, refused, shown } from '../check.js';
import type { ErrorPlace } from '../errors.js';

/** Rows that are cheap to read together, such as the row groups of a parquet file. */
export interface RowBlocks {
  /** Rows of each block, in order. */
  readonly sizes: readonly number[];
  /** How many blocks are kept in memory: shuffling mixes the rows of this many at a time. */
  readonly kept: number;
}

export interface Dataset<T> extends AsyncDisposable {
  /** Where the rows come from, for messages. */
  readonly name: string;
  readonly length: number;
  /** Present where reading rows in any order would be slow. */
  readonly blocks?: RowBlocks | undefined;
  /** Every `get` makes a row anew, whose buffers the caller may keep or move; absent where rows are shared. */
  readonly fresh?: boolean;
  /** Row `index`, in [0, length). Datasets that augment draw from the epoch and the index. */
  get(index: number, epoch?: number): Promise<T>;
  /** Where row `index` stands, for messages. */
  place(index: number): ErrorPlace;
  close(): Promise<void>;
}

/** What most datasets share. */
export abstract class RowDataset<T> implements Dataset<T> {
  abstract readonly name: string;
  abstract readonly length: number;
  abstract get(index: number, epoch?: number): Promise<T>;
  abstract place(index: number): ErrorPlace;
  async close(): Promise<void> {}

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }
}

/** Rows in memory. */
export function arrayDataset<T>(rows: readonly T[], name = 'array'): Dataset<T> {
  checkList('arrayDataset', 'rows', rows);
  return new ArrayDataset(rows, name);
}

/** Each row made from a row of another dataset, when it is asked for. */
export function mapDataset<T, U>(
  source: Dataset<T>,
  map: (row: T, index: number, epoch: number) => U | Promise<U>,
): Dataset<U> {
  checkDataset('mapDataset', source);
  if (typeof map !== 'function') throw refused('mapDataset', `needs a function of a row; got ${shown(map)}`);
  return new MappedDataset(source, map);
}

/** Rows `[start, end)` of a dataset. */
export function sliceDataset<T>(source: Dataset<T>, start: number, end = source?.length): Dataset<T> {
  checkDataset('sliceDataset', source);
  if (!Number.isInteger(start) || !Number.isInteger(end))
    throw refused('sliceDataset', `start and end are whole numbers; got ${shown(start)} and ${shown(end)}`);
  return new SlicedDataset(source, Math.max(0, start), Math.min(end, source.length));
}

/** `count` rows of a dataset at even distances, all of them where there are no more: a part that is like the whole even where rows are sorted. */
export function spreadDataset<T>(source: Dataset<T>, count: number): Dataset<T> {
  checkDataset('spreadDataset', source);
  checkWhole('spreadDataset', 'count', count, 0);
  return count >= source.length ? source : new SpreadDataset(source, count);
}

/** The rows of several datasets, one after another. */
export function concatDatasets<T>(sources: readonly Dataset<T>[], name?: string): Dataset<T> {
  checkList('concatDatasets', 'sources', sources);
  for (const source of sources) checkDataset('concatDatasets', source);
  const [only] = sources;
  return sources.length === 1 && only !== undefined ? only : new ConcatDataset(sources, name);
}

class ArrayDataset<T> extends RowDataset<T> {
  constructor(
    readonly rows: readonly T[],
    readonly name: string,
  ) {
    super();
  }

  get length(): number {
    return this.rows.length;
  }

  async get(index: number): Promise<T> {
    return this.rows[index]!;
  }

  place(index: number): ErrorPlace {
    return { file: this.name, line: index + 1 };
  }
}

class MappedDataset<T, U> extends RowDataset<U> {
  constructor(
    readonly source: Dataset<T>,
    readonly map: (row: T, index: number, epoch: number) => U | Promise<U>,
  ) {
    super();
  }

  get name(): string {
    return this.source.name;
  }

  get length(): number {
    return this.source.length;
  }

  get blocks(): RowBlocks | undefined {
    return this.source.blocks;
  }

  async get(index: number, epoch = 0): Promise<U> {
    return this.map(await this.source.get(index, epoch), index, epoch);
  }

  place(index: number): ErrorPlace {
    return this.source.place(index);
  }

  override close(): Promise<void> {
    return this.source.close();
  }
}

class SlicedDataset<T> extends RowDataset<T> {
  constructor(
    readonly source: Dataset<T>,
    readonly start: number,
    readonly end: number,
  ) {
    super();
  }

  get name(): string {
    return `${this.source.name}[${this.start}:${this.end}]`;
  }

  get length(): number {
    return Math.max(0, this.end - this.start);
  }

  get blocks(): RowBlocks | undefined {
    const { blocks } = this.source;
    if (blocks === undefined) return undefined;
    const starts = startsOf(blocks.sizes);
    const inside = blocks.sizes.map(
      (size, i) => Math.min(starts[i]! + size, this.end) - Math.max(starts[i]!, this.start),
    );
    return { sizes: inside.filter((rows) => rows > 0), kept: blocks.kept };
  }

  async get(index: number, epoch?: number): Promise<T> {
    return this.source.get(this.start + index, epoch);
  }

  place(index: number): ErrorPlace {
    return this.source.place(this.start + index);
  }

  override close(): Promise<void> {
    return this.source.close();
  }
}

class SpreadDataset<T> extends RowDataset<T> {
  constructor(
    readonly source: Dataset<T>,
    readonly length: number,
  ) {
    super();
  }

  get name(): string {
    return `${this.source.name} (${this.length} of ${this.source.length})`;
  }

  get blocks(): RowBlocks | undefined {
    const { blocks } = this.source;
    if (blocks === undefined) return undefined;
    const starts = startsOf(blocks.sizes);
    // Rows of ours that come from rows before `row`.
    const before = (row: number): number => Math.ceil((row * this.length) / this.source.length);
    const sizes = blocks.sizes.map((size, i) => before(starts[i]! + size) - before(starts[i]!));
    return { sizes: sizes.filter((rows) => rows > 0), kept: blocks.kept };
  }

  async get(index: number, epoch?: number): Promise<T> {
    return this.source.get(this.#row(index), epoch);
  }

  place(index: number): ErrorPlace {
    return this.source.place(this.#row(index));
  }

  override close(): Promise<void> {
    return this.source.close();
  }

  #row(index: number): number {
    return Math.floor((index * this.source.length) / this.length);
  }
}

class ConcatDataset<T> extends RowDataset<T> {
  readonly name: string;
  readonly length: number;
  readonly #starts: readonly number[];

  constructor(
    readonly sources: readonly Dataset<T>[],
    name?: string,
  ) {
    super();
    this.name = name ?? sources.map((source) => source.name).join('+');
    this.#starts = startsOf(sources.map((source) => source.length));
    this.length = this.#starts.at(-1)!;
  }

  get blocks(): RowBlocks | undefined {
    if (this.sources.every((source) => source.blocks === undefined)) return undefined;
    const sizes = this.sources.flatMap((source) => source.blocks?.sizes ?? [source.length]);
    return { sizes, kept: Math.min(...this.sources.map((source) => source.blocks?.kept ?? Number.POSITIVE_INFINITY)) };
  }

  async get(index: number, epoch?: number): Promise<T> {
    const [source, start] = this.#holder(index);
    return source.get(index - start, epoch);
  }

  place(index: number): ErrorPlace {
    const [source, start] = this.#holder(index);
    return source.place(index - start);
  }

  override async close(): Promise<void> {
    await Promise.all(this.sources.map((source) => source.close()));
  }

  #holder(index: number): readonly [Dataset<T>, number] {
    const at = blockOf(this.#starts, index);
    return [this.sources[at]!, this.#starts[at]!];
  }
}

/** Where each block starts, and where the last one ends. */
export function startsOf(sizes: readonly number[]): readonly number[] {
  const starts = [0];
  for (const size of sizes) starts.push(starts.at(-1)! + size);
  return starts;
}

/** The block that holds `index`: the last one that starts at or before it. */
export function blockOf(starts: readonly number[], index: number): number {
  let [low, high] = [0, starts.length - 2];
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (starts[middle]! <= index) low = middle;
    else high = middle - 1;
  }
  return low;
}
