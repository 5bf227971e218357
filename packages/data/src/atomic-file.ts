/**
 * Files that appear whole or not at all: written beside their place under a temporary name, synced, renamed, and the folder synced.
 * A process killed at any moment leaves the old file, or the new one, and perhaps a temporary file, which the next writer of that
 * file removes, and `removeLeftovers`.
 */
import { randomBytes } from 'node:crypto';
import { type FileHandle, open, readdir, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { crc32 } from 'node:zlib';
import { bytesOf } from './dtype.js';
import { codeOf, FileError, messageOf } from './errors.js';

const mark = '.partial-';
const blockBytes = 4 << 20;

/** Temporary names that this process is still writing under. */
const inUse = new Set<string>();

/** A name beside `path` that no finished file has. Give it back with `releaseTemporary` once it is renamed or removed. */
export function temporaryPath(path: string): string {
  const name = `.${basename(path)}${mark}${process.pid}-${randomBytes(4).toString('hex')}`;
  inUse.add(name);
  return join(dirname(path), name);
}

/** Ends the protection that `temporaryPath` gave. */
export function releaseTemporary(path: string): void {
  inUse.delete(basename(path));
}

/** Flushes a folder's entries (names, renames) to disk. Windows, which cannot, orders them itself. */
export async function syncDirectory(path: string): Promise<void> {
  if (process.platform === 'win32') return;
  const handle = await open(path, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** What was written: size and CRC-32 of the whole file. */
export interface WrittenFile {
  readonly path: string;
  readonly bytes: number;
  readonly crc32: number;
}

/** A file being written in order. End it with `commit` or `abort`. */
export class AtomicFile {
  readonly path: string;
  readonly #temporary: string;
  readonly #handle: FileHandle;
  #bytes = 0;
  #crc = 0;

  private constructor(path: string, temporary: string, handle: FileHandle) {
    this.path = path;
    this.#temporary = temporary;
    this.#handle = handle;
  }

  static async create(path: string): Promise<AtomicFile> {
    await removeLeftovers(dirname(path), basename(path));
    const temporary = temporaryPath(path);
    return new AtomicFile(path, temporary, await open(temporary, 'wx'));
  }

  /** Appends, block by block, so that the event loop turns between blocks. */
  async write(view: ArrayBufferView): Promise<void> {
    const bytes = bytesOf(view);
    for (let done = 0; done < bytes.length; ) {
      const length = Math.min(blockBytes, bytes.length - done);
      const { bytesWritten } = await this.#handle.write(bytes, done, length);
      this.#crc = crc32(bytes.subarray(done, done + bytesWritten), this.#crc);
      done += bytesWritten;
    }
    this.#bytes += bytes.length;
  }

  /** Syncs, closes and renames into place. */
  async commit(): Promise<WrittenFile> {
    await this.#handle.sync();
    await this.#handle.close();
    await rename(this.#temporary, this.path);
    releaseTemporary(this.#temporary);
    await syncDirectory(dirname(this.path));
    return { path: this.path, bytes: this.#bytes, crc32: this.#crc };
  }

  /** Closes and removes the temporary file; the file that was at `path` stays. */
  async abort(): Promise<void> {
    await this.#handle.close().catch(() => undefined);
    await rm(this.#temporary, { force: true });
    releaseTemporary(this.#temporary);
  }
}

/**
 * Runs `fill` on a new file and commits it, or removes it when `fill` throws. What the system refuses (a full disk) is
 * a FileError that names the file.
 */
export async function writeAtomically(path: string, fill: (file: AtomicFile) => Promise<void>): Promise<WrittenFile> {
  try {
    const file = await AtomicFile.create(path);
    try {
      await fill(file);
      return await file.commit();
    } catch (error) {
      await file.abort();
      throw error;
    }
  } catch (error) {
    const { syscall, code } = error as NodeJS.ErrnoException;
    if (syscall === undefined || syscall === 'read' || code === undefined) throw error;
    throw new FileError(code, `cannot be written: ${messageOf(error)}`, { file: path, cause: error });
  }
}

/** Writes a small file atomically. */
export function writeFileAtomic(path: string, data: string | ArrayBufferView): Promise<WrittenFile> {
  return writeAtomically(path, (file) => file.write(typeof data === 'string' ? Buffer.from(data) : data));
}

/**
 * Removes temporary files and folders that killed writers left in `directory`, of the file `target` alone where it is given;
 * what a live process writes is spared.
 */
export async function removeLeftovers(directory: string, target?: string): Promise<void> {
  for (const name of await readdir(directory)) {
    const at = name.lastIndexOf(mark);
    if (at < 0 || (target !== undefined && name.slice(0, at) !== `.${target}`)) continue;
    const writer = Number.parseInt(name.slice(at + mark.length), 10);
    if (writer === process.pid ? inUse.has(name) : isAlive(writer)) continue;
    await rm(join(directory, name), { recursive: true, force: true });
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return codeOf(error) === 'EPERM';
  }
}
