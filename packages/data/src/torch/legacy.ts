/**
 * The container of PyTorch before 1.6: five pickles one after another (magic number, protocol, system, content, storage keys), then
 * each storage as its element count and its bytes, in the order of the keys.
 */
import type { FileHandle } from 'node:fs/promises';
import { byteSize } from '../dtype.js';
import { readRange } from '../file-range.js';
import { isObject } from '../json.js';
import { PickleProblem, type PickleValue, readPickle } from './pickle.js';
import { type TorchContent, type TorchStorage, type TorchValue, torchHandlers } from './tensors.js';

const magicNumber = 0x1950a86a20f9469cfc6cn;
const protocolVersion = 1001;
/** The pickles are looked for in this much of the start of the file, and in twice as much again while they go on. */
const firstWindow = 1 << 20;
const maxWindow = 1 << 28;

interface LegacyPickles {
  readonly value: TorchValue;
  readonly keys: PickleValue<unknown>;
  readonly storages: ReadonlyMap<string, TorchStorage>;
  readonly end: number;
}

export async function readLegacy(handle: FileHandle): Promise<TorchContent> {
  const { size } = await handle.stat();
  const { value, keys, storages, end } = await readPickles(handle, size);
  if (!Array.isArray(keys)) throw new PickleProblem('its storage keys are no list');
  const offsets = new Map<string, number>();
  let at = end;
  for (const key of keys) {
    const storage = typeof key === 'string' ? storages.get(key) : undefined;
    if (storage === undefined) throw new PickleProblem('it lists a storage that no tensor has');
    const count = new DataView(new ArrayBuffer(8));
    await readRange(handle, new Uint8Array(count.buffer), at);
    if (count.getBigUint64(0, true) !== BigInt(storage.elements)) {
      throw new PickleProblem(
        `storage ${storage.key} should have ${storage.elements} elements; the file says ${count.getBigUint64(0, true)}`,
      );
    }
    offsets.set(storage.key, at + 8);
    at += 8 + storage.elements * byteSize(storage.dtype);
    if (at > size) throw new PickleProblem(`the file is truncated: storage ${storage.key} ends beyond it`);
  }
  for (const key of storages.keys()) if (!offsets.has(key)) throw new PickleProblem(`storage ${key} is missing`);
  return { value, offsets };
}

async function readPickles(handle: FileHandle, size: number): Promise<LegacyPickles> {
  for (let window = Math.min(size, firstWindow); ; window = Math.min(size, window * 2)) {
    const bytes = new Uint8Array(window);
    await readRange(handle, bytes, 0);
    try {
      return parsePickles(bytes);
    } catch (error) {
      const couldGoOn = error instanceof PickleProblem && error.message === 'the pickle ends early';
      if (!couldGoOn || window === size || window >= maxWindow) throw error;
    }
  }
}

function parsePickles(bytes: Uint8Array): LegacyPickles {
  const storages = new Map<string, TorchStorage>();
  const handlers = torchHandlers(storages);
  let end = 0;
  const next = (): TorchValue => {
    const read = readPickle(bytes, end, handlers);
    end = read.end;
    return read.value;
  };
  let magic: TorchValue;
  try {
    magic = next();
  } catch {
    magic = null;
  }
  if (magic !== magicNumber) throw new PickleProblem('no PyTorch file: neither a zip container nor its older format');
  if (next() !== protocolVersion) throw new PickleProblem('an unknown version of the older format');
  const system = next();
  if (isObject(system) && system instanceof Map && system.get('little_endian') === false)
    throw new PickleProblem('its tensors are big-endian');
  const value = next();
  const keys = next();
  return { value, keys, storages, end };
}
