/**
 * WebDataset tars: consecutive files whose path is equal up to the first dot of the file name are one sample, its fields named by the
 * rest (`jpg`, `cls`, `json`). Plain tars are indexed and read at random; anything else (gzip, a pipe) is read as a stream.
 */

import { createReadStream } from 'node:fs';
import type { FileHandle } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import tarStream from 'tar-stream';
import { checkList } from '../check.js';
import { DatasetError, type ErrorPlace, messageOf } from '../errors.js';
import { readRange } from '../file-range.js';
import { concatDatasets, type Dataset, RowDataset } from './dataset.js';
import { openRowFile } from './jsonl.js';
import { indexTar, type TarEntry } from './tar-index.js';

/** One sample: the bytes of each field by its lower-case extension. */
export interface TarSample {
  readonly key: string;
  readonly fields: Readonly<Record<string, Uint8Array<ArrayBuffer>>>;
}

interface IndexedSample {
  readonly key: string;
  readonly entries: ReadonlyMap<string, TarEntry>;
}

export class TarDataset extends RowDataset<TarSample> {
  readonly name: string;
  readonly #handle: FileHandle;
  readonly #samples: readonly IndexedSample[];

  private constructor(path: string, handle: FileHandle, samples: readonly IndexedSample[]) {
    super();
    this.name = path;
    this.#handle = handle;
    this.#samples = samples;
  }

  /** Opens one tar and indexes it. Throws DatasetError. */
  static async open(path: string): Promise<TarDataset> {
    const handle = await openRowFile(path);
    try {
      const samples: { key: string; entries: Map<string, TarEntry> }[] = [];
      for (const entry of await indexTar(handle, path)) {
        const part = splitName(entry.name);
        if (part === undefined) continue;
        if (samples.at(-1)?.key !== part.key) samples.push({ key: part.key, entries: new Map() });
        const { entries } = samples.at(-1)!;
        if (entries.has(part.field)) throw twice(part.key, part.field, path);
        entries.set(part.field, entry);
      }
      return new TarDataset(path, handle, samples);
    } catch (error) {
      await handle.close();
      throw error;
    }
  }

  get length(): number {
    return this.#samples.length;
  }

  /** Key of a sample, without reading it. */
  keyOf(index: number): string {
    return this.#samples[index]!.key;
  }

  /** Fields of a sample, without reading it. */
  fieldsOf(index: number): readonly string[] {
    return [...this.#samples[index]!.entries.keys()];
  }

  get(index: number): Promise<TarSample> {
    return this.read(index, this.fieldsOf(index));
  }

  /** A sample with these of its fields alone; those it lacks are left out. */
  async read(index: number, names: readonly string[]): Promise<TarSample> {
    const { key, entries } = this.#samples[index]!;
    const wanted = [...entries].filter(([field]) => names.includes(field));
    const fields = await Promise.all(
      wanted.map(async ([field, { offset, size }]) => {
        const bytes = new Uint8Array(size);
        if ((await readRange(this.#handle, bytes, offset)) < size) {
          throw new DatasetError('TAR_TRUNCATED', 'the file became shorter after it was opened', this.place(index));
        }
        return [field, bytes] as const;
      }),
    );
    return { key, fields: Object.fromEntries(fields) };
  }

  place(index: number): ErrorPlace {
    return { file: `${this.name}/${this.#samples[index]!.key}` };
  }

  override close(): Promise<void> {
    return this.#handle.close();
  }
}

/** Opens several shards as one dataset, in the order given. */
export async function openTars(paths: readonly string[]): Promise<Dataset<TarSample>> {
  checkList('openTars', 'paths', paths);
  const opened: TarDataset[] = [];
  try {
    for (const path of paths) opened.push(await TarDataset.open(path));
    return concatDatasets(opened);
  } catch (error) {
    await Promise.all(opened.map((dataset) => dataset.close()));
    throw error;
  }
}

/** Samples of a tar in its own order, from a stream or a file (`.gz` is decompressed). Memory holds one sample. */
export async function* streamTar(source: string | Readable): AsyncGenerator<TarSample> {
  const file = typeof source === 'string' ? source : 'stream';
  const raw = typeof source === 'string' ? createReadStream(source) : source;
  const extract = tarStream.extract();
  const chain: Readable[] = file.endsWith('gz') ? [raw, raw.pipe(createGunzip())] : [raw];
  for (const stream of chain) stream.on('error', (error: Error) => extract.destroy(error));
  chain.at(-1)!.pipe(extract);
  let sample: { key: string; fields: Record<string, Uint8Array<ArrayBuffer>> } | undefined;
  try {
    for await (const entry of extract) {
      const part = entry.header.type === 'file' ? splitName(entry.header.name) : undefined;
      const bytes = await collect(entry as AsyncIterable<Uint8Array>);
      if (part === undefined) continue;
      if (sample !== undefined && sample.key !== part.key) yield sample;
      if (sample?.key !== part.key) sample = { key: part.key, fields: {} };
      if (Object.hasOwn(sample.fields, part.field)) throw twice(part.key, part.field, file);
      sample.fields[part.field] = bytes;
    }
  } catch (cause) {
    if (cause instanceof DatasetError) throw cause;
    throw new DatasetError('TAR_TRUNCATED', `the tar cannot be read: ${messageOf(cause)}`, { file, cause });
  } finally {
    raw.destroy();
  }
  if (sample !== undefined) yield sample;
}

/** Splits `a/b/0001.seg.png` into `a/b/0001` and `seg.png`. Hidden files and names without a dot are no fields. */
function splitName(name: string): { key: string; field: string } | undefined {
  const base = name.lastIndexOf('/') + 1;
  const dot = name.indexOf('.', base);
  if (dot <= base || dot === name.length - 1) return undefined;
  return { key: name.slice(0, dot).replace(/^\.\//, ''), field: name.slice(dot + 1).toLowerCase() };
}

async function collect(stream: AsyncIterable<Uint8Array>): Promise<Uint8Array<ArrayBuffer>> {
  const parts: Uint8Array[] = [];
  for await (const part of stream) parts.push(part);
  return new Uint8Array(Buffer.concat(parts));
}

function twice(key: string, field: string, file: string): DatasetError {
  return new DatasetError('TAR_DUPLICATE', `sample ${key} has two fields ${field}`, { file });
}
