/**
 * Parquet files by row. A row group is decoded as a whole, in a worker thread, and the last few are kept, so shuffling mixes the rows
 * of that many groups at a time (`blocks`). Byte columns without a text type stay bytes; 64-bit integers become numbers where they fit.
 */

import { stat } from 'node:fs/promises';
import { checkOptions } from '../check.js';
import { DatasetError, type ErrorPlace, messageOf } from '../errors.js';
import { fileProblem } from '../json.js';
import { type CallOptions, Remote } from '../workers/remote.js';
import { blockOf, type RowBlocks, RowDataset, startsOf } from './dataset.js';
import type { Row } from './jsonl.js';
import type { ParquetShape } from './parquet-worker.js';

export interface ParquetOptions {
  /** Columns to read; all where absent. */
  readonly columns?: readonly string[];
  /** Row groups kept in memory; 4 where absent. */
  readonly keptGroups?: number;
  /** Seconds that decoding one row group may take; 120 where absent. */
  readonly timeoutSeconds?: number;
}

const parquetOptions = { columns: true, keptGroups: true, timeoutSeconds: true } as const;

/** More rows than bytes can only be a lie, but for columns that repeat one value; this is far beyond what those need. */
const maxRowsPerByte = 10_000;

/** One worker decodes for every file that is open; it ends with the last of them. */
let decoder: Remote | undefined;
let users = 0;

function shareDecoder(): Remote {
  users++;
  decoder ??= new Remote(new URL('parquet-worker.js', import.meta.url));
  return decoder;
}

/** Gives the decoder back; `path` is the file that it need not keep open for this user. */
async function releaseDecoder(path: string | undefined): Promise<void> {
  const own = decoder;
  if (--users > 0) {
    if (path !== undefined) await own?.call('close', [path]);
    return;
  }
  decoder = undefined;
  await own?.close();
}

export class ParquetDataset extends RowDataset<Row> {
  readonly name: string;
  readonly length: number;
  readonly blocks: RowBlocks;
  /** Names of the top-level columns. */
  readonly columns: readonly string[];
  readonly #remote: Remote;
  readonly #limits: CallOptions;
  #closed = false;
  readonly #wanted: readonly string[] | undefined;
  readonly #starts: readonly number[];
  /** Decoded row groups, the most recent last. */
  readonly #groups = new Map<number, Promise<readonly Row[]>>();

  private constructor(path: string, remote: Remote, limits: CallOptions, shape: ParquetShape, options: ParquetOptions) {
    super();
    this.name = path;
    this.#remote = remote;
    this.#limits = limits;
    this.#wanted = options.columns;
    this.columns = shape.columns;
    this.#starts = startsOf(shape.sizes);
    this.length = this.#starts.at(-1)!;
    this.blocks = { sizes: shape.sizes, kept: options.keptGroups ?? 4 };
  }

  /** Opens a file and reads its metadata. Throws DatasetError. */
  static async open(path: string, options: ParquetOptions = {}): Promise<ParquetDataset> {
    checkOptions<ParquetOptions>('ParquetDataset.open', options, parquetOptions);
    const fail = (problem: string, cause?: unknown): DatasetError =>
      new DatasetError('DATASET_OPEN', problem, { file: path, cause });
    const { size } = await stat(path).catch((cause: unknown) => {
      throw fail(fileProblem(cause), cause);
    });
    const limits = { timeoutSeconds: options.timeoutSeconds ?? 120 };
    const remote = shareDecoder();
    let open = false;
    try {
      const shape = await remote.call<ParquetShape>('open', [path], limits).catch((cause: unknown) => {
        throw fail(`not a readable parquet file: ${messageOf(cause)}`, cause);
      });
      open = true;
      if (!shape.sizes.every((rows) => Number.isSafeInteger(rows) && rows >= 0 && rows <= size * maxRowsPerByte)) {
        throw fail(`not a readable parquet file: row groups of ${shape.sizes.slice(0, 4)} rows in ${size} bytes`);
      }
      const unknown = options.columns?.find((column) => !shape.columns.includes(column));
      if (unknown !== undefined) {
        const problem = `no column ${unknown}; it has ${shape.columns.join(', ')}`;
        throw new DatasetError('DATASET_COLUMN', problem, { file: path });
      }
      return new ParquetDataset(path, remote, limits, shape, options);
    } catch (error) {
      await releaseDecoder(open ? path : undefined);
      throw error;
    }
  }

  async get(index: number): Promise<Row> {
    const group = blockOf(this.#starts, index);
    const rows = await this.#group(group).catch((cause: unknown) => {
      throw new DatasetError('DATASET_ROW', `row group ${group} cannot be read: ${messageOf(cause)}`, {
        ...this.place(index),
        cause,
      });
    });
    const row = rows[index - this.#starts[group]!];
    if (row !== undefined) return row;
    throw new DatasetError('DATASET_ROW', `row group ${group} is shorter than the file says`, this.place(index));
  }

  place(index: number): ErrorPlace {
    return { file: this.name, line: index + 1 };
  }

  override async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    this.#groups.clear();
    await releaseDecoder(this.name);
  }

  #group(group: number): Promise<readonly Row[]> {
    const [start, end] = [this.#starts[group]!, this.#starts[group + 1]!];
    const rows =
      this.#groups.get(group) ??
      this.#remote.call<readonly Row[]>('read', [this.name, start, end, this.#wanted], this.#limits);
    this.#groups.delete(group);
    this.#groups.set(group, rows);
    for (const oldest of this.#groups.keys()) {
      // one more than a window of the shuffle, so that reading ahead into the next does not drop this one
      if (this.#groups.size <= this.blocks.kept + 1) break;
      this.#groups.delete(oldest);
    }
    return rows;
  }
}
