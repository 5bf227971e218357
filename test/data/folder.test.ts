/** Folders that are made, and what is said where they cannot be. */
import { existsSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { FileError, makeFolder, writeFileAtomic } from '@tessera/data';
import { expect, test } from 'vitest';
import { temporaryFolder } from './temporary.js';

test('makes what is missing above, and leaves what is there', async () => {
  const folder = join(temporaryFolder(), 'a', 'b', 'c');
  await makeFolder(folder);
  await makeFolder(folder);
  await Promise.all([1, 2, 3].map((i) => makeFolder(join(folder, 'd', `${i}`))));
  expect(statSync(join(folder, 'd', '3')).isDirectory()).toBe(true);
});

test('names the folder that cannot be made', async () => {
  const file = join(temporaryFolder(), 'file');
  writeFileSync(file, '');
  await expect(makeFolder(file)).rejects.toThrow(/file: the folder cannot be made: EEXIST/);
  await expect(makeFolder(join(file, 'a', 'b'))).rejects.toMatchObject({ name: 'FileError', code: 'ENOTDIR' });
});

test.runIf(existsSync('/proc/self'))('gives up where the system lets nobody make one', async () => {
  await expect(makeFolder('/proc/tessera/run')).rejects.toThrow(/^\/proc\/tessera: the folder cannot be made: ENOENT/);
});

test('a file that cannot be written is an error with the code of the system', async () => {
  const failed = writeFileAtomic(join(temporaryFolder(), 'none', 'a.json'), '{}');
  await expect(failed).rejects.toBeInstanceOf(FileError);
  await expect(failed).rejects.toMatchObject({ code: 'ENOENT', file: expect.stringContaining('a.json') });
});
