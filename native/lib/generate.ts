/**
 * Writes everything that follows from the kernel schema: C++ argument structs, layout and extent tables, kernel
 * function tables per backend, and the TypeScript encoders. `--check` writes nothing and fails when a file on disk
 * differs from what the schema says.
 */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { families } from '../kernels/index.js';
import { emitCpp } from './generate-cpp.js';
import { emitEncoders } from './generate-encoders.js';
import { layout } from './layout.js';

const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..');
const schema = layout(families);
/** Changes with what the first words of a command mean. */
const commandFormat = 2;
const digest = createHash('sha256').update(JSON.stringify({ commandFormat, schema })).digest('hex').slice(0, 16);
const files = new Map([
  ...[...emitCpp(schema, digest)].map(([name, text]) => [join(root, 'include', 'gen', name), text] as const),
  ...[...emitEncoders(schema, digest)].map(([name, text]) => [join(root, 'lib', 'gen', name), text] as const),
]);

const generatedFolders = [join(root, 'include', 'gen'), join(root, 'lib', 'gen')];
const present = generatedFolders.flatMap((folder) =>
  existsSync(folder) ? readdirSync(folder).map((name) => join(folder, name)) : [],
);
const stale = [
  ...[...files]
    .filter(([path, text]) => !existsSync(path) || readFileSync(path, 'utf8') !== text)
    .map(([path]) => path),
  ...present.filter((path) => !files.has(path)),
];

if (process.argv.includes('--check')) {
  for (const path of stale) console.error(`not what the schema says: ${relative(root, path)}`);
  if (stale.length > 0) console.error('Run `npm run generate` and commit the result.');
  process.exitCode = stale.length > 0 ? 1 : 0;
} else {
  for (const path of stale) {
    const text = files.get(path);
    if (text === undefined) {
      rmSync(path);
      continue;
    }
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
  }
  console.log(
    `${schema.kernels.length} kernels in ${families.length} families, digest ${digest}, ${stale.length} files written`,
  );
}
