/**
 * Every op of the registry on every ISA level that this machine and this build have. registry.test.ts checks the best
 * level; the others are checked here against the same references, so all of them agree within the tolerance of the dtype.
 */
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { usableLevels } from '../native/children.js';

const script = fileURLToPath(new URL('children/registry.mjs', import.meta.url));
const others = (await usableLevels()).slice(1);

test.each(others)('the registry on %s', { timeout: 120_000 }, async (level) => {
  const env = { ...process.env, TESSERA_CPU_ISA: level };
  const { stdout, stderr } = await promisify(execFile)(process.execPath, [script], { env });
  expect(stderr).toBe('');
  expect(Number(stdout)).toBeGreaterThan(500);
});

test.skipIf(others.length > 0)('only one level is built', () => {});
