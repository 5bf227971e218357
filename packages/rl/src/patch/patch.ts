/**
 * A patch: which elements of which tensors changed, and what they are now. One safetensors file: `NAME.indices` (bytes,
 * codec.ts) and `NAME.values` for each changed tensor, and in the header, under `tessera.patch`, digests of every tensor
 * and of all of them before and after, and the states it descends from. Values are absolute, so a patch reproduces the
 * tuned weights bit for bit; it fits its base alone, and says so where it is given another.
 */
import {
  byteSize,
  bytesOf,
  elementCount,
  type FileDType,
  isFileDType,
  SafetensorsFile,
  type TensorToWrite,
  viewElements,
  type WrittenFile,
  writeSafetensors,
} from '@tessera/data';
import { PatchError } from '../errors.js';
import { namedAs, type StoredWeights, type WeightSource } from '../weights.js';
import { decodeIndices, encodeIndices, type IndexCoding, pack, unpack } from './codec.js';
import { stateDigest, tensorDigest } from './digest.js';

export type Compression = 'deflate' | 'none';

export interface TensorRecord {
  readonly dtype: FileDType;
  readonly shape: readonly number[];
  readonly changed: number;
  readonly coding: IndexCoding;
  /** Digests before and after. */
  readonly base: string;
  readonly result: string;
}

export interface PatchHeader {
  readonly format: 1;
  /** Digest of the weights it applies to, and of those it makes. */
  readonly base: string;
  readonly result: string;
  readonly compression: Compression;
  /** Digests of the states the base came from, oldest first. */
  readonly lineage: readonly string[];
  /** Free text: run, step. */
  readonly notes: Readonly<Record<string, string>>;
  readonly tensors: Readonly<Record<string, TensorRecord>>;
}

/** Changed elements of one tensor, decoded. */
export interface Change {
  /** Flat positions, ascending. */
  readonly indices: Uint32Array<ArrayBuffer>;
  /** The new elements, in the tensor's dtype. */
  readonly values: StoredWeights['data'];
}

export interface DiffOptions {
  /** Default `deflate`. */
  readonly compression?: Compression;
  readonly lineage?: readonly string[];
  readonly notes?: Readonly<Record<string, string>>;
  /** Told of parameters compared so far. */
  readonly onProgress?: (done: number, total: number) => void;
}

const headerKey = 'tessera.patch';

/** Tensors that are packed while others are compared. */
const packedAhead = 2;

/** Positions whose stored bits differ. Catches what `!=` on numbers does not: -0.0, and NaNs of other payload. */
export function changedIndices(before: StoredWeights, after: StoredWeights): Uint32Array<ArrayBuffer> {
  const size = byteSize(before.dtype);
  const [a, b] = [patterns(before.data, size), patterns(after.data, size)];
  const n = before.data.length;
  const per = a.length / n || 1; // 8-byte elements are compared as two words
  let count = 0;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) count++;
  const indices = new Uint32Array(count);
  let at = 0;
  for (let i = 0; i < a.length; i++) {
    if (a[i] === b[i]) continue;
    const element = Math.floor(i / per);
    if (at === 0 || indices[at - 1] !== element) indices[at++] = element;
  }
  return at === count ? indices : indices.slice(0, at);
}

function patterns(data: StoredWeights['data'], size: number): Uint8Array | Uint16Array | Uint32Array {
  const { buffer, byteOffset, byteLength } = data;
  if (size === 1) return new Uint8Array(buffer, byteOffset, byteLength);
  if (size === 2) return new Uint16Array(buffer, byteOffset, byteLength / 2);
  return new Uint32Array(buffer, byteOffset, byteLength / 4);
}

/** The elements of `data` at `indices`. */
export function elementsAt(data: StoredWeights['data'], dtype: FileDType, indices: Uint32Array): StoredWeights['data'] {
  const size = byteSize(dtype);
  const bytes = new Uint8Array(indices.length * size);
  const from = patterns(data, size);
  const to = patterns(bytes as unknown as StoredWeights['data'], size);
  const per = size === 8 ? 2 : 1;
  for (let k = 0; k < indices.length; k++) {
    for (let w = 0; w < per; w++) to[per * k + w] = from[per * indices[k]! + w]!;
  }
  return viewElements(dtype, bytes.buffer, 0, indices.length);
}

