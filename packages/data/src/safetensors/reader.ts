/**
 * One safetensors file: `open` reads and validates the header and nothing else; tensors are read by range when asked for.
 */
import { type FileHandle, open } from 'node:fs/promises';
import type { HostTensor } from '../dtype.js';
import { type ErrorPlace, SafetensorsError } from '../errors.js';
import { readRange } from '../file-range.js';
import { fileProblem } from '../json.js';
import { readStored } from '../stored-tensor.js';
import type { ReadTensorOptions, TensorInfo, TensorSource } from '../tensor-source.js';
import { type Header, type HeaderEntry, headerLength, parseHeader, prefixBytes } from './header.js';

export class SafetensorsFile implements TensorSource {
  readonly path: string;
  readonly metadata: Readonly<Record<string, string>>;
  readonly #handle: FileHandle;
  readonly #entries: Header['entries'];
  #closed = false;

  private constructor(path: string, handle: FileHandle, header: Header) {
    this.path = path;
    this.#handle = handle;
    this.#entries = header.entries;
    this.metadata = header.metadata;
  }

  /** Opens a file and validates its header against the file's size. Throws SafetensorsError. */
  static async open(path: string): Promise<SafetensorsFile> {
    const handle = await openForReading(path);
    try {
      const info = await handle.stat();
      if (!info.isFile()) throw new SafetensorsError('SAFETENSORS_OPEN', 'not a file', { file: path });
      const prefix = new Uint8Array(prefixBytes);
      await readRange(handle, prefix, 0);
      const json = new Uint8Array(headerLength(prefix, info.size, path));
      if ((await readRange(handle, json, prefixBytes)) < json.length) throw shrunk({ file: path });
      return new SafetensorsFile(path, handle, parseHeader(json, info.size, path));
    } catch (error) {
      await handle.close();
      throw error;
    }
  }

  /** Names in the order of the file. */
  get names(): readonly string[] {
    return [...this.#entries.keys()];
  }

  has(name: string): boolean {
    return this.#entries.has(name);
  }

  info(name: string): TensorInfo {
    const { dtype, shape, begin, end } = this.#entry(name);
    return { name, dtype, shape, byteLength: end - begin, file: this.path };
  }

  async read(name: string, options: ReadTensorOptions = {}): Promise<HostTensor> {
    const { dtype, shape, begin } = this.#entry(name);
    const place = { file: this.path, tensor: name };
    const fill = async (target: Uint8Array, firstByte: number): Promise<void> => {
      if (this.#closed) throw new SafetensorsError('SAFETENSORS_CLOSED', 'read after close', place);
      if ((await readRange(this.#handle, target, begin + firstByte)) < target.length) throw shrunk(place);
    };
    return readStored({ dtype, shape, place, fill }, options);
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    await this.#handle.close();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  #entry(name: string): HeaderEntry {
    const entry = this.#entries.get(name);
    if (entry !== undefined) return entry;
    throw new SafetensorsError('SAFETENSORS_UNKNOWN_TENSOR', `no such tensor among ${this.#entries.size}`, {
      file: this.path,
      tensor: name,
    });
  }
}

async function openForReading(path: string): Promise<FileHandle> {
  try {
    return await open(path, 'r');
  } catch (cause) {
    throw new SafetensorsError('SAFETENSORS_OPEN', fileProblem(cause), { file: path, cause });
  }
}

function shrunk(place: ErrorPlace): SafetensorsError {
  return new SafetensorsError(
    'SAFETENSORS_TRUNCATED',
    'the file ends inside it: it became shorter after it was opened',
    place,
  );
}
