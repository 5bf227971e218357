/**
 * One safetensors file: `open` reads and validates the header and nothing else; tensors are read by range when asked for.
 */
import { type FileHandle, open } from 'node:fs/promises';
import { convertElements } from '../convert.js';
import {
  byteSize,
  bytesOf,
  type ElementArray,
  elementCount,
  type FileDType,
  type HostTensor,
  viewElements,
} from '../dtype.js';
import { codeOf, messageOf, SafetensorsError } from '../errors.js';
import { readRange } from '../file-range.js';
import type { ReadTensorOptions, TensorInfo, TensorSource } from '../tensor-source.js';
import { type Header, type HeaderEntry, headerLength, parseHeader, prefixBytes } from './header.js';
import { pickSlice, resolveSlice, type SliceRange } from './slice.js';

/** Elements converted at a time. */
const convertedBlock = 1 << 19;

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
      if ((await readRange(handle, json, prefixBytes)) < json.length) throw shrunk(path);
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

  /** Reads a tensor or a slice of it, converted where `dtype` asks for another type. */
  async read(name: string, options: ReadTensorOptions = {}): Promise<HostTensor> {
    const entry = this.#entry(name);
    const place = { file: this.path, tensor: name };
    const dtype = options.dtype ?? entry.dtype;
    const range = resolveSlice(entry.shape, options.slice, place);
    const bytes = elementCount(range.shape) * byteSize(dtype);
    const into = options.into;
    if (into !== undefined && into.byteLength !== bytes) {
      const wanted = `${dtype} ${JSON.stringify(range.shape)} takes ${bytes} bytes`;
      throw new SafetensorsError('SAFETENSORS_INTO', `${wanted}; got room for ${into.byteLength}`, place);
    }
    const target = into ?? new Uint8Array(bytes);
    const first = range.firstElement * byteSize(entry.dtype);
    if (!range.contiguous) await this.#readPicked(entry, range, dtype, bytesOf(target));
    else if (dtype === entry.dtype) await this.#fill(entry, bytesOf(target), first);
    else await this.#readConverted(entry, first, dtype, bytesOf(target));
    return { dtype, shape: range.shape, data: asElements(dtype, target) };
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

  /** Converts block by block, reading one ahead: bounded memory, and the event loop turns between blocks. */
  async #readConverted(entry: HeaderEntry, firstByte: number, dtype: FileDType, target: Uint8Array): Promise<void> {
    const [from, to] = [byteSize(entry.dtype), byteSize(dtype)];
    const total = target.length / to;
    const readBlock = async (first: number): Promise<Uint8Array<ArrayBuffer>> => {
      const block = new Uint8Array(Math.max(0, Math.min(convertedBlock, total - first)) * from);
      await this.#fill(entry, block, firstByte + first * from);
      return block;
    };
    let block = await readBlock(0);
    for (let done = 0; done < total; done += convertedBlock) {
      const next = readBlock(done + convertedBlock);
      next.catch(() => undefined); // awaited below, unless this block does not convert
      target.set(this.#convert(entry, block, dtype), done * to);
      block = await next;
    }
  }

  async #readPicked(entry: HeaderEntry, range: SliceRange, dtype: FileDType, target: Uint8Array): Promise<void> {
    const size = byteSize(entry.dtype);
    const rows = new Uint8Array(range.rowElements * size);
    await this.#fill(entry, rows, range.firstElement * size);
    target.set(this.#convert(entry, pickSlice(rows, size, range), dtype));
  }

  #convert(entry: HeaderEntry, bytes: Uint8Array<ArrayBuffer>, dtype: FileDType): Uint8Array {
    const elements = asElements(entry.dtype, bytes);
    return bytesOf(convertElements(elements, entry.dtype, dtype, { file: this.path, tensor: entry.name }));
  }

  async #fill(entry: HeaderEntry, target: Uint8Array, firstByte: number): Promise<void> {
    const place = { file: this.path, tensor: entry.name };
    if (this.#closed) throw new SafetensorsError('SAFETENSORS_CLOSED', 'read after close', place);
    const got = await readRange(this.#handle, target, entry.begin + firstByte);
    if (got < target.length) throw shrunk(this.path, entry.name);
  }
}

async function openForReading(path: string): Promise<FileHandle> {
  try {
    return await open(path, 'r');
  } catch (cause) {
    const problem = codeOf(cause) === 'ENOENT' ? 'no such file' : messageOf(cause);
    throw new SafetensorsError('SAFETENSORS_OPEN', problem, { file: path, cause });
  }
}

function shrunk(file: string, tensor?: string): SafetensorsError {
  const place = tensor === undefined ? { file } : { file, tensor };
  return new SafetensorsError(
    'SAFETENSORS_TRUNCATED',
    'the file ends inside it: it became shorter after it was opened',
    place,
  );
}

/** A typed view of whole elements, over a copy where the place is not aligned for one. */
function asElements(dtype: HostTensor['dtype'], view: ArrayBufferView<ArrayBuffer>): ElementArray {
  const size = byteSize(dtype);
  if (view.byteOffset % size === 0) return viewElements(dtype, view.buffer, view.byteOffset, view.byteLength / size);
  return viewElements(dtype, new Uint8Array(bytesOf(view)).buffer, 0, view.byteLength / size);
}
