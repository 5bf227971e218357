/**
 * The directory of a zip archive and ranged reads of its members: what PyTorch and NumPy files need. Sizes and offsets are
 * checked against the file before anything is allocated; encrypted, split and duplicate members are refused.
 */
import type { FileHandle } from 'node:fs/promises';
import { promisify } from 'node:util';
import { inflateRaw } from 'node:zlib';
import { readRange } from './file-range.js';

export interface ZipEntry {
  readonly name: string;
  /** 0 stored, 8 deflated. */
  readonly method: number;
  readonly storedBytes: number;
  readonly bytes: number;
  readonly headerOffset: number;
}

/** What is wrong with an archive; callers wrap it in the error of their format. */
export class ZipProblem extends Error {}

const localSignature = 0x04034b50;
const centralSignature = 0x02014b50;
const endSignature = 0x06054b50;
const end64Signature = 0x06064b50;
const end64LocatorSignature = 0x07064b50;
const localHeaderBytes = 30;
const centralHeaderBytes = 46;
const endBytes = 22;
/** Deflate cannot do better than this; a member that claims more lies. */
const maxDeflateRatio = 1032;

export class ZipFile {
  readonly entries: ReadonlyMap<string, ZipEntry>;
  readonly #handle: FileHandle;
  readonly #fileBytes: number;

  private constructor(handle: FileHandle, fileBytes: number, entries: ReadonlyMap<string, ZipEntry>) {
    this.#handle = handle;
    this.#fileBytes = fileBytes;
    this.entries = entries;
  }

  static async open(handle: FileHandle): Promise<ZipFile> {
    const { size } = await handle.stat();
    const { offset, bytes } = await findDirectory(handle, size);
    if (offset + bytes > size) throw new ZipProblem('the archive is truncated: its directory lies beyond its end');
    const directory = await readBuffer(handle, offset, bytes);
    return new ZipFile(handle, size, parseDirectory(directory, size));
  }

