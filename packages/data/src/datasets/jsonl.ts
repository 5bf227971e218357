/**
 * JSON Lines by index: opening scans the file once for line ends, reading a row reads its line. Blank lines are passed over;
 * line numbers in messages count them.
 */
import { type FileHandle, open } from 'node:fs/promises';
import { DatasetError, type ErrorPlace } from '../errors.js';
import { readRange } from '../file-range.js';
import { fileProblem, isObject, parseJson } from '../json.js';
import { RowDataset } from './dataset.js';
import { GrowingNumbers } from './growing-numbers.js';

/** A row of a table: a JSON object. */
export type Row = Readonly<Record<string, unknown>>;

const newline = 0x0a;
const blockBytes = 4 << 20;

export class JsonlDataset extends RowDataset<Row> {
  readonly name: string;
  readonly #handle: FileHandle;
  readonly #lines: LineIndex;

  private constructor(name: string, handle: FileHandle, lines: LineIndex) {
    super();
    this.name = name;
    this.#handle = handle;
    this.#lines = lines;
  }

  /** Opens a file and finds its lines. Throws DatasetError. */
  static async open(path: string): Promise<JsonlDataset> {
    const handle = await openRowFile(path);
    try {
      return new JsonlDataset(path, handle, await indexLines(handle, path));
    } catch (error) {
      await handle.close();
      throw error;
    }
  }

  get length(): number {
    return this.#lines.starts.length;
  }

  async get(index: number): Promise<Row> {
    const place = this.place(index);
    const start = this.#lines.starts.at(index);
    const bytes = new Uint8Array(this.#lines.ends.at(index) - start);
    const fail = (problem: string, cause?: unknown): DatasetError =>
      new DatasetError('DATASET_ROW', problem, { ...place, cause });
    if ((await readRange(this.#handle, bytes, start)) < bytes.length)
      throw fail('the file became shorter after it was opened');
    const row = parseJson(decodeUtf8(bytes, fail), fail);
    if (!isObject(row)) throw fail('a row must be a JSON object');
    return row;
  }

  place(index: number): ErrorPlace {
    return { file: this.name, line: this.#lines.numbers.at(index) };
  }

  override close(): Promise<void> {
    return this.#handle.close();
  }
}

/** Opens a file of rows, with an error that names it. */
export async function openRowFile(path: string): Promise<FileHandle> {
  return open(path, 'r').catch((cause: unknown) => {
    throw new DatasetError('DATASET_OPEN', fileProblem(cause), { file: path, cause });
  });
}

interface LineIndex {
  readonly starts: GrowingNumbers;
  readonly ends: GrowingNumbers;
  readonly numbers: GrowingNumbers;
}

async function indexLines(handle: FileHandle, path: string): Promise<LineIndex> {
  const lines = { starts: new GrowingNumbers(), ends: new GrowingNumbers(), numbers: new GrowingNumbers() };
  const { size } = await handle.stat();
  const block = Buffer.alloc(Math.min(blockBytes, size));
  let lineStart = 0;
  let number = 0;
  let blank = true;
  const endLine = (end: number): void => {
    number++;
    if (!blank) {
      lines.starts.push(lineStart);
      lines.ends.push(end);
      lines.numbers.push(number);
    }
    lineStart = end + 1;
    blank = true;
  };
  for (let at = 0; at < size; at += block.length) {
    const bytes = block.subarray(0, await readRange(handle, block, at));
    if (at === 0 && bytes[0] === 0x1f && bytes[1] === 0x8b) {
      throw new DatasetError('DATASET_OPEN', 'the file is compressed by gzip; decompress it first', { file: path });
    }
    for (let from = 0; from < bytes.length; ) {
      const found = bytes.indexOf(newline, from);
      const to = found < 0 ? bytes.length : found;
      blank &&= isBlank(bytes, from, to);
      if (found >= 0) endLine(at + found);
      from = to + 1;
    }
  }
  if (lineStart < size) endLine(size);
  return lines;
}

function isBlank(bytes: Uint8Array, from: number, to: number): boolean {
  for (let i = from; i < to; i++) {
    const b = bytes[i];
    if (b !== 0x20 && b !== 0x09 && b !== 0x0d) return false;
  }
  return true;
}

function decodeUtf8(bytes: Uint8Array, fail: (problem: string, cause: unknown) => Error): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (cause) {
    throw fail('not UTF-8', cause);
  }
}
