/**
 * Reads NumPy's `.npy` and `.npz` files: the reference batches and statistics that image models are evaluated against. Plain numbers
 * only; object arrays, which would be pickles, are refused.
 */
import { type FileHandle, open } from 'node:fs/promises';
import { basename } from 'node:path';
import { byteSize, elementCount, type FileDType, type HostTensor } from './dtype.js';
import { DataError } from './errors.js';
import { readRange } from './file-range.js';
import { fileProblem } from './json.js';
import { readStored } from './stored-tensor.js';
import type { ReadTensorOptions, TensorInfo, TensorSource } from './tensor-source.js';
import { type ZipEntry, ZipFile, ZipProblem } from './zip.js';

/** A `.npy` or `.npz` file that is damaged or holds what is no plain array. */
export class NumpyError extends DataError {
  override readonly name = 'NumpyError';
}

const dtypes: Readonly<Record<string, FileDType>> = {
  f4: 'f32',
  f8: 'f64',
  f2: 'f16',
  i8: 'i64',
  i4: 'i32',
  i2: 'i16',
  i1: 'i8',
  u8: 'u64',
  u4: 'u32',
  u2: 'u16',
  u1: 'u8',
  b1: 'bool',
};

const maxHeaderBytes = 1 << 16;

interface NumpyArray {
  readonly dtype: FileDType;
  readonly shape: readonly number[];
  /** Bytes of the array: those from `dataStart` of what `read` reads. */
  readonly dataStart: number;
  read(target: Uint8Array, position: number): Promise<number>;
}

export class NumpyFile implements TensorSource {
  readonly path: string;
  readonly #handle: FileHandle;
  readonly #arrays: ReadonlyMap<string, NumpyArray>;

  private constructor(path: string, handle: FileHandle, arrays: ReadonlyMap<string, NumpyArray>) {
    this.path = path;
    this.#handle = handle;
    this.#arrays = arrays;
  }

  /** Opens a `.npz`, or a `.npy` as one array of the file's name. Throws NumpyError. */
  static async open(path: string): Promise<NumpyFile> {
    const handle = await open(path, 'r').catch((cause: unknown) => {
      throw new NumpyError('NUMPY_OPEN', fileProblem(cause), { file: path, cause });
    });
    try {
      const start = new Uint8Array(2);
      await readRange(handle, start, 0);
      const isZip = start[0] === 0x50 && start[1] === 0x4b;
      return new NumpyFile(path, handle, isZip ? await openArchive(handle, path) : await openSingle(handle, path));
    } catch (error) {
      await handle.close();
      if (error instanceof ZipProblem)
        throw new NumpyError('NUMPY_ARCHIVE', error.message, { file: path, cause: error });
      throw error;
    }
  }

  get names(): readonly string[] {
    return [...this.#arrays.keys()];
  }

  has(name: string): boolean {
    return this.#arrays.has(name);
  }

  info(name: string): TensorInfo {
    const { dtype, shape } = this.#array(name);
    return { name, dtype, shape, byteLength: elementCount(shape) * byteSize(dtype), file: this.path };
  }

  async read(name: string, options: ReadTensorOptions = {}): Promise<HostTensor> {
    const { dtype, shape, dataStart, read } = this.#array(name);
    const place = { file: this.path, tensor: name };
    const fill = async (target: Uint8Array, firstByte: number): Promise<void> => {
      if ((await read(target, dataStart + firstByte)) < target.length)
        throw new NumpyError('NUMPY_TRUNCATED', 'the file ends inside it', place);
    };
    return readStored({ dtype, shape, place, fill }, options);
  }

  async close(): Promise<void> {
    await this.#handle.close();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  #array(name: string): NumpyArray {
    const array = this.#arrays.get(name);
    if (array !== undefined) return array;
    throw new NumpyError('NUMPY_UNKNOWN_ARRAY', `no such array; it has ${this.names.join(', ')}`, {
      file: this.path,
      tensor: name,
    });
  }
}

async function openSingle(handle: FileHandle, path: string): Promise<ReadonlyMap<string, NumpyArray>> {
  const name = basename(path, '.npy');
  const { size } = await handle.stat();
  return new Map([[name, await parseArray((target, at) => readRange(handle, target, at), size, path, name)]]);
}

async function openArchive(handle: FileHandle, path: string): Promise<ReadonlyMap<string, NumpyArray>> {
  const zip = await ZipFile.open(handle);
  const arrays = new Map<string, NumpyArray>();
  for (const entry of zip.entries.values()) {
    const name = entry.name.replace(/\.npy$/, '');
    arrays.set(name, await parseArray(await memberReader(zip, handle, entry), entry.bytes, path, name));
  }
  return arrays;
}

/** Stored members are read by range, deflated ones from memory. */
async function memberReader(zip: ZipFile, handle: FileHandle, entry: ZipEntry): Promise<NumpyArray['read']> {
  if (entry.method === 0) {
    const offset = await zip.dataOffset(entry);
    return (target, at) => readRange(handle, target, offset + at);
  }
  let whole: Promise<Uint8Array> | undefined;
  return async (target, at) => {
    whole ??= zip.read(entry);
    const part = (await whole).subarray(at, at + target.length);
    target.set(part);
    return part.length;
  };
}

/** Magic, version, header length, then a Python dict: `{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), }`. */
async function parseArray(read: NumpyArray['read'], bytes: number, file: string, name: string): Promise<NumpyArray> {
  const fail = (problem: string): NumpyError => new NumpyError('NUMPY_HEADER', problem, { file, tensor: name });
  const start = Buffer.alloc(12);
  await read(start.subarray(0, Math.min(12, bytes)), 0);
  if (bytes < 12 || start.toString('latin1', 0, 6) !== '\x93NUMPY') throw fail('not in NumPy format');
  const long = start[6]! > 1;
  const headerStart = long ? 12 : 10;
  const headerBytes = long ? start.readUInt32LE(8) : start.readUInt16LE(8);
  const dataStart = headerStart + headerBytes;
  if (headerBytes > maxHeaderBytes || dataStart > bytes) throw fail(`a header of ${headerBytes} bytes in ${bytes}`);
  const header = Buffer.alloc(headerBytes);
  await read(header, headerStart);
  const text = header.toString('utf8');
  const descr = /'descr': '([^']*)'/.exec(text)?.[1];
  const dtype = descr === undefined || descr.startsWith('>') ? undefined : dtypes[descr.slice(1)];
  if (dtype === undefined) throw fail(`element type ${descr ?? 'structured'}; only little-endian numbers are read`);
  if (!text.includes("'fortran_order': False")) throw fail('stored by columns (Fortran order); save it with order C');
  const extents = /'shape': \(([\d, ]*)\)/.exec(text)?.[1];
  if (extents === undefined) throw fail('no shape');
  const shape = extents.split(',').flatMap((extent) => (extent.trim() === '' ? [] : [Number(extent)]));
  const wanted = elementCount(shape) * byteSize(dtype);
  if (wanted !== bytes - dataStart)
    throw fail(`${dtype} ${JSON.stringify(shape)} takes ${wanted} bytes; it has ${bytes - dataStart}`);
  return { dtype, shape, dataStart, read };
}