/** Writes `values` into `data` at `indices`. */
export function writeElements(data: StoredWeights['data'], dtype: FileDType, { indices, values }: Change): void {
  const size = byteSize(dtype);
  const [to, from] = [patterns(data, size), patterns(values, size)];
  const per = size === 8 ? 2 : 1;
  for (let k = 0; k < indices.length; k++) {
    for (let w = 0; w < per; w++) to[per * indices[k]! + w] = from[per * k + w]!;
  }
}

/** Writes the patch that makes `tuned` of `base`. Both must have the same tensors. A few tensors are in memory at a time. */
export async function writePatch(
  path: string,
  base: WeightSource,
  tunedWeights: WeightSource,
  options: DiffOptions = {},
): Promise<PatchHeader & { readonly file: WrittenFile }> {
  const { compression = 'deflate', lineage = [], notes = {}, onProgress } = options;
  const tuned = namedAs(tunedWeights, base.names);
  checkSameLayout(base, tuned);
  const tensors: Record<string, TensorRecord> = {};
  const packing: Promise<TensorToWrite[]>[] = [];
  const sizeOf = (shape: readonly number[]): number => shape.reduce((a, b) => a * b, 1);
  const total = base.names.reduce((sum, name) => sum + sizeOf(base.info(name).shape), 0);
  let done = 0;
  for (const name of [...base.names].sort()) {
    const [before, after] = [await base.read(name), await tuned.read(name)];
    const { dtype, shape } = before;
    const indices = changedIndices(before, after);
    const coded = encodeIndices(indices, before.data.length);
    const result = tensorDigest(after);
    const was = indices.length === 0 ? result : tensorDigest(before);
    tensors[name] = { dtype, shape, changed: indices.length, coding: coded.coding, base: was, result };
    done += sizeOf(shape);
    onProgress?.(done, total);
    if (indices.length === 0) continue;
    const packed = partsOf(name, dtype, coded.bytes, elementsAt(after.data, dtype, indices), compression);
    packed.catch(() => undefined); // awaited in its turn
    packing.push(packed);
    // deflate has threads of its own: they work while the next tensors are compared
    await packing.at(-1 - packedAhead);
  }
  const parts = (await Promise.all(packing)).flat();
  const digests = (key: 'base' | 'result') =>
    stateDigest(Object.fromEntries(Object.entries(tensors).map(([name, record]) => [name, record[key]])));
  const header: PatchHeader = {
    format: 1,
    base: digests('base'),
    result: digests('result'),
    compression,
    lineage,
    notes,
    tensors,
  };
  const file = await writeSafetensors(path, parts, { metadata: { [headerKey]: JSON.stringify(header) } });
  return { ...header, file };
}

async function partsOf(
  name: string,
  dtype: FileDType,
  indices: Uint8Array<ArrayBuffer>,
  values: StoredWeights['data'],
  compression: Compression,
): Promise<TensorToWrite[]> {
  const asBytes = (part: string, bytes: Uint8Array): TensorToWrite => ({
    name: `${name}.${part}`,
    dtype: 'u8',
    shape: [bytes.length],
    data: bytes,
  });
  if (compression === 'none') {
    return [asBytes('indices', indices), { name: `${name}.values`, dtype, shape: [values.length], data: values }];
  }
  const [where, what] = await Promise.all([pack(indices, 1), pack(bytesOf(values), byteSize(dtype))]);
  return [asBytes('indices', where), asBytes('values', what)];
}

function checkSameLayout(base: WeightSource, tuned: WeightSource): void {
  const fail = (problem: string) =>
    new PatchError('PATCH_LAYOUT', `a patch is between two states of one model: ${problem}.`);
  for (const name of base.names) if (!tuned.has(name)) throw fail(`the tuned weights have no ${name}`);
  for (const name of tuned.names) {
    if (!base.has(name)) throw fail(`the base has no ${name}`);
    const [a, b] = [base.info(name), tuned.info(name)];
    if (a.dtype !== b.dtype) throw fail(`${name} is ${a.dtype} in the base and ${b.dtype} in the tuned weights`);
    if (a.shape.join() !== b.shape.join())
      throw fail(`${name} is [${a.shape}] in the base and [${b.shape}] in the tuned weights`);
  }
}

/** @internal For messages: the first of these tensors, and how many more. */
export function thatDiffer(names: readonly string[]): string {
  if (names.length === 1) return `${names[0]} differs`;
  return `${names[0]} and ${names.length - 1} other tensors differ`;
}

