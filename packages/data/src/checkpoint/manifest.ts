/**
 * The manifest of a checkpoint: which files it has, their sizes and checksums, and a checksum of the manifest itself. It is written
 * last, so that a folder without one is no checkpoint.
 */
import { open, readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { crc32 } from 'node:zlib';
import type { WrittenFile } from '../atomic-file.js';
import { CheckpointError } from '../errors.js';
import { readRange } from '../file-range.js';
import { fileProblem, isObject, parseJson } from '../json.js';

export const manifestName = 'manifest.json';
export const stateName = 'state.json';

interface FileRecord {
  readonly bytes: number;
  readonly crc32: number;
}

export interface Manifest {
  readonly step: number;
  readonly files: Readonly<Record<string, FileRecord>>;
}

const format = 'tessera-checkpoint-1';

export function encodeManifest(step: number, written: readonly WrittenFile[]): string {
  const files = Object.fromEntries(
    written.map((file) => [basename(file.path), { bytes: file.bytes, crc32: file.crc32 }]),
  );
  const body = { format, step, files };
  return `${JSON.stringify({ ...body, crc32: crc32(JSON.stringify(body)) }, null, 2)}\n`;
}

/** Reads and checks the manifest of a checkpoint's folder. Throws CheckpointError. */
export async function readManifest(folder: string): Promise<Manifest> {
  const file = join(folder, manifestName);
  const fail = (problem: string, cause?: unknown): CheckpointError =>
    new CheckpointError('CHECKPOINT_MANIFEST', problem, { file, cause });
  const text = await readFile(file, 'utf8').catch((cause: unknown) => {
    throw fail(fileProblem(cause), cause);
  });
  const value = parseJson(text, fail);
  if (!isObject(value) || value.format !== format) throw fail(`not a manifest of format ${format}`);
  const { crc32: checksum, ...body } = value;
  if (crc32(JSON.stringify(body)) !== checksum) throw fail('its content does not match its checksum');
  return body as unknown as Manifest;
}

/** Reads a file in full and compares size and checksum with the manifest's. Throws CheckpointError `CHECKPOINT_CORRUPT`. */
export async function verifyFile(folder: string, name: string, expected: FileRecord): Promise<void> {
  const file = join(folder, name);
  const fail = (problem: string, cause?: unknown): CheckpointError =>
    new CheckpointError('CHECKPOINT_CORRUPT', problem, { file, cause });
  const handle = await open(file, 'r').catch((cause: unknown) => {
    throw fail(fileProblem(cause), cause);
  });
  try {
    const { size } = await handle.stat();
    if (size !== expected.bytes) throw fail(`it has ${size} bytes; the manifest says ${expected.bytes}`);
    const checksum = await checksumOf((block, position) => readRange(handle, block, position), size);
    if (checksum !== expected.crc32) throw fail('its content does not match its checksum in the manifest');
  } finally {
    await handle.close();
  }
}

/** CRC-32 of a file, the next block being read while one is summed. */
async function checksumOf(
  read: (block: Uint8Array, position: number) => Promise<number>,
  bytes: number,
): Promise<number> {
  const blocks = [new Uint8Array(4 << 20), new Uint8Array(4 << 20)] as const;
  let checksum = 0;
  let reading = read(blocks[0], 0);
  for (let position = 0, turn = 0; position < bytes; turn ^= 1) {
    const got = await reading;
    if (got === 0) return -1;
    const block = blocks[turn === 0 ? 0 : 1].subarray(0, got);
    position += got;
    reading = read(blocks[turn === 0 ? 1 : 0], position);
    checksum = crc32(block, checksum);
  }
  await reading;
  return checksum;
}
