/**
 * Parquet files by row. A row group is decoded as a whole and the last few are kept, so shuffling mixes the rows of that many groups
 * at a time (`blocks`). Byte columns without a text type stay bytes; 64-bit integers become numbers where they fit.
 */
import type { FileHandle } from 'node:fs/promises';
import { type AsyncBuffer, type FileMetaData, parquetMetadataAsync, parquetReadObjects } from 'hyparquet';
import { compressors } from 'hyparquet-compressors';
import { DatasetError, type ErrorPlace, messageOf } from '../errors.js';
import { readRange } from '../file-range.js';
import { blockOf, type RowBlocks, RowDataset, startsOf } from './dataset.js';
import { openRowFile, type Row } from './jsonl.js';

export interface ParquetOptions {
  /** Columns to read; all where absent. */
  readonly columns?: readonly string[];
  /** Row groups kept in memory; 4 where absent. */
  readonly keptGroups?: number;
}

export class ParquetDataset extends RowDataset<Row> {
  readonly name: string;
  readonly length: number;
  readonly blocks: RowBlocks;
  /** Names of the top-level columns. */
  readonly columns: readonly string[];
  readonly #handle: FileHandle;
  readonly #file: AsyncBuffer;
  readonly #metadata: FileMetaData;
  readonly #wanted: readonly string[] | undefined;
  readonly #starts: readonly number[];
  /** Decoded row groups, the most recent last. */
  readonly #groups = new Map<number, Promise<readonly Row[]>>();

  private constructor(
    path: string,
    handle: FileHandle,
    file: AsyncBuffer,
    metadata: FileMetaData,
    options: ParquetOptions,
  ) {
    super();
    this.name = path;
    this.#handle = handle;
    this.#file = file;
    this.#metadata = metadata;
    this.#wanted = options.columns;
    this.columns = topLevelColumns(metadata);
    const sizes = metadata.row_groups.map((group) => Number(group.num_rows));
    this.#starts = startsOf(sizes);
    this.length = this.#starts.at(-1)!;
    this.blocks = { sizes, kept: options.keptGroups ?? 4 };
    for (const column of options.columns ?? []) {
      if (this.columns.includes(column)) continue;
      throw new DatasetError('DATASET_COLUMN', `no column ${column}; it has ${this.columns.join(', ')}`, {
        file: path,
      });
    }
  }

  /** Opens a file and reads its metadata. Throws DatasetError. */
  static async open(path: string, options: ParquetOptions = {}): Promise<ParquetDataset> {
    const handle = await openRowFile(path);
    try {
      const file = bufferOf(handle, (await handle.stat()).size);
      const metadata = await parquetMetadataAsync(file);
      return new ParquetDataset(path, handle, file, metadata, options);
    } catch (cause) {
      await handle.close();
      if (cause instanceof DatasetError) throw cause;
      throw new DatasetError('DATASET_OPEN', `not a readable parquet file: ${messageOf(cause)}`, { file: path, cause });
    }
  }

  async get(index: number): Promise<Row> {
    const group = blockOf(this.#starts, index);
    try {
      const rows = await this.#group(group);
      return rows[index - this.#starts[group]!]!;
    } catch (cause) {
      throw new DatasetError('DATASET_ROW', `row group ${group} cannot be read: ${messageOf(cause)}`, {
        ...this.place(index),
        cause,
      });
    }
  }

  place(index: number): ErrorPlace {
    return { file: this.name, line: index + 1 };
  }

  override close(): Promise<void> {
    this.#groups.clear();
    return this.#handle.close();
  }

  #group(group: number): Promise<readonly Row[]> {
    const rows = this.#groups.get(group) ?? this.#readGroup(group);
    this.#groups.delete(group);
    this.#groups.set(group, rows);
    for (const oldest of this.#groups.keys()) {
      // one more than a window of the shuffle, so that reading ahead into the next does not drop this one
      if (this.#groups.size <= this.blocks.kept + 1) break;
      this.#groups.delete(oldest);
    }
    return rows;
  }

  async #readGroup(group: number): Promise<readonly Row[]> {
    const rows = await parquetReadObjects({
      file: this.#file,
      metadata: this.#metadata,
      compressors,
      utf8: false,
      rowStart: this.#starts[group]!,
      rowEnd: this.#starts[group + 1]!,
      ...(this.#wanted === undefined ? {} : { columns: [...this.#wanted] }),
    });
    return rows.map((row) => plain(row) as Row);
  }
}

/** Ranged reads for the parquet reader; a range beyond the file is an error, not an allocation. */
function bufferOf(handle: FileHandle, byteLength: number): AsyncBuffer {
  return {
    byteLength,
    async slice(start: number, end = byteLength): Promise<ArrayBuffer> {
      const from = start < 0 ? byteLength + start : start;
      if (!(0 <= from && from <= end && end <= byteLength))
        throw new Error(`bytes [${from}, ${end}) lie outside the file of ${byteLength}`);
      const bytes = new Uint8Array(end - from);
      if ((await readRange(handle, bytes, from)) < bytes.length)
        throw new Error('the file became shorter after it was opened');
      return bytes.buffer;
    },
  };
}

function topLevelColumns(metadata: FileMetaData): readonly string[] {
  const [root, ...rest] = metadata.schema;
  const names: string[] = [];
  let at = 0;
  const skip = (): void => {
    const element = rest[at++];
    for (let i = 0; i < (element?.num_children ?? 0); i++) skip();
  };
  for (let i = 0; i < (root?.num_children ?? 0); i++) {
    if (rest[at] !== undefined) names.push(rest[at]!.name);
    skip();
  }
  return names;
}

/** Rows as plain values: safe bigints as numbers, whatever the depth. */
function plain(value: unknown): unknown {
  if (typeof value === 'bigint') return Number.isSafeInteger(Number(value)) ? Number(value) : value;
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== 'object' || value === null || ArrayBuffer.isView(value) || value instanceof Date) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, plain(item)]));
}
