/**
 * Decodes parquet in a worker thread: decompression and assembly are long synchronous work, and a damaged file can keep the decoder
 * busy for ever, which only another thread can end.
 */
import type { FileHandle } from 'node:fs/promises';
import { type AsyncBuffer, type FileMetaData, parquetMetadataAsync, parquetReadObjects } from 'hyparquet';
import { compressors } from 'hyparquet-compressors';
import { readRange } from '../file-range.js';
import { Moved, serve } from '../workers/serve.js';
import { openRowFile } from './jsonl.js';

/** What the main thread learns of a file. */
export interface ParquetShape {
  readonly columns: readonly string[];
  /** Rows of each row group. */
  readonly sizes: readonly number[];
}

interface OpenFile {
  readonly handle: FileHandle;
  readonly file: AsyncBuffer;
  readonly metadata: FileMetaData;
  /** How many datasets read it. */
  users: number;
}

const files = new Map<string, OpenFile>();

async function open(path: string): Promise<ParquetShape> {
  const opened = await fileOf(path);
  opened.users++;
  const { metadata } = opened;
  return { columns: topLevelColumns(metadata), sizes: metadata.row_groups.map((group) => Number(group.num_rows)) };
}

async function close(path: string): Promise<void> {
  const opened = files.get(path);
  if (opened === undefined || --opened.users > 0) return;
  files.delete(path);
  await opened.handle.close();
}

/** Rows `[start, end)`, which are one row group. */
async function read(path: string, start: number, end: number, columns: readonly string[] | undefined): Promise<Moved> {
  const { file, metadata } = await fileOf(path);
  const rows = await parquetReadObjects({
    file,
    metadata,
    compressors,
    utf8: false,
    rowStart: start,
    rowEnd: end,
    ...(columns === undefined ? {} : { columns: [...columns] }),
  });
  return new Moved(rows.map(plain));
}

serve({ open, read, close });

/** An open file; one that a worker before this one had opened is opened again. */
async function fileOf(path: string): Promise<OpenFile> {
  const known = files.get(path);
  if (known !== undefined) return known;
  const handle = await openRowFile(path);
  try {
    const file = bufferOf(handle, (await handle.stat()).size);
    const opened = { handle, file, metadata: await parquetMetadataAsync(file), users: 0 };
    files.set(path, opened);
    return opened;
  } catch (error) {
    await handle.close();
    throw error;
  }
}

/** Ranged reads for the parquet reader; a range beyond the file is an error, not an allocation. */
function bufferOf(handle: FileHandle, byteLength: number): AsyncBuffer {
  return {
    byteLength,
    async slice(start: number, end = byteLength): Promise<ArrayBuffer> {
      const from = start < 0 ? byteLength + start : start;
      if (!(0 <= from && from <= end && end <= byteLength)) {
        throw new Error(`bytes [${from}, ${end}) lie outside the file of ${byteLength}`);
      }
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

/** Rows as plain values that own their bytes: safe bigints as numbers, whatever the depth. */
function plain(value: unknown): unknown {
  if (typeof value === 'bigint') return Number.isSafeInteger(Number(value)) ? Number(value) : value;
  if (value instanceof Uint8Array) return new Uint8Array(value);
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== 'object' || value === null || ArrayBuffer.isView(value) || value instanceof Date) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, plain(item)]));
}
