/** Modules that a user names: configurations, rewards. TypeScript is compiled as it is loaded. */
import { access } from 'node:fs/promises';
import { extname, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { fileProblem, messageOf } from '@tessera/data';
import { createJiti } from 'jiti';
import { ConfigError } from './errors.js';

const extensions: readonly string[] = ['.ts', '.mts', '.js', '.mjs'];

/** Whether a path is that of a module. */
export function isModule(path: string): boolean {
  return extensions.includes(extname(path));
}

/**
 * The default export of a TypeScript or JavaScript module; paths are from where the process runs.
 * @throws ConfigError where it is no module, is not there, or fails as it is loaded.
 */
export async function loadDefaultExport(path: string): Promise<unknown> {
  const fail = (problem: string, cause?: unknown) => new ConfigError(path, [{ key: '', problem }], { cause });
  if (!isModule(path)) throw fail(`expected a module (${extensions.join(', ')}); got '${extname(path)}'.`);
  await access(path).catch((cause: unknown) => {
    throw fail(`${fileProblem(cause)}.`, cause);
  });
  try {
    return await createJiti(import.meta.url).import(pathToFileURL(resolve(path)).href, { default: true });
  } catch (cause) {
    throw fail(`cannot be loaded: ${messageOf(cause)}`, cause);
  }
}
