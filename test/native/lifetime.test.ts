import { describe, expect, it } from 'vitest';
import { runChild } from './children.js';
import { addonPath } from './commands.js';

const clean = { status: 0, signal: null, stderr: '' };

describe('an environment', () => {
  it.each([
    ['beside the main thread', 'main', 1],
    ['alone', 'workers', 2],
  ])('survives the termination of 80 workers at any moment, %s', { timeout: 120_000 }, async (_, where, seed) => {
    const outcome = await runChild('terminate-workers.mjs', [addonPath, '4', String(seed), where]);
    expect(outcome).toMatchObject({ ...clean, stdout: 'done\n' });
  });

  it('survives getters that are stopped, throw, lie or take the memory away', async () => {
    expect(await runChild('getter.mjs', [addonPath])).toMatchObject({ ...clean, stdout: 'done\n' });
  });

  it.each(['exit', 'throw'])('ends with a busy device by %s', async (how) => {
    expect(await runChild('exit.mjs', [addonPath, how])).toMatchObject(clean);
  });

  it.each(['wait', 'close'])('settles what is pending before it ends: %s', async (how) => {
    expect(await runChild('exit.mjs', [addonPath, how])).toMatchObject({ ...clean, stdout: 'done\n' });
  });
});
