/**
 * Writes safetensors files: the same tensors and metadata give the same bytes, whatever order they come in. Larger elements come
 * first, then names in order, behind a header padded to 8 bytes, so that every tensor is aligned to its element. Files are atomic
 * (atomic-file.ts). A tensor may be given as a function, called when its turn comes: memory stays at one tensor, or one piece of it.
 */

import { readdir, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { syncDirectory, type WrittenFile, writeAtomically, writeFileAtomic } from '../atomic-file.js';
import { checkOptions, refused, shown } from '../check.js';
import { byteSize, elementCount, type FileDType, fileDTypes, isFileDType } from '../dtype.js';
import { SafetensorsError } from '../errors.js';
import { makeFolder } from '../folder.js';
import { maxHeaderBytes, prefixBytes } from './header.js';
import { indexFileName, singleFileName } from './sharded.js';

/** The bytes of a tensor: at once, or as pieces in order. */
export type TensorBytes = ArrayBufferView | AsyncIterable<ArrayBufferView>;

export interface TensorToWrite {
  readonly name: string;
  readonly dtype: FileDType;
  readonly shape: readonly number[];
  /** The elements in row-major order, or what produces them when their turn comes. */
  readonly data: ArrayBufferView | (() => TensorBytes | Promise<TensorBytes>);
}

export interface WriteOptions {
  /** Free text kept in the header. */
  readonly metadata?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal;
}

/** Writes one file, atomically. Returns its size and CRC-32. */
export async function writeSafetensors(
  path: string,
  tensors: Iterable<TensorToWrite>,
  options: WriteOptions = {},
): Promise<WrittenFile> {
  checkOptions<WriteOptions>('writeSafetensors', options, { metadata: true, signal: true });
  const ordered = listed('writeSafetensors', path, tensors).sort(
    (a, b) => byteSize(b.dtype) - byteSize(a.dtype) || (a.name < b.name ? -1 : a.name > b.name ? 1 : 0),
  );
  const header = encodeHeader(path, ordered, options.metadata);
  await makeFolder(dirname(path));
  return writeAtomically(path, async (file) => {
    await file.write(header);
    for (const tensor of ordered) {
      let bytes = 0;
      for await (const piece of pieces(tensor)) {
        options.signal?.throwIfAborted();
        bytes += piece.byteLength;
        await file.write(piece);
      }
      if (bytes !== tensorBytes(tensor)) throw wrongLength(path, tensor, bytes);
    }
  });
}

export interface WriteShardedOptions extends WriteOptions {
  /** Largest number of data bytes in one shard; a larger tensor gets a shard of its own. 5 GB where absent. */
  readonly maxShardBytes?: number;
}

/**
 * Writes a model's weights into a folder, made where there is none, in Hugging Face's layout: `model.safetensors`, or numbered shards and their index.
 * Shards are filled in the order given. The index (or the single file) appears last; files of an earlier layout are then removed.
 */
export async function writeShardedSafetensors(
  directory: string,
  tensors: Iterable<TensorToWrite>,
  options: WriteShardedOptions = {},
): Promise<readonly WrittenFile[]> {
  const op = 'writeShardedSafetensors';
  checkOptions<WriteShardedOptions>(op, options, { maxShardBytes: true, metadata: true, signal: true });
  const { maxShardBytes = 5e9, metadata: given, ...common } = options;
  const shards = splitIntoShards(listed(op, directory, tensors), maxShardBytes);
  const metadata = { format: 'pt', ...given };
  await makeFolder(directory);
  const written: WrittenFile[] = [];
  const weightMap: Record<string, string> = {};
  for (const [i, shard] of shards.entries()) {
    const name = shards.length === 1 ? singleFileName : shardName(i + 1, shards.length);
    written.push(await writeSafetensors(join(directory, name), shard, { ...common, metadata }));
    for (const tensor of shard) weightMap[tensor.name] = name;
  }
  if (shards.length > 1) {
    const totalSize = shards.flat().reduce((sum, tensor) => sum + tensorBytes(tensor), 0);
    const index = { metadata: { total_size: totalSize }, weight_map: sortedByKey(weightMap) };
    written.push(await writeFileAtomic(join(directory, indexFileName), `${JSON.stringify(index, null, 2)}\n`));
  }
  await removeOtherLayouts(directory, new Set(written.map((file) => file.path)));
  return written;
}

/** The tensors in a list, each with a dtype and a shape. */
function listed(op: string, file: string, tensors: Iterable<TensorToWrite>): TensorToWrite[] {
  if (typeof tensors?.[Symbol.iterator] !== 'function' || typeof tensors === 'string')
    throw refused(op, `tensors come as a list of { name, dtype, shape, data }; got ${shown(tensors)}`);
  const list = [...tensors];
  for (const tensor of list) {
    if (typeof tensor?.name !== 'string' || !Array.isArray(tensor.shape))
      throw refused(op, `a tensor is { name, dtype, shape, data }; got ${shown(tensor)}`);
    if (isFileDType(tensor.dtype)) continue;
    const problem = `unknown dtype ${shown(tensor.dtype)}; expected one of ${fileDTypes.join(', ')}`;
    throw new SafetensorsError('SAFETENSORS_DTYPE', problem, { file, tensor: tensor.name });
  }
  return list;
}

/** Bytes of a tensor's data. */
function tensorBytes(tensor: TensorToWrite): number {
  return elementCount(tensor.shape) * byteSize(tensor.dtype);
}

function encodeHeader(file: string, ordered: readonly TensorToWrite[], metadata: WriteOptions['metadata']): Uint8Array {
  const fields = new Map<string, unknown>();
  if (metadata !== undefined && Object.keys(metadata).length > 0) fields.set('__metadata__', sortedByKey(metadata));
  let offset = 0;
  for (const tensor of ordered) {
    checkTensor(file, tensor, fields);
    const end = offset + tensorBytes(tensor);
    fields.set(tensor.name, { dtype: tensor.dtype.toUpperCase(), shape: tensor.shape, data_offsets: [offset, end] });
    offset = end;
  }
  // one member at a time: an object would reorder names that look like numbers
  const members = [...fields].map(([name, value]) => `${JSON.stringify(name)}:${JSON.stringify(value)}`);
  const json = Buffer.from(`{${members.join(',')}}`);
  const padded = Math.ceil(json.length / 8) * 8;
  if (padded > maxHeaderBytes) {
    throw new SafetensorsError(
      'SAFETENSORS_HEADER_LENGTH',
      `the header would take ${padded} bytes; the format allows ${maxHeaderBytes}`,
      { file },
    );
  }
  const header = Buffer.alloc(prefixBytes + padded, ' ');
  header.writeBigUInt64LE(BigInt(padded), 0);
  json.copy(header, prefixBytes);
  return header;
}

function checkTensor(file: string, tensor: TensorToWrite, fields: ReadonlyMap<string, unknown>): void {
  const place = { file, tensor: tensor.name };
  if (tensor.name === '__metadata__' || Buffer.from(tensor.name).toString() !== tensor.name) {
    throw new SafetensorsError('SAFETENSORS_NAME', 'this name cannot be stored', place);
  }
  if (fields.has(tensor.name)) throw new SafetensorsError('SAFETENSORS_DUPLICATE', 'the name is given twice', place);
  if (
    !tensor.shape.every((extent) => Number.isSafeInteger(extent) && extent >= 0) ||
    !Number.isSafeInteger(tensorBytes(tensor))
  ) {
    throw new SafetensorsError(
      'SAFETENSORS_SHAPE',
      `a shape is a list of whole numbers; got ${JSON.stringify(tensor.shape)}`,
      place,
    );
  }
  if (ArrayBuffer.isView(tensor.data) && tensor.data.byteLength !== tensorBytes(tensor))
    throw wrongLength(file, tensor, tensor.data.byteLength);
}

async function* pieces(tensor: TensorToWrite): AsyncGenerator<ArrayBufferView> {
  const bytes = typeof tensor.data === 'function' ? await tensor.data() : tensor.data;
  if (ArrayBuffer.isView(bytes)) yield bytes;
  else yield* bytes;
}

function splitIntoShards(tensors: readonly TensorToWrite[], maxBytes: number): TensorToWrite[][] {
  const shards: TensorToWrite[][] = [[]];
  let room = maxBytes;
  for (const tensor of tensors) {
    const bytes = tensorBytes(tensor);
    if (bytes > room && shards.at(-1)!.length > 0) {
      shards.push([]);
      room = maxBytes;
    }
    shards.at(-1)!.push(tensor);
    room -= bytes;
  }
  return shards;
}

function shardName(number: number, count: number): string {
  const digits = (n: number): string => String(n).padStart(5, '0');
  return `model-${digits(number)}-of-${digits(count)}.safetensors`;
}

async function removeOtherLayouts(directory: string, keep: ReadonlySet<string>): Promise<void> {
  const layout = /^model(-\d{5}-of-\d{5})?\.safetensors(\.index\.json)?$/;
  const stale = (await readdir(directory)).filter((name) => layout.test(name) && !keep.has(join(directory, name)));
  // the index first: while it stands, its shards must
  stale.sort((a, b) => Number(b === indexFileName) - Number(a === indexFileName));
  for (const name of stale) await rm(join(directory, name));
  if (stale.length > 0) await syncDirectory(directory);
}

function sortedByKey(record: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(record).sort(([a], [b]) => (a < b ? -1 : 1)));
}

function wrongLength(file: string, tensor: TensorToWrite, bytes: number): SafetensorsError {
  const wanted = `${tensor.dtype} ${JSON.stringify(tensor.shape)} takes ${tensorBytes(tensor)} bytes`;
  return new SafetensorsError('SAFETENSORS_LENGTH', `${wanted}; its data has ${bytes}`, { file, tensor: tensor.name });
}
