/**
 * The index of an uncompressed tar file: name, offset and size of every regular file in it, found by reading the headers alone.
 * Understands ustar prefixes, GNU long names and pax paths and sizes; checksums and bounds are checked.
 */
import type { FileHandle } from 'node:fs/promises';
import { DatasetError } from '../errors.js';
import { readRange } from '../file-range.js';

export interface TarEntry {
  readonly name: string;
  readonly offset: number;
  readonly size: number;
}

const block = 512;
/** Longest pax header or long name that is read. */
const maxExtraBytes = 1 << 20;

/** Lists the regular files of a tar. Throws DatasetError naming file and entry. */
export async function indexTar(handle: FileHandle, file: string): Promise<readonly TarEntry[]> {
  const { size: fileBytes } = await handle.stat();
  const headers = new BlockReader(handle);
  const entries: TarEntry[] = [];
  let extra: { path?: string; size?: number } = {};
  for (let at = 0; at + block <= fileBytes; ) {
    const header = await headers.read(at);
    if (header.every((byte) => byte === 0)) return entries;
    const { name, size, type } = parseHeader(header, file, at);
    const entry = { name: extra.path ?? name, size: extra.size ?? size, offset: at + block };
    if (!(Number.isSafeInteger(entry.size) && entry.size >= 0 && entry.offset + entry.size <= fileBytes)) {
      throw new DatasetError('TAR_TRUNCATED', `the file ends inside entry ${entry.name} of ${entry.size} bytes`, {
        file,
      });
    }
    if (type === 'L' || type === 'x') {
      if (entry.size > maxExtraBytes)
        throw new DatasetError('TAR_HEADER', `a header of ${entry.size} bytes at offset ${at}`, { file });
      const bytes = Buffer.alloc(entry.size);
      await readRange(handle, bytes, entry.offset);
      extra = { ...extra, ...(type === 'L' ? { path: untilNul(bytes) } : parsePax(bytes)) };
    } else {
      if (type === '0' || type === '\0' || type === '7') entries.push(entry);
      extra = {};
    }
    at = entry.offset + Math.ceil(entry.size / block) * block;
  }
  if (fileBytes % block !== 0 || (entries.length === 0 && fileBytes > 0)) {
    throw new DatasetError('TAR_TRUNCATED', 'the file ends inside a header, or is no tar file', { file });
  }
  return entries;
}

/** Reads headers through a window: small entries share one read. */
class BlockReader {
  readonly #handle: FileHandle;
  readonly #window = Buffer.allocUnsafe(1 << 16);
  #start = 0;
  #length = 0;

  constructor(handle: FileHandle) {
    this.#handle = handle;
  }

  async read(at: number): Promise<Buffer> {
    if (at < this.#start || at + block > this.#start + this.#length) {
      this.#start = at;
      this.#length = await readRange(this.#handle, this.#window, at);
    }
    return this.#window.subarray(at - this.#start, at - this.#start + block);
  }
}

function parseHeader(header: Buffer, file: string, at: number): { name: string; size: number; type: string } {
  let sum = 0;
  for (let i = 0; i < block; i++) sum += i >= 148 && i < 156 ? 32 : header[i]!;
  if (sum !== octal(header.subarray(148, 156))) {
    throw new DatasetError('TAR_HEADER', `no tar header at offset ${at}: its checksum is wrong`, { file });
  }
  const size = (header[124]! & 0x80) === 0 ? octal(header.subarray(124, 136)) : base256(header.subarray(124, 136));
  if (!Number.isSafeInteger(size) || size < 0)
    throw new DatasetError('TAR_HEADER', `the header at offset ${at} has no valid size`, { file });
  const prefix =
    header.toString('latin1', 257, 262) === 'ustar' && header[263] === 0x30 ? untilNul(header.subarray(345, 500)) : '';
  const name = untilNul(header.subarray(0, 100));
  return { name: prefix === '' ? name : `${prefix}/${name}`, size, type: String.fromCharCode(header[156]!) };
}

function parsePax(bytes: Buffer): { path?: string; size?: number } {
  const found: { path?: string; size?: number } = {};
  for (let at = 0; at < bytes.length; ) {
    const space = bytes.indexOf(0x20, at);
    const length = Number(bytes.toString('latin1', at, space < 0 ? at : space));
    if (!Number.isInteger(length) || length <= space - at || at + length > bytes.length) break;
    const record = bytes.toString('utf8', space + 1, at + length - 1);
    if (record.startsWith('path=')) found.path = record.slice('path='.length);
    if (record.startsWith('size=')) found.size = Number(record.slice('size='.length));
    at += length;
  }
  return found;
}

function untilNul(bytes: Buffer): string {
  const end = bytes.indexOf(0);
  return bytes.toString('utf8', 0, end < 0 ? bytes.length : end);
}

function octal(bytes: Buffer): number {
  const text = bytes
    .toString('latin1')
    .replace(/[\0 ]+$/, '')
    .trim();
  return /^[0-7]*$/.test(text) ? Number.parseInt(text || '0', 8) : Number.NaN;
}

function base256(bytes: Buffer): number {
  return bytes.reduce((value, byte, i) => value * 256 + (i === 0 ? byte & 0x7f : byte), 0);
}
