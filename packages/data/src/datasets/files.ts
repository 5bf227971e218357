/** Files and folders by name, in an order that does not depend on the machine. */
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';

/** Compares by UTF-16 code units, as Python sorts the names that matter here. */
export function byName(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** Files of a folder with one of these extensions (in any case), sorted. With `deep` those of its folders too, after its own. */
export async function listFiles(
  folder: string,
  extensions: readonly string[],
  deep = false,
): Promise<readonly string[]> {
  const entries = await readdir(folder, { withFileTypes: true });
  const wanted = (name: string): boolean =>
    !name.startsWith('.') && extensions.some((extension) => name.toLowerCase().endsWith(extension));
  const files = entries
    .filter((entry) => !entry.isDirectory() && wanted(entry.name))
    .map((entry) => join(folder, entry.name));
  const folders = entries
    .filter((entry) => entry.isDirectory() && !entry.name.startsWith('.'))
    .map((entry) => entry.name);
  const inside = deep
    ? await Promise.all(folders.sort(byName).map((name) => listFiles(join(folder, name), extensions, true)))
    : [];
  return [...files.sort(byName), ...inside.flat()];
}
