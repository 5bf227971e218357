/**
 * Reads what `torch.save` wrote: the zip container, and the pickle stream of PyTorch before 1.6. Nothing in the file is executed
 * (pickle.ts); tensors are read by range when asked for. Names are the path through dicts and lists, joined by dots.
 */
import { type FileHandle, open } from 'node:fs/promises';
import { byteSize, elementCount, type HostTensor } from '../dtype.js';
import { TorchFileError } from '../errors.js';
import { readRange } from '../file-range.js';
import { fileProblem } from '../json.js';
import { readStored } from '../stored-tensor.js';
import type { ReadTensorOptions, TensorInfo, TensorSource } from '../tensor-source.js';
import { ZipFile, ZipProblem } from '../zip.js';
import { readLegacy } from './legacy.js';
import { PickleProblem, readPickle } from './pickle.js';
import { gatherStrided } from './strided.js';
import { type TorchContent, type TorchStorage, TorchTensor, type TorchValue, torchHandlers } from './tensors.js';

/** Largest pickle read from a zip container: names and shapes, never the data. */
const maxPickleBytes = 1 << 28;
/** Containers within containers; a state dict has a handful. */
const maxDepth = 1000;

export class TorchFile implements TensorSource {
  readonly path: string;
  /** The whole content: dicts are Maps, lists and tuples arrays, tensors TorchTensor, an argparse.Namespace a Map. */
  readonly value: TorchValue;
  readonly #handle: FileHandle;
  readonly #offsets: ReadonlyMap<string, number>;
  readonly #tensors: ReadonlyMap<string, TorchTensor>;

  private constructor(path: string, handle: FileHandle, content: TorchContent) {
    this.path = path;
    this.value = content.value;
    this.#handle = handle;
    this.#offsets = content.offsets;
    this.#tensors = namedTensors(content.value);
  }

  /** Opens a `.pt`, `.pth` or `.bin` file. Throws TorchFileError for damage and for anything but tensors and plain containers. */
  static async open(path: string): Promise<TorchFile> {
    const handle = await open(path, 'r').catch((cause: unknown) => {
      throw new TorchFileError('TORCH_OPEN', fileProblem(cause), { file: path, cause });
    });
    try {
      return new TorchFile(path, handle, await readContent(handle));
    } catch (error) {
      await handle.close();
      if (error instanceof PickleProblem)
        throw new TorchFileError('TORCH_PICKLE', error.message, { file: path, cause: error });
      if (error instanceof ZipProblem)
        throw new TorchFileError('TORCH_ARCHIVE', error.message, { file: path, cause: error });
      throw error;
    }
  }

  get names(): readonly string[] {
    return [...this.#tensors.keys()];
  }

  has(name: string): boolean {
    return this.#tensors.has(name);
  }

  info(name: string): TensorInfo {
    const { dtype, shape } = this.#tensor(name);
    return { name, dtype, shape, byteLength: elementCount(shape) * byteSize(dtype), file: this.path };
  }

  /** Reads a tensor, laid out in row-major order whatever its strides. */
  async read(name: string, options: ReadTensorOptions = {}): Promise<HostTensor> {
    const tensor = this.#tensor(name);
    const { dtype, shape } = tensor;
    const place = { file: this.path, tensor: name };
    const size = byteSize(dtype);
    const begin = this.#offsets.get(tensor.storage.key)! + tensor.offset * size;
    const fill = async (target: Uint8Array, firstByte: number): Promise<void> => {
      const got = await readRange(this.#handle, target, begin + firstByte);
      if (got < target.length) throw new TorchFileError('TORCH_TRUNCATED', 'the file ends inside it', place);
    };
    if (tensor.contiguous) return readStored({ dtype, shape, place, fill }, options);
    const span = new Uint8Array(tensor.span * size);
    await fill(span, 0);
    const rows = gatherStrided(span, size, tensor.shape, tensor.strides);
    const fillFromRows = async (target: Uint8Array, firstByte: number): Promise<void> => {
      target.set(rows.subarray(firstByte, firstByte + target.length));
    };
    return readStored({ dtype, shape, place, fill: fillFromRows }, options);
  }

  async close(): Promise<void> {
    await this.#handle.close();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  #tensor(name: string): TorchTensor {
    const tensor = this.#tensors.get(name);
    if (tensor !== undefined) return tensor;
    throw new TorchFileError('TORCH_UNKNOWN_TENSOR', `no such tensor among ${this.#tensors.size}`, {
      file: this.path,
      tensor: name,
    });
  }
}

async function readContent(handle: FileHandle): Promise<TorchContent> {
  const start = new Uint8Array(4);
  await readRange(handle, start, 0);
  return start[0] === 0x50 && start[1] === 0x4b ? readZip(handle) : readLegacy(handle);
}

/** `<name>/data.pkl`, `<name>/byteorder`, and each storage as `<name>/data/<key>`. */
async function readZip(handle: FileHandle): Promise<TorchContent> {
  const zip = await ZipFile.open(handle);
  const pickle = [...zip.entries.values()].find(({ name }) => /^[^/]*\/data\.pkl$/.test(name));
  if (pickle === undefined) throw new ZipProblem('a zip archive without data.pkl: no PyTorch file');
  if (pickle.bytes > maxPickleBytes)
    throw new ZipProblem(`its data.pkl has ${pickle.bytes} bytes; at most ${maxPickleBytes} are read`);
  const folder = pickle.name.slice(0, -'data.pkl'.length);
  const order = zip.entries.get(`${folder}byteorder`);
  if (order !== undefined && Buffer.from(await zip.read(order)).toString() !== 'little')
    throw new ZipProblem('its tensors are big-endian');

  const storages = new Map<string, TorchStorage>();
  const { value } = readPickle(await zip.read(pickle), 0, torchHandlers(storages));
  const offsets = new Map<string, number>();
  for (const storage of storages.values()) {
    const entry = zip.entries.get(`${folder}data/${storage.key}`);
    const bytes = storage.elements * byteSize(storage.dtype);
    if (entry === undefined || entry.method !== 0 || entry.bytes < bytes) {
      throw new ZipProblem(
        `storage ${storage.key} of ${bytes} bytes is ${entry === undefined ? 'missing' : 'not stored whole'}`,
      );
    }
    offsets.set(storage.key, await zip.dataOffset(entry));
  }
  return { value, offsets };
}

/** Every tensor by its path. A container that is met twice is listed at both places; one that holds itself is refused. */
function namedTensors(value: TorchValue): ReadonlyMap<string, TorchTensor> {
  const found = new Map<string, TorchTensor>();
  const open = new Set<TorchValue>();
  let visits = 0;
  const visit = (at: TorchValue, path: string): void => {
    if (++visits > 1e7 || open.has(at)) throw new PickleProblem('its containers hold themselves');
    if (open.size > maxDepth) throw new PickleProblem(`its containers lie more than ${maxDepth} deep in each other`);
    if (at instanceof TorchTensor) {
      if (found.has(path)) throw new PickleProblem(`two tensors have the path ${path}`);
      found.set(path, at);
    } else if (at instanceof Map || Array.isArray(at)) {
      open.add(at);
      for (const [key, item] of at.entries() as Iterable<[string | number, TorchValue]>)
        visit(item, path === '' ? String(key) : `${path}.${key}`);
      open.delete(at);
    }
  };
  visit(value, '');
  return found;
}
