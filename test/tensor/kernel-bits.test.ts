/**
 * Kernels give the same bits whatever the number of threads and, products aside, on every ISA level that has fused
 * multiply-add (x86-64-v2 has none and may differ in the last place).
 */
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { usableLevels } from '../native/children.js';

const script = fileURLToPath(new URL('children/kernel-bits.mjs', import.meta.url));

/** Of elementwise kernels, reductions and the like, and of products and optimizers. */
async function bits(level: string, threads: number): Promise<readonly string[]> {
  const env = { ...process.env, TESSERA_CPU_ISA: level, TESSERA_NUM_THREADS: String(threads) };
  const { stdout } = await promisify(execFile)(process.execPath, [script], { env });
  expect(stdout).toMatch(/^[0-9a-f]{64}\n[0-9a-f]{64}\n$/);
  return stdout.split('\n');
}

test('threads and levels do not change results', { timeout: 120_000 }, async () => {
  let fused: string | undefined;
  for (const level of await usableLevels()) {
    const alone = await bits(level, 1);
    expect(await bits(level, 2), `${level}: two threads`).toEqual(alone);
    if (level !== 'v2') {
      fused ??= alone[0];
      expect(alone[0], level).toBe(fused);
    }
  }
});
