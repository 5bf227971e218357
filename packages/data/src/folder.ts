/**
 * Making folders. Node's own `recursive` says of a read-only disk that there is no such folder, and never ends where the
 * system lets nobody make one (/proc).
 */
import { mkdir, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { codeOf, FileError, messageOf } from './errors.js';

/** Makes a folder, and those above it that are missing. Throws FileError with the system's code and the folder that cannot be made. */
export async function makeFolder(path: string): Promise<void> {
  try {
    await mkdir(path);
  } catch (cause) {
    if (await isFolder(path)) return;
    const above = dirname(path);
    if (codeOf(cause) !== 'ENOENT' || above === path || (await isFolder(above))) {
      throw new FileError(codeOf(cause) ?? 'FOLDER', `the folder cannot be made: ${messageOf(cause)}`, {
        file: path,
        cause,
      });
    }
    await makeFolder(above);
    await makeFolder(path);
  }
}

async function isFolder(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );
}