/** A patch file, opened. Tensors are decoded when asked for. */
export class Patch implements AsyncDisposable {
  readonly path: string;
  readonly header: PatchHeader;
  readonly #file: SafetensorsFile;

  private constructor(file: SafetensorsFile, header: PatchHeader) {
    this.path = file.path;
    this.header = header;
    this.#file = file;
  }

  /** Opens a patch and checks that its header and its tensors fit. Throws PatchError or SafetensorsError. */
  static async open(path: string): Promise<Patch> {
    const file = await SafetensorsFile.open(path);
    try {
      return new Patch(file, parseHeader(path, file));
    } catch (error) {
      await file.close();
      throw error;
    }
  }

  /** Elements in all, and those that changed. */
  get counts(): { readonly total: number; readonly changed: number } {
    const records = Object.values(this.header.tensors);
    return {
      total: records.reduce((sum, { shape }) => sum + elementCount(shape), 0),
      changed: records.reduce((sum, { changed }) => sum + changed, 0),
    };
  }

  /** What changed in one tensor. */
  async read(name: string): Promise<Change> {
    const record = this.header.tensors[name];
    if (record === undefined) throw new PatchError('PATCH_LAYOUT', `${this.path}: the patch knows no tensor ${name}.`);
    const { dtype, shape, changed, coding } = record;
    const length = elementCount(shape);
    if (changed === 0) return { indices: new Uint32Array(0), values: viewElements(dtype, new ArrayBuffer(0), 0, 0) };
    const size = byteSize(dtype);
    const stored = bytesOf((await this.#file.read(`${name}.indices`)).data);
    const values = bytesOf((await this.#file.read(`${name}.values`)).data);
    try {
      const plain = this.header.compression === 'none';
      // gaps take a byte for each element, and one for each stretch of 255 unchanged ones
      const most = Math.max(Math.ceil(length / 8), changed + Math.floor(length / 255));
      const bytes = plain ? stored : await unpack(stored, 1, most);
      const raw = plain ? values : await unpack(values, size, changed * size);
      if (raw.length !== changed * size) {
        throw new PatchError(
          'PATCH_DAMAGED',
          `the patch is damaged: ${raw.length} bytes of values for ${changed} elements.`,
        );
      }
      const indices = decodeIndices({ coding, bytes }, length, changed);
      return { indices, values: viewElements(dtype, raw.buffer, raw.byteOffset, changed) };
    } catch (error) {
      if (error instanceof PatchError) error.message = `${this.path}: ${name}: ${error.message}`;
      throw error;
    }
  }

  close(): Promise<void> {
    return this.#file.close();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }
}

function parseHeader(path: string, file: SafetensorsFile): PatchHeader {
  const fail = (problem: string, cause?: unknown) => new PatchError('PATCH_FORMAT', `${path}: ${problem}.`, { cause });
  const text = file.metadata[headerKey];
  if (text === undefined) throw fail(`this safetensors file is no patch: its header has no ${headerKey}`);
  let header: PatchHeader;
  try {
    header = JSON.parse(text) as PatchHeader;
  } catch (cause) {
    throw fail('its patch header is not JSON', cause);
  }
  if (header?.format !== 1) throw fail(`its patch format is ${header?.format}; this version reads format 1`);
  const { base, result, compression, lineage, tensors } = header;
  if (
    typeof base !== 'string' ||
    typeof result !== 'string' ||
    !Array.isArray(lineage) ||
    typeof tensors !== 'object' ||
    tensors === null
  ) {
    throw fail('its patch header lacks base, result, lineage or tensors');
  }
  if (compression !== 'deflate' && compression !== 'none') throw fail(`its compression is ${compression}`);
  for (const [name, record] of Object.entries(tensors)) {
    const { dtype, shape, changed, coding } = record ?? {};
    const fits =
      typeof dtype === 'string' &&
      isFileDType(dtype) &&
      Array.isArray(shape) &&
      shape.every((d) => Number.isSafeInteger(d) && d >= 0) &&
      Number.isSafeInteger(changed) &&
      changed >= 0 &&
      changed <= elementCount(shape) &&
      (coding === 'gaps' || coding === 'bitmap');
    if (!fits) throw fail(`its record of ${name} is not valid`);
    if (changed > 0 && !(file.has(`${name}.indices`) && file.has(`${name}.values`)))
      throw fail(`it lacks the data of ${name}`);
  }
  return header;
}