  /** Where the stored bytes of a member begin. */
  async dataOffset(entry: ZipEntry): Promise<number> {
    if (entry.headerOffset + localHeaderBytes > this.#fileBytes)
      throw new ZipProblem(`member ${entry.name} lies beyond the end`);
    const header = await readBuffer(this.#handle, entry.headerOffset, localHeaderBytes);
    if (header.readUInt32LE(0) !== localSignature)
      throw new ZipProblem(`member ${entry.name} has no header where the directory says`);
    const offset = entry.headerOffset + localHeaderBytes + header.readUInt16LE(26) + header.readUInt16LE(28);
    if (offset + entry.storedBytes > this.#fileBytes)
      throw new ZipProblem(`the archive is truncated: member ${entry.name} lies beyond its end`);
    return offset;
  }

  /** A whole member, inflated where it is deflated. */
  async read(entry: ZipEntry): Promise<Uint8Array<ArrayBuffer>> {
    const stored = await readBuffer(this.#handle, await this.dataOffset(entry), entry.storedBytes);
    if (entry.method === 0) return stored;
    const whole = await promisify(inflateRaw)(stored, { maxOutputLength: Math.max(1, entry.bytes) }).catch(
      (cause: unknown) => {
        throw new ZipProblem(`member ${entry.name} does not inflate to its ${entry.bytes} bytes`, { cause });
      },
    );
    if (whole.length !== entry.bytes)
      throw new ZipProblem(`member ${entry.name} inflates to ${whole.length} bytes instead of ${entry.bytes}`);
    return new Uint8Array(whole);
  }
}

async function readBuffer(handle: FileHandle, position: number, bytes: number): Promise<Buffer<ArrayBuffer>> {
  const buffer = Buffer.from(new ArrayBuffer(bytes));
  if ((await readRange(handle, buffer, position)) < bytes) throw new ZipProblem('the archive is truncated');
  return buffer;
}

async function findDirectory(handle: FileHandle, size: number): Promise<{ offset: number; bytes: number }> {
  const tailBytes = Math.min(size, endBytes + 65535);
  const tail = await readBuffer(handle, size - tailBytes, tailBytes);
  for (let at = tail.length - endBytes; at >= 0; at--) {
    if (tail.readUInt32LE(at) !== endSignature) continue;
    const locator = at - 20;
    if (locator >= 0 && tail.readUInt32LE(locator) === end64LocatorSignature) {
      return readEnd64(handle, exactNumber(tail.readBigUInt64LE(locator + 8)), size);
    }
    if (tail.readUInt16LE(at + 4) !== 0) throw new ZipProblem('the archive is split over several files');
    return { offset: tail.readUInt32LE(at + 16), bytes: tail.readUInt32LE(at + 12) };
  }
  throw new ZipProblem('no end of a zip archive: the file is truncated, or no archive');
}

async function readEnd64(
  handle: FileHandle,
  position: number,
  size: number,
): Promise<{ offset: number; bytes: number }> {
  if (position + 56 > size) throw new ZipProblem('the archive is truncated');
  const end = await readBuffer(handle, position, 56);
  if (end.readUInt32LE(0) !== end64Signature) throw new ZipProblem('its zip64 end record is missing');
  return { offset: exactNumber(end.readBigUInt64LE(48)), bytes: exactNumber(end.readBigUInt64LE(40)) };
}

function parseDirectory(directory: Buffer, fileBytes: number): ReadonlyMap<string, ZipEntry> {
  const entries = new Map<string, ZipEntry>();
  for (let at = 0; at < directory.length; ) {
    if (at + centralHeaderBytes > directory.length || directory.readUInt32LE(at) !== centralSignature) {
      throw new ZipProblem('its directory is damaged');
    }
    const nameBytes = directory.readUInt16LE(at + 28);
    const extraBytes = directory.readUInt16LE(at + 30);
    const next = at + centralHeaderBytes + nameBytes + extraBytes + directory.readUInt16LE(at + 32);
    if (next > directory.length) throw new ZipProblem('its directory is damaged');
    const nameEnd = at + centralHeaderBytes + nameBytes;
    const name = directory.toString('utf8', at + centralHeaderBytes, nameEnd);
    const entry = parseEntry(name, directory, at, directory.subarray(nameEnd, nameEnd + extraBytes));
    if (entries.has(name)) throw new ZipProblem(`member ${name} occurs twice`);
    if (entry.storedBytes > fileBytes || entry.bytes > entry.storedBytes * maxDeflateRatio) {
      throw new ZipProblem(`member ${name} claims ${entry.bytes} bytes, more than the file can hold`);
    }
    entries.set(name, entry);
    at = next;
  }
  return entries;
}

function parseEntry(name: string, directory: Buffer, at: number, extra: Buffer): ZipEntry {
  const method = directory.readUInt16LE(at + 10);
  if ((directory.readUInt16LE(at + 8) & 1) !== 0) throw new ZipProblem(`member ${name} is encrypted`);
  if (method !== 0 && method !== 8)
    throw new ZipProblem(`member ${name} is compressed by method ${method}; only stored and deflated are read`);
  const sizes = [directory.readUInt32LE(at + 24), directory.readUInt32LE(at + 20), directory.readUInt32LE(at + 42)];
  const [bytes, storedBytes, headerOffset] = widenSizes(name, sizes, extra);
  if (method === 0 && bytes !== storedBytes) throw new ZipProblem(`member ${name} is stored with two different sizes`);
  return { name, method, storedBytes: storedBytes!, bytes: bytes!, headerOffset: headerOffset! };
}

/** Replaces the sizes that say "see the zip64 field" (all ones), in the field's order. */
function widenSizes(name: string, sizes: readonly number[], extra: Buffer): number[] {
  if (!sizes.includes(0xffffffff)) return [...sizes];
  for (let at = 0; at + 4 <= extra.length; at += 4 + extra.readUInt16LE(at + 2)) {
    if (extra.readUInt16LE(at) !== 1) continue;
    let field = at + 4;
    const end = Math.min(extra.length, field + extra.readUInt16LE(at + 2));
    return sizes.map((size) => {
      if (size !== 0xffffffff) return size;
      if (field + 8 > end) throw new ZipProblem(`member ${name} lacks a zip64 size`);
      field += 8;
      return exactNumber(extra.readBigUInt64LE(field - 8));
    });
  }
  throw new ZipProblem(`member ${name} lacks its zip64 field`);
}

function exactNumber(value: bigint): number {
  if (value > BigInt(Number.MAX_SAFE_INTEGER))
    throw new ZipProblem(`a size of ${value} bytes is more than any file has`);
  return Number(value);
}
